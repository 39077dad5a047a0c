package vm_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/drivers/lab/node"
	"github.com/specadm/specadm/drivers/lab/pool"
	"github.com/specadm/specadm/drivers/lab/vm"
)

func (l *testLab) removeTag(name string) {
	l.t.Helper()
	l.change(func(n *node.Node) {
		settings := n.Settings()
		var kept []node.NicTag
		for _, tag := range settings.NicTags {
			if tag.Name != name {
				kept = append(kept, tag)
			}
		}
		settings.NicTags = kept
		n.SettingsChanged()
	})
}

// datasets lists the datasets and snapshots with a text in their names.
func (l *testLab) datasets(part string) []string {
	l.t.Helper()
	var names []string
	l.change(func(n *node.Node) {
		p, err := n.Pool("zones")
		if err != nil {
			l.t.Fatal(err)
		}
		all, err := p.List(pool.ListOptions{Types: []pool.Type{pool.Filesystem, pool.Volume, pool.Snapshot}})
		if err != nil {
			l.t.Fatal(err)
		}
		for _, dataset := range all {
			if strings.Contains(dataset.Name, part) {
				names = append(names, dataset.Name)
			}
		}
	})
	return names
}

func TestSection15Snapshots(t *testing.T) {
	t.Parallel()
	took := func(name string) step {
		return step{command: "create-snapshot @@ " + name, stderr: "Created snapshot " + name + " for VM @@"}
	}
	for name, steps := range map[string][]step{
		"names": {
			created(zonePayload("")), took("a-b_c.d:e%f"),
			{command: "create-snapshot @@ a/b", exit: 1, stderr: "Invalid snapshot name"},
			{command: "create-snapshot @@ " + strings.Repeat("a", 65), exit: 1, stderr: "Invalid snapshot name"},
			{command: "create-snapshot @@ a-b_c.d:e%f", exit: 1, stderr: `snapshot with name "a-b_c.d:e%f" already exists.`},
			{command: "delete-snapshot @@ none", exit: 1, stderr: `No snapshot named "none" for @@`}},
		"rollback takes newer ones along and boots": {
			created(zonePayload("")), took("one"), took("two"),
			{command: "rollback-snapshot @@ one", stderr: "Rolled back snapshot one for VM @@"},
			{command: "rollback-snapshot @@ two", exit: 1, stderr: `No snapshot named "two" for @@`},
			{command: "list -H -o state", stdout: "running\n"}},
		"kvm has none": {
			created(kvmPayload(twoDisks)),
			{command: "create-snapshot @@ one", exit: 1, stderr: "snapshots for kvm VMs currently unsupported"},
			{command: "rollback-snapshot @@ one", exit: 1, stderr: "snapshots for kvm VMs currently unsupported"}},
		"nor has who has a delegated dataset": {
			created(zonePayload(`"delegate_dataset":true`)),
			{command: "create-snapshot @@ one", exit: 1, stderr: "Cannot currently snapshot zones that have datasets"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, steps...)
		})
	}
}

func TestSection15ASnapshotHoldsTheFilesAndNotTheConfiguration(t *testing.T) {
	t.Parallel()
	lab := play(t, created(zonePayload(`"alias":"then","tags":{"when":"then"}`)))
	lab.must("", "create-snapshot", web0, "then")
	lab.must(`{"alias":"now","set_tags":{"when":"now"}}`, "update", web0)
	lab.must("", "rollback-snapshot", web0, "then")
	lab.expect(map[string]any{"alias": "now", "tags": map[string]any{"when": "then"}, "autoboot": true})
}

