package spec

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// APIVersion is the version of the manifest format.
const APIVersion = "specadm/v1"

// document is one document of a file while it is read.
type document struct {
	reading
	root *yaml.Node // what was written; nil when it cannot be read
	body string     // the text of the document, for decoding it whole

	manifest   *Manifest           // nil when the document is none, and no name could be told
	repository *repositoryDocument // of kind Repository
	ownerless  bool                // it is, or may be, of kind Repository and cannot be used
}

// interpret decides what a document is and reads it as that.
func (d *document) interpret() {
	if d.root.Kind != yaml.MappingNode {
		d.add("SA1201", d.root, "the document is "+nodeKind(d.root)+", and neither a manifest nor a vmadm payload", "")
		return
	}
	version, kind := d.top("apiVersion"), d.top("kind")
	if version != nil || kind != nil || d.top("spec") != nil && d.top("metadata") != nil {
		d.interpretEnvelope(version, kind)
		return
	}
	d.interpretPayload()
}

// top is the value of a key of the document; nil when it is not there.
func (d *document) top(name string) *yaml.Node {
	for i := 0; i+1 < len(d.root.Content); i += 2 {
		if d.root.Content[i].Value == name {
			return d.root.Content[i+1]
		}
	}
	return nil
}

// interpretEnvelope reads a document with apiVersion and kind.
func (d *document) interpretEnvelope(version, kind *yaml.Node) {
	switch {
	case version == nil:
		d.add("SA1202", d.root, "apiVersion is missing", "write apiVersion: "+APIVersion)
	case version.Value != APIVersion:
		d.add("SA1202", version, fmt.Sprintf("apiVersion %s is not known", quoted(version.Value)), "write "+APIVersion)
	}
	switch {
	case kind == nil:
		d.add("SA1202", d.root, "kind is missing", "write kind: Instance")
	case kind.Value == repositoryKind:
		d.interpretRepository()
		return
	}
	d.envelope(d.kind(kind))
}

// kind is what a document describes; an unknown kind is reported and read as an instance.
func (d *document) kind(n *yaml.Node) ManifestKind {
	if n == nil {
		return KindInstance
	}
	names := []string{repositoryKind}
	for _, kind := range ManifestKinds() {
		if n.Value == kind.String() {
			return kind
		}
		names = append(names, kind.String())
	}
	suggestion := "one of " + strings.Join(names, ", ")
	if word, ok := suggestWord(n.Value, names); ok {
		suggestion = "write " + word
		d.ownerless = word == repositoryKind
	}
	d.add("SA1202", n, fmt.Sprintf("kind %s is not known", quoted(n.Value)), suggestion)
	return KindInstance
}

func (d *document) interpretRepository() {
	if d.ownerless = HasErrors(d.findings); d.ownerless {
		return
	}
	repository, err := parseRepository(d.body)
	if d.ownerless = err != nil; d.ownerless {
		message, key := repositoryMistake(err)
		d.add("SA1205", keyed(d.root, key), "kind: Repository cannot be read: "+message, "such as spec: {owner: "+DefaultOwner+", prune: {enabled: true}}")
		return
	}
	d.repository = repository
}

// interpretPayload reads a document without an envelope, if it looks like a payload of vmadm create.
func (d *document) interpretPayload() {
	known, readOnly, operations := 0, 0, 0
	for i := 0; i+1 < len(d.root.Content); i += 2 {
		row, ok := d.table.Lookup(d.root.Content[i].Value)
		switch {
		case !ok || row.Kind == Member:
			continue
		case row.Kind == ReadOnly && row.Get[Joyent] == Always:
			readOnly++
		case row.Kind == Op:
			operations++
		}
		known++
	}
	switch {
	case known == 0:
		d.add("SA1201", d.root, "the document is neither a manifest nor a vmadm payload: vmadm knows none of its keys"+d.looksLikeElement(),
			"write a manifest (apiVersion, kind, metadata, spec), or keep other files out of the tree")
	case operations > 0:
		d.reportUpdate()
		d.nameFromText()
	case readOnly >= 3:
		d.add("SA1208", d.root, "the document is what vmadm get or lookup printed, not what vmadm create reads", "use specadm export to write a manifest from a live instance")
		d.nameFromText()
	default:
		d.payload()
	}
}

// looksLikeElement recognises a lone nic or disk.
func (d *document) looksLikeElement() string {
	keys := len(d.root.Content) / 2
	for i := range d.table.rows {
		collection := &d.table.rows[i]
		if collection.Kind != Objects || keys < 2 {
			continue
		}
		members := 0
		for i := 0; i+1 < len(d.root.Content); i += 2 {
			if d.table.member[collection.Name][d.root.Content[i].Value] != nil {
				members++
			}
		}
		if members == keys {
			return "; it looks like an element of " + collection.Name
		}
	}
	return ""
}

