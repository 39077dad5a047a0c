package view

import (
	"fmt"
	"io"
	"strings"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/reconcile"
)

// UndoDocument is what became of taking a run back, as JSON.
type UndoDocument struct {
	OutcomeDocument
	Run     string             `json:"run"`     // that was taken back
	Remarks []reconcile.Remark `json:"remarks"` // what was not put back, and why
}

// NewUndoDocument describes an undo that was executed.
func NewUndoDocument(run string, outcome OutcomeDocument, remarks []reconcile.Remark) UndoDocument {
	outcome.Schema = "specadm/undo"
	return UndoDocument{outcome, run, append([]reconcile.Remark{}, remarks...)}
}

// UndoPlanDocument is the plan of taking a run back, as JSON.
type UndoPlanDocument struct {
	PlanDocument
	Run     string             `json:"run"`     // that is to be taken back
	Remarks []reconcile.Remark `json:"remarks"` // what cannot be put back, and why
}

// NewUndoPlanDocument describes an undo that was not executed.
func NewUndoPlanDocument(run string, plan PlanDocument, remarks []reconcile.Remark) UndoPlanDocument {
	plan.Schema = "specadm/undoplan"
	return UndoPlanDocument{plan, run, append([]reconcile.Remark{}, remarks...)}
}

// UndoPlan prints the plan of taking a run back, what cannot be put back, and what the manifests make of it.
func UndoPlan(w io.Writer, plan *diff.Plan, options PlanOptions, remarks []reconcile.Remark) error {
	var out strings.Builder
	if len(plan.Items) == 0 {
		fmt.Fprintf(&out, "%s: nothing can be put back\n", options.Source)
	} else if err := Plan(w, plan, options); err != nil {
		return err
	}
	for i, remark := range remarks {
		if i == 0 {
			out.WriteString("\n")
		}
		what := remark.Item
		if remark.Path != "" {
			what += ": " + remark.Path
		}
		fmt.Fprintf(&out, "%s  %s: %s\n", options.Style.paint(yellow, "stays"), what, visible(remark.Text))
		if remark.Try != "" {
			fmt.Fprintf(&out, "       try: %s\n", remark.Try)
		}
	}
	if !plan.Empty() {
		out.WriteString("\nThe manifests are as they were: unless they are changed too, the next apply or watch makes again what is undone here.\n")
	}
	return writeText(w, out.String())
}
