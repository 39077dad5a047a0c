package diff

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/specadm/specadm/spec"
)

// comparison is one manifest against its instance: the edits that make the two the same.
type comparison struct {
	*computer
	item    *Item
	found   match
	brand   spec.Brand
	wanted  spec.Object
	keys    map[string][]string // by collection: the key of the found element that each wanted one means; "" for new ones
	edits   []edit
	stored  map[string]bool // paths that a step so far stores
	left    []string        // paths that differ and that rules leave as they are
	blocked []Reason
	own     own // what is not vmadm's

	form          form // how it is made anew
	reprovisioned int  // the step that does it in place
}

// compare finds everything that differs, in order of name.
func (c *computer) compare(item *Item, found match) *comparison {
	x := &comparison{computer: c, item: item, found: found, brand: item.Brand, keys: map[string][]string{}, stored: map[string]bool{}}
	if wanted := item.Manifest.Brand; wanted != "" && wanted != x.brand { // whatever else differs, it differs in another brand's words
		x.force(site{row: c.schema.table.Role(spec.RoleBrand), index: -1}, string(x.brand), string(wanted), CauseUnknown, "write the brand that it has")
		return x
	}
	x.wanted = x.effective(item.Manifest.Spec)
	for _, name := range slices.Sorted(maps.Keys(x.wanted)) {
		row := c.schema.row(name)
		if row == nil {
			continue
		}
		switch row.Kind {
		case spec.Map:
			x.entries(row)
		case spec.Objects:
			x.elements(row)
		case spec.Scalar, spec.List:
			x.value(row, x.wanted[name], CauseUnknown)
		}
	}
	x.leftovers()
	x.rebuild()
	x.numberAdded()
	return x
}

// site completes a change at a place and appends the edit that makes it. before and after are in normal form.
func (x *comparison) edit(s site, before, after any, cause Cause, e edit) *edit {
	e.site = s
	e.Path, e.Before, e.After, e.Unit = s.path(), before, after, s.row.Unit
	e.Op = OpReplace
	switch {
	case before == nil:
		e.Op = OpAdd
	case after == nil:
		e.Op = OpRemove
	}
	e.Cause = cause
	if cause == CauseUnknown {
		e.Cause = causeOf(x.opts.Key, x.found.mark, e.Path, s.row.Canonical(after), s.row.Canonical(before))
	}
	e.Unknown = after != nil && x.item.Manifest.StandIn(s.pointer()) != nil
	if e.Cause == CauseBoth && (e.Unknown || x.computer.found.Masked && spec.IsMarker(before)) {
		e.Cause = CauseUnknown // the digest of a marker tells nothing
	}
	e.Origin = x.item.Manifest.Position(s.pointer())
	e.Sensitive = x.sensitive(s) || x.item.Manifest.HoldsSecret(s.pointer()) || x.found.cameSecret(e.Path)
	if e.Effect == spec.EffectNone {
		e.Effect = s.row.EffectOf(x.brand, x.found.object, before, after)
	}
	if !x.item.Running {
		e.Effect = spec.EffectLive
	}
	e.Risk = max(e.Risk, riskOf(e.Effect))
	if s.row.Net || s.parent != nil && s.parent.Net {
		e.Marks = append(e.Marks, spec.MarkNet)
	}
	x.edits = append(x.edits, e)
	return &x.edits[len(x.edits)-1]
}

// riskOf is the class of a change by what it does to the instance as it runs now.
func riskOf(e spec.Effect) spec.Risk {
	switch e {
	case spec.EffectReboot:
		return spec.Reboot
	case spec.EffectStopped:
		return spec.Stop
	}
	return spec.Live
}

// sensitive reports whether the values at a place are never printed.
func (c *computer) sensitive(s site) bool {
	if s.row.Secret {
		return true
	}
	return s.row.Kind == spec.Map && c.schema.table.Secret(s.path())
}

// cannot says that the platform cannot make a value so, and what to do instead.
func (x *comparison) cannot(s site, before, after any, try string) {
	x.blocked = append(x.blocked, Reason{
		Code: CodeCannotConverge, Path: s.path(), Origin: x.item.Manifest.Position(s.pointer()), Try: try,
		Text: fmt.Sprintf("cannot converge: %s is %s and cannot become %s by an update", s.path(), words(before), words(after)),
	})
}

