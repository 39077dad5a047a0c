package reconcile

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/drivers"
	"github.com/specadm/specadm/spec"
)

// Undo is what taking a run back comes to.
type Undo struct {
	Run        Run
	Repository *spec.Repository // what was before, of the instances that are still there
	Remarks    []Remark         // what cannot be restored, and why, in the order of the run
}

// Remark is something about an item that taking a run back does not do.
type Remark struct {
	Item string `json:"item"`
	Path string `json:"path,omitempty"`
	Text string `json:"text"`
	Try  string `json:"try,omitempty"`
}

// PlanUndo looks at the node and says what of a run can be taken back. The error is a *NodeError.
func PlanUndo(ctx context.Context, runner drivers.Runner, run Run) (*Undo, error) {
	found, err := Observe(ctx, drivers.ReadOnly(runner))
	if err != nil {
		return nil, &NodeError{err}
	}
	return newUndo(run, found), nil
}

func newUndo(run Run, found diff.Found) *Undo {
	undo := &Undo{Run: run, Repository: &spec.Repository{Owner: run.Owner}}
	marks := map[string]spec.OwnerMark{}
	for _, mark := range diff.Owned(found) {
		marks[mark.UUID] = mark
	}
	for _, item := range run.Items {
		one := undoItem{Undo: undo, item: item, table: spec.Properties(), object: found.Instances[item.UUID]}
		if text, try := one.refuse(marks[item.UUID]); text != "" {
			one.remark("", text, try)
			continue
		}
		one.restore(marks[item.UUID])
	}
	return undo
}

// Since tells what of a plan that takes a run back was changed again after that run.
func (u *Undo) Since(plan *diff.Plan) []Remark {
	var remarks []Remark
	for _, item := range plan.Items {
		was := u.Run.Item(item.UUID)
		if was == nil {
			continue
		}
		for _, change := range item.Changes {
			for _, made := range was.Changes {
				if made.Path == change.Path && made.Result == ChangeMade && !reflect.DeepEqual(made.After, change.Before) {
					remarks = append(remarks, Remark{Item: item.Name, Path: change.Path, Text: "it was changed again after that run"})
				}
			}
		}
	}
	return remarks
}

// undoItem is one item of a run that is taken back.
type undoItem struct {
	*Undo
	item     RunItem
	table    *spec.Table
	object   spec.Object // the instance; nil when it is not there
	brand    spec.Brand
	manifest *spec.Manifest
}

func (u *undoItem) remark(path, text, try string) {
	u.Remarks = append(u.Remarks, Remark{Item: u.item.Name, Path: path, Text: text, Try: try})
}

// refuse says why nothing of an item can be taken back; "" when something may.
func (u *undoItem) refuse(mark spec.OwnerMark) (text, try string) {
	switch {
	case u.item.Kind != spec.KindInstance.String() && u.item.Action == diff.Destroy:
		return "what was destroyed is gone", ""
	case u.item.Kind != spec.KindInstance.String():
		return "only instances are taken back", "change its manifest"
	case u.object == nil:
		return "the instance is not there any more", ""
	case u.item.Action == diff.Create:
		return "it was made by this run, and is not deleted", "state: absent in its manifest"
	case u.item.Action == diff.Recreate:
		return "it was made anew, and what it held before is gone", ""
	case u.item.Action == diff.Release:
		return "it was let go", "specadm apply --adopt " + u.item.Name
	case mark.UUID == "":
		return "it carries no owner mark any more", ""
	case mark.Owner != u.Run.Owner:
		return fmt.Sprintf("it belongs to owner %q now", mark.Owner), ""
	case mark.Tombstone != nil && !slices.ContainsFunc(u.item.Changes, u.isState):
		return "it is stopped to be deleted", "take state: absent out of its manifest first"
	}
	return "", ""
}

func (u *undoItem) isState(change RunChange) bool {
	return change.Path == u.table.Role(spec.RoleState).Name
}

// restore makes the manifest of what was before.
func (u *undoItem) restore(mark spec.OwnerMark) {
	u.brand = spec.Brand(fmt.Sprint(u.object[u.table.Role(spec.RoleBrand).Name]))
	u.manifest = &spec.Manifest{
		Name: mark.Name, UUID: mark.UUID, OwnUUID: true, Generation: mark.Generation, Spec: spec.Object{}, ZFS: map[string]map[string]string{},
		Part: &spec.Part{Gone: map[string][]string{}},
	}
	for _, change := range u.item.Changes {
		if change.Result == ChangeMissed {
			continue
		}
		if text, try := u.change(change); text != "" {
			u.remark(change.Path, text, try)
		}
	}
	if u.item.Action == diff.Adopt {
		u.remark("", "it was taken over, and stays so", "specadm release "+mark.Name)
	}
	if slices.ContainsFunc(u.item.Steps, func(s RunStep) bool { return s.Verb == diff.VerbReboot && s.ran() }) {
		u.remark("", "a reboot cannot be taken back", "")
	}
	if len(u.manifest.Spec)+len(u.manifest.ZFS)+len(u.manifest.Part.Gone) > 0 || u.manifest.State != spec.Unmanaged {
		u.Repository.Manifests = append(u.Repository.Manifests, u.manifest)
	}
}

