package view_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/spec"
)

// hostile draws texts that want to leave the place where they are shown.
func hostile() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		parts := rapid.SliceOfN(rapid.SampledFrom([]string{
			"`", "```", "``````", "~~~", "|", "\n", "\r\n", "\\", "<", "</details>", "<!-- specadm cn1 -->", "-->", "<script>", "@someone", "**", "| --- |\n",
			"\n```\n", "\n    ", "# ", "\x1b[31m", "\u202e", "\xff", "ä", "a long word ", "&lt;", "http://example.com",
		}), 0, 12).Draw(t, "parts")
		return strings.Join(parts, "")
	})
}

// hostilePlan draws a plan whose every text is hostile.
func hostilePlan(t *rapid.T, items int) *diff.Plan {
	text := hostile()
	plan := &diff.Plan{Node: diff.Node{Hostname: text.Draw(t, "hostname"), Platform: text.Draw(t, "platform")}, Owner: text.Draw(t, "owner")}
	values := rapid.SliceOfN(text, 7, 7).Draw(t, "values")
	for i := range items {
		item := &diff.Item{Name: fmt.Sprint(values[i%7], i), Brand: spec.Brand(values[(i+1)%7]), Action: diff.Update, Running: true}
		risk := spec.Risk(i % 5)
		item.Changes = []diff.Change{
			{Path: "tags." + values[(i+2)%7], Op: diff.OpReplace, Before: values[(i+3)%7], After: values[(i+4)%7], Risk: risk, Cause: diff.CauseDrift,
				Origin: spec.Position{File: values[(i+5)%7], Line: i}},
		}
		item.Steps = []diff.Step{{Verb: diff.VerbZFSSet, Target: values[(i+6)%7], Risk: risk}}
		if i%11 == 0 {
			item.Blocked, item.Steps = []diff.Reason{{Code: "FOREIGN", Text: values[i%7], Try: values[(i+1)%7]}}, nil
		}
		plan.Items = append(plan.Items, item)
	}
	plan.Findings = []spec.Finding{{Code: "SA1203", Severity: spec.Error, Message: values[0], Snippet: values[1], Position: spec.Position{File: values[2], Line: 1, Column: 1}}}
	return plan
}

// TestCommentsHoldTogether states what is true of every comment: it keeps its limit, it has the verdict and one marker, its tables have
// the same number of cells in each row, and every fence and every folded part ends where it should.
func TestCommentsHoldTogether(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		plan := hostilePlan(t, rapid.IntRange(0, 30).Draw(t, "items"))
		limit := rapid.SampledFrom([]int{view.LeastMarkdownLimit, 20_000, view.DefaultMarkdownLimit}).Draw(t, "limit")
		next := hostile().Draw(t, "next")
		checkComment(t, plan, limit, view.PlanOptions{Source: hostile().Draw(t, "source"), Next: next})
	})
}

func TestCommentOfFiveThousandInstances(t *testing.T) {
	t.Parallel()
	plan := rapid.Custom(func(t *rapid.T) *diff.Plan { return hostilePlan(t, 5000) }).Example(7)
	checkComment(t, plan, 0, view.PlanOptions{})
}

// failer is a test, plain or on random values.
type failer interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

func checkComment(t failer, plan *diff.Plan, limit int, options view.PlanOptions) {
	t.Helper()
	whole := []string{options.Source, "specadm plan"}
	report := &view.PlanReport{Plan: plan, Options: options, Markdown: view.MarkdownOptions{Limit: limit, Whole: whole}}
	text := written(t, report, view.FormatMarkdown)
	if limit == 0 {
		limit = view.DefaultMarkdownLimit
	}
	if len(text) > limit {
		t.Fatalf("%d bytes, limit %d", len(text), limit)
	}
	if !strings.Contains(text, "\n**"+view.Verdict(plan)+"**\n") {
		t.Fatalf("no verdict:\n%.500s", text)
	}
	if !strings.HasPrefix(text, "<!-- specadm ") {
		t.Fatalf("no marker:\n%.100s", text)
	}
	rows, folds := readComment(t, text)
	shown := 0
	for _, item := range plan.Items {
		if view.Classify(item) != view.ClassUnchanged {
			shown++
		}
	}
	leftOut := strings.Contains(text, "**Left out on purpose**")
	if rows > shown || folds > shown+1 || leftOut == (rows == shown && folds == shown+1) {
		t.Fatalf("%d rows and %d parts of %d instances, and the note is %v", rows, folds, shown, leftOut)
	}
}

var cells = regexp.MustCompile(`^\| .* \|$`)

// readComment reads a comment line by line as a Markdown reader does, and counts rows of the table and folded parts.
func readComment(t failer, text string) (rows, folds int) {
	fence, open := "", 0
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		ticks := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case fence != "":
			if line == ticks && len(ticks) >= len(fence) {
				fence = ""
			}
		case len(ticks) >= 3:
			fence = ticks
		case strings.HasPrefix(line, "<details><summary>"):
			if open++; !strings.HasSuffix(line, "</summary>") || strings.Count(line, "<") != 3 {
				t.Fatalf("a summary is torn: %q", line)
			}
			folds++
		case line == "</details>":
			open--
		case strings.HasPrefix(line, "|"):
			if !cells.MatchString(line) || strings.Count(line, "|") != 6 {
				t.Fatalf("a row is torn: %q", line)
			}
			rows++
		case strings.Contains(line, "<!--") && !strings.HasPrefix(text, line+"\n"):
			if !strings.Contains(line, "`") {
				t.Fatalf("a second marker: %q", line)
			}
		}
		if open < 0 || open > 1 {
			t.Fatalf("folded parts do not nest at %q", line)
		}
	}
	if fence != "" || open != 0 {
		t.Fatalf("a fence %q or a folded part is left open:\n%s", fence, text)
	}
	return max(0, rows-2), folds // without the heading
}
