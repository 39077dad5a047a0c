package view_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/diff"
)

// comparedReport is the sample compared with a base that does not make new0, and does not change ram.
func comparedReport(t *testing.T) *view.PlanReport {
	t.Helper()
	plan, base := samplePlan(3), samplePlan(3)
	base.Items = slices.DeleteFunc(base.Items, func(item *diff.Item) bool { return item.Name == "new0" })
	for _, item := range base.Items {
		if item.Name == "vm0" {
			item.Changes, item.Steps = item.Changes[1:], item.Steps[:1]
		}
	}
	base.Items = append(base.Items, &diff.Item{Name: "gone0", UUID: "5ad1a9e2-0000-4000-8000-000000000001"})
	left := plan.CompareBase(base, diff.Found{Instances: map[string]map[string]any{"5ad1a9e2-0000-4000-8000-000000000001": {}}})
	document, err := view.NewPlanDocument(plan, view.PlanContext{
		Source: view.Source{Owner: "default", Paths: []string{"manifests"}}, CreatedAt: time.Unix(1764000000, 0), Exit: view.NewExit(nil),
		Base:    view.NewBaseDocument(plan, "origin/main", "0123456789abcdef0123456789abcdef01234567", left),
		Against: view.NewAgainst(plan, "node.json", time.Unix(1764000000-3*3600, 0), time.Unix(1764000000, 0)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return &view.PlanReport{
		Plan: plan, Document: document, Options: view.PlanOptions{Base: document.Base, Against: document.Against.Text(), Source: "manifests"},
	}
}

func TestAPlanWithABaseHasTwoParts(t *testing.T) {
	t.Parallel()
	report := comparedReport(t)
	text := written(t, report, view.FormatText)
	first, second, ok := strings.Cut(text, "already there: ")
	if !ok || !strings.Contains(first, "compared with origin/main (commit 0123456789ab)\n\nthis change: 1 create, 1 reboot\n") {
		t.Errorf("the parts are:\n%s", text)
	}
	if !strings.HasPrefix(second, "2 live, 1 DESTROYS DATA, 3 unchanged, 1 blocked\n") {
		t.Errorf("the second part is:\n%s", second)
	}
	for _, want := range []string{
		"\nagainst node.json, taken 3 h ago\n", "! vm0 (bhyve): update, reboot", "    ram  2 GiB -> 4 GiB", "+ new0 (joyent)",
		"left behind: instance gone0: its manifest is gone; 5ad1a9e2-0000-4000-8000-000000000001 stays as it is\n",
	} {
		if !strings.Contains("\n"+first, want) {
			t.Errorf("the first part has no %q:\n%s", want, first)
		}
	}
	for _, want := range []string{"~ vm0 (bhyve): update\n", "x mail0: blocked", "~ web1", "- db0"} {
		if !strings.Contains(second, want) {
			t.Errorf("the second part has no %q:\n%s", want, second)
		}
	}
	markdown := written(t, report, view.FormatMarkdown)
	for _, want := range []string{
		"**this change: 1 create, 1 reboot**\n", "**already there: 2 live, ", "| this change | `!` | `vm0` | `bhyve` |", "| already there | `~` | `vm0` | `bhyve` |",
		"| this change |  | `gone0` |  | left behind: ", "Not from the node, but `against node.json, taken 3 h ago`",
	} {
		if !strings.Contains(markdown, want) {
			t.Errorf("the markdown has no %q:\n%s", want, markdown)
		}
	}
	for _, format := range []view.Format{view.FormatGitHub, view.FormatSARIF} {
		if text := written(t, report, format); strings.Contains(text, "db0") || strings.Contains(text, "mail0") || !strings.Contains(text, "vm0") {
			t.Errorf("%s tells of what was there, or not of what is new:\n%s", format, text)
		}
	}
	if text := written(t, report, view.FormatGitHubOutput); !strings.HasPrefix(text, "changes=2\ndrift=0\nblocked=0\nto_destroy=0\nmax_risk=reboot\n") {
		t.Errorf("the outputs are %s", text)
	}
}

func TestThePartsOutliveTheFile(t *testing.T) {
	t.Parallel()
	report := comparedReport(t)
	encoded := written(t, report, view.FormatJSON)
	checkJSON(t, strict(t, "plan"), encoded)
	document, err := view.ReadPlan([]byte(encoded))
	if err != nil {
		t.Fatal(err)
	}
	read := &view.PlanReport{Plan: document.Plan(), Document: document, Options: report.Options}
	// The secrets of the sample are no markers, as those of plans are; their edits say more than a document does.
	for _, format := range []view.Format{view.FormatGitHub, view.FormatGitHubOutput} {
		if before, after := written(t, report, format), written(t, read, format); before != after {
			t.Errorf("%s was\n%s\nand is\n%s", format, before, after)
		}
	}
	var out bytes.Buffer
	if err := view.Plan(&out, read.Plan, read.Options); err != nil || !strings.Contains(out.String(), "this change: 1 create, 1 reboot\n") {
		t.Errorf("%v\n%s", err, out.String())
	}
}
