package reconcile

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/spec"
)

// execute runs one plan on a node, as Apply does.
func execute(ctx context.Context, node *fakeNode, options ExecuteOptions, wishes ...wish) (*Outcome, []time.Duration) {
	var slept []time.Duration
	options.Runner, options.Compute, options.Clock = node, compute(wishes...), stillClock(&slept)
	options.Look = func(ctx context.Context) (diff.Found, error) { return Observe(ctx, node) }
	found, err := options.Look(ctx)
	if err != nil {
		panic(err)
	}
	return Execute(ctx, options.Compute(found), options), slept
}

// tell writes an outcome down, one line an item and one for each thing worth a line.
func tell(o *Outcome) []string {
	var lines []string
	for _, item := range o.Items {
		line := fmt.Sprintf("%s %s", item.Name, item.Result)
		if item.Touched {
			line += ", touched"
		}
		if item.Rounds > 1 {
			line += fmt.Sprintf(", %d rounds", item.Rounds)
		}
		lines = append(lines, line)
		for _, step := range item.Steps {
			line := fmt.Sprintf("  %s: %s", step.Verb, step.Outcome)
			if step.Why != "" {
				line += ", " + step.Why
			}
			lines = append(lines, line)
		}
		if item.Cause != nil {
			lines = append(lines, "  cause: "+item.Cause.Error())
		}
		for _, reason := range item.Blocked {
			lines = append(lines, "  blocked: "+reason.Text)
		}
		for _, warning := range item.Warnings {
			lines = append(lines, "  warning: "+warning)
		}
		if item.Next != "" {
			lines = append(lines, "  next: "+item.Next)
		}
	}
	if o.Err != nil {
		lines = append(lines, "run: "+o.Err.Error())
	}
	if o.Interrupted {
		lines = append(lines, "interrupted")
	}
	return lines
}

func riskOf(r spec.Risk) *spec.Risk { return &r }

