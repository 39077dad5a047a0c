package reconcile

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/spec"
)

// Run is one record of the history: what a run did to the node, who started it and why. In the place of secrets stand markers.
type Run struct {
	ID            string `json:"run,omitempty"`
	Schema        string `json:"schema"`
	SchemaVersion string `json:"schemaVersion"`
	Continues     bool   `json:"continues,omitempty"` // of the record that begins a file after another one, and says nothing else

	Start  time.Time `json:"start,omitzero"` // of the execution
	End    time.Time `json:"end,omitzero"`   // of a run that was killed, of the last that is known of it
	Ending Ending    `json:"ending,omitempty"`
	Node   string    `json:"node,omitempty"` // its hostname
	Who    Who       `json:"who,omitzero"`
	Reason
	Saved string    `json:"savedPlan,omitempty"` // id of the saved plan that was applied
	Owner string    `json:"owner,omitempty"`     // of the instances
	Items []RunItem `json:"items,omitempty"`     // those that a command was run for, in the order of the plan
	Error string    `json:"error,omitempty"`     // what concerns the run as a whole

	Previous string `json:"previous"`       // hash of the record before this one; empty in the first
	Hash     string `json:"hash,omitempty"` // over the record up to here
}

// Reason is why a run was started, and from what.
type Reason struct {
	Message string `json:"message,omitempty"` // what somebody said about it
	Undoes  string `json:"undoes,omitempty"`  // the run that it takes back
	Commit  string `json:"commit,omitempty"`  // of the Git work tree that holds the manifests
	Branch  string `json:"branch,omitempty"`
	Dirty   *bool  `json:"dirty,omitempty"`      // the manifests differ from the commit; nil: nobody knows
	Digest  string `json:"planDigest,omitempty"` // of the plan, as documents have it
}

// Ending is how a run ended.
type Ending string

// Endings.
const (
	EndingFinished    Ending = "finished"
	EndingStopped     Ending = "stopped"     // told to stop, it ended after the command in flight
	EndingInterrupted Ending = "interrupted" // killed, or the node went down; the next run has entered it
)

// Who is who started a run, as far as the environment tells.
type Who struct {
	User      string `json:"user,omitempty"`
	SudoUser  string `json:"sudoUser,omitempty"`  // who became User by sudo
	SSHClient string `json:"sshClient,omitempty"` // the address that User logged in from
	PID       int    `json:"pid,omitempty"`
	Command   string `json:"command,omitempty"`
}

// RunItem is what became of one item.
type RunItem struct {
	Kind    string      `json:"kind"`
	Name    string      `json:"name"`
	UUID    string      `json:"uuid,omitempty"`
	Action  diff.Action `json:"action,omitempty"`
	Result  Result      `json:"result,omitempty"` // empty when nobody lived to see it
	Cause   string      `json:"cause,omitempty"`  // of failed
	Changes []RunChange `json:"changes,omitempty"`
	Steps   []RunStep   `json:"steps,omitempty"`
}

// RunChange is one difference that a run set out to make.
type RunChange struct {
	Path      string       `json:"path"`
	Before    any          `json:"before"`
	After     any          `json:"after"`
	Unit      spec.Unit    `json:"unit,omitempty"`
	Sensitive bool         `json:"sensitive,omitempty"`
	Cause     diff.Cause   `json:"cause,omitempty"`
	Result    ChangeResult `json:"result"`
}

// ChangeResult is what became of a change.
type ChangeResult string

// Results of changes.
const (
	ChangeMade    ChangeResult = "made"
	ChangeMissed  ChangeResult = "missed"  // it is still to be made
	ChangeUnknown ChangeResult = "unknown" // its command was begun, and nobody looked afterwards
)

// RunStep is one command.
type RunStep struct {
	Verb    diff.Verb   `json:"verb"`
	Target  string      `json:"target"`
	Paths   []string    `json:"paths,omitempty"`   // of the changes that it was to make
	Outcome StepOutcome `json:"outcome,omitempty"` // empty when nobody lived to see it
	Error   string      `json:"error,omitempty"`
	Why     string      `json:"why,omitempty"` // of held and skipped
	Millis  int64       `json:"ms"`
}

const (
	runSchema        = "specadm/run"
	runSchemaVersion = "1.0"
)

func newRun(id string, holder Holder) Run {
	client, _, _ := strings.Cut(os.Getenv("SSH_CLIENT"), " ")
	return Run{
		ID: id, Schema: runSchema, SchemaVersion: runSchemaVersion,
		Who: Who{
			User: cmp.Or(firstSet("LOGNAME", "USER"), fmt.Sprintf("uid %d", os.Getuid())), SudoUser: firstSet("SUDO_USER"), SSHClient: client, PID: holder.PID, Command: holder.Command,
		},
	}
}

// Item is the item with a name or uuid; nil when the run did not touch it.
func (r *Run) Item(name string) *RunItem {
	for i := range r.Items {
		if name != "" && (r.Items[i].Name == name || r.Items[i].UUID == name) {
			return &r.Items[i]
		}
	}
	return nil
}

// firstSet is the first of these variables of the environment that says something.
func firstSet(names ...string) string {
	for _, name := range names {
		if text := strings.TrimSpace(os.Getenv(name)); text != "" {
			return text
		}
	}
	return ""
}

