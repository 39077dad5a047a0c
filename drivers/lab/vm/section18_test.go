package vm_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

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
