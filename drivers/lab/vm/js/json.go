package js

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// SyntaxError is text that is not JSON; it reads like the message of the platform's parser.
type SyntaxError struct{ Message string }

func (e *SyntaxError) Error() string { return e.Message }

// Parse reads one JSON value. A key that occurs twice keeps its first place and its last value. Errors are *SyntaxError.
func Parse(text []byte) (Value, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	value, err := parseValue(decoder)
	if err != nil {
		return nil, syntaxError(text, err)
	}
	if token, err := decoder.Token(); !errors.Is(err, io.EOF) {
		if err != nil {
			return nil, syntaxError(text, err)
		}
		return nil, &SyntaxError{Message: fmt.Sprintf("Unexpected token %v", token)}
	}
	return value, nil
}

func parseValue(decoder *json.Decoder) (Value, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '[' {
			return parseArray(decoder)
		}
		return parseObject(decoder)
	default:
		return t, nil
	}
}

func parseArray(decoder *json.Decoder) (Value, error) {
	array := []Value{}
	for decoder.More() {
		element, err := parseValue(decoder)
		if err != nil {
			return nil, err
		}
		array = append(array, element)
	}
	_, err := decoder.Token()
	return array, err
}

func parseObject(decoder *json.Decoder) (Value, error) {
	object := &Object{}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		value, err := parseValue(decoder)
		if err != nil {
			return nil, err
		}
		object.Set(key.(string), value)
	}
	_, err := decoder.Token()
	return object, err
}

// syntaxError words an error as the platform's parser does. A second parser finds the place, since a Decoder counts from its last token.
func syntaxError(text []byte, err error) *SyntaxError {
	var ignored any
	if whole := json.Unmarshal(text, &ignored); whole != nil {
		err = whole
	}
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) || syntax.Offset <= 0 || int(syntax.Offset) > len(text) || strings.Contains(syntax.Error(), "unexpected end") {
		return &SyntaxError{Message: "Unexpected end of input"}
	}
	culprit, _ := utf8.DecodeRune(text[syntax.Offset-1:])
	return &SyntaxError{Message: "Unexpected token " + string(culprit)}
}

// FromGo turns what encoding/json decodes into (maps, slices, strings, numbers, booleans, nil) into a value; the keys of maps come
// in byte order, since a map has none.
func FromGo(value any) Value {
	switch v := value.(type) {
	case map[string]any:
		keys := make([]string, 0, len(v))
		for key := range v {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		object := &Object{}
		for _, key := range keys {
			object.Set(key, FromGo(v[key]))
		}
		return object
	case []any:
		array := make([]Value, len(v))
		for i, element := range v {
			array[i] = FromGo(element)
		}
		return array
	case int:
		return float64(v)
	case int64:
		return float64(v)
	case json.Number:
		return parseNumber(string(v))
	default:
		return v
	}
}

// Stringify is JSON.stringify(value): no blanks, keys in their order.
func Stringify(value Value) string {
	return string(appendValue(nil, value, "", ""))
}

// StringifyIndent is JSON.stringify(value, null, 2), the form in which vmadm prints objects.
func StringifyIndent(value Value) string {
	return string(appendValue(nil, value, "\n", "  "))
}

// appendValue writes the value; newline is the line break with the indentation reached so far, empty for the compact form.
func appendValue(out []byte, value Value, newline, indent string) []byte {
	switch v := value.(type) {
	case nil:
		return append(out, "null"...)
	case bool:
		if v {
			return append(out, "true"...)
		}
		return append(out, "false"...)
	case float64:
		if text := FormatNumber(v); text != "NaN" && !strings.HasSuffix(text, "Infinity") {
			return append(out, text...)
		}
		return append(out, "null"...)
	case string:
		return appendString(out, v)
	case []Value:
		if len(v) == 0 {
			return append(out, "[]"...)
		}
		out = append(out, '[')
		for i, element := range v {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(out, newline+indent...)
			out = appendValue(out, element, newline+indent, indent)
		}
		out = append(out, newline...)
		return append(out, ']')
	case *Object:
		return appendObject(out, v, newline, indent)
	default:
		panic(fmt.Sprintf("js: value of type %T", value))
	}
}

func appendObject(out []byte, object *Object, newline, indent string) []byte {
	if object.Len() == 0 {
		return append(out, "{}"...)
	}
	out = append(out, '{')
	for i, key := range object.keys {
		if i > 0 {
			out = append(out, ',')
		}
		if newline != "" {
			out = append(out, newline+indent...)
		}
		out = appendString(out, key)
		out = append(out, ':')
		if newline != "" {
			out = append(out, ' ')
			out = appendValue(out, object.values[key], newline+indent, indent)
			continue
		}
		out = appendValue(out, object.values[key], "", "")
	}
	out = append(out, newline...)
	return append(out, '}')
}

func appendString(out []byte, text string) []byte {
	const hex = "0123456789abcdef"
	out = append(out, '"')
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case c == '\n':
			out = append(out, '\\', 'n')
		case c == '\r':
			out = append(out, '\\', 'r')
		case c == '\t':
			out = append(out, '\\', 't')
		case c == '\b':
			out = append(out, '\\', 'b')
		case c == '\f':
			out = append(out, '\\', 'f')
		case c < 0x20:
			out = append(out, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			out = append(out, c)
		}
	}
	return append(out, '"')
}
