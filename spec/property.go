package spec

// Property is one row of the property table: everything that specadm knows about one property of an instance. Rows are generated
// (properties.go) from the platform's own table, testdata/properties.json, and from the columns that specadm adds
// (testdata/columns.yaml); see tablegen.
//
// Members of the elements of a collection have rows of their own, named like "nics.*.mac".
type Property struct {
	Name   string // vmadm's own name
	Parent string // for members: the collection; else empty
	Kind   Kind
	Type   Type
	Unit   Unit
	Key    string // what identifies an element of Objects (mac, path, target) once it exists; "(map key)" for Map

	Create   Brands // may stand in a create payload (members: in an element that is created or added)
	Update   Brands // may stand in an update payload (members: in an element of update_X)
	Required Brands // vmadm create refuses a payload without it

	Default map[Brand]any // fixed value that create fills in; nil map or missing brand: none, or computed (see Note)
	Absent  any           // value to assume when get does not show the key; nil: unknown or none
	Get     map[Brand]Presence
	Effect  map[Brand]Effect // what a change through update disturbs
	Unset   Unset            // how update goes back to the default

	Min, Max *int64
	Enum     []string           // allowed values; nil: free
	EnumFor  map[Brand][]string // allowed values where they depend on the brand
	Pattern  string             // regular expression that a whole value (or list element) must match; empty: free
	MaxItems int                // of a list; 0: free

	// How vmadm's list and lookup treat it (reference 3.1, 3.2).
	ListHeader string // heading of the column; empty: not a column
	ListWidth  int    // width of the column in characters
	Filter     bool   // may stand in a k=v filter; of a Map: its keys may (tags.role)
	Nested     bool   // its parts may be columns (nics.0.ip, tags.role); platform table: flattenable array_hash_key and hash_key

	// Columns that specadm adds to the platform's table.
	Set         bool   // a List whose order has no meaning
	Secret      bool   // shown only as a marker
	Net         bool   // a change may cut connectivity (mark NET)
	Generated   bool   // the platform fills it in when a manifest leaves it out (mac, path, uuid of a disk)
	Volatile    bool   // changes by itself; never compared, left out of export
	Deprecated  bool   // an old name; Replacement says what to write instead
	Replacement string // the property to use instead, also "ram" for a zone property that hvm brands spell differently
	Doc         string // one sentence for people
	Example     string // a YAML value
	Note        string // what else is known, for explain
}

// Kind says how a property is written and changed.
type Kind string

// Kinds of rows (reference 1).
const (
	Scalar   Kind = "scalar"
	List     Kind = "list"     // of plain values, always replaced as a whole
	Map      Kind = "map"      // changed by set_X and remove_X
	Objects  Kind = "objects"  // changed by add_X, update_X and remove_X
	Member   Kind = "member"   // of an element of Objects
	ReadOnly Kind = "readonly" // only in get
)

// Type is the type of a value in a payload.
type Type string

// Types (reference 5).
const (
	String  Type = "string"
	Integer Type = "integer"
	Boolean Type = "boolean"
	UUID    Type = "uuid"
	Strings Type = "list" // of strings or numbers
	Flat    Type = "flat-object"
	Array   Type = "object-array"
	Zpool   Type = "zpool"
)

// Unit is the unit of a number.
type Unit string

// Units that vmadm uses. A manifest may write sizes with suffixes (512MiB, 20GiB); they are converted to these.
const (
	NoUnit Unit = ""
	MiB    Unit = "MiB"
	GiB    Unit = "GiB"
	Bytes  Unit = "bytes"
)

// Presence says when get shows a property.
type Presence string

// Presences (reference 1, in_get).
const (
	Always     Presence = "always"
	WhenSet    Presence = "set"
	NonDefault Presence = "nondefault"
	Never      Presence = "never"
	Passing    Presence = "transient" // also running and halted: shown only in some states
)

// Effect is what a change through update does to a running instance.
type Effect string

// Effects (reference 10.2).
const (
	EffectNone    Effect = ""        // cannot be updated
	EffectLive    Effect = "live"    // at once, or nothing to apply
	EffectReboot  Effect = "reboot"  // stored now, in force after the next boot
	EffectStopped Effect = "stopped" // refused unless the instance is stopped
)

// Unset is how an update takes a property back to its default.
type Unset struct {
	Possible bool // false: the platform cannot; How says what to do instead
	Value    any  // what to send: nil, "", false, a number, an empty list, ...
	How      string
}

// Elements of the table are read through a Table.

// Table is the property table. The zero value is not usable; see Properties.
type Table struct {
	rows   []Property
	byName map[string]*Property
}

// Lookup finds the row of a property, or of a member by "nics.*.mac".
func (t *Table) Lookup(name string) (*Property, bool) {
	p, ok := t.byName[name]
	return p, ok
}

// All lists the rows in order of name.
func (t *Table) All() []Property { return t.rows }

// Members lists the rows of the members of a collection, in order of name.
func (t *Table) Members(collection string) []*Property {
	var members []*Property
	for i := range t.rows {
		if t.rows[i].Parent == collection && t.rows[i].Kind == Member {
			members = append(members, &t.rows[i])
		}
	}
	return members
}
