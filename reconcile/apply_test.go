package reconcile

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/drivers"
	"github.com/specadm/specadm/drivers/lab"
	"github.com/specadm/specadm/spec"
)

func TestApplyCostsAsManyCommandsAsThereAreInstancesToChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const instances = 10
	for i := range instances {
		w.manifest(zone(fmt.Sprintf("web%d", i), "quota: 10", "autoboot: false", "tags: {role: web}"))
	}
	step := func(name, want string, do func()) {
		t.Helper()
		before := w.count()
		do()
		if d := cmp.Diff(want, w.count().since(before)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	changed := func(name string) {
		t.Helper()
		outcome := w.apply()
		if totals := outcome.Totals(); totals != (Totals{Changed: instances, Touched: instances}) {
			t.Errorf("%s: %v", name, tell(outcome))
		}
	}
	step("a plan only reads", "1 vmadm reads, 1 zfs reads", func() {
		if _, err := Plan(t.Context(), w.options()); err != nil {
			t.Fatal(err)
		}
	})
	step("creating ten", "2 vmadm reads, 2 zfs reads, 10 vmadm create", func() { changed("creating ten") })
	step("in sync", "1 vmadm reads, 1 zfs reads", func() {
		if totals := w.apply().Totals(); totals != (Totals{Unchanged: instances}) {
			t.Errorf("in sync: %+v", totals)
		}
	})
	w.settled()
	for i := range instances {
		w.manifest(zone(fmt.Sprintf("web%d", i), "quota: 20", "autoboot: false", "tags: {role: app}"))
	}
	step("changing ten", "2 vmadm reads, 2 zfs reads, 10 vmadm update", func() { changed("changing ten") })
	w.settled()
}

func TestApplyPutsDriftRight(t *testing.T) {
	t.Parallel()
	w := newWorld(t, zone("web0", "quota: 10", "autoboot: false"), zone("web1", "quota: 10"), zone("web2", "quota: 10"))
	w.apply()
	w.settled()
	w.hand(`{"quota": 30}`, "vmadm", "update", w.uuid("web0"))
	w.hand("", "zfs", "set", "quota=5G", "zones/"+w.uuid("web1"))
	w.hand("", "vmadm", "delete", w.uuid("web2"))
	preview, err := Plan(t.Context(), w.options())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, item := range preview.Plan.Items {
		line := fmt.Sprintf("%s %s", item.Name, item.Action)
		for _, change := range item.Changes {
			if item.Action == diff.Update {
				line += fmt.Sprintf(", %s %v -> %v (%s)", change.Path, change.Before, change.After, change.Cause)
			}
		}
		got = append(got, line)
	}
	want := []string{"web0 update, quota 30 -> 10 (drift)", "web1 update, quota 5 -> 10 (drift)", "web2 create"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if totals := w.apply().Totals(); totals != (Totals{Changed: 3, Touched: 3}) {
		t.Errorf("%+v", totals)
	}
	w.settled()
}

func TestApplyJudgesByWhatTheNodeShows(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name  string
		fault lab.Fault
		want  []string // UUID stands for the uuid of web0
		calls string
	}{
		{
			name:  "a success without effect names the field",
			fault: lab.Fault{Program: "vmadm", Verb: "update", Effect: lab.Pretend},
			want: []string{"web0 failed", "  update: done", "  cause: the platform said success, but quota is 10, wanted 20, was 10",
				"  next: vmadm get UUID shows what the platform keeps; if it cannot be otherwise, change the manifest"},
			calls: "5 vmadm reads, 5 zfs reads, 1 vmadm update",
		},
		{
			name:  "a failure after the change went through is a success with a warning",
			fault: lab.Fault{Program: "vmadm", Verb: "update", At: lab.AtEnd, Effect: lab.Fail, Stderr: `first of 1 error: vminfod watchForChanges "x" timeout exceeded`},
			want: []string{"web0 changed, touched", "  update: failed",
				`  warning: update failed, but its change is in place: cannot update UUID: vminfod watchForChanges "x" timeout exceeded`},
			calls: "2 vmadm reads, 2 zfs reads, 1 vmadm update",
		},
		{
			name:  "a failure before anything happened is a failure",
			fault: lab.Fault{Program: "vmadm", Verb: "update", Effect: lab.Fail, Stderr: "no luck"},
			want: []string{"web0 failed", "  update: failed", "  cause: cannot update UUID: no luck",
				"  next: apply again once the cause is gone; what is in place stays"},
			calls: "2 vmadm reads, 2 zfs reads, 1 vmadm update",
		},
		{
			name:  "a vmadm that dies late has done its work",
			fault: lab.Fault{Program: "vmadm", Verb: "update", At: lab.AtEnd, Effect: lab.Die, Signal: "SEGV"},
			want: []string{"web0 changed, touched", "  update: failed",
				"  warning: update failed, but its change is in place: cannot update UUID: vmadm update UUID: died of signal: segmentation fault: Successfully updated VM UUID"},
			calls: "2 vmadm reads, 2 zfs reads, 1 vmadm update",
		},
		{
			name:  "a vmadm that hangs is stopped at its deadline, and what it did before counts",
			fault: lab.Fault{Program: "vmadm", Verb: "update", At: lab.AtEnd, Effect: lab.Hang},
			want: []string{"web0 changed, touched", "  update: failed",
				"  warning: update failed, but its change is in place: cannot update UUID: stopped after 2s without an end: context deadline exceeded"},
			calls: "2 vmadm reads, 2 zfs reads, 1 vmadm update",
		},
		{
			name:  "a look that breaks off leaves nobody knowing",
			fault: lab.Fault{Program: "vmadm", Verb: "lookup", Nth: 2, Effect: lab.Truncate, Keep: 100},
			want: []string{"web0 failed, touched", "  update: done", "  cause: the node could not be read again, so nobody knows whether it took effect",
				"  next: specadm plan shows what is left",
				"run: cannot read the node again: cannot read the instances of the node: cannot lookup: its output breaks off after 100 bytes"},
			calls: "2 vmadm reads, 1 zfs reads, 1 vmadm update",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, zone("web0", "quota: 10"))
			w.apply()
			w.manifest(zone("web0", "quota: 20"))
			w.faults(c.fault)
			before := w.count()
			outcome := w.apply(func(o *Options) {
				o.Runner = runnerFunc(func(ctx context.Context, command drivers.Command) (drivers.Result, error) {
					command.Timeout = min(command.Timeout, 2*time.Second)
					return w.runner.Run(ctx, command)
				})
				o.Clock.Sleep = func(context.Context, time.Duration) {}
			})
			var got []string
			for _, line := range tell(outcome) {
				got = append(got, strings.ReplaceAll(line, w.uuid("web0"), "UUID"))
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(c.calls, w.count().since(before)); d != "" {
				t.Errorf("commands: %s", d)
			}
			w.faults()
			w.apply()
			w.settled()
		})
	}
}

