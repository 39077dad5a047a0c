package vm

import (
	"slices"
	"strconv"
	"strings"

	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/property"
)

const nestedWidth = 20

// fieldPath is a field of an object, nested ones by parts: nics.0.ip, tags.role, and for filters nics.*.ip.
type fieldPath []string

func parseField(name string) fieldPath { return strings.Split(name, ".") }

func (f fieldPath) String() string { return strings.Join(f, ".") }

func (f fieldPath) hasStar() bool { return slices.Contains(f, "*") }

// collections whose elements have fields, and maps whose keys are fields (reference 3.1).
func isCollection(name string) bool {
	return slices.Contains([]string{"disks", "nics", "pci_devices"}, name)
}

func isMap(name string) bool {
	return slices.Contains([]string{"tags", "customer_metadata", "internal_metadata", "routes"}, name)
}

// isColumn tells whether list can show or sort by the field.
func (f fieldPath) isColumn() bool {
	switch len(f) {
	case 1:
		_, ok := property.TheTable().Column(f[0])
		return ok
	case 2:
		return isMap(f[0]) && f[1] != ""
	case 3:
		return isCollection(f[0]) && isElement(f[1])
	default:
		return false
	}
}

// isFilter tells whether list and lookup can filter by the field (reference 3.2).
func (f fieldPath) isFilter() bool {
	table := property.TheTable()
	switch len(f) {
	case 1:
		_, ok := table.Column(f[0])
		return ok
	case 3:
		if row, ok := table.Find(property.MemberName(f[0], f[2])); ok && isCollection(f[0]) {
			return row.Filterable && isElement(f[1])
		}
	}
	row, ok := table.Find(f[0])
	return ok && len(f) >= 2 && isMap(f[0]) && row.Filterable
}

func isElement(part string) bool {
	_, err := strconv.Atoi(part)
	return err == nil || part == "*"
}

// column is how list shows the field.
func (f fieldPath) column() property.Column {
	if column, ok := property.TheTable().Column(f.String()); ok {
		return column
	}
	return property.Column{Field: f.String(), Header: strings.ToUpper(f.String()), Width: nestedWidth}
}

// values finds the field in an object; a star stands for every element, so there may be several.
func (f fieldPath) values(object *js.Object) []js.Value {
	if len(f) >= 2 && isMap(f[0]) {
		value, ok := object.Object(f[0]).Get(strings.Join(f[1:], "."))
		return listIf(value, ok)
	}
	if len(f) == 1 {
		value, ok := object.Get(f[0])
		return listIf(value, ok)
	}
	var values []js.Value
	for i, element := range object.Objects(f[0]) {
		if f[1] != "*" && f[1] != strconv.Itoa(i) {
			continue
		}
		value, ok := element.Get(f[2])
		values = append(values, listIf(value, ok)...)
	}
	return values
}

func listIf(value js.Value, ok bool) []js.Value {
	if !ok {
		return nil
	}
	return []js.Value{value}
}

// value is the one value of a field without stars; nil for none.
func (f fieldPath) value(object *js.Object) js.Value {
	values := f.values(object)
	if len(values) == 0 {
		return nil
	}
	return values[0]
}
