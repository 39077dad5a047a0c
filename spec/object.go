package spec

// Object is an instance, or an element of one of its collections, as vmadm spells it: property to value. The same type stands on
// both sides of a comparison.
//
// Values are string, bool, int64, float64 (only where the platform itself answers with a fraction, such as a quota set by hand),
// nil (in a manifest: back to the platform's default), []any and map[string]any; elements of collections are map[string]any.
type Object = map[string]any