func TestSection15SnapshotsOfBhyveTakeInTheDisks(t *testing.T) {
	t.Parallel()
	lab := play(t, created(bhyvePayload(twoDisks+`,"flexible_disk_size":10240`)))
	lab.must("", "create-snapshot", web0, "one")
	want := []string{"zones/" + web0 + "/disk0@vmsnap-one", "zones/" + web0 + "/disk1@vmsnap-one", "zones/" + web0 + "@vmsnap-one"}
	got := lab.datasets("@vmsnap-one")
	if diff := cmp.Diff(len(want), len(got)); diff != "" {
		t.Errorf("snapshots: %v", got)
	}
	lab.must("", "delete-snapshot", web0, "one")
	if left := lab.datasets("@vmsnap"); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestSection16SendAndReceive(t *testing.T) {
	t.Parallel()
	for name, payload := range map[string]string{
		"a zone with its delegated dataset": zonePayload(`"alias":"web0","delegate_dataset":true,"tags":{"a":1},"zfs_root_recsize":8192,"quota":7,"nics":[` + nic2 + `]`),
		"kvm with its volumes":              kvmPayload(twoDisks),
		"bhyve with its volumes":            bhyvePayload(twoDisks + `,"flexible_disk_size":10240`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source, target := newLab(t), newLab(t)
			source.must(payload, "create")
			source.must("", "start", web0)
			before := source.get(web0)
			stream := source.must("", "send", web0)
			source.expect(map[string]any{"state": "stopped", "autoboot": false})
			target.must(stream.stdout, "receive")
			after := target.get(web0)
			for _, object := range []map[string]any{before, after} {
				forgetVolatile(object)
			}
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("object (-sent +received):\n%s", diff)
			}
			if left := append(source.datasets("@sending"), target.datasets("@sending")...); len(left) != 0 {
				t.Errorf("left behind: %v", left)
			}
			got := target.vmadm(stream.stdout, "recv")
			if got.exit != 1 || got.stderr != "VM with UUID "+web0+" already exists\n" {
				t.Errorf("second receive: %+v", got)
			}
		})
	}
}

func TestSection16AnInterruptedReceive(t *testing.T) {
	t.Parallel()
	source, target := newLab(t), newLab(t)
	source.must(kvmPayload(twoDisks), "create")
	stream := source.must("", "send", web0).stdout
	got := target.vmadm(stream[:len(stream)-100], "receive")
	if got.exit != 1 || got.stderr != "vmunbundle exited with code 1\n" {
		t.Errorf("receive of a cut stream: %+v", got)
	}
	target.expect(map[string]any{"state": "receiving", "transition_to": "stopped", "provisioning": nil})
	if target.get(web0)["missing"] == nil {
		t.Error("nothing is missing")
	}
	target.play(
		step{command: "start @@", exit: 1, stderr: `Unable to start VM @@: Cannot start vm from state "receiving", must be "stopped".`},
		step{command: "delete @@", stderr: "Successfully deleted VM @@"})
	target.must(stream, "receive")
	target.expect(map[string]any{"state": "stopped", "missing": nil})
}

func TestSection16InstallAfterReceivingByHand(t *testing.T) {
	t.Parallel()
	lab := play(t, created(zonePayload(`"alias":"web0"`)))
	document := lab.must("", "get", web0).stdout
	lab.must("", "delete", web0)
	lab.must(document, "receive")
	lab.expect(map[string]any{"state": "receiving"})
	if got := lab.vmadm("", "install", web0); got.exit != 1 {
		t.Errorf("install without a dataset: %+v", got)
	}
	lab.zfs("create", "zones/"+web0)
	lab.must("", "install", web0)
	lab.expect(map[string]any{"state": "stopped", "alias": "web0", "quota": 10.})
}

func (l *testLab) zfs(args ...string) {
	l.t.Helper()
	zfs := func(call *node.Call) int {
		return pool.Zfs(call.Node, call.Args, pool.Streams{Stdin: call.Stdin, Stdout: call.Stdout, Stderr: call.Stderr})
	}
	if got := l.run(zfs, "zfs", "", args...); got.exit != 0 {
		l.t.Fatalf("zfs %v: %s", args, got.stderr)
	}
}

