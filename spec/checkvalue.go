package spec

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// value checks one value against its row and gives it the type of the row. ok is false when it was reported.
func (c *checker) value(row *Property, value any, at string) (typed any, ok bool) {
	switch value.(type) {
	case reported:
		c.know(at)
		return nil, false
	case nil:
		return nil, c.null(row, at)
	}
	switch row.Type {
	case String, UUID, Zpool:
		return c.text(row, value, at)
	case Integer:
		return c.integer(row, value, at)
	case Boolean:
		return c.boolean(row, value, at)
	case Strings:
		return c.list(row, value, at)
	case Flat:
		return c.flat(row, value, at)
	case Array:
		return c.elements(row, value, at)
	}
	return value, true
}

// null reports a null where vmadm refuses it (reference 5): only texts, numbers and maps may be null.
func (c *checker) null(row *Property, at string) bool {
	if c.nulls || row.Type == String || row.Type == Integer || row.Type == Flat {
		return true
	}
	c.add("SA1309", at, "vmadm refuses null for "+row.BaseName(), "leave it out")
	return false
}

func (c *checker) wrongType(row *Property, at, want string, value any) {
	suggestion := ""
	if row.Example != "" {
		suggestion = "such as " + row.BaseName() + ": " + row.Example
	}
	c.add("SA1301", at, fmt.Sprintf("%s must be %s, not %s", row.BaseName(), want, kindOf(value)), suggestion)
}

func (c *checker) text(row *Property, value any, at string) (any, bool) {
	text, ok := value.(string)
	if !ok {
		if list, is := value.([]any); is && len(list) == 0 && row.Type == String {
			c.add("SA1411", at, row.BaseName()+" must be a text, not an empty list", `write null or ""`)
			return nil, false
		}
		c.wrongType(row, at, map[Type]string{String: "a text", UUID: "a uuid", Zpool: "the name of a pool"}[row.Type], value)
		if _, number := value.(int64); number {
			c.findings[len(c.findings)-1].Suggestion = fmt.Sprintf("put quotes around it: %q", plainText(value))
		}
		return nil, false
	}
	switch row.Type {
	case UUID:
		if !uuidForm(text) {
			c.badUUID(row, text, at)
			return nil, false
		}
	case Zpool:
		if text == "" {
			c.add("SA1302", at, row.BaseName()+" must not be empty", "leave it out for "+plainText(row.Default[Joyent]))
			return nil, false
		}
	case String:
		if text == "" {
			return text, true
		}
	}
	return row.Syntax.normal(text), c.textLimits(row, text, at)
}

func (c *checker) badUUID(row *Property, text, at string) {
	message, suggestion := fmt.Sprintf("%s is %s, which is not a uuid", row.BaseName(), quoted(text)), "a uuid has the form 01b2c898-945f-11e1-a523-af1afbe22822"
	switch {
	case text == "":
		message, suggestion = row.BaseName()+" is empty", "leave it out, or write a uuid"
	case uuidForm(strings.ToLower(text)):
		message, suggestion = row.BaseName()+" has upper-case letters, which vmadm refuses", "write "+strings.ToLower(text)
	}
	c.add("SA1302", at, message, suggestion)
}

// uuidForm reports whether the text is a uuid as vmadm accepts it: 8-4-4-4-12 lower-case hexadecimal digits.
func uuidForm(text string) bool {
	if len(text) != 36 {
		return false
	}
	for i := range len(text) {
		switch b := text[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if b != '-' {
				return false
			}
		case b < '0' || b > 'f' || b > '9' && b < 'a':
			return false
		}
	}
	return true
}

