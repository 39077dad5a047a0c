package view

import (
	"fmt"
	"slices"
	"strings"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/reconcile"
	"github.com/specadm/specadm/spec"
)

// longestNext is how long the command that applies a plan may be to be shown in a comment, in bytes.
const longestNext = 300

// planMarkdown is a plan as a comment: the verdict, a row for each instance with something to say, worst first, and its lines folded.
func planMarkdown(plan *diff.Plan, options PlanOptions, limits MarkdownOptions) string {
	options.Summary = false
	c := comment{columns: []string{"", "instance", "brand", "action", "cause"}}
	sections := planSections(plan, options)
	c.head = marker(plan.Node.Hostname) + fmt.Sprintf("### specadm plan of %s\n\n", inlineCode(plan.Node.Hostname, 60))
	for _, section := range sections {
		c.head += "**" + section.verdict() + "**\n\n"
	}
	c.head += inlineCode(factsText(plan, options), 250) + "\n\n"
	if options.Base != nil {
		c.columns = append([]string{"since"}, c.columns...)
		c.head += "Compared with " + inlineCode(options.Base.Text(), 200) + "\n\n"
	}
	if options.Against != "" {
		c.head += "Not from the node, but " + inlineCode(options.Against, 200) + "\n\n"
	}
	if options.Partial != "" {
		c.head += "Partial: " + inlineCode(options.Partial, 200) + "\n\n"
	}
	if errors, warnings := countFindings(plan.Findings); errors+warnings > 0 {
		c.head += fmt.Sprintf("**%s, %s** in the manifests.\n\n", Count(errors, "error"), Count(warnings, "warning"))
	}
	c.folds = findingFolds(plan.Findings)
	unchanged := 0
	for _, section := range sections {
		for _, item := range worstFirst(section.plan.Items) {
			class := Classify(item)
			if class == ClassUnchanged && !tells(item) {
				unchanged++
				continue
			}
			c.rows = append(c.rows, planRow(item, class, options, section.title))
			text := &planText{options: options}
			text.item(item)
			body := strings.TrimLeft(text.out.String(), "\n")
			summary, _, _ := strings.Cut(body, "\n")
			if section.title != "" {
				summary = section.title + ": " + summary
			}
			c.folds = append(c.folds, entry{string(class), item.Name, fold(summary, "diff", body)})
		}
	}
	for _, left := range options.Base.leftBehind() {
		c.rows = append(c.rows, entry{"left behind", left.Name, row("this change", "", inlineCode(left.Name, 140), "", "left behind: "+inlineCode(left.Text, 120), "")})
	}
	var tail []string
	if unchanged > 0 {
		tail = append(tail, fmt.Sprintf("%d unchanged", unchanged))
	}
	if n := len(plan.Reports); n > 0 {
		tail = append(tail, fmt.Sprintf("%d not managed", n))
	}
	if len(tail) > 0 {
		c.tail = "\nNot shown: " + strings.Join(tail, ", ") + ".\n"
	}
	if next := inlineCode(options.Next, longestNext); next != "" && len(options.Next) <= longestNext {
		c.tail += "\nApply with: " + next + "\n"
	}
	return c.render(limits)
}

// planRow is the row of an item; section is the first cell where there are several.
func planRow(item *diff.Item, class Class, options PlanOptions, section string) entry {
	text := &planText{options: options}
	action := text.actionText(item, class)
	if class == ClassBlocked {
		action += ": " + item.Blocked[0].Code
	}
	what := inlineCode(action, 120)
	if marks := itemMarks(item); len(marks) > 0 && class != ClassBlocked {
		what += " **" + strings.Trim(markText(marks), "[]") + "**"
	}
	symbol := inlineCode(Style{}.symbol(class), 5)
	cells := []string{symbol, inlineCode(item.Name, 140), inlineCode(string(item.Brand), 40), what, causesText(item)}
	if section != "" {
		cells = append([]string{section}, cells...)
	}
	return entry{string(class), item.Name, row(cells...)}
}

// causesText names the causes of an item's changes, without repetition.
func causesText(item *diff.Item) string {
	var causes []string
	for _, change := range item.Changes {
		cause := newChangeLine(change).cause
		if !slices.Contains(causes, cause) {
			causes = append(causes, cause)
		}
	}
	slices.Sort(causes)
	return strings.Join(causes, ", ")
}

