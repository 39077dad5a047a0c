package view

import (
	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/reconcile"
	"github.com/specadm/specadm/spec"
)

// OutcomeDocument is what became of a plan, as JSON.
type OutcomeDocument struct {
	Schema        string                `json:"schema"`
	SchemaVersion string                `json:"schemaVersion"`
	Tool          Tool                  `json:"tool"`
	Node          diff.Node             `json:"node"`
	Interrupted   bool                  `json:"interrupted"`
	Summary       map[string]int        `json:"summary"` // items by result
	Items         []ItemOutcomeDocument `json:"items"`   // in the order of the plan
	Error         string                `json:"error,omitempty"`
	Exit          Exit                  `json:"exit"`
}

// ItemOutcomeDocument is what became of one instance.
type ItemOutcomeDocument struct {
	Kind       string                `json:"kind"`
	Name       string                `json:"name"`
	UUID       string                `json:"uuid,omitempty"`
	Action     diff.Action           `json:"action"`
	Result     reconcile.Result      `json:"result"`
	Touched    bool                  `json:"touched"` // at least one command took effect
	Operations []StepOutcomeDocument `json:"operations"`
	Missed     []MissedDocument      `json:"missed"` // wanted values that are not in place
	Cause      string                `json:"cause,omitempty"`
	Next       string                `json:"next,omitempty"`
	Warnings   []string              `json:"warnings"`
	BlockedBy  []diff.Reason         `json:"blockedBy"`
}

// StepOutcomeDocument is what became of one command.
type StepOutcomeDocument struct {
	Verb    diff.Verb             `json:"verb"`
	Target  string                `json:"target"`
	Risk    spec.Risk             `json:"risk"`
	Outcome reconcile.StepOutcome `json:"outcome"`
	Millis  int64                 `json:"ms"`
	Error   string                `json:"error,omitempty"`
	Why     string                `json:"why,omitempty"`
}

// MissedDocument is a wanted value that did not arrive. In the place of secret values stand markers.
type MissedDocument struct {
	Path      string    `json:"path"`
	Before    any       `json:"before"`
	Wanted    any       `json:"wanted"`
	Found     any       `json:"found"`
	Unit      spec.Unit `json:"unit,omitempty"`
	Sensitive bool      `json:"sensitive"`
}

// NewOutcomeDocument describes an outcome.
func NewOutcomeDocument(outcome *reconcile.Outcome, tool Tool, exit Exit) OutcomeDocument {
	totals := outcome.Totals()
	document := OutcomeDocument{
		Schema:        "specadm/outcome",
		SchemaVersion: "1.0",
		Tool:          tool,
		Node:          outcome.Found.Node,
		Interrupted:   outcome.Interrupted,
		Summary: map[string]int{
			"changed": totals.Changed, "failed": totals.Failed, "skipped": totals.Skipped, "held": totals.Held,
			"blocked": totals.Blocked, "unchanged": totals.Unchanged,
		},
		Items: []ItemOutcomeDocument{},
		Exit:  exit,
	}
	if outcome.Err != nil {
		document.Error = outcome.Err.Error()
	}
	for _, item := range outcome.Items {
		document.Items = append(document.Items, newItemOutcomeDocument(item))
	}
	return document
}

func newItemOutcomeDocument(item *reconcile.ItemOutcome) ItemOutcomeDocument {
	document := ItemOutcomeDocument{
		Kind: item.Kind.String(), Name: item.Name, UUID: item.UUID, Action: item.Action, Result: item.Result, Touched: item.Touched,
		Operations: []StepOutcomeDocument{},
		Missed:     []MissedDocument{},
		Next:       item.Next,
		Warnings:   append([]string{}, item.Warnings...),
		BlockedBy:  append([]diff.Reason{}, item.Blocked...),
	}
	if item.Cause != nil {
		document.Cause = item.Cause.Error()
	}
	for _, step := range item.Steps {
		operation := StepOutcomeDocument{
			Verb: step.Verb, Target: step.Target, Risk: step.Risk, Outcome: step.Outcome, Millis: step.Took.Milliseconds(), Why: step.Why,
		}
		if step.Err != nil {
			operation.Error = step.Err.Error()
		}
		document.Operations = append(document.Operations, operation)
	}
	for _, missed := range item.Missed {
		entry := MissedDocument(missed)
		if missed.Sensitive {
			entry.Before, entry.Wanted, entry.Found = masked(missed.Before), masked(missed.Wanted), masked(missed.Found)
		}
		document.Missed = append(document.Missed, entry)
	}
	return document
}
