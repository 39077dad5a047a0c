package diff

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/specadm/specadm/spec"
)

// form is how an instance is made anew for what no update can change (behaviour 3.8).
type form int

// Forms.
const (
	inPlace         form = iota // nothing needs it
	reprovision                 // a new root from another image; the rest stays (reference 16.4)
	deleteAndCreate             // nothing stays but the uuid
)

// force records a difference that no update can make, so that the instance has to be replaced. advice says how to do without.
func (x *comparison) force(s site, before, after any, cause Cause, advice string) {
	x.edit(s, before, after, cause, edit{write: writeAnew, advice: advice, Change: Change{Effect: spec.EffectStopped}})
}

// forced are the edits that a replacement makes.
func (x *comparison) forced() []edit {
	return slices.DeleteFunc(slices.Clone(x.edits), func(e edit) bool { return e.write != writeAnew })
}

// chooseForm takes the form that loses least, and gives the changes that force it their class.
func (x *comparison) chooseForm() {
	forced := x.forced()
	class := spec.Destroy
	switch {
	case len(forced) == 0:
		return
	case x.canReprovision(forced):
		x.form, class = reprovision, spec.Recreate
	default:
		x.form = deleteAndCreate
	}
	for i := range x.edits {
		if x.edits[i].write == writeAnew {
			x.edits[i].Risk = class
			x.edits[i].Marks = append(x.edits[i].Marks, spec.MarkData)
		}
	}
}

// canReprovision reports whether vmadm reprovision makes all that is forced: another image and nothing else. It refuses kvm, a held zoneroot
// and several delegated datasets (reference 16.4, behaviour 3.8).
func (x *comparison) canReprovision(forced []edit) bool {
	datasets, _ := x.found.object[x.schema.name(spec.RoleDatasets)].([]any)
	held := x.schema.name(spec.RoleHeldRoot)
	if x.found.object[held] == true && x.wanted[held] != false { // else an update releases it before
		return false
	}
	return len(forced) == 1 && len(datasets) <= 1 && x.renews(forced[0])
}

// renews reports whether an edit changes the image of what reprovision makes anew: of a zone its root, of bhyve disk0, which must boot and be
// made from an image.
func (x *comparison) renews(e edit) bool {
	if !x.brand.HVM() {
		return e.row.Role == spec.RoleImage
	}
	disks := objectsIn(x.found.object[x.schema.name(spec.RoleDisks)])
	if x.brand != spec.Bhyve || e.row.Role != spec.RoleDiskImage || len(disks) == 0 {
		return false
	}
	first := disks[0]
	return first[e.parent.Key] == e.key && first[x.schema.member(spec.RoleDiskBoot)] == true && e.Before != nil && first[x.schema.member(spec.RoleDiskVolume)] == x.renewed()
}

// renewed is the dataset that reprovision makes anew.
func (x *comparison) renewed() string {
	if x.brand.HVM() {
		return x.poolOf(x.found.object) + "/" + volumeName(x.brand, x.item.UUID, "disk0")
	}
	return x.datasetNamed(".")
}

// reprovisionStep adds what gives the instance its new image, and says what becomes of the rest. It does nothing for other forms.
func (x *comparison) reprovisionStep(needs []int) {
	if x.form != reprovision {
		return
	}
	e := x.forced()[0]
	needs = append(slices.Clone(needs), x.importImage(x.item, x.poolOf(x.found.object), e.After, spec.Recreate)...)
	x.reprovisioned = x.item.step(Step{
		Verb: VerbReprovision, Target: x.item.UUID, Payload: spec.Object{x.schema.name(spec.RoleImage): e.After},
		Paths: append([]string{e.Path}, x.own.lost...), Needs: needs, Risk: spec.Recreate, Marks: []spec.Mark{spec.MarkData},
		Reason: e.Path + " cannot be updated",
	})
	keeps := []string{"the uuid", "nics", "metadata", "quota"}
	datasets, _ := x.found.object[x.schema.name(spec.RoleDatasets)].([]any)
	for _, dataset := range datasets {
		keeps = append(keeps, "the delegated dataset "+text(dataset))
	}
	if x.brand.HVM() && len(objectsIn(x.found.object[x.schema.name(spec.RoleDisks)])) > 1 {
		keeps = append(keeps, "the other disks")
	}
	loses := "the data on " + x.renewed()
	if snapshots := x.snapshotsOf(x.found.object); len(snapshots) > 0 {
		loses += " and its snapshots (" + strings.Join(snapshots, ", ") + ")"
	}
	x.item.Notes = append(x.item.Notes, Reason{
		Code: CodeReplacement, Origin: e.Origin, Try: "to do without, " + e.advice,
		Text: fmt.Sprintf("%s cannot be updated; reprovision keeps %s, and loses %s", e.Path, strings.Join(keeps, ", "), loses),
	})
}

