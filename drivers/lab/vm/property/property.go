package property

import (
	"math"
	"strings"
	"sync"
)

// Type is what a payload may hold for a property (reference 5).
type Type int

// The types of properties. Derived is the type of what no payload may set.
const (
	Derived Type = iota
	String
	Integer
	Boolean
	UUID
	Zpool
	List
	FlatObject
	ObjectArray
)

// Check is a rule for a value beyond its type and limits, applied by validate, create and update alike.
type Check int

// The checks.
const (
	NoCheck        Check = iota
	ResolverCheck        // each element is an IPv4 or IPv6 address
	NamespaceCheck       // each element has only letters, digits, dot, dash and underscore
	ClientIDCheck        // each element is 0x and pairs of hex digits
	MACCheck             // six octets
	SectorCheck          // one or two powers of two, with a slash between
)

// Action is what a payload is for.
type Action int

// The actions.
const (
	Create Action = iota
	Update
	Receive
)

// Access says which brands' payloads may hold the property, by action. For a member, Create stands for elements of the property and of
// its add_ form, Update for those of its update_ form.
type Access struct {
	Create, Update, Receive Brands
}

// Allows tells whether a payload for the brand may hold the property.
func (a Access) Allows(action Action, brand string) bool {
	switch action {
	case Create:
		return a.Create.Has(brand)
	case Update:
		return a.Update.Has(brand)
	default:
		return a.Receive.Has(brand)
	}
}

func everywhere(brands Brands) Access {
	return Access{Create: brands, Update: brands, Receive: brands}
}
func onCreate(brands Brands) Access  { return Access{Create: brands, Receive: brands} }
func onUpdate(brands Brands) Access  { return Access{Update: brands} }
func onReceive(brands Brands) Access { return Access{Receive: brands} }

// Limits are the bounds of a number, both inclusive. The zero value has none.
type Limits struct {
	Min, Max float64
	Set      bool
}

// Hold tells whether the number is within the limits.
func (l Limits) Hold(number float64) bool {
	return !l.Set || (number >= l.Min && number <= l.Max)
}

func atLeast(minimum float64) Limits { return Limits{Min: minimum, Max: math.Inf(1), Set: true} }
func between(minimum, maximum float64) Limits {
	return Limits{Min: minimum, Max: maximum, Set: true}
}

// Property is one row.
type Property struct {
	// Name as in a payload; a member of the elements of an array is named "nics.*.mac".
	Name   string
	Type   Type
	Access Access
	// Required are the brands that cannot be created without it.
	Required Brands
	Limits   Limits
	Check    Check
	// Absent is the value that means the same as none, so that setting it removes the property; nil where there is none.
	Absent any
	// Stored says where the zone configuration keeps it: "attr NAME", "rctl NAME" or "net-attr NAME"; empty for what lives
	// elsewhere (an element of its own, ZFS, files, or nowhere).
	Stored string
	// Shown is the type in an object of what no payload may set; Derived stands for text.
	Shown Type
	// Bytes limits are stored in bytes and given in MiB.
	Bytes bool
	// Base64 attributes are kept encoded, so that any text is safe.
	Base64 bool
	// KeepZero attributes store the number 0, which for others means none.
	KeepZero bool
	// EmptyIsZero numbers take "" for 0, while null is refused; for others both unset.
	EmptyIsZero bool
	// ZeroClears limits are removed by the number 0.
	ZeroClears bool
	// NullCrashes marks where null in an update ends in an uncaught exception (reference 5).
	NullCrashes bool
	// NeedsImage marks what create drops from a payload without image_uuid.
	NeedsImage bool
	// UpdateIgnored keys are accepted by an update and have no effect, not even the wait for one (reference 10.3).
	UpdateIgnored bool
	// Filterable rows, besides every column, may be named in the filters of list and lookup (reference 3.2).
	Filterable bool
}

// Place splits Stored into the kind and the name there.
func (p Property) Place() (kind, name string) {
	kind, name, _ = strings.Cut(p.Stored, " ")
	return kind, name
}

// Member splits "nics.*.mac" into nics and mac; ok is false for a property of the instance itself.
func (p Property) Member() (parent, member string, ok bool) {
	return strings.Cut(p.Name, ".*.")
}

// Table is all rows, and the ways to find one. It does not change.
type Table struct {
	rows    []Property
	byName  map[string]Property
	byPlace map[string]Property
	columns map[string]Column
}

// TheTable returns the table of the platform that the lab pretends to be.
func TheTable() *Table { return theTable() }

var theTable = sync.OnceValue(func() *Table {
	t := &Table{rows: plainRows(), byName: map[string]Property{}, byPlace: map[string]Property{}, columns: map[string]Column{}}
	t.rows = append(t.rows, memberRows()...)
	t.rows = append(t.rows, operationRows()...)
	for _, row := range t.rows {
		t.byName[row.Name] = row
		if _, _, member := row.Member(); !member && row.Stored != "" {
			t.byPlace[row.Stored] = row
		}
	}
	for _, column := range columns() {
		t.columns[column.Field] = column
	}
	return t
})

// Rows returns every row: the plain properties by name, then members, then operations.
func (t *Table) Rows() []Property { return t.rows }

// Find returns the row of this name; an unknown one is a row that no payload may hold.
func (t *Table) Find(name string) (Property, bool) {
	row, ok := t.byName[name]
	return row, ok
}

// Stored returns the row of an instance's own property that the zone configuration keeps at a place, such as "attr alias".
func (t *Table) Stored(place string) (Property, bool) {
	row, ok := t.byPlace[place]
	return row, ok
}

// Column returns how list shows a field.
func (t *Table) Column(field string) (Column, bool) {
	column, ok := t.columns[field]
	return column, ok
}

// MemberName is the name of the row for a member of the elements of a collection: nics.*.mac for mac of nics.
func MemberName(collection, member string) string { return collection + ".*." + member }

// Operation splits the name of an operation on a collection (add_nics into "add" and "nics"); ok is false for any other key.
func Operation(name string) (verb, collection string, ok bool) {
	for _, verb := range []string{"add", "update", "remove", "set"} {
		if collection, ok := strings.CutPrefix(name, verb+"_"); ok {
			return verb, collection, true
		}
	}
	return "", "", false
}
