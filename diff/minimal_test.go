package diff

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/spec"
)

// TestMinimalCases holds what laws on random worlds found broken once, shrunk (reconcile.TestLawsOfPlans).
func TestMinimalCases(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		before  spec.Object // what was applied last
		wanted  spec.Object
		state   spec.State
		found   spec.Object
		creates spec.Brand // where nothing is found
		steps   []string
		blocked string
	}{
		{name: "autoboot that the stop itself turns is managed afterwards", state: spec.Stopped, before: spec.Object{}, wanted: spec.Object{"autoboot": false, "quota": int64(20)}, found: zone(nil),
			steps: []string{`stop (stop)`, `update (live) {"quota":20}`}},
		{name: "null for autoboot is its default, which a stop turns", state: spec.Stopped, wanted: spec.Object{"autoboot": nil}, found: zone(nil),
			steps: []string{`stop (stop)`, `update (live) {"autoboot":true}`}},
		{name: "autoboot that left the manifest goes back to the default although a stop turns it", state: spec.Stopped, before: spec.Object{"autoboot": false}, wanted: spec.Object{},
			found: zone(spec.Object{"autoboot": false}), steps: []string{`stop (stop)`, `update (live) {"autoboot":true}`}},
		{name: "a limit of 0 is not the same as no limit", wanted: spec.Object{"zfs_snapshot_limit": int64(0)}, found: zone(nil), steps: []string{`update (live) {"zfs_snapshot_limit":0}`}},
		{name: "a serial port survives the update that a new machine needs", creates: spec.Bhyve, state: spec.Running, wanted: spec.Object{"autoboot": false, "com2": "socket,/tmp/a"},
			steps: []string{`create (live) {"alias":"web0","autoboot":false,"brand":"bhyve","com2":"socket,/tmp/a","uuid":"` + webUUID + `"}`, `start (live)`, `update (live) {"autoboot":false,"com2":"socket,/tmp/a"}`}},
		{name: "null for autoboot of a new instance is its default", creates: spec.JoyentMinimal, state: spec.Stopped, wanted: spec.Object{"autoboot": nil},
			steps: []string{`create (live) {"alias":"web0","autoboot":false,"brand":"joyent-minimal","uuid":"` + webUUID + `"}`, `update (live) {"autoboot":true}`}},
		{name: "what is of the delegated dataset needs one", creates: spec.Joyent, wanted: spec.Object{"zfs_data_recsize": int64(16384)}, blocked: CodeCannotConverge},
		{name: "what is of the delegated dataset cannot come to an instance without one", wanted: spec.Object{"indestructible_delegated": true}, found: zone(nil), blocked: CodeCannotConverge},
		{name: "off is what an instance without delegated dataset has", before: spec.Object{"zfs_data_compression": "off", "indestructible_delegated": false},
			wanted: spec.Object{"zfs_data_compression": "off", "indestructible_delegated": false}, found: zone(nil)},
		{name: "create drops spice_opts where there is no image", creates: spec.KVM, wanted: spec.Object{"spice_opts": "ipv4"},
			steps: []string{`create (live) {"alias":"web0","brand":"kvm","uuid":"` + webUUID + `"}`, `update (live) {"spice_opts":"ipv4"}`}},
		{name: "null for alias is none, also of a new instance", creates: spec.KVM, wanted: spec.Object{"alias": nil}, steps: []string{`create (live) {"brand":"kvm","uuid":"` + webUUID + `"}`}},
		{name: "null for what has a computed default needs nothing once it was applied", before: spec.Object{"max_physical_memory": nil}, wanted: spec.Object{"max_physical_memory": nil}, found: zone(nil)},
		{name: "null for what has a computed default can be created", creates: spec.Joyent, wanted: spec.Object{"max_physical_memory": nil},
			steps: []string{`create (live) {"alias":"web0","brand":"joyent","uuid":"` + webUUID + `"}`}},
		{name: "null for a member that cannot be unset can be created", creates: spec.KVM, wanted: spec.Object{"disks": []any{map[string]any{"size": int64(100), "model": "virtio", "block_size": nil}}},
			steps: []string{`create (live) {"alias":"web0","brand":"kvm","disks":[{"model":"virtio","size":100}],"uuid":"` + webUUID + `"}`}},
		{name: "a serial port that goes back to the default is not said again by the next update", wanted: spec.Object{"com1": nil, "pci_devices": []any{map[string]any{"path": "/devices/a", "pci_slot": "8:0:0"}}},
			found: machine(spec.Object{"state": "running", "autoboot": true, "com1": "socket,/tmp/a"}),
			steps: []string{`update (live) {"com1":"/dev/zconsole"}`, `stop (stop)`, `update (live) {"add_pci_devices":[{"path":"/devices/a","pci_slot":"8:0:0"}]}`, `start (stop)`}},
		{name: "a member that a disk does not have tells disks apart, as it will when it has it",
			wanted: spec.Object{"disks": []any{map[string]any{"size": int64(70), "guest_block_size": "512"}, map[string]any{"size": int64(70)}}},
			found:  machine(spec.Object{"disks": []any{disk("0", 60), disk("1", 70)}}),
			steps:  []string{`update (live) {"update_disks":[{"guest_block_size":"512","path":"/dev/zvol/rdsk/zones/` + webUUID + `/disk0","size":70}]}`}},
		{name: "a disk whose media is null is a volume", creates: spec.KVM,
			wanted: spec.Object{"disks": []any{map[string]any{"size": int64(50), "model": "virtio", "media": nil}, map[string]any{"size": int64(50), "model": "virtio"}}},
			steps:  []string{`create (live) {"alias":"web0","brand":"kvm","disks":[{"model":"virtio","size":50},{"model":"virtio","size":50}],"uuid":"` + webUUID + `"}`}},
		{name: "what ran is started again after it was made anew, though autoboot is off", wanted: spec.Object{"image_uuid": "01b2c898-945f-11e1-a523-af1afbe22822", "autoboot": false, "delegate_dataset": true}, found: zone(nil),
			steps: []string{`delete (destroy)`, `create (live) {"alias":"web0","autoboot":false,"brand":"joyent","delegate_dataset":true,"image_uuid":"01b2c898-945f-11e1-a523-af1afbe22822","uuid":"` + webUUID + `"}`,
				`start (live)`, `update (live) {"autoboot":false}`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			brand := test.creates
			found := test.found
			if found != nil {
				brand = spec.Brand(found["brand"].(string))
				found = ours(found, wants(brand, test.state, test.before), nil)
			}
			item := compute(wants(brand, test.state, test.wanted), found, Options{})
			if d := cmp.Diff(test.steps, outline(item)); d != "" {
				t.Errorf("steps, want (-), got (+):\n%s\nblocked: %v", d, item.Blocked)
			}
			if blocked := len(item.Blocked) > 0; blocked != (test.blocked != "") || blocked && item.Blocked[0].Code != test.blocked {
				t.Errorf("blocked by %v, want %q", item.Blocked, test.blocked)
			}
		})
	}
}
