package spec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Policy is what may happen to an instance and how (the policy section of a manifest).
type Policy struct {
	MaxRisk *Risk  `json:"maxRisk,omitempty"` // nil: what the run allows
	Adopt   bool   `json:"adopt,omitempty"`   // take over an instance that carries no owner mark
	Rules   []Rule `json:"rules,omitempty"`   // mode, fields and ignore, in this order; see RuleOf

	Protect Protection     `json:"protect,omitempty"`
	Grace   *time.Duration `json:"grace,omitempty"` // between the stop and the deletion of an instance that shall go; nil: DefaultGrace
}

// Protection says whether an instance may be deleted.
type Protection string

// Protections.
const (
	ProtectByDefault Protection = ""     // on where data would be lost that no image brings back
	ProtectOff       Protection = "off"  // false in a manifest
	ProtectOn        Protection = "on"   // true in a manifest
	ProtectHold      Protection = "hold" // the platform's indestructible flags are set too
)

// DefaultGrace is how long an instance that shall go is kept, stopped.
const DefaultGrace = 7 * 24 * time.Hour

// GraceOf is how long the instance is kept, stopped, before it is deleted.
func (p Policy) GraceOf() time.Duration {
	if p.Grace == nil {
		return DefaultGrace
	}
	return *p.Grace
}

func (d *document) policy(m *Manifest, n *yaml.Node) {
	var mode, fields, ignored []Rule
	known := []field{
		{"maxRisk", func(n *yaml.Node) {
			var risk Risk
			if d.word(n, "a risk", riskNames(), &risk) {
				m.Policy.MaxRisk = &risk
			}
		}},
		{"adopt", func(n *yaml.Node) { m.Policy.Adopt = d.boolean(n) }},
		{"mode", func(n *yaml.Node) { mode = d.mode(n, "") }},
		{"fields", func(n *yaml.Node) { fields = d.fieldModes(n) }},
		{"ignore", func(n *yaml.Node) { ignored = d.ignoreRules(n) }},
		{"protect", func(n *yaml.Node) {
			switch {
			case n.Tag == "!!str" && n.Value == string(ProtectHold):
				m.Policy.Protect = ProtectHold
			case n.Tag != "!!bool":
				d.add("SA1205", n, "policy.protect must be true, false or hold", "")
			case d.boolean(n):
				m.Policy.Protect = ProtectOn
			default:
				m.Policy.Protect = ProtectOff
			}
		}},
		{"grace", func(n *yaml.Node) {
			grace, err := ParseDuration(n.Value)
			if n.Kind != yaml.ScalarNode || err != nil {
				d.add("SA1205", n, "policy.grace must be a time such as 7d, 12h or 0", "")
				return
			}
			m.Policy.Grace = &grace
		}},
	}
	if m.Kind != KindInstance {
		known = known[:2]
	}
	d.fields(n, known...)
	m.Policy.Rules = slices.Concat(mode, fields, ignored)
}

// hold has the platform itself refuse to delete what the policy protects so.
func (d *document) hold(m *Manifest) {
	if m.Policy.Protect != ProtectHold {
		return
	}
	root, delegated := d.table.Role(RoleHeldRoot), d.table.Role(RoleIndestructible)
	for _, row := range []*Property{root, delegated} {
		needed := row == root || m.Spec[d.table.Role(RoleDelegate).Name] == true
		if _, said := m.Spec[row.Name]; !said && needed && (m.Brand == "" || row.Update.Has(m.Brand)) {
			m.Spec[row.Name] = true
		}
	}
}

// ParseDuration reads a duration with a unit, days included, or 0. It is not negative.
func ParseDuration(text string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 16)
		return time.Duration(n) * 24 * time.Hour, err
	}
	grace, err := time.ParseDuration(text)
	if err == nil && grace < 0 {
		err = fmt.Errorf("%s is negative", text)
	}
	return grace, err
}

// boolean reads true or false.
func (d *document) boolean(n *yaml.Node) bool {
	if n.Tag != "!!bool" {
		d.add("SA1205", n, d.here()+" must be true or false", "")
	}
	return n.Tag == "!!bool" && strings.EqualFold(n.Value, "true")
}

// word reads one of a few words.
func (d *document) word(n *yaml.Node, what string, words []string, into interface{ UnmarshalText([]byte) error }) bool {
	text, ok := d.textField(n)
	if !ok {
		return false
	}
	if err := into.UnmarshalText([]byte(text)); err != nil {
		suggestion := "one of " + strings.Join(words, ", ")
		if word, near := suggestWord(text, words); near {
			suggestion = "write " + word
		}
		d.add("SA1205", n, fmt.Sprintf("%s %s is not %s", d.here(), quoted(text), what), suggestion)
		return false
	}
	return true
}

// mode reads a mode; it gives a rule for a path, or none.
func (d *document) mode(n *yaml.Node, path string) []Rule {
	var mode Mode
	if !d.word(n, "a mode", modeNames(), &mode) {
		return nil
	}
	return []Rule{{Path: path, Mode: mode, Source: d.position(n)}}
}

