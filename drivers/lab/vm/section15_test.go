package vm_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

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
