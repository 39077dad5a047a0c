package spec

import (
	"strings"
	"sync"
)

//go:generate go run ./tablegen
//go:generate go run ./docgen

// Table is the property table. The zero value is not usable; see Properties.
type Table struct {
	rows    []Property
	byName  map[string]*Property
	members map[string][]*Property // by collection, kind Member
	member  map[string]map[string]*Property
	aliases map[string][]*Property // by collection, members that are old names of others
	byRole  map[Role][]*Property

	required []*Property // what create of some brand cannot do without
}

// Properties gives the table of every property that the platform knows. It is built once and must not be changed.
func Properties() *Table { return builtin() }

var builtin = sync.OnceValue(func() *Table { return newTable(properties()) })

func newTable(rows []Property) *Table {
	t := &Table{
		rows:    rows,
		byName:  make(map[string]*Property, len(rows)),
		members: map[string][]*Property{},
		member:  map[string]map[string]*Property{},
		aliases: map[string][]*Property{},
		byRole:  map[Role][]*Property{},
	}
	for i := range rows {
		row := &rows[i]
		row.base = strings.TrimPrefix(row.Name, row.Parent+".*.")
		t.byName[row.Name] = row
		if row.Required != NoBrand && row.Kind != Member {
			t.required = append(t.required, row)
		}
		if row.Kind == Member {
			t.members[row.Parent] = append(t.members[row.Parent], row)
			if t.member[row.Parent] == nil {
				t.member[row.Parent] = map[string]*Property{}
			}
			t.member[row.Parent][row.BaseName()] = row
			if row.Alias {
				t.aliases[row.Parent] = append(t.aliases[row.Parent], row)
			}
		}
		if row.Role != RoleNone {
			t.byRole[row.Role] = append(t.byRole[row.Role], row)
		}
	}
	return t
}

// Lookup finds the row of a property, or of a member by "nics.*.mac".
func (t *Table) Lookup(name string) (*Property, bool) {
	p, ok := t.byName[name]
	return p, ok
}

// Member finds the row of a member of a collection by its bare name.
func (t *Table) Member(collection, name string) (*Property, bool) {
	p, ok := t.member[collection][name]
	return p, ok
}

// All lists the rows in order of name.
func (t *Table) All() []Property { return t.rows }

// Members lists the rows of the members of a collection, in order of name.
func (t *Table) Members(collection string) []*Property { return t.members[collection] }

// Role finds the row that plays a role. It panics for a role without a row, which no input can cause: a test looks up every role.
func (t *Table) Role(r Role) *Property { return t.byRole[r][0] }

// Roles finds all rows that play a role, such as both serial ports.
func (t *Table) Roles(r Role) []*Property { return t.byRole[r] }

// BaseName is the key under which the property stands in its object: "mac" for "nics.*.mac".
func (p *Property) BaseName() string { return p.base }
