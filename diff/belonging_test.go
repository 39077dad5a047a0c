package diff

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/spec"
)

const (
	here  = "7a3f0c52-9d0b-4a53-8a1e-1f3a7e0b2c11"
	gone  = "9d0b4a53-0000-4a53-8a1e-1f3a7e0b2c11"
	image = "01b2c898-945f-11e1-a523-af1afbe22822"
)

// TestBelongingsOfOneDataset asks, case by case, what is said of one dataset beside an instance.
func TestBelongingsOfOneDataset(t *testing.T) {
	t.Parallel()
	filesystem := map[string]string{"type": "filesystem", "used": "1024"}
	volume := map[string]string{"type": "volume", "used": "1024"}
	cases := []struct {
		name     string
		dataset  string
		settings map[string]string
		instance spec.Object
		survey   Survey
		want     Belonging
	}{
		{"the root of an instance", "zones/" + here, filesystem, nil, Survey{}, Belonging{Whose: OfInstance, UUID: here, Name: "web0"}},
		{"a dataset below it", "zones/" + here + "/data/pgsql", filesystem, nil, Survey{}, Belonging{Whose: OfInstance, UUID: here, Name: "web0"}},
		{"a dataset delegated from another pool", "tank/db/pgsql", filesystem, spec.Object{"datasets": []any{"tank/db"}}, Survey{},
			Belonging{Whose: OfInstance, UUID: here, Name: "web0"}},
		{"a disk on another pool", "tank/" + here + "-disk0", volume,
			spec.Object{"brand": "kvm", "disks": []any{map[string]any{"zfs_filesystem": "tank/" + here + "-disk0"}}}, Survey{},
			Belonging{Whose: OfInstance, UUID: here, Name: "web0"}},
		{"a disk that another instance left behind", "zones/" + gone + "-disk0", volume,
			spec.Object{"brand": "kvm", "disks": []any{map[string]any{"zfs_filesystem": "zones/" + gone + "-disk0"}}}, Survey{},
			Belonging{Whose: OfInstance, UUID: here, Name: "web0"}},
		{"the same name on another pool", "tank/" + here, filesystem, nil, Survey{},
			Belonging{Whose: OfInstance, UUID: here, Name: "web0", Notes: []string{"the instance lives on zones"}}},
		{"a volume of no disk", "zones/" + here + "/disk7", volume, spec.Object{"brand": "bhyve"}, Survey{},
			Belonging{Whose: OfInstance, UUID: here, Name: "web0", Notes: []string{"belongs to no disk of the instance"}}},
		{"a volume that a zone made in its delegated dataset", "zones/" + here + "/data/v", volume, nil, Survey{},
			Belonging{Whose: OfInstance, UUID: here, Name: "web0"}},
		{"an interrupted move", "zones/" + here, filesystem, spec.Object{"state": "receiving"}, Survey{}, Belonging{Whose: OfInstance, UUID: here,
			Name: "web0", Notes: []string{"a move to this node was interrupted: vmadm install finishes it, vmadm delete ends it"}}},
		{"snapshots of a move", "zones/" + here, filesystem, nil,
			Survey{Snapshots: map[string]int{"zones/" + here + "@migration": 0, "zones/" + here + "@vmsnap-a": 0}},
			Belonging{Whose: OfInstance, UUID: here, Name: "web0", Notes: []string{"snapshot @migration is left of a move"}}},
		{"an image", "zones/" + image, filesystem, nil, Survey{Images: map[string]string{"zones/" + image: "smartos 1.6.3"}},
			Belonging{Whose: OfImage, UUID: image, Name: "smartos 1.6.3"}},
		{"an image of another pool only", "zones/" + image, filesystem, nil, Survey{Images: map[string]string{"tank/" + image: "smartos 1.6.3"}},
			Belonging{Whose: OfOrphan, UUID: image, Notes: []string{"there is no such instance"}}},
		{"an orphan", "zones/" + gone, filesystem, nil, Survey{}, Belonging{Whose: OfOrphan, UUID: gone, Notes: []string{"there is no such instance"}}},
		{"core dumps of an orphan", "zones/cores/" + gone, filesystem, nil, Survey{},
			Belonging{Whose: OfOrphan, UUID: gone, Notes: []string{"there is no such instance"}}},
		{"a held snapshot of an orphan", "zones/" + gone, filesystem, nil, Survey{Snapshots: map[string]int{"zones/" + gone + "@indestructible": 1}},
			Belonging{Whose: OfOrphan, UUID: gone, Needed: []Needed{{NeededByHold, "zones/" + gone + "@indestructible"}},
				Notes: []string{"there is no such instance", "its snapshot zones/" + gone + "@indestructible is held"}}},
		{"an orphan that an instance mounts", "zones/" + gone, map[string]string{"type": "filesystem", "used": "1024", "mountpoint": "/zones/" + gone},
			spec.Object{"filesystems": []any{map[string]any{"source": "/zones/" + gone + "/root/srv", "target": "/srv"}}}, Survey{},
			Belonging{Whose: OfOrphan, UUID: gone, Needed: []Needed{{NeededByMount, here}},
				Notes: []string{"there is no such instance", "instance " + here + " mounts it"}}},
		{"the pool", "zones", filesystem, nil, Survey{}, Belonging{Whose: OfSystem}},
		{"what SmartOS keeps", "zones/dump", volume, nil, Survey{}, Belonging{Whose: OfSystem}},
		{"an image on its way in", "zones/" + image + "-partial", filesystem, nil, Survey{}, Belonging{Whose: OfNobody}},
		{"what somebody made", "zones/mine", filesystem, nil, Survey{}, Belonging{Whose: OfNobody}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			instance := spec.Object{"uuid": here, "alias": "web0", "brand": "joyent", "zpool": "zones", "zfs_filesystem": "zones/" + here}
			for key, value := range c.instance {
				instance[key] = value
			}
			settings := map[string]Setting{}
			for key, value := range c.settings {
				settings[key] = Setting{Value: value}
			}
			found := Found{
				Instances: map[string]spec.Object{here: instance},
				Datasets:  map[string]Dataset{c.dataset: {Name: c.dataset, Properties: settings}},
			}
			c.want.Dataset, c.want.Type, c.want.Used = c.dataset, c.settings["type"], 1024
			for _, got := range Belongings(found, c.survey) {
				if got.Missing {
					continue
				}
				if d := cmp.Diff(c.want, got); d != "" {
					t.Error(d)
				}
			}
		})
	}
}

func TestBelongingsTellWhatIsMissing(t *testing.T) {
	t.Parallel()
	found := Found{
		Instances: map[string]spec.Object{here: {
			"uuid": here, "alias": "vm0", "brand": "bhyve", "zpool": "zones", "zfs_filesystem": "zones/" + here,
			"disks": []any{map[string]any{"path": "/dev/zvol/rdsk/zones/" + here + "/disk0", "zfs_filesystem": "zones/" + here + "/disk0"}},
		}},
		Datasets: map[string]Dataset{"zones/cores": {Name: "zones/cores"}},
	}
	var got []string
	for _, one := range Belongings(found, Survey{}) {
		if one.Missing {
			got = append(got, one.Type+" "+one.Dataset+": "+one.Notes[0])
		}
	}
	want := []string{
		"filesystem zones/" + here + ": missing: the root of the instance",
		"volume zones/" + here + "/disk0: missing: the volume of disk /dev/zvol/rdsk/zones/" + here + "/disk0",
		"filesystem zones/cores/" + here + ": missing: core dumps have no place",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
