package reconcile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/drivers"
	"github.com/specadm/specadm/spec"
)

// fakeNode is a node in memory with just enough vmadm, zfs and imgadm to watch an execution: instances have flat properties, a state
// and a count of boots. Fidelity is the lab's business; here commands are made to fail, lie and vanish.
type fakeNode struct {
	mu        sync.Mutex
	instances map[string]spec.Object
	images    map[string]bool
	calls     []string            // mutating commands in order: "update web0"
	looks     int                 // vmadm lookup
	faults    map[int]fault       // by number of the mutating command, from 1
	before    map[int]func()      // called before that mutating command
	lookFails map[int]error       // by number of the look
	lag       int                 // looks that still show the world as it was before the last change
	shown     []map[string][]byte // what earlier looks would have shown
}

// fault is what goes wrong with a command.
type fault string

const (
	refuses   fault = "fails, changes nothing"
	deceives  fault = "fails, but the change is in place"
	lies      fault = "says success, changes nothing"
	half      fault = "fails, first property in place"
	hangs     fault = "never ends"
	killsUs   fault = "specadm dies with the command, which changes nothing"
	killsLate fault = "specadm dies with the command, whose change is in place"
)

// errDied stands for the end of this process.
var errDied = errors.New("this process was killed")

func newFakeNode() *fakeNode {
	return &fakeNode{instances: map[string]spec.Object{}, images: map[string]bool{}, faults: map[int]fault{}, before: map[int]func(){}, lookFails: map[int]error{}}
}

// uuidOf makes a uuid that tests can read.
func uuidOf(name string) string { return fmt.Sprintf("%08x-0000-4000-8000-%012x", len(name), name) }

func (n *fakeNode) add(name, state string, properties spec.Object) {
	object := maps.Clone(properties)
	if object == nil {
		object = spec.Object{}
	}
	object["uuid"], object["alias"], object["state"], object["boots"] = uuidOf(name), name, state, int64(1)
	n.instances[uuidOf(name)] = object
}

func (n *fakeNode) Run(ctx context.Context, command drivers.Command) (drivers.Result, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	fail := func(text string) (drivers.Result, error) {
		result := drivers.Result{Exit: 1, Stderr: []byte(text)}
		return result, &drivers.CommandError{Command: command, Result: result}
	}
	if err := ctx.Err(); err != nil {
		return drivers.Result{Exit: -1}, &drivers.CommandError{Command: command, Result: drivers.Result{Exit: -1}, Cause: err}
	}
	if !command.Mutates {
		return n.read(command)
	}
	n.calls = append(n.calls, n.describe(command))
	number := len(n.calls)
	if do := n.before[number]; do != nil {
		do()
	}
	n.shown = append(n.shown, n.snapshot())
	switch n.faults[number] {
	case refuses:
		return fail("refused by the test")
	case deceives:
		if text := n.change(command); text != "" {
			return fail(text)
		}
		return fail(`first of 1 error: vminfod watchForChanges "VM.js" timeout exceeded`)
	case lies:
		return drivers.Result{}, nil
	case half:
		var payload spec.Object
		if err := json.Unmarshal(command.Stdin, &payload); err != nil {
			return fail(err.Error())
		}
		first := slices.Sorted(maps.Keys(payload))[0]
		n.instances[command.Args[1]][first] = whole(payload[first])
		return fail("refused half way by the test")
	case hangs:
		n.mu.Unlock()
		<-ctx.Done()
		n.mu.Lock()
		return drivers.Result{Exit: -1}, &drivers.CommandError{Command: command, Result: drivers.Result{Exit: -1}, Cause: context.Cause(ctx)}
	case killsUs:
		panic(errDied)
	case killsLate:
		n.change(command)
		panic(errDied)
	}
	if text := n.change(command); text != "" {
		return fail(text)
	}
	return drivers.Result{}, nil
}

func (n *fakeNode) describe(command drivers.Command) string {
	target := command.Args[len(command.Args)-1]
	if command.Args[0] == "create" && command.Program == "vmadm" {
		var payload spec.Object
		if json.Unmarshal(command.Stdin, &payload) == nil {
			return "create " + payload["alias"].(string)
		}
	}
	if object, ok := n.instances[target]; ok {
		target = object["alias"].(string)
	}
	return command.Args[0] + " " + target
}