// beginRun writes down what is about to be executed; nil when nothing may be.
func (p *pass) beginRun(ctx context.Context, run Run, preview *Preview) (*runLog, error) {
	if !runnable(preview.Plan, p.MaxRisk) {
		return nil, nil
	}
	run.Node, run.Owner = preview.Plan.Node.Hostname, preview.Plan.Owner
	if p.Saved != nil {
		run.Saved = p.Saved.ID
	}
	if p.Describe != nil {
		var err error
		if run.Reason, err = p.Describe(ctx, preview); err != nil {
			return nil, err
		}
	}
	run.Message = p.secrets.Text(run.Message)
	for _, item := range preview.Plan.Items {
		if len(item.Steps) > 0 {
			run.Items = append(run.Items, RunItem{
				Kind: item.Kind.String(), Name: item.Name, UUID: item.UUID, Action: item.Action, Changes: p.runChanges(item.Changes),
			})
		}
	}
	return p.State.beginRun(run, p.Clock.Now)
}

// conclude replaces what was planned by what was done.
func (p *pass) conclude(run *Run, outcome *Outcome) {
	run.Ending = EndingFinished
	if outcome.Interrupted {
		run.Ending = EndingStopped
	}
	if outcome.Err != nil {
		run.Error = outcome.Err.Error()
	}
	run.Items = nil
	for _, item := range outcome.Items {
		one := RunItem{Kind: item.Kind.String(), Name: item.Name, UUID: item.UUID, Action: item.Action, Result: item.Result}
		if item.Cause != nil {
			one.Cause = item.Cause.Error()
		}
		for _, step := range item.Steps {
			entry := RunStep{
				Verb: step.Verb, Target: step.Target, Paths: step.Paths, Outcome: step.Outcome, Why: step.Why, Millis: step.Took.Milliseconds(),
			}
			if step.Err != nil {
				entry.Error = step.Err.Error()
			}
			one.Steps = append(one.Steps, entry)
		}
		if !slices.ContainsFunc(one.Steps, RunStep.ran) {
			continue
		}
		one.Changes = changesOfSteps(p.runChanges(item.Changes), one.Steps, true)
		if outcome.Left != nil {
			one.Changes = seen(one.Changes, outcome.Left, item.Name)
		}
		run.Items = append(run.Items, one)
	}
}

// ran reports whether the command was started.
func (s RunStep) ran() bool { return s.Outcome != StepHeld && s.Outcome != StepSkipped }

// runChanges are changes as the history keeps them. A value with a secret in it, whoever put it there, counts as one.
func (p *pass) runChanges(changes []diff.Change) []RunChange {
	var list []RunChange
	_, secret := p.scrubbed(changes) // one look at all of them, since mostly there is none
	for _, change := range changes {
		one := RunChange{Path: change.Path, Unit: change.Unit, Sensitive: change.Sensitive, Cause: change.Cause}
		one.Before, one.After = change.Before, change.After
		if secret && !change.Sensitive {
			var in, out bool
			one.Before, in = p.scrubbed(change.Before)
			one.After, out = p.scrubbed(change.After)
			one.Sensitive = in || out
		}
		list = append(list, one)
	}
	return list
}

// scrubbed is a value without the secrets that the pass has met, and whether there was one in it.
func (p *pass) scrubbed(value any) (any, bool) {
	text, err := json.Marshal(value)
	if err != nil { // values came from JSON
		return nil, true
	}
	clean := p.secrets.Bytes(text)
	if bytes.Equal(text, clean) {
		return value, false
	}
	if decoded, err := decodeValue(clean); err == nil {
		return decoded, true
	}
	return spec.Mask{}.Marker(value), true
}

// changesOfSteps keeps the changes that a command was started for, and says what the commands tell of them. all says that these are all steps
// there were, so that what none of them names is a matter of the owner mark, which each of them writes.
func changesOfSteps(changes []RunChange, steps []RunStep, all bool) []RunChange {
	var list []RunChange
	for _, change := range changes {
		planned := false
		for _, step := range steps {
			if !slices.Contains(step.Paths, change.Path) {
				continue
			}
			planned = true
			switch {
			case step.Outcome == StepDone:
				change.Result = ChangeMade
			case step.ran() && change.Result == "":
				change.Result = ChangeUnknown
			}
		}
		if all && !planned {
			change.Result = ChangeUnknown
		}
		if change.Result != "" {
			list = append(list, change)
		}
	}
	return list
}

// seen says what a look at the node tells of changes.
func seen(changes []RunChange, left *diff.Plan, name string) []RunChange {
	still := map[string]bool{}
	for _, item := range left.Items {
		if item.Name == name {
			for _, change := range item.Changes {
				still[change.Path] = true
			}
		}
	}
	for i := range changes {
		changes[i].Result = ChangeMade
		if still[changes[i].Path] {
			changes[i].Result = ChangeMissed
		}
	}
	return changes
}

// UnmarshalJSON reads a change so that whole numbers are what they are in a plan: int64.
func (c *RunChange) UnmarshalJSON(text []byte) error {
	type plain RunChange
	var raw struct {
		plain
		Before json.RawMessage `json:"before"`
		After  json.RawMessage `json:"after"`
	}
	if err := json.Unmarshal(text, &raw); err != nil {
		return err
	}
	*c = RunChange(raw.plain)
	var err error
	if c.Before, err = decodeValue(raw.Before); err != nil {
		return err
	}
	c.After, err = decodeValue(raw.After)
	return err
}

func decodeValue(text []byte) (any, error) {
	if len(text) == 0 {
		return nil, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	err := decoder.Decode(&value)
	return spec.Numbers(value), err
}
