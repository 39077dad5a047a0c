package diff

import (
	"strconv"

	"github.com/specadm/specadm/spec"
)

// text is a plain value as it would stand in a list of vmadm's comma form.
func text(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// vanishes reports whether get hides a property that has this value, so that a missing key says the same: empty texts and lists,
// the value that the table assumes, and a 0 that the platform does not keep (reference 5 and 9.1). Where a missing key means something else,
// such as none for a limit, 0 is a value.
func vanishes(row *spec.Property, brand spec.Brand, value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		if v == "" {
			return true
		}
	case []any:
		if len(v) == 0 {
			return true
		}
	case map[string]any:
		if len(v) == 0 {
			return true
		}
	case int64:
		if v == 0 && !row.KeepZero && row.Absent == nil {
			return true
		}
	}
	assumed, ok := row.AtDefault(brand)
	if row.Absent != nil {
		assumed, ok = row.Absent, true
	}
	return ok && row.Equal(assumed, value)
}
