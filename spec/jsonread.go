package spec

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// jsonReader reads strict JSON into the same nodes as YAML, with the place of every key and value. encoding/json tells no places, and
// the YAML reader would accept much that vmadm refuses, and is slow. Texts without escapes share the memory of the file.
type jsonReader struct {
	text  string
	at    int // offset of the next byte
	line  int
	depth int

	column   int // of the byte at columnAt, in characters from 1
	columnAt int

	slab  []yaml.Node  // nodes are taken from here
	stack []*yaml.Node // what the containers that are open hold so far
	lists []*yaml.Node // contents are taken from here
}

// syntaxError is the one mistake that stops reading a text.
type syntaxError struct {
	code                string
	line, column        int
	message, suggestion string
}

func (e *syntaxError) Error() string { return e.message }

// readJSON reads all documents of a file: usually one, or several one after the other as in ndjson.
func readJSON(text string) ([]*yaml.Node, *syntaxError) {
	r := &jsonReader{text: text, line: 1, column: 1}
	var documents []*yaml.Node
	for {
		r.space()
		if r.at == len(r.text) {
			return documents, nil
		}
		if len(documents) == maxDocuments {
			return nil, r.fail("SA1002", fmt.Sprintf("the file has more than %d documents", maxDocuments), "split it")
		}
		node, err := r.value()
		if err != nil {
			return nil, err
		}
		documents = append(documents, node)
		last := r.line
		r.space()
		if r.at < len(r.text) && (r.line == last || strings.IndexByte(":,}]", r.text[r.at]) >= 0) {
			return nil, r.afterDocument(node)
		}
	}
}

func (r *jsonReader) afterDocument(node *yaml.Node) *syntaxError {
	switch {
	case r.text[r.at] == ':' && node.Kind == yaml.ScalarNode:
		return r.fail("SA1102", "the braces around the object are missing", "put { before the first key and } after the last value")
	case r.text[r.at] == ',':
		return r.fail("SA1102", "a comma stands after the end of the document", "remove it, or put the documents into a list: [ ... ]")
	case r.text[r.at] != '}' && r.text[r.at] != ']':
		return r.fail("SA1102", "something follows the document on its line", "start another document on a line of its own")
	}
	return r.fail("SA1102", fmt.Sprintf("%q closes nothing", r.text[r.at]), "remove it")
}

func (r *jsonReader) space() {
	for r.at < len(r.text) {
		switch r.text[r.at] {
		case ' ', '\t', '\r':
			r.at++
		case '\n':
			r.at++
			r.line++
			r.column, r.columnAt = 1, r.at
		default:
			return
		}
	}
}

// here is the column of the next byte. It counts on from the last place it was asked for, so that long lines cost no more than others.
func (r *jsonReader) here() int {
	r.column += utf8.RuneCountInString(r.text[r.columnAt:r.at])
	r.columnAt = r.at
	return r.column
}

func (r *jsonReader) fail(code, message, suggestion string) *syntaxError {
	return &syntaxError{code: code, line: r.line, column: r.here(), message: message, suggestion: suggestion}
}

// close gives a container what has been put on the stack since it was opened.
func (r *jsonReader) close(n *yaml.Node, from int) {
	size := len(r.stack) - from
	if len(r.lists) < size {
		r.lists = make([]*yaml.Node, max(256, size))
	}
	n.Content = r.lists[:size:size]
	r.lists = r.lists[size:]
	copy(n.Content, r.stack[from:])
	r.stack = r.stack[:from]
}

// node takes a node that starts at the next byte.
func (r *jsonReader) node(kind yaml.Kind, tag string) *yaml.Node {
	if len(r.slab) == 0 {
		r.slab = make([]yaml.Node, 64)
	}
	n := &r.slab[0]
	r.slab = r.slab[1:]
	n.Kind, n.Tag, n.Line, n.Column = kind, tag, r.line, r.here()
	return n
}

func (r *jsonReader) value() (*yaml.Node, *syntaxError) {
	if r.at == len(r.text) {
		return nil, r.fail("SA1102", "the document ends where a value belongs", "")
	}
	switch b := r.text[r.at]; {
	case b == '{' && (strings.HasPrefix(r.text[r.at:], "{{") || strings.HasPrefix(r.text[r.at:], "{%")):
		return nil, r.unexpected("a value")
	case b == '{':
		return r.object()
	case b == '[':
		return r.array()
	case b == '"':
		return r.string()
	case b == '-' || b >= '0' && b <= '9':
		return r.number()
	}
	for _, literal := range [...]struct{ text, tag string }{{"true", "!!bool"}, {"false", "!!bool"}, {"null", "!!null"}} {
		if strings.HasPrefix(r.text[r.at:], literal.text) {
			n := r.node(yaml.ScalarNode, literal.tag)
			n.Value = literal.text
			r.at += len(literal.text)
			return n, nil
		}
	}
	return nil, r.unexpected("a value")
}

