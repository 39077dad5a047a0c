package view

import (
	"fmt"
	"strings"
)

// annotations are workflow commands, one a line: GitHub shows them beside the lines of the manifests. It shows the first ten of each level
// of a step, so the worst come first.
func annotations(remarks []remark) string {
	commands := map[level]string{levelError: "error", levelWarning: "warning", levelNotice: "notice"}
	var out strings.Builder
	for _, r := range remarks {
		var properties []string
		add := func(name, value string) { properties = append(properties, name+"="+propertyEscape(value)) }
		number := func(name string, n int) {
			if n > 0 {
				add(name, fmt.Sprint(n))
			}
		}
		if r.place.File != "" {
			add("file", r.place.File)
			number("line", r.place.Line)
			number("endLine", r.place.EndLine)
			if r.place.EndLine == 0 || r.place.EndLine == r.place.Line { // columns of different lines make no range
				number("col", r.place.Column)
				number("endColumn", r.place.EndColumn)
			}
		}
		add("title", r.title)
		fmt.Fprintf(&out, "::%s %s::%s\n", commands[r.level], strings.Join(properties, ","), dataEscape(r.text))
	}
	return out.String()
}

// dataEscape and propertyEscape are GitHub's escaping of workflow commands (actions/toolkit, packages/core/src/command.ts).
func dataEscape(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(visible(text))
}

func propertyEscape(text string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(dataEscape(text))
}
