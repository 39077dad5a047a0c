package reconcile

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/spec"
)

// Causes of failed items that no command gives.
var (
	errNotSeen = errors.New("the node could not be read again, so nobody knows whether it took effect")
	errRounds  = fmt.Errorf("it is still not as wanted after %d rounds; something else may be changing it", maxRounds)
	errDown    = errors.New("it does not run after it was started")
)

// settlePauses are the waits before each further look at a node that does not show what its commands said they did: vminfod lags behind
// on nics, filesystems and ZFS (reference 21).
func settlePauses() []time.Duration {
	return []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second}
}

// verify looks again and concludes every turn. It returns the turns of the next round: items with steps left that nobody tried.
func (x *execution) verify(ctx context.Context, turns []*turn) []*turn {
	left := map[string]*diff.Item{}
	if slices.ContainsFunc(turns, (*turn).ran) {
		var err error
		if left, err = x.lookUntilSettled(ctx, turns); err != nil {
			x.outcome.problem(err)
			for _, t := range turns {
				x.concludeUnseen(ctx, t)
			}
			return nil
		}
	}
	var again []*turn
	for _, t := range turns {
		switch item := left[t.item.Name]; {
		case !t.ran():
			x.rest(ctx, t, t.item)
		case item == nil: // its manifest no longer concerns this node
			x.finish(t, Changed)
		case x.conclude(ctx, t, item):
			t.outcome.add(item.Changes)
			again = append(again, &turn{item: item, outcome: t.outcome})
		}
	}
	return again
}

// lookUntilSettled reads the node, a few times if need be, and computes what is left of each item.
func (x *execution) lookUntilSettled(ctx context.Context, turns []*turn) (map[string]*diff.Item, error) {
	for pauses := settlePauses(); ; pauses = pauses[1:] {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("cannot read the node again: %w", context.Cause(ctx))
		}
		x.Progress(Event{Kind: Looking, Time: x.Clock.Now(), Round: x.round})
		found, err := x.Look(ctx)
		if err != nil {
			return nil, fmt.Errorf("cannot read the node again: %w", err)
		}
		x.outcome.Found, x.outcome.Left = found, x.Compute(found)
		left := make(map[string]*diff.Item, len(turns))
		for _, item := range x.outcome.Left.Items {
			left[item.Name] = item
		}
		late := slices.ContainsFunc(turns, func(t *turn) bool { return left[t.item.Name] != nil && late(t, left[t.item.Name]) })
		if !late || len(pauses) == 0 || x.stopped(ctx) {
			return left, nil
		}
		x.Progress(Event{Kind: Waiting, Time: x.Clock.Now(), Round: x.round, Took: pauses[0]})
		x.Clock.Sleep(ctx, pauses[0])
	}
}

// late reports whether a step that said success has not taken effect, or not in full.
func late(t *turn, left *diff.Item) bool {
	return len(t.missed(left)) > 0 || slices.ContainsFunc(t.steps, func(s StepReport) bool { return s.Outcome == StepDone && !t.inPlace(s.Step, left) })
}

// conclude decides from facts what became of a turn: left is the item as the node is now. It reports whether another round shall do
// what is left.
func (x *execution) conclude(ctx context.Context, t *turn, left *diff.Item) (again bool) {
	outcome := t.outcome
	var notDone error // of a command that failed, without its change being in place
	notArrived := &NotArrivedError{Missed: t.missed(left)}
	for _, step := range t.steps {
		inPlace := t.inPlace(step.Step, left)
		switch {
		case step.Outcome == StepFailed && inPlace && len(left.Blocked) == 0: // a create that left a failed instance is no success
			outcome.Warnings = append(outcome.Warnings, fmt.Sprintf("%s failed, but its change is in place: %v", step.Verb, step.Err))
		case step.Outcome == StepFailed && notDone == nil:
			notDone = step.Err
		case step.Outcome == StepDone && !inPlace && len(remaining(step.Paths, left)) == 0:
			notArrived.Steps = append(notArrived.Steps, step.Verb)
		}
		if (step.Outcome == StepDone || step.Outcome == StepFailed) && t.tookEffect(step.Step, left) {
			outcome.Touched = true
		}
	}
	outcome.Missed = append(outcome.Missed, notArrived.Missed...)
	defer func() {
		if !again && t.takenDown() && !left.Running {
			outcome.Warnings = append(outcome.Warnings, "it was stopped for a change and not started again")
		}
	}()
	switch {
	case notDone != nil:
		outcome.Blocked = left.Blocked
		x.fail(t, notDone, nextAfterFailure(left))
	case len(notArrived.Missed)+len(notArrived.Steps) > 0:
		x.fail(t, notArrived, lookCommand(t.item)+" shows what the platform keeps; if it cannot be otherwise, change the manifest")
	case len(left.Blocked) > 0:
		outcome.Blocked = left.Blocked
		x.fail(t, errors.New(left.Blocked[0].Text), left.Blocked[0].Try)
	case slices.Contains(Allowed(left, x.MaxRisk), true) && !x.stopped(ctx) && x.outcome.Err == nil:
		return true
	case len(left.Steps) > 0:
		x.rest(ctx, t, left)
	case t.broughtUp() && !left.Running:
		x.fail(t, errDown, "look at its console: vmadm console "+t.item.UUID)
	default:
		x.finish(t, Changed)
	}
	return false
}

