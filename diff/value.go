package diff

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/specadm/specadm/spec"
)

// normal brings one value that get shows into the form that manifests have after loading. It is called only where a quick
// comparison has found a difference, so that a node in sync costs no copies.
func normal(row *spec.Property, value any) any {
	switch row.Type {
	case spec.Strings:
		return normalList(row, value)
	case spec.Boolean:
		switch value {
		case "true", "1", int64(1):
			return true
		case "false":
			return false
		}
	case spec.Integer:
		switch v := value.(type) {
		case float64:
			if v == float64(int64(v)) {
				return int64(v)
			}
		case string:
			if n, err := strconv.ParseInt(v, 10, 64); err == nil {
				return n
			}
		}
	}
	return value
}

// normalList takes an array or vmadm's comma form, drops empty elements and sorts sets.
func normalList(row *spec.Property, value any) any {
	var list []any
	switch v := value.(type) {
	case string:
		for _, part := range strings.Split(v, ",") {
			if part != "" {
				list = append(list, part)
			}
		}
	case []any:
		for _, element := range v {
			if element != "" {
				list = append(list, element)
			}
		}
	default:
		return value
	}
	if row.Set {
		slices.SortFunc(list, func(a, b any) int { return cmp.Compare(text(a), text(b)) })
	}
	return list
}

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

// same reports whether two values in normal form are equal. Numbers are equal across types; a list is equal in order.
func same(a, b any) bool {
	switch x := a.(type) {
	case nil:
		return b == nil
	case string:
		y, ok := b.(string)
		return ok && x == y
	case bool:
		y, ok := b.(bool)
		return ok && x == y
	case int64:
		switch y := b.(type) {
		case int64:
			return x == y
		case float64:
			return float64(x) == y
		}
		return false
	case float64:
		switch y := b.(type) {
		case int64:
			return x == float64(y)
		case float64:
			return x == y
		}
		return false
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, same)
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for key, value := range x {
			other, ok := y[key]
			if !ok || !same(value, other) {
				return false
			}
		}
		return true
	}
	return false
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
	return ok && same(normal(row, assumed), value)
}