// Reference 16.3: the documented way to move an instance by hand.
func TestSection16MigrationByHand(t *testing.T) {
	t.Parallel()
	source, target := newLab(t), newLab(t)
	source.must(zonePayload(`"alias":"web0","hostname":"a \"b\"; c","nics":[`+nic1+`],"tags":{"a":1},"quota":5`), "create")
	before := source.get(web0)
	export := source.run(vm.Zonecfg, "zonecfg", "", "-z", web0, "export").stdout
	if got := target.run(vm.Zonecfg, "zonecfg", export, "-z", web0, "-f", "-"); got.exit != 0 {
		t.Fatalf("zonecfg: %+v", got)
	}
	target.expect(map[string]any{"state": "configured", "quota": nil})
	if got := target.run(vm.Zoneadm, "zoneadm", "", "-z", web0, "attach"); got.exit != 1 {
		t.Errorf("attach without a dataset: %+v", got)
	}
	dataset := "zones/" + web0
	var stream *pool.Stream
	source.change(func(n *node.Node) {
		p, err := n.Pool(dataset)
		if err == nil {
			err = p.Snapshot(dataset+"@migration", true, nil)
		}
		if err == nil {
			stream, err = p.Send(dataset+"@migration", pool.SendOptions{Replicate: true})
		}
		if err != nil {
			t.Fatal(err)
		}
	})
	target.change(func(n *node.Node) {
		p, err := n.Pool(dataset)
		if err == nil {
			_, err = p.Receive(dataset, stream, pool.ReceiveOptions{})
		}
		if err != nil {
			t.Fatal(err)
		}
	})
	if got := target.run(vm.Zoneadm, "zoneadm", "", "-z", web0, "attach"); got.exit != 0 {
		t.Fatalf("attach: %+v", got)
	}
	after := target.get(web0)
	for _, object := range []map[string]any{before, after} {
		forgetVolatile(object)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("object (-source +target):\n%s", diff)
	}
	if cores := target.datasets("zones/cores/" + web0); len(cores) != 1 {
		t.Errorf("cores: %v", cores)
	}
	list := target.run(vm.Zoneadm, "zoneadm", "", "-z", web0, "list", "-p").stdout
	if !strings.HasPrefix(list, "-:"+web0+":installed:/zones/"+web0+":"+web0+":joyent-minimal:excl:") {
		t.Errorf("zoneadm list -p: %s", list)
	}
}

func TestSection16Reprovision(t *testing.T) {
	t.Parallel()
	const image = `{"image_uuid":"01b2c898-945f-11e1-a523-af1afbe22822"}`
	lab := play(t, created(zonePayload(`"alias":"web0","delegate_dataset":true,"tags":{"a":1},"zfs_data_compression":"lz4","quota":7`)))
	lab.zfs("set", "specadm:mark=kept", "zones/"+web0+"/data")
	before := lab.get(web0)
	lab.must(image, "reprovision", web0)
	after := lab.get(web0)
	delete(before, "exit_status")
	for _, object := range []map[string]any{before, after} {
		forgetVolatile(object)
		delete(object, "state")
		delete(object, "zone_state")
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("object (-before +after):\n%s", diff)
	}
	lab.expect(map[string]any{"state": "running"})
	play(t, created(kvmPayload(twoDisks)),
		step{command: "reprovision @@", stdin: image, exit: 1, stderr: `Failed to reprovision VM @@: brand "kvm" does not yet support reprovision`})
	play(t, created(bhyvePayload(`"disks":[{"image_uuid":"`+uefiImage+`","model":"virtio","boot":true}]`)),
		step{command: "reprovision @@", stdin: image, exit: 1, stderr: "Failed to reprovision VM @@: Invalid value(s) for: image_uuid"},
		step{command: "reprovision @@", stdin: `{"image_uuid":"` + zvolImage + `"}`, stderr: "Successfully reprovisioned VM @@"},
	).expect(map[string]any{"state": "running"})
}

func TestSection18DriftShows(t *testing.T) {
	t.Parallel()
	lab := play(t, created(zonePayload("")))
	lab.setProperty("zones/"+web0, "quota", "5G")
	lab.setProperty("zones", "compression", "lz4")
	lab.expect(map[string]any{"quota": 5., "zfs_root_compression": "lz4"})
	lab.setProperty("zones/"+web0, "quota", "1536M")
	lab.expect(map[string]any{"quota": 1.5})

	machine := play(t, created(bhyvePayload(twoDisks)))
	machine.setProperty("zones/"+web0, "quota", "10G")
	machine.expect(map[string]any{"quota": 1.})
	machine.zfs("destroy", "zones/"+web0+"/disk1")
	if diff := cmp.Diff([]map[string]any{{"size": 2048.}, {"missing": true}}, machine.disks("size", "missing")); diff != "" {
		t.Errorf("disks (-want +got):\n%s", diff)
	}
}

