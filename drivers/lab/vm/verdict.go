package vm

import (
	"slices"
	"strings"

	"github.com/specadm/specadm/drivers/lab/vm/js"
)

// verdict is what checking a payload found; each list keeps the order of discovery and names a thing once (reference 4).
type verdict struct {
	badValues     []string
	badProperties []string
	missing       []string
}

func (v *verdict) badValue(name string)    { v.badValues = appendNew(v.badValues, name) }
func (v *verdict) badProperty(name string) { v.badProperties = appendNew(v.badProperties, name) }
func (v *verdict) missed(name string)      { v.missing = appendNew(v.missing, name) }

func appendNew(names []string, name string) []string {
	if slices.Contains(names, name) {
		return names
	}
	return append(names, name)
}

// valid tells whether validate would say VALID.
func (v *verdict) valid() bool {
	return len(v.badValues) == 0 && len(v.badProperties) == 0 && len(v.missing) == 0
}

// fatal is the error that create and update make of a verdict: unlike validate they go on without bad properties (reference 4).
func (v *verdict) fatal() error {
	if len(v.badValues) > 0 {
		return failf("Invalid value(s) for: %s", strings.Join(v.badValues, ","))
	}
	if len(v.missing) > 0 {
		return failf("Missing required properties: %s", strings.Join(v.missing, ","))
	}
	return nil
}

// json is the form in which validate prints it.
func (v *verdict) json() *js.Object {
	return js.NewObject(
		js.Pair{Key: "bad_values", Value: js.Strings(v.badValues)},
		js.Pair{Key: "bad_properties", Value: js.Strings(v.badProperties)},
		js.Pair{Key: "missing_properties", Value: js.Strings(v.missing)})
}
