package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/drivers/lab"
)

// ways are how a run can lose a call: killed before its effect, while it goes on alone, after its effect, or alive without having heard of it.
var ways = []struct {
	name   string
	faults []lab.Fault
	dies   bool // the run, not only the call
}{
	{"killed before", []lab.Fault{{Effect: lab.Orphan}, {Effect: lab.Die}}, true},
	{"killed during", []lab.Fault{{Effect: lab.Orphan}}, true},
	{"killed after", []lab.Fault{{Effect: lab.Orphan, At: lab.AtEnd}}, true},
	{"it worked, but nobody heard", []lab.Fault{{Effect: lab.Die, At: lab.AtEnd}}, false},
}

// TestKilledAtAnyCommand (Kill at any moment, Deterministic identity, Ambiguous command result; trap T29) kills the program at every command of a
// run that takes every verb, reads included, and a few times one run after the other at random times. The next run converges, ends
// where an undisturbed one ends, and makes nothing twice. By default some of the commands are lost, each in one of the ways; with SPECADM_SOAK=1 in
// the environment (make soak) all are, in all ways.
func TestKilledAtAnyCommand(t *testing.T) {
	t.Parallel()
	prepared := newCrashNode(t, t.TempDir())
	prepared.prepare()
	calm := prepared.copy(t)
	start := time.Now()
	calm.must("apply", "manifests", "--auto-approve", "--max-risk", "destroy")
	took := time.Since(start)
	calls := calm.calls()
	end := calm.end()
	calm.settled()
	verbs := map[string]bool{}
	for _, call := range calls {
		verbs[verb(call)] = true
	}
	for _, verb := range []string{
		"imgadm import", "imgadm delete", "vmadm create", "vmadm update", "vmadm start", "vmadm stop", "vmadm reboot", "vmadm reprovision",
		"vmadm delete", "vmadm create-snapshot", "vmadm delete-snapshot", "zfs set", "zfs inherit", "zfs create", "fwadm add", "fwadm update", "fwadm delete",
	} {
		if !verbs[verb] {
			t.Errorf("no %s among %d calls", verb, len(calls))
		}
	}
	first := slices.IndexFunc(calls, func(c lab.Call) bool { return c.Mutates })
	for k, call := range calls {
		for i, way := range ways {
			if os.Getenv("SPECADM_SOAK") == "" && (i != k/7%len(ways) || k%7 != 0 || !call.Mutates) {
				continue
			}
			t.Run(fmt.Sprintf("%02d %s, %s", k+1, verb(call), way.name), func(t *testing.T) {
				t.Parallel()
				n := prepared.copy(t)
				faults := slices.Clone(way.faults)
				for j := range faults {
					faults[j].Nth = k + 1
				}
				if err := lab.SetFaults(n.lab, faults); err != nil {
					t.Fatal(err)
				}
				_, said, code := n.run("apply", "manifests", "--auto-approve", "--max-risk", "destroy")
				if died := code == -1; died != way.dies {
					t.Fatalf("exit status %d:\n%s", code, said)
				}
				if err := lab.SetFaults(n.lab, nil); err != nil {
					t.Fatal(err)
				}
				if _, said := n.must("apply", "manifests", "--auto-approve", "--max-risk", "destroy"); way.dies && k >= first &&
					!strings.Contains(said, "the last run was interrupted") {
					t.Errorf("the kill is not told of:\n%s", said)
				}
				n.endsAs(end)
			})
		}
	}
	times := 1
	if os.Getenv("SPECADM_SOAK") != "" {
		times = 20
	}
	for i := range times {
		t.Run(fmt.Sprint("killed at random times, ", i), func(t *testing.T) {
			t.Parallel()
			n, random := prepared.copy(t), rand.New(rand.NewPCG(uint64(i), 0))
			for range 3 {
				n.killAfter(time.Duration(random.Int64N(int64(took))), "apply", "manifests", "--auto-approve", "--max-risk", "destroy")
			}
			n.must("apply", "manifests", "--auto-approve", "--max-risk", "destroy")
			n.endsAs(end)
		})
	}
}