// runWithFault runs vmadm while the step of this name fails.
func (l *testLab) runWithFault(checkpoint, sentence, stdin string, args ...string) outcome {
	l.t.Helper()
	return l.run(func(call *node.Call) int {
		call.Node.OnCheckpoint(func(name string) error {
			if name == checkpoint {
				return errors.New(sentence)
			}
			return nil
		})
		return vm.Vmadm(call)
	}, "vmadm", stdin, args...)
}

func TestSection23AFailureInTheMiddleLeavesTheEarlierSteps(t *testing.T) {
	t.Parallel()
	lab := play(t, created(zonePayload("")))
	got := lab.runWithFault("vmadm update: set quota", "Command failed: out of luck", `{"alias":"kept","quota":3}`, "update", web0)
	if diff := cmp.Diff(outcome{exit: 1, stderr: "first of 1 error: Command failed: out of luck\n"}, got, cmp.AllowUnexported(outcome{})); diff != "" {
		t.Errorf("outcome (-want +got):\n%s", diff)
	}
	lab.expect(map[string]any{"alias": "kept", "quota": 10.})
}

func TestSection8ProvisioningThatFails(t *testing.T) {
	t.Parallel()
	lab := newLab(t)
	payload := strings.Replace(zonePayload(""), `"autoboot":false`, `"autoboot":true`, 1)
	got := lab.runWithFault("vmadm create: wait for provisioning", "any", payload, "create")
	want := outcome{exit: 1, stderr: "first of 1 error: timed out waiting for /var/svc/provisioning to move for " + web0 + "\n"}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(outcome{})); diff != "" {
		t.Errorf("outcome (-want +got):\n%s", diff)
	}
	lab.expect(map[string]any{"state": "failed", "failed": "provisioning", "zone_state": "installed"})
	lab.play(
		step{command: "start @@", exit: 1, stderr: `Unable to start VM @@: Cannot start vm from state "failed", must be "stopped".`},
		step{command: "delete @@", stderr: "Successfully deleted VM @@"})
}

func TestSection8ADatasetThatCannotBeMadeLeavesNothing(t *testing.T) {
	t.Parallel()
	lab := newLab(t)
	got := lab.vmadm(kvmPayload(`"disks":[{"size":10,"model":"virtio"},{"size":99999999,"model":"virtio"}]`), "create")
	if got.exit != 1 || !strings.Contains(got.stderr, "out of space") {
		t.Errorf("outcome %+v", got)
	}
	if left := lab.datasets(web0); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if got := lab.vmadm("", "get", web0); got.exit != 1 {
		t.Errorf("get: %+v", got)
	}
}

func TestSection10IndestructibleFlagsAreHolds(t *testing.T) {
	t.Parallel()
	lab := play(t, created(zonePayload(`"delegate_dataset":true,"indestructible_delegated":true`)),
		updated(`{"indestructible_zoneroot":true}`), updated(`{"indestructible_zoneroot":true}`))
	lab.expect(map[string]any{"indestructible_zoneroot": true, "indestructible_delegated": true})
	want := []string{"zones/" + web0 + "@indestructible", "zones/" + web0 + "/data@indestructible"}
	if diff := cmp.Diff(want, lab.datasets("@indestructible")); diff != "" {
		t.Errorf("snapshots (-want +got):\n%s", diff)
	}
	lab.play(updated(`{"indestructible_zoneroot":false,"indestructible_delegated":false}`))
	lab.expect(map[string]any{"indestructible_zoneroot": nil, "indestructible_delegated": nil})
	if left := lab.datasets("@indestructible"); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestSection23ReadsLagBehind(t *testing.T) {
	t.Parallel()
	lab := play(t, created(zonePayload(`"alias":"then","nics":[`+nic1+`]`)))
	delay := func(millis int) {
		lab.change(func(n *node.Node) {
			n.Settings().CacheDelayMS = millis
			n.SettingsChanged()
		})
	}
	delay(3600_000)
	lab.expect(map[string]any{"quota": 10.})
	lab.setProperty("zones/"+web0, "quota", "5G")
	lab.play(
		timeout(`{"alias":"now"}`), // waits longer than vmadm does
		updated(onNic1+`"vlan_id":9}]}`),
		step{command: "list -H -o alias,quota,nics.0.vlan_id", stdout: "then        10     -\n"})
	delay(0)
	lab.play(step{command: "list -H -o alias,quota,nics.0.vlan_id", stdout: "now         5      9\n"})
}
