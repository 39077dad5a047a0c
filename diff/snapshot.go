package diff

import (
	"fmt"
	"maps"
	"slices"

	"github.com/specadm/specadm/spec"
)

func (c *computer) snapshotPath(name string) string {
	return elementPath(c.schema.name(spec.RoleSnapshots), name)
}

func (c *computer) snapshotPointer(index int) string {
	return elementPointer(c.schema.name(spec.RoleSnapshots), index)
}

// compareSnapshots plans the snapshots that are missing, before anything else is done to the instance, and the deletion of those that
// specadm made and the manifest no longer lists. A snapshot that was there before belongs to somebody else. Without a list nothing is
// managed, so nothing is deleted either.
func (x *comparison) compareSnapshots() {
	there := x.snapshotsOf(x.found.object)
	for i, name := range x.item.Manifest.Snapshots {
		path := x.snapshotPath(name)
		switch {
		case slices.Contains(there, name):
			x.own.foreign[path] = !x.marked(path)
		case x.canSnapshot(i):
			x.ownChange(path, x.snapshotPointer(i), nil, name, CauseUnknown).Cause = causeOf(x.opts.Key, x.found.mark, path, name, nil)
			step := x.snapshotStep(VerbSnapshot, name, "the manifest wants it, before anything else is done")
			if x.needsRoom() {
				x.own.later = append(x.own.later, step)
			} else {
				x.own.first = append(x.own.first, step)
			}
		}
	}
	if x.found.mark == nil {
		return
	}
	for _, path := range slices.Sorted(maps.Keys(x.found.mark.Fields)) {
		section, name, _ := spec.SplitPath(path)
		switch {
		case section != x.schema.name(spec.RoleSnapshots), !slices.Contains(there, name), slices.Contains(x.item.Manifest.Snapshots, name):
		case x.item.Manifest.Snapshots == nil:
			x.keep(path)
		default:
			change := x.ownChange(path, "/spec/"+section, name, nil, CauseDefault)
			change.Risk, change.Marks = spec.Destroy, []spec.Mark{spec.MarkData}
			if x.form == reprovision && !x.brand.HVM() {
				change.Risk = spec.Recreate
				x.keep(path)
				x.own.lost = append(x.own.lost, path)
				continue
			}
			step := x.snapshotStep(VerbDeleteSnapshot, name, "specadm made it, and the manifest no longer lists it")
			step.Risk, step.Marks = change.Risk, change.Marks
			x.release(step)
		}
	}
}

func (x *comparison) snapshotStep(verb Verb, name, reason string) Step {
	return Step{
		Verb: verb, Target: x.item.UUID, Options: map[string]string{OptionSnapshot: name}, Paths: []string{x.snapshotPath(name)}, Risk: spec.Live,
		Reason: reason,
	}
}

func (x *comparison) marked(path string) bool {
	if x.found.mark == nil {
		return false
	}
	_, ok := x.found.mark.Fields[path]
	return ok
}

// snapshotsOf are the names of the snapshots that an instance has, sorted.
func (c *computer) snapshotsOf(object spec.Object) []string {
	var names []string
	for _, snapshot := range objectsIn(object[c.schema.name(spec.RoleSnapshots)]) {
		if name, ok := snapshot[c.schema.member(spec.RoleSnapshotName)].(string); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// canSnapshot blocks the item where the platform takes no snapshot of the instance (reference 15).
func (x *comparison) canSnapshot(index int) bool {
	datasets, _ := x.found.object[x.schema.name(spec.RoleDatasets)].([]any)
	flexible := x.schema.name(spec.RoleFlexible)
	text, try := "", ""
	switch {
	case x.brand == spec.KVM:
		text, try = "vmadm takes no snapshots of kvm instances", "leave snapshots out; zfs snapshot takes one of a disk"
	case len(datasets) > 0:
		text, try = "vmadm takes no snapshots of an instance with a delegated dataset", "leave snapshots out; zfs snapshot takes one of a dataset"
	case x.needsRoom() && x.wanted[flexible] == nil:
		text, try = fmt.Sprintf("without %s a bhyve instance has no room for a snapshot", flexible), "declare "+flexible+" with room to spare"
	default:
		return true
	}
	x.blocked = append(x.blocked, Reason{Code: CodeCannotConverge, Origin: x.item.Manifest.Position(x.snapshotPointer(index)), Text: "cannot converge: " + text, Try: try})
	return false
}

// needsRoom reports whether the instance has no room for a snapshot as it is.
func (x *comparison) needsRoom() bool {
	return x.brand == spec.Bhyve && x.found.object[x.schema.name(spec.RoleFlexible)] == nil
}

// createdSnapshots plans the snapshots of an instance that is created by the steps so far.
func (c *computer) createdSnapshots(item *Item) {
	last, flexible := len(item.Steps)-1, c.schema.name(spec.RoleFlexible)
	if len(item.Manifest.Snapshots) > 0 && item.Brand == spec.Bhyve && item.Manifest.Spec[flexible] == nil {
		item.Blocked = append(item.Blocked, Reason{
			Code: CodeCannotConverge, Origin: item.Manifest.Position(c.snapshotPointer(0)),
			Text: fmt.Sprintf("cannot converge: without %s a bhyve instance has no room for a snapshot", flexible),
			Try:  "declare " + flexible + " with room to spare",
		})
	}
	for _, name := range item.Manifest.Snapshots {
		item.step(Step{
			Verb: VerbSnapshot, Target: item.UUID, Options: map[string]string{OptionSnapshot: name}, Paths: []string{c.snapshotPath(name)},
			Needs: []int{last}, Risk: spec.Live, Reason: "the manifest wants it",
		})
	}
}