// reportUpdate reports every operation of an update payload.
func (d *document) reportUpdate() {
	for i := 0; i+1 < len(d.root.Content); i += 2 {
		key := d.root.Content[i]
		row, ok := d.table.Lookup(key.Value)
		if !ok || row.Kind != Op {
			continue
		}
		d.enter(key.Value)
		suggestion := fmt.Sprintf("write %s as it shall be in the end; specadm works out the operations", row.Replacement)
		if collection, ok := d.table.Lookup(row.Replacement); ok && collection.Kind == Map {
			suggestion = fmt.Sprintf("write the keys that matter below %s; null removes one", row.Replacement)
		}
		d.add("SA1207", key, fmt.Sprintf("this is a payload of vmadm update: %s is an operation, and a manifest says how the instance shall be", key.Value), suggestion)
		d.leave()
	}
}

// nameFromText keeps a manifest for a document that cannot be used, when it is plain which instance it means.
func (d *document) nameFromText() {
	for _, role := range nameRoles() {
		if n := d.top(d.table.Role(role).Name); n != nil && n.Tag == "!!str" && n.Value != "" {
			d.manifest = &Manifest{Name: n.Value, Document: d.format}
			return
		}
	}
}

// nameRoles are where the name of a payload comes from, in this order (design 5).
func nameRoles() []Role { return []Role{RoleAlias, RoleHostname, RoleUUID} }

// payload reads a document that vmadm create could read.
func (d *document) payload() {
	d.format, d.properties = Payload, d.root
	raw, _ := d.value(d.root, nil).(map[string]any)
	m := &Manifest{Document: Payload}
	d.manifest = m
	for _, role := range nameRoles() {
		if text, ok := raw[d.table.Role(role).Name].(string); ok && text != "" && m.Name == "" {
			m.Name = text
		}
	}
	brand, hasBrand := raw[d.table.Role(RoleBrand).Name]
	switch {
	case d.isFragment(raw):
		d.add("SA1204", d.root, "the payload names neither an instance nor a brand nor an image: it is a fragment, or what vmadm update reads",
			"write a whole manifest for the instance that is meant")
		d.instance(raw, "", nil)
		return
	case m.Name == "" && !d.mayHaveName(raw):
		d.add("SA1204", d.root, "the payload has neither alias, hostname nor uuid, so nothing names the instance", "add alias: NAME")
	}
	if !hasBrand {
		finding := d.add("SA1209", d.root, "the brand is missing; vmadm create takes joyent", "add brand: joyent, or the brand that is meant")
		finding.Severity = Warning
		brand = string(Joyent)
		raw[d.table.Role(RoleBrand).Name] = brand
	}
	d.instance(raw, "", brand)
}

// isFragment reports whether nothing in a payload says which instance it is, or what it is made of.
func (d *document) isFragment(raw Object) bool {
	for _, role := range append(nameRoles(), RoleBrand, RoleImage, RoleDisks) {
		if _, has := raw[d.table.Role(role).Name]; has {
			return false
		}
	}
	return true
}

// mayHaveName reports whether a name is there but was reported already.
func (d *document) mayHaveName(raw Object) bool {
	for _, role := range nameRoles() {
		if _, bad := raw[d.table.Role(role).Name].(reported); bad {
			return true
		}
	}
	return false
}

// instance checks the properties of an instance and keeps them in normal form. at is the pointer of the object that holds them.
func (d *document) instance(raw Object, at string, brand any) {
	c := checker{table: d.table, loose: true, nulls: d.format == Envelope}
	text, isText := brand.(string)
	needed := d.format == Payload && brand != nil || d.format == Envelope && !d.manifest.Policy.Adopt && d.manifest.State != Absent
	switch c.brand = Brand(text); {
	case c.brand.Valid():
		d.manifest.Brand = c.brand
	case isText, brand == nil && needed:
		c.badBrand("/"+d.table.Role(RoleBrand).Name, text)
		c.brand = ""
	}
	if needed {
		c.required(raw)
	}
	c.payload(raw)
	c.rules(raw)
	d.rename(&c, raw)
	d.manifest.Spec = raw
	d.place(c.findings, at)
}

// rename gives properties their proper names, in place; with that the typed values are in normal form. It warns of names that are only
// ways to give another property; of those that the old payloads in the field are full of, only in manifests.
func (d *document) rename(c *checker, typed Object) {
	for name, value := range typed {
		row, _ := d.table.Lookup(name)
		switch {
		case row.Kind == Objects && len(d.table.aliases[name]) > 0:
			d.renameMembers(c, row, value)
		case row.Alias || d.indirect(row):
			if d.format == Envelope {
				c.add("SA1308", "/"+name, fmt.Sprintf("%s is only a way to give %s", name, row.Replacement), "write "+row.Replacement)
			}
			if _, has := typed[row.Replacement]; !has {
				typed[row.Replacement] = value
			}
			delete(typed, name)
		case row.Deprecated && row.Generated: // zonename, which vmadm crashes on unless it is the uuid
			if value != typed[row.Replacement] {
				c.add("SA1308", "/"+name, fmt.Sprintf("%s is always the uuid; the value is left out", name), "leave it out")
			}
			delete(typed, name)
		}
	}
}