func (r *jsonReader) object() (*yaml.Node, *syntaxError) {
	n := r.node(yaml.MappingNode, "!!map")
	if err := r.open(); err != nil {
		return nil, err
	}
	from := len(r.stack)
	for first := true; ; first = false {
		done, err := r.next(n, '}', first)
		if err != nil || done {
			r.close(n, from)
			return n, err
		}
		if r.text[r.at] != '"' {
			return nil, r.unexpected("a key in double quotes")
		}
		key, err := r.string()
		if err != nil {
			return nil, err
		}
		r.space()
		if r.at == len(r.text) || r.text[r.at] != ':' {
			return nil, r.fail("SA1102", fmt.Sprintf("a colon belongs after the key %s", quoted(key.Value)), "")
		}
		r.at++
		r.space()
		value, err := r.value()
		if err != nil {
			return nil, err
		}
		r.stack = append(r.stack, key, value)
	}
}

func (r *jsonReader) array() (*yaml.Node, *syntaxError) {
	n := r.node(yaml.SequenceNode, "!!seq")
	if err := r.open(); err != nil {
		return nil, err
	}
	from := len(r.stack)
	for first := true; ; first = false {
		done, err := r.next(n, ']', first)
		if err != nil || done {
			r.close(n, from)
			return n, err
		}
		value, err := r.value()
		if err != nil {
			return nil, err
		}
		r.stack = append(r.stack, value)
	}
}

func (r *jsonReader) open() *syntaxError {
	r.at++
	if r.depth++; r.depth > maxDepth {
		return r.fail("SA1002", fmt.Sprintf("the document is nested more than %d levels deep", maxDepth), "")
	}
	return nil
}

// next moves to the next element of an object or array, past its comma. done says that closing was there instead.
func (r *jsonReader) next(container *yaml.Node, closing byte, first bool) (done bool, err *syntaxError) {
	r.space()
	if r.at == len(r.text) {
		return false, r.unclosed(container)
	}
	if r.text[r.at] == closing {
		r.at++
		r.depth--
		return true, nil
	}
	if first {
		return false, nil
	}
	if r.text[r.at] != ',' {
		return false, r.missingComma(closing)
	}
	line, column := r.line, r.here()
	r.at++
	r.space()
	switch {
	case r.at == len(r.text):
		return false, r.unclosed(container)
	case r.text[r.at] == closing:
		return false, &syntaxError{"SA1102", line, column, "a comma stands after the last element", "remove the comma"}
	}
	return false, nil
}

func (r *jsonReader) unclosed(container *yaml.Node) *syntaxError {
	closing := "brace } is"
	if container.Kind == yaml.SequenceNode {
		closing = "bracket ] is"
	}
	return r.fail("SA1102", fmt.Sprintf("the document ends, and the closing %s missing for line %d, column %d", closing, container.Line, container.Column), "")
}

func (r *jsonReader) missingComma(closing byte) *syntaxError {
	if b := r.text[r.at]; b == '}' || b == ']' {
		return r.fail("SA1102", fmt.Sprintf("%q stands where %q or a comma belongs", b, closing), "")
	}
	if b := r.text[r.at]; b == '"' || b == '{' || b == '[' || b == '-' || b >= '0' && b <= '9' {
		return r.fail("SA1102", "a comma is missing before this", "put a comma after the value before it")
	}
	return r.unexpected(fmt.Sprintf("a comma or %q", closing))
}

// unexpected explains the frequent reasons for something that is not JSON.
func (r *jsonReader) unexpected(wanted string) *syntaxError {
	rest := r.text[r.at:]
	first, _ := utf8.DecodeRuneInString(rest)
	word := rest[:wordLength(rest)]
	after := strings.TrimLeft(rest[len(word):], " \t")
	switch {
	case strings.ContainsRune("“”„‟‘’", first):
		return r.fail("SA1111", fmt.Sprintf("%c is a typographic quote", first), `use straight quotes: "`)
	case token(rest) != "":
		return r.fail("SA1112", fmt.Sprintf("%s is a token of a template that nothing has filled in", token(rest)), "fill the template in first")
	case first == '\'':
		return r.fail("SA1102", "JSON knows no single quotes", `use double quotes: "`)
	case strings.HasPrefix(rest, "//"), strings.HasPrefix(rest, "/*"), first == '#':
		return r.fail("SA1102", "JSON knows no comments", "remove it, or write the file as YAML (.yaml)")
	case first == ',':
		return r.fail("SA1102", "a comma stands where "+wanted+" belongs", "remove the comma")
	case word != "" && strings.HasPrefix(after, `"`):
		return r.fail("SA1102", "the opening quote is missing before "+word, `write "`+word+`"`)
	case word != "" && strings.HasPrefix(after, ":"):
		return r.fail("SA1102", "the key "+word+" has no quotes", `write "`+word+`"`)
	case word == "True" || word == "False" || word == "None" || word == "TRUE" || word == "FALSE" || word == "NULL" || word == "undefined":
		return r.fail("SA1102", word+" is not JSON", "write true, false or null")
	case word != "":
		return r.fail("SA1102", "the text "+word+" has no quotes", `write "`+word+`"`)
	}
	return r.fail("SA1102", fmt.Sprintf("%q stands where %s belongs", first, wanted), "")
}

