package diff

import (
	"fmt"
	"slices"
	"time"

	"github.com/specadm/specadm/spec"
)

// goodbye plans state: absent, in two runs: the instance is stopped and marked first, and deleted when its grace is over. Until then the
// manifest can have it back. Who says so has no grace.
func (c *computer) goodbye(item *Item, found match) {
	if found.object == nil {
		return
	}
	m := item.Manifest
	if reason := c.protected(m, found); reason != nil {
		item.Blocked = []Reason{*reason}
		return
	}
	grace, now := m.Policy.GraceOf(), c.opts.Now.UTC()
	var buried *spec.Tombstone
	if found.mark != nil {
		buried = found.mark.Tombstone
	}
	switch {
	case grace == 0, !c.settled(found.object), slices.Contains(c.opts.Delete, m.Name):
		c.deletion(item, found)
	case buried == nil:
		c.bury(item, found, now)
	case item.Running && !c.opts.Now.Before(buried.Since.Add(grace)): // somebody needed it after all: another grace
		c.bury(item, found, now)
	case item.Running: // somebody started it by hand
		c.bury(item, found, buried.Since)
	case c.opts.Now.Before(buried.Since.Add(grace)):
		c.tellTombstone(item, buried.Since)
	default:
		c.deletion(item, found)
	}
}

// bury stops an instance and marks it as one that goes. The mark remembers what it was when that began. Without a mark it gets one: it is taken
// over.
func (c *computer) bury(item *Item, found match, since time.Time) {
	state := c.schema.name(spec.RoleState)
	item.Changes = []Change{{
		Path: state, Op: OpRemove, Before: c.text(found.object, spec.RoleState), After: string(spec.Absent),
		Cause: CauseManifest, Effect: spec.EffectStopped, Risk: spec.Destroy, Origin: item.Manifest.Position("/spec/" + state),
	}}
	autoboot := c.schema.table.Role(spec.RoleAutoboot)
	mark := c.newMark(item, nil, nil)
	if found.mark != nil {
		mark = *found.mark
	}
	tombstone := spec.Tombstone{Running: item.Running, Autoboot: found.object[autoboot.Name] == true}
	if mark.Tombstone != nil {
		tombstone = *mark.Tombstone
	}
	tombstone.Since = since
	mark.Tombstone = &tombstone
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
	try := "to have it back, take state: absent out of the manifest; to delete it at once, --now " + item.Name
	if item.Manifest.Pruned {
		try = "to have it back, put its manifest back; to delete it at once, a manifest with state: absent and --now " + item.Name
	}
	item.Notes = append(item.Notes, Reason{
		Code: CodeTombstone, Origin: item.Manifest.Position("/policy/grace"),
		Text: fmt.Sprintf("stopped to be deleted; a run after %s deletes it", since.Add(item.Manifest.Policy.GraceOf()).Format(time.RFC3339)),
		Try:  try,
	})
}

// burialText adds to a sentence about an instance that it was stopped to be deleted; "" when it was not.
func burialText(mark *spec.OwnerMark) string {
	if mark == nil || mark.Tombstone == nil {
		return ""
	}
	return fmt.Sprintf("; it was stopped to be deleted, at %s, and stays stopped", mark.Tombstone.Since.Format(time.RFC3339))
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