func (n *fakeNode) snapshot() map[string][]byte {
	shot := map[string][]byte{}
	for uuid, object := range n.instances {
		text, err := json.Marshal(object)
		if err != nil {
			panic(err)
		}
		shot[uuid] = text
	}
	return shot
}

func (n *fakeNode) read(command drivers.Command) (drivers.Result, error) {
	switch command.Program {
	case "zfs":
		return drivers.Result{}, nil
	case "sysinfo":
		return drivers.Result{Stdout: []byte(`{"UUID":"44454c4c-0000-1000-8000-000000000001","Hostname":"cn1","Live Image":"20260301T000000Z"}`)}, nil
	}
	n.looks++
	if err := n.lookFails[n.looks]; err != nil {
		return drivers.Result{Exit: 1}, &drivers.CommandError{Command: command, Result: drivers.Result{Exit: 1, Stderr: []byte(err.Error())}}
	}
	shot := n.snapshot()
	if n.lag > 0 && len(n.shown) > 0 {
		n.lag--
		shot = n.shown[0]
	}
	var list []string
	for _, uuid := range slices.Sorted(maps.Keys(shot)) {
		list = append(list, string(shot[uuid]))
	}
	return drivers.Result{Stdout: []byte("[" + strings.Join(list, ",") + "]")}, nil
}

// change does what a command says and returns its complaint, "" for none.
func (n *fakeNode) change(command drivers.Command) string {
	if command.Program == "imgadm" {
		n.images[command.Args[1]] = true
		return ""
	}
	var payload spec.Object
	if len(command.Stdin) > 0 {
		if err := json.Unmarshal(command.Stdin, &payload); err != nil {
			return err.Error()
		}
	}
	if command.Args[0] == "create" {
		uuid := payload["uuid"].(string)
		if n.instances[uuid] != nil {
			return "VM with UUID " + uuid + " already exists"
		}
		if image, ok := payload["image_uuid"].(string); ok && !n.images[image] {
			return "Invalid value(s) for: image_uuid"
		}
		object := spec.Object{"state": "running", "boots": int64(1)}
		for key, value := range payload {
			object[key] = whole(value)
		}
		n.instances[uuid] = object
		return ""
	}
	object := n.instances[command.Args[1]]
	if object == nil {
		return "VM " + command.Args[1] + " not found"
	}
	switch command.Args[0] {
	case "update":
		if _, ok := payload["disk"]; ok && object["state"] == "running" {
			return `updates to disks are only allowed when state is "stopped", currently: running (running)`
		}
		for key, value := range payload {
			if value = whole(value); value == nil {
				delete(object, key)
			} else {
				object[key] = value
			}
		}
	case "start":
		object["state"], object["boots"] = "running", object["boots"].(int64)+1
	case "stop":
		object["state"] = "stopped"
	case "reboot":
		object["boots"] = object["boots"].(int64) + 1
	case "delete":
		delete(n.instances, command.Args[1])
	default:
		return "the test knows no " + command.Args[0]
	}
	return ""
}

// whole turns the fractions of encoding/json into the whole numbers of spec.Object.
func whole(value any) any {
	if number, ok := value.(float64); ok {
		return int64(number)
	}
	return value
}

// wish is what a test wants of one instance.
type wish struct {
	name       string
	state      spec.State
	image      string
	properties spec.Object
	maxRisk    *spec.Risk
	blocked    string
}

// compute plans like diff.Compute does, for the few properties of these tests: "disk" needs a stopped instance, "ram" a reboot, all else
// is live.
func compute(wishes ...wish) func(diff.Found) *diff.Plan {
	return func(found diff.Found) *diff.Plan {
		plan := &diff.Plan{}
		for _, w := range wishes {
			plan.Items = append(plan.Items, w.item(found.Instances[uuidOf(w.name)]))
		}
		return plan
	}
}