func TestApplyCyclesAndRebootsOnlyWhereAllowed(t *testing.T) {
	t.Parallel()
	vm := func(ram, disk int) string {
		return fmt.Sprintf("vm0\nbrand: bhyve\nram: %d\nflexible_disk_size: 30000\ndisks:\n- {image_uuid: %s, boot: true, model: virtio}\n- {size: %d, model: virtio}\nstate: running",
			ram, bhyveImage, disk)
	}
	w := newWorld(t, vm(1024, 1024))
	live := func(o *Options) { o.MaxRisk = riskOf(spec.Live) }
	if totals := w.apply().Totals(); totals.Changed != 1 {
		t.Fatalf("creating: %+v", totals)
	}
	w.settled()

	w.manifest(vm(2048, 1024))
	w.faults(lab.Fault{Program: "vmadm", Verb: "update", Effect: lab.Fail, Stderr: "no luck"})
	before := w.count()
	if outcome := w.apply(); outcome.Totals().Failed != 1 {
		t.Error(tell(outcome))
	}
	if d := cmp.Diff("2 vmadm reads, 2 zfs reads, 1 vmadm update", w.count().since(before)); d != "" {
		t.Errorf("a machine must not be rebooted for what could not be stored: %s", d)
	}
	w.faults()
	before = w.count()
	outcome := w.apply(live)
	if d := cmp.Diff([]string{"vm0 held, touched", "  update: done", "  reboot: held, its risk is reboot, and live is allowed",
		"  next: apply again with --max-risk reboot"}, tell(outcome)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff("2 vmadm reads, 2 zfs reads, 1 vmadm update", w.count().since(before)); d != "" {
		t.Errorf("holding the reboot: %s", d)
	}
	before = w.count()
	outcome = w.apply(live)
	if d := cmp.Diff([]string{"vm0 held", "  reboot: held, its risk is reboot, and live is allowed", "  next: apply again with --max-risk reboot"}, tell(outcome)); d != "" {
		t.Errorf("the reboot was forgotten: %s", d)
	}
	if d := cmp.Diff("1 vmadm reads, 1 zfs reads", w.count().since(before)); d != "" {
		t.Errorf("holding the reboot again: %s", d)
	}
	before = w.count()
	w.apply()
	if d := cmp.Diff("2 vmadm reads, 2 zfs reads, 1 vmadm reboot", w.count().since(before)); d != "" {
		t.Errorf("rebooting: %s", d)
	}
	w.settled()

	w.hand(`{"autoboot": false}`, "vmadm", "update", w.uuid("vm0"))
	w.manifest(vm(2048, 2048))
	before = w.count()
	if outcome := w.apply(); outcome.Totals().Changed != 1 {
		t.Error(tell(outcome))
	}
	if d := cmp.Diff("2 vmadm reads, 2 zfs reads, 2 vmadm update, 1 vmadm start, 1 vmadm stop", w.count().since(before)); d != "" {
		t.Errorf("growing a disk: %s", d)
	}
	if instance := w.instance("vm0"); instance["state"] != "running" || instance["autoboot"] != false {
		t.Errorf("state %v, autoboot %v", instance["state"], instance["autoboot"])
	}
	w.settled()
}

func TestApplyEndsBeforeItBegins(t *testing.T) {
	t.Parallel()
	no := errors.New("no")
	cases := []struct {
		name   string
		change func(w *world, o *Options)
		check  func(error) bool
	}{
		{"when somebody says no", func(_ *world, o *Options) { o.Confirm = func(*Preview) error { return no } },
			func(err error) bool { return errors.Is(err, no) }},
		{"when manifests cannot be read", func(_ *world, o *Options) { o.Load = func() (*spec.Repository, error) { return nil, no } },
			func(err error) bool { return errors.Is(err, no) }},
		{"when another run is at work", func(w *world, o *Options) {
			if err := w.state.prepare(); err != nil {
				t.Fatal(err)
			}
			lock, err := w.state.lock(t.Context(), Holder{PID: 4711}, 0, nil)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := lock.release(); err != nil {
					t.Error(err)
				}
			})
		}, func(err error) bool {
			var locked *LockedError
			return errors.As(err, &locked) && locked.Holder.PID == 4711
		}},
		{"when the state directory cannot be written", func(w *world, o *Options) { o.State = OpenState(filepath.Join(w.manifests, "web0.yaml", "state")) },
			func(err error) bool { var failure *StateError; return errors.As(err, &failure) }},
		{"when the node cannot be read", func(w *world, _ *Options) {
			w.faults(lab.Fault{Program: "vmadm", Verb: "lookup", Effect: lab.Truncate})
		}, func(err error) bool { var failure *NodeError; return errors.As(err, &failure) }},
		{"when zfs cannot be read", func(w *world, _ *Options) {
			w.faults(lab.Fault{Program: "zfs", Verb: "get", Effect: lab.Fail, Stderr: "internal error"})
		}, func(err error) bool { var failure *NodeError; return errors.As(err, &failure) }},
		{"when the node changes while somebody thinks", func(w *world, o *Options) {
			o.Confirm = func(*Preview) error { w.hand(`{"quota": 15}`, "vmadm", "update", w.uuid("web0")); return nil }
		}, func(err error) bool { var stale *StaleError; return errors.As(err, &stale) && stale.Item == "web0" }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, zone("web0", "quota: 10"))
			w.apply()
			w.manifest(zone("web0", "quota: 20", "tags: {a: b}"))
			options := w.options()
			before := w.count()
			c.change(w, &options)
			outcome, err := Apply(t.Context(), options)
			if err == nil || !c.check(err) || outcome != nil {
				t.Errorf("got %v, %v", outcome, err)
			}
			byHand := 0
			if strings.Contains(c.name, "thinks") {
				byHand = 1
			}
			if n := w.count().mutating - before.mutating - byHand; n != 0 {
				t.Errorf("%d mutating commands", n)
			}
		})
	}
}

