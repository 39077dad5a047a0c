package diff

import (
	"maps"
	"slices"

	"github.com/specadm/specadm/spec"
)

// withRest adds the found elements that a manifest of a part does not speak of to those that it wants, each by its key, so that they stay.
func (x *comparison) withRest(collection *spec.Property, wanted, found []map[string]any) []map[string]any {
	part := x.item.Manifest.Part
	if part == nil {
		return wanted
	}
	all := slices.Clone(wanted)
	for _, element := range found {
		key, _ := element[collection.Key].(string)
		said := slices.ContainsFunc(wanted, func(w map[string]any) bool { return w[collection.Key] == key })
		if !said && !slices.Contains(part.Gone[collection.Name], key) {
			all = append(all, map[string]any{collection.Key: key})
		}
	}
	return all
}

// partMark is the mark that an instance carries after a part of it was changed: it lists what it listed before, and knows what was applied.
func (x *comparison) partMark(applied spec.OwnerMark) spec.OwnerMark {
	mark := *x.found.mark
	mark.Reboot = applied.Reboot
	mark.Fields = maps.Clone(mark.Fields)
	for path, digest := range applied.Fields {
		if _, managed := mark.Fields[path]; managed {
			mark.Fields[path] = digest
		}
	}
	if x.buried() != nil {
		mark.Tombstone = nil
	}
	return mark
}

// inPart says of a plan for a part of an instance that nobody but the undo wants it.
func (i *Item) inPart() {
	if i.Manifest.Part == nil {
		return
	}
	for n := range i.Changes {
		i.Changes[n].Cause = CauseUndo
	}
	for n := range i.Steps {
		i.Steps[n].Reason = "it was so before the run that is taken back"
	}
}
