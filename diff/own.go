package diff

import (
	"maps"
	"slices"
	"strings"

	"github.com/specadm/specadm/spec"
)

// own is what a manifest wants of an instance beyond vmadm's properties, compared with what is there: ZFS properties and snapshots.
type own struct {
	changes  []Change
	first    []Step          // before all else: snapshots to be taken
	later    []Step          // after the updates: ZFS properties, snapshots to be deleted
	guards   []int           // the steps of first, once they are in the item
	kept     []declared      // left the manifest, and stay in the mark until they are gone
	released map[string]bool // paths of kept that steps of later take back
	lost     []string        // paths of kept that go with the root of a reprovisioned zone
	foreign  map[string]bool // paths that were there before and are not specadm's
}

// ownPath is a path of something that is no property of vmadm. It has a row for itself, since the table has none.
func ownPath(text, pointer string, value any) declared {
	row := &spec.Property{Name: text, Kind: spec.Scalar, Type: spec.String}
	return declared{site: site{row: row, index: -1}, text: text, pointer: pointer, value: value}
}

// ownPaths lists what a manifest manages beyond vmadm's properties.
func (c *computer) ownPaths(m *spec.Manifest) []declared {
	var paths []declared
	for _, dataset := range slices.Sorted(maps.Keys(m.ZFS)) {
		for _, property := range slices.Sorted(maps.Keys(m.ZFS[dataset])) {
			paths = append(paths, ownPath(zfsPath(dataset, property), zfsPointer(dataset, property), normalZFS(m.ZFS[dataset][property])))
		}
	}
	for i, name := range m.Snapshots {
		paths = append(paths, ownPath(c.snapshotPath(name), c.snapshotPointer(i), name))
	}
	return paths
}

// managedPaths is what the mark of an instance that exists shall list, sorted.
func (x *comparison) managedPaths() []declared {
	own := slices.DeleteFunc(x.ownPaths(x.item.Manifest), func(d declared) bool { return x.own.foreign[d.text] })
	return sortPaths(slices.Concat(x.declaredPaths(x.item, x.newKeys()), own, x.own.kept))
}

func sortPaths(paths []declared) []declared {
	slices.SortFunc(paths, func(a, b declared) int { return strings.Compare(a.text, b.text) })
	return paths
}

// compareOwn compares what is not vmadm's.
func (x *comparison) compareOwn() {
	x.own = own{released: map[string]bool{}, foreign: map[string]bool{}}
	x.compareZFS()
	x.compareSnapshots()
	x.item.Changes = append(x.item.Changes, x.own.changes...)
	slices.SortStableFunc(x.item.Changes, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
}

// keep leaves a path in the mark although the manifest no longer has it.
func (x *comparison) keep(path string) { x.own.kept = append(x.own.kept, ownPath(path, "", nil)) }

// release takes paths that left the manifest back with a step, after which the mark forgets them.
func (x *comparison) release(step Step) {
	for _, path := range step.Paths {
		x.keep(path)
		x.own.released[path] = true
	}
	x.own.later = append(x.own.later, step)
}

// firstSteps enters the steps that all others wait for.
func (x *comparison) firstSteps() {
	for _, step := range x.own.first {
		x.own.guards = append(x.own.guards, x.item.step(step))
	}
}

// laterSteps enters the steps that wait for nothing else, and then has the mark forget what was taken back. Until then the mark lists it, so
// that a step that fails or is held comes again.
func (x *comparison) laterSteps() {
	var taken []int
	for _, step := range x.own.later {
		index := x.item.step(step)
		if x.own.released[step.Paths[0]] {
			taken = append(taken, index)
		}
	}
	if len(taken) == 0 {
		return
	}
	x.own.kept = slices.DeleteFunc(x.own.kept, func(d declared) bool { return x.own.released[d.text] })
	x.writeMark(x.pending(x.waves().main), taken, "what the manifest manages has changed")
}

// ownChange records a difference in something that is not vmadm's.
func (x *comparison) ownChange(path, pointer string, before, after any, cause Cause) *Change {
	change := Change{
		Path: path, Op: OpReplace, Before: before, After: after, Cause: cause, Effect: spec.EffectLive, Risk: spec.Live,
		Origin: x.item.Manifest.Position(pointer),
	}
	switch {
	case before == nil:
		change.Op = OpAdd
	case after == nil:
		change.Op = OpRemove
	}
	x.own.changes = append(x.own.changes, change)
	return &x.own.changes[len(x.own.changes)-1]
}
