package view

import (
	"fmt"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/spec"
)

// changeLine is one difference, cut into the columns of the text.
type changeLine struct {
	path   string
	values string
	cause  string
	class  string
	place  string
	edits  []edit // a multi-line text, shown below
}

// columns are the widths of a table of changes.
type columns struct{ path, values, cause, class int }

// Widths beyond which a text pushes the rest of its line instead of the whole table, and below which nothing is cut.
const (
	widestPath   = 36
	widestValues = 48
	least        = 16
)

// changes prints a line for each difference, in columns. A new instance gets a short form instead: everything about it is new.
func (t *planText) changes(item *diff.Item, class Class) {
	if class == ClassCreate && !t.options.Full {
		t.created(item)
		return
	}
	var lines []changeLine
	if class != ClassBlocked {
		for _, change := range item.Changes {
			lines = append(lines, newChangeLine(change))
		}
	}
	lines = append(lines, t.asideLines(item)...)
	widths := t.widths(lines)
	for _, line := range lines {
		t.line("    %s  %s  %s  %s  %s", pad(t.style.cut(line.path, widths.path), widths.path),
			pad(t.style.cut(line.values, widths.values), widths.values),
			pad(line.cause, widths.cause), pad(line.class, widths.class), line.place)
		for _, edit := range line.edits {
			t.line("      %s", t.style.editText(edit))
		}
	}
}

// widths finds columns that fit the terminal: where room is short, places lose their folder, then paths and values
// their middle.
func (t *planText) widths(lines []changeLine) columns {
	var widths columns
	place, base := 0, 0
	for _, line := range lines {
		widths.path = max(widths.path, min(widestPath, textWidth(line.path)))
		widths.values = max(widths.values, min(widestValues, textWidth(line.values)))
		widths.cause = max(widths.cause, len(line.cause))
		widths.class = max(widths.class, len(line.class))
		place = max(place, textWidth(line.place))
		base = max(base, textWidth(filepath.Base(line.place)))
	}
	if t.style.Width == 0 {
		return widths
	}
	room := t.style.Width - len("    "+"  "+"  "+"  "+"  ") - widths.cause - widths.class
	if widths.path+widths.values+place > room {
		place = base
		for i := range lines {
			lines[i].place = filepath.Base(lines[i].place)
		}
	}
	widths.values = min(widths.values, max(least, room-place-widths.path))
	widths.path = min(widths.path, max(least, room-place-widths.values))
	return widths
}

// created is what a new instance gets: its plain properties on one line, then each element and each map on one of its own.
func (t *planText) created(item *diff.Item) {
	var plain []string
	var groups []string
	members := map[string][]string{}
	for _, change := range item.Changes {
		group, name := splitGroup(change.Path)
		text := name + ": " + newValueText(change)
		if group == "" {
			plain = append(plain, text)
			continue
		}
		if members[group] == nil {
			groups = append(groups, group)
		}
		members[group] = append(members[group], text)
	}
	lines := []string{strings.Join(plain, ", ")}
	for _, group := range groups {
		lines = append(lines, group+": {"+strings.Join(members[group], ", ")+"}")
	}
	for _, line := range lines {
		for _, wrapped := range t.style.wrap(line, 4) {
			t.line("    %s", wrapped)
		}
	}
}

// splitGroup cuts a path into the element or map that it leads into, "" for a plain property, and the rest.
func splitGroup(path string) (group, name string) {
	cut := strings.IndexAny(path, ".[")
	if cut >= 0 && path[cut] == '[' {
		end := strings.LastIndexByte(path, ']')
		if end+1 >= len(path) {
			return "", path
		}
		cut = end + 1
	}
	if cut < 0 {
		return "", path
	}
	return path[:cut], path[cut+1:]
}

// newValueText is the value that a new instance gets.
func newValueText(change diff.Change) string {
	text, isText := change.After.(string)
	switch {
	case change.Sensitive:
		return maskedText(change.After)
	case isText && strings.Contains(text, "\n"):
		return Count(len(splitLines(text)), "line")
	}
	return valueText(change.Path, change.After, change.Unit)
}

// maskedText is a sensitive value on one line.
func maskedText(value any) string {
	if text, ok := masked(value).(string); ok && text != "" {
		return text
	}
	return valueText("", value, spec.NoUnit)
}

func newChangeLine(change diff.Change) changeLine {
	line := changeLine{
		path:  change.Path,
		cause: string(change.Cause),
		class: classText(change),
		place: placeText(change.Origin),
	}
	if change.Cause == diff.CauseUnknown {
		line.cause = "unknown"
	}
	line.values, line.edits = valuesText(change)
	return line
}

func classText(change diff.Change) string {
	text := change.Risk.String()
	for _, mark := range change.Marks {
		text += " " + string(mark)
	}
	return text
}

// valuesText is before, arrow, after; of texts with several lines the lines that differ.
func valuesText(change diff.Change) (string, []edit) {
	before, okBefore := change.Before.(string)
	after, okAfter := change.After.(string)
	switch {
	case change.Sensitive:
		before, after := maskedText(change.Before), maskedText(change.After)
		if before == after {
			after = "another " + after
		}
		return before + " -> " + after, nil
	case (okBefore || change.Before == nil) && (okAfter || change.After == nil) && strings.Contains(before+after, "\n"):
		return fmt.Sprintf("%d -> %d lines", len(splitLines(before)), len(splitLines(after))), lineDiff(before, after, 1)
	}
	text := valueText(change.Path, change.Before, change.Unit) + " -> " + valueText(change.Path, change.After, change.Unit)
	if delta := deltaText(change.Before, change.After, change.Unit); delta != "" {
		text += " (" + delta + ")"
	}
	return text, nil
}

func (s Style) editText(e edit) string {
	text := string(e.kind) + " " + visible(e.text)
	switch e.kind {
	case removedLine:
		return s.paint(red, text)
	case addedLine:
		return s.paint(green, text)
	case skippedLine:
		return s.paint(dim, "  "+visible(e.text))
	}
	return text
}

// cut takes the middle out of a text that is too wide for a terminal; in pipes nothing is lost.
func (s Style) cut(text string, width int) string {
	runes := []rune(text)
	if s.Width == 0 || len(runes) <= width || width < least {
		return text
	}
	head := (width - len("...")) / 2
	tail := width - len("...") - head
	return string(runes[:head]) + "..." + string(runes[len(runes)-tail:])
}

// cutLine takes the end off a line that is too wide for a terminal, unless it is coloured.
func (s Style) cutLine(line string) string {
	if runes := []rune(line); s.Width > least && !s.Color && len(runes) > s.Width {
		return string(runes[:s.Width-len("...")]) + "..."
	}
	return line
}

// wrap breaks a text into lines at spaces so that they fit beside an indent; without a width it is one line.
func (s Style) wrap(text string, indent int) []string {
	if s.Width == 0 {
		return []string{text}
	}
	width := max(20, s.Width-indent)
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && textWidth(line)+1+textWidth(word) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}

func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-textWidth(text)))
}

func textWidth(text string) int { return utf8.RuneCountInString(text) }
