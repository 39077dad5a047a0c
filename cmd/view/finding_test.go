package view_test

import (
	"bytes"
	"testing"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/spec"
)

func sampleFindings() []spec.Finding {
	return []spec.Finding{
		{Code: "SA1203", Severity: spec.Error, Message: `unknown property "qutoa"`, Suggestion: "quota", Pointer: "/spec/qutoa", Item: "web0",
			Position: spec.Position{File: "web0.yaml", Line: 9, Column: 3, EndLine: 9, EndColumn: 8}, Snippet: "  qutoa: 20GiB"},
		{Code: "SA1302", Severity: spec.Warning, Message: "a tab and wide characters keep their columns",
			Position: spec.Position{File: "web0.yaml", Line: 120, Column: 5}, Snippet: "\tä: ö"},
		{Code: "SA1601", Severity: spec.Error, Message: "name web0 is used twice", Position: spec.Position{File: "b.yaml", Line: 4, Column: 9, EndLine: 5, EndColumn: 2},
			Snippet: "  name: web0", Related: []spec.Position{{File: "a.yaml", Line: 4, Column: 9}}},
		{Code: "SA1001", Severity: spec.Error, Message: "cannot be read", Position: spec.Position{File: "c.yaml"}},
	}
}

func TestFindingsText(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := view.Findings(&out, sampleFindings(), view.Style{}); err != nil {
		t.Fatal(err)
	}
	golden(t, "findings.golden", out.String())
}

func TestFindingsAsJSON(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	repository := &spec.Repository{Files: 3, Manifests: []*spec.Manifest{{Name: "web0"}}, Findings: sampleFindings()}
	if err := view.JSON(&out, view.NewFindingsDocument(repository)); err != nil {
		t.Fatal(err)
	}
	golden(t, "findings.json.golden", out.String())
}

func TestFindingsSummary(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name     string
		findings []spec.Finding
		want     string
	}{
		{"nothing is wrong", nil, "1 manifest in 2 files: valid"},
		{"warnings do not make it invalid", sampleFindings()[1:2], "1 manifest in 2 files: valid, 1 warning"},
		{"errors are counted apart", sampleFindings(), "1 manifest in 2 files: 3 errors, 1 warning"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			repository := &spec.Repository{Files: 2, Manifests: []*spec.Manifest{{}}, Findings: c.findings}
			if got := view.FindingsSummary(repository); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
