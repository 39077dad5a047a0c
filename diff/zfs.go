package diff

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/specadm/specadm/spec"
)

// zfsSection is the key below spec that holds ZFS properties; specadm's own word, not vmadm's.
const zfsSection = "zfs"

func zfsPath(dataset, property string) string { return memberPath(zfsSection, dataset, property) }

func zfsPointer(dataset, property string) string {
	return "/spec/" + zfsSection + "/" + escapePointer(dataset) + "/" + escapePointer(property)
}

// compareZFS compares the wanted ZFS properties with what the datasets have of their own. What a dataset only inherits is not as wanted, even
// when it has the value, since the dataset above may change. Without a look at ZFS nothing is known and nothing is done.
func (x *comparison) compareZFS() {
	if x.computer.found.Datasets == nil {
		return
	}
	m := x.item.Manifest
	for _, name := range slices.Sorted(maps.Keys(m.ZFS)) {
		dataset := x.datasetNamed(name)
		set, inherit := x.zfsStep(VerbZFSSet, dataset), x.zfsStep(VerbZFSInherit, dataset)
		for _, property := range slices.Sorted(maps.Keys(m.ZFS[name])) {
			wanted := m.ZFS[name][property]
			setting, ok := x.zfsSetting(name, property, dataset)
			path := zfsPath(name, property)
			isLocal := local(setting)
			cause := causeOf(x.opts.Key, x.found.mark, path, normalZFS(wanted), normalZFS(setting.Value))
			switch {
			case !ok:
			case x.computer.found.Masked && spec.IsMarker(setting.Value) && wanted != spec.Inherited:
				x.notCompared(path, m.Position(zfsPointer(name, property)), "by its name it is a secret, and a snapshot holds none")
			case wanted == spec.Inherited && isLocal:
				x.ownChange(path, zfsPointer(name, property), shownZFS(setting), nil, cause)
				inherit.take(path, property, "")
			case wanted != spec.Inherited && !(isLocal && normalZFS(setting.Value) == normalZFS(wanted)):
				x.ownChange(path, zfsPointer(name, property), shownZFS(setting), wanted, cause)
				set.take(path, property, wanted)
			}
		}
		for _, step := range []Step{set, inherit} {
			if len(step.Paths) > 0 {
				step.Reason = "the manifest wants it"
				x.own.later = append(x.own.later, step)
			}
		}
	}
	x.leftZFS()
}

// leftZFS takes back what specadm set and the manifest no longer says.
func (x *comparison) leftZFS() {
	if x.found.mark == nil || x.item.Manifest.Part != nil {
		return
	}
	steps := map[string]Step{}
	for _, path := range slices.Sorted(maps.Keys(x.found.mark.Fields)) {
		section, name, property := spec.SplitPath(path)
		if _, still := x.item.Manifest.ZFS[name][property]; section != zfsSection || still || property == "" {
			continue
		}
		dataset := x.datasetNamed(name)
		setting := x.computer.found.Datasets[dataset].Properties[property]
		if !local(setting) {
			continue
		}
		x.ownChange(path, "/spec/"+zfsSection, shownZFS(setting), nil, CauseDefault)
		step, begun := steps[dataset]
		if !begun {
			step = x.zfsStep(VerbZFSInherit, dataset)
		}
		step.take(path, property, "")
		step.Reason = "it left the manifest"
		steps[dataset] = step
	}
	for _, dataset := range slices.Sorted(maps.Keys(steps)) {
		x.release(steps[dataset])
	}
}

func (x *comparison) zfsStep(verb Verb, dataset string) Step {
	return Step{Verb: verb, Target: dataset, Options: map[string]string{}, Risk: spec.Live}
}

// take adds a property to a step on a dataset.
func (s *Step) take(path, property, value string) {
	s.Options[property] = value
	s.Paths = append(s.Paths, path)
}

// zfsSetting is what a dataset says about a property; where the answer is that it cannot have it, the item is blocked.
func (x *comparison) zfsSetting(name, property, dataset string) (Setting, bool) {
	known, there := x.computer.found.Datasets[dataset]
	setting := known.Properties[property]
	user := strings.Contains(property, ":")
	text, try := "", ""
	switch {
	case !there:
		text, try = fmt.Sprintf("cannot converge: the dataset %s does not exist, so it can have no %s", dataset, property), "leave it out, or make the dataset first"
	case setting.Value == "-" && !user:
		text, try = fmt.Sprintf("cannot converge: a %s such as %s has no property %s", known.Properties["type"].Value, dataset, property), "leave it out"
	default:
		return setting, true
	}
	x.blocked = append(x.blocked, Reason{
		Code: CodeCannotConverge, Text: text, Try: try, Origin: x.item.Manifest.Position(zfsPointer(name, property)),
	})
	return setting, false
}

