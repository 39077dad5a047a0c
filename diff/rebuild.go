package diff

import (
	"strings"

	"github.com/specadm/specadm/spec"
)

// rebuildable reports whether an element can be taken out and put back where a member of it cannot be unset. A disk cannot: its volume would go.
func rebuildable(collection *spec.Property) bool {
	return collection.Role == spec.RoleNICs || collection.Role == spec.RoleFilesystems
}

// rebuild takes the elements out that have a member to lose, and puts them back with all that changes in them; the MAC of a nic stays. It takes
// two updates, since vmadm checks for duplicates before it removes (reference 11.2).
func (x *comparison) rebuild() {
	done := map[string]bool{}
	for _, e := range x.edits {
		if e.write != writeWithin || done[elementPath(e.parent.Name, e.key)] {
			continue
		}
		done[elementPath(e.parent.Name, e.key)] = true
		whole := site{row: e.parent, key: e.key, index: e.index}
		first := x.gather(whole)
		drop, add := x.edits[first], x.edits[first]
		drop.site, drop.write, drop.early = whole, writeDrop, true
		add.site, add.write, add.value = whole, writeAdd, x.rebuilt(whole)
		x.edits = append(x.edits, drop, add)
	}
	if nics := x.schema.table.Role(spec.RoleNICs); len(done) > 0 {
		x.keepInterfaces(nics, done)
	}
}

// keepInterfaces says the interface of a nic again that is put back and would get another.
func (x *comparison) keepInterfaces(nics *spec.Property, done map[string]bool) {
	gets := x.placeholders(nics)
	row := x.schema.table.Role(spec.RoleNICInterface)
	wanted := objectsIn(x.wanted[nics.Name])
	for _, e := range x.edits {
		if e.write != writeAdd || e.site.row != nics || !done[elementPath(nics.Name, e.key)] {
			continue
		}
		name, _ := wanted[e.index][row.BaseName()].(string)
		if name != "" && name != spec.InterfacePrefix(x.brand)+strings.TrimPrefix(gets[e.index], "#") {
			x.edits = append(x.edits, edit{Change: e.Change, site: site{row: row, parent: nics, key: e.key, index: e.index}, write: writeMember, value: name, late: true})
		}
	}
}

// gather makes all edits of an element parts of its rebuilding; it gives the first of them. They wait for what the whole waits for.
func (x *comparison) gather(whole site) (first int) {
	first = -1
	for i := range x.edits {
		e := &x.edits[i]
		if e.parent != whole.row || e.key != whole.key {
			continue
		}
		if e.row.Role == spec.RoleNICInterface { // add_nics does not look at it
			e.late = true
			continue
		}
		e.write = writeWithin
		if x.item.Running {
			e.Effect = whole.row.EffectOf(x.brand, x.found.object, e.Before, e.After)
			e.Risk = max(e.Risk, riskOf(e.Effect))
		}
		if first < 0 {
			first = i
		}
	}
	return first
}

// rebuilt is an element as it is put back: as it was, with the edits made.
func (x *comparison) rebuilt(whole site) map[string]any {
	element := map[string]any{}
	for name, value := range x.foundElement(whole.row, whole.key) {
		if row := x.schema.members[whole.row.Name][name]; row != nil && row.Create.Has(x.brand) && row.Role != spec.RoleNICInterface {
			element[name] = value
		}
	}
	primary := x.schema.member(spec.RoleNICPrimary)
	for _, e := range x.edits {
		switch {
		case e.parent == whole.row && e.key == whole.key && e.write == writeWithin && e.After == nil:
			delete(element, e.row.BaseName())
		case e.parent == whole.row && e.key == whole.key && e.write == writeWithin:
			element[e.row.BaseName()] = e.value
		case e.parent == whole.row && e.row.BaseName() == primary && e.value == true: // another one is to be primary
			delete(element, primary)
		}
	}
	return element
}
