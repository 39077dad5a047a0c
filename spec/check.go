package spec

import (
	"fmt"
	"strings"
)

// checker is the typed pass: it holds the values of one payload against the property table, and gives them the types that the table
// says. Values that it has reported are left out of what it returns.
type checker struct {
	report
	table  *Table
	brand  Brand // empty: unknown, nothing that depends on it is reported
	update bool  // the payload is one for vmadm update
	loose  bool  // the payload was written by people: sizes have units
	nulls  bool  // null means the platform's default wherever it stands

	known map[string]bool // pointers of values that the node pass has reported
}

// reported stands in the place of a value that the node pass has already reported.
type reported struct{}

// know remembers that the value at a pointer was there, though it cannot be used.
func (c *checker) know(at string) {
	if c.known == nil {
		c.known = map[string]bool{}
	}
	c.known[at] = true
}

// payload checks a whole payload and returns it with typed values. Findings come in no order.
func (c *checker) payload(o Object) Object {
	typed := make(Object, len(o))
	for name, value := range o {
		at := pointer("", name)
		row, ok := c.table.Lookup(name)
		if !ok || row.Kind == Member {
			c.unknown(name, "", at)
			continue
		}
		if !c.allowed(row, at) {
			continue
		}
		if text, ok := value.(string); ok && row.Role == RoleBrand { // checked before anything else could be
			typed[name] = text
			continue
		}
		if value, ok := c.value(row, value, at); ok {
			typed[name] = value
		}
	}
	return typed
}

// unknown reports a property or member that the platform does not know.
func (c *checker) unknown(name, collection, at string) {
	what, where := "property", ""
	if collection != "" {
		what, where = "member", " of "+collection
	}
	code, suggestion := "SA1203", ""
	if p, ok := c.table.suggestName(name, collection, c.brand); ok {
		suggestion = "write " + p.BaseName()
		if p.Kind == Objects {
			code, suggestion = "SA1210", suggestion+" as vmadm spells them, such as "+p.Name+": "+p.Example
		}
	}
	c.add(code, at, fmt.Sprintf("vmadm knows no %s %s%s", what, quoted(name), where), suggestion)
}

// allowed reports a property that may not stand in the payload, and says whether it may.
func (c *checker) allowed(row *Property, at string) bool {
	if c.update {
		return c.allowedInUpdate(row, at)
	}
	switch {
	case c.brand == "" && row.Create != NoBrand, row.Create.Has(c.brand):
		return true
	case row.Kind == Op:
		c.add("SA1207", at, row.Name+" is an operation of vmadm update, not part of an instance",
			fmt.Sprintf("write the whole list below %s, and the operation follows", row.Replacement))
	case row.Create == NoBrand:
		c.add("SA1304", at, fmt.Sprintf("%s cannot be given; the platform fills it in", row.Name), c.instead(row))
	default:
		c.add("SA1303", at, fmt.Sprintf("%s is not a property of brand %s (only of %s)", row.Name, c.brand, row.Create), c.instead(row))
	}
	return false
}

// allowedInUpdate goes by what vmadm validate update says: maps and collections only through their operations, except that
// pci_devices, alone among them, is taken like add_pci_devices.
func (c *checker) allowedInUpdate(row *Property, at string) bool {
	byOperation := row.Kind == Map || row.Kind == Objects && row.Role != RolePCIDevices
	if row.Update.Has(c.brand) && !byOperation {
		return true
	}
	switch {
	case byOperation && row.Update.Has(c.brand):
		c.add("SA1304", at, fmt.Sprintf("an update ignores %s given whole", row.Name), "use its operations")
	case row.Update == NoBrand:
		c.add("SA1304", at, row.Name+" cannot be updated", "")
	default:
		c.add("SA1303", at, fmt.Sprintf("%s cannot be updated on brand %s", row.Name, c.brand), c.instead(row))
	}
	return false
}

// instead names the property to use on this brand, where there is one.
func (c *checker) instead(row *Property) string {
	p, ok := c.table.Lookup(row.Replacement)
	if !ok || c.brand != "" && !p.Create.Has(c.brand) {
		return ""
	}
	if p.Kind == ReadOnly && p.Role != RoleState { // state below spec says which one is wanted
		return ""
	}
	return "use " + strings.ReplaceAll(p.Name, ".*.", "[].")
}

// elements checks a collection, or an operation that adds to or updates one.
func (c *checker) elements(row *Property, value any, at string) (any, bool) {
	list, ok := value.([]any)
	if !ok {
		c.wrongType(row, at, "a list of objects", value)
		return nil, false
	}
	collection := row.Name
	if row.Kind == Op {
		collection = row.Parent
	}
	typed := make([]any, len(list))
	for i, element := range list {
		members, ok := element.(map[string]any)
		if !ok {
			if _, known := element.(reported); !known {
				c.add("SA1301", pointerAt(at, i), fmt.Sprintf("every element of %s must be an object, not %s", row.Name, kindOf(element)), "")
			}
			typed[i] = Object{}
			continue
		}
		typed[i] = c.members(collection, row.Kind == Op && !row.adds(), members, pointerAt(at, i))
	}
	return typed, true
}

// members checks one element of a collection; updated says that it stands in an update_X.
func (c *checker) members(collection string, updated bool, element Object, at string) Object {
	typed := make(Object, len(element))
	rows := c.table.member[collection]
	for name, value := range element {
		at := pointer(at, name)
		row, ok := rows[name]
		if !ok {
			c.unknown(name, collection, at)
			continue
		}
		may := row.Create
		if updated {
			may = row.Update
		}
		switch {
		case c.brand == "" && may != NoBrand, may.Has(c.brand):
		case may == NoBrand:
			c.add("SA1304", at, fmt.Sprintf("%s of %s cannot be given here; the platform decides it", name, collection), c.instead(row))
			continue
		default:
			c.add("SA1303", at, fmt.Sprintf("%s is not a member of %s on brand %s (only on %s)", name, collection, c.brand, may), c.instead(row))
			continue
		}
		if value, ok := c.value(row, value, at); ok {
			typed[name] = value
		}
	}
	return typed
}

// quoted is a name as messages show it; long ones are cut.
func quoted(name string) string {
	if len(name) > 64 {
		name = name[:64] + "..."
	}
	return fmt.Sprintf("%q", name)
}
