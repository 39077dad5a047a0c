package vm_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/drivers/lab/node"
)

func TestSection8ImagesChangeTheInstance(t *testing.T) {
	t.Parallel()
	lab := play(t,
		step{command: "create", stdin: bhyvePayload(`"bootrom":"bios","disks":[{"image_uuid":"` + uefiImage + `","model":"virtio","boot":true}]`), exit: 1,
			stderr: "Invalid value(s) for: bootrom"},
		created(bhyvePayload(`"disks":[{"image_uuid":"`+uefiImage+`","model":"virtio","boot":true}],"internal_metadata":{"cloudinit_datasource":"nocloud"},"flexible_disk_size":2048`)))
	lab.expect(map[string]any{"bootrom": "uefi", "flexible_disk_size": 2064., "internal_metadata": map[string]any{
		"cloudinit_datasource": "nocloud", "cloudinit_nocloud_path": bhyve1}})
	want := []map[string]any{{"size": 1024., "block_size": 8192.}, {"size": 16., "block_size": 512.}}
	if diff := cmp.Diff(want, lab.disks("size", "block_size")); diff != "" {
		t.Errorf("disks (-want +got):\n%s", diff)
	}
	lab.must("", "start", web0)
	if metadata := lab.get(web0)["internal_metadata"].(map[string]any); metadata["cloudinit_nocloud_hash"] == nil {
		t.Errorf("no digest in %v", metadata)
	}
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

func TestSection8NobodyWaitsForNowait(t *testing.T) {
	t.Parallel()
	lab := newLab(t)
	wait := func(millis int) {
		lab.change(func(n *node.Node) {
			n.Settings().UpdateWaitMS = millis
			n.SettingsChanged()
		})
	}
	payload := strings.Replace(zonePayload(`"nowait":true`), `"autoboot":false`, `"autoboot":true`, 1)
	wait(3600_000)
	lab.must(payload, "create")
	lab.expect(map[string]any{"state": "provisioning", "zone_state": "running", "transition_to": "running"})
	lab.must("", "delete", web0)
	wait(0)
	lab.must(payload, "create")
	lab.expect(map[string]any{"state": "running", "transition_to": nil})
	lab.must("", "stop", web0)
	lab.expect(map[string]any{"state": "stopped", "transition_to": nil})
}