// change enters what was before, or says why it cannot be restored.
func (u *undoItem) change(change RunChange) (text, try string) {
	name, key, member := spec.SplitPath(change.Path)
	row, known := u.table.Lookup(name)
	switch {
	case change.Sensitive && change.Before != nil && change.Before != "":
		return "it is a secret, of which the history holds a marker only", "write it into the manifest again"
	case name == zfsSection:
		u.zfs(key, member, change.Before)
	case !known:
		return "it is a matter of the manifest alone", "change it there"
	case u.isState(change):
		if state, ok := change.Before.(string); ok && (state == string(spec.Running) || state == string(spec.Stopped)) {
			u.manifest.State = spec.State(state)
			return "", ""
		}
		return fmt.Sprintf("it was %v, which cannot be asked for", change.Before), ""
	case row.Role == spec.RoleSnapshots && change.Before == nil:
		return "the snapshot stays", "vmadm delete-snapshot " + u.item.UUID + " " + key
	case row.Role == spec.RoleSnapshots:
		return "a snapshot that was deleted is gone", ""
	case !row.Update.Has(u.brand):
		return "the platform cannot change it on an instance that is there", ""
	case row.Kind == spec.Map && key != "":
		entries, _ := u.manifest.Spec[name].(map[string]any)
		if entries == nil {
			entries = map[string]any{}
			u.manifest.Spec[name] = entries
		}
		entries[key] = change.Before
	case row.Kind == spec.Objects && member != "":
		return u.member(row, key, member, change.Before)
	case row.Kind == spec.Objects:
		return u.element(row, key, change)
	default:
		if _, ok := row.Reset(u.brand); change.Before == nil && !ok {
			return "it was not set, and the platform cannot unset it", row.Unset.How
		}
		u.manifest.Spec[name] = change.Before
	}
	return "", ""
}

// zfsSection begins the paths of ZFS properties.
const zfsSection = "zfs"

func (u *undoItem) zfs(dataset, property string, before any) {
	if u.manifest.ZFS[dataset] == nil {
		u.manifest.ZFS[dataset] = map[string]string{}
	}
	value, ok := before.(string)
	if !ok {
		value = spec.Inherited
	}
	u.manifest.ZFS[dataset][property] = value
}

// member restores a member of an element that is still there.
func (u *undoItem) member(collection *spec.Property, key, member string, before any) (text, try string) {
	row, known := u.table.Member(collection.Name, member)
	switch {
	case u.foundElement(collection, key) == nil:
		return "the element is not there any more", ""
	case known && row.Role == spec.RoleDiskSize:
		return "a disk that grew would lose its end, and what a shrunk one lost is gone", ""
	case !known || !row.Update.Has(u.brand):
		return "the platform cannot change it on an instance that is there", ""
	case before == nil && !row.Unset.Possible:
		return "it was not set, and the platform cannot unset it", row.Unset.How
	}
	u.wanted(collection, key)[member] = before
	return "", ""
}

// element takes an element out that was added, or puts one back that was removed.
func (u *undoItem) element(collection *spec.Property, key string, change RunChange) (text, try string) {
	if collection.Role == spec.RoleDisks {
		if change.Before == nil {
			return "the disk stays: taking it out would destroy its data", "change the manifest"
		}
		return "the data of a disk that was removed is gone", ""
	}
	if before, ok := change.Before.(map[string]any); ok {
		if u.foundElement(collection, key) != nil {
			return "there is one again", ""
		}
		element := u.wanted(collection, key)
		for name, value := range before {
			if row, known := u.table.Member(collection.Name, name); known && !row.Generated && row.Create.Has(u.brand) {
				element[name] = value
			}
		}
		return "", ""
	}
	added, _ := change.After.(map[string]any)
	found := u.foundElement(collection, key)
	if found == nil {
		found = u.same(collection, added)
	}
	named, ok := found[collection.Key].(string)
	if !ok {
		return "the element that was added cannot be told from the others, or is not there any more", "change the manifest"
	}
	u.list(collection)
	u.manifest.Part.Gone[collection.Name] = append(u.manifest.Part.Gone[collection.Name], named)
	return "", ""
}

// list makes the manifest speak of a collection.
func (u *undoItem) list(collection *spec.Property) []any {
	list, ok := u.manifest.Spec[collection.Name].([]any)
	if !ok {
		list = []any{}
		u.manifest.Spec[collection.Name] = list
	}
	return list
}

// wanted is the element of the manifest with a key.
func (u *undoItem) wanted(collection *spec.Property, key string) map[string]any {
	list := u.list(collection)
	for _, one := range list {
		if element := one.(map[string]any); element[collection.Key] == key {
			return element
		}
	}
	element := map[string]any{collection.Key: key}
	u.manifest.Spec[collection.Name] = append(list, element)
	return element
}

// found are the elements of a collection as the node has them, in normal form.
func (u *undoItem) found(collection *spec.Property) []map[string]any {
	list, _ := u.object[collection.Name].([]any)
	var elements []map[string]any
	for _, one := range list {
		if element, ok := one.(map[string]any); ok {
			elements = append(elements, u.table.NormaliseElement(collection.Name, element))
		}
	}
	return elements
}

func (u *undoItem) foundElement(collection *spec.Property, key string) map[string]any {
	for _, element := range u.found(collection) {
		if element[collection.Key] == key {
			return element
		}
	}
	return nil
}

// same is the one found element that has all that an added one was given; nil when none or several have.
func (u *undoItem) same(collection *spec.Property, added map[string]any) map[string]any {
	fits := slices.DeleteFunc(u.found(collection), func(element map[string]any) bool {
		for name, value := range added {
			row, known := u.table.Member(collection.Name, name)
			if known && row.Get[u.brand] != spec.Never && !row.Equal(element[name], value) {
				return true
			}
		}
		return false
	})
	if len(added) == 0 || len(fits) != 1 {
		return nil
	}
	return fits[0]
}