// TestApplyConvergesWhenKilledAtAnyCommand ends the run at every command in turn as a kill does: no more commands, no journal, a lock
// that the kernel gives back. The next run ends where an undisturbed one ends.
func TestApplyConvergesWhenKilledAtAnyCommand(t *testing.T) {
	t.Parallel()
	manifests := []string{
		zone("web0", "quota: 20", "state: running", "tags: {role: web}"),
		zone("web1", "state: stopped"),
		zone("web2", "quota: 5"),
		"web3\nbrand: joyent-minimal\nimage_uuid: " + joyentImage + "\nstate: absent",
		machine("20GiB"),
	}
	prepare := func(t *testing.T) *world {
		w := newWorld(t, zone("web0", "quota: 10", "state: stopped"), zone("web1"), zone("web3"), machine("10GiB"))
		w.apply()
		w.manifest(manifests...)
		return w
	}
	calm := prepare(t)
	before := calm.count()
	calm.apply()
	calm.settled()
	commands := calm.count().mutating - before.mutating
	if commands < 5 {
		t.Fatalf("only %d commands", commands)
	}
	for k := 1; k <= commands; k++ {
		for _, late := range []bool{false, true} {
			t.Run(fmt.Sprintf("command %d, after its effect: %v", k, late), func(t *testing.T) {
				t.Parallel()
				w := prepare(t)
				killed := w.killAt(k, late)
				if !killed {
					t.Fatal("the run was not killed")
				}
				preview, err := Plan(t.Context(), w.options())
				if err != nil {
					t.Fatal(err)
				}
				if preview.Unfinished == nil {
					t.Error("the killed run is not told of")
				}
				outcome := w.apply()
				if totals := outcome.Totals(); totals.Changed+totals.Unchanged != len(outcome.Items) {
					t.Error(tell(outcome))
				}
				w.settled()
				for _, name := range []string{"vm0", "web0", "web1", "web2", "web3"} {
					if d := cmp.Diff(calm.instance(name), w.instance(name), ignoreTimes()); d != "" {
						t.Errorf("%s: %s", name, d)
					}
				}
			})
		}
	}
}