func (w wish) item(object spec.Object) *diff.Item {
	uuid := uuidOf(w.name)
	item := &diff.Item{Name: w.name, UUID: uuid, Action: diff.Noop, Manifest: &spec.Manifest{Name: w.name, Policy: spec.Policy{MaxRisk: w.maxRisk}}}
	if w.blocked != "" {
		item.Blocked = []diff.Reason{{Code: "TEST", Text: w.blocked, Try: "do otherwise"}}
		return item
	}
	add := func(step diff.Step) int {
		step.Target = uuid
		item.Steps = append(item.Steps, step)
		return len(item.Steps) - 1
	}
	switch {
	case object == nil && w.state == spec.Absent:
		return item
	case object == nil:
		w.create(item)
		return item
	case w.state == spec.Absent:
		item.Action = diff.Destroy
		add(diff.Step{Verb: diff.VerbDelete, Risk: spec.Destroy, Marks: []spec.Mark{spec.MarkData}})
		return item
	}
	if object["state"] == "failed" {
		item.Blocked = []diff.Reason{{Code: diff.CodeState, Text: "its state is failed", Try: "vmadm delete it"}}
		return item
	}
	item.Running = object["state"] == "running"
	payload, offline := spec.Object{}, false
	for _, key := range slices.Sorted(maps.Keys(w.properties)) {
		if before, wanted := object[key], w.properties[key]; before != wanted {
			item.Changes = append(item.Changes, diff.Change{Path: key, Before: before, After: wanted, Sensitive: key == "secret"})
			payload[key] = wanted
			offline = offline || key == "disk" && item.Running
		}
	}
	var paths []string
	for _, change := range item.Changes {
		paths = append(paths, change.Path)
	}
	if _, ok := payload["ram"]; ok && item.Running {
		payload["pending"] = object["boots"]
	}
	var needs []int
	if offline {
		needs = []int{add(diff.Step{Verb: diff.VerbStop, Risk: spec.Stop})}
	}
	if len(payload) > 0 {
		update := add(diff.Step{Verb: diff.VerbUpdate, Payload: payload, Paths: paths, Needs: needs, Risk: risk(offline, spec.Stop)})
		if payload["pending"] != nil && !offline {
			add(diff.Step{Verb: diff.VerbReboot, Paths: []string{"ram"}, Needs: []int{update}, Risk: spec.Reboot})
		}
	}
	switch {
	case offline && w.state != spec.Stopped:
		add(diff.Step{Verb: diff.VerbStart, Needs: needs, Risk: spec.Stop})
	case w.state == spec.Running && !item.Running:
		item.Changes = append(item.Changes, diff.Change{Path: "state", Before: object["state"], After: "running"})
		add(diff.Step{Verb: diff.VerbStart, Paths: []string{"state"}, Risk: spec.Live})
	case w.state == spec.Stopped && item.Running && !offline:
		item.Changes = append(item.Changes, diff.Change{Path: "state", Before: object["state"], After: "stopped"})
		add(diff.Step{Verb: diff.VerbStop, Paths: []string{"state"}, Risk: spec.Stop})
	}
	if pending := object["pending"]; pending != nil && pending == object["boots"] && item.Running && payload["pending"] == nil && !offline {
		item.RebootPending = true
		add(diff.Step{Verb: diff.VerbReboot, Paths: []string{"ram"}, Risk: spec.Reboot})
	}
	if len(item.Steps) > 0 {
		item.Action = diff.Update
	}
	return item
}

func (w wish) create(item *diff.Item) {
	payload := spec.Object{"uuid": item.UUID, "alias": w.name, "brand": "joyent"}
	step := diff.Step{Verb: diff.VerbCreate, Target: item.UUID, Payload: payload}
	if w.image != "" {
		payload["image_uuid"] = w.image
		item.Steps = append(item.Steps, diff.Step{Verb: diff.VerbImport, Target: w.image})
		step.Needs = []int{0}
	}
	if w.state == spec.Stopped {
		payload["state"] = "stopped"
	}
	for _, key := range slices.Sorted(maps.Keys(w.properties)) {
		payload[key] = w.properties[key]
		item.Changes = append(item.Changes, diff.Change{Path: key, After: w.properties[key]})
		step.Paths = append(step.Paths, key)
	}
	item.Action = diff.Create
	item.Steps = append(item.Steps, step)
}

func risk(condition bool, then spec.Risk) spec.Risk {
	if condition {
		return then
	}
	return spec.Live
}

// stillClock never waits and counts what was slept.
func stillClock(slept *[]time.Duration) Clock {
	now := time.Date(2026, 4, 2, 10, 0, 0, 0, time.UTC)
	return Clock{
		Now:   func() time.Time { return now },
		Sleep: func(_ context.Context, d time.Duration) { *slept = append(*slept, d) },
		After: func(time.Duration) <-chan time.Time { return make(chan time.Time) },
	}
}