// textLimits checks the limits of a text or of a list element.
func (c *checker) textLimits(row *Property, text, at string) bool {
	allowed := row.Enum
	if byBrand, ok := row.EnumFor[c.brand]; ok {
		allowed = byBrand
	}
	switch {
	case allowed != nil && row.Type != Boolean && !slices.Contains(allowed, text):
		suggestion := "one of " + strings.Join(allowed, ", ")
		if word, ok := suggestWord(text, allowed); ok {
			suggestion = "write " + word
		}
		c.add("SA1401", at, fmt.Sprintf("%s must be one of %s, not %s", row.BaseName(), strings.Join(allowed, ", "), shown(row, text)), suggestion)
	case row.MaxLength > 0 && len([]rune(text)) > row.MaxLength:
		c.add("SA1401", at, fmt.Sprintf("%s has %d characters; the platform takes %d", row.BaseName(), len([]rune(text)), row.MaxLength), "shorten it")
	case row.Bare && strings.ContainsAny(text, "\"\n\r;"):
		c.add("SA1402", at, fmt.Sprintf("%s must not contain double quotes, semicolons or line breaks, which zonecfg would take for its own", row.BaseName()), "")
	case row.Syntax != SyntaxFree:
		if problem := row.Syntax.problem(text); problem != "" {
			c.add("SA1401", at, fmt.Sprintf("%s: %s %s", row.BaseName(), shown(row, text), problem), "")
			return false
		}
		return true
	case row.Pattern != "" && !matches(row.Pattern, text):
		c.add("SA1401", at, fmt.Sprintf("%s is %s, which does not match %s", row.BaseName(), shown(row, text), row.Pattern), exampleOf(row))
	default:
		return true
	}
	return false
}

// shown is a text as messages may show it.
func shown(row *Property, text string) string {
	if row.Secret {
		return "the value"
	}
	return quoted(text)
}

func exampleOf(row *Property) string {
	if row.Example == "" {
		return ""
	}
	return "such as " + row.Example
}

// patterns holds the compiled patterns of the table. It only grows by those, so it stays small.
var patterns sync.Map

func matches(pattern, text string) bool {
	compiled, ok := patterns.Load(pattern)
	if !ok {
		compiled, _ = patterns.LoadOrStore(pattern, regexp.MustCompile(pattern))
	}
	return compiled.(*regexp.Regexp).MatchString(text)
}

func (c *checker) integer(row *Property, value any, at string) (any, bool) {
	var number int64
	switch v := value.(type) {
	case int64:
		number = v
	case float64:
		number = int64(v)
		if float64(number) != v {
			c.wrongType(row, at, "a whole number", value)
			return nil, false
		}
	case string:
		if v == "" {
			return nil, true
		}
		parsed, ok := c.numberText(row, v, at)
		if !ok {
			return nil, false
		}
		number = parsed
	default:
		c.wrongType(row, at, "a whole number", value)
		return nil, false
	}
	return number, c.limits(row, number, at)
}

// numberText reads a number that stands in quotes, or a size with a unit.
func (c *checker) numberText(row *Property, text, at string) (int64, bool) {
	if number, err := strconv.ParseInt(text, 10, 64); err == nil && math.Abs(float64(number)) <= maxWhole {
		c.add("SA1306", at, fmt.Sprintf("%s is the text %q and is read as a number", row.BaseName(), text), "write "+text+" without quotes")
		return number, true
	}
	size, decimal, isSize, err := ParseSize(text, row.Unit)
	switch {
	case !isSize || !c.loose:
		c.wrongType(row, at, "a whole number", text)
		if _, sized := unitBytes(row.Unit); sized && c.loose {
			c.findings[len(c.findings)-1].Suggestion = fmt.Sprintf("write a number of %s, or a size such as 512MiB or 20GiB", row.Unit)
		}
		return 0, false
	case err != nil:
		c.add("SA1302", at, row.BaseName()+": "+err.Error(), fmt.Sprintf("vmadm measures %s in whole %s", row.BaseName(), row.Unit))
		return 0, false
	case decimal:
		c.add("SA1307", at, fmt.Sprintf("%s is read as %s", text, FormatSize(size, row.Unit)), "write "+FormatSize(size, row.Unit))
	}
	return size, true
}

func (c *checker) limits(row *Property, number int64, at string) bool {
	switch {
	case row.Min != nil && number < *row.Min:
		c.add("SA1302", at, fmt.Sprintf("%s must be at least %d, not %d", row.BaseName(), *row.Min, number), "")
	case row.Max != nil && number > *row.Max:
		c.add("SA1302", at, fmt.Sprintf("%s must be at most %d, not %d", row.BaseName(), *row.Max, number), "")
	case row.Syntax == SyntaxPowerOfTwo && number > 0 && number&(number-1) != 0:
		c.add("SA1401", at, fmt.Sprintf("%s must be a power of two, not %d", row.BaseName(), number), "")
	default:
		return true
	}
	return false
}

