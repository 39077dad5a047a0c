package spec

// Property is one row of the property table: everything that specadm knows about one property of an instance. Rows are generated
// (properties.go) from the platform's own table, testdata/properties.json, and from the columns that specadm adds
// (testdata/columns.yaml); see tablegen.
//
// Members of the elements of a collection have rows of their own, named like "nics.*.mac". The operations of an update payload
// (add_nics, set_tags) have rows too, of kind Op; what they permit is folded into the row of their collection.
type Property struct {
	Name   string // vmadm's own name
	Parent string // of members and operations: the collection; else empty
	Kind   Kind
	Type   Type
	Unit   Unit
	Key    string // what identifies an element of Objects (mac, path, target) once it exists; "(map key)" for Map

	Create   Brands // may stand in a create payload (members: in an element that is created or added)
	Update   Brands // may be changed later (members: in an element of update_X; Map and Objects: through their operations)
	Required Brands // vmadm create refuses a payload without it

	Default     map[Brand]any // fixed value that create fills in; nil map or missing brand: none, or computed
	DefaultRule string        // how the default comes about where it is computed or not stored
	Absent      any           // value to assume when get does not show the key; nil: unknown or none
	Get         map[Brand]Presence
	Effect      map[Brand]Effect // what a change through update disturbs; see EffectOf
	LiveWhen    LiveWhen         // when a change is live although Effect says reboot
	Unset       Unset            // how update goes back to the default; see Reset
	KeepZero    bool             // the platform stores 0 as a value

	Min, Max  *int64
	Enum      []string           // allowed values; nil: free
	EnumFor   map[Brand][]string // allowed values where they depend on the brand
	Pattern   string             // regular expression that a whole value (or list element) must match; empty: free
	Syntax    Syntax             // what a text or list element must look like beyond Pattern
	MaxItems  int                // of a list; 0: free
	MaxLength int                // of a text in characters; 0: free
	Limits    string             // what else constrains the value, in words

	// How vmadm's list and lookup treat it (reference 3.1, 3.2).
	ListHeader string // heading of the column; empty: not a column
	ListWidth  int    // width of the column in characters
	Filter     bool   // may stand in a k=v filter; of a Map: its keys may (tags.role)
	Nested     bool   // its parts may be columns (nics.0.ip, tags.role); platform table: flattenable array_hash_key and hash_key

	// Columns that specadm adds to the platform's table.
	Set         bool                // a List whose order has no meaning
	Secret      bool                // shown only as a marker; see also Table.Secret
	Texts       bool                // a Map whose values a guest reads as text; numbers and booleans in YAML want quotes
	Net         bool                // a change may cut connectivity (mark NET)
	Generated   bool                // the platform fills it in when a manifest leaves it out (mac, path, uuid of a disk)
	Volatile    bool                // changes by itself; never compared, left out of export
	Forced      Brands              // the platform sets it to a value of its own again and again, so that a manifest cannot
	Bare        bool                // reaches zonecfg unescaped: no double quote, semicolon or line break (reference 5)
	Delegated   bool                // of the delegated dataset: an instance without one cannot have it (reference 10.3)
	Imaged      bool                // create drops it where the payload has no image; an update takes it
	Joins       map[string][]string // of a switch: what the platform puts into other lists while it is on, whatever a payload says
	Deprecated  bool                // an old name; Replacement says what to write instead
	Alias       bool                // an old name whose value goes to Replacement, as create translates it
	Replacement string              // the property to use instead, also where a brand does not have this one
	KnownAs     []string            // words that people write for it by mistake
	Role        Role                // its part in a rule that concerns several properties
	Doc         string              // one sentence for people
	Example     string              // a YAML value
	Note        string              // what else is known, for explain

	base string // see BaseName
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
	Op       Kind = "op"       // only in update payloads
	ReadOnly Kind = "readonly" // only in get
)

// Type is the type of a value in a payload.
type Type string

// Types (reference 5). The last four are of read-only fields only.
const (
	String   Type = "string"
	Integer  Type = "integer"
	Boolean  Type = "boolean"
	UUID     Type = "uuid"
	Strings  Type = "list" // of strings or numbers
	Flat     Type = "flat-object"
	Array    Type = "object-array"
	Zpool    Type = "zpool"
	Number   Type = "number"
	Null     Type = "null"
	AnyArray Type = "array"
	AnyMap   Type = "object"
)

// Unit is the unit of a number.
type Unit string

// Units of sizes. A manifest may write sizes with suffixes (512MiB, 20GiB); they are converted to these. Other numbers have their
// unit in words (seconds, FSS shares).
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

// Unset is how an update takes a property back to "not set".
type Unset struct {
	Possible bool // false: the platform cannot; How says what to do instead
	Value    any  // what to send: nil, "", false, a number, an empty list, ...
	How      string
}

// Reset gives the value that an update sends to go back to what create would have filled in for the brand. ok is false when there
// is none: the default is computed, or the property cannot be changed; Unset.How then says what can be done.
func (p *Property) Reset(b Brand) (value any, ok bool) {
	if !p.Update.Has(b) {
		return nil, false
	}
	if value, ok := p.Default[b]; ok {
		return value, true
	}
	return p.Unset.Value, p.Unset.Possible
}

// AtDefault gives the value that the property has when nobody sets it: what create fills in, else what to assume when get does not
// show it. ok is false when that is computed or unknown.
func (p *Property) AtDefault(b Brand) (value any, ok bool) {
	if value, ok := p.Default[b]; ok {
		return value, true
	}
	return p.Absent, p.Absent != nil
}

// adds reports whether an operation adds elements to a collection, rather than changing or removing some.
func (p *Property) adds() bool { return p.Kind == Op && p.Name == "add_"+p.Parent }
