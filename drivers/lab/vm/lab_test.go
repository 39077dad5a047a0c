package vm_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/specadm/specadm/drivers/lab/node"
	"github.com/specadm/specadm/drivers/lab/vm"
)

// testLab is a fresh lab with the images of the recordings, the nic tags admin and external, and one pool, zones.
type testLab struct {
	t   *testing.T
	dir string
}

func newLab(t *testing.T) *testLab {
	t.Helper()
	images, err := os.ReadFile("testdata/validate-images.json")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := node.Create(dir, node.Blueprint{Images: images}); err != nil {
		t.Fatal(err)
	}
	lab := &testLab{t: t, dir: dir}
	lab.change(func(n *node.Node) {
		n.Settings().UpdateWaitMS = 1
		n.SettingsChanged()
	})
	return lab
}

// change lets do change the node itself.
func (l *testLab) change(do func(n *node.Node)) {
	l.t.Helper()
	n, err := node.Open(l.dir)
	if err != nil {
		l.t.Fatal(err)
	}
	do(n)
	if err := n.Unlock(); err != nil {
		l.t.Fatal(err)
	}
}

// outcome is what a program left.
type outcome struct {
	stdout, stderr string
	exit           int
}

// vmadm runs the program with a payload on standard input.
func (l *testLab) vmadm(stdin string, args ...string) outcome {
	l.t.Helper()
	return l.run(vm.Vmadm, "vmadm", stdin, args...)
}

// web0 is the uuid of the instance of tests that need one.
const web0 = "1f2c0c9a-5a0e-4b2e-9d4b-6a8c2a7f0e11"

// zonePayload is a create payload of a stopped joyent-minimal zone with more members.
func zonePayload(members string) string {
	payload := `{"uuid":"` + web0 + `","brand":"joyent-minimal","autoboot":false,"image_uuid":"01b2c898-945f-11e1-a523-af1afbe22822"`
	if members != "" {
		payload += "," + members
	}
	return payload + "}"
}

// must runs vmadm and fails the test unless it exits with 0.
func (l *testLab) must(stdin string, args ...string) outcome {
	l.t.Helper()
	got := l.vmadm(stdin, args...)
	if got.exit != 0 {
		l.t.Fatalf("vmadm %v < %s: exit %d: %s", args, stdin, got.exit, got.stderr)
	}
	return got
}

// get is the object of an instance.
func (l *testLab) get(uuid string) map[string]any {
	l.t.Helper()
	return decode(l.t, []byte(l.must("", "get", uuid).stdout))
}

func decode(t *testing.T, text []byte) map[string]any {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal(text, &object); err != nil {
		t.Fatal(err)
	}
	return object
}

func (l *testLab) run(program func(*node.Call) int, name, stdin string, args ...string) outcome {
	l.t.Helper()
	n, err := node.Open(l.dir)
	if err != nil {
		l.t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	call := &node.Call{Node: n, Program: name, Args: args, Stdin: strings.NewReader(stdin), Stdout: &stdout, Stderr: &stderr}
	exit := program(call)
	if err := n.Save(); err != nil {
		l.t.Fatal(err)
	}
	if err := n.Close(); err != nil {
		l.t.Fatal(err)
	}
	return outcome{stdout: stdout.String(), stderr: stderr.String(), exit: exit}
}
