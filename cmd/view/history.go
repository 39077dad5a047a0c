package view

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/reconcile"
)

// HistoryDocument lists runs as JSON, newest first.
type HistoryDocument struct {
	Schema        string          `json:"schema"`
	SchemaVersion string          `json:"schemaVersion"`
	Runs          []reconcile.Run `json:"runs"`
}

// NewHistoryDocument lists runs.
func NewHistoryDocument(runs []reconcile.Run) HistoryDocument {
	return HistoryDocument{Schema: "specadm/history", SchemaVersion: "1.0", Runs: append([]reconcile.Run{}, runs...)}
}

// ChainDocument is what became of the chain of records, as JSON.
type ChainDocument struct {
	Schema        string `json:"schema"`
	SchemaVersion string `json:"schemaVersion"`
	reconcile.Chain
}

// NewChainDocument describes a chain.
func NewChainDocument(chain reconcile.Chain) ChainDocument {
	chain.Files = append([]string{}, chain.Files...)
	return ChainDocument{Schema: "specadm/chain", SchemaVersion: "1.0", Chain: chain}
}

// shortRun is how much of the id of a run is shown.
const shortRun = 8

// History prints a line for each run: when, which, who, what became of it, what it touched (of one item, when name is not empty, what of it),
// and why.
func History(w io.Writer, runs []reconcile.Run, name string, style Style) error {
	if len(runs) == 0 {
		return writeText(w, "no run has changed anything\n")
	}
	rows := [][]string{{"TIME", "RUN", "WHO", "RESULT", "WHAT", "WHY"}}
	for _, run := range runs {
		rows = append(rows, []string{
			run.Start.UTC().Format(time.RFC3339), run.ID[:min(shortRun, len(run.ID))], oneLine(whoText(run.Who), 30), runResults(run), runWhat(run, name),
			oneLine(whyText(run), 60),
		})
	}
	return table(w, rows, func(cell string) string { return style.paint(dim, cell) })
}

// table prints rows in columns; the last one is painted, but for the first row.
func table(w io.Writer, rows [][]string, paint func(string) string) error {
	last := len(rows[0]) - 1
	widths := make([]int, last)
	for _, row := range rows {
		for i := range widths {
			widths[i] = max(widths[i], textWidth(row[i]))
		}
	}
	var out strings.Builder
	for number, row := range rows {
		line := ""
		for i, width := range widths {
			line += pad(row[i], width) + "  "
		}
		cell := row[last]
		if number > 0 {
			cell = paint(cell)
		}
		out.WriteString(strings.TrimRight(line+cell, " ") + "\n")
	}
	return writeText(w, out.String())
}

// whoText is who made a run: the person before sudo, and the command where it was no person's.
func whoText(who reconcile.Who) string {
	name := who.SudoUser
	if name == "" {
		name = who.User
	}
	if name == "" {
		name = "?"
	}
	if who.SSHClient != "" {
		name += "@" + who.SSHClient
	}
	return name
}

func whyText(run reconcile.Run) string {
	switch {
	case run.Message != "":
		return run.Message
	case run.Undoes != "":
		return "undo of " + run.Undoes[:min(shortRun, len(run.Undoes))]
	}
	return run.Who.Command
}

// runResults counts the items of a run by result.
func runResults(run reconcile.Run) string {
	if run.Ending == reconcile.EndingInterrupted {
		return "interrupted"
	}
	var totals reconcile.Totals
	for _, item := range run.Items {
		totals.Count(item.Result)
	}
	text := totalsText(totals)
	if run.Ending == reconcile.EndingStopped {
		text += ", stopped"
	}
	return text
}

// runWhat names the items of a run, or says what was done to one of them.
func runWhat(run reconcile.Run, name string) string {
	if item := run.Item(name); item != nil {
		var paths []string
		for _, change := range item.Changes {
			paths = append(paths, change.Path)
		}
		return firstFew(string(item.Action), paths)
	}
	var names []string
	for _, item := range run.Items {
		names = append(names, item.Name)
	}
	return firstFew("", names)
}

func firstFew(text string, list []string) string {
	const few = 3
	more := ""
	if len(list) > few {
		list, more = list[:few], fmt.Sprintf(" and %d more", len(list)-few)
	}
	return strings.TrimSpace(text+" "+strings.Join(list, ", ")) + more
}

