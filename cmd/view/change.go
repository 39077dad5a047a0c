package view

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/specadm/specadm/diff"
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

// widest are the columns beyond which a value pushes the rest of its line instead of the whole table.
const (
	widestPath   = 36
	widestValues = 48
)

// changes prints a line for each difference, in columns. A new instance gets one paragraph instead: everything about it is new.
func (t *planText) changes(item *diff.Item, class Class) {
	if class == ClassCreate && !t.options.Full {
		t.created(item)
		return
	}
	var lines []changeLine
	path, values, cause, risk := 0, 0, 0, 0
	for _, change := range item.Changes {
		line := newChangeLine(change)
		lines = append(lines, line)
		path = max(path, min(widestPath, textWidth(line.path)))
		values = max(values, min(widestValues, textWidth(line.values)))
		cause = max(cause, len(line.cause))
		risk = max(risk, len(line.class))
	}
	for _, line := range lines {
		text := fmt.Sprintf("    %s  %s  %s  %s  %s", pad(line.path, path), pad(t.style.cut(line.values, values), values),
			pad(line.cause, cause), pad(line.class, risk), line.place)
		t.line("%s", text)
		for _, edit := range line.edits {
			t.line("      %s", t.style.editText(edit))
		}
	}
}

// created is the paragraph about a new instance.
func (t *planText) created(item *diff.Item) {
	var parts []string
	for _, change := range item.Changes {
		after := change.After
		if text, ok := after.(string); ok && strings.Contains(text, "\n") {
			after = fmt.Sprintf("%d lines", len(splitLines(text)))
		}
		value := valueText(after, change.Unit)
		if change.Sensitive {
			value = secretText
		}
		parts = append(parts, change.Path+" "+value)
	}
	for _, line := range t.style.wrap(strings.Join(parts, ", "), 4) {
		t.line("    %s", line)
	}
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
	case change.Sensitive && change.Op == diff.OpAdd:
		return noneText + " -> " + secretText, nil
	case change.Sensitive && change.Op == diff.OpRemove:
		return secretText + " -> " + noneText, nil
	case change.Sensitive:
		return secretText + " -> another " + secretText, nil
	case (okBefore || change.Before == nil) && (okAfter || change.After == nil) && strings.Contains(before+after, "\n"):
		return fmt.Sprintf("%d -> %d lines", len(splitLines(before)), len(splitLines(after))), lineDiff(before, after, 1)
	}
	text := valueText(change.Before, change.Unit) + " -> " + valueText(change.After, change.Unit)
	if delta := deltaText(change.Before, change.After, change.Unit); delta != "" {
		text += " (" + delta + ")"
	}
	return text, nil
}

func (s Style) editText(e edit) string {
	text := string(e.kind) + " " + e.text
	switch e.kind {
	case removedLine:
		return s.paint(red, text)
	case addedLine:
		return s.paint(green, text)
	case skippedLine:
		return s.paint(dim, "  "+e.text)
	}
	return text
}

// cut shortens a text on a terminal; in pipes nothing is lost.
func (s Style) cut(text string, width int) string {
	if s.Width == 0 || textWidth(text) <= width || width < 4 {
		return text
	}
	return string([]rune(text)[:width-3]) + "..."
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
