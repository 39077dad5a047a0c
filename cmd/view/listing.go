package view

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/specadm/specadm/spec"
)

// Listing is a list of instances as vmadm list prints it, with vmadm's own syntax for columns and sorting (reference 3.1).
type Listing struct {
	columns  []Column
	keys     []sortKey
	Parsable bool // no heading and no padding, values joined with ":"
	NoHeader bool
}

type sortKey struct {
	path       string
	descending bool
}

// NewListing reads the columns ("uuid,nics.0.ip") and the sort keys ("-ram,+alias") of a command line.
func NewListing(table *spec.Table, columns, sortKeys string) (*Listing, error) {
	listing := &Listing{}
	for _, name := range strings.Split(columns, ",") {
		column, ok := findColumn(table, name)
		if !ok {
			return nil, fmt.Errorf("invalid order field: %s", name)
		}
		listing.columns = append(listing.columns, column)
	}
	for _, key := range strings.Split(sortKeys, ",") {
		path := strings.TrimLeft(key, "+-")
		if _, ok := findColumn(table, path); !ok {
			return nil, fmt.Errorf("invalid sort field: %s", key)
		}
		listing.keys = append(listing.keys, sortKey{path: path, descending: strings.HasPrefix(key, "-")})
	}
	return listing, nil
}

// Has reports whether a column is shown.
func (l *Listing) Has(name string) bool {
	return slices.ContainsFunc(l.columns, func(c Column) bool { return c.Name == name })
}

// Idle lists the sort keys that do nothing: as in vmadm, only columns that are shown can sort.
func (l *Listing) Idle() []string {
	var idle []string
	for _, key := range l.keys {
		if !l.Has(key.path) {
			idle = append(idle, key.path)
		}
	}
	return idle
}

// Print sorts the instances and prints one line for each.
func (l *Listing) Print(w io.Writer, instances []spec.Object) error {
	sorted := slices.Clone(instances)
	slices.SortStableFunc(sorted, l.compare)

	var out strings.Builder
	if !l.Parsable && !l.NoHeader {
		l.line(&out, func(c Column) string { return c.Header })
	}
	for _, instance := range sorted {
		l.line(&out, func(c Column) string { return l.cell(instance, c) })
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// line writes one line: columns padded to their width and two spaces apart, nothing at the end.
func (l *Listing) line(out *strings.Builder, text func(Column) string) {
	var line strings.Builder
	for i, column := range l.columns {
		switch {
		case l.Parsable && i > 0:
			line.WriteString(":" + text(column))
		case l.Parsable:
			line.WriteString(text(column))
		case i > 0:
			fmt.Fprintf(&line, "  %-*s", column.Width, text(column))
		default:
			fmt.Fprintf(&line, "%-*s", column.Width, text(column))
		}
	}
	out.WriteString(strings.TrimRight(line.String(), " ") + "\n")
}

// cell is the text of a value; a missing one and false are "-", or nothing with -p.
func (l *Listing) cell(instance spec.Object, column Column) string {
	value, ok := part(instance, column.Name)
	text := plainText(value)
	if !ok || value == false || text == "" {
		if l.Parsable {
			return ""
		}
		return "-"
	}
	return text
}

// compare orders by the keys that are shown. In ascending order what is missing, 0 and "" come last (reference 3.1).
func (l *Listing) compare(a, b spec.Object) int {
	for _, key := range l.keys {
		if !l.Has(key.path) {
			continue
		}
		va, _ := part(a, key.path)
		vb, _ := part(b, key.path)
		order := compareValues(va, vb)
		if key.descending {
			order = -order
		}
		if order != 0 {
			return order
		}
	}
	return 0
}

func compareValues(a, b any) int {
	switch {
	case empty(a) && empty(b):
		return 0
	case empty(a):
		return 1
	case empty(b):
		return -1
	}
	x, aNumber := number(a)
	y, bNumber := number(b)
	if aNumber && bNumber {
		return cmp.Compare(x, y)
	}
	return strings.Compare(plainText(a), plainText(b))
}

func empty(value any) bool {
	n, isNumber := number(value)
	return value == nil || value == false || value == "" || isNumber && n == 0
}

func number(value any) (float64, bool) {
	switch v := value.(type) {
	case int64:
		return float64(v), true
	case int:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}
