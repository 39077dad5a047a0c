package vm_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

// recordedStep is one command of a recorded scenario. Get is the whole object after it; where that is not given, Changed and Removed say
// how the object differs from the one before.
type recordedStep struct {
	Op      string          `json:"op"`
	Name    string          `json:"name"`
	Args    []string        `json:"args"`
	Payload json.RawMessage `json:"payload"`
	Exit    int             `json:"rc"`
	Crash   bool            `json:"crash"`
	Loose   bool            `json:"loose"` // the text holds the recorder's own paths
	Stderr  string          `json:"stderr"`
	Stdout  *string         `json:"stdout"`
	Get     map[string]any  `json:"get"`
	Changed map[string]any  `json:"changed"`
	Removed []string        `json:"removed"`
}

func TestScenariosAgreeWithEveryRecording(t *testing.T) {
	t.Parallel()
	for _, line := range readLines(t, "testdata/update-cases.jsonl") {
		var scenario struct {
			ID    int            `json:"id"`
			Name  string         `json:"name"`
			UUID  string         `json:"uuid"`
			Steps []recordedStep `json:"steps"`
		}
		if err := json.Unmarshal(line, &scenario); err != nil {
			t.Fatal(err)
		}
		t.Run(scenario.Name, func(t *testing.T) {
			t.Parallel()
			replay{lab: newLab(t), uuid: scenario.UUID}.run(scenario.Steps)
		})
	}
}

// replay runs the steps of one scenario in its own lab.
type replay struct {
	lab  *testLab
	uuid string
}

func (r replay) run(steps []recordedStep) {
	t := r.lab.t
	wanted := map[string]any{}
	for i, step := range steps {
		got := r.do(step)
		if step.Get != nil {
			wanted = maps.Clone(step.Get)
			delete(wanted, "device") // an artefact that the recordings list only in part
		}
		maps.Copy(wanted, step.Changed)
		for _, key := range step.Removed {
			delete(wanted, key)
		}
		if step.Crash {
			step.Exit, step.Stderr = 134, r.anonymous(strings.TrimSuffix(got.stderr, "\n"))
		}
		if got.exit != step.Exit {
			t.Errorf("step %d, %s: exit %d, recorded %d", i, step.Op, got.exit, step.Exit)
		}
		if diff := cmp.Diff(step.Stderr, r.anonymous(strings.TrimSuffix(got.stderr, "\n"))); diff != "" && !step.Loose {
			t.Errorf("step %d, %s: standard error (-recorded +lab):\n%s", i, step.Op, diff)
		}
		if step.Stdout != nil {
			if diff := cmp.Diff(*step.Stdout, r.anonymous(got.stdout)); diff != "" {
				t.Errorf("step %d, %s: standard output (-recorded +lab):\n%s", i, step.Op, diff)
			}
		}
		if len(wanted) == 0 {
			continue
		}
		if diff := cmp.Diff(wanted, r.object()); diff != "" {
			t.Errorf("step %d, %s: object (-recorded +lab):\n%s", i, step.Op, diff)
		}
	}
}

func (r replay) do(step recordedStep) outcome {
	switch step.Op {
	case "create":
		return r.lab.vmadm(string(step.Payload), "create")
	case "update":
		return r.lab.vmadm(string(step.Payload), "update", r.uuid)
	case "update_kv":
		return r.lab.vmadm("", append([]string{"update", r.uuid}, step.Args...)...)
	case "stop_force":
		return r.lab.vmadm("", "stop", r.uuid, "-F")
	case "snapshot":
		return r.lab.vmadm("", "create-snapshot", r.uuid, step.Name)
	case "delsnap":
		return r.lab.vmadm("", "delete-snapshot", r.uuid, step.Name)
	case "list", "lookup":
		return r.lab.vmadm("", append([]string{step.Op}, step.Args...)...)
	default:
		return r.lab.vmadm("", append([]string{step.Op, r.uuid}, step.Args...)...)
	}
}

func (r replay) anonymous(text string) string {
	text = strings.ReplaceAll(text, r.uuid, "@@")
	return replaceUUIDs(text)
}

// replaceUUIDs turns the value of a "uuid" member inside a quoted element into the word of the recordings.
func replaceUUIDs(text string) string {
	const mark = `"uuid":"`
	start := strings.Index(text, mark)
	if start < 0 || len(text) < start+len(mark)+36 {
		return text
	}
	start += len(mark)
	if _, err := uuid.Parse(text[start : start+36]); err != nil {
		return text
	}
	return text[:start] + "<uuid>" + text[start+36:]
}

// object is the object of the instance without what differs from run to run, in the form of the recordings.
func (r replay) object() map[string]any {
	t := r.lab.t
	got := r.lab.vmadm("", "get", r.uuid)
	if got.exit != 0 {
		return map[string]any{}
	}
	var object map[string]any
	if err := json.Unmarshal([]byte(r.anonymous(got.stdout)), &object); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"create_timestamp", "zonedid", "last_modified", "server_uuid", "platform_buildstamp", "zoneid", "pid",
		"boot_timestamp", "init_restarts", "exit_timestamp", "device"} {
		delete(object, key)
	}
	for _, disk := range objects(object["disks"]) {
		if id, ok := disk["uuid"].(string); ok && uuid.Validate(id) == nil {
			disk["uuid"] = "<uuid>"
		}
	}
	for _, snapshot := range objects(object["snapshots"]) {
		delete(snapshot, "size")
		delete(snapshot, "created_at")
	}
	if metadata, ok := object["internal_metadata"].(map[string]any); ok {
		if id, ok := metadata["docker:id"].(string); ok && len(id) == 64 {
			metadata["docker:id"] = "<id>"
		}
	}
	return object
}

func objects(value any) []map[string]any {
	var all []map[string]any
	elements, _ := value.([]any)
	for _, element := range elements {
		if object, ok := element.(map[string]any); ok {
			all = append(all, object)
		}
	}
	return all
}
