package view

import "github.com/specadm/specadm/spec"

// secretText stands for every value that must not be shown.
const secretText = "(secret)"

// Mask replaces what is secret in the value of a property, at any depth: the table's secret properties, and metadata whose key looks
// like that of a secret. The value itself is left as it is.
func Mask(table *spec.Table, path string, value any) any {
	if table.Secret(path) && value != nil && value != "" {
		return secretText
	}
	switch v := value.(type) {
	case map[string]any:
		masked := make(map[string]any, len(v))
		for key, element := range v {
			masked[key] = Mask(table, path+"."+key, element)
		}
		return masked
	case []any:
		masked := make([]any, len(v))
		for i, element := range v {
			masked[i] = Mask(table, path+".*", element)
		}
		return masked
	}
	return value
}
