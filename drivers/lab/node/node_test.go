package node_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/drivers/lab/node"
	"github.com/specadm/specadm/drivers/lab/pool"
)

func newLab(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	check(t, node.Create(dir, node.Blueprint{}))
	return dir
}

func open(t *testing.T, dir string) *node.Node {
	t.Helper()
	n, err := node.Open(dir)
	check(t, err)
	t.Cleanup(func() { check(t, n.Close()) })
	return n
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestPathsOfTheNodeLieInTheFolder(t *testing.T) {
	t.Parallel()
	dir := newLab(t)
	n := open(t, dir)
	for name, wanted := range map[string]string{
		"/etc/zones/U.json":                   "etc/zones/U.json",
		"/zones/U/config/tags.json":           "pools/zones/U/config/tags.json",
		"/zones":                              "pools/zones",
		"/dev/zvol/rdsk/zones/U/disk0":        "dev/zvol/rdsk/zones/U/disk0",
		"/dev/zvol/dsk/zones/U-disk0":         "dev/zvol/rdsk/zones/U-disk0",
		"/opt/custom/../../../../outside":     "outside",
		"zones/U/root/../../../../etc/passwd": "etc/passwd",
	} {
		if diff := cmp.Diff(filepath.Join(dir, wanted), n.Path(name)); diff != "" {
			t.Errorf("%s (-wanted +found):\n%s", name, diff)
		}
	}
}

func TestAFreshNodeHasWhatSmartOSHas(t *testing.T) {
	t.Parallel()
	n := open(t, newLab(t))
	p, err := n.Pool("zones/anything")
	check(t, err)
	datasets, err := p.List(pool.ListOptions{Names: []string{"zones"}, Recursive: true, Depth: 1})
	check(t, err)
	var names []string
	for _, d := range datasets {
		if !strings.Contains(d.Name, "-") {
			names = append(names, d.Name)
		}
	}
	wanted := []string{"zones", "zones/config", "zones/cores", "zones/dump", "zones/opt", "zones/swap", "zones/usbkey", "zones/var"}
	if diff := cmp.Diff(wanted, names); diff != "" {
		t.Errorf("datasets (-wanted +found):\n%s", diff)
	}
	images, err := n.Images()
	check(t, err)
	types := map[string]int{}
	for _, image := range images {
		types[image.Type]++
		if !p.Exists(image.Dataset() + "@final") {
			t.Errorf("image %s has no snapshot", image.UUID)
		}
	}
	if diff := cmp.Diff(map[string]int{"zone-dataset": 1, "lx-dataset": 1, "docker": 1, "zvol": 4}, types); diff != "" {
		t.Errorf("types of images (-wanted +found):\n%s", diff)
	}
	catalogue, err := n.Catalogue()
	check(t, err)
	if len(catalogue) <= len(images) {
		t.Errorf("there is nothing to import: %d images are installed, %d importable", len(images), len(catalogue))
	}
}

func TestAnImageIsTheSameOnEveryNode(t *testing.T) {
	t.Parallel()
	guid := func() string {
		p, err := open(t, newLab(t)).Pool("zones")
		check(t, err)
		value, err := p.Property("zones/01b2c898-945f-11e1-a523-af1afbe22822@final", "guid")
		check(t, err)
		return value.Text
	}
	if first, second := guid(), guid(); first != second {
		t.Errorf("the snapshot of an image is %s on one node and %s on another", first, second)
	}
}

func TestOnlySavedChangesAreSeenByOthers(t *testing.T) {
	t.Parallel()
	dir := newLab(t)
	first := open(t, dir)
	number := first.NextSerial()
	p, err := first.Pool("zones")
	check(t, err)
	check(t, p.Create("zones/a", pool.CreateOptions{}))
	check(t, first.Close()) // without saving
	second := open(t, dir)
	p, err = second.Pool("zones")
	check(t, err)
	if p.Exists("zones/a") || second.NextSerial() != number {
		t.Error("another one saw what was not saved")
	}
	check(t, p.Create("zones/b", pool.CreateOptions{}))
	check(t, second.Unlock())
	check(t, first.Relock())
	p, err = first.Pool("zones")
	check(t, err)
	if !p.Exists("zones/b") || first.NextSerial() != number+1 {
		t.Error("another one did not see what was saved")
	}
}

func TestTheLockKeepsOthersOut(t *testing.T) {
	t.Parallel()
	dir := newLab(t)
	first := open(t, dir)
	opened := make(chan error)
	go func() {
		second, err := node.Open(dir)
		if err == nil {
			err = second.Close()
		}
		opened <- err
	}()
	select {
	case err := <-opened:
		t.Fatalf("two have the lock, error %v", err)
	default:
	}
	check(t, first.Unlock())
	check(t, <-opened)
}

func TestAFolderWithoutALabIsNotOpened(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := node.Open(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error is %v", err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(left) > 0 {
		t.Errorf("opening left files behind: %v, %v", left, err)
	}
}

func TestManifestsThatCannotBeInstalledAreRefused(t *testing.T) {
	t.Parallel()
	for text, wanted := range map[string]string{
		`{}`:                             "cannot read an image manifest: it has no uuid or no type: {}",
		`{"uuid": "U", "type": "zvol"}`:  "cannot read the manifest of image U: a zvol needs image_size",
		`{"uuid": 1, "type": "docker"}`:  "cannot read an image manifest: json: cannot unmarshal number into Go struct field Manifest.uuid of type string",
		`{"uuid": "U", "type": "zvol",}`: "cannot read an image manifest: invalid character '}' looking for beginning of object key string",
	} {
		if _, err := node.ParseImage(json.RawMessage(text)); err == nil || err.Error() != wanted {
			t.Errorf("%s: error is %v", text, err)
		}
	}
}

func TestTheClockCanBeSkewed(t *testing.T) {
	t.Parallel()
	n := open(t, newLab(t))
	n.Settings().ClockSkewMS = 3_600_000
	if ahead := time.Until(n.Now()); ahead < 59*time.Minute || ahead > 61*time.Minute {
		t.Errorf("the clock is %v ahead", ahead)
	}
}

func TestASecondPool(t *testing.T) {
	t.Parallel()
	dir := newLab(t)
	n := open(t, dir)
	check(t, n.AddPool("data", 1<<40))
	check(t, n.WriteFile("/data/file", []byte("x")))
	check(t, n.Save())
	check(t, n.Close())
	check(t, n.Relock())
	if diff := cmp.Diff([]string{"zones", "data"}, n.PoolNames()); diff != "" {
		t.Errorf("pools (-wanted +found):\n%s", diff)
	}
	check(t, n.RemovePool("data"))
	if _, err := n.ReadFile("/data/file"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file of a destroyed pool: %v", err)
	}
	if _, err := n.Pool("data"); !errors.Is(err, pool.ErrNotExist) {
		t.Errorf("a destroyed pool: %v", err)
	}
}