// words is a value in a sentence.
func words(value any) string {
	switch v := value.(type) {
	case nil:
		return "not set"
	case string:
		return fmt.Sprintf("%q", v)
	case []any:
		parts := make([]string, len(v))
		for i, one := range v {
			parts[i] = text(one)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return fmt.Sprint(value)
}

// value compares a plain property or list.
func (x *comparison) value(row *spec.Property, wanted any, cause Cause) {
	s := site{row: row, index: -1}
	found, shown := x.found.object[row.Name]
	wanted = x.schema.joined(row, wanted, x.switchedOn)
	switch {
	case row.Role == spec.RoleUUID:
		return
	case row.Get[x.brand] == spec.Never:
		x.unseen(s, wanted)
		return
	case x.masked(s, found, wanted):
		return
	case shown && row.Equal(found, wanted), !shown && vanishes(row, x.brand, wanted):
		return
	}
	before := row.Normal(found)
	after := wanted
	if wanted == nil {
		reset, ok := row.Reset(x.brand)
		usual, known := row.AtDefault(x.brand)
		switch {
		case known && row.Equal(found, usual), ok && row.Equal(found, reset), found == nil:
			return
		case !ok && cause == CauseDefault:
			x.item.Notes = append(x.item.Notes, Reason{
				Code: CodeStays, Text: fmt.Sprintf("%s left the manifest and is left to the platform, which has no default to go back to; it is %s now", s.path(), words(before)),
				Try: row.Unset.How,
			})
			return
		case !ok && x.appliedNull(s):
			return
		case !ok:
			x.cannot(s, before, nil, cmp.Or(row.Unset.How, "leave the line out, or write the value that it has"))
			return
		}
		x.edit(s, before, usual, cause, edit{write: writeValue, value: reset})
		return
	}
	datasets, _ := x.found.object[x.schema.name(spec.RoleDatasets)].([]any)
	switch {
	case row.Delegated && len(datasets) == 0 && x.wanted[x.schema.name(spec.RoleDelegate)] != true:
		x.cannot(s, before, after, "a delegated dataset is made with the instance only; leave the line out, or have the instance made anew with delegate_dataset: true")
	case row.Update.Has(x.brand):
		x.edit(s, before, after, cause, edit{write: writeValue, value: after})
	case row.Create.Has(x.brand) && !row.Generated:
		x.force(s, before, after, cause, "write the value that it has")
	default:
		x.cannot(s, before, after, "write the value that it has")
	}
}

// appliedNull reports whether null is what was applied last, as with a create, so that what is there is the platform's own choice. Where no
// digest tells, it is taken for that, since nothing could be done about it.
func (x *comparison) appliedNull(s site) bool {
	if x.found.mark == nil {
		return false
	}
	paths := []string{s.path()}
	if s.parent != nil {
		paths = append(paths, memberPath(s.parent.Name, placeholder(s.index), s.row.BaseName()))
	}
	return slices.ContainsFunc(paths, func(path string) bool {
		applied, managed := x.found.mark.Fields[path]
		return managed && (applied == "" || len(x.opts.Key) == 0 || applied == digest(x.opts.Key, nil))
	})
}

// unseen is about properties that get never shows: what they did is over, or shows elsewhere.
func (x *comparison) unseen(s site, wanted any) {
	switch s.row.Role {
	case spec.RoleRAM: // a zone shows it as max_physical_memory
		physical := x.schema.table.Role(spec.RolePhysical)
		if _, declared := x.wanted[physical.Name]; declared || wanted == nil {
			return
		}
		found := x.found.object[physical.Name]
		if !physical.Equal(found, wanted) {
			x.edit(s, physical.Normal(found), wanted, CauseUnknown, edit{write: writeValue, value: wanted})
		}
	case spec.RoleDelegate:
		datasets, _ := x.found.object[x.schema.name(spec.RoleDatasets)].([]any)
		if wanted == true && len(datasets) == 0 {
			x.force(s, false, true, CauseUnknown, "leave "+s.row.Name+" out; a delegated dataset is made with the instance only")
		}
	}
}

// entries compares the declared keys of a map.
func (x *comparison) entries(row *spec.Property) {
	wanted, _ := x.wanted[row.Name].(map[string]any)
	found, _ := x.found.object[row.Name].(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(wanted)) {
		if row.Role == spec.RoleInternalMetadata && key == spec.MarkKey {
			continue
		}
		x.entry(row, key, found, wanted[key], CauseUnknown)
	}
}

func (x *comparison) entry(row *spec.Property, key string, found map[string]any, wanted any, cause Cause) {
	s := site{row: row, key: key, index: -1}
	before, shown := found[key]
	switch {
	case x.masked(s, before, wanted):
	case wanted == nil && !shown, wanted != nil && shown && row.Equal(before, wanted):
	case wanted == nil:
		x.edit(s, before, nil, cause, edit{write: writeDrop})
	default:
		x.edit(s, before, wanted, cause, edit{write: writeSet, value: wanted})
	}
}

// leftovers takes back what specadm set and the manifest no longer says. A whole collection or map that left is not managed any
// more and stays: omission never destroys.
func (x *comparison) leftovers() {
	if x.found.mark == nil || x.item.Manifest.Part != nil {
		return
	}
	for _, path := range slices.Sorted(maps.Keys(x.found.mark.Fields)) {
		name, key, member := spec.SplitPath(path)
		row := x.schema.row(name)
		value, declared := x.wanted[name]
		switch {
		case row == nil:
		case row.Kind == spec.Map:
			entries, _ := value.(map[string]any)
			if _, still := entries[key]; !still && key != "" {
				found, _ := x.found.object[name].(map[string]any)
				x.entry(row, key, found, nil, CauseDefault)
			}
		case row.Kind == spec.Objects:
			if declared {
				x.leftMember(row, key, member)
			}
		case !declared && row.Update.Has(x.brand):
			x.value(row, nil, CauseDefault)
		}
	}
}

// leftMember takes back a member of an element that is still wanted.
func (x *comparison) leftMember(collection *spec.Property, key, member string) {
	row := x.schema.members[collection.Name][member]
	list, _ := x.wanted[collection.Name].([]any)
	for i, key2 := range x.keys[collection.Name] {
		if row == nil || key2 == "" || key2 != key {
			continue
		}
		element, _ := list[i].(map[string]any)
		if _, still := element[member]; still {
			return
		}
		found := x.foundElement(collection, key2)
		x.member(site{row: row, parent: collection, key: key2, index: i}, found, nil, CauseDefault)
	}
}

// foundElement is the found element with this key.
func (x *comparison) foundElement(collection *spec.Property, key string) map[string]any {
	list, _ := x.found.object[collection.Name].([]any)
	for _, one := range list {
		if element, _ := one.(map[string]any); element[collection.Key] == key {
			return element
		}
	}
	return nil
}
