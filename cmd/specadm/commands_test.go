package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// call is one line of calls.ndjson.
type call struct {
	Program string   `json:"program"`
	Args    []string `json:"args"`
	Mutates bool     `json:"mutates"`
}

func (c call) String() string { return c.Program + " " + strings.Join(c.Args, " ") }

func readCalls(ts *testscript.TestScript) []call {
	file, err := os.Open(filepath.Join(ts.Getenv("LAB"), "calls.ndjson"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	ts.Check(err)
	defer file.Close()
	var calls []call
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c call
		ts.Check(json.Unmarshal(lines.Bytes(), &c))
		calls = append(calls, c)
	}
	ts.Check(lines.Err())
	return calls
}

// calls [mutating|reading] [PROGRAM [ARG...]] N: the lab has seen exactly N such calls since it was made, or since forget.
func cmdCalls(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: calls [mutating|reading] [PROGRAM [ARG...]] N")
	}
	want, err := strconv.Atoi(args[len(args)-1])
	ts.Check(err)
	words := args[:len(args)-1]
	kind := ""
	if len(words) > 0 && (words[0] == "mutating" || words[0] == "reading") {
		kind, words = words[0], words[1:]
	}
	var matching []string
	for _, c := range readCalls(ts) {
		said := append([]string{c.Program}, c.Args...)
		ofKind := kind == "" || c.Mutates == (kind == "mutating")
		if ofKind && len(said) >= len(words) && slices.Equal(said[:len(words)], words) {
			matching = append(matching, c.String())
		}
	}
	if len(matching) != want {
		ts.Fatalf("%d calls, want %d:\n%s", len(matching), want, strings.Join(matching, "\n"))
	}
}

// forget empties the log of calls.
func cmdForget(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: forget")
	}
	ts.Check(os.Truncate(filepath.Join(ts.Getenv("LAB"), "calls.ndjson"), 0))
}

// plan ARG...: specadm plan, which must succeed and must not have changed anything.
func cmdPlan(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("usage: plan ARG...")
	}
	before := mutating(ts)
	ts.Check(ts.Exec("specadm", append([]string{"plan"}, args...)...))
	if after := mutating(ts); len(after) > len(before) {
		ts.Fatalf("a plan changed the node:\n%s", strings.Join(after[len(before):], "\n"))
	}
}

// converged ARG...: nothing is left to do. A plan finds nothing, and an apply runs no command that changes the node.
func cmdConverged(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("usage: converged ARG...")
	}
	before := mutating(ts)
	if err := ts.Exec("specadm", append([]string{"plan", "--detailed-exitcode"}, args...)...); err != nil {
		ts.Fatalf("not converged: %v\n%s", err, ts.ReadFile("stdout"))
	}
	if err := ts.Exec("specadm", append([]string{"apply", "--auto-approve"}, args...)...); err != nil {
		ts.Fatalf("a second apply failed: %v\n%s", err, ts.ReadFile("stdout"))
	}
	if after := mutating(ts); len(after) > len(before) {
		ts.Fatalf("a second apply changed the node:\n%s", strings.Join(after[len(before):], "\n"))
	}
}

func mutating(ts *testscript.TestScript) []string {
	var lines []string
	for _, c := range readCalls(ts) {
		if c.Mutates {
			lines = append(lines, c.String())
		}
	}
	return lines
}

// replace FILE OLD NEW: edits a file; OLD must occur exactly once. \n stands for a line break.
func cmdReplace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace FILE OLD NEW")
	}
	unescape := strings.NewReplacer(`\n`, "\n")
	text, old := ts.ReadFile(args[0]), unescape.Replace(args[1])
	if n := strings.Count(text, old); n != 1 {
		ts.Fatalf("%q occurs %d times in %s", old, n, args[0])
	}
	// As editors do it: a new file that takes the place of the old one.
	path := ts.MkAbs(args[0])
	ts.Check(os.WriteFile(path+"~", []byte(strings.Replace(text, old, unescape.Replace(args[2]), 1)), 0o644))
	ts.Check(os.Rename(path+"~", path))
}

// status N PROGRAM ARG...: the program must leave with exactly this status.
func cmdStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N PROGRAM ARG...")
	}
	got, err := 0, ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	default:
		ts.Check(err)
	}
	if args[0] != strconv.Itoa(got) {
		ts.Fatalf("exit status %d, want %s", got, args[0])
	}
}

