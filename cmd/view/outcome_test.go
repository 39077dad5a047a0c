package view_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/reconcile"
	"github.com/specadm/specadm/spec"
)

// sampleOutcome has one instance of every result.
func sampleOutcome() *reconcile.Outcome {
	step := func(verb diff.Verb, outcome reconcile.StepOutcome, why string) reconcile.StepReport {
		return reconcile.StepReport{Step: diff.Step{Verb: verb, Target: "01b2c898-945f-11e1-a523-af1afbe22822"}, Outcome: outcome, Took: 1234 * time.Millisecond, Why: why}
	}
	failed := step(diff.VerbUpdate, reconcile.StepFailed, "")
	failed.Err = errors.New("cannot update: no such luck")
	return &reconcile.Outcome{
		Found: diff.Found{Node: diff.Node{Hostname: "cn1"}},
		Items: []*reconcile.ItemOutcome{
			{Name: "app0", Result: reconcile.Unchanged},
			{Name: "bad0", Result: reconcile.Blocked, Blocked: []diff.Reason{{Code: diff.CodeBroken, Text: "its manifest has errors"}}, Next: "specadm validate shows them"},
			{Name: "db0", Result: reconcile.Held, Steps: []reconcile.StepReport{
				step(diff.VerbUpdate, reconcile.StepDone, ""), step(diff.VerbReboot, reconcile.StepHeld, "its risk is reboot, and live is allowed")},
				Next: "apply with --max-risk reboot"},
			{Name: "late0", Result: reconcile.Skipped, Steps: []reconcile.StepReport{step(diff.VerbCreate, reconcile.StepSkipped, "the run was interrupted")}},
			{Name: "mail0", Result: reconcile.Failed, Steps: []reconcile.StepReport{step(diff.VerbUpdate, reconcile.StepDone, "")},
				Cause: errors.New("the platform said success"), Next: "change the manifest",
				Missed: []reconcile.Missed{
					{Path: "quota", Before: int64(10), Wanted: int64(20), Found: int64(10), Unit: spec.GiB},
					{Path: "vnc_password", Before: "canary-a", Wanted: "canary-b", Found: "canary-a", Sensitive: true}}},
			{Name: "vm0", Result: reconcile.Failed, Steps: []reconcile.StepReport{failed}, Cause: failed.Err},
			{Name: "web0", Result: reconcile.Changed, Touched: true, Steps: []reconcile.StepReport{
				step(diff.VerbImport, reconcile.StepDone, ""), step(diff.VerbCreate, reconcile.StepDone, "")},
				Warnings: []string{"create failed, but its change is in place: timed out"}},
		},
		Interrupted: true,
		Err:         errors.New("cannot write the journal: disk full"),
	}
}

func TestOutcomeText(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := view.Outcome(&out, sampleOutcome(), view.Style{}); err != nil {
		t.Fatal(err)
	}
	golden(t, "outcome.golden", out.String())
	if strings.Contains(out.String(), "canary") {
		t.Error("a secret is shown")
	}
}

func TestOutcomeAsJSON(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	exit := view.NewExit([]view.ExitReason{{Code: 130, Text: "interrupted"}, {Code: 30, Text: "1 changed, others failed"}})
	if err := view.JSON(&out, view.NewOutcomeDocument(sampleOutcome(), view.Tool{Version: "devel"}, exit)); err != nil {
		t.Fatal(err)
	}
	golden(t, "outcome.json.golden", out.String())
	if strings.Contains(out.String(), "canary") {
		t.Error("a secret is shown")
	}
}

func TestProgressPrintsOneLineForEachChangeOfState(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	progress := view.NewProgress(&out, view.Style{})
	event := reconcile.Event{Item: "web0", Step: &diff.Step{Verb: diff.VerbCreate}, Index: 1, Steps: 2}
	for _, e := range []struct {
		kind    reconcile.EventKind
		outcome reconcile.StepOutcome
		took    time.Duration
	}{
		{reconcile.StepStart, "", 0},
		{reconcile.StepEnd, reconcile.StepDone, 90 * time.Second},
		{reconcile.StepEnd, reconcile.StepFailed, 1250 * time.Millisecond},
		{reconcile.StepEnd, reconcile.StepHeld, 0},
		{reconcile.Looking, "", 0},
		{reconcile.Waiting, "", time.Second},
		{reconcile.ItemEnd, "", 0},
	} {
		event.Kind, event.Outcome, event.Took = e.kind, e.outcome, e.took
		event.Err, event.Text = errors.New("no such luck"), "its risk is reboot"
		progress.Event(event)
	}
	golden(t, "progress.golden", out.String())
}

func TestWatchLines(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 4, 2, 10, 0, 0, 0, time.FixedZone("CEST", 7200))
	for _, asJSON := range []bool{false, true} {
		var out bytes.Buffer
		lines := view.NewWatchLines(&out, view.Style{}, asJSON)
		lines.Event(reconcile.WatchEvent{Time: at, Kind: reconcile.WatchStarted, Text: "watching [manifests]"})
		lines.Event(reconcile.WatchEvent{Time: at, Kind: reconcile.WatchChanged, Item: "web0", Text: "update: cpu_shares"})
		name := "watch.golden"
		if asJSON {
			name = "watch.json.golden"
		}
		golden(t, name, out.String())
	}
}
