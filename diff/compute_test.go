package diff

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/spec"
)

const webUUID = "1f2c0c9a-5a0e-4b2e-9d4b-6a8c2a7f0e11"

// zone is a running joyent instance as vmadm lookup -j shows it, with the properties that a test changes.
func zone(change spec.Object) spec.Object {
	object := spec.Object{
		"uuid": webUUID, "brand": "joyent", "state": "running", "alias": "web0", "autoboot": true, "boot_timestamp": "2026-04-02T08:15:30.101Z",
		"image_uuid": "01b2c898-945f-11e1-a523-af1afbe22822", "max_physical_memory": int64(512), "max_locked_memory": int64(512),
		"max_swap": int64(512), "tmpfs": int64(512), "quota": int64(10), "cpu_shares": int64(100), "resolvers": []any{}, "zpool": "zones",
		"zfs_filesystem": "zones/" + webUUID, "tags": map[string]any{}, "customer_metadata": map[string]any{}, "internal_metadata": map[string]any{},
		"nics": []any{},
	}
	for name, value := range change {
		object[name] = value
	}
	return object
}

// machine is a stopped bhyve instance.
func machine(change spec.Object) spec.Object {
	object := spec.Object{
		"uuid": webUUID, "brand": "bhyve", "state": "stopped", "alias": "web0", "autoboot": false, "ram": int64(1024), "vcpus": int64(1),
		"max_physical_memory": int64(2304), "max_locked_memory": int64(2304), "max_swap": int64(2304), "quota": int64(1), "zpool": "zones",
		"com1": "/dev/zconsole", "com2": "socket,/tmp/vm.ttyb", "zfs_filesystem": "zones/" + webUUID, "nics": []any{}, "disks": []any{},
		"tags": map[string]any{}, "customer_metadata": map[string]any{}, "internal_metadata": map[string]any{},
	}
	for name, value := range change {
		object[name] = value
	}
	return object
}

func disk(n string, sizeMiB int64) map[string]any {
	return map[string]any{
		"path": "/dev/zvol/rdsk/zones/" + webUUID + "/disk" + n, "media": "disk", "model": "virtio", "size": sizeMiB, "boot": n == "0",
		"zfs_filesystem": "zones/" + webUUID + "/disk" + n, "uuid": "0e6cf1a4-9fd4-4c8f-8f8e-b7a3d2a6c7a" + n, "block_size": int64(8192),
	}
}

func wants(brand spec.Brand, state spec.State, declared spec.Object) *spec.Manifest {
	return &spec.Manifest{Name: "web0", UUID: webUUID, OwnUUID: true, Brand: brand, State: state, Spec: declared}
}

// ours marks an instance as managed by the manifest, with everything that it wants applied.
func ours(object spec.Object, m *spec.Manifest, key []byte) spec.Object {
	repo := &spec.Repository{Owner: "default", Manifests: []*spec.Manifest{m}}
	c := newComputer(repo, Found{Instances: map[string]spec.Object{webUUID: object}}, Options{Key: key})
	item := &Item{Name: m.Name, UUID: webUUID, Brand: m.Brand, Manifest: m}
	x := c.compare(item, match{uuid: webUUID, object: object})
	metadata := map[string]any{}
	for name, value := range object["internal_metadata"].(map[string]any) {
		metadata[name] = value
	}
	metadata[spec.MarkKey] = encodeMark(x.mark(nil))
	marked := spec.Clone(object)
	marked["internal_metadata"] = metadata
	return marked
}

func compute(m *spec.Manifest, object spec.Object, opts Options) *Item {
	found := Found{Instances: map[string]spec.Object{}}
	if object != nil {
		found.Instances[webUUID] = object
	}
	return Compute(&spec.Repository{Owner: "default", Manifests: []*spec.Manifest{m}}, found, opts).Items[0]
}