// signal NAME: sends a signal to the programs in the background.
func cmdSignal(ts *testscript.TestScript, neg bool, args []string) {
	signals := map[string]os.Signal{"HUP": syscall.SIGHUP, "INT": syscall.SIGINT, "TERM": syscall.SIGTERM}
	if neg || len(args) != 1 || signals[args[0]] == nil {
		ts.Fatalf("usage: signal HUP|INT|TERM")
	}
	for _, command := range ts.BackgroundCmds() {
		ts.Check(command.Process.Signal(signals[args[0]]))
	}
}

// eventually PATTERN PROGRAM ARG...: the program's standard output has the text at last.
func cmdEventually(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: eventually TEXT PROGRAM ARG...")
	}
	const patience = 30 * time.Second
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-tick.C {
		err := ts.Exec(args[1], args[2:]...)
		if err == nil && strings.Contains(ts.ReadFile("stdout"), args[0]) {
			return
		}
	}
	ts.Fatalf("%s", fmt.Sprintf("no %q after %s:\n%s", args[0], patience, ts.ReadFile("stdout")))
}

// instances N FILE [KEY=VALUE...]: writes N manifests of small zones into one file, with more properties if given.
func cmdInstances(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: instances N FILE [KEY=VALUE...]")
	}
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	var text strings.Builder
	for i := range n {
		z := zone(i)
		fmt.Fprintf(&text, "---\napiVersion: specadm/v1\nkind: Instance\nmetadata: {name: %s}\nspec:\n  uuid: %s\n", z.name, z.uuid)
		fmt.Fprintf(&text, "  brand: joyent-minimal\n  image_uuid: 01b2c898-945f-11e1-a523-af1afbe22822\n  max_physical_memory: 128\n")
		fmt.Fprintf(&text, "  state: stopped\n  nics:\n  - {nic_tag: admin, mac: %q, ips: [%s/16]}\n", z.mac, z.ip)
		for _, more := range args[2:] {
			key, value, _ := strings.Cut(more, "=")
			fmt.Fprintf(&text, "  %s: %s\n", key, value)
		}
	}
	file := ts.MkAbs(args[1])
	ts.Check(os.MkdirAll(filepath.Dir(file), 0o755))
	ts.Check(os.WriteFile(file, []byte(text.String()), 0o644))
}

// smallZone is what differs between the zones of instances.
type smallZone struct{ name, uuid, mac, ip string }

func zone(i int) smallZone {
	return smallZone{
		name: fmt.Sprintf("zone%04d", i),
		uuid: fmt.Sprintf("0b2c1111-9d0b-4a53-8a1e-%012d", i),
		mac:  fmt.Sprintf("02:08:20:10:%02x:%02x", i/256, i%256),
		ip:   fmt.Sprintf("10.1.%d.%d", i/256, i%256),
	}
}

// multiply N: the lab has the first zone of instances; it gets the others too, up to N, as copies of the first, mark included.
func cmdMultiply(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: multiply N")
	}
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	first := zone(0)
	ts.Check(ts.Exec("vmadm", "get", first.uuid))
	document := ts.ReadFile("stdout")
	var documents []string
	for i := 1; i < n; i++ {
		z := zone(i)
		documents = append(documents, strings.NewReplacer(first.name, z.name, first.uuid, z.uuid, first.mac, z.mac, first.ip, z.ip).Replace(document))
	}
	file := ts.MkAbs("multiplied.json")
	ts.Check(os.WriteFile(file, []byte("["+strings.Join(documents, ",")+"]"), 0o644))
	ts.Check(ts.Exec("specadm", "lab", "import", ts.Getenv("LAB"), file))
}

// same ARG...: vmadm and specadm print the same for the same arguments.
func cmdSame(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("usage: same ARG...")
	}
	ts.Check(ts.Exec("vmadm", args...))
	want := ts.ReadFile("stdout")
	ts.Check(ts.Exec("specadm", args...))
	if got := ts.ReadFile("stdout"); got != want {
		ts.Fatalf("vmadm prints\n%sspecadm prints\n%s", want, got)
	}
}

// planfile FILE ARG...: the plan is what the file says; -update rewrites the file.
func cmdPlanFile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: planfile FILE ARG...")
	}
	cmdPlan(ts, false, args[1:])
	got := ts.ReadFile("stdout")
	if *update {
		ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(got), 0o644))
	}
	if want := ts.ReadFile(args[0]); got != want {
		ts.Fatalf("the plan is\n%s%s says\n%s", got, args[0], want)
	}
}
