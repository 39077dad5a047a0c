package spec

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// kindSpec reads what stands below spec of an image or a firewall rule.
func (d *document) kindSpec(m *Manifest, n *yaml.Node) {
	n, ok := d.specObject(n)
	if !ok {
		return
	}
	d.properties = n
	raw, _ := d.value(n, nil).(map[string]any)
	c := checker{table: d.table, loose: true, nulls: true}
	given := make(map[string]bool, len(raw))
	for name, value := range raw {
		given[name] = true
		row, ok := d.table.Lookup(name)
		if !ok {
			c.unknownBelow(m.Kind, name)
			delete(raw, name)
			continue
		}
		c.entry(raw, name, row, value, pointer("", name))
	}
	state := d.table.Role(RoleState).Name
	text, _ := raw[state].(string)
	m.State = State(text)
	delete(raw, state)
	for _, row := range d.table.required {
		value, has := raw[row.Name]
		missing := !given[row.Name] || has && (value == nil || value == "")
		if missing && (m.State != Absent || row.Role == RoleUUID) {
			c.add("SA1305", "", fmt.Sprintf("%s is missing", row.Name), "such as "+row.Name+": "+row.Example)
		}
	}
	c.scope(raw, given, m.State)
	m.Spec = raw
	d.place(c.findings, "/spec")
}

// specObject is the object below spec; false when that was reported.
func (d *document) specObject(n *yaml.Node) (*yaml.Node, bool) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Tag == "!!null" {
		n = &yaml.Node{Kind: yaml.MappingNode, Line: n.Line, Column: n.Column}
	}
	if n.Kind != yaml.MappingNode {
		d.add("SA1205", n, "spec must be an object, not "+nodeKind(n), "")
		return nil, false
	}
	return n, true
}

// unknownBelow reports a key below spec that a kind does not have.
func (c *checker) unknownBelow(kind ManifestKind, name string) {
	names := make([]string, len(c.table.rows))
	for i := range c.table.rows {
		names[i] = c.table.rows[i].Name
	}
	suggestion := "one of " + strings.Join(names, ", ")
	if word, ok := suggestWord(name, names); ok {
		suggestion = "write " + word
	}
	c.add("SA1206", pointer("", name), fmt.Sprintf("a %s has no field spec.%s", kind, name), suggestion)
}

// scope reports a rule that says not, or twice, whose instances it concerns. fwadm takes exactly one of the two.
func (c *checker) scope(typed Object, given map[string]bool, state State) {
	rows := c.table.Roles(RoleScope)
	var said []string
	for _, row := range rows {
		value, has := typed[row.Name]
		if given[row.Name] && !has { // reported
			return
		}
		if has && value != nil && value != row.Absent {
			said = append(said, row.Name)
		}
	}
	switch {
	case len(rows) == 0 || state == Absent && len(said) == 0:
	case len(said) == 0:
		c.add("SA1605", "", "the rule does not say whose instances it concerns", fmt.Sprintf("write %s: %s for those of every owner, or %s: UUID",
			rows[0].Name, rows[0].Example, rows[1].Name))
	case len(said) > 1:
		c.add("SA1605", "/"+said[1], fmt.Sprintf("%s and %s cannot stand together", said[0], said[1]), "keep one of them")
	}
}