// machine is a running virtual machine whose power nobody manages, so that only specadm knows that a stop of its own is to be followed by a
// start.
func machine(size string) string {
	return "vm0\nbrand: bhyve\nram: 256\nflexible_disk_size: 40GiB\ndisks: [{size: " + size + ", model: virtio, uuid: 0e6cf1a4-9fd4-4c8f-8f8e-b7a3d2a6c7aa}]"
}

// killAt applies with a process that dies at its k-th mutating command.
func (w *world) killAt(k int, late bool) (killed bool) {
	w.Helper()
	options := w.options()
	options.Command, options.Clock.Now = "specadm apply", nil
	n := 0
	options.Runner = runnerFunc(func(ctx context.Context, command drivers.Command) (drivers.Result, error) {
		if !command.Mutates {
			return w.runner.Run(ctx, command)
		}
		if n++; n < k {
			return w.runner.Run(ctx, command)
		}
		if late {
			if _, err := w.runner.Run(ctx, command); err != nil {
				w.Error(err)
			}
		}
		panic(errDied)
	})
	defer func() {
		if cause := recover(); cause != nil {
			if cause != any(errDied) {
				panic(cause)
			}
			killed = true
			w.forgetEnd()
		}
	}()
	if _, err := Apply(w.Context(), options); err != nil {
		w.Fatal(err)
	}
	return false
}

// forgetEnd makes the journal what it is after a kill: deferred calls of a panic have written an end that a dead process does not, and
// the process that wrote it is still alive.
func (w *world) forgetEnd() {
	w.Helper()
	path := w.state.path("journal.ndjson")
	text, err := os.ReadFile(path)
	if err != nil {
		w.Fatal(err)
	}
	lines := strings.SplitAfter(strings.TrimSuffix(string(text), "\n"), "\n")
	if last := lines[len(lines)-1]; !strings.Contains(last, `"record":"end"`) {
		w.Fatalf("the journal ends with %s", last)
	}
	journal := strings.Join(lines[:len(lines)-1], "")
	journal = strings.ReplaceAll(journal, fmt.Sprintf(`"pid":%d`, os.Getpid()), `"pid":1073741824`)
	if err := os.WriteFile(path, []byte(journal), 0o600); err != nil {
		w.Fatal(err)
	}
}

// ignoreTimes compares instances of two labs apart from what differs from one boot and one node to the next.
func ignoreTimes() cmp.Option {
	volatile := []string{"create_timestamp", "boot_timestamp", "exit_timestamp", "last_modified", "pid", "zoneid", "zonedid", "server_uuid", "internal_metadata"}
	return cmp.FilterPath(func(p cmp.Path) bool {
		index, ok := p.Last().(cmp.MapIndex)
		return ok && slices.Contains(volatile, index.Key().String())
	}, cmp.Ignore())
}
