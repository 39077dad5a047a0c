package view

import (
	"fmt"
	"io"
	"strings"

	"github.com/specadm/specadm/spec"
)

// Findings prints remarks about input for people, one after the other: a headline that editors and terminals can follow, the line
// with a caret below the place, and what to try.
func Findings(w io.Writer, findings []spec.Finding, style Style) error {
	var out strings.Builder
	for _, finding := range findings {
		writeFinding(&out, finding, style)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func writeFinding(out *strings.Builder, finding spec.Finding, style Style) {
	ink := yellow
	if finding.Severity == spec.Error {
		ink = red
	}
	head := style.paint(ink, fmt.Sprintf("%s[%s]", finding.Severity, finding.Code))
	if finding.File != "" {
		head = finding.Position.String() + ": " + head
	}
	fmt.Fprintf(out, "%s: %s\n", head, finding.Message)
	if finding.Snippet != "" && finding.Line > 0 {
		number := fmt.Sprintf("%5d", finding.Line)
		fmt.Fprintf(out, "%s | %s\n", number, expandTabs(finding.Snippet))
		if finding.Column > 0 {
			fmt.Fprintf(out, "%s | %s\n", strings.Repeat(" ", len(number)), style.paint(ink, caret(finding)))
		}
	}
	for _, place := range finding.Related {
		fmt.Fprintf(out, "      see %s\n", place)
	}
	if finding.Suggestion != "" {
		fmt.Fprintf(out, "      try: %s\n", finding.Suggestion)
	}
}

// caret marks the place below a snippet, as wide as the finding says.
func caret(finding spec.Finding) string {
	width := 1
	if finding.EndLine == finding.Line && finding.EndColumn > finding.Column {
		width = finding.EndColumn - finding.Column
	}
	width = min(width, max(1, textWidth(finding.Snippet)-finding.Column+1))
	return strings.Repeat(" ", finding.Column-1) + strings.Repeat("^", width)
}

// expandTabs shows a tab as one space, which keeps columns where they are.
func expandTabs(text string) string { return strings.ReplaceAll(text, "\t", " ") }

// FindingsDocument is the JSON answer of validate.
type FindingsDocument struct {
	Schema        string         `json:"schema"`
	SchemaVersion string         `json:"schemaVersion"`
	Files         int            `json:"files"`
	Manifests     int            `json:"manifests"`
	Valid         bool           `json:"valid"`
	Unknown       int            `json:"unknown,omitempty"` // values by reference that could not be revealed here, so that they were not checked
	Diagnostics   []spec.Finding `json:"diagnostics"`
}

// NewFindingsDocument describes what was found in a repository.
func NewFindingsDocument(repository *spec.Repository) FindingsDocument {
	return FindingsDocument{
		Schema:        "specadm/findings",
		SchemaVersion: "1.0",
		Files:         repository.Files,
		Manifests:     len(repository.Manifests),
		Unknown:       sealed(repository),
		Valid:         !spec.HasErrors(repository.Findings),
		Diagnostics:   append([]spec.Finding{}, repository.Findings...),
	}
}

// sealed counts the values by reference that could not be revealed.
func sealed(repository *spec.Repository) int {
	n := 0
	for _, manifest := range repository.Manifests {
		n += len(manifest.Sealed())
	}
	return n
}

// FindingsSummary is the last line of validate.
func FindingsSummary(repository *spec.Repository) string {
	errors, warnings := countFindings(repository.Findings)
	what := fmt.Sprintf("%s in %s", Count(len(repository.Manifests), "manifest"), Count(repository.Files, "file"))
	if sealed := sealed(repository); sealed > 0 {
		what += fmt.Sprintf(" (%s not evaluated here)", Count(sealed, "secret"))
	}
	switch {
	case errors+warnings == 0:
		return what + ": valid"
	case errors == 0:
		return fmt.Sprintf("%s: valid, %s", what, Count(warnings, "warning"))
	}
	return fmt.Sprintf("%s: %s, %s", what, Count(errors, "error"), Count(warnings, "warning"))
}

func countFindings(findings []spec.Finding) (errors, warnings int) {
	for _, finding := range findings {
		if finding.Severity == spec.Error {
			errors++
		} else {
			warnings++
		}
	}
	return errors, warnings
}

// Count is "1 file", "2 files".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
