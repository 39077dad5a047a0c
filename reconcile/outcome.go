package reconcile

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/go-multierror"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/spec"
)

// Outcome is what became of a plan.
type Outcome struct {
	Items       []*ItemOutcome // in the order of the plan
	Found       diff.Found     // the last look
	Left        *diff.Plan     // what the last look leaves to do; nil when nothing was executed or the node could not be read again
	Unfinished  *Unfinished    // a run before this one that was interrupted
	Interrupted bool           // the run was told to stop
	Signal      os.Signal      // what told it; nil otherwise
	Err         error          // what concerns the run as a whole: no second look, a full disk
}

// problem adds something that went wrong with the run as a whole. Such things are independent of each other, so all are kept.
func (o *Outcome) problem(err error) {
	all := multierror.Append(o.Err, err)
	all.ErrorFormat = func(list []error) string {
		texts := make([]string, len(list))
		for i, err := range list {
			texts[i] = err.Error()
		}
		return strings.Join(texts, "; ")
	}
	o.Err = all
}

// Totals counts the items of an outcome by result.
type Totals struct {
	Unchanged, Changed, Failed, Skipped, Held, Blocked int

	Touched int // items of any result that were changed, if only in part
}

// Totals counts.
func (o *Outcome) Totals() Totals {
	var t Totals
	for _, item := range o.Items {
		t.Count(item.Result)
		if item.Touched {
			t.Touched++
		}
	}
	return t
}

// Count counts one item.
func (t *Totals) Count(result Result) {
	switch result {
	case Unchanged:
		t.Unchanged++
	case Changed:
		t.Changed++
	case Failed:
		t.Failed++
	case Skipped:
		t.Skipped++
	case Held:
		t.Held++
	case Blocked:
		t.Blocked++
	}
}

// Result is what became of one item.
type Result string

// Results.
const (
	Unchanged Result = "unchanged" // nothing was to be done
	Changed   Result = "changed"   // everything wanted is in place, seen by a look
	Failed    Result = "failed"    // something wanted is not in place, or nobody knows
	Skipped   Result = "skipped"   // not begun or not finished: the run ended early
	Held      Result = "held"      // what may be done is done; the rest is above the allowed risk
	Blocked   Result = "blocked"   // the plan itself says why nothing is done
)

// ItemOutcome is what became of one item.
type ItemOutcome struct {
	Kind     spec.ManifestKind
	Name     string
	UUID     string
	Action   diff.Action
	Result   Result
	Touched  bool          // at least one command of it took effect
	Changes  []diff.Change // what its steps were to make
	Steps    []StepReport
	Missed   []Missed      // wanted values that are not in place although every command that sets them said success
	Cause    error         // of Failed
	Next     string        // of Failed, Held, Skipped: what to do next
	Warnings []string      // worth a line although all is well
	Blocked  []diff.Reason // of Blocked, and of an item that a failure left in a state that allows no more
	Rounds   int
}

// add adds the changes of a further round to those that are known.
func (o *ItemOutcome) add(changes []diff.Change) {
	for _, change := range changes {
		if !slices.ContainsFunc(o.Changes, func(known diff.Change) bool { return known.Path == change.Path }) {
			o.Changes = append(slices.Clip(o.Changes), change)
		}
	}
}

// StepReport is one step with what became of it.
type StepReport struct {
	diff.Step
	Outcome StepOutcome
	Took    time.Duration
	Err     error  // of StepFailed
	Why     string // of StepHeld and StepSkipped
}

// StepOutcome is what became of one step.
type StepOutcome string

// Outcomes of steps. What a command says about itself is not yet a fact; the result of the item is.
const (
	StepDone    StepOutcome = "done"    // the command said success
	StepFailed  StepOutcome = "failed"  // the command failed, was killed, or ran out of time
	StepHeld    StepOutcome = "held"    // above the allowed risk, or in need of a step that is
	StepSkipped StepOutcome = "skipped" // in need of a step that failed, or the run was interrupted
)

// Missed is a wanted value that did not arrive.
type Missed struct {
	Path                  string
	Before, Wanted, Found any
	Unit                  spec.Unit
	Sensitive             bool // values must not be printed
}

func (m Missed) String() string {
	if m.Sensitive {
		return m.Path + " is not as wanted"
	}
	return fmt.Sprintf("%s is %s, wanted %s, was %s", m.Path, valueText(m.Found), valueText(m.Wanted), valueText(m.Before))
}

func valueText(value any) string {
	if value == nil {
		return "not set"
	}
	return fmt.Sprintf("%v", value)
}

// NotArrivedError says that commands said success and the node does not show what they were to do.
type NotArrivedError struct {
	Missed []Missed
	Steps  []diff.Verb // whole steps without effect: start, delete, ...
}

func (e *NotArrivedError) Error() string {
	text := "the platform said success"
	for i, m := range e.Missed {
		if i == 0 {
			text += ", but "
		} else {
			text += "; "
		}
		text += m.String()
	}
	if len(e.Missed) == 0 {
		for _, verb := range e.Steps {
			text += fmt.Sprintf(", but %s had no effect", verb)
		}
	}
	return text
}
