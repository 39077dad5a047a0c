package view

import (
	"fmt"
	"html"
	"strings"
)

// MarkdownOptions says how large a comment may be.
type MarkdownOptions struct {
	Limit int      // bytes; 0: DefaultMarkdownLimit
	Whole []string // where everything is that a comment leaves out: files and commands
}

// Limits of a comment, in bytes. GitHub takes 65,536 characters.
const (
	DefaultMarkdownLimit = 60_000
	LeastMarkdownLimit   = 10_000 // room for the verdict, the heading of the table and the note
)

// noteRoom is kept for the note about what was left out: five names, the kinds twice, three places; each is cut, and may need escapes.
const noteRoom = 3_200

// comment is a Markdown document that keeps a limit: what stands at its top and end always, then as much of the table as fits, then as
// many details as fit. Table and details come worst first; what is left out is named.
type comment struct {
	head    string
	columns []string
	rows    []entry
	folds   []entry
	tail    string
}

// entry is a row of the table or a folded part.
type entry struct {
	kind string // by which it is counted when it is left out
	name string
	text string
}

func (c *comment) render(options MarkdownOptions) string {
	room := options.Limit
	if room == 0 {
		room = DefaultMarkdownLimit
	}
	heading := c.tableHeading()
	room -= len(c.head) + len(heading) + len(c.tail)
	rows, folds := c.rows, c.folds
	if total(rows)+total(folds) > room {
		room -= noteRoom
		rows = first(rows, max(room/2, room-total(folds)))
		folds = fitting(folds, room-total(rows))
	}
	var out strings.Builder
	out.WriteString(c.head)
	if len(rows) > 0 {
		out.WriteString(heading)
	}
	for _, part := range [][]entry{rows, folds} {
		for _, e := range part {
			out.WriteString(e.text)
		}
	}
	out.WriteString(c.note(c.rows[len(rows):], without(c.folds, folds), options))
	out.WriteString(c.tail)
	return out.String()
}

func (c *comment) tableHeading() string {
	return "| " + strings.Join(c.columns, " | ") + " |\n|" + strings.Repeat(" --- |", len(c.columns)) + "\n"
}

// note says what was left out and where it is.
func (c *comment) note(rows, folds []entry, options MarkdownOptions) string {
	if len(rows) == 0 && len(folds) == 0 {
		return ""
	}
	var parts []string
	if len(rows) > 0 {
		parts = append(parts, fmt.Sprintf("%s of the table (%s)", Count(len(rows), "row"), kinds(rows)))
	}
	if len(folds) > 0 {
		parts = append(parts, "the details of "+names(folds))
	}
	note := "\n**Left out on purpose**, to keep this comment short: " + strings.Join(parts, ", and ") + "."
	if len(options.Whole) > 0 {
		var places []string
		for _, place := range options.Whole[:min(3, len(options.Whole))] {
			places = append(places, inlineCode(place, 80))
		}
		note += " Everything: " + strings.Join(places, ", ") + "."
	}
	return note + "\n"
}

// kinds counts entries, such as "4000 live, 210 create", in the order in which the kinds come.
func kinds(entries []entry) string {
	counts, order := map[string]int{}, []string{}
	for _, e := range entries {
		if counts[e.kind] == 0 {
			order = append(order, e.kind)
		}
		counts[e.kind]++
	}
	for i, kind := range order {
		order[i] = fmt.Sprintf("%d %s", counts[kind], kind)
	}
	return strings.Join(order, ", ")
}

// names names the first few entries and counts the others.
func names(entries []entry) string {
	const few = 5
	var texts []string
	for _, e := range entries[:min(few, len(entries))] {
		texts = append(texts, inlineCode(e.name, 40))
	}
	if more := len(entries) - few; more > 0 {
		return fmt.Sprintf("%s and %d more (%s)", strings.Join(texts, ", "), more, kinds(entries))
	}
	return strings.Join(texts, ", ")
}

func total(entries []entry) int {
	n := 0
	for _, e := range entries {
		n += len(e.text)
	}
	return n
}

// first keeps entries as long as there is room.
func first(entries []entry, room int) []entry {
	for i, e := range entries {
		if room -= len(e.text); room < 0 {
			return entries[:i]
		}
	}
	return entries
}

// fitting keeps every entry that there is room for: one that is too large by itself does not take the smaller ones with it.
func fitting(entries []entry, room int) []entry {
	var kept []entry
	for _, e := range entries {
		if len(e.text) <= room {
			kept = append(kept, e)
			room -= len(e.text)
		}
	}
	return kept
}

// without drops those that are kept; both are in the same order.
func without(entries, kept []entry) []entry {
	var left []entry
	for _, e := range entries {
		if len(kept) > 0 && kept[0] == e {
			kept = kept[1:]
			continue
		}
		left = append(left, e)
	}
	return left
}

// row is a row of a table. The cells are Markdown already.
func row(cells ...string) string { return "| " + strings.Join(cells, " | ") + " |\n" }

// fold is a part that a reader opens: a summary of plain text, and a text within a fence that no line of it can close.
func fold(summary, language, text string) string {
	fence := strings.Repeat("`", max(3, longestRun(text, '`')+1))
	return "\n<details><summary>" + html.EscapeString(oneLine(summary, 200)) + "</summary>\n\n" +
		fence + language + "\n" + strings.TrimRight(visible(text), "\n") + "\n" + fence + "\n\n</details>\n"
}

// inlineCode shows a foreign text on one line, cut to a number of characters, so that nothing in it is read as Markdown, HTML, or a
// mention of a person.
func inlineCode(text string, most int) string {
	text = oneLine(text, most)
	switch {
	case text == "":
		return ""
	case !strings.ContainsAny(text, "`|\\"):
		return "`" + text + "`"
	}
	escaped := html.EscapeString(text)
	for _, r := range "\\`|*_[]~" {
		escaped = strings.ReplaceAll(escaped, string(r), fmt.Sprintf("&#%d;", r))
	}
	return "<code>" + escaped + "</code>"
}

// oneLine makes one line of a text and cuts it to a number of characters.
func oneLine(text string, most int) string {
	text = strings.Join(strings.Fields(visible(text)), " ")
	if runes := []rune(text); len(runes) > most {
		text = strings.TrimSpace(string(runes[:most-3])) + "..."
	}
	return text
}

func longestRun(text string, of rune) int {
	longest, run := 0, 0
	for _, r := range text {
		if r != of {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// marker is a comment that is not seen, by which a workflow finds the comment that it wrote before.
func marker(words ...string) string {
	safe := strings.Map(func(r rune) rune {
		if isPlain(r) && !strings.ContainsRune("-*%+", r) || r == ' ' {
			return r
		}
		return '-'
	}, strings.Join(words, " "))
	for strings.Contains(safe, "--") {
		safe = strings.ReplaceAll(safe, "--", "-")
	}
	return "<!-- specadm " + safe + " -->\n"
}
