package diff

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/specadm/specadm/spec"
)

// Belonging says whose a dataset is.
type Belonging struct {
	Dataset string   `json:"dataset"`
	Type    string   `json:"type"` // filesystem or volume
	Used    int64    `json:"used"` // bytes, those of datasets below included; 0 when it is missing or not known
	Whose   Whose    `json:"belongsTo"`
	UUID    string   `json:"uuid,omitempty"` // of the instance or image; of an orphan, of the instance that is gone
	Name    string   `json:"name,omitempty"` // alias of the instance, name and version of the image
	Missing bool     `json:"missing,omitempty"`
	Needed  []Needed `json:"needed,omitempty"` // of an orphan: what it cannot be destroyed for
	Notes   []string `json:"notes,omitempty"`
}

// Needed is one thing that needs a dataset which nobody owns.
type Needed struct {
	Kind NeededKind `json:"kind"`
	By   string     `json:"by"` // the clone, the held snapshot, the uuid of the instance that mounts it
}

func (n Needed) String() string {
	switch n.Kind {
	case NeededByClone:
		return n.By + " was made from it"
	case NeededByHold:
		return "its snapshot " + n.By + " is held"
	}
	return "instance " + n.By + " mounts it"
}

// NeededKind is a way to need a dataset.
type NeededKind string

// Ways to need a dataset.
const (
	NeededByClone NeededKind = "clone"
	NeededByHold  NeededKind = "hold"
	NeededByMount NeededKind = "mount" // a filesystem of an instance
)

// Whose is a kind of owner of datasets.
type Whose string

// Owners of datasets.
const (
	OfInstance Whose = "instance"
	OfImage    Whose = "image"
	OfSystem   Whose = "system" // the pool itself, and what SmartOS keeps in it
	OfOrphan   Whose = "orphan" // named after an instance that is not there
	OfNobody   Whose = "other"  // made by hand; neither vmadm nor imgadm uses such names
)

// systemDatasets are the datasets at the top of a pool that SmartOS makes for itself.
func systemDatasets() []string {
	return []string{"archive", "config", "cores", "dump", "opt", "swap", "usbkey", "var"}
}

// moveSnapshots are the snapshots that vmadm send (reference 16.1) and the documented move by hand (16.3) make, and take away when they
// come to an end.
func moveSnapshots() []string { return []string{"sending", "migration"} }

// Survey is what has to be read besides the instances and datasets to tell whose a dataset is.
type Survey struct {
	Images    map[string]string // the installed ones: POOL/UUID to name and version
	Snapshots map[string]int    // DATASET@NAME to the number of its holds
}

// Belongings says of every dataset whose it is, in order of name, and adds those that should be there and are not. Found must have been
// read with its datasets.
func Belongings(found Found, survey Survey) []Belonging {
	c := newComputer(&spec.Repository{}, found, Options{})
	b := belongings{
		computer: c, images: survey.Images, owners: map[string]string{}, needed: map[string][]Needed{}, moved: map[string][]string{},
		mounts: map[string]string{},
	}
	for _, name := range slices.Sorted(maps.Keys(found.Datasets)) {
		b.mounts[found.Datasets[name].Properties["mountpoint"].Value] = name
		if origin, _, ok := strings.Cut(found.Datasets[name].Properties["origin"].Value, "@"); ok {
			b.needed[origin] = append(b.needed[origin], Needed{NeededByClone, name})
		}
	}
	for _, uuid := range slices.Sorted(maps.Keys(found.Instances)) {
		b.claim(uuid, found.Instances[uuid])
	}
	for _, snapshot := range slices.Sorted(maps.Keys(survey.Snapshots)) {
		dataset, name, _ := strings.Cut(snapshot, "@")
		if survey.Snapshots[snapshot] > 0 {
			b.needed[dataset] = append(b.needed[dataset], Needed{NeededByHold, snapshot})
		}
		if slices.Contains(moveSnapshots(), name) {
			b.moved[dataset] = append(b.moved[dataset], fmt.Sprintf("snapshot @%s is left of a move", name))
		}
	}
	var list []Belonging
	for name, dataset := range found.Datasets {
		list = append(list, b.of(name, dataset))
	}
	list = append(list, b.missing()...)
	slices.SortFunc(list, func(x, y Belonging) int { return strings.Compare(x.Dataset, y.Dataset) })
	return list
}

type belongings struct {
	*computer
	images map[string]string
	owners map[string]string // dataset that an instance names as a disk or delegated dataset -> its uuid
	needed map[string][]Needed
	moved  map[string][]string // dataset -> notes on snapshots
	mounts map[string]string   // mountpoint -> dataset
}

// claim notes the datasets that an instance names, wherever they are.
func (b *belongings) claim(uuid string, object spec.Object) {
	for _, disk := range objectsIn(object[b.schema.name(spec.RoleDisks)]) {
		if volume, ok := disk[b.schema.member(spec.RoleDiskVolume)].(string); ok && volume != "" {
			b.owners[volume] = uuid
		}
	}
	delegated, _ := object[b.schema.name(spec.RoleDatasets)].([]any)
	for _, one := range delegated {
		if dataset, ok := one.(string); ok {
			b.owners[dataset] = uuid
		}
	}
	for _, filesystem := range objectsIn(object[b.schema.name(spec.RoleFilesystems)]) {
		source, _ := filesystem[b.schema.member(spec.RoleFSSource)].(string)
		if dataset := b.mountedAt(source); dataset != "" {
			b.needed[dataset] = append(b.needed[dataset], Needed{NeededByMount, uuid})
		}
	}
}

