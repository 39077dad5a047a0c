package spec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// field is a key of the manifest outside the property table, with how it is read.
type field struct {
	name string
	read func(n *yaml.Node)
}

// fields reads an object of the envelope. Keys that it does not know are reported with the nearest that it does.
func (d *document) fields(n *yaml.Node, known ...field) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind != yaml.MappingNode {
		if n.Tag != "!!null" {
			d.add("SA1205", n, d.here()+" must be an object, not "+nodeKind(n), "")
		}
		return
	}
	read := map[string]bool{}
	d.entries(n, func(key, value *yaml.Node) {
		d.enter(key.Value)
		defer d.leave()
		at := slices.IndexFunc(known, func(f field) bool { return f.name == key.Value })
		switch {
		case at < 0:
			d.unknownField(key, known)
		case read[key.Value]:
			d.add("SA1103", key, fmt.Sprintf("the key %s stands twice", quoted(key.Value)), "keep one of them")
		default:
			read[key.Value] = true
			known[at].read(value)
		}
	})
}

func (d *document) unknownField(key *yaml.Node, known []field) {
	names := make([]string, len(known))
	for i, f := range known {
		names[i] = f.name
	}
	suggestion := "one of " + strings.Join(names, ", ")
	if word, ok := suggestWord(key.Value, names); ok {
		suggestion = "write " + word
	} else if row, ok := d.table.Lookup(key.Value); ok && row.Create != NoBrand {
		suggestion = "properties belong below spec"
	}
	d.add("SA1206", key, "a manifest has no field "+d.here(), suggestion)
}

// here is the path of the pass in the form that people write: metadata.name.
func (d *document) here() string { return strings.Join(d.path, ".") }

// envelope reads a manifest.
func (d *document) envelope(kind ManifestKind) {
	d.format, d.table = Envelope, kind.Table()
	m := &Manifest{Kind: kind, Document: Envelope, Spec: Object{}}
	d.manifest = m
	var spec *yaml.Node
	skip := func(*yaml.Node) {}
	d.fields(d.root,
		field{"apiVersion", skip},
		field{"kind", skip},
		field{"metadata", func(n *yaml.Node) { d.metadata(m, n) }},
		field{"spec", func(n *yaml.Node) { spec = n }},
		field{"policy", func(n *yaml.Node) { d.policy(m, n) }},
	)
	if m.Name == "" && !d.isReported("/metadata/name") {
		d.add("SA1204", d.root, "metadata.name is missing", "write metadata: {name: NAME}")
	}
	if spec == nil {
		d.add("SA1205", d.root, "spec is missing", fmt.Sprintf("write the properties of the %s below spec", kind.Words()))
		return
	}
	d.enter("spec")
	defer d.leave()
	if kind != KindInstance {
		d.kindSpec(m, spec)
		return
	}
	d.spec(m, spec)
	d.hold(m)
}

func (d *document) isReported(pointer string) bool {
	return slices.ContainsFunc(d.findings, func(f Finding) bool { return f.Pointer == pointer })
}

func (d *document) metadata(m *Manifest, n *yaml.Node) {
	known := []field{
		{"name", func(n *yaml.Node) {
			if text, ok := d.textField(n); ok && !nameForm.MatchString(text) {
				d.add("SA1204", n, fmt.Sprintf("metadata.name %s is not usable", quoted(text)), "letters, digits, dots, dashes and underscores, at most 128")
			} else if ok {
				m.Name = text
			}
		}},
		{"node", func(n *yaml.Node) { m.Node, _ = d.textField(n) }},
		{"labels", func(n *yaml.Node) { m.Labels = d.textMap(n) }},
		{"formerly", func(n *yaml.Node) { m.Formerly = d.names(n) }},
		{"generation", func(n *yaml.Node) {
			generation, err := strconv.Atoi(n.Value)
			if n.Tag != "!!int" || err != nil || generation < 0 {
				d.add("SA1205", n, "metadata.generation must be a whole number from 0", "")
				return
			}
			m.Generation = generation
		}},
	}
	switch m.Kind {
	case KindImage: // is told by its uuid alone
		known = known[:3]
	case KindFirewallRule:
		known = known[:4]
	}
	d.fields(n, known...)
}

// spec reads what stands below spec: state, zfs and snapshots, which specadm adds, and the platform's properties.
func (d *document) spec(m *Manifest, n *yaml.Node) {
	n, ok := d.specObject(n)
	if !ok {
		return
	}
	d.properties = n
	raw, _ := d.value(n, nil).(map[string]any)
	stateName, brandName, aliasName := d.table.Role(RoleState).Name, d.table.Role(RoleBrand).Name, d.table.Role(RoleAlias).Name
	if value, has := raw[stateName]; has {
		m.State = d.state(value, locate(n, "/"+stateName))
		delete(raw, stateName)
	}
	if value, has := raw["zfs"]; has {
		d.enter("zfs")
		m.ZFS = d.zfs(value, locate(n, "/zfs"))
		d.leave()
		delete(raw, "zfs")
	}
	if value, has := raw["snapshots"]; has {
		d.enter("snapshots")
		m.Snapshots = d.snapshots(value, locate(n, "/snapshots"))
		d.leave()
		delete(raw, "snapshots")
	}
	d.instance(raw, "/spec", raw[brandName])
	d.refuseSnapshots(m, locate(n, "/snapshots"))
	if _, has := m.Spec[aliasName]; !has && m.Name != "" {
		m.Spec[aliasName] = m.Name
	}
}

func (d *document) state(value any, n *yaml.Node) State {
	text, _ := value.(string)
	state := State(text)
	if states := []string{string(Running), string(Stopped), string(Absent), string(Released)}; !slices.Contains(states, text) {
		if _, known := value.(reported); known || value == nil { // null: not managed
			return Unmanaged
		}
		d.enter(d.table.Role(RoleState).Name)
		defer d.leave()
		suggestion := "one of " + strings.Join(states, ", ")
		if word, ok := suggestWord(text, states); ok {
			suggestion = "write " + word
		}
		d.add("SA1205", n, fmt.Sprintf("spec.state %s cannot be wanted", quoted(text)), suggestion)
		return Unmanaged
	}
	return state
}

// textField reads a text of the envelope.
func (d *document) textField(n *yaml.Node) (string, bool) {
	if n.Kind != yaml.ScalarNode || n.Tag != "!!str" {
		suggestion := ""
		if n.Kind == yaml.ScalarNode {
			suggestion = fmt.Sprintf("write %q", n.Value)
		}
		d.add("SA1205", n, d.here()+" must be a text", suggestion)
		return "", false
	}
	text, ok := d.text(n, nil).(string)
	return text, ok
}

func (d *document) textMap(n *yaml.Node) map[string]string {
	texts := map[string]string{}
	if n.Kind != yaml.MappingNode {
		d.add("SA1205", n, d.here()+" must be an object of texts", "")
		return nil
	}
	d.entries(n, func(key, value *yaml.Node) {
		d.enter(key.Value)
		defer d.leave()
		if text, ok := d.textField(value); ok {
			texts[key.Value] = text
		}
	})
	return texts
}