// datasetNamed is the dataset that a manifest means: "." the zoneroot, disk0 the volume of a disk, else one below the zoneroot.
func (x *comparison) datasetNamed(name string) string {
	root := x.text(x.found.object, spec.RoleZoneroot)
	if root == "" {
		root = x.poolOf(x.found.object) + "/" + x.item.UUID
	}
	switch {
	case name == ".":
		return root
	case !x.brand.HVM() || !diskName.MatchString(name):
		return root + "/" + name
	}
	for _, disk := range objectsIn(x.found.object[x.schema.name(spec.RoleDisks)]) {
		volume, _ := disk[x.schema.member(spec.RoleDiskVolume)].(string)
		if strings.HasSuffix(volume, "/"+volumeName(x.brand, x.item.UUID, name)) {
			return volume
		}
	}
	return x.poolOf(x.found.object) + "/" + volumeName(x.brand, x.item.UUID, name)
}

var diskName = regexp.MustCompile(`^disk[0-9]+$`)

// volumeName is where the volume of a disk lies within its pool (reference 8.3).
func volumeName(brand spec.Brand, uuid, disk string) string {
	if brand == spec.KVM {
		return uuid + "-" + disk
	}
	return uuid + "/" + disk
}

// createdZFS plans the ZFS properties of an instance that is created by the step at index created.
func (c *computer) createdZFS(item *Item, payload spec.Object, created int) {
	made := c.createdDatasets(item, payload)
	for _, name := range slices.Sorted(maps.Keys(item.Manifest.ZFS)) {
		dataset, ok := made[name]
		if !ok {
			item.Blocked = append(item.Blocked, Reason{
				Code: CodeCannotConverge, Origin: item.Manifest.Position("/spec/" + zfsSection + "/" + escapePointer(name)),
				Text: fmt.Sprintf("cannot converge: create makes no dataset %s of the instance", name), Try: "leave it out until the instance has it",
			})
			continue
		}
		item.setZFS(dataset, name, []int{created}, "create cannot say it")
	}
}

// setZFS adds a step that gives a new dataset, which the manifest knows by a name of its own, the properties wanted of it.
func (i *Item) setZFS(dataset, name string, needs []int, reason string) {
	step := Step{Verb: VerbZFSSet, Target: dataset, Options: map[string]string{}, Needs: needs, Risk: spec.Live, Reason: reason}
	for _, property := range slices.Sorted(maps.Keys(i.Manifest.ZFS[name])) {
		if value := i.Manifest.ZFS[name][property]; value != spec.Inherited {
			step.take(zfsPath(name, property), property, value)
		}
	}
	if len(step.Paths) > 0 {
		i.step(step)
	}
}

// createdDatasets lists the datasets that a create makes, by their name below the instance (reference 8.3).
func (c *computer) createdDatasets(item *Item, payload spec.Object) map[string]string {
	root := c.poolOf(payload) + "/" + item.UUID
	made := map[string]string{".": root}
	if payload[c.schema.name(spec.RoleDelegate)] == true {
		made["data"] = root + "/data"
	}
	volumes := 0
	for _, disk := range objectsIn(payload[c.schema.name(spec.RoleDisks)]) {
		if !c.isVolume(disk) {
			continue
		}
		pool, _ := disk[c.schema.member(spec.RoleDiskPool)].(string)
		if pool == "" {
			pool = c.poolOf(payload)
		}
		name := "disk" + strconv.Itoa(volumes)
		made[name] = pool + "/" + volumeName(item.Brand, item.UUID, name)
		volumes++
	}
	return made
}

// local reports whether a dataset has a value of its own, set there or received with it.
func local(setting Setting) bool { return setting.Source == "local" || setting.Source == "received" }

var sizeZFS = regexp.MustCompile(`^([0-9]+)([KMGTPE]?)(I?B)?$`)

// normalZFS is a value as zfs get -p prints it: sizes in bytes.
func normalZFS(value string) string {
	match := sizeZFS.FindStringSubmatch(strings.ToUpper(value))
	if match == nil {
		return value
	}
	number, err := strconv.ParseUint(match[1], 10, 64)
	shift := 10 * strings.Index(" KMGTPE", cmp.Or(match[2], " "))
	if err != nil || number<<shift>>shift != number {
		return value
	}
	return strconv.FormatUint(number<<shift, 10)
}

// shownZFS is a dataset's own value for people, sizes with a unit; nil when it has none of its own.
func shownZFS(setting Setting) any {
	if !local(setting) {
		return nil
	}
	value := setting.Value
	if number, err := strconv.ParseUint(value, 10, 64); err == nil {
		unit := ""
		for _, next := range "KMGTPE" {
			if number == 0 || number%1024 != 0 {
				break
			}
			number, unit = number/1024, string(next)
		}
		value = strconv.FormatUint(number, 10) + unit
	}
	return value
}
