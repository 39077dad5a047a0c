package lab_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/specadm/specadm/drivers/lab"
)

func TestTheProgramsWorkFromAPlainShell(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	for program, wanted := range map[string]string{
		"sysinfo":           `"Hostname": "cn1"`,
		"vmadm list":        "UUID",
		"zfs list":          "zones/cores",
		"zpool list":        "ONLINE",
		"imgadm list":       bhyveImage,
		"nictagadm list":    "etherstub",
		"fwadm list":        "ENABLED",
		"zoneadm list -cv":  "global",
		"zfs get -Hp type":  "zones/swap\ttype\tvolume\t-",
		"vmadm lookup -j":   "[]",
		"imgadm sources -j": "https://images.smartos.org",
	} {
		words := strings.Fields(program)
		if found := n.must(words[0], words[1:]...); !strings.Contains(found, wanted) {
			t.Errorf("%s printed no %q:\n%s", program, wanted, found)
		}
	}
}

func TestEveryCallIsLogged(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	n.zone()
	n.must("vmadm", "list", "-p")
	n.run("", "vmadm", "update", someUUID, "alias=web1")
	n.refuses("cannot open 'zones/none': dataset does not exist", "zfs", "get", "-Hp", "quota", "zones/none")
	n.must("zfs", "create", "-nPV", "1G", "zones/x")
	n.must("imgadm", "sources")
	n.must("zonecfg", "-z", someUUID, "export")
	calls, err := lab.Calls(n.dir)
	if err != nil {
		t.Fatal(err)
	}
	wanted := []lab.Call{
		{Program: "vmadm", Args: []string{"create"}, Mutates: true},
		{Program: "vmadm", Args: []string{"list", "-p"}},
		{Program: "vmadm", Args: []string{"update", someUUID, "alias=web1"}, Mutates: true},
		{Program: "zfs", Args: []string{"get", "-Hp", "quota", "zones/none"}, Exit: 1},
		{Program: "zfs", Args: []string{"create", "-nPV", "1G", "zones/x"}},
		{Program: "imgadm", Args: []string{"sources"}},
		{Program: "zonecfg", Args: []string{"-z", someUUID, "export"}},
	}
	if diff := cmp.Diff(wanted, calls, cmpopts.IgnoreFields(lab.Call{}, "At", "MS"), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("calls (-wanted +found):\n%s", diff)
	}
}

func TestAStreamMovesADatasetWithinALab(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	n.must("zfs", "create", "zones/a")
	if err := os.WriteFile(filepath.Join(n.dir, "pools/zones/a/file"), []byte("precious"), 0o644); err != nil {
		t.Fatal(err)
	}
	n.must("zfs", "snapshot", "zones/a@now")
	n.pipe(n, []string{"send", "zones/a@now"}, []string{"receive", "zones/b"})
	checkFile(t, filepath.Join(n.dir, "pools/zones/b/file"), "precious")
}

func TestAStreamMovesAnInstanceBetweenLabs(t *testing.T) {
	t.Parallel()
	from, to := newNode(t), newNode(t)
	from.zone()
	root := "zones/" + someUUID
	if err := os.WriteFile(filepath.Join(from.dir, "pools", root, "root/data"), []byte("one"), 0o644); err != nil {
		t.Fatal(err)
	}
	from.must("zfs", "snapshot", "-r", root+"@first")
	from.pipe(to, []string{"send", "-R", "-I", "zones/" + smartosImage + "@final", root + "@first"}, []string{"receive", "-d", "zones"})
	if err := os.WriteFile(filepath.Join(from.dir, "pools", root, "root/data"), []byte("two"), 0o644); err != nil {
		t.Fatal(err)
	}
	from.must("zfs", "snapshot", "-r", root+"@second")
	from.pipe(to, []string{"send", "-R", "-i", "@first", root + "@second"}, []string{"receive", "-F", "-d", "zones"})
	checkFile(t, filepath.Join(to.dir, "pools", root, "root/data"), "two")
	wanted := root + "\torigin\tzones/" + smartosImage + "@final\t-\n" + root + "\tquota\t10737418240\treceived"
	if diff := cmp.Diff(wanted, to.must("zfs", "get", "-Hp", "origin,quota", root)); diff != "" {
		t.Errorf("received dataset (-wanted +found):\n%s", diff)
	}
	names := to.must("zfs", "list", "-Hr", "-t", "snapshot", "-o", "name", root)
	if diff := cmp.Diff(root+"@first\n"+root+"@second", names); diff != "" {
		t.Errorf("received snapshots (-wanted +found):\n%s", diff)
	}
}