func wordLength(text string) int {
	for i, c := range text {
		if c != '_' && c != '-' && c != '.' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return i
		}
	}
	return len(text)
}

func (r *jsonReader) number() (*yaml.Node, *syntaxError) {
	n := r.node(yaml.ScalarNode, "!!int")
	start, digits := r.at, 0
	if r.text[r.at] == '-' {
		r.at++
	}
	whole := r.at
	for ; r.at < len(r.text); r.at++ {
		switch b := r.text[r.at]; {
		case b >= '0' && b <= '9':
			digits++
			continue
		case b == '.' || b == 'e' || b == 'E', (b == '+' || b == '-') && n.Tag == "!!float":
			n.Tag = "!!float"
			continue
		}
		break
	}
	n.Value = r.text[start:r.at]
	if digits > 1 && r.text[whole] == '0' && r.text[whole+1] >= '0' && r.text[whole+1] <= '9' {
		return nil, &syntaxError{"SA1105", n.Line, n.Column, n.Value + " starts with a zero, which JSON does not allow", "write it without the zero"}
	}
	if _, err := strconv.ParseFloat(n.Value, 64); digits == 0 || errors.Is(err, strconv.ErrSyntax) || strings.HasSuffix(n.Value, ".") {
		return nil, &syntaxError{"SA1102", n.Line, n.Column, quoted(n.Value) + " is not a number", ""}
	}
	if rest := r.text[r.at:]; wordLength(rest) > 0 {
		return nil, &syntaxError{"SA1102", n.Line, n.Column, fmt.Sprintf("%s%s is not a number", n.Value, rest[:wordLength(rest)]), "put it in quotes if it is a text"}
	}
	return n, nil
}

func (r *jsonReader) string() (*yaml.Node, *syntaxError) {
	n := r.node(yaml.ScalarNode, "!!str")
	n.Style = yaml.DoubleQuotedStyle
	r.at++
	start := r.at
	for ; r.at < len(r.text); r.at++ {
		switch b := r.text[r.at]; {
		case b == '"':
			n.Value = r.text[start:r.at]
			r.at++
			return n, nil
		case b == '\\':
			return n, r.escaped(n, start)
		case b < ' ':
			return nil, r.unclosedString(n)
		}
	}
	return nil, r.unclosedString(n)
}

func (r *jsonReader) unclosedString(n *yaml.Node) *syntaxError {
	return &syntaxError{"SA1102", n.Line, n.Column, "the text is not closed on its line", `put " at its end; write line breaks in a text as \n`}
}

// escaped reads the rest of a text in which a backslash was met.
func (r *jsonReader) escaped(n *yaml.Node, start int) *syntaxError {
	var b strings.Builder
	b.WriteString(r.text[start:r.at])
	for r.at < len(r.text) {
		c := r.text[r.at]
		switch {
		case c == '"':
			n.Value = b.String()
			r.at++
			return nil
		case c < ' ':
			return r.unclosedString(n)
		case c != '\\':
			b.WriteByte(c)
			r.at++
			continue
		}
		char, size, ok := escape(r.text[r.at:])
		if !ok {
			return r.fail("SA1102", "the backslash starts no escape that JSON knows", `write \\ for a backslash`)
		}
		b.WriteRune(char)
		r.at += size
	}
	return r.unclosedString(n)
}

// escape reads one escape, or a pair that makes one character outside the basic plane.
func escape(text string) (char rune, size int, ok bool) {
	if len(text) < 2 {
		return 0, 0, false
	}
	if i := strings.IndexByte(`"\/bfnrt`, text[1]); i >= 0 {
		return rune("\"\\/\b\f\n\r\t"[i]), 2, true
	}
	high, ok := hex4(text)
	if !ok {
		return 0, 0, false
	}
	if utf16.IsSurrogate(high) {
		if low, ok := hex4(text[6:]); ok {
			if pair := utf16.DecodeRune(high, low); pair != utf8.RuneError {
				return pair, 12, true
			}
		}
		return utf8.RuneError, 6, true
	}
	return high, 6, true
}

func hex4(text string) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(text[2:6], 16, 16)
	return rune(n), err == nil
}
