package diff

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/specadm/specadm/spec"
)

// elements compares a declared collection: what is in both is updated, what only the manifest has is added, the rest is removed.
func (x *comparison) elements(collection *spec.Property) {
	wanted := objectsIn(x.wanted[collection.Name])
	found := x.comparable(collection)
	if collection.Update == spec.NoBrand {
		return
	}
	if x.wanted[collection.Name] == nil {
		x.blocked = append(x.blocked, Reason{
			Code: CodeAmbiguous, Origin: x.item.Manifest.Position("/spec/" + collection.Name),
			Text: fmt.Sprintf("%s is empty, which could mean none of them or any of them", collection.Name),
			Try:  fmt.Sprintf("write %s: [] to remove all, or leave the line out", collection.Name),
		})
		return
	}
	declared := len(wanted)
	wanted = x.withRest(collection, wanted, found)
	pairs, ambiguous := pair(x.schema, x.brand, collection, wanted, found)
	if ambiguous >= 0 {
		s := site{row: collection, index: ambiguous, key: placeholder(ambiguous)}
		x.blocked = append(x.blocked, Reason{
			Code: CodeAmbiguous, Origin: x.item.Manifest.Position(s.pointer()),
			Text: fmt.Sprintf("%s could be any of several %s of the instance", s.path(), collection.Name),
			Try:  fmt.Sprintf("add %s: with the right one's, as vmadm get %s shows it", collection.Key, x.item.UUID),
		})
		return
	}
	keys := make([]string, len(wanted))
	for i, at := range pairs {
		if at >= 0 {
			keys[i], _ = found[at][collection.Key].(string)
		}
	}
	x.keys[collection.Name] = keys[:declared]
	for i, at := range pairs {
		if at < 0 {
			x.addElement(collection, i, wanted[i])
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(wanted[i])) {
			if row := x.schema.members[collection.Name][name]; row != nil && name != collection.Key {
				x.member(site{row: row, parent: collection, key: keys[i], index: i}, found[at], wanted[i][name], CauseUnknown)
			}
		}
	}
	for at, element := range found {
		if !slices.Contains(pairs, at) {
			x.removeElement(collection, element)
		}
	}
}

func objectsIn(value any) []map[string]any {
	list, _ := value.([]any)
	var objects []map[string]any
	for _, one := range list {
		if object, ok := one.(map[string]any); ok {
			objects = append(objects, object)
		}
	}
	return objects
}

// comparable gives the found elements that a manifest answers for, in normal form. The disk that vmadm adds for cloud-init, and the files
// that it mounts into docker zones, are its own business (reference 6.2, 8.1).
func (x *comparison) comparable(collection *spec.Property) []map[string]any {
	metadata, _ := x.found.object[x.schema.name(spec.RoleInternalMetadata)].(map[string]any)
	own := "/" + x.text(x.found.object, spec.RoleZoneroot)
	var elements []map[string]any
	for _, element := range objectsIn(x.found.object[collection.Name]) {
		if path := metadata[spec.NoCloudPathKey]; path != nil && collection.Role == spec.RoleDisks && element[collection.Key] == path {
			continue
		}
		if source, _ := element[x.schema.member(spec.RoleFSSource)].(string); collection.Role == spec.RoleFilesystems && strings.HasPrefix(source, own+"/config/") {
			continue
		}
		elements = append(elements, x.schema.table.NormaliseElement(collection.Name, element))
	}
	return elements
}

func (x *comparison) addElement(collection *spec.Property, index int, element map[string]any) {
	key, _ := element[collection.Key].(string)
	if key == "" {
		key = placeholder(index)
	}
	added := x.newElement(collection, x.brand, element)
	x.fillModel(collection, added)
	x.fillPrimary(collection, added)
	x.edit(site{row: collection, key: key, index: index}, nil, element, CauseManifest, edit{write: writeAdd, value: added})
}

// fillModel says the model of an added nic or disk, since an update does not look at nic_driver and disk_driver of the instance (trap
// T20): the driver, else the model of the first one there is.
func (x *comparison) fillModel(collection *spec.Property, added map[string]any) {
	model, driver := spec.RoleNICModel, spec.RoleNICDriver
	switch collection.Role {
	case spec.RoleNICs:
	case spec.RoleDisks:
		model, driver = spec.RoleDiskModel, spec.RoleDiskDriver
	default:
		return
	}
	row := x.schema.table.Role(model)
	if added[row.BaseName()] != nil || !row.Create.Has(x.brand) || !x.brand.HVM() {
		return
	}
	value := x.wanted[x.schema.name(driver)]
	if value == nil {
		value = x.found.object[x.schema.name(driver)]
	}
	for _, element := range objectsIn(x.found.object[collection.Name]) {
		if value == nil {
			value = element[row.BaseName()]
		}
	}
	if value != nil {
		added[row.BaseName()] = value
	}
}