// afterReprovision puts back what the new root does not have, and has the mark know of the new image.
func (x *comparison) afterReprovision() {
	if x.form != reprovision {
		return
	}
	needs := []int{x.reprovisioned}
	for _, name := range slices.Sorted(maps.Keys(x.item.Manifest.ZFS)) {
		if x.datasetNamed(name) == x.renewed() {
			x.item.setZFS(x.renewed(), name, needs, "the new one does not have it")
		}
	}
	if !x.brand.HVM() {
		for _, name := range x.item.Manifest.Snapshots {
			step := x.snapshotStep(VerbSnapshot, name, "the new root does not have it")
			step.Needs = needs
			x.item.step(step)
		}
	}
	for _, e := range x.forced() {
		x.stored[e.Path] = true
	}
	x.own.kept = slices.DeleteFunc(x.own.kept, func(d declared) bool { return slices.Contains(x.own.lost, d.text) })
	x.markUpdate(nil, needs, "the mark says which image it has")
}

// recreate deletes the instance and creates it again under its uuid. What the manifest does not say is lost.
func (x *comparison) recreate() {
	item, changes, forced := x.item, x.item.Changes, x.forced()
	item.Notes = nil // they are about an update
	x.deletion(item, x.found)
	if len(item.Blocked) > 0 {
		item.Changes = changes
		item.Notes = []Reason{{
			Code: CodeReplacement, Origin: forced[0].Origin, Try: "to do without, " + forced[0].advice,
			Text: strings.Join(pathsOf(forced), " and ") + " cannot be updated, so the instance would have to be deleted and created anew",
		}}
		return
	}
	down := item.Manifest.State == spec.Stopped || item.Manifest.State == spec.Unmanaged && !item.Running
	removal := item.Steps[0]
	removal.Paths, removal.Reason = nil, forced[0].Path+" cannot be updated, so it is made anew"
	if brand := item.Manifest.Brand; brand != "" {
		item.Brand = brand
	}
	item.Steps = nil
	x.creation(item, &removal, down)
	item.Changes = changes
	x.checkComplete()
	note := Reason{
		Code: CodeReplacement, Origin: forced[0].Origin, Try: "to do without, " + forced[0].advice,
		Text: strings.Join(pathsOf(forced), " and ") + " cannot be updated; the instance is deleted with all its data and created anew with the same uuid",
	}
	if lost := x.undeclared(); len(lost) > 0 {
		note.Text += "; the manifest does not say what it has of " + strings.Join(lost, ", ") + ", which is lost too"
	}
	item.Notes = append([]Reason{note}, item.Notes...)
}

// checkComplete blocks a replacement of which the second half would be refused: the manifest of an instance that was taken over need not say all
// that create needs.
func (x *comparison) checkComplete() {
	created := x.item.Steps[slices.IndexFunc(x.item.Steps, func(s Step) bool { return s.Verb == VerbCreate })].Payload
	lacks := func(path, pointer string) {
		x.item.Blocked = append(x.item.Blocked, Reason{
			Code: CodeCannotConverge, Origin: x.item.Manifest.Position(pointer),
			Text: fmt.Sprintf("cannot converge: %s cannot be updated, and the instance cannot be made anew, since the manifest does not say %s", x.forced()[0].Path, path),
			Try:  "specadm export shows what it has; or " + x.forced()[0].advice,
		})
	}
	rows := x.schema.table.All()
	for i := range rows {
		row := &rows[i]
		if !row.Required.Has(x.item.Brand) {
			continue
		}
		if row.Parent == "" && created[row.Name] == nil {
			lacks(row.Name, "/spec")
		}
		for n, element := range objectsIn(created[row.Parent]) {
			s := site{row: row, parent: x.schema.row(row.Parent), key: placeholder(n), index: n}
			if element[row.BaseName()] == nil {
				lacks(s.path(), s.pointer())
			}
		}
	}
}

// undeclared names the collections and maps that the instance has and the manifest does not speak of, sorted.
func (x *comparison) undeclared() []string {
	var names []string
	for name, value := range x.found.object {
		row := x.schema.row(name)
		if row == nil || row.Kind != spec.Objects && row.Kind != spec.Map {
			continue
		}
		entries, _ := value.(map[string]any)
		size := len(entries) + len(objectsIn(value))
		if _, marked := entries[spec.MarkKey]; marked {
			size--
		}
		if _, declared := x.item.Manifest.Spec[name]; !declared && size > 0 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
