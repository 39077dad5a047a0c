package diff

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/spec"
)

func TestSizesOfZFSAreComparedInBytes(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"16K": "16384", "16k": "16384", "16KiB": "16384", "16KB": "16384", "1M": "1048576", "131072": "131072", "512B": "512", "2": "2",
		"lz4": "lz4", "sha256,verify": "sha256,verify", "on": "on", "": "", "1.5G": "1.5G", "99999999999P": "99999999999P",
	} {
		if got := normalZFS(value); got != want {
			t.Errorf("normalZFS(%q) is %q, want %q", value, got, want)
		}
	}
}

func TestAValueOfADatasetIsShownWithAUnit(t *testing.T) {
	t.Parallel()
	cases := []struct {
		setting Setting
		want    any
	}{
		{Setting{"16384", "local"}, "16K"},
		{Setting{"1048576", "received"}, "1M"},
		{Setting{"1000", "local"}, "1000"},
		{Setting{"0", "local"}, "0"},
		{Setting{"disabled", "local"}, "disabled"},
		{Setting{"131072", "default"}, nil},
		{Setting{"off", "inherited from zones"}, nil},
		{Setting{"-", "-"}, nil},
	}
	for _, c := range cases {
		if got := shownZFS(c.setting); got != c.want {
			t.Errorf("%v is shown as %v, want %v", c.setting, got, c.want)
		}
	}
}

func TestDatasetsThatACreateMakes(t *testing.T) {
	t.Parallel()
	c := &computer{schema: newSchema()}
	payload := spec.Object{"zpool": "tank", "disks": []any{
		map[string]any{"media": "cdrom", "path": "/x.iso"},
		map[string]any{"size": int64(10)},
		map[string]any{"size": int64(10), "zpool": "fast"},
		map[string]any{"nocreate": true, "path": "/dev/zvol/rdsk/a"},
	}}
	cases := []struct {
		brand spec.Brand
		want  map[string]string
	}{
		{spec.KVM, map[string]string{".": "tank/U", "disk0": "tank/U-disk0", "disk1": "fast/U-disk1"}},
		{spec.Bhyve, map[string]string{".": "tank/U", "disk0": "tank/U/disk0", "disk1": "fast/U/disk1"}},
	}
	for _, test := range cases {
		if d := cmp.Diff(test.want, c.createdDatasets(&Item{UUID: "U", Brand: test.brand}, payload)); d != "" {
			t.Errorf("%s: %s", test.brand, d)
		}
	}
	delegated := spec.Object{"delegate_dataset": true}
	if d := cmp.Diff(map[string]string{".": "zones/U", "data": "zones/U/data"}, c.createdDatasets(&Item{UUID: "U", Brand: spec.Joyent}, delegated)); d != "" {
		t.Error(d)
	}
}
