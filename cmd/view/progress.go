package view

import (
	"fmt"
	"io"
	"time"

	"github.com/specadm/specadm/reconcile"
)

// Progress prints one line for each change of state while a plan is executed.
type Progress struct {
	out   io.Writer
	style Style
}

// NewProgress makes a Progress that writes to out, which is mostly standard error.
func NewProgress(out io.Writer, style Style) *Progress { return &Progress{out: out, style: style} }

// Event prints one event. A writer that fails cannot stop what is under way, so its errors are not looked at.
func (p *Progress) Event(event reconcile.Event) {
	switch event.Kind {
	case reconcile.StepStart:
		p.line("%s: %s (%d of %d)", event.Item, stepText(event), event.Index, event.Steps)
	case reconcile.StepEnd:
		p.ended(event)
	case reconcile.Waiting:
		p.line("waiting %s for the node to show what was done", event.Took)
	case reconcile.Note:
		p.line("%s", event.Text)
	}
}

func (p *Progress) ended(event reconcile.Event) {
	switch event.Outcome {
	case reconcile.StepDone:
		p.line("%s: %s done in %s", event.Item, stepText(event), tookText(event.Took))
	case reconcile.StepFailed:
		p.line("%s: %s %s after %s: %v", event.Item, stepText(event), p.style.paint(red, "failed"), tookText(event.Took), event.Err)
	case reconcile.StepHeld, reconcile.StepSkipped:
		p.line("%s: %s %s: %s", event.Item, stepText(event), event.Outcome, event.Text)
	}
}

func (p *Progress) line(format string, args ...any) {
	fmt.Fprintf(p.out, format+"\n", args...)
}

func stepText(event reconcile.Event) string {
	if event.Step == nil {
		return ""
	}
	return verbText(*event.Step)
}

// tookText is a duration for people.
func tookText(d time.Duration) string {
	if d < time.Second {
		return d.Round(time.Millisecond).String()
	}
	return d.Round(100 * time.Millisecond).String()
}
