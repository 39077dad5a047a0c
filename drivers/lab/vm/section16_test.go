package vm_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/drivers/lab/node"
	"github.com/specadm/specadm/drivers/lab/pool"
	"github.com/specadm/specadm/drivers/lab/vm"
)

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

func TestSection16ABareObjectWithoutAUsableUUID(t *testing.T) {
	t.Parallel()
	lab := newLab(t)
	got := lab.vmadm(`{"brand":"joyent-minimal","uuid":"../`+web0+`"}`, "receive")
	if got.exit != 1 || got.stderr != "Invalid value(s) for: uuid\n" {
		t.Errorf("receive of a uuid that is a path: %+v", got)
	}
	chosen := strings.TrimPrefix(lab.must(`{"brand":"joyent-minimal"}`, "receive").stderr, "Successfully received VM ")
	if chosen = strings.TrimSpace(chosen); len(chosen) != 36 || lab.get(chosen)["state"] != "receiving" {
		t.Errorf("receive without a uuid made %q", chosen)
	}
}