// outline is a step without what every update carries: the verb, and the payload without the mark.
func outline(item *Item) []string {
	var lines []string
	for _, step := range item.Steps {
		body := spec.Clone(step.Payload)
		for _, name := range []string{"set_internal_metadata", "internal_metadata"} {
			entries, _ := body[name].(map[string]any)
			delete(entries, spec.MarkKey)
			if len(entries) == 0 {
				delete(body, name)
			}
		}
		line := string(step.Verb) + " (" + step.Risk.String() + ")"
		if len(body) > 0 {
			encoded, err := json.Marshal(body)
			if err != nil {
				panic(err)
			}
			line += " " + string(encoded)
		}
		lines = append(lines, line)
	}
	return lines
}

func TestUpdates(t *testing.T) {
	t.Parallel()
	nic := func(mac, ip string, more spec.Object) map[string]any {
		n := map[string]any{"mac": mac, "interface": "net0", "nic_tag": "admin", "ips": []any{ip}, "ip": ip, "primary": true}
		for name, value := range more {
			n[name] = value
		}
		return n
	}
	for _, test := range []struct {
		name    string
		before  spec.Object // what was applied last
		wanted  spec.Object
		state   spec.State
		found   spec.Object
		steps   []string
		blocked string
	}{
		{name: "in sync", wanted: spec.Object{"quota": int64(10), "autoboot": true}, found: zone(nil)},
		{name: "one property", wanted: spec.Object{"quota": int64(20)}, found: zone(nil), steps: []string{`update (live) {"quota":20}`}},
		{name: "a zone's ram is max_physical_memory", wanted: spec.Object{"ram": int64(512)}, found: zone(nil)},
		{name: "a zone's ram changes it", wanted: spec.Object{"ram": int64(1024)}, found: zone(nil), steps: []string{`update (live) {"ram":1024}`}},
		{name: "trap T8: false and 0 are values", wanted: spec.Object{"autoboot": false, "cpu_cap": int64(0)}, found: zone(spec.Object{"cpu_cap": int64(300)}),
			steps: []string{`update (live) {"autoboot":false,"cpu_cap":0}`}},
		{name: "trap T8: 0 that is absent anyway is not sent", wanted: spec.Object{"cpu_cap": int64(0)}, found: zone(nil)},
		{name: "trap T9: what left the manifest goes back to the default", before: spec.Object{"cpu_shares": int64(50)}, wanted: spec.Object{},
			found: zone(spec.Object{"cpu_shares": int64(50)}), steps: []string{`update (live) {"cpu_shares":100}`}},
		{name: "tags: only declared keys", wanted: spec.Object{"tags": map[string]any{"role": "web", "old": nil}},
			found: zone(spec.Object{"tags": map[string]any{"role": "db", "old": "x", "foreign": "y"}}),
			steps: []string{`update (live) {"remove_tags":["old"],"set_tags":{"role":"web"}}`}},
		{name: "trap T12: a nic in the old form is in sync", wanted: spec.Object{"nics": []any{map[string]any{"nic_tag": "admin", "ips": []any{"192.0.2.10/24"}}}},
			found: zone(spec.Object{"nics": []any{nic("c2:4f:19:a0:7b:31", "192.0.2.10/24", nil)}})},
		{name: "a nic without mac is updated in place", wanted: spec.Object{"nics": []any{map[string]any{"nic_tag": "admin", "ips": []any{"192.0.2.11/24"}}}},
			found: zone(spec.Object{"nics": []any{nic("c2:4f:19:a0:7b:31", "192.0.2.10/24", nil)}}),
			steps: []string{`update (live) {"update_nics":[{"ips":["192.0.2.11/24"],"mac":"c2:4f:19:a0:7b:31"}]}`}},
		{name: "a nic is added and waits for a reboot", wanted: spec.Object{"nics": []any{map[string]any{"nic_tag": "admin", "ips": []any{"dhcp"}}}},
			found: zone(nil), steps: []string{`update (live) {"add_nics":[{"ips":["dhcp"],"nic_tag":"admin","primary":true}]}`, `reboot (reboot)`}},
		{name: "a nic that goes waits for a reboot too, also when its address is used again", wanted: spec.Object{"nics": []any{map[string]any{"mac": "c2:4f:19:a0:7b:32", "nic_tag": "admin", "ips": []any{"192.0.2.10/24"}}}},
			found: zone(spec.Object{"nics": []any{nic("c2:4f:19:a0:7b:31", "192.0.2.10/24", nil), nic("c2:4f:19:a0:7b:32", "192.0.2.11/24", spec.Object{"interface": "net1", "primary": nil})}}),
			steps: []string{`update (live) {"remove_nics":["c2:4f:19:a0:7b:31"]}`, `update (live) {"update_nics":[{"ips":["192.0.2.10/24"],"mac":"c2:4f:19:a0:7b:32"}]}`, `reboot (reboot)`}},
		{name: "the only nic moves to another tag in place", wanted: spec.Object{"nics": []any{map[string]any{"nic_tag": "external", "ips": []any{"192.0.2.77/24"}}}},
			found: zone(spec.Object{"nics": []any{nic("c2:4f:19:a0:7b:31", "192.0.2.10/24", nil)}}),
			steps: []string{`update (live) {"update_nics":[{"ips":["192.0.2.77/24"],"mac":"c2:4f:19:a0:7b:31","nic_tag":"external"}]}`, `reboot (reboot)`}},
		{name: "trap T20: a nic that is added to a machine gets the model of the others", wanted: spec.Object{"nics": []any{map[string]any{"nic_tag": "admin", "mac": "c2:4f:19:a0:7b:31"}, map[string]any{"nic_tag": "external", "ips": []any{"dhcp"}}}},
			found: machine(spec.Object{"nics": []any{nic("c2:4f:19:a0:7b:31", "192.0.2.10/24", spec.Object{"model": "virtio"})}}),
			steps: []string{`update (live) {"add_nics":[{"ips":["dhcp"],"model":"virtio","nic_tag":"external"}]}`}},
		{name: "bhyve keeps a quota of at least 1", wanted: spec.Object{"quota": int64(0)}, found: machine(nil)},
		{name: "the first of two disks leaves: what is left says by its size which one it is", wanted: spec.Object{"disks": []any{map[string]any{"size": int64(20480)}}},
			found: machine(spec.Object{"disks": []any{disk("0", 10240), disk("1", 20480)}}),
			steps: []string{`update (destroy) {"remove_disks":["/dev/zvol/rdsk/zones/` + webUUID + `/disk0"]}`}},
		{name: "a disk put between two others is the new one", wanted: spec.Object{"disks": []any{map[string]any{"size": int64(10240)}, map[string]any{"size": int64(5120), "model": "virtio"}, map[string]any{"size": int64(20480)}}},
			found: machine(spec.Object{"disks": []any{disk("0", 10240), disk("1", 20480)}}), steps: []string{`update (live) {"add_disks":[{"model":"virtio","size":5120}]}`}},
		{name: "disks in another order are the same disks", wanted: spec.Object{"disks": []any{map[string]any{"size": int64(20480)}, map[string]any{"size": int64(10240)}}},
			found: machine(spec.Object{"disks": []any{disk("0", 10240), disk("1", 20480)}})},
		{name: "one of two equal disks leaves: nothing tells which", wanted: spec.Object{"disks": []any{map[string]any{"size": int64(10240)}}},
			found: machine(spec.Object{"disks": []any{disk("0", 10240), disk("1", 10240)}}), blocked: CodeAmbiguous},
		{name: "one of two disks leaves and the other grows: nothing tells which", wanted: spec.Object{"disks": []any{map[string]any{"size": int64(30720)}}},
			found: machine(spec.Object{"disks": []any{disk("0", 10240), disk("1", 20480)}}), blocked: CodeAmbiguous},
		{name: "an empty list removes all disks", wanted: spec.Object{"disks": []any{}}, found: machine(spec.Object{"disks": []any{disk("0", 10240)}}),
			steps: []string{`update (destroy) {"remove_disks":["/dev/zvol/rdsk/zones/` + webUUID + `/disk0"]}`}},
		{name: "an empty line removes none", wanted: spec.Object{"disks": nil}, found: machine(spec.Object{"disks": []any{disk("0", 10240)}}), blocked: CodeAmbiguous},
		{name: "files that vmadm mounts into docker zones are its own", wanted: spec.Object{"filesystems": []any{}},
			found: zone(spec.Object{"filesystems": []any{map[string]any{"source": "/zones/" + webUUID + "/config/hosts", "target": "/etc/hosts", "type": "lofs"}}})},
		{name: "an instance may hide itself", wanted: spec.Object{"do_not_inventory": true, "quota": int64(20)}, found: zone(spec.Object{"do_not_inventory": true}), steps: []string{`update (live) {"quota":20}`}},
		{name: "what is left of a broken move can be deleted", state: spec.Absent, wanted: spec.Object{}, found: zone(spec.Object{"state": "configured"}), steps: []string{`delete (destroy)`}},
		{name: "trap T10: a member that left the manifest is reset", before: spec.Object{"nics": []any{map[string]any{"nic_tag": "admin", "ips": []any{"192.0.2.10/24"}, "allow_ip_spoofing": true}}},
			wanted: spec.Object{"nics": []any{map[string]any{"nic_tag": "admin", "ips": []any{"192.0.2.10/24"}}}},
			found:  zone(spec.Object{"nics": []any{nic("c2:4f:19:a0:7b:31", "192.0.2.10/24", spec.Object{"allow_ip_spoofing": true})}}),
			steps:  []string{`update (live) {"update_nics":[{"allow_ip_spoofing":false,"mac":"c2:4f:19:a0:7b:31"}]}`}},
		{name: "an address that moves to a new nic takes two updates", wanted: spec.Object{"nics": []any{map[string]any{"mac": "c2:4f:19:a0:7b:99", "nic_tag": "admin", "ips": []any{"192.0.2.10/24"}}}},
			found: zone(spec.Object{"nics": []any{nic("c2:4f:19:a0:7b:31", "192.0.2.10/24", nil)}}),
			steps: []string{`update (live) {"remove_nics":["c2:4f:19:a0:7b:31"]}`, `update (live) {"add_nics":[{"ips":["192.0.2.10/24"],"mac":"c2:4f:19:a0:7b:99","nic_tag":"admin"}]}`, `reboot (reboot)`}},
		{name: "trap T4: an image that the manifest leaves out is no difference", wanted: spec.Object{}, found: zone(nil)},
		{name: "trap T6: nothing is deleted for a pool that is not there", wanted: spec.Object{"zpool": "data"}, found: zone(nil), blocked: CodeCannotConverge},
		{name: "stopped as wanted, with autoboot", state: spec.Stopped, wanted: spec.Object{"autoboot": true}, found: zone(nil),
			steps: []string{`stop (stop)`, `update (live) {"autoboot":true}`}},
		{name: "what needs no stop does not wait for one that may be held", state: spec.Stopped, wanted: spec.Object{"quota": int64(20)}, found: zone(nil),
			steps: []string{`stop (stop)`, `update (live) {"quota":20}`}},
		{name: "started, without autoboot", state: spec.Running, wanted: spec.Object{"autoboot": false}, found: zone(spec.Object{"state": "stopped", "autoboot": false}),
			steps: []string{`start (live)`, `update (live) {"autoboot":false}`}},
		{name: "bhyve: ram of a running machine waits for a reboot", wanted: spec.Object{"ram": int64(2048)}, found: machine(spec.Object{"state": "running", "autoboot": true}),
			steps: []string{`update (live) {"ram":2048}`, `reboot (reboot)`}},
		{name: "bhyve: autoboot is put back after a reboot, which is a stop and a start", wanted: spec.Object{"ram": int64(2048)}, found: machine(spec.Object{"state": "running", "autoboot": false}),
			steps: []string{`update (live) {"ram":2048}`, `reboot (reboot)`, `update (live) {"autoboot":false}`}},
		{name: "bhyve: a chosen max_physical_memory stays when ram changes", wanted: spec.Object{"ram": int64(2048)}, found: machine(spec.Object{"max_physical_memory": int64(4096)}),
			steps: []string{`update (live) {"max_physical_memory":4096,"ram":2048}`}},
		{name: "bhyve: com1 is kept", wanted: spec.Object{"vcpus": int64(2)}, found: machine(spec.Object{"com1": "socket,/tmp/a"}),
			steps: []string{`update (live) {"com1":"socket,/tmp/a","com2":"socket,/tmp/vm.ttyb","vcpus":2}`}},
		{name: "trap T19: room first, then the disk", wanted: spec.Object{"flexible_disk_size": int64(40960), "disks": []any{map[string]any{"size": int64(20480), "model": "virtio"}}},
			found: machine(spec.Object{"flexible_disk_size": int64(20480), "disks": []any{disk("0", 10240)}}),
			steps: []string{`update (live) {"flexible_disk_size":40960}`, `update (live) {"update_disks":[{"path":"/dev/zvol/rdsk/zones/` + webUUID + `/disk0","size":20480}]}`}},
		{name: "a disk of a running machine grows between stop and start", wanted: spec.Object{"disks": []any{map[string]any{"size": int64(20480)}}},
			found: machine(spec.Object{"state": "running", "autoboot": true, "disks": []any{disk("0", 10240)}}),
			steps: []string{`stop (stop)`, `update (live) {"update_disks":[{"path":"/dev/zvol/rdsk/zones/` + webUUID + `/disk0","size":20480}]}`, `start (stop)`}},
		{name: "autoboot is put back after a stop of ours", wanted: spec.Object{"disks": []any{map[string]any{"size": int64(20480)}}},
			found: machine(spec.Object{"state": "running", "disks": []any{disk("0", 10240)}}),
			steps: []string{`stop (stop)`, `update (live) {"update_disks":[{"path":"/dev/zvol/rdsk/zones/` + webUUID + `/disk0","size":20480}]}`, `start (stop)`, `update (live) {"autoboot":false}`}},
		{name: "removing a disk loses data", wanted: spec.Object{"disks": []any{map[string]any{"size": int64(10240)}}},
			found: machine(spec.Object{"disks": []any{disk("0", 10240), disk("1", 1024)}}),
			steps: []string{`update (destroy) {"remove_disks":["/dev/zvol/rdsk/zones/` + webUUID + `/disk1"]}`}},
		{name: "shrinking a disk loses data", wanted: spec.Object{"disks": []any{map[string]any{"size": int64(5120)}}},
			found: machine(spec.Object{"disks": []any{disk("0", 10240)}}),
			steps: []string{`update (destroy) {"update_disks":[{"dangerous_allow_shrink":true,"path":"/dev/zvol/rdsk/zones/` + webUUID + `/disk0","size":5120}]}`}},
		{name: "omitted collections are not managed", wanted: spec.Object{}, found: machine(spec.Object{"disks": []any{disk("0", 10240)}})},
		{name: "a cdrom is added", wanted: spec.Object{"disks": []any{map[string]any{"size": int64(10240)}, map[string]any{"media": "cdrom", "path": "/iso/a.iso", "model": "ahci"}}},
			found: machine(spec.Object{"disks": []any{disk("0", 10240)}}),
			steps: []string{`update (live) {"add_disks":[{"media":"cdrom","model":"ahci","path":"/iso/a.iso"}]}`}},
		{name: "absent is stopped and kept for its grace", state: spec.Absent, wanted: spec.Object{}, found: zone(nil), steps: []string{`stop (destroy)`, `update (destroy) {"autoboot":false}`}},
		{name: "trap T23: failed instances are left alone", wanted: spec.Object{"quota": int64(20)}, found: zone(spec.Object{"state": "failed"}), blocked: CodeState},
		{name: "a hidden copy is left alone", wanted: spec.Object{"quota": int64(20)}, found: zone(spec.Object{"do_not_inventory": true}), blocked: CodeHiddenCopy},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			brand := spec.Brand(test.found["brand"].(string))
			m := wants(brand, test.state, test.wanted)
			applied := m
			if test.before != nil {
				applied = wants(brand, test.state, test.before)
			}
			item := compute(m, ours(test.found, applied, nil), Options{Now: time.Unix(1e9, 0)})
			if diff := cmp.Diff(test.steps, outline(item)); diff != "" {
				t.Errorf("steps, want (-), got (+):\n%s\nblocked: %v", diff, item.Blocked)
			}
			code := ""
			if len(item.Blocked) > 0 {
				code = item.Blocked[0].Code
			}
			if code != test.blocked {
				t.Errorf("blocked by %q (%v), want %q", code, item.Blocked, test.blocked)
			}
		})
	}
}

