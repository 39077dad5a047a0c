package vm

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/property"
)

// What list shows and how it sorts when nothing is said (reference 3.1).
const (
	defaultColumns = "uuid,type,ram,state,alias"
	defaultSort    = "ram,uuid"
)

func (v *vmadm) runList(args arguments) error {
	filters, err := parseFilters(args.rest, "filter")
	if err != nil {
		return err
	}
	fields, err := parseFields(args, "o", defaultColumns, "order")
	if err != nil {
		return err
	}
	keys, err := parseSort(args)
	if err != nil {
		return err
	}
	objects, err := v.lookup(filters)
	if err != nil {
		return err
	}
	sortObjects(objects, keys, fields)
	table := listTable{out: v.call.Stdout, fields: fields, parseable: args.has("p")}
	if args.has("h") || (!args.has("p") && !args.has("H")) {
		table.header()
	}
	for _, object := range objects {
		table.row(object)
	}
	return table.err
}

// parseFields reads the value of -o; what names the kind of field in the refusal of an unknown one.
func parseFields(args arguments, option, otherwise, what string) ([]fieldPath, error) {
	text := otherwise
	if args.has(option) {
		text = args.options[option]
	}
	var fields []fieldPath
	for name := range strings.SplitSeq(text, ",") {
		field := parseField(name)
		if field.hasStar() {
			return nil, failf("Invalid order key: %q", name)
		}
		if !field.isColumn() {
			return nil, failf("invalid %s field: %s", what, name)
		}
		fields = append(fields, field)
	}
	return fields, nil
}

// sortKey is a field to sort by, and the direction.
type sortKey struct {
	field      fieldPath
	descending bool
}

func parseSort(args arguments) ([]sortKey, error) {
	text := defaultSort
	if args.has("s") {
		text = args.options["s"]
	}
	var keys []sortKey
	for name := range strings.SplitSeq(text, ",") {
		key := sortKey{descending: strings.HasPrefix(name, "-")}
		if key.descending || strings.HasPrefix(name, "+") {
			name = name[1:]
		}
		key.field = parseField(name)
		if key.field.hasStar() {
			return nil, failf("Invalid order key: %q", name)
		}
		if !key.field.isColumn() {
			return nil, failf("invalid sort field: %s", name)
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// sortObjects sorts by the keys. A key that is not among the columns has no effect, since the real program has dropped the field by then.
func sortObjects(objects []*js.Object, keys []sortKey, columns []fieldPath) {
	shown := func(key sortKey) bool {
		return slices.ContainsFunc(columns, func(f fieldPath) bool { return f.String() == key.field.String() })
	}
	slices.SortStableFunc(objects, func(a, b *js.Object) int {
		for _, key := range keys {
			if !shown(key) {
				continue
			}
			order := compareValues(key.field.value(a), key.field.value(b))
			if key.descending {
				order = -order
			}
			if order != 0 {
				return order
			}
		}
		return 0
	})
}

// compareValues orders numbers as numbers and all else as text; nothing, 0 and "" come last.
func compareValues(a, b js.Value) int {
	switch first, second := js.Truthy(a), js.Truthy(b); {
	case !first && !second:
		return 0
	case !first:
		return 1
	case !second:
		return -1
	}
	x, xNumber := a.(float64)
	y, yNumber := b.(float64)
	if xNumber && yNumber {
		return cmp.Compare(x, y)
	}
	return cmp.Compare(js.ToString(a), js.ToString(b))
}

// listTable writes the output of list; the first error stays.
type listTable struct {
	out       io.Writer
	fields    []fieldPath
	parseable bool
	err       error
}

func (t *listTable) header() {
	t.line(func(column property.Column, _ fieldPath) string { return column.Header })
}

func (t *listTable) row(object *js.Object) {
	t.line(func(_ property.Column, field fieldPath) string {
		value := field.value(object)
		switch {
		case value != nil && value != false:
			return js.ToString(value)
		case t.parseable:
			return ""
		default:
			return "-"
		}
	})
}

func (t *listTable) line(cell func(property.Column, fieldPath) string) {
	cells := make([]string, len(t.fields))
	for i, field := range t.fields {
		column := field.column()
		cells[i] = cell(column, field)
		if !t.parseable {
			cells[i] = fmt.Sprintf("%-*s", column.Width, cells[i])
		}
	}
	separator := "  "
	if t.parseable {
		separator = ":"
	}
	line := strings.Join(cells, separator)
	if !t.parseable {
		line = strings.TrimRight(line, " ")
	}
	_, err := fmt.Fprintln(t.out, line)
	t.err = errors.Join(t.err, err)
}

func (v *vmadm) runLookup(args arguments) error {
	if args.has("o") && !args.has("j") {
		return failf("Cannot specify -o without -j")
	}
	filters, err := parseFilters(args.rest, "lookup")
	if err != nil {
		return err
	}
	found, err := v.lookup(filters)
	if err != nil {
		return err
	}
	if args.has("1") && len(found) != 1 {
		return failf("Requested unique lookup but found %d results.", len(found))
	}
	if args.has("j") {
		if args.has("o") {
			found = selectKeys(found, strings.Split(args.options["o"], ","))
		}
		return v.print(js.Objects(found))
	}
	for _, object := range found {
		if _, err := fmt.Fprintln(v.call.Stdout, object.String("uuid")); err != nil {
			return err
		}
	}
	return nil
}

// selectKeys leaves only the named top-level keys in objects, and drops objects that have none of them (reference 3.3).
func selectKeys(objects []*js.Object, keys []string) []*js.Object {
	var selected []*js.Object
	for _, object := range objects {
		few := &js.Object{}
		for _, key := range object.Keys() {
			if value, _ := object.Get(key); slices.Contains(keys, key) {
				few.Set(key, value)
			}
		}
		if few.Len() > 0 {
			selected = append(selected, few)
		}
	}
	return selected
}

// print writes data on standard output in the form of get.
func (v *vmadm) print(value js.Value) error {
	_, err := fmt.Fprintln(v.call.Stdout, js.StringifyIndent(value))
	return err
}

// listed is the object of a VM as list and lookup see it.
func (r *reader) listed(name string) (*js.Object, error) {
	object, err := r.shown(name)
	if err != nil {
		return nil, err
	}
	brand, _ := property.BrandOf(object.String("brand"))
	kind := brand.Type
	object.Set("type", kind[:min(4, len(kind))])
	if phys, ok := object.Get(physKey); ok && !brand.Machine {
		object.Set(ramKey, phys)
	}
	return object, nil
}
