package spec

import (
	"regexp"
	"strings"
)

// nameInText finds what may name the instance in the text of a document that cannot be read.
var nameInText = regexp.MustCompile(`(?m)^[\s{]*["']?(alias|hostname|name)["']?\s*:\s*["']?([A-Za-z0-9][A-Za-z0-9._-]*)["']?\s*,?\s*$`)

// unread reports a document that cannot be read. If its text tells a name, a broken manifest is kept for it, so that its instance is
// left alone and named.
func (d *document) unread(problem *syntaxError) {
	d.findings = append(d.findings, Finding{
		Code: problem.code, Severity: codeByName()[problem.code].Severity, Message: problem.message, Suggestion: problem.suggestion,
		Position: Position{File: d.source.file, Line: problem.line, Column: problem.column},
	})
	d.format = Payload
	if strings.Contains(d.body, "apiVersion") {
		d.format = Envelope
	}
	wanted := []string{"alias", "hostname"}
	if d.format == Envelope {
		wanted = []string{"name"}
	}
	for _, key := range wanted {
		for _, match := range nameInText.FindAllStringSubmatch(d.body, -1) {
			if match[1] == key {
				d.manifest = &Manifest{Name: match[2], Document: d.format, Spec: Object{}}
				return
			}
		}
	}
}
