package view

import (
	"slices"
	"strings"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/spec"
)

// remark is something worth a line beside a manifest: a finding, a reason why nothing is done, a change that disturbs.
type remark struct {
	level   level
	code    string // of the finding or reason; of a change RISK_ and its risk
	title   string
	text    string
	place   spec.Position
	snippet string // the line, without secrets; may be empty
}

// level ranks remarks, worst first.
type level int

const (
	levelError level = iota
	levelWarning
	levelNotice
)

func findingRemarks(findings []spec.Finding) []remark {
	var remarks []remark
	for _, finding := range findings {
		r := remark{
			level: levelWarning, code: finding.Code, title: finding.Code, text: finding.Message, place: finding.Position, snippet: finding.Snippet,
		}
		if finding.Severity == spec.Error {
			r.level = levelError
		}
		if finding.Item != "" {
			r.title = finding.Item + ": " + finding.Code
		}
		if finding.Suggestion != "" {
			r.text += "\ntry: " + finding.Suggestion
		}
		remarks = append(remarks, r)
	}
	return worstRemarksFirst(remarks)
}

// planRemarks are the findings, the reasons why nothing is done to an instance, and every change that does more than disturb nothing.
func planRemarks(plan *diff.Plan) []remark {
	remarks := findingRemarks(plan.Findings)
	for _, item := range plan.Items {
		if Broken(item.Blocked) {
			continue // the findings say why
		}
		for _, reason := range item.Blocked {
			remarks = append(remarks, blockedRemark(item, reason))
		}
		remarks = append(remarks, riskRemarks(item)...)
	}
	return worstRemarksFirst(remarks)
}

func blockedRemark(item *diff.Item, reason diff.Reason) remark {
	r := remark{level: levelError, code: reason.Code, title: item.Name + ": blocked", text: reason.Text, place: reason.Origin}
	if reason.Try != "" {
		r.text += "\ntry: " + reason.Try
	}
	if r.place.File == "" {
		r.place = itemPlace(item)
	}
	return r
}

// riskRemarks tells of each change whose risk is reboot or above; of an item that has such steps without such a change, one for it.
func riskRemarks(item *diff.Item) []remark {
	if len(item.Steps) == 0 || item.Risk() < spec.Reboot {
		return nil
	}
	var remarks []remark
	for _, change := range item.Changes {
		if change.Risk < spec.Reboot {
			continue
		}
		line := newChangeLine(change)
		r := riskRemark(item, change.Risk, change.Marks, line.path+" "+line.values)
		if change.Origin.File != "" {
			r.place = change.Origin
		}
		remarks = append(remarks, r)
	}
	if len(remarks) > 0 {
		return remarks
	}
	var verbs []string
	for _, step := range item.Steps {
		verbs = append(verbs, verbText(step))
	}
	return []remark{riskRemark(item, item.Risk(), itemMarks(item), strings.Join(verbs, ", "))}
}

func riskRemark(item *diff.Item, risk spec.Risk, marks []spec.Mark, text string) remark {
	r := remark{
		level: levelWarning, code: "RISK_" + strings.ToUpper(risk.String()), title: item.Name + ": " + risk.String(), text: text,
		place: itemPlace(item),
	}
	if len(marks) > 0 {
		r.title += " " + markText(marks)
	} else if risk == spec.Reboot {
		r.level = levelNotice
	}
	return r
}

// itemPlace is where the manifest of an item starts.
func itemPlace(item *diff.Item) spec.Position {
	if item.Manifest == nil {
		return spec.Position{}
	}
	return item.Manifest.Source
}

func worstRemarksFirst(remarks []remark) []remark {
	slices.SortStableFunc(remarks, func(a, b remark) int { return int(a.level) - int(b.level) })
	return remarks
}