func (c *checker) boolean(row *Property, value any, at string) (any, bool) {
	switch value {
	case true, false:
		if row.Enum != nil && value == false && c.update { // primary: create drops false, update refuses it
			c.add("SA1401", at, row.BaseName()+" can only be true in an update", "mark another element")
			return nil, false
		}
		return value, true
	case "true", "false", "1", int64(1):
		typed := normalBoolean(value)
		how := kindOf(value)
		if text, ok := value.(string); ok {
			how += " " + quoted(text)
		}
		c.add("SA1306", at, fmt.Sprintf("%s is %s and is read as %v", row.BaseName(), how, typed), fmt.Sprintf("write %v", typed))
		return typed, true
	}
	c.wrongType(row, at, "true or false", value)
	if text, ok := value.(string); ok {
		if meant, ok := booleanWord(text); ok {
			c.findings[len(c.findings)-1].Suggestion = fmt.Sprintf("write %v", meant)
		}
	}
	return nil, false
}

// booleanWord reads the words that people write for true and false.
func booleanWord(text string) (meant, ok bool) {
	switch strings.ToLower(text) {
	case "true", "yes", "on", "y", "1", "enabled":
		return true, true
	case "false", "no", "off", "n", "0", "disabled":
		return false, true
	}
	return false, false
}

func (c *checker) list(row *Property, value any, at string) (any, bool) {
	var elements []any
	switch v := value.(type) {
	case string:
		elements, _ = row.normalList(v).([]any)
	case []any:
		elements = v
	default:
		c.wrongType(row, at, "a list", value)
		return nil, false
	}
	ok := true
	for i, element := range elements {
		elementAt := pointerAt(at, i)
		if _, isText := value.(string); isText {
			elementAt = at
		}
		ok = c.listElement(row, element, elementAt) && ok
	}
	if row.MaxItems > 0 && len(elements) > row.MaxItems {
		c.add("SA1406", at, fmt.Sprintf("%s has %d entries; the platform takes %d", row.BaseName(), len(elements), row.MaxItems), "")
		ok = false
	}
	return row.Normal(value), ok
}

func (c *checker) listElement(row *Property, element any, at string) bool {
	text := ""
	switch v := element.(type) {
	case reported:
		return false
	case string:
		text = v
	case int64, float64:
		text = plainText(v)
	default:
		c.add("SA1301", at, fmt.Sprintf("%s must hold texts, not %s", row.BaseName(), kindOf(element)), exampleOf(row))
		return false
	}
	switch {
	case strings.Contains(text, ","):
		c.add("SA1301", at, fmt.Sprintf("an entry of %s must not contain a comma", row.BaseName()), "make it several entries")
		return false
	case text == "":
		return true
	}
	return c.textLimits(row, text, at)
}

func (c *checker) flat(row *Property, value any, at string) (any, bool) {
	entries, ok := value.(map[string]any)
	if !ok {
		c.wrongType(row, at, "an object", value)
		return nil, false
	}
	for key, value := range entries {
		if !c.flatEntry(row, key, value, pointer(at, key)) {
			delete(entries, key)
		}
	}
	return entries, true
}

// flatEntry checks one entry of a map.
func (c *checker) flatEntry(row *Property, key string, value any, at string) bool {
	switch value.(type) {
	case reported:
		return false
	case map[string]any, []any:
		c.add("SA1301", at, fmt.Sprintf("%s.%s must be a text, a number or a boolean, not %s", row.Name, key, kindOf(value)),
			"write it as a text, such as JSON in quotes")
		return false
	case nil:
		if !c.nulls {
			c.add("SA1309", at, fmt.Sprintf("vmadm refuses null for %s.%s", row.Name, key), "leave it out")
			return false
		}
	}
	return row.Syntax != SyntaxRoute || c.route(row, key, value, at)
}

// kindOf names the type of a value the way people say it, without the value itself, which may be secret.
func kindOf(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case string:
		if v == "" {
			return "an empty text"
		}
		return "a text"
	case bool:
		return fmt.Sprintf("the boolean %v", v)
	case int64:
		return fmt.Sprintf("the number %d", v)
	case float64:
		return "the number " + strconv.FormatFloat(v, 'g', -1, 64)
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	return "something else"
}
