package lab_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/drivers/lab"
)

// TestMain lets the scripts in DIR/bin start the test binary as their program.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "lab" && os.Args[2] == "exec" {
		os.Exit(lab.Exec(os.Args[3:], os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

const (
	smartosImage = "01b2c898-945f-11e1-a523-af1afbe22822"
	bhyveImage   = "462d1d03-8457-e134-a408-cf9ea2b9be96"
	someUUID     = "7a1e7d1c-29f1-4d6c-9d84-3a0c54a2b6f0"
)

// node is a lab and the programs in its bin.
type testNode struct {
	*testing.T
	dir string
}

func newNode(t *testing.T) testNode {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "lab")
	if err := lab.Create(dir, lab.Options{Hostname: "cn1"}); err != nil {
		t.Fatal(err)
	}
	return testNode{T: t, dir: dir}
}

// result is what a process left. A signal makes the status negative.
type result struct {
	Stdout, Stderr string
	Exit           int
}

// program makes a command of a script in DIR/bin.
func (n testNode) program(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(n.dir, "bin", name), args...)
	// Without GORACE every process of a race-detecting test binary sleeps for a second at its end.
	cmd.Env = []string{"PATH=" + filepath.Join(n.dir, "bin") + ":/usr/bin:/bin", "GORACE=atexit_sleep_ms=0"}
	return cmd
}

// run runs a script in DIR/bin with a text on its standard input.
func (n testNode) run(stdin, name string, args ...string) result {
	n.Helper()
	var stdout, stderr bytes.Buffer
	cmd := n.program(name, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &stdout, &stderr
	err := cmd.Run()
	var exited *exec.ExitError
	if err != nil && !errors.As(err, &exited) {
		n.Fatal(err)
	}
	return result{Stdout: stdout.String(), Stderr: stderr.String(), Exit: cmd.ProcessState.ExitCode()}
}

// must runs a program that has to succeed, and returns what it printed without the last line end.
func (n testNode) must(name string, args ...string) string {
	n.Helper()
	return n.mustWith("", name, args...)
}

func (n testNode) mustWith(stdin, name string, args ...string) string {
	n.Helper()
	r := n.run(stdin, name, args...)
	if r.Exit != 0 {
		n.Fatalf("%s %s: status %d\n%s", name, strings.Join(args, " "), r.Exit, r.Stderr)
	}
	return strings.TrimSuffix(r.Stdout, "\n")
}

// refuses runs a program that has to fail with a text.
func (n testNode) refuses(stderr, name string, args ...string) {
	n.Helper()
	r := n.run("", name, args...)
	if diff := cmp.Diff(result{Stderr: stderr + "\n", Exit: 1}, r); diff != "" {
		n.Errorf("%s %s (-wanted +found):\n%s", name, strings.Join(args, " "), diff)
	}
}

func (n testNode) faults(faults ...lab.Fault) {
	n.Helper()
	if err := lab.SetFaults(n.dir, faults); err != nil {
		n.Fatal(err)
	}
}

// zone makes a stopped instance.
func (n testNode) zone() {
	n.Helper()
	n.mustWith(`{"uuid": "`+someUUID+`", "brand": "joyent", "image_uuid": "`+smartosImage+`", "alias": "web0", "autoboot": false}`,
		"vmadm", "create")
}

// object is what vmadm get shows.
func (n testNode) object(uuid string) map[string]any {
	n.Helper()
	var object map[string]any
	if err := json.Unmarshal([]byte(n.must("vmadm", "get", uuid)), &object); err != nil {
		n.Fatal(err)
	}
	return object
}
