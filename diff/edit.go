package diff

import (
	"slices"
	"strings"

	"github.com/specadm/specadm/spec"
)

// edit is a change together with what an update has to say to make it.
type edit struct {
	Change
	site
	write write
	value any    // what the payload says; of an added element the whole element
	allow string // member that has to be true beside the value

	late   bool   // comes after the others
	early  bool   // has to be stored before the others are tried
	advice string // of writeAnew: how to do without
}

// write is how an update payload says a change (reference 10).
type write int

const (
	writeValue  write = iota // the plain property: its value
	writeSet                 // set_X: the entry
	writeDrop                // remove_X: the key of the entry or element
	writeMember              // update_X: key and member
	writeAdd                 // add_X: the element
	writeWithin              // as a part of an element that is taken out and put back
	writeAnew                // by no update: the instance is replaced
)

// payload is what vmadm update reads to make the edits, in their order.
func payload(edits []edit) spec.Object {
	p := spec.Object{}
	for _, e := range edits {
		switch e.write {
		case writeValue:
			p[e.row.Name] = e.value
		case writeSet:
			setEntry(p, "set_"+e.row.Name, e.key, e.value)
		case writeDrop:
			appendTo(p, "remove_"+e.row.Name, e.key)
		case writeMember:
			element := elementFor(p, "update_"+e.parent.Name, e.parent.Key, e.key)
			element[e.row.BaseName()] = e.value
			if e.allow != "" {
				element[e.allow] = true
			}
		case writeAdd:
			appendTo(p, "add_"+e.row.Name, e.value)
		}
	}
	return p
}

func setEntry(p spec.Object, operation, key string, value any) {
	entries, _ := p[operation].(map[string]any)
	if entries == nil {
		entries = map[string]any{}
		p[operation] = entries
	}
	entries[key] = value
}

func appendTo(p spec.Object, operation string, element any) {
	list, _ := p[operation].([]any)
	p[operation] = append(list, element)
}

// elementFor finds the element of update_X with this key, or begins one.
func elementFor(p spec.Object, operation, member, key string) map[string]any {
	list, _ := p[operation].([]any)
	for _, one := range list {
		if element := one.(map[string]any); element[member] == key {
			return element
		}
	}
	element := map[string]any{member: key}
	p[operation] = append(list, element)
	return element
}

// changesOf lists the changes behind the edits, sorted by path. Two edits of one path, as of an element that is taken out and put
// back, are one change.
func changesOf(edits []edit) []Change {
	var changes []Change
	for _, e := range edits {
		if !slices.ContainsFunc(changes, func(c Change) bool { return c.Path == e.Path }) {
			changes = append(changes, e.Change)
		}
	}
	slices.SortStableFunc(changes, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
	return changes
}

// pathsOf lists the paths of the edits, sorted and without repetition.
func pathsOf(edits []edit) []string {
	var paths []string
	for _, e := range edits {
		paths = append(paths, e.Path)
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// marksOf lists the dangers of the edits.
func marksOf(edits []edit) []spec.Mark {
	var marks []spec.Mark
	for _, e := range edits {
		marks = append(marks, e.Marks...)
	}
	slices.Sort(marks)
	return slices.Compact(marks)
}
