package reconcile

import (
	"context"
	"fmt"
	"slices"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/drivers"
	"github.com/specadm/specadm/spec"
)

// maxRounds bounds how often what a failed command left behind is computed anew and finished.
const maxRounds = 3

// ExecuteOptions is what Execute needs besides a plan.
type ExecuteOptions struct {
	Runner  drivers.Runner
	Look    func(context.Context) (diff.Found, error) // reads the node again
	Compute func(diff.Found) *diff.Plan               // as the plan itself was computed

	MaxRisk  *spec.Risk      // of the run; nil: what the manifest allows, else live
	Stop     <-chan struct{} // closed: finish the command in flight and start nothing new; nil: never
	Progress func(Event)     // nil: silent
	Clock    Clock           // zero: the real one

	journal *journal // nil: none
}

// Execute runs the steps of a plan, instance by instance, and decides by a second look what became of them. It never fails as a
// whole: what went wrong stands in the outcome. When ctx ends, the command in flight is killed.
//
// The node is read again after all instances have had their turn, and not at all when no command ran. What a failed command left is
// computed anew and finished, at most maxRounds times; the same command is never tried twice.
func Execute(ctx context.Context, plan *diff.Plan, options ExecuteOptions) *Outcome {
	x := &execution{
		ExecuteOptions: options,
		tools:          newTools(options.Runner),
		outcome:        &Outcome{},
		imports:        map[string]error{},
	}
	x.Clock = x.Clock.orReal()
	if x.Progress == nil {
		x.Progress = func(Event) {}
	}
	turns := x.begin(plan)
	for x.round = 1; len(turns) > 0 && x.round <= maxRounds; x.round++ {
		for _, turn := range inOrder(turns) {
			x.runItem(ctx, turn)
		}
		turns = x.verify(ctx, turns)
	}
	for _, turn := range turns {
		x.fail(turn, errRounds, "specadm plan shows what is left")
	}
	x.outcome.Interrupted = x.stopped(ctx)
	return x.outcome
}

// execution is one call of Execute.
type execution struct {
	ExecuteOptions
	tools   tools
	outcome *Outcome
	round   int
	imports map[string]error // by image and pool: imported, or failed, by an earlier item of this run
}

// turn is one item in one round.
type turn struct {
	item    *diff.Item
	outcome *ItemOutcome
	steps   []StepReport // of this round, in the order of item.Steps
	waits   string       // why it could not begin; empty: it could
}

// ran reports whether any command was started.
func (t *turn) ran() bool {
	return slices.ContainsFunc(t.steps, func(s StepReport) bool { return s.Outcome == StepDone || s.Outcome == StepFailed })
}

// begin enters every item into the outcome and returns those that have steps.
func (x *execution) begin(plan *diff.Plan) []*turn {
	var turns []*turn
	for _, item := range plan.Items {
		outcome := &ItemOutcome{Kind: item.Kind, Name: item.Name, UUID: item.UUID, Action: item.Action, Result: Unchanged, Changes: item.Changes}
		x.outcome.Items = append(x.outcome.Items, outcome)
		switch {
		case len(item.Blocked) > 0:
			outcome.Result, outcome.Blocked, outcome.Next = Blocked, item.Blocked, item.Blocked[0].Try
		case len(item.Steps) > 0:
			turns = append(turns, &turn{item: item, outcome: outcome})
		}
	}
	return turns
}

