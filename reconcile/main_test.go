package reconcile

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/specadm/specadm/drivers"
	"github.com/specadm/specadm/drivers/lab"
	"github.com/specadm/specadm/drivers/local"
	"github.com/specadm/specadm/spec"
)

// TestMain lets the scripts in DIR/bin of a lab start the test binary as their program.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "lab" && os.Args[2] == "exec" {
		os.Exit(lab.Exec(os.Args[3:], os.Stdin, os.Stdout, os.Stderr))
	}
	for name, value := range map[string]string{"rapid.seed": "1", "rapid.checks": "200"} { // the same cases every time; flags ask for others
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

const (
	joyentImage = "01b2c898-945f-11e1-a523-af1afbe22822"
	bhyveImage  = "462d1d03-8457-e134-a408-cf9ea2b9be96"
)

// world is a lab with manifests and a state directory: all that a run works on.
type world struct {
	*testing.T
	lab, manifests string
	state          State
	runner         drivers.Runner
}

func newWorld(t *testing.T, manifests ...string) *world {
	t.Helper()
	root := t.TempDir()
	w := &world{T: t, lab: filepath.Join(root, "lab"), manifests: filepath.Join(root, "manifests"), state: OpenState(filepath.Join(root, "state"))}
	// Without GORACE every process of a race-detecting test binary sleeps for a second at its end.
	program := filepath.Join(root, "program")
	test, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(program, []byte("#!/bin/sh\nGORACE=atexit_sleep_ms=0 exec '"+test+"' \"$@\"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := lab.Create(w.lab, lab.Options{Hostname: "cn1", Program: program}); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(w.manifests, 0o755); err != nil {
		t.Fatal(err)
	}
	w.manifest(manifests...)
	if w.runner, err = local.New(local.Options{Bin: filepath.Join(w.lab, "bin")}); err != nil {
		t.Fatal(err)
	}
	return w
}

// manifest writes manifests: the first line is the name, the rest stands below spec.
func (w *world) manifest(texts ...string) {
	w.Helper()
	for _, text := range texts {
		name, body, _ := strings.Cut(strings.TrimSpace(text), "\n")
		document := "apiVersion: specadm/v1\nkind: Instance\nmetadata:\n  name: " + name + "\npolicy: {grace: 0, protect: false}\nspec:\n"
		for line := range strings.Lines(body) {
			document += "  " + strings.TrimPrefix(line, "\t")
		}
		if err := os.WriteFile(filepath.Join(w.manifests, name+".yaml"), []byte(document+"\n"), 0o644); err != nil {
			w.Fatal(err)
		}
	}
}

// zone is a manifest of a small zone; lines are added to its spec.
func zone(name string, lines ...string) string {
	return name + "\nbrand: joyent-minimal\nimage_uuid: " + joyentImage + "\nmax_physical_memory: 256\n" + strings.Join(lines, "\n")
}

func (w *world) options() Options {
	return Options{
		Runner: w.runner, State: w.state, Command: "specadm apply", MaxRisk: riskOf(spec.Destroy),
		Load: func() (*spec.Repository, error) { return spec.Load([]string{w.manifests}, spec.LoadOptions{}) },
	}
}

// apply runs Apply, which must get as far as executing.
func (w *world) apply(change ...func(*Options)) *Outcome {
	w.Helper()
	options := w.options()
	for _, do := range change {
		do(&options)
	}
	outcome, err := Apply(w.Context(), options)
	if err != nil {
		w.Fatal(err)
	}
	return outcome
}

// settled asserts what must hold after every successful apply: a plan has nothing left, and applying again changes nothing.
func (w *world) settled() {
	w.Helper()
	preview, err := Plan(w.Context(), w.options())
	if err != nil {
		w.Fatal(err)
	}
	for _, item := range preview.Plan.Items {
		if len(item.Steps)+len(item.Changes)+len(item.Blocked) > 0 {
			w.Errorf("%s is not settled: changes %v, steps %v, blocked %v", item.Name, item.Changes, item.Steps, item.Blocked)
		}
	}
	before := w.count()
	outcome := w.apply()
	if totals := outcome.Totals(); totals.Unchanged != len(outcome.Items) {
		w.Errorf("a second apply: %v", tell(outcome))
	}
	if after := w.count(); after.mutating != before.mutating {
		w.Errorf("a second apply ran %d mutating commands", after.mutating-before.mutating)
	}
}

// counts are numbers of processes so far.
type counts struct {
	vmadmReads, zfsReads, sysinfo int
	mutating                      int
	verbs                         map[string]int // mutating, by "vmadm update"
}

func (w *world) count() counts {
	w.Helper()
	calls, err := lab.Calls(w.lab)
	if err != nil {
		w.Fatal(err)
	}
	c := counts{verbs: map[string]int{}}
	for _, call := range calls {
		switch {
		case call.Mutates:
			c.mutating++
			c.verbs[call.Program+" "+call.Args[0]]++
		case call.Program == "vmadm":
			c.vmadmReads++
		case call.Program == "zfs":
			c.zfsReads++
		case call.Program == "sysinfo":
			c.sysinfo++
		default:
			w.Errorf("an unexpected process: %s %v", call.Program, call.Args)
		}
	}
	return c
}

// since is what ran after before.
func (c counts) since(before counts) string {
	text := fmt.Sprintf("%d vmadm reads, %d zfs reads", c.vmadmReads-before.vmadmReads, c.zfsReads-before.zfsReads)
	for _, verb := range []string{"imgadm import", "vmadm create", "vmadm update", "vmadm start", "vmadm stop", "vmadm reboot", "vmadm delete", "zfs create", "zfs set"} {
		if n := c.verbs[verb] - before.verbs[verb]; n > 0 {
			text += fmt.Sprintf(", %d %s", n, verb)
		}
	}
	return text
}

// hand runs a program of the lab, as a person at a shell does, and forgets it in the count.
func (w *world) hand(stdin, program string, args ...string) string {
	w.Helper()
	command := exec.Command(filepath.Join(w.lab, "bin", program), args...)
	command.Stdin = strings.NewReader(stdin)
	text, err := command.CombinedOutput()
	if err != nil {
		w.Fatalf("%s %v: %v\n%s", program, args, err, text)
	}
	return string(text)
}

func (w *world) faults(faults ...lab.Fault) {
	w.Helper()
	if err := lab.SetFaults(w.lab, faults); err != nil {
		w.Fatal(err)
	}
}

// uuid is the uuid that a manifest's instance has.
func (w *world) uuid(name string) string {
	w.Helper()
	repository, err := w.options().Load()
	if err != nil {
		w.Fatal(err)
	}
	for _, manifest := range repository.Manifests {
		if manifest.Name == name {
			return manifest.UUID
		}
	}
	w.Fatalf("no manifest is named %s", name)
	return ""
}

// instance is what the node shows of an instance; nil when it is not there.
func (w *world) instance(name string) spec.Object {
	w.Helper()
	found, err := Observe(w.Context(), w.runner)
	if err != nil {
		w.Fatal(err)
	}
	return found.Instances[w.uuid(name)]
}

// runnerFunc is a Runner made of a function.
type runnerFunc func(context.Context, drivers.Command) (drivers.Result, error)

func (f runnerFunc) Run(ctx context.Context, command drivers.Command) (drivers.Result, error) {
	return f(ctx, command)
}