// mountedAt is the dataset that a path of the global zone lies in, "" when none is mounted there.
func (b *belongings) mountedAt(path string) string {
	for ; path != "" && path != "/"; path = path[:max(0, strings.LastIndexByte(path, '/'))] {
		if dataset := b.mounts[path]; dataset != "" {
			return dataset
		}
	}
	return ""
}

// owner is the instance that names a dataset, or one above it, as its own; "" when none does.
func (b *belongings) owner(dataset string) string {
	for name := dataset; strings.Contains(name, "/"); name = name[:strings.LastIndexByte(name, '/')] {
		if uuid := b.owners[name]; uuid != "" {
			return uuid
		}
	}
	return ""
}

// of says whose one dataset is.
func (b *belongings) of(name string, dataset Dataset) Belonging {
	used, _ := strconv.ParseInt(dataset.Properties["used"].Value, 10, 64) // not a number: not read
	one := Belonging{Dataset: name, Type: dataset.Properties["type"].Value, Used: used, Whose: OfNobody, Notes: b.moved[name]}
	parts := strings.Split(name, "/")
	top := strings.Join(parts[:min(2, len(parts))], "/")
	uuid, _ := uuidOfDataset(parts)
	version, isImage := b.images[top]
	object, isInstance := b.found.Instances[uuid]
	owner := b.owner(name)
	switch {
	case owner != "":
		one.Whose, one.UUID, one.Name = OfInstance, owner, b.text(b.found.Instances[owner], spec.RoleAlias)
	case isInstance:
		one.Whose, one.UUID, one.Name = OfInstance, uuid, b.text(object, spec.RoleAlias)
		one.Notes = append(one.Notes, b.notesOf(one, parts, object)...)
	case isImage:
		one.Whose, one.UUID, one.Name = OfImage, parts[1], version
	case uuid != "":
		one.Whose, one.UUID, one.Needed = OfOrphan, uuid, b.needed[name]
		one.Notes = append(one.Notes, "there is no such instance")
		for _, needed := range one.Needed {
			one.Notes = append(one.Notes, needed.String())
		}
	case len(parts) == 1, slices.Contains(systemDatasets(), parts[1]):
		one.Whose = OfSystem
	}
	return one
}

// notesOf tells what is odd about a dataset of an instance.
func (b *belongings) notesOf(one Belonging, parts []string, object spec.Object) []string {
	if pool := b.poolOf(object); parts[0] != pool {
		return []string{"the instance lives on " + pool}
	}
	if one.Dataset == b.text(object, spec.RoleZoneroot) && b.text(object, spec.RoleState) == "receiving" {
		return []string{"a move to this node was interrupted: vmadm install finishes it, vmadm delete ends it"}
	}
	if one.Type == "volume" && spec.Brand(b.text(object, spec.RoleBrand)).HVM() {
		return []string{"belongs to no disk of the instance"}
	}
	return nil
}

// missing lists what instances should have and do not.
func (b *belongings) missing() []Belonging {
	var list []Belonging
	for uuid, object := range b.found.Instances {
		lacks := func(dataset, kind, note string) {
			if _, there := b.found.Datasets[dataset]; !there && dataset != "" {
				list = append(list, Belonging{
					Dataset: dataset, Type: kind, Whose: OfInstance, UUID: uuid, Name: b.text(object, spec.RoleAlias), Missing: true,
					Notes: []string{"missing: " + note},
				})
			}
		}
		pool := b.poolOf(object)
		lacks(b.text(object, spec.RoleZoneroot), "filesystem", "the root of the instance")
		if _, there := b.found.Datasets[pool+"/cores"]; there {
			lacks(pool+"/cores/"+uuid, "filesystem", "core dumps have no place")
		}
		for _, disk := range objectsIn(object[b.schema.name(spec.RoleDisks)]) {
			volume, _ := disk[b.schema.member(spec.RoleDiskVolume)].(string)
			lacks(volume, "volume", fmt.Sprintf("the volume of disk %v", disk[b.schema.member(spec.RoleDiskPath)]))
		}
	}
	return list
}

// uuidOfDataset tells from the name of a dataset which instance it was made for: its root and what lies below, its disks, its core dumps.
// A dataset POOL/UUID may also be an image.
func uuidOfDataset(parts []string) (uuid, what string) {
	if len(parts) < 2 {
		return "", ""
	}
	switch second := parts[1]; {
	case isUUID(second) && len(parts) == 2:
		return second, "the root"
	case isUUID(second):
		return second, "a dataset"
	case second == "cores" && len(parts) > 2 && isUUID(parts[2]):
		return parts[2], "the core dumps"
	case len(second) > uuidLength && strings.HasPrefix(second[uuidLength:], "-disk") && isUUID(second[:uuidLength]):
		return second[:uuidLength], "a disk"
	}
	return "", ""
}