func verb(call lab.Call) string {
	return strings.Join(append([]string{call.Program}, call.Args[:min(1, len(call.Args))]...), " ")
}

// crashNode is a lab with manifests, on which the program is run.
type crashNode struct {
	*testing.T
	dir, lab string
	program  string
}

func newCrashNode(t *testing.T, dir string) *crashNode {
	t.Helper()
	program, err := exec.LookPath("specadm") // a copy of this test
	if err != nil {
		t.Fatal(err)
	}
	n := &crashNode{T: t, dir: dir, lab: filepath.Join(dir, "lab"), program: program}
	if err := lab.Create(n.lab, lab.Options{Program: program}); err != nil {
		t.Fatal(err)
	}
	return n
}

// copy is the same node once more, with an empty log of calls. Only the programs in bin know where they are.
func (n *crashNode) copy(t *testing.T) *crashNode {
	t.Helper()
	c := &crashNode{T: t, dir: t.TempDir(), program: n.program}
	c.lab = filepath.Join(c.dir, "lab")
	if text, err := exec.Command("cp", "-a", n.dir+"/.", c.dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	programs, err := os.ReadDir(filepath.Join(c.lab, "bin"))
	if err != nil {
		t.Fatal(err)
	}
	for _, program := range programs {
		path := filepath.Join(c.lab, "bin", program.Name())
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, bytes.ReplaceAll(text, []byte(n.lab), []byte(c.lab)), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Truncate(filepath.Join(c.lab, "calls.ndjson"), 0); err != nil {
		t.Fatal(err)
	}
	return c
}

// run runs the program; the code is -1 when it was killed.
func (n *crashNode) run(args ...string) (stdout, stderr string, code int) {
	n.Helper()
	return n.exec("", n.program, args...)
}

// command is a run of the program with the lab for its node.
func (n *crashNode) command(program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(n.Context(), program, args...)
	cmd.Dir = n.dir
	cmd.Env = append(os.Environ(), "SPECADM_NODE=lab:"+n.lab, "GORACE=atexit_sleep_ms=0", "NO_COLOR=1")
	return cmd
}

// killAfter runs the program and kills it, unless it ends before.
func (n *crashNode) killAfter(after time.Duration, args ...string) {
	n.Helper()
	ctx, cancel := context.WithTimeout(n.Context(), after)
	defer cancel()
	cmd := n.command(n.program, args...)
	if err := cmd.Start(); err != nil {
		n.Fatal(err)
	}
	stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() }) // fails when it has ended
	defer stop()
	var exit *exec.ExitError
	if err := cmd.Wait(); err != nil && !errors.As(err, &exit) {
		n.Fatal(err)
	}
}

func (n *crashNode) exec(stdin, program string, args ...string) (stdout, stderr string, code int) {
	n.Helper()
	var out, complaints bytes.Buffer
	cmd := n.command(program, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &complaints
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		n.Fatal(err)
	}
	return out.String(), complaints.String(), cmd.ProcessState.ExitCode()
}

// must runs the program, which must succeed.
func (n *crashNode) must(args ...string) (stdout, stderr string) {
	n.Helper()
	stdout, stderr, code := n.run(args...)
	if code != 0 {
		n.Fatalf("specadm %s: exit status %d\n%s%s", strings.Join(args, " "), code, stderr, stdout)
	}
	return stdout, stderr
}

// settled asserts that nothing is left to do: a plan is empty, and another apply changes nothing.
func (n *crashNode) settled() {
	n.Helper()
	n.must("plan", "manifests", "--detailed-exitcode")
	before := len(n.mutating())
	n.must("apply", "manifests", "--auto-approve", "--max-risk", "destroy")
	if after := n.mutating(); len(after) > before {
		n.Errorf("a second apply ran %v", after[before:])
	}
}