func TestCreation(t *testing.T) {
	t.Parallel()
	m := wants(spec.Joyent, spec.Running, spec.Object{"image_uuid": "01b2c898-945f-11e1-a523-af1afbe22822", "autoboot": false, "tags": map[string]any{"role": "web"}})
	repo := &spec.Repository{Owner: "default", Manifests: []*spec.Manifest{m}}
	item := Compute(repo, Found{Datasets: map[string]Dataset{}}, Options{}).Items[0]
	want := []string{
		`import (live)`,
		`create (live) {"alias":"web0","autoboot":false,"brand":"joyent","image_uuid":"01b2c898-945f-11e1-a523-af1afbe22822","tags":{"role":"web"},"uuid":"` + webUUID + `"}`,
		`start (live)`,
		`update (live) {"autoboot":false}`,
	}
	if diff := cmp.Diff(want, outline(item)); diff != "" {
		t.Error(diff)
	}
}

func TestOwnership(t *testing.T) {
	t.Parallel()
	m := wants(spec.Joyent, "", spec.Object{"quota": int64(20)})
	if item := compute(m, zone(nil), Options{}); len(item.Blocked) != 1 || item.Blocked[0].Code != CodeForeign {
		t.Errorf("an instance without mark: %v", item.Blocked)
	}
	adopted := compute(m, zone(nil), Options{Adopt: []string{"web0"}})
	if adopted.Action != Adopt || len(adopted.Steps) != 1 {
		t.Errorf("adopted: %s, %v", adopted.Action, outline(adopted))
	}
	byAlias := wants(spec.Joyent, "", spec.Object{})
	byAlias.UUID, byAlias.OwnUUID = "11111111-5a0e-5b2e-9d4b-6a8c2a7f0e11", false
	if item := compute(byAlias, zone(nil), Options{}); len(item.Blocked) != 1 || item.Blocked[0].Code != CodeAliasTaken {
		t.Errorf("trap T5, an alias that is taken: %v", item.Blocked)
	}
}

