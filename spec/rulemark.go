package spec

import (
	"fmt"
	"regexp"
)

// RuleMark is the owner mark of a firewall rule. A rule has no metadata, so the mark stands at the end of its description:
// "web for everybody [specadm acme/web-http 1f2e3d4c]".
type RuleMark struct {
	Owner, Name string
	Digest      string // of what was last applied; tells later who moved
}

var ruleMarkForm = regexp.MustCompile(`^(?s:(.*?)) ?\[specadm ([A-Za-z0-9._-]+)/([A-Za-z0-9._-]+)(?: ([0-9a-f]{8}))?\]$`)

// ReadRuleMark takes the mark off a description; nil when it carries none.
func ReadRuleMark(description string) (text string, mark *RuleMark) {
	match := ruleMarkForm.FindStringSubmatch(description)
	if match == nil {
		return description, nil
	}
	return match[1], &RuleMark{Owner: match[2], Name: match[3], Digest: match[4]}
}

// Put adds the mark to the text of a description.
func (m RuleMark) Put(text string) string {
	mark := fmt.Sprintf("[specadm %s/%s %s]", m.Owner, m.Name, m.Digest)
	if text == "" {
		return mark
	}
	return text + " " + mark
}

// maxDescription is how many characters fwadm takes as the description of a rule (sdc-fwrule, lib/validators.js).
const maxDescription = 255

// descriptions reports rules whose description leaves no room for the mark.
func (r *Repository) descriptions() {
	for _, m := range r.Manifests {
		if m.Kind != KindFirewallRule || m.Broken {
			continue
		}
		name := m.Kind.Table().Role(RoleDescription).Name
		text, _ := m.Spec[name].(string)
		mark := RuleMark{Owner: r.Owner, Name: m.Name, Digest: "00000000"}
		length := len([]rune(mark.Put(text)))
		if length <= maxDescription {
			continue
		}
		pointer := "/spec/" + name
		r.Findings = append(r.Findings, Finding{
			Code: "SA1401", Severity: Error, Position: m.Position(pointer), Pointer: pointer, Item: m.Name,
			Message:    fmt.Sprintf("%s has %d characters together with the owner mark; fwadm takes %d", name, length, maxDescription),
			Suggestion: "shorten it",
		})
		m.Broken = true
	}
}