// findingFolds are the findings of each file, folded.
func findingFolds(findings []spec.Finding) []entry {
	var folds []entry
	for _, file := range byFile(findings) {
		errors, warnings := countFindings(file)
		var body strings.Builder
		for _, finding := range file {
			writeFinding(&body, finding, Style{})
		}
		name := file[0].File
		summary := fmt.Sprintf("%s: %s, %s", name, Count(errors, "error"), Count(warnings, "warning"))
		folds = append(folds, entry{"findings", name, fold(summary, "", body.String())})
	}
	return folds
}

// byFile cuts findings, which come in order of place, at the ends of files. Files with errors come first.
func byFile(findings []spec.Finding) [][]spec.Finding {
	var files [][]spec.Finding
	for i, finding := range findings {
		if i == 0 || finding.File != findings[i-1].File {
			files = append(files, nil)
		}
		files[len(files)-1] = append(files[len(files)-1], finding)
	}
	slices.SortStableFunc(files, func(a, b []spec.Finding) int {
		switch {
		case spec.HasErrors(a) == spec.HasErrors(b):
			return 0
		case spec.HasErrors(a):
			return -1
		}
		return 1
	})
	return files
}

// findingsMarkdown is what was found in manifests as a comment.
func findingsMarkdown(repository *spec.Repository, limits MarkdownOptions) string {
	c := comment{columns: []string{"", "place", "code", "what is wrong"}}
	c.head = marker("validate") + "### specadm validate\n\n**" + FindingsSummary(repository) + "**\n\n"
	for _, r := range findingRemarks(repository.Findings) {
		kind := "warning"
		if r.level == levelError {
			kind = "error"
		}
		message, _, _ := strings.Cut(r.text, "\n")
		c.rows = append(c.rows, entry{kind, r.place.String(), row(kind, inlineCode(r.place.String(), 140), r.code, inlineCode(message, 200))})
	}
	c.folds = findingFolds(repository.Findings)
	return c.render(limits)
}

// outcomeMarkdown is what became of a plan as a comment: the totals, a row for each instance that is not as it was, and the cause folded.
func outcomeMarkdown(outcome *reconcile.Outcome, limits MarkdownOptions) string {
	c := comment{columns: []string{"result", "instance", "what was run, or why not"}}
	hostname := outcome.Found.Node.Hostname
	c.head = marker("apply", hostname) + fmt.Sprintf("### specadm apply on %s\n\n**%s**\n\n", inlineCode(hostname, 60), totalsText(outcome.Totals()))
	if outcome.Err != nil {
		c.head += inlineCode("error: "+outcome.Err.Error(), 400) + "\n\n"
	}
	if outcome.Interrupted {
		c.head += "Interrupted; apply again to go on.\n\n"
	}
	for _, item := range outcomeWorstFirst(outcome) {
		result := string(item.Result)
		if len(item.Warnings) > 0 {
			result += ", with a warning"
		}
		c.rows = append(c.rows, entry{string(item.Result), item.Name, row(result, inlineCode(item.Name, 140), inlineCode(causeText(item), 200))})
		var body strings.Builder
		writeItem(&body, item, Style{})
		for _, warning := range item.Warnings {
			fmt.Fprintf(&body, "warning    %s: %s\n", item.Name, warning)
		}
		if strings.Count(body.String(), "\n") > 1 || len(body.String()) > 200 {
			c.folds = append(c.folds, entry{string(item.Result), item.Name, fold(item.Name+": "+string(item.Result), "", body.String())})
		}
	}
	return c.render(limits)
}

// outcomeWorstFirst leaves out what was and is in sync.
func outcomeWorstFirst(outcome *reconcile.Outcome) []*reconcile.ItemOutcome {
	var items []*reconcile.ItemOutcome
	for _, result := range []reconcile.Result{reconcile.Failed, reconcile.Skipped, reconcile.Blocked, reconcile.Held, reconcile.Changed} {
		for _, item := range outcome.Items {
			if item.Result == result {
				items = append(items, item)
			}
		}
	}
	return items
}