// renameMembers is rename for the elements of a collection.
func (d *document) renameMembers(c *checker, row *Property, value any) {
	list, _ := value.([]any)
	for i, element := range list {
		members, _ := element.(map[string]any)
		old := false
		for _, alias := range d.table.aliases[row.Name] {
			if _, has := members[alias.BaseName()]; !has {
				continue
			}
			old = true
			if d.format == Envelope && alias.Role != RoleNICNetmask { // said once, with ip
				replacement, _ := d.table.Lookup(alias.Replacement)
				c.add("SA1308", pointer(pointerAt("/"+row.Name, i), alias.BaseName()),
					fmt.Sprintf("%s is only a way to give %s", alias.BaseName(), replacement.BaseName()), "write "+replacement.BaseName())
			}
		}
		if old {
			list[i] = d.table.NormaliseElement(row.Name, members)
		}
	}
}

// indirect reports whether the brand takes a property only to derive its replacement from it: ram of zones.
func (d *document) indirect(row *Property) bool {
	replacement, ok := d.table.Lookup(row.Replacement)
	b := d.manifest.Brand
	return ok && !row.Deprecated && row.Create.Has(b) && row.Get[b] == Never && replacement.Get[b] == Always
}

// place gives findings of the typed pass their place in the file, and the severity that they have for this kind of document.
func (d *document) place(findings []Finding, at string) {
	base := locate(d.root, at)
	for _, f := range findings {
		code := codeByName()[f.Code]
		switch {
		case code.dropped && d.format == Payload && f.Severity == Error:
			f.Severity = Warning
			f.Message += "; vmadm create drops it silently"
		case code.tolerated:
			f.Severity = Warning
		}
		key, value := find(base, f.Pointer)
		node := value
		if code.atKey && key != nil {
			node = key
		}
		f.Position = d.position(node)
		f.Pointer = at + f.Pointer
		d.findings = append(d.findings, f)
	}
}

// locate is find for a value that is known to be there.
func locate(n *yaml.Node, pointer string) *yaml.Node {
	_, value := find(n, pointer)
	return value
}

// find follows a JSON pointer through nodes, as far as it leads. key is nil unless the last step was into an object.
func find(n *yaml.Node, pointer string) (key, value *yaml.Node) {
	value = n
	for pointer != "" {
		step, rest, _ := strings.Cut(pointer[1:], "/")
		if rest != "" {
			rest = "/" + rest
		}
		if strings.Contains(step, "~") {
			step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		}
		for value.Kind == yaml.AliasNode {
			value = value.Alias
		}
		childKey, child := childOf(value, step)
		if child == nil {
			return key, value
		}
		key, value, pointer = childKey, child, rest
	}
	return key, value
}

// childOf finds an entry of an object, those of merges included, or an element of a list.
func childOf(n *yaml.Node, step string) (key, value *yaml.Node) {
	switch n.Kind {
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(n.Content) {
			return nil, n.Content[i]
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == step {
				return n.Content[i], n.Content[i+1]
			}
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Tag == "!!merge" && n.Content[i+1].Kind == yaml.AliasNode {
				if key, value := childOf(n.Content[i+1].Alias, step); value != nil {
					return key, value
				}
			}
		}
	}
	return nil, nil
}

func nodeKind(n *yaml.Node) string {
	switch n.Kind {
	case yaml.SequenceNode:
		return "a list"
	case yaml.MappingNode:
		return "an object"
	}
	return "a plain value"
}

// finish gives every finding its snippet and item, and settles whether the manifest can be used.
func (d *document) finish() {
	name := ""
	if m := d.manifest; m != nil {
		m.Broken = HasErrors(d.findings)
		m.References, m.revealed = d.references, d.revealed
		m.tree, m.offset = d.root, d.offset
		m.Source = Position{File: d.source.file, Line: d.offset + 1, Column: 1}
		if d.root != nil {
			m.Source = d.position(d.root)
		}
		name = m.Name
	}
	for i := range d.findings {
		f := &d.findings[i]
		f.Item = name
		if f.Line > 0 {
			f.Snippet = d.source.snippet(f.Line, d.hideFrom(f.Line))
		}
	}
}

// hideFrom is the column of a line from which it is secret; 0 when it is not.
func (d *document) hideFrom(line int) int {
	if d.root == nil {
		return d.source.hideUnread(line)
	}
	hide := 0
	for _, n := range d.secrets {
		first := n.Line + d.offset
		switch {
		case line == first && (hide == 0 || n.Column < hide):
			hide = n.Column
		case line > first && line <= d.lastLine(n):
			return 1
		}
	}
	return hide
}

// lastLine is the line on which a scalar ends, or a later one.
func (d *document) lastLine(n *yaml.Node) int {
	first := n.Line + d.offset
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return first + strings.Count(n.Value, "\n") + 1
	}
	quote := map[yaml.Style]string{yaml.DoubleQuotedStyle: `"`, yaml.SingleQuotedStyle: "'"}[n.Style&^yaml.TaggedStyle]
	rest := firstRunesAfter(d.source.line(first), n.Column)
	for line := first; quote != "" && line < first+len(n.Value)+2; line++ {
		if strings.Contains(rest, quote) {
			return line
		}
		rest = d.source.line(line + 1)
	}
	return first
}