// fieldModes reads policy.fields: a mode for each path.
func (d *document) fieldModes(n *yaml.Node) []Rule {
	if n.Kind != yaml.MappingNode {
		d.add("SA1205", n, "policy.fields must be an object of modes, such as {quota: warn}", "")
		return nil
	}
	var rules []Rule
	d.entries(n, func(key, value *yaml.Node) {
		d.enter(key.Value)
		defer d.leave()
		if d.rulePath(key, key.Value) {
			rules = append(rules, d.mode(value, key.Value)...)
		}
	})
	return rules
}

// ignoreRules reads policy.ignore.
func (d *document) ignoreRules(n *yaml.Node) []Rule {
	if n.Kind != yaml.SequenceNode {
		d.add("SA1205", n, "policy.ignore must be a list, such as [{path: quota, reason: grown by hand, expires: 2027-01-31}]", "")
		return nil
	}
	var rules []Rule
	for i, one := range n.Content {
		d.enter(strconv.Itoa(i))
		rule := Rule{Mode: ModeIgnore, Source: d.position(one)}
		usable := false
		d.fields(one,
			field{"path", func(n *yaml.Node) {
				rule.Path, usable = d.textField(n)
				usable = usable && d.rulePath(n, rule.Path)
			}},
			field{"reason", func(n *yaml.Node) { rule.Reason, _ = d.textField(n) }},
			field{"expires", func(n *yaml.Node) {
				var err error
				for _, layout := range []string{time.DateOnly, time.RFC3339} {
					if rule.Expires, err = time.Parse(layout, n.Value); err == nil {
						return
					}
				}
				d.add("SA1205", n, d.here()+" must be a date such as 2027-01-31", "")
				usable = false
			}},
		)
		if rule.Path == "" && !d.isReported("/"+strings.Join(d.path, "/")+"/path") && one.Kind == yaml.MappingNode {
			d.add("SA1205", one, d.here()+" has no path", "write path: PROPERTY, such as quota, tags.role or nics.ips")
		}
		if usable {
			rules = append(rules, rule)
		}
		d.leave()
	}
	return rules
}

// rulePath reports whether a rule names something that is compared.
func (d *document) rulePath(n *yaml.Node, path string) bool {
	property, of, member := SplitPath(path)
	row, known := d.table.Lookup(property)
	switch {
	case !known || !row.declarable():
		suggestion := "a property, such as quota, tags.role or nics.ips"
		if near, ok := d.table.suggestName(property, "", ""); ok {
			suggestion = "write " + near.Name
		}
		d.add("SA1205", n, fmt.Sprintf("%s names %s, which is no property of an instance", d.here(), quoted(property)), suggestion)
		return false
	case row.Kind == Objects:
		if member == "" {
			member = strings.TrimPrefix(of, "*.")
		}
		if _, known := d.table.Member(row.Name, member); member != "" && member != "*" && !known && !strings.Contains(path, "[") {
			suggestion := ""
			if near, ok := d.table.suggestName(member, row.Name, ""); ok {
				suggestion = "write " + row.Name + "." + near.BaseName()
			}
			d.add("SA1205", n, fmt.Sprintf("%s names %s, which %s does not have", d.here(), quoted(member), row.Name), suggestion)
			return false
		}
	}
	return true
}

// names reads a list of names of manifests.
func (d *document) names(n *yaml.Node) []string {
	if n.Kind != yaml.SequenceNode {
		d.add("SA1205", n, d.here()+" must be a list of names", "")
		return nil
	}
	var names []string
	for _, one := range n.Content {
		if text, ok := d.textField(one); ok && nameForm.MatchString(text) {
			names = append(names, text)
		} else if ok {
			d.add("SA1204", one, fmt.Sprintf("%s is no name of a manifest", quoted(text)), "")
		}
	}
	return names
}

func policySchema() map[string]any {
	modes := map[string]any{"enum": anyOf(modeNames())}
	return object(map[string]any{
		"maxRisk": map[string]any{
			"description": "What may be done unattended; live when left out.",
			"enum":        anyOf(riskNames()),
		},
		"adopt":  map[string]any{"type": "boolean", "description": "Take over an instance that carries no owner mark."},
		"mode":   map[string]any{"description": "What is done about differences of the instance; enforce when left out.", "enum": modes["enum"]},
		"fields": map[string]any{"description": "The mode of single properties, such as quota, tags.role or nics.ips.", "type": "object", "additionalProperties": modes},
		"ignore": map[string]any{
			"description": "Properties whose differences are left as they are.", "type": "array",
			"items": object(map[string]any{
				"path":    map[string]any{"type": "string", "description": "Such as quota, tags.role, nics or nics.ips."},
				"reason":  map[string]any{"type": "string"},
				"expires": map[string]any{"type": "string", "description": "A date; from then on the property is kept again."},
			}, "path"),
		},
		"protect": map[string]any{
			"description": "Whether the instance may not be deleted; hold sets the platform's indestructible flags too. Left out: true where data disks or delegated data would be lost.",
			"enum":        []any{true, false, string(ProtectHold)},
		},
		"grace": map[string]any{"description": "How long the instance is kept, stopped, before it is deleted, such as 12h; 7d when left out.", "type": []any{"string", "integer"}},
	})
}
