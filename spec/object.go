package spec

import "encoding/json"

// Object is an instance, or an element of one of its collections, as vmadm spells it: property to value. The same type stands on
// both sides of a comparison.
//
// Values are string, bool, int64, float64 (only where the platform itself answers with a fraction, such as a quota set by hand),
// nil (in a manifest: back to the platform's default), []any and map[string]any; elements of collections are map[string]any.
type Object = map[string]any

// Numbers gives what was decoded with json.Number the numbers of an Object, in place: whole ones are int64.
func Numbers(value any) any {
	switch v := value.(type) {
	case json.Number:
		if whole, err := v.Int64(); err == nil {
			return whole
		}
		if f, err := v.Float64(); err == nil {
			return f
		}
	case []any:
		for i, element := range v {
			v[i] = Numbers(element)
		}
	case map[string]any:
		for key, element := range v {
			v[key] = Numbers(element)
		}
	}
	return value
}
