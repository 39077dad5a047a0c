package vm

import (
	"regexp"
	"slices"
	"strings"

	"github.com/specadm/specadm/drivers/lab/vm/js"
)

// filter is one condition of list and lookup: the text form of a field is equal to a text, or contains a match of a regular expression.
type filter struct {
	field   fieldPath
	text    string
	pattern *regexp.Regexp
}

// parseFilters reads KEY=VALUE and KEY=~REGEX; what names the kind of key in the refusal of an unknown one. The last of several filters
// for a key wins.
func parseFilters(args []string, what string) ([]filter, error) {
	var filters []filter
	for _, arg := range args {
		key, text, _ := strings.Cut(arg, "=")
		f := filter{field: parseField(key), text: text}
		if !f.field.isFilter() {
			return nil, failf("Invalid %s key: %q", what, key)
		}
		if expression, ok := strings.CutPrefix(text, "~"); ok {
			pattern, err := regexp.Compile("(?i)" + expression)
			if err != nil {
				return nil, crashf("SyntaxError: Invalid regular expression: /%s/: %s", expression, err)
			}
			f.pattern = pattern
		} else if f.field[len(f.field)-1] == "mac" {
			f.text = paddedMAC(text)
		}
		filters = slices.DeleteFunc(filters, func(earlier filter) bool { return earlier.field.String() == key })
		filters = append(filters, f)
	}
	return filters, nil
}

func (f filter) matches(object *js.Object) bool {
	return slices.ContainsFunc(f.field.values(object), func(value js.Value) bool {
		text := js.ToString(value)
		if f.pattern != nil {
			return f.pattern.MatchString(text)
		}
		return text == f.text
	})
}

// lookup returns the objects that all filters match, with the two fields that only list and lookup have: the type, cut to four letters,
// and the ram of zones (reference 3.3).
func (v *vmadm) lookup(filters []filter) ([]*js.Object, error) {
	var found []*js.Object
	for _, name := range v.names() {
		object, err := v.listed(name)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(filters, func(f filter) bool { return !f.matches(object) }) {
			found = append(found, object)
		}
	}
	return found, nil
}
