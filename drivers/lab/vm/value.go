package vm

import (
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/property"
)

// The forms of identifiers (reference 2.2, 5).
var (
	uuidForm      = regexp.MustCompile(`^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$`)
	macForm       = regexp.MustCompile(`^[0-9a-fA-F]{1,2}(:[0-9a-fA-F]{1,2}){5}$`)
	namespaceForm = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)
	clientIDForm  = regexp.MustCompile(`^0x([0-9a-fA-F]{2})+$`)
	sectorForm    = regexp.MustCompile(`^[0-9]+(/[0-9]+)?$`)
)

// blank tells whether a value unsets a text or a number: null, and all that JavaScript prints as nothing (reference 5).
func blank(value js.Value) bool {
	return value == nil || strings.TrimSpace(js.ToString(value)) == ""
}

// goodValue tells whether a payload may hold the value for the property, by type, limits and check (reference 5).
func goodValue(row property.Property, value js.Value, pools []string) bool {
	switch row.Type {
	case property.String:
		text, ok := value.(string)
		return blank(value) || (ok && goodText(row.Check, text))
	case property.Integer:
		return goodInteger(row.Limits, value)
	case property.Boolean:
		_, ok := toBoolean(value)
		return ok
	case property.UUID:
		text, ok := value.(string)
		return ok && uuidForm.MatchString(text)
	case property.Zpool:
		return isPool(value, pools)
	case property.List:
		elements, ok := toList(value)
		return ok && goodList(row.Check, elements)
	case property.FlatObject:
		return isFlat(value)
	default:
		return true
	}
}

func goodInteger(limits property.Limits, value js.Value) bool {
	if blank(value) {
		return true
	}
	if _, isBool := value.(bool); isBool {
		return false
	}
	number := js.ToNumber(value)
	return js.Integral(number) && limits.Hold(number)
}

// toBoolean converts what counts as a boolean; 0 and "0" do not.
func toBoolean(value js.Value) (truth, ok bool) {
	switch value {
	case true, "true", float64(1), "1":
		return true, true
	case false, "false":
		return false, true
	default:
		return false, false
	}
}

func isPool(value js.Value, pools []string) bool {
	for _, name := range pools {
		if value == name {
			return true
		}
	}
	return false
}

// toList converts an array of texts and numbers without commas, or a comma separated text, whose empty parts are dropped.
func toList(value js.Value) ([]string, bool) {
	elements := []string{}
	switch v := value.(type) {
	case string:
		for part := range strings.SplitSeq(v, ",") {
			if part != "" {
				elements = append(elements, part)
			}
		}
		return elements, true
	case []js.Value:
		for _, element := range v {
			switch element.(type) {
			case string, float64:
			default:
				return nil, false
			}
			text := js.ToString(element)
			if strings.Contains(text, ",") {
				return nil, false
			}
			elements = append(elements, text)
		}
		return elements, true
	default:
		return nil, false
	}
}

// isFlat accepts null too (what it then does is unconfirmed, reference 24), and an array, which JavaScript takes for an object.
func isFlat(value js.Value) bool {
	var elements []js.Value
	switch v := value.(type) {
	case nil:
		return true
	case []js.Value:
		elements = v
	case *js.Object:
		for _, key := range v.Keys() {
			element, _ := v.Get(key)
			elements = append(elements, element)
		}
	default:
		return false
	}
	for _, element := range elements {
		switch element.(type) {
		case string, float64, bool:
		default:
			return false
		}
	}
	return true
}

func goodText(check property.Check, text string) bool {
	switch check {
	case property.MACCheck:
		return macForm.MatchString(text)
	case property.SectorCheck:
		return goodSectors(text)
	default:
		return true
	}
}

func goodSectors(text string) bool {
	if !sectorForm.MatchString(text) {
		return false
	}
	for part := range strings.SplitSeq(text, "/") {
		size, err := strconv.ParseUint(part, 10, 32)
		if err != nil || size == 0 || size&(size-1) != 0 {
			return false
		}
	}
	return true
}

func goodList(check property.Check, elements []string) bool {
	for _, element := range elements {
		switch check {
		case property.ResolverCheck:
			if address, err := netip.ParseAddr(element); err != nil || address.Zone() != "" {
				return false
			}
		case property.NamespaceCheck:
			if !namespaceForm.MatchString(element) {
				return false
			}
		case property.ClientIDCheck:
			if !clientIDForm.MatchString(element) || len(element) > 512 {
				return false
			}
		}
	}
	return check != property.ClientIDCheck || (len(elements) <= 20 && len(strings.Join(elements, ",")) < 1024)
}
