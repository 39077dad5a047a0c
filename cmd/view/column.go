package view

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/specadm/specadm/spec"
)

// Column is one column of a listing.
type Column struct {
	Name   string // "ram", or the path of a part: "nics.0.ip", "tags.role"
	Header string
	Width  int // in characters; longer values are not cut (reference 3.1)
}

// widthOfParts is the width of the columns of parts such as nics.0.ip (reference 3.1).
const widthOfParts = 20

// ownColumns are those that vmadm does not have: what the manifests say about an instance.
func ownColumns() []Column {
	return []Column{
		{Name: "sync", Header: "SYNC", Width: 10},
		{Name: "pending", Header: "PENDING", Width: 8},
		{Name: "manifest", Header: "MANIFEST", Width: 30},
	}
}

// OwnColumns are the names of the columns that say something about manifests, which needs them to be read.
func OwnColumns() []string {
	var names []string
	for _, column := range ownColumns() {
		names = append(names, column.Name)
	}
	return names
}

// OwnColumn reports whether a column is one of OwnColumns.
func OwnColumn(name string) bool { return slices.Contains(OwnColumns(), name) }

// ColumnNames lists the plain columns.
func ColumnNames(table *spec.Table) []string {
	var names []string
	for _, row := range table.All() {
		if row.ListHeader != "" {
			names = append(names, row.Name)
		}
	}
	return append(names, OwnColumns()...)
}

// findColumn knows the columns that vmadm list knows: rows with a heading, nics.N.x and the like with three parts, tags.k and the
// like with two.
func findColumn(table *spec.Table, name string) (Column, bool) {
	for _, column := range ownColumns() {
		if column.Name == name {
			return column, true
		}
	}
	if row, ok := table.Lookup(name); ok && row.ListHeader != "" {
		return Column{Name: name, Header: row.ListHeader, Width: row.ListWidth}, true
	}
	parts := strings.Split(name, ".")
	row, ok := table.Lookup(parts[0])
	if !ok || !row.Nested {
		return Column{}, false
	}
	want := 2
	if row.Kind == spec.Objects {
		want = 3
	}
	if len(parts) != want || strings.Contains(name, "*") {
		return Column{}, false
	}
	return Column{Name: name, Header: strings.ToUpper(name), Width: widthOfParts}, true
}

// part finds a value by its path: a property, an element's member ("nics.0.ip"), or a key of a map ("tags.role"). A property that
// the whole path names wins, so that keys with dots can be found in filters. The second result is false when nothing is there.
func part(instance spec.Object, path string) (any, bool) {
	if value, ok := instance[path]; ok {
		return value, true
	}
	head, rest, ok := strings.Cut(path, ".")
	if !ok {
		return nil, false
	}
	switch value := instance[head].(type) {
	case map[string]any:
		return part(value, rest)
	case []any:
		number, rest, ok := strings.Cut(rest, ".")
		index, err := strconv.Atoi(number)
		if !ok || err != nil || index < 0 || index >= len(value) {
			return nil, false
		}
		if element, ok := value[index].(map[string]any); ok {
			return part(element, rest)
		}
	}
	return nil, false
}

// plainText is a value as JavaScript's String prints it, which is what vmadm compares and lists.
func plainText(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []any:
		texts := make([]string, len(v))
		for i, element := range v {
			texts[i] = plainText(element)
		}
		return strings.Join(texts, ",")
	case map[string]any:
		return "[object Object]"
	}
	return fmt.Sprint(value)
}
