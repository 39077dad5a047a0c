package reconcile

import (
	"time"

	"github.com/specadm/specadm/diff"
)

// Event is one sign of progress. Events come one at a time, in the order in which things happen.
type Event struct {
	Kind  EventKind
	Time  time.Time
	Round int // from 1; a second round finishes what a failed command left

	// The rest depends on the kind.
	Item    string // name of the item
	Step    *diff.Step
	Index   int // of the step, from 1
	Steps   int // of the item
	Outcome StepOutcome
	Took    time.Duration
	Err     error
	Text    string
}

// EventKind says what happened.
type EventKind string

// Kinds of events. StepEnd comes for held and skipped steps too, without a StepStart.
const (
	StepStart EventKind = "step-start" // Item, Step, Index, Steps
	StepEnd   EventKind = "step-end"   // and Outcome, Took, Err
	Looking   EventKind = "looking"    // the node is read again
	Waiting   EventKind = "waiting"    // for the node to show what a command said it did; Took is how long
	ItemEnd   EventKind = "item-end"   // Item, Text: what became of it
	Note      EventKind = "note"       // Text
)