func TestCauses(t *testing.T) {
	t.Parallel()
	key := []byte("0123456789abcdef0123456789abcdef")
	applied := wants(spec.Joyent, "", spec.Object{"quota": int64(10), "cpu_shares": int64(100), "alias": "web0"})
	marked := ours(zone(nil), applied, key)
	marked["cpu_shares"], marked["alias"] = int64(50), "other"
	changed := wants(spec.Joyent, "", spec.Object{"quota": int64(20), "cpu_shares": int64(100), "alias": "third"})
	got := map[string]Cause{}
	for _, change := range compute(changed, marked, Options{Key: key}).Changes {
		got[change.Path] = change.Cause
	}
	want := map[string]Cause{"quota": CauseManifest, "cpu_shares": CauseDrift, "alias": CauseBoth}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestARaisedGenerationIsMadeAnew(t *testing.T) {
	t.Parallel()
	old := wants(spec.Joyent, "", spec.Object{})
	found := Found{Instances: map[string]spec.Object{webUUID: ours(zone(nil), old, nil)}}
	raised := wants(spec.Joyent, "", spec.Object{})
	raised.Generation, raised.OwnUUID, raised.UUID = 1, false, "11111111-5a0e-5b2e-9d4b-6a8c2a7f0e11"
	item := Compute(&spec.Repository{Owner: "default", Manifests: []*spec.Manifest{raised}}, found, Options{}).Items[0]
	want := []string{`delete (destroy)`, `create (live) {"alias":"web0","brand":"joyent","uuid":"11111111-5a0e-5b2e-9d4b-6a8c2a7f0e11"}`}
	if diff := cmp.Diff(want, outline(item)); diff != "" {
		t.Errorf("%s\nblocked: %v", diff, item.Blocked)
	}
	if item.Action != Recreate || item.Steps[0].Target != webUUID || len(item.Steps[1].Needs) != 1 {
		t.Errorf("%s, %+v", item.Action, item.Steps)
	}
}

// The mark says only what has been stored: a step that is held must not look done.
func TestTheMarkOfAStepSaysNothingOfLaterSteps(t *testing.T) {
	t.Parallel()
	key := []byte("0123456789abcdef0123456789abcdef")
	applied := wants(spec.Bhyve, "", spec.Object{"alias": "web0", "disks": []any{map[string]any{"size": int64(10240)}}})
	running := ours(machine(spec.Object{"state": "running", "disks": []any{disk("0", 10240)}}), applied, key)
	m := wants(spec.Bhyve, "", spec.Object{"alias": "web1", "disks": []any{map[string]any{"size": int64(20480)}}})
	item := compute(m, running, Options{Key: key})
	before := readMark(newSchema(), webUUID, running)
	path := "disks[/dev/zvol/rdsk/zones/" + webUUID + "/disk0].size"
	var sizes, aliases []bool
	for _, step := range item.Steps {
		entries, _ := step.Payload["set_internal_metadata"].(map[string]any)
		if entries == nil {
			continue
		}
		mark := readMark(newSchema(), webUUID, spec.Object{"internal_metadata": entries})
		sizes = append(sizes, mark.Fields[path] != before.Fields[path])
		aliases = append(aliases, mark.Fields["alias"] != before.Fields["alias"])
	}
	if diff := cmp.Diff([]bool{false, true, true}, sizes); diff != "" {
		t.Errorf("the size is told as stored by the steps (%v): %s", outline(item), diff)
	}
	if diff := cmp.Diff([]bool{true, true, true}, aliases); diff != "" {
		t.Errorf("the alias is told as stored by the steps: %s", diff)
	}
}

// A create cannot know the MACs, so its mark knows nics by the numbers that they get, whatever becomes of their order in the manifest.
func TestAMarkOfACreateKnowsElementsByNumber(t *testing.T) {
	t.Parallel()
	key := []byte("0123456789abcdef0123456789abcdef")
	a := map[string]any{"nic_tag": "admin", "ips": []any{"192.0.2.10/24"}, "allow_ip_spoofing": true}
	b := map[string]any{"nic_tag": "admin", "ips": []any{"192.0.2.11/24"}, "dhcp_server": true}
	created := compute(wants(spec.Joyent, "", spec.Object{"alias": "web0", "image_uuid": "01b2c898-945f-11e1-a523-af1afbe22822", "nics": []any{a, b}}), nil, Options{Key: key})
	found := zone(spec.Object{"internal_metadata": created.Steps[0].Payload["internal_metadata"], "nics": []any{
		map[string]any{"mac": "c2:4f:19:a0:7b:31", "interface": "net0", "nic_tag": "admin", "ips": []any{"192.0.2.10/24"}, "allow_ip_spoofing": false, "primary": true},
		map[string]any{"mac": "c2:4f:19:a0:7b:32", "interface": "net1", "nic_tag": "admin", "ips": []any{"192.0.2.11/24"}, "dhcp_server": true},
	}})
	delete(b, "dhcp_server")
	reordered := wants(spec.Joyent, "", spec.Object{"alias": "web0", "image_uuid": "01b2c898-945f-11e1-a523-af1afbe22822", "nics": []any{b, a}})
	got := map[string]Cause{}
	for _, change := range compute(reordered, found, Options{Key: key}).Changes {
		got[change.Path] = change.Cause
	}
	want := map[string]Cause{"nics[c2:4f:19:a0:7b:31].allow_ip_spoofing": CauseDrift, "nics[c2:4f:19:a0:7b:32].dhcp_server": CauseDefault}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
