package diff

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/specadm/specadm/spec"
)

const gib = 1 << 30

// datasetsOf lists the datasets that a deletion of the instance destroys: those below its zoneroot, its disks on whatever pool, its cores.
func (c *computer) datasetsOf(object spec.Object, uuid string) []string {
	pool := c.poolOf(object)
	root := pool + "/" + uuid
	volumes := map[string]bool{}
	for _, disk := range objectsIn(object[c.schema.name(spec.RoleDisks)]) {
		volume, _ := disk[c.schema.member(spec.RoleDiskVolume)].(string)
		volumes[volume] = true
	}
	var names []string
	for name := range c.found.Datasets {
		below := name == root || strings.HasPrefix(name, root+"/") || strings.HasPrefix(name, root+"-disk")
		if below || volumes[name] || name == pool+"/cores/"+uuid {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// checkDatasets holds an instance against ZFS, the second truth (design 9).
func (c *computer) checkDatasets(x *comparison) {
	if c.found.Datasets == nil {
		return
	}
	x.checkQuota()
	x.checkCores()
	x.checkVolumes()
}

// checkQuota compares the wanted quota with the dataset's. vmadm shows what ZFS has, but from a cache, and it skips what it believes
// to be so already (reference 18); then ZFS is told directly.
func (x *comparison) checkQuota() {
	row := x.schema.table.Role(spec.RoleQuota)
	wanted, declared := x.wanted[row.Name].(int64)
	dataset := x.text(x.found.object, spec.RoleZoneroot)
	property := "quota"
	if x.brand == spec.Bhyve { // reference 12.4
		property, wanted = "refquota", max(1, wanted)
	}
	setting, read := x.computer.found.Datasets[dataset].Properties[property]
	bytes, err := strconv.ParseInt(setting.Value, 10, 64)
	if !declared || !read || err != nil || bytes == wanted*gib || !row.Equal(x.found.object[row.Name], x.wanted[row.Name]) {
		return
	}
	change := Change{
		Path: row.Name, Op: OpReplace, Before: float64(bytes) / gib, After: wanted, Unit: row.Unit, Cause: CauseDrift, Effect: spec.EffectLive,
		Risk: spec.Live, Origin: x.item.Manifest.Position("/spec/" + row.Name),
	}
	x.item.Changes = append(x.item.Changes, change)
	slices.SortStableFunc(x.item.Changes, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
	x.item.step(Step{
		Verb: VerbZFSSet, Target: dataset, Options: map[string]string{property: strconv.FormatInt(wanted*gib, 10)}, Paths: []string{row.Name},
		Risk: spec.Live, Reason: fmt.Sprintf("vmadm shows %s %d GiB, and %s of the dataset says otherwise", row.Name, wanted, property),
	})
}

// checkCores makes the dataset for core dumps again, which a moved instance loses (OS-6789, reference 8.3 and 16.2).
func (x *comparison) checkCores() {
	pool := x.poolOf(x.found.object)
	cores := pool + "/cores"
	own := cores + "/" + x.item.UUID
	_, parent := x.computer.found.Datasets[cores]
	_, there := x.computer.found.Datasets[own]
	if !parent || there {
		return
	}
	x.item.Notes = append(x.item.Notes, Reason{Code: CodeCores, Text: "the dataset " + own + " is missing"})
	x.item.step(Step{
		Verb: VerbZFSCreate, Target: own, Options: map[string]string{"quota": "100G", "mountpoint": "/" + pool + "/" + x.item.UUID + "/cores"},
		Risk: spec.Live, Reason: "core dumps of the instance have no place without it",
	})
}

// checkVolumes reports disks without volume, and volumes without disk.
func (x *comparison) checkVolumes() {
	volumes := map[any]bool{}
	for _, disk := range objectsIn(x.found.object[x.schema.name(spec.RoleDisks)]) {
		volumes[disk[x.schema.member(spec.RoleDiskVolume)]] = true
		media := mediaOf(disk[x.schema.member(spec.RoleDiskMedia)])
		if disk[x.schema.member(spec.RoleDiskMissing)] == true && media == "disk" {
			x.item.Notes = append(x.item.Notes, Reason{
				Code: CodeVolume, Text: fmt.Sprintf("disk %v has no volume", disk[x.schema.member(spec.RoleDiskPath)]),
				Try: "look for it with zfs list -t volume; it may have been renamed or destroyed",
			})
		}
	}
	if !x.brand.HVM() {
		return
	}
	for _, name := range x.datasetsOf(x.found.object, x.item.UUID) {
		if x.computer.found.Datasets[name].Properties["type"].Value == "volume" && !volumes[name] {
			x.item.Notes = append(x.item.Notes, Reason{
				Code: CodeVolume, Text: fmt.Sprintf("volume %s belongs to no disk", name),
				Try: "look into it; zfs destroy " + name + " removes it",
			})
		}
	}
}

// reports lists what no manifest claims: instances that nobody wants, and datasets of instances that are not there.
func (c *computer) reports() []Report {
	var reports []Report
	leftOut := map[string]bool{}
	for _, m := range c.repo.LeftOut {
		if m.Kind == spec.KindInstance && c.found.Node.Concerns(m) {
			leftOut[c.match(m).uuid] = true
		}
	}
	for uuid, object := range c.found.Instances {
		if len(c.claimed[uuid]) > 0 || leftOut[uuid] {
			continue
		}
		text := "no manifest wants it, and specadm did not make it"
		if mark := c.marks[uuid]; mark != nil && mark.Owner == c.repo.Owner {
			text = fmt.Sprintf("carries the mark of %s, which no manifest wants; it is left alone", mark.Name)
			if c.unpruned != "" {
				text += ", since " + c.unpruned
			}
			text += burialText(mark)
		} else if mark != nil {
			text = fmt.Sprintf("belongs to owner %q (as %s)", mark.Owner, mark.Name)
		}
		if alias := c.text(object, spec.RoleAlias); alias != "" {
			text = alias + ": " + text
		}
		reports = append(reports, Report{Kind: "instance", Name: uuid, Text: text})
	}
	for name := range c.found.Datasets {
		if uuid, of := ownerOfDataset(name); of != "" && c.found.Instances[uuid] == nil {
			reports = append(reports, Report{Kind: "dataset", Name: name, Text: of + " of an instance that is not there"})
		}
	}
	reports = append(reports, c.ruleReports()...)
	slices.SortFunc(reports, func(a, b Report) int { return strings.Compare(a.Kind+a.Name, b.Kind+b.Name) })
	return reports
}

// ownerOfDataset tells from the name of a dataset which instance it belongs to. A dataset POOL/UUID is left out: images have such
// names too, but nothing below them.
func ownerOfDataset(name string) (uuid, what string) {
	parts := strings.Split(name, "/")
	if len(parts) == 2 && isUUID(parts[1]) {
		return "", ""
	}
	return uuidOfDataset(parts)
}

const uuidLength = 36

func isUUID(text string) bool {
	return len(text) == uuidLength && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-'
}
