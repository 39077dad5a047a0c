package vmadm

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/specadm/specadm/drivers"
	"github.com/specadm/specadm/spec"
)

// Verdict is what vmadm validate says about a payload (reference 4).
type Verdict struct {
	BadBrand          string   `json:"bad_brand,omitempty"`
	BadValues         []string `json:"bad_values,omitempty"`
	BadProperties     []string `json:"bad_properties,omitempty"` // create and update would drop them silently
	MissingProperties []string `json:"missing_properties,omitempty"`
}

// Valid reports whether vmadm found nothing wrong.
func (v Verdict) Valid() bool {
	return v.BadBrand == "" && len(v.BadValues) == 0 && len(v.BadProperties) == 0 && len(v.MissingProperties) == 0
}

// parseVerdict reads what validate printed; ok is false when it printed no verdict.
func parseVerdict(result drivers.Result) (verdict Verdict, ok bool) {
	switch result.Exit {
	case 0:
		return Verdict{}, true
	case 1:
		err := json.Unmarshal(result.Stderr, &verdict)
		return verdict, err == nil && !verdict.Valid()
	}
	return Verdict{}, false
}

// parseLookup reads the array that lookup -j prints.
func parseLookup(output []byte) ([]spec.Object, error) {
	value, err := decode(output)
	if err != nil {
		return nil, err
	}
	list, ok := value.([]any)
	if !ok {
		return nil, fmt.Errorf("it printed %s instead of a list of instances", jsonType(value))
	}
	objects := make([]spec.Object, len(list))
	for i, element := range list {
		if objects[i], ok = element.(spec.Object); !ok {
			return nil, fmt.Errorf("entry %d of its list is %s instead of an instance", i, jsonType(element))
		}
	}
	return objects, nil
}

// parseGet reads the object that get prints.
func parseGet(output []byte) (spec.Object, error) {
	value, err := decode(output)
	if err != nil {
		return nil, err
	}
	object, ok := value.(spec.Object)
	if !ok {
		return nil, fmt.Errorf("it printed %s instead of an instance", jsonType(value))
	}
	return object, nil
}

// decode reads exactly one JSON document into the values that a spec.Object may hold.
func decode(output []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(output))
	decoder.UseNumber()
	var value any
	switch err := decoder.Decode(&value); {
	case errors.Is(err, io.EOF):
		return nil, errors.New("it printed nothing")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, fmt.Errorf("its output breaks off after %d bytes", len(output))
	case err != nil:
		return nil, fmt.Errorf("its output is not JSON: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("its output goes on after the document, at byte %d", decoder.InputOffset())
	}
	return plain(value), nil
}

// plain replaces every json.Number in place by an int64 where it is a whole number, however written, else a float64.
func plain(value any) any {
	switch value := value.(type) {
	case json.Number:
		if whole, err := value.Int64(); err == nil {
			return whole
		}
		if fraction, err := value.Float64(); err == nil {
			if whole := int64(fraction); float64(whole) == fraction && math.Abs(fraction) < 1<<53 {
				return whole
			}
			return fraction
		}
		return value.String() // out of the range of any number
	case []any:
		for i, element := range value {
			value[i] = plain(element)
		}
	case map[string]any:
		for key, element := range value {
			switch element.(type) {
			case json.Number, []any, map[string]any: // strings and booleans stay, so nothing is written back for them
				value[key] = plain(element)
			}
		}
	}
	return value
}

func jsonType(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case string:
		return "a string"
	case bool:
		return "a boolean"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	return "a number"
}
