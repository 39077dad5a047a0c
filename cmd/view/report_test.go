package view_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/spec"
)

// written is a report in one format.
func written(t failer, report interface {
	Write(io.Writer, view.Format, view.Style) error
}, format view.Format) string {
	t.Helper()
	var out bytes.Buffer
	if err := report.Write(&out, format, view.Style{}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func samplePlanReport(t *testing.T) *view.PlanReport {
	t.Helper()
	plan := samplePlan(3)
	plan.Findings = sampleFindings()
	for _, item := range plan.Items {
		item.Manifest = &spec.Manifest{Name: item.Name, Source: at(item.Name+".yaml", 1)}
	}
	plan.Items = append(plan.Items, &diff.Item{Name: "broken0", Action: diff.Noop, Blocked: []diff.Reason{{Code: diff.CodeBroken, Text: "its manifest has errors"}}})
	document, err := view.NewPlanDocument(plan, view.PlanContext{
		Tool: view.Tool{Version: "1.2.3"}, CreatedAt: time.Unix(1764000000, 0),
		Source: view.Source{Owner: "default", Paths: []string{"manifests"}, Files: 7, Manifests: 6},
	})
	if err != nil {
		t.Fatal(err)
	}
	return &view.PlanReport{
		Plan: plan, Document: document,
		Options:  view.PlanOptions{Source: "manifests (7 files)", Next: "specadm apply manifests --max-risk destroy"},
		Markdown: view.MarkdownOptions{Whole: []string{"specadm plan"}},
	}
}

func sampleFindingsReport() *view.FindingsReport {
	return &view.FindingsReport{
		Repository: &spec.Repository{Files: 3, Manifests: []*spec.Manifest{{Name: "app0"}, {Name: "web0"}}, Findings: sampleFindings()},
		Tool:       view.Tool{Version: "1.2.3"},
	}
}

func sampleOutcomeReport() *view.OutcomeReport {
	return &view.OutcomeReport{
		Outcome: sampleOutcome(), Tool: view.Tool{Version: "1.2.3"}, Exit: view.NewExit([]view.ExitReason{{Code: 130, Text: "interrupted"}}),
	}
}

func TestReportsInEveryFormat(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		report interface {
			Write(io.Writer, view.Format, view.Style) error
		}
		formats []view.Format
	}{
		{"plan", samplePlanReport(t), view.PlanFormats()},
		{"findings", sampleFindingsReport(), view.FindingsFormats()},
		{"outcome", sampleOutcomeReport(), view.OutcomeFormats()},
	} {
		for _, format := range c.formats {
			text := written(t, c.report, format)
			if strings.Contains(text, "canary") {
				t.Errorf("%s as %s shows a secret", c.name, format)
			}
			if format != view.FormatText && format != view.FormatJSON { // they have tests of their own
				golden(t, "report/"+c.name+"."+string(format), text)
			}
		}
		if err := c.report.Write(io.Discard, "xlsx", view.Style{}); err == nil {
			t.Errorf("%s is written in a format that does not exist", c.name)
		}
	}
}

// TestTestReportsCountWhatTheyHold reads each test report as a CI does.
func TestTestReportsCountWhatTheyHold(t *testing.T) {
	t.Parallel()
	type report struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Suite    struct {
			Tests, Failures, Skipped int `xml:",attr"`
			Cases                    []struct {
				Name    string    `xml:"name,attr"`
				Failure *struct{} `xml:"failure"`
				Skipped *struct{} `xml:"skipped"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	hostile := samplePlanReport(t)
	hostile.Plan.Items[0].Name = "<&\"']]>\x00\x1b[31m\ufffe\xff"
	for name, text := range map[string]string{
		"plan": written(t, samplePlanReport(t), view.FormatJUnit), "hostile": written(t, hostile, view.FormatJUnit),
		"findings": written(t, sampleFindingsReport(), view.FormatJUnit), "outcome": written(t, sampleOutcomeReport(), view.FormatJUnit),
	} {
		var r report
		if err := xml.Unmarshal([]byte(text), &r); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, text)
		}
		failures, skipped := 0, 0
		for _, c := range r.Suite.Cases {
			if c.Failure != nil {
				failures++
			}
			if c.Skipped != nil {
				skipped++
			}
		}
		got := fmt.Sprint(r.Tests, r.Failures, len(r.Suite.Cases), failures)
		if want := fmt.Sprint(len(r.Suite.Cases), failures, len(r.Suite.Cases), failures); got != want || failures == 0 {
			t.Errorf("%s: tests, failures are %s, want %s", name, got, want)
		}
		if want := map[string]int{"plan": 2, "hostile": 2, "findings": 0, "outcome": 2}[name]; skipped != want {
			t.Errorf("%s: %d skipped, want %d", name, skipped, want)
		}
	}
}

// TestAnnotationsCannotBeForged puts what ends a workflow command, or begins another, into everything that an annotation shows.
func TestAnnotationsCannotBeForged(t *testing.T) {
	t.Parallel()
	const evil = "a%,b:c\r\n::error::forged\n::add-mask::x"
	report := samplePlanReport(t)
	report.Plan.Findings = []spec.Finding{{Code: "SA1203", Message: evil, Suggestion: evil, Position: spec.Position{File: evil, Line: 3, Column: 2}, Item: evil}}
	report.Plan.Items = []*diff.Item{{Name: evil, Blocked: []diff.Reason{{Code: "FOREIGN", Text: evil, Try: evil}}}}
	text := written(t, report, view.FormatGitHub)
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines:\n%s", len(lines), text)
	}
	want := `::warning file=a%25%2Cb%3Ac\r%0A%3A%3Aerror%3A%3Aforged%0A%3A%3Aadd-mask%3A%3Ax,line=3,col=2,title=`
	if !strings.HasPrefix(lines[1], want) {
		t.Errorf("got  %s\nwant %s", lines[1], want)
	}
}
