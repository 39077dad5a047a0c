package diff

import (
	"fmt"
	"slices"
	"time"

	"github.com/specadm/specadm/spec"
)

// goodbye plans state: absent, in two runs: the instance is stopped and marked first, and deleted when its grace is over. Until then the
// manifest can have it back. Who made the instance without specadm's mark, or who says so, has no grace.
func (c *computer) goodbye(item *Item, found match) {
	found = c.previousOf(found)
	if found.object == nil {
		return
	}
	m := item.Manifest
	if reason := c.protected(m, found); reason != nil {
		item.Blocked = []Reason{*reason}
		return
	}
	grace := m.Policy.GraceOf()
	switch {
	case grace == 0, found.mark == nil, !c.settled(found.object), slices.Contains(c.opts.Delete, m.Name):
	case found.mark.Tombstone == nil:
		c.bury(item, found, c.opts.Now.UTC().Truncate(time.Second))
		return
	case c.opts.Now.Before(found.mark.Tombstone.Since.Add(grace)):
		if item.Running { // somebody started it by hand
			c.bury(item, found, found.mark.Tombstone.Since)
		}
		c.tellTombstone(item, found.mark.Tombstone.Since)
		return
	}
	c.deletion(item, found)
}

// bury stops an instance and marks it as one that goes. The mark remembers what it was when that began.
func (c *computer) bury(item *Item, found match, since time.Time) {
	state := c.schema.name(spec.RoleState)
	item.Changes = []Change{{
		Path: state, Op: OpRemove, Before: c.text(found.object, spec.RoleState), After: string(spec.Absent),
		Cause: CauseManifest, Effect: spec.EffectStopped, Risk: spec.Destroy, Origin: item.Manifest.Position("/spec/" + state),
	}}
	autoboot := c.schema.table.Role(spec.RoleAutoboot)
	mark := *found.mark
	if mark.Tombstone == nil {
		mark.Tombstone = &spec.Tombstone{Since: since, Running: item.Running, Autoboot: found.object[autoboot.Name] == true}
	}
	var needs []int
	if item.Running {
		needs = []int{item.step(Step{
			Verb: VerbStop, Target: found.uuid, Paths: []string{state}, Risk: spec.Destroy, Reason: whyAbsent(item.Manifest),
		})}
	}
	body := spec.Object{autoboot.Name: false}
	c.saySerial(body, item.Brand, found.object)
	c.putMark(body, "set_"+c.schema.name(spec.RoleInternalMetadata), mark)
	item.step(Step{
		Verb: VerbUpdate, Target: found.uuid, Payload: body, Paths: []string{state}, Needs: needs, Risk: spec.Destroy,
		Reason: "it is kept for its grace before it is deleted",
	})
	c.tellTombstone(item, since)
}

func (c *computer) tellTombstone(item *Item, since time.Time) {
	item.Notes = append(item.Notes, Reason{
		Code: CodeTombstone, Origin: item.Manifest.Position("/policy/grace"),
		Text: fmt.Sprintf("stopped to be deleted; a run after %s deletes it", since.Add(item.Manifest.Policy.GraceOf()).Format(time.RFC3339)),
		Try:  "to have it back, take state: absent out of the manifest; to delete it at once, --now " + item.Name,
	})
}

// buried is the tombstone of an instance that the manifest wants back; nil when it has none.
func (x *comparison) buried() *spec.Tombstone {
	if x.found.mark == nil || x.item.Manifest.Part != nil && x.item.Manifest.State == spec.Unmanaged {
		return nil
	}
	return x.found.mark.Tombstone
}

// whyAbsent says who wants an instance gone.
func whyAbsent(m *spec.Manifest) string {
	if m.Pruned {
		return "no manifest wants it any more"
	}
	return "the manifest wants it absent"
}