// runItem runs the steps of one item in order. A failed step takes only those with it that need it, so that an instance that was taken
// down for a change is brought back.
func (x *execution) runItem(ctx context.Context, t *turn) {
	held := heldSteps(t.item, allowedRisk(x.MaxRisk, t.item))
	t.steps = make([]StepReport, 0, len(t.item.Steps))
	t.waits = x.waitsInVain(t)
	for i, step := range t.item.Steps {
		report := StepReport{Step: step, Outcome: StepSkipped}
		need := slices.IndexFunc(step.Needs, func(n int) bool { return t.steps[n].Outcome != StepDone })
		switch {
		case t.waits != "":
			report.Why = t.waits
		case held[i]:
			report.Outcome, report.Why = StepHeld, heldReason(step, allowedRisk(x.MaxRisk, t.item))
		case need >= 0:
			report.Why = fmt.Sprintf("it needs %s, which is %s", t.item.Steps[step.Needs[need]].Verb, t.steps[step.Needs[need]].Outcome)
		case x.outcome.Err != nil:
			report.Why = "the run ended early: " + x.outcome.Err.Error()
		case x.stopped(ctx) && (ctx.Err() != nil || !restores(t, step)):
			report.Why = "the run was interrupted"
		default:
			x.runStep(ctx, t, i, &report)
		}
		t.steps = append(t.steps, report)
		x.Progress(Event{
			Kind: StepEnd, Time: x.Clock.Now(), Round: x.round, Item: t.item.Name, Step: &t.item.Steps[i], Index: i + 1, Steps: len(t.item.Steps),
			Outcome: report.Outcome, Took: report.Took, Err: report.Err, Text: report.Why,
		})
	}
	t.outcome.Steps = append(t.outcome.Steps, t.steps...)
	t.outcome.Rounds = x.round
}

// runStep runs one step between its two records in the journal.
func (x *execution) runStep(ctx context.Context, t *turn, index int, report *StepReport) {
	step := report.Step
	entry := record{Kind: recordIntent, Item: t.item.Name, UUID: t.item.UUID, Verb: step.Verb, Target: step.Target, Paths: step.Paths}
	entry.Restart = step.Verb == diff.VerbStop && slices.ContainsFunc(t.item.Steps[index:], func(s diff.Step) bool { return s.Verb == diff.VerbStart })
	if err := x.journal.write(entry); err != nil {
		x.outcome.problem(err)
		report.Why = "the run ended early: " + err.Error()
		return
	}
	x.Progress(Event{
		Kind: StepStart, Time: x.Clock.Now(), Round: x.round, Item: t.item.Name, Step: &t.item.Steps[index], Index: index + 1, Steps: len(t.item.Steps),
	})
	start := x.Clock.Now()
	report.Err = x.runOnce(ctx, step)
	report.Took = x.Clock.Now().Sub(start)
	report.Outcome = StepDone
	if report.Err != nil {
		report.Outcome = StepFailed
		entry.Error = report.Err.Error()
	}
	entry.Kind, entry.Outcome = recordResult, report.Outcome
	if err := x.journal.write(entry); err != nil {
		x.outcome.problem(err) // what was done is done; nothing more is begun
	}
}

// runOnce runs the command of a step. An image that an earlier item of this run has asked for is not asked for again.
func (x *execution) runOnce(ctx context.Context, step diff.Step) error {
	if step.Verb != diff.VerbImport {
		return x.tools.run(ctx, step)
	}
	key := step.Target + " " + step.Options[diff.OptionPool]
	err, known := x.imports[key]
	if !known {
		err = x.tools.run(ctx, step)
		x.imports[key] = err
	}
	return err
}

// restores reports whether a step brings back an instance that this run has taken down: a start after our stop, or what needs that start.
func restores(t *turn, step diff.Step) bool {
	stopped := slices.ContainsFunc(t.steps, func(s StepReport) bool {
		return s.Verb == diff.VerbStop && s.Outcome == StepDone && s.Target == step.Target
	})
	started := slices.ContainsFunc(step.Needs, func(n int) bool { return t.steps[n].Verb == diff.VerbStart })
	return stopped && (step.Verb == diff.VerbStart || started)
}

// stopped reports whether nothing new may be started.
func (x *execution) stopped(ctx context.Context) bool {
	select {
	case <-x.Stop:
		return true
	default:
		return ctx.Err() != nil
	}
}

func heldReason(step diff.Step, allowed spec.Risk) string {
	if step.Risk > allowed {
		return fmt.Sprintf("its risk is %s, and %s is allowed", step.Risk, allowed)
	}
	return "it needs a step that is held"
}
