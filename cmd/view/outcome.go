package view

import (
	"fmt"
	"io"
	"strings"

	"github.com/specadm/specadm/reconcile"
)

// Outcome prints what became of a plan: what changed, then what failed, was skipped, held or blocked, each with its cause and what to do
// next, and the totals. It is the text for a ticket.
func Outcome(w io.Writer, outcome *reconcile.Outcome, style Style) error {
	var out strings.Builder
	for _, result := range []reconcile.Result{
		reconcile.Changed, reconcile.Failed, reconcile.Skipped, reconcile.Held, reconcile.Blocked,
	} {
		for _, item := range outcome.Items {
			if item.Result == result {
				writeItem(&out, item, style)
			}
		}
	}
	for _, item := range outcome.Items {
		for _, warning := range item.Warnings {
			fmt.Fprintf(&out, "%s  %s: %s\n", style.paint(yellow, "warning  "), item.Name, warning)
		}
	}
	if outcome.Err != nil {
		fmt.Fprintf(&out, "%s  %v\n", style.paint(red, "error    "), outcome.Err)
	}
	if outcome.Interrupted {
		out.WriteString("interrupted; apply again to go on\n")
	}
	fmt.Fprintln(&out, totalsText(outcome.Totals()))
	_, err := io.WriteString(w, out.String())
	return err
}

func writeItem(out *strings.Builder, item *reconcile.ItemOutcome, style Style) {
	ink := green
	switch item.Result {
	case reconcile.Failed, reconcile.Blocked:
		ink = red
	case reconcile.Skipped, reconcile.Held:
		ink = yellow
	}
	fmt.Fprintf(out, "%s  %s", style.paint(ink, fmt.Sprintf("%-9s", item.Result)), item.Name)
	if text := causeText(item); text != "" {
		fmt.Fprintf(out, ": %s", text)
	}
	out.WriteString("\n")
	for _, missed := range item.Missed {
		fmt.Fprintf(out, "           %s\n", missedText(missed))
	}
	if item.Next != "" {
		fmt.Fprintf(out, "           next: %s\n", item.Next)
	}
}

// causeText says why an item is where it is; for a changed one, what was run.
func causeText(item *reconcile.ItemOutcome) string {
	switch {
	case item.Cause != nil:
		return item.Cause.Error()
	case item.Result == reconcile.Blocked && len(item.Blocked) > 0:
		return item.Blocked[0].Text
	}
	var verbs []string
	for _, step := range item.Steps {
		text := verbText(step.Step)
		switch step.Outcome {
		case reconcile.StepHeld, reconcile.StepSkipped:
			text += fmt.Sprintf(" %s (%s)", step.Outcome, step.Why)
		case reconcile.StepFailed:
			text += " failed"
		}
		verbs = append(verbs, text)
	}
	return strings.Join(verbs, ", ")
}

func missedText(missed reconcile.Missed) string {
	if missed.Sensitive {
		return missed.Path + " is not as wanted"
	}
	return fmt.Sprintf("%s is %s, wanted %s, was %s", missed.Path, valueText(missed.Path, missed.Found, missed.Unit),
		valueText(missed.Path, missed.Wanted, missed.Unit), valueText(missed.Path, missed.Before, missed.Unit))
}

func totalsText(totals reconcile.Totals) string {
	var parts []string
	for _, part := range []struct {
		n    int
		word string
	}{
		{totals.Changed, "changed"}, {totals.Failed, "failed"}, {totals.Skipped, "skipped"}, {totals.Held, "held"},
		{totals.Blocked, "blocked"}, {totals.Unchanged, "unchanged"},
	} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.word))
		}
	}
	if len(parts) == 0 {
		return "no instances"
	}
	return strings.Join(parts, ", ")
}
