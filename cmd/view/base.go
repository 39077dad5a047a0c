package view

import (
	"github.com/specadm/specadm/diff"
)

// BaseDocument is the version of the manifests that a plan was compared with. Items, changes and operations of the plan say by their member base
// whether the plan of that version has them too: existing, else new.
type BaseDocument struct {
	Revision   string           `json:"revision"` // as it was asked for
	Commit     string           `json:"commit"`
	New        map[Class]int    `json:"new"`        // items by class, of what this change causes
	Existing   map[Class]int    `json:"existing"`   // and of what was there before
	LeftBehind []ReportDocument `json:"leftBehind"` // what the base wants and these manifests no longer speak of; it stays
}

// NewBaseDocument describes the base that a plan was compared with.
func NewBaseDocument(plan *diff.Plan, revision, commit string, leftBehind []diff.Report) *BaseDocument {
	base := &BaseDocument{
		Revision: revision, Commit: commit, New: classes(plan.Only(diff.New)), Existing: classes(plan.Only(diff.Existing)), LeftBehind: []ReportDocument{},
	}
	for _, left := range leftBehind {
		base.LeftBehind = append(base.LeftBehind, ReportDocument(left))
	}
	return base
}

func classes(plan *diff.Plan) map[Class]int {
	counts := map[Class]int{}
	for _, item := range plan.Items {
		counts[Classify(item)]++
	}
	return counts
}

// Text names the base for people, such as "main (commit 1a2b3c4d5e6f)".
func (b *BaseDocument) Text() string {
	return oneLine(b.Revision, 60) + " (commit " + b.Commit[:min(12, len(b.Commit))] + ")"
}

func (b *BaseDocument) leftBehind() []ReportDocument {
	if b == nil {
		return nil
	}
	return b.LeftBehind
}

// planSection is a part of a plan that is shown by itself.
type planSection struct {
	title string // "": the whole plan
	plan  *diff.Plan
}

// planSections are what this change causes and what was there before, or the whole plan where it was compared with no base.
func planSections(plan *diff.Plan, options PlanOptions) []planSection {
	if options.Base == nil {
		return []planSection{{"", plan}}
	}
	return []planSection{{"this change", plan.Only(diff.New)}, {"already there", plan.Only(diff.Existing)}}
}

func (s planSection) verdict() string {
	switch {
	case s.title == "":
		return Verdict(s.plan)
	case len(s.plan.Items) == 0:
		return s.title + ": nothing"
	}
	return s.title + ": " + Verdict(s.plan)
}

// sections prints both parts, and what the change leaves behind.
func (t *planText) sections(plan *diff.Plan) {
	for i, section := range planSections(plan, t.options) {
		t.line("")
		t.line("%s", t.style.paint(bold, section.verdict()))
		t.items(section.plan)
		if i > 0 {
			continue
		}
		for j, left := range t.options.Base.LeftBehind {
			if j == 0 {
				t.line("")
			}
			t.line("left behind: %s %s: %s", left.Kind, left.Name, left.Text)
		}
	}
}