// fillPrimary marks the first nic of an instance that has none: vmadm does that for a create only (reference 11.4).
func (x *comparison) fillPrimary(collection *spec.Property, added map[string]any) {
	primary := x.schema.member(spec.RoleNICPrimary)
	if collection.Role != spec.RoleNICs || len(objectsIn(x.found.object[collection.Name])) > 0 {
		return
	}
	for _, nic := range objectsIn(x.wanted[collection.Name]) {
		if nic[primary] == true {
			return
		}
	}
	for _, e := range x.edits {
		if e.write == writeAdd && e.row == collection {
			return
		}
	}
	added[primary] = true
}

// removeElement takes an element out of the instance. vmadm destroys the volume of a disk with its snapshots (reference 12.2).
func (x *comparison) removeElement(collection *spec.Property, element map[string]any) {
	key, _ := element[collection.Key].(string)
	cause := CauseDrift // somebody added it
	if x.found.mark != nil {
		for path := range x.found.mark.Fields {
			if name, of, _ := spec.SplitPath(path); name == collection.Name && of == key {
				cause = CauseManifest // it left the manifest
			}
		}
	}
	if collection.Role == spec.RolePCIDevices && strings.Contains(key, ",") {
		x.cannot(site{row: collection, key: key, index: -1}, key, nil, "vmadm refuses to remove a path with a comma; list the device in the manifest")
		return
	}
	e := edit{write: writeDrop}
	if collection.Role == spec.RoleDisks && element[x.schema.member(spec.RoleDiskVolume)] != nil {
		e.Risk, e.Marks = spec.Destroy, []spec.Mark{spec.MarkData}
	}
	x.edit(site{row: collection, key: key, index: -1}, element, nil, cause, e)
}

// member compares one member of an element that both sides have.
func (x *comparison) member(s site, found map[string]any, wanted any, cause Cause) {
	row := s.row
	value, shown := found[row.BaseName()]
	switch {
	case row.Get[x.brand] == spec.Never || row.Forced.Has(x.brand) || row.Volatile:
		return
	case shown && row.Equal(value, wanted), !shown && vanishes(row, x.brand, wanted):
		return
	case wanted == nil && (row.Generated || vanishes(row, x.brand, value) || row.Unset.Possible && row.Equal(value, row.Unset.Value)):
		return // as by default already; what the platform generates has none
	case row.Role == spec.RoleNICPrimary && wanted != true: // only true is ever said; it takes the flag from the other nic (reference 11.4)
		if !slices.ContainsFunc(objectsIn(x.wanted[s.parent.Name]), func(nic map[string]any) bool { return nic[row.BaseName()] == true }) {
			x.item.Notes = append(x.item.Notes, Reason{
				Code: CodeClamped, Origin: x.item.Manifest.Position(s.pointer()),
				Text: s.path() + " stays true: one nic of an instance is primary, and the manifest marks no other", Try: "write primary: true on the nic that shall be",
			})
		}
		return
	case row.Role == spec.RoleDiskPath || row.Role == spec.RoleDiskShrink:
		return
	}
	before := row.Normal(value)
	reset := row.Unset.Value
	switch {
	case wanted == nil && row.Unset.Possible && row.Update.Has(x.brand):
		x.edit(s, before, nil, cause, edit{write: writeMember, value: reset})
	case wanted == nil && rebuildable(s.parent) && row.Create.Has(x.brand):
		x.edit(s, before, nil, cause, edit{write: writeWithin})
	case wanted == nil && cause == CauseDefault:
		x.item.Notes = append(x.item.Notes, Reason{
			Code: CodeStays, Text: fmt.Sprintf("%s left the manifest; it stays %s, since the platform cannot unset it", s.path(), words(before)), Try: row.Unset.How,
		})
	case wanted == nil && x.appliedNull(s):
	case wanted == nil, row.Generated && !row.Update.Has(x.brand):
		x.cannot(s, before, wanted, memberAdvice(s))
	case !row.Update.Has(x.brand), row.Role == spec.RoleDiskMedia: // vmadm takes it, drops it and times out (reference 12.2)
		x.force(s, before, wanted, cause, memberAdvice(s))
	case row.Role == spec.RoleDiskSize:
		x.resize(s, before, wanted, cause)
	default:
		x.edit(s, before, wanted, cause, edit{write: writeMember, value: wanted})
	}
}

func memberAdvice(s site) string {
	if s.row.Unset.How != "" {
		return s.row.Unset.How
	}
	return "write the value that it has, or remove the element and add another one in two applies"
}

// resize tells growth from shrinking, which cuts off the end of the volume.
func (x *comparison) resize(s site, before, wanted any, cause Cause) {
	from, _ := before.(int64)
	to, _ := wanted.(int64)
	if to > from {
		x.edit(s, before, wanted, cause, edit{write: writeMember, value: wanted})
		return
	}
	x.edit(s, before, wanted, cause, edit{
		write: writeMember, value: wanted, allow: x.schema.member(spec.RoleDiskShrink),
		Change: Change{Risk: spec.Destroy, Marks: []spec.Mark{spec.MarkData}},
	})
}
