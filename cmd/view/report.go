package view

import (
	"fmt"
	"io"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/reconcile"
	"github.com/specadm/specadm/spec"
)

// PlanReport is a plan in every format that it has.
type PlanReport struct {
	Plan     *diff.Plan
	Document PlanDocument // of the plan
	Read     bool         // the document was read from a file
	Options  PlanOptions  // its Style is that of Write
	Markdown MarkdownOptions
}

// PlanFormats lists the formats of a plan.
func PlanFormats() []Format {
	return []Format{FormatText, FormatJSON, FormatMarkdown, FormatGitHub, FormatJUnit, FormatSARIF, FormatGitHubOutput}
}

// Write writes the plan in one format. The style is that of the text.
func (r *PlanReport) Write(w io.Writer, format Format, style Style) error {
	options := r.Options
	options.Style = style
	switch format {
	case FormatText:
		if r.Read {
			return SavedPlan(w, r.Document, options)
		}
		return Plan(w, r.Plan, options)
	case FormatJSON:
		return JSON(w, r.Document)
	case FormatMarkdown:
		return writeText(w, planMarkdown(r.Plan, options, r.Markdown))
	case FormatGitHub:
		return writeText(w, annotations(planRemarks(r.caused())))
	case FormatJUnit:
		return planJUnit(r.Plan, options).write(w)
	case FormatSARIF:
		return JSON(w, newSARIF(planRemarks(r.caused()), r.Document.Tool))
	case FormatGitHubOutput:
		return writeText(w, planOutputs(r.caused(), r.Document))
	}
	return noFormat("plan", format)
}

// caused is the part of the plan that a pipeline decides by.
func (r *PlanReport) caused() *diff.Plan {
	if r.Document.Base == nil {
		return r.Plan
	}
	return r.Plan.Only(diff.New)
}

// FindingsReport is what was found in manifests, in every format that it has.
type FindingsReport struct {
	Repository *spec.Repository
	Tool       Tool
	Markdown   MarkdownOptions
}

// FindingsFormats lists the formats of findings.
func FindingsFormats() []Format {
	return []Format{FormatText, FormatJSON, FormatMarkdown, FormatGitHub, FormatJUnit, FormatSARIF}
}

// Write writes the findings in one format. The style is that of the text.
func (r *FindingsReport) Write(w io.Writer, format Format, style Style) error {
	switch format {
	case FormatText:
		return Findings(w, r.Repository.Findings, style)
	case FormatJSON:
		return JSON(w, NewFindingsDocument(r.Repository))
	case FormatMarkdown:
		return writeText(w, findingsMarkdown(r.Repository, r.Markdown))
	case FormatGitHub:
		return writeText(w, annotations(findingRemarks(r.Repository.Findings)))
	case FormatJUnit:
		return findingsJUnit(r.Repository).write(w)
	case FormatSARIF:
		return JSON(w, newSARIF(findingRemarks(r.Repository.Findings), r.Tool))
	}
	return noFormat("findings", format)
}

// OutcomeReport is what became of a plan, in every format that it has.
type OutcomeReport struct {
	Outcome  *reconcile.Outcome
	Tool     Tool
	Exit     Exit
	Markdown MarkdownOptions
}

// OutcomeFormats lists the formats of an outcome.
func OutcomeFormats() []Format {
	return []Format{FormatText, FormatJSON, FormatMarkdown, FormatJUnit}
}

// Write writes the outcome in one format. The style is that of the text.
func (r *OutcomeReport) Write(w io.Writer, format Format, style Style) error {
	switch format {
	case FormatText:
		return Outcome(w, r.Outcome, style)
	case FormatJSON:
		return JSON(w, NewOutcomeDocument(r.Outcome, r.Tool, r.Exit))
	case FormatMarkdown:
		return writeText(w, outcomeMarkdown(r.Outcome, r.Markdown))
	case FormatJUnit:
		return outcomeJUnit(r.Outcome).write(w)
	}
	return noFormat("outcome", format)
}

func writeText(w io.Writer, text string) error {
	_, err := io.WriteString(w, text)
	return err
}

func noFormat(what string, format Format) error {
	return fmt.Errorf("the %s has no format %s", what, format)
}