// pipe sends from one lab and receives in another, or the same one, at the same time.
func (n testNode) pipe(to testNode, send, receive []string) {
	n.Helper()
	reader, writer, err := os.Pipe()
	if err != nil {
		n.Fatal(err)
	}
	sender, receiver := n.program("zfs", send...), to.program("zfs", receive...)
	var sendErrors, receiveErrors strings.Builder
	sender.Stdout, sender.Stderr = writer, &sendErrors
	receiver.Stdin, receiver.Stderr = reader, &receiveErrors
	if err := sender.Start(); err != nil {
		n.Fatal(err)
	}
	if err := receiver.Start(); err != nil {
		n.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		n.Fatal(err)
	}
	if err := reader.Close(); err != nil {
		n.Fatal(err)
	}
	if err := sender.Wait(); err != nil {
		n.Errorf("send: %v\n%s", err, sendErrors.String())
	}
	if err := receiver.Wait(); err != nil {
		n.Errorf("receive: %v\n%s", err, receiveErrors.String())
	}
}

func checkFile(t *testing.T, path, wanted string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Error(err)
		return
	}
	if diff := cmp.Diff(wanted, string(data)); diff != "" {
		t.Errorf("%s (-wanted +found):\n%s", filepath.Base(path), diff)
	}
}

func TestResetTakesEverythingBack(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	fresh := n.must("zfs", "list", "-H", "-o", "name", "-t", "all")
	sysinfo := n.must("sysinfo")
	n.zone()
	n.must("zpool", "create", "data", "c2t0d0")
	n.must("nictagadm", "add", "-l", "stub9")
	n.faults(lab.Fault{Program: "zpool", Effect: lab.Fail, Times: -1})
	if err := lab.Reset(n.dir); err != nil {
		t.Fatal(err)
	}
	calls, err := lab.Calls(n.dir)
	if err != nil || len(calls) > 0 {
		t.Errorf("after a reset there are calls %v, error %v", calls, err)
	}
	if diff := cmp.Diff(fresh, n.must("zfs", "list", "-H", "-o", "name", "-t", "all")); diff != "" {
		t.Errorf("datasets (-fresh +reset):\n%s", diff)
	}
	if diff := cmp.Diff(sysinfo, n.must("sysinfo")); diff != "" {
		t.Errorf("sysinfo (-fresh +reset):\n%s", diff)
	}
	if found := n.must("vmadm", "lookup"); found != "" {
		t.Errorf("after a reset there are still instances: %s", found)
	}
	n.must("zpool", "list")
}

func TestCreateRefusesAFolderThatIsALab(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	if err := lab.Create(n.dir, lab.Options{}); err == nil {
		t.Error("a lab was made over another one")
	}
}

func TestImagesComeFromTheOptions(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	images := `[{"v":2,"uuid":"` + someUUID + `","name":"mine","version":"1","type":"zone-dataset","os":"smartos"}]`
	if err := lab.Create(dir, lab.Options{Images: []byte(images)}); err != nil {
		t.Fatal(err)
	}
	n := testNode{T: t, dir: dir}
	if diff := cmp.Diff(someUUID, n.must("imgadm", "list", "-H", "-o", "uuid")); diff != "" {
		t.Errorf("images (-wanted +found):\n%s", diff)
	}
}

func TestProgramsAtTheSameTimeDoNotLoseChanges(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	const processes = 12
	var running []*exec.Cmd
	for i := range processes {
		cmd := n.program("zfs", "create", fmt.Sprintf("zones/d%02d", i))
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		running = append(running, cmd)
	}
	var wanted []string
	for i, cmd := range running {
		if err := cmd.Wait(); err != nil {
			t.Errorf("process %d: %v", i, err)
		}
		wanted = append(wanted, fmt.Sprintf("zones/d%02d", i))
	}
	var found []string
	for name := range strings.Lines(n.must("zfs", "list", "-H", "-o", "name") + "\n") {
		if strings.HasPrefix(name, "zones/d0") || strings.HasPrefix(name, "zones/d1") {
			found = append(found, strings.TrimSpace(name))
		}
	}
	if diff := cmp.Diff(wanted, found); diff != "" {
		t.Errorf("datasets (-wanted +found):\n%s", diff)
	}
	calls, err := lab.Calls(n.dir)
	if err != nil || len(calls) != processes+1 {
		t.Errorf("%d calls are logged, error %v", len(calls), err)
	}
}

// The cache of vminfod may lag behind by a setting too (reference 23.14).
func TestACacheDelayHidesChangesFromVmadmOnly(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	n.zone()
	settings := filepath.Join(n.dir, "node.json")
	data, err := os.ReadFile(settings)
	if err != nil {
		t.Fatal(err)
	}
	data = []byte(strings.Replace(string(data), `"cacheDelayMS": 0`, `"cacheDelayMS": 3600000`, 1))
	if err := os.WriteFile(settings, data, 0o644); err != nil {
		t.Fatal(err)
	}
	n.object(someUUID) // what is remembered
	n.must("zfs", "set", "quota=20G", "zones/"+someUUID)
	n.must("zfs", "set", "quota=30G", "zones/"+someUUID)
	if diff := cmp.Diff(10.0, n.object(someUUID)["quota"]); diff != "" {
		t.Errorf("quota that vmadm shows (-wanted +found):\n%s", diff)
	}
	if diff := cmp.Diff("30G", n.must("zfs", "get", "-Ho", "value", "quota", "zones/"+someUUID)); diff != "" {
		t.Errorf("quota that zfs shows (-wanted +found):\n%s", diff)
	}
}
