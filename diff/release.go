package diff

import (
	"slices"

	"github.com/specadm/specadm/spec"
)

// release plans state: released: the mark goes, and everything else stays as it is. An instance that is not ours has been let go already.
func (c *computer) release(item *Item, found match) {
	if found.blocked != nil && found.blocked.Code != CodeForeign && found.blocked.Code != CodeAliasTaken {
		item.Blocked = []Reason{*found.blocked}
		return
	}
	if found.mark == nil {
		return
	}
	item.Action = Release
	item.Notes = []Reason{{Code: CodeReleased, Text: "only the owner mark is removed; instance " + found.uuid + " stays as it is" + burialText(found.mark)}}
	body := spec.Object{"remove_" + c.schema.name(spec.RoleInternalMetadata): []any{spec.MarkKey}}
	c.saySerial(body, item.Brand, found.object)
	item.Steps = []Step{{Verb: VerbUpdate, Target: found.uuid, Payload: body, Risk: spec.Live, Reason: "the manifest lets it go"}}
}

// renamed records that an instance goes by a new name. The uuid stays, so nothing is made anew.
func (x *comparison) renamed() {
	mark := x.found.mark
	if mark == nil || mark.Name == x.item.Name {
		return
	}
	x.item.Changes = append(x.item.Changes, Change{
		Path: namePath, Op: OpReplace, Before: mark.Name, After: x.item.Name, Cause: CauseManifest, Effect: spec.EffectLive, Risk: spec.Live,
		Origin: x.item.Manifest.Position("/metadata/name"),
	})
}

const namePath = "metadata.name"

// namesOf are the names under which marks may know the instance of a manifest: its own, and former ones that no other manifest has.
func (c *computer) namesOf(m *spec.Manifest) []string {
	names := []string{m.Name}
	for _, name := range m.Formerly {
		if !slices.Contains(names, name) && !c.hasManifest(m.Kind, name) {
			names = append(names, name)
		}
	}
	return names
}
