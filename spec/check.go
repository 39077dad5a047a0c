package spec

import (
	"fmt"
	"strings"
)

// checker is the typed pass: it holds the values of one payload against the property table, and gives them the types and the form that
// the table says. It works in place: a payload of many instances is large, and nobody else holds it. Values that it has reported are
// taken out.
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

// payload checks a whole payload, in place. Findings come in no order. Old names of properties are still there afterwards.
func (c *checker) payload(o Object) {
	for name, value := range o {
		at := pointer("", name)
		row, ok := c.table.Lookup(name)
		switch {
		case !ok || row.Kind == Member:
			c.unknown(name, "", at)
			delete(o, name)
		case !c.allowed(row, at):
			delete(o, name)
		case row.Role == RoleBrand && isText(value): // checked before anything else could be
		default:
			c.entry(o, name, row, value, at)
		}
	}
}

func isText(value any) bool { _, ok := value.(string); return ok }

// entry checks one value of an object and puts its typed form in its place.
func (c *checker) entry(o Object, name string, row *Property, value any, at string) {
	if typed, ok := c.value(row, value, at); ok {
		o[name] = typed
	} else {
		delete(o, name)
	}
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
	for i, element := range list {
		members, ok := element.(map[string]any)
		if !ok {
			if _, known := element.(reported); !known {
				c.add("SA1301", pointerAt(at, i), fmt.Sprintf("every element of %s must be an object, not %s", row.Name, kindOf(element)), "")
			}
			list[i] = Object{}
			continue
		}
		c.members(collection, row.Kind == Op && !row.adds(), members, pointerAt(at, i))
	}
	return list, true
}

// members checks one element of a collection, in place; updated says that it stands in an update_X.
func (c *checker) members(collection string, updated bool, element Object, at string) {
	rows := c.table.member[collection]
	for name, value := range element {
		at := pointer(at, name)
		row, ok := rows[name]
		if !ok {
			c.unknown(name, collection, at)
			delete(element, name)
			continue
		}
		may := row.Create
		if updated {
			may = row.Update
		}
		switch {
		case c.brand == "" && may != NoBrand, may.Has(c.brand):
			c.entry(element, name, row, value, at)
			continue
		case may == NoBrand:
			c.add("SA1304", at, fmt.Sprintf("%s of %s cannot be given here; the platform decides it", name, collection), c.instead(row))
		default:
			c.add("SA1303", at, fmt.Sprintf("%s is not a member of %s on brand %s (only on %s)", name, collection, c.brand, may), c.instead(row))
		}
		delete(element, name)
	}
}

// quoted is a name as messages show it; long ones are cut.
func quoted(name string) string {
	if len(name) > 64 {
		name = name[:64] + "..."
	}
	return fmt.Sprintf("%q", name)
}