// Run prints all that is known of a run.
func Run(w io.Writer, run reconcile.Run, style Style) error {
	var out strings.Builder
	row := func(name, text string) {
		if text != "" {
			fmt.Fprintf(&out, "%-10s %s\n", name, visible(text))
		}
	}
	row("run", run.ID)
	row("time", runTime(run))
	row("ending", endingText(run.Ending))
	row("who", whoText(run.Who)+runAs(run.Who))
	row("command", run.Who.Command)
	row("why", run.Message)
	row("undoes", run.Undoes)
	row("node", run.Node)
	row("owner", run.Owner)
	row("source", Source{Commit: run.Commit, Branch: run.Branch, Dirty: run.Dirty}.CommitText())
	row("plan", run.Digest)
	row("saved plan", run.Saved)
	row("error", run.Error)
	row("hash", run.Hash)
	for _, item := range run.Items {
		out.WriteString("\n")
		writeRunItem(&out, item, style)
	}
	return writeText(w, out.String())
}

func runTime(run reconcile.Run) string {
	took := ""
	if !run.End.Before(run.Start) {
		took = fmt.Sprintf(", took %s", run.End.Sub(run.Start).Round(100*time.Millisecond))
	}
	return run.Start.UTC().Format(time.RFC3339) + took
}

func endingText(ending reconcile.Ending) string {
	switch ending {
	case reconcile.EndingInterrupted:
		return "interrupted: it was killed, or the node went down"
	case reconcile.EndingStopped:
		return "stopped by a signal after the command in flight"
	}
	return string(ending)
}

func runAs(who reconcile.Who) string {
	text := ""
	if who.SudoUser != "" && who.User != "" && who.User != who.SudoUser {
		text = " as " + who.User
	}
	if who.PID > 0 {
		text += fmt.Sprintf(", process %d", who.PID)
	}
	return text
}

func writeRunItem(out *strings.Builder, item reconcile.RunItem, style Style) {
	result, ink := string(item.Result), green
	switch {
	case result == "":
		result, ink = "unknown", yellow
	case item.Result == reconcile.Failed:
		ink = red
	case item.Result != reconcile.Changed:
		ink = yellow
	}
	fmt.Fprintf(out, "%s  %s: %s %s\n", style.paint(ink, fmt.Sprintf("%-9s", result)), item.Name, item.Action, item.UUID)
	if item.Cause != "" {
		fmt.Fprintf(out, "    %s\n", visible(item.Cause))
	}
	for _, change := range item.Changes {
		values, edits := valuesText(diff.Change{
			Path: change.Path, Before: change.Before, After: change.After, Unit: change.Unit, Sensitive: change.Sensitive,
		})
		line := fmt.Sprintf("    %s  %s", change.Path, values)
		if change.Cause != "" {
			line += "  " + string(change.Cause)
		}
		if change.Result != reconcile.ChangeMade {
			line += "  " + style.paint(yellow, string(change.Result))
		}
		out.WriteString(visible(line) + "\n")
		for _, edit := range edits {
			fmt.Fprintf(out, "      %s\n", style.editText(edit))
		}
	}
	for _, step := range item.Steps {
		outcome := string(step.Outcome)
		if outcome == "" {
			outcome = "begun, and nobody saw its end"
		}
		fmt.Fprintf(out, "    %s %s: %s", step.Verb, step.Target, outcome)
		if step.Millis > 0 {
			fmt.Fprintf(out, " in %s", time.Duration(step.Millis)*time.Millisecond)
		}
		if text := step.Error + step.Why; text != "" {
			fmt.Fprintf(out, ": %s", visible(text))
		}
		out.WriteString("\n")
	}
}

// Chain prints whether every record is as it was written.
func Chain(w io.Writer, chain reconcile.Chain, style Style) error {
	var out strings.Builder
	for _, link := range []*reconcile.Link{chain.CutOff, chain.Broken} {
		if link != nil {
			ink := yellow
			if link == chain.Broken {
				ink = red
			}
			fmt.Fprintf(&out, "%s\n", style.paint(ink, fmt.Sprintf("%s: record %d: %s", link.File, link.Record, link.Text)))
		}
	}
	if chain.Earlier {
		fmt.Fprintf(&out, "%s goes on from a file that is not here any more\n", chain.Files[0])
	}
	if chain.Broken == nil {
		fmt.Fprintf(&out, "%s in %s, each as it was written\n", Count(chain.Records, "record"), Count(len(chain.Files), "file"))
	}
	if chain.Last != "" && chain.Broken == nil {
		fmt.Fprintf(&out, "the last one has hash %s\n", chain.Last)
	}
	return writeText(w, out.String())
}