func TestExecute(t *testing.T) {
	t.Parallel()
	const image = "01b2c898-945f-11e1-a523-af1afbe22822"
	web := func(properties spec.Object) wish { return wish{name: "web0", properties: properties} }
	db := func(properties spec.Object) wish { return wish{name: "db0", properties: properties} }
	u, d := uuidOf("web0"), uuidOf("db0")
	timeout := `vminfod watchForChanges "VM.js" timeout exceeded`
	cases := []struct {
		name    string
		running []string // instances that are there and run
		stopped []string
		have    spec.Object // of each of them
		images  []string
		faults  map[int]fault
		before  map[int]func(*fakeNode)
		lag     int
		options ExecuteOptions
		wishes  []wish
		calls   []string
		looks   int // besides the one before the plan
		slept   int
		want    []string
	}{
		{
			name:    "nothing to do costs nothing",
			running: []string{"web0"},
			wishes:  []wish{web(nil), {name: "db0", blocked: "it is foreign"}},
			want:    []string{"web0 unchanged", "db0 blocked", "  blocked: it is foreign", "  next: do otherwise"},
		},
		{
			name:    "every instance has its commands, then the node is read once",
			running: []string{"web0"},
			wishes:  []wish{web(spec.Object{"quota": int64(20), "tag": "x"}), db(spec.Object{"quota": int64(5)}), {name: "gone", state: spec.Absent}},
			calls:   []string{"update web0", "create db0"},
			looks:   1,
			want:    []string{"web0 changed, touched", "  update: done", "db0 changed, touched", "  create: done", "gone unchanged"},
		},
		{
			name:    "a bad instance does not stop the others",
			running: []string{"web0", "db0"},
			faults:  map[int]fault{1: refuses},
			wishes:  []wish{web(spec.Object{"quota": int64(20)}), db(spec.Object{"quota": int64(5)})},
			calls:   []string{"update web0", "update db0"},
			looks:   1,
			want: []string{"web0 failed", "  update: failed", "  cause: cannot update " + u + ": refused by the test",
				"  next: apply again once the cause is gone; what is in place stays", "db0 changed, touched", "  update: done"},
		},
		{
			name:    "a command that failed although its change is in place is a success with a warning",
			running: []string{"web0"},
			faults:  map[int]fault{1: deceives},
			wishes:  []wish{web(spec.Object{"quota": int64(20)})},
			calls:   []string{"update web0"},
			looks:   1,
			want: []string{"web0 changed, touched", "  update: failed",
				"  warning: update failed, but its change is in place: cannot update " + u + ": " + timeout},
		},
		{
			name:    "a success without effect is an error that names the field",
			running: []string{"web0"},
			faults:  map[int]fault{1: lies},
			wishes:  []wish{web(spec.Object{"quota": int64(20), "secret": "hunter2"})},
			calls:   []string{"update web0"},
			looks:   4, slept: 3,
			want: []string{"web0 failed", "  update: done",
				"  cause: the platform said success, but quota is not set, wanted 20, was not set; secret is not as wanted",
				"  next: vmadm get " + u + " shows what the platform keeps; if it cannot be otherwise, change the manifest"},
		},
		{
			name:    "a node that shows a change late is given time",
			running: []string{"web0"}, lag: 2,
			wishes: []wish{web(spec.Object{"quota": int64(20)})},
			calls:  []string{"update web0"},
			looks:  3, slept: 2,
			want: []string{"web0 changed, touched", "  update: done"},
		},
		{
			name:    "a failure half way is a failure that touched the instance",
			running: []string{"web0"},
			faults:  map[int]fault{1: half},
			wishes:  []wish{web(spec.Object{"quota": int64(20), "tag": "x"})},
			calls:   []string{"update web0"},
			looks:   1,
			want: []string{"web0 failed, touched", "  update: failed", "  cause: cannot update " + u + ": refused half way by the test",
				"  next: apply again once the cause is gone; what is in place stays"},
		},
		{
			name:    "a start without effect is an error",
			stopped: []string{"web0"},
			faults:  map[int]fault{1: lies},
			wishes:  []wish{{name: "web0", state: spec.Running}},
			calls:   []string{"start web0"},
			looks:   4, slept: 3,
			want: []string{"web0 failed", "  start: done", "  cause: the platform said success, but state is stopped, wanted running, was stopped",
				"  next: vmadm get " + u + " shows what the platform keeps; if it cannot be otherwise, change the manifest"},
		},
		{
			name:    "what needs more risk than allowed is held, the rest is done",
			running: []string{"web0"},
			wishes:  []wish{web(spec.Object{"ram": int64(2048)})},
			calls:   []string{"update web0"},
			looks:   1,
			want: []string{"web0 held, touched", "  update: done", "  reboot: held, its risk is reboot, and live is allowed",
				"  next: apply again with --max-risk reboot"},
		},
		{
			name:    "nothing but held steps costs nothing, and the manifest's ceiling is named",
			running: []string{"web0"},
			options: ExecuteOptions{MaxRisk: riskOf(spec.Destroy)},
			wishes:  []wish{{name: "web0", properties: spec.Object{"disk": int64(1)}, maxRisk: riskOf(spec.Reboot)}},
			want: []string{"web0 held", "  stop: held, its risk is stop, and reboot is allowed", "  update: held, its risk is stop, and reboot is allowed",
				"  start: held, its risk is stop, and reboot is allowed", "  next: set policy.maxRisk: stop in the manifest"},
		},
		{
			name:    "a reboot that is allowed is done",
			running: []string{"web0"},
			options: ExecuteOptions{MaxRisk: riskOf(spec.Reboot)},
			wishes:  []wish{web(spec.Object{"ram": int64(2048)})},
			calls:   []string{"update web0", "reboot web0"},
			looks:   1,
			want:    []string{"web0 changed, touched", "  update: done", "  reboot: done"},
		},
		{
			name:    "a reboot without effect is an error",
			running: []string{"web0"},
			options: ExecuteOptions{MaxRisk: riskOf(spec.Reboot)},
			faults:  map[int]fault{2: lies},
			wishes:  []wish{web(spec.Object{"ram": int64(2048)})},
			calls:   []string{"update web0", "reboot web0"},
			looks:   4, slept: 3,
			want: []string{"web0 failed, touched", "  update: done", "  reboot: done", "  cause: the platform said success, but reboot had no effect",
				"  next: vmadm get " + u + " shows what the platform keeps; if it cannot be otherwise, change the manifest"},
		},
		{
			name:    "an instance that was taken down for a change is brought back when the change fails",
			running: []string{"web0"},
			options: ExecuteOptions{MaxRisk: riskOf(spec.Stop)},
			faults:  map[int]fault{2: refuses},
			wishes:  []wish{web(spec.Object{"disk": int64(1)})},
			calls:   []string{"stop web0", "update web0", "start web0"},
			looks:   1,
			want: []string{"web0 failed, touched", "  stop: done", "  update: failed", "  start: done", "  cause: cannot update " + u + ": refused by the test",
				"  next: apply again once the cause is gone; what is in place stays"},
		},
		{
			name:    "what needs a failed step is skipped",
			running: []string{"web0"},
			options: ExecuteOptions{MaxRisk: riskOf(spec.Stop)},
			faults:  map[int]fault{1: refuses},
			wishes:  []wish{web(spec.Object{"disk": int64(1)})},
			calls:   []string{"stop web0"},
			looks:   1,
			want: []string{"web0 failed", "  stop: failed", "  update: skipped, it needs stop, which is failed", "  start: skipped, it needs stop, which is failed",
				"  cause: cannot stop " + u + ": refused by the test", "  next: apply again once the cause is gone; what is in place stays"},
		},
		{
			name:    "what a failed command left behind is finished in a second round",
			running: []string{"web0"},
			options: ExecuteOptions{MaxRisk: riskOf(spec.Stop)},
			faults:  map[int]fault{1: deceives},
			wishes:  []wish{{name: "web0", state: spec.Running, properties: spec.Object{"disk": int64(1)}}},
			calls:   []string{"stop web0", "update web0", "start web0"},
			looks:   2,
			want: []string{"web0 changed, touched, 2 rounds", "  stop: failed", "  update: skipped, it needs stop, which is failed",
				"  start: skipped, it needs stop, which is failed", "  update: done", "  start: done",
				"  warning: stop failed, but its change is in place: cannot stop " + u + ": " + timeout},
		},
		{
			name:   "a create that ends in a state that allows no more is told with its cause and the way out",
			faults: map[int]fault{1: deceives},
			wishes: []wish{web(spec.Object{"state": "failed"})},
			calls:  []string{"create web0"},
			looks:  1,
			want: []string{"web0 failed, touched", "  create: failed", "  cause: cannot create " + u + ": " + timeout,
				"  blocked: its state is failed", "  next: vmadm delete it"},
		},
		{
			name:   "two instances of one image import it once",
			wishes: []wish{{name: "web0", image: image}, {name: "db0", image: image}},
			calls:  []string{"import " + image, "create web0", "create db0"},
			looks:  1,
			want:   []string{"web0 changed, touched", "  import: done", "  create: done", "db0 changed, touched", "  import: done", "  create: done"},
		},
		{
			name:   "a failed import fails all that need the image, once",
			faults: map[int]fault{1: refuses},
			wishes: []wish{{name: "web0", image: image}, {name: "db0", image: image}},
			calls:  []string{"import " + image},
			looks:  1,
			want: []string{
				"web0 failed", "  import: failed", "  create: skipped, it needs import, which is failed",
				"  cause: cannot import image " + image + ": imgadm import " + image + ": exit status 1: refused by the test",
				"  next: apply again once the cause is gone; what is in place stays",
				"db0 failed", "  import: failed", "  create: skipped, it needs import, which is failed",
				"  cause: cannot import image " + image + ": imgadm import " + image + ": exit status 1: refused by the test",
				"  next: apply again once the cause is gone; what is in place stays",
			},
		},
		{
			name:    "what somebody else changes meanwhile is put right in another round",
			running: []string{"web0", "db0"},
			have:    spec.Object{"tag": "x"},
			before:  map[int]func(*fakeNode){2: func(n *fakeNode) { n.instances[u]["tag"] = "y" }},
			wishes:  []wish{web(spec.Object{"quota": int64(20), "tag": "x"}), db(spec.Object{"quota": int64(5)})},
			calls:   []string{"update web0", "update db0", "update web0"},
			looks:   2,
			want:    []string{"web0 changed, touched, 2 rounds", "  update: done", "  update: done", "db0 changed, touched", "  update: done"},
		},
		{
			name:    "a tug of war ends",
			running: []string{"web0"},
			have:    spec.Object{"a": int64(1), "b": int64(1)},
			before: map[int]func(*fakeNode){
				1: func(n *fakeNode) { n.instances[u]["b"] = int64(0) },
				2: func(n *fakeNode) { n.instances[u]["c"] = int64(0) },
				3: func(n *fakeNode) { n.instances[u]["d"] = int64(0) },
			},
			wishes: []wish{web(spec.Object{"a": int64(2), "b": int64(1), "c": nil, "d": nil})},
			calls:  []string{"update web0", "update web0", "update web0"},
			looks:  3,
			want: []string{"web0 failed, touched, 3 rounds", "  update: done", "  update: done", "  update: done",
				"  cause: it is still not as wanted after 3 rounds; something else may be changing it", "  next: specadm plan shows what is left"},
		},
		{
			name:    "deleting needs the risk accepted by name",
			running: []string{"web0", "db0"},
			options: ExecuteOptions{MaxRisk: riskOf(spec.Destroy)},
			wishes:  []wish{{name: "web0", state: spec.Absent}, {name: "db0", state: spec.Absent, maxRisk: riskOf(spec.Live)}},
			calls:   []string{"delete web0"},
			looks:   1,
			want: []string{"web0 changed, touched", "  delete: done", "db0 held", "  delete: held, its risk is destroy, and live is allowed",
				"  next: set policy.maxRisk: destroy in the manifest"},
		},
		{
			name:    "a delete without effect is an error",
			running: []string{"db0"},
			options: ExecuteOptions{MaxRisk: riskOf(spec.Destroy)},
			faults:  map[int]fault{1: lies},
			wishes:  []wish{{name: "db0", state: spec.Absent}},
			calls:   []string{"delete db0"},
			looks:   4, slept: 3,
			want: []string{"db0 failed", "  delete: done", "  cause: the platform said success, but delete had no effect",
				"  next: vmadm get " + d + " shows what the platform keeps; if it cannot be otherwise, change the manifest"},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			node := newFakeNode()
			for _, name := range c.running {
				node.add(name, "running", c.have)
			}
			for _, name := range c.stopped {
				node.add(name, "stopped", c.have)
			}
			if c.faults != nil {
				node.faults = c.faults
			}
			for number, do := range c.before {
				node.before[number] = func() { do(node) }
			}
			node.lag = c.lag
			outcome, slept := execute(t.Context(), node, c.options, c.wishes...)
			if d := cmp.Diff(c.want, tell(outcome)); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(c.calls, node.calls); d != "" {
				t.Errorf("commands: %s", d)
			}
			if node.looks-1 != c.looks || len(slept) != c.slept {
				t.Errorf("%d looks and %d waits, want %d and %d", node.looks-1, len(slept), c.looks, c.slept)
			}
		})
	}
}