// lookCommand is the command that shows what the platform keeps of an item.
func lookCommand(item *diff.Item) string {
	switch item.Kind {
	case spec.KindImage:
		return "imgadm get " + item.UUID
	case spec.KindFirewallRule:
		return "fwadm get " + item.UUID
	}
	return "vmadm get " + item.UUID
}

// nextAfterFailure says what to do about an item of which a command failed.
func nextAfterFailure(left *diff.Item) string {
	if len(left.Blocked) > 0 && left.Blocked[0].Try != "" {
		return left.Blocked[0].Try
	}
	return "apply again once the cause is gone; what is in place stays"
}

// rest concludes an item of which steps are left that this run does not take: they are held, or the run ended early.
func (x *execution) rest(ctx context.Context, t *turn, left *diff.Item) {
	if t.waits != "" {
		t.outcome.Next = "apply again once that is in place"
		x.finish(t, Skipped)
		return
	}
	allowed := Allowed(left, x.MaxRisk)
	if slices.Contains(allowed, true) && (x.stopped(ctx) || x.outcome.Err != nil) {
		t.outcome.Next = "apply again"
		x.finish(t, Skipped)
		return
	}
	risk := left.Steps[0].Risk
	for i, step := range left.Steps {
		if !allowed[i] {
			risk = max(risk, step.Risk)
		}
	}
	if manifest := left.Manifest; manifest != nil && manifest.Policy.MaxRisk != nil && *manifest.Policy.MaxRisk < risk {
		t.outcome.Next = fmt.Sprintf("set policy.maxRisk: %s in the manifest", risk)
	} else {
		t.outcome.Next = fmt.Sprintf("apply again with --max-risk %s", risk)
	}
	x.finish(t, Held)
}

// concludeUnseen concludes a turn whose effect nobody could look at.
func (x *execution) concludeUnseen(ctx context.Context, t *turn) {
	if !t.ran() {
		x.rest(ctx, t, t.item)
		return
	}
	t.outcome.Touched = true // as far as anybody knows
	if t.takenDown() {
		t.outcome.Warnings = append(t.outcome.Warnings, "it was stopped for a change and not started again")
	}
	for _, step := range t.steps {
		if step.Outcome == StepFailed {
			x.fail(t, step.Err, "specadm plan shows what is left")
			return
		}
	}
	x.fail(t, errNotSeen, "specadm plan shows what is left")
}

func (x *execution) fail(t *turn, cause error, next string) {
	t.outcome.Cause, t.outcome.Next = cause, next
	x.finish(t, Failed)
}

func (x *execution) finish(t *turn, result Result) {
	t.outcome.Result = result
	text := string(result)
	if t.outcome.Cause != nil {
		text += ": " + t.outcome.Cause.Error()
	}
	x.Progress(Event{Kind: ItemEnd, Time: x.Clock.Now(), Round: x.round, Item: t.item.Name, Text: text, Err: t.outcome.Cause})
}

