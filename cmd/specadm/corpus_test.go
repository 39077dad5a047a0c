package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCorpusIsAdoptedUnchanged takes whole documents that vmadm printed on real nodes into a lab, exports them as manifests and applies
// these: all that changes is the owner mark, by one command, and then there is nothing to do.
func TestCorpusIsAdoptedUnchanged(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("the work is done by processes of a lab, one after the other")
	}
	documents, err := filepath.Glob("testdata/corpus/*.json")
	if err != nil || len(documents) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	for _, document := range documents {
		t.Run(strings.TrimSuffix(filepath.Base(document), ".json"), func(t *testing.T) {
			t.Parallel()
			n := importedNode{T: t, lab: filepath.Join(t.TempDir(), "lab")}
			n.specadm(0, "lab", "create", n.lab)
			n.specadm(0, "lab", "import", n.lab, document)
			manifest := filepath.Join(t.TempDir(), "exported.yaml")
			if err := os.WriteFile(manifest, n.specadm(0, "export"), 0o644); err != nil {
				t.Fatal(err)
			}
			before := n.instances()

			if plan := string(n.specadm(2, "plan", manifest, "--detailed-exitcode")); strings.Contains(plan, "->") {
				t.Errorf("the plan changes more than the owner mark:\n%s", plan)
			}
			if err := os.Remove(filepath.Join(n.lab, "calls.ndjson")); err != nil {
				t.Fatal(err)
			}
			n.specadm(0, "apply", manifest, "--auto-approve")
			if diff := cmp.Diff([]string{"vmadm update"}, n.changes()); diff != "" {
				t.Errorf("commands that change the node (-wanted +found):\n%s", diff)
			}
			n.specadm(0, "plan", manifest, "--detailed-exitcode")
			if diff := cmp.Diff(before, n.instances()); diff != "" {
				t.Errorf("instances before (-) and after (+) they were adopted:\n%s", diff)
			}
		})
	}
}

// importedNode is a lab that instances were imported into.
type importedNode struct {
	*testing.T
	lab string
}

// specadm runs the program on the lab, which must leave with the status, and returns its standard output.
func (n importedNode) specadm(status int, args ...string) []byte {
	n.Helper()
	cmd := exec.Command("specadm", args...)
	cmd.Env = append(os.Environ(), "SPECADM_NODE=lab:"+n.lab)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); cmd.ProcessState.ExitCode() != status {
		n.Fatalf("specadm %s: %v, want status %d\n%s%s", strings.Join(args, " "), err, status, stdout.Bytes(), stderr.Bytes())
	}
	return stdout.Bytes()
}

// instances is what vmadm shows of all instances, without owner marks, the time of the last change, and the limits that every update
// fills in where an old platform left them out (reference 9.2).
func (n importedNode) instances() []map[string]any {
	n.Helper()
	text, err := exec.Command(filepath.Join(n.lab, "bin", "vmadm"), "lookup", "-j").Output()
	if err != nil {
		n.Fatal(err)
	}
	var instances []map[string]any
	if err := json.Unmarshal(text, &instances); err != nil {
		n.Fatal(err)
	}
	for _, instance := range instances {
		for _, key := range []string{"last_modified", "max_msg_ids", "max_sem_ids", "max_shm_ids", "max_shm_memory"} {
			delete(instance, key)
		}
		metadata, _ := instance["internal_metadata"].(map[string]any)
		delete(metadata, "specadm:owner")
	}
	return instances
}

// changes are the commands that changed the lab, without their arguments.
func (n importedNode) changes() []string {
	n.Helper()
	log, err := os.ReadFile(filepath.Join(n.lab, "calls.ndjson"))
	if err != nil {
		n.Fatal(err)
	}
	var changes []string
	for line := range bytes.Lines(log) {
		var c call
		if err := json.Unmarshal(line, &c); err != nil {
			n.Fatal(err)
		}
		if c.Mutates {
			changes = append(changes, c.Program+" "+c.Args[0])
		}
	}
	return changes
}
