package view

import (
	"encoding/json"
	"io"
)

// JSON prints a value with an indent of two spaces, leaving <, > and & as they are.
func JSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