// inPlace reports whether the node shows what a step was to do.
func (t *turn) inPlace(step diff.Step, left *diff.Item) bool {
	switch step.Verb {
	case diff.VerbStart:
		return t.lastPower() != diff.VerbStart || left.Running
	case diff.VerbStop:
		return t.lastPower() != diff.VerbStop || !left.Running
	case diff.VerbUpdate, diff.VerbUpdateRule, diff.VerbAddRule, diff.VerbZFSSet, diff.VerbZFSInherit, diff.VerbReprovision, diff.VerbSnapshot, diff.VerbDeleteSnapshot:
		if len(step.Paths) > 0 {
			return len(remaining(step.Paths, left)) == 0
		}
		return !slices.ContainsFunc(left.Steps, func(s diff.Step) bool { // an update of nothing but the owner mark
			return s.Verb == step.Verb && s.Target == step.Target && len(s.Paths) == 0
		})
	}
	return !hasStep(left, step)
}

// tookEffect reports whether the node shows any trace of a step.
func (t *turn) tookEffect(step diff.Step, left *diff.Item) bool {
	if t.inPlace(step, left) {
		return true
	}
	rest := remaining(step.Paths, left)
	if hasStep(left, step) && len(rest) == 0 {
		return false
	}
	if len(rest) < len(step.Paths) {
		return true
	}
	return slices.ContainsFunc(t.compare(rest, left), func(m Missed) bool { return !reflect.DeepEqual(m.Before, m.Found) })
}

// missed lists the values that are not in place although every step that makes them said success.
func (t *turn) missed(left *diff.Item) []Missed {
	var paths []string
	for _, step := range t.steps {
		if step.Outcome == StepDone && (!power(step.Verb) || !t.inPlace(step.Step, left)) {
			paths = append(paths, remaining(step.Paths, left)...)
		}
	}
	slices.Sort(paths)
	paths = slices.DeleteFunc(slices.Compact(paths), func(path string) bool {
		return slices.ContainsFunc(t.steps, func(s StepReport) bool { return s.Outcome != StepDone && slices.Contains(s.Paths, path) })
	})
	return t.compare(paths, left)
}

// compare puts what was found before a turn beside what is found after it.
func (t *turn) compare(paths []string, left *diff.Item) []Missed {
	var list []Missed
	for _, path := range paths {
		for _, now := range left.Changes {
			if now.Path != path {
				continue
			}
			m := Missed{Path: path, Wanted: now.After, Found: now.Before, Unit: now.Unit, Sensitive: now.Sensitive}
			for _, before := range t.item.Changes {
				if before.Path == path {
					m.Before = before.Before
				}
			}
			list = append(list, m)
		}
	}
	return list
}

// lastPower is the last start, stop or reboot that was run, "" without one.
func (t *turn) lastPower() diff.Verb {
	for _, step := range slices.Backward(t.steps) {
		if power(step.Verb) && (step.Outcome == StepDone || step.Outcome == StepFailed) {
			return step.Verb
		}
	}
	return ""
}

// broughtUp reports whether the instance should run after this turn.
func (t *turn) broughtUp() bool {
	last := t.lastPower()
	return last == diff.VerbStart || last == diff.VerbReboot
}

// takenDown reports whether this turn stopped the instance and did not come to the start that was to follow.
func (t *turn) takenDown() bool {
	stopped := slices.ContainsFunc(t.steps, func(s StepReport) bool {
		return s.Verb == diff.VerbStop && (s.Outcome == StepDone || s.Outcome == StepFailed)
	})
	return stopped && slices.ContainsFunc(t.steps, func(s StepReport) bool { return s.Verb == diff.VerbStart && s.Outcome != StepDone })
}

func power(verb diff.Verb) bool {
	return verb == diff.VerbStart || verb == diff.VerbStop || verb == diff.VerbReboot
}

// remaining are those of the paths that still differ.
func remaining(paths []string, left *diff.Item) []string {
	var rest []string
	for _, change := range left.Changes {
		if slices.Contains(paths, change.Path) {
			rest = append(rest, change.Path)
		}
	}
	return rest
}

// hasStep reports whether the same step is still to be done.
func hasStep(item *diff.Item, step diff.Step) bool {
	return slices.ContainsFunc(item.Steps, func(s diff.Step) bool { return s.Verb == step.Verb && s.Target == step.Target })
}
