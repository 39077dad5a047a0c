package view

import (
	"fmt"
	"slices"
	"time"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/spec"
)

// tells reports whether there is something to read about an item with nothing to do.
func tells(item *diff.Item) bool {
	return len(item.Notes) > 0 || slices.ContainsFunc(item.Aside, func(a diff.Aside) bool { return a.Rule.Mode == spec.ModeWarn })
}

// asideLines are for what differs and stays: what is only reported, and with Full what is ignored too.
func (t *planText) asideLines(item *diff.Item) []changeLine {
	var lines []changeLine
	for _, aside := range item.Aside {
		if aside.Rule.Mode == spec.ModeWarn || t.options.Full {
			line := newChangeLine(aside.Change)
			line.class = asideText(aside.Rule)
			lines = append(lines, line)
		}
	}
	return lines
}

// asideText says why a difference stays.
func asideText(rule spec.Rule) string {
	text := "only reported"
	if rule.Mode == spec.ModeIgnore {
		text = "ignored"
	}
	if !rule.Expires.IsZero() {
		text += " until " + rule.Expires.Format(time.DateOnly)
	}
	if rule.Reason != "" {
		text += fmt.Sprintf(" (%s)", rule.Reason)
	}
	return text
}
