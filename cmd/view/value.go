package view

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/specadm/specadm/spec"
)

// noneText stands for a value that is not there.
const noneText = "none"

// valueText is a value on one line: strings quoted where needed, sizes with their unit, objects and lists in the manner of YAML. The
// path tells the units of the members of an element.
func valueText(path string, value any, unit spec.Unit) string {
	switch v := value.(type) {
	case nil:
		return noneText
	case string:
		return quote(v)
	case bool:
		return strconv.FormatBool(v)
	case int64, int, float64:
		return sizeText(value, unit)
	case []any:
		texts := make([]string, len(v))
		for i, element := range v {
			texts[i] = valueText(path, element, unit)
		}
		return "[" + strings.Join(texts, ", ") + "]"
	case map[string]any:
		var texts []string
		for _, key := range slices.Sorted(maps.Keys(v)) {
			texts = append(texts, key+": "+valueText("", v[key], unitOfMember(path, key)))
		}
		return "{" + strings.Join(texts, ", ") + "}"
	}
	return fmt.Sprint(value)
}

// unitOfMember is the unit of a member of the collection that a path such as disks[0] leads into.
func unitOfMember(path, member string) spec.Unit {
	collection, _, _ := strings.Cut(path, "[")
	if row, ok := spec.Properties().Member(collection, member); ok {
		return row.Unit
	}
	return spec.NoUnit
}

// quote leaves words, addresses and paths bare and quotes everything that could be read as something else.
func quote(text string) string {
	_, err := strconv.ParseFloat(text, 64)
	reserved := slices.Contains([]string{"", "true", "false", "null", noneText}, text)
	if err == nil || reserved || strings.ContainsFunc(text, func(r rune) bool { return !isPlain(r) }) {
		return strconv.Quote(text)
	}
	return text
}

func isPlain(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:@+%*", r)
}

// isSize reports whether a unit measures space. Other numbers have their unit in words, which explain tells.
func isSize(unit spec.Unit) bool { return unit == spec.MiB || unit == spec.GiB || unit == spec.Bytes }

// sizeText is a number, of a size with its unit: the largest one that divides it, so that no digit is lost.
func sizeText(value any, unit spec.Unit) string {
	whole, ok := value.(int64)
	if n, isInt := value.(int); isInt {
		whole, ok = int64(n), true
	}
	if !isSize(unit) {
		return plainText(value)
	}
	if !ok {
		return plainText(value) + " " + string(unit)
	}
	units := []spec.Unit{spec.Bytes, "KiB", spec.MiB, spec.GiB, "TiB"}
	at := slices.Index(units, unit)
	for at+1 < len(units) && whole != 0 && whole%1024 == 0 {
		whole /= 1024
		at++
	}
	return fmt.Sprintf("%d %s", whole, units[at])
}

// deltaText is the difference of two sizes, such as "+2 GiB"; "" when they are none.
func deltaText(before, after any, unit spec.Unit) string {
	b, okBefore := before.(int64)
	a, okAfter := after.(int64)
	if !okBefore || !okAfter || !isSize(unit) {
		return ""
	}
	if a >= b {
		return "+" + sizeText(a-b, unit)
	}
	return "-" + sizeText(b-a, unit)
}