// endsAs asserts that nothing is left to do and that the node is as an undisturbed run leaves it.
func (n *crashNode) endsAs(end map[string]any) {
	n.Helper()
	n.settled()
	if d := cmp.Diff(end, n.end()); d != "" {
		n.Errorf("it ends otherwise than an undisturbed run (-undisturbed):\n%s", d)
	}
}

func (n *crashNode) calls() []lab.Call {
	n.Helper()
	calls, err := lab.Calls(n.lab)
	if err != nil {
		n.Fatal(err)
	}
	return calls
}

func (n *crashNode) mutating() []lab.Call {
	n.Helper()
	return slices.DeleteFunc(n.calls(), func(c lab.Call) bool { return !c.Mutates })
}

// end is what is on the node, apart from what differs from one boot and one run to the next.
func (n *crashNode) end() map[string]any {
	n.Helper()
	volatile := []string{"create_timestamp", "boot_timestamp", "exit_timestamp", "last_modified", "pid", "zoneid", "zonedid", "internal_metadata", "created_at", "updated_at", "version"}
	world := map[string]any{}
	for _, words := range [][]string{{"vmadm", "lookup", "-j"}, {"fwadm", "list", "-j"}} {
		var list []map[string]any
		if err := json.Unmarshal([]byte(n.hand(words...)), &list); err != nil {
			n.Fatal(err)
		}
		for _, one := range list {
			for _, name := range volatile {
				delete(one, name)
			}
			if snapshots, ok := one["snapshots"].([]any); ok {
				for _, snapshot := range snapshots {
					delete(snapshot.(map[string]any), "created_at")
				}
			}
			world[fmt.Sprint(words[0], " ", one["uuid"])] = one
		}
	}
	world["datasets"] = strings.Split(n.hand("zfs", "list", "-H", "-t", "all", "-o", "name,type,origin,quota,sync,volsize"), "\n")
	world["images"] = strings.Split(n.hand("imgadm", "list", "-H", "-o", "uuid"), "\n")
	return world
}

// hand runs a program of the lab, as somebody at a shell does.
func (n *crashNode) hand(words ...string) string {
	n.Helper()
	stdout, stderr, code := n.exec("", filepath.Join(n.lab, "bin", words[0]), words[1:]...)
	if code != 0 {
		n.Fatalf("%v: exit status %d: %s", words, code, stderr)
	}
	return stdout
}

// write writes the manifests of one of the worlds below, in one file.
func (n *crashNode) write(world string) {
	n.Helper()
	file := filepath.Join(n.dir, "manifests", "all.yaml")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		n.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(world), 0o644); err != nil {
		n.Fatal(err)
	}
}

// prepare brings the node to where the run that takes every verb begins.
func (n *crashNode) prepare() {
	n.Helper()
	world, err := os.ReadFile(filepath.Join("testdata", "crash.yaml"))
	if err != nil {
		n.Fatal(err)
	}
	n.write(stage(string(world), 1))
	n.must("apply", "manifests", "--auto-approve", "--max-risk", "destroy")
	n.settled()
	n.write(stage(string(world), 2))
	n.must("apply", "manifests", "--auto-approve", "--max-risk", "destroy")
	n.settled()
	n.hand("zfs", "destroy", "zones/cores/0c5c0000-0000-4000-8000-000000000001")
	n.write(stage(string(world), 3))
}

// stage takes the lines of one stage out of the manifests: those that end with "# 1", "# 23" and the like are of these stages only.
func stage(world string, number int) string {
	var lines []string
	for line := range strings.Lines(world) {
		text, stages, limited := strings.Cut(line, " # ")
		switch {
		case !limited:
			lines = append(lines, line)
		case strings.Contains(stages, fmt.Sprint(number)):
			lines = append(lines, text+"\n")
		}
	}
	return strings.Join(lines, "")
}
