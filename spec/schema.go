package spec

import (
	"slices"

	"sigs.k8s.io/yaml"
)

// specSchema is what may stand below spec.
func specSchema(kind ManifestKind) map[string]any {
	properties := map[string]any{}
	if kind == KindInstance {
		properties = ownSchema()
	}
	table := kind.Table()
	for i := range table.rows {
		if row := &table.rows[i]; row.declarable() {
			properties[row.Name] = schemaOf(table, row)
		}
	}
	return properties
}

// ownSchema is what specadm adds below spec of an instance.
func ownSchema() map[string]any {
	return map[string]any{
		"state": map[string]any{
			"description": "The power state; left out, power is not managed. absent deletes the instance.",
			"enum":        []any{string(Running), string(Stopped), string(Absent)},
		},
		"zfs": map[string]any{
			"description": "ZFS properties that vmadm does not own, by dataset below the instance; . is its zoneroot.",
			"type":        "object",
			"additionalProperties": map[string]any{
				"type": "object", "additionalProperties": map[string]any{"type": []any{"string", "integer", "boolean", "null"}},
			},
		},
		"snapshots": map[string]any{
			"description": "Names of snapshots that shall exist; specadm makes those that are missing and deletes only those that it made.",
			"type":        []any{"array", "null"},
			"items":       map[string]any{"type": "string", "pattern": snapshotForm.String()},
		},
	}
}

// Schema gives the JSON Schema (draft-07) of a manifest, made from the property tables, for editors: titles, descriptions, defaults,
// enumerations, examples, and x-specadm-risk, which says what a change disturbs per brand. What stands below spec depends on the kind.
func Schema() map[string]any {
	kinds, byKind := []any{}, []any{}
	for _, kind := range ManifestKinds() {
		kinds = append(kinds, kind.String())
		below := map[string]any{"spec": object(specSchema(kind), requiredOf(kind)...)}
		if kind != KindInstance {
			all, _ := policySchema()["properties"].(map[string]any)
			below["policy"] = object(map[string]any{"maxRisk": all["maxRisk"], "adopt": all["adopt"]})
		}
		byKind = append(byKind, map[string]any{
			"if":   map[string]any{"properties": map[string]any{"kind": map[string]any{"const": kind.String()}}, "required": []any{"kind"}},
			"then": map[string]any{"description": kind.doc(), "properties": below},
		})
	}
	manifest := map[string]any{
		"description": "A SmartOS instance, an image or a firewall rule as it shall be.",
		"type":        "object",
		"required":    []any{"apiVersion", "kind", "metadata", "spec"},
		"properties": map[string]any{
			"apiVersion": map[string]any{"const": "specadm/v1"},
			"kind":       map[string]any{"enum": kinds},
			"metadata": object(map[string]any{
				"name":       map[string]any{"type": "string", "description": "Unique in the repository; the default of spec.alias."},
				"node":       map[string]any{"type": "string", "description": "Only the node of this hostname or server uuid acts on it."},
				"labels":     map[string]any{"type": "object", "description": "For selecting; not sent to the platform."},
				"generation": map[string]any{"type": "integer", "minimum": 0, "description": "Raised by hand to have the instance made anew."},
				"formerly":   map[string]any{"type": "array", "items": map[string]any{"type": "string"}, "description": "Names that it had before."},
			}, "name"),
			"spec":   map[string]any{"type": []any{"object", "null"}},
			"policy": policySchema(),
		},
		"additionalProperties": false,
		"allOf":                byKind,
	}
	return map[string]any{
		"$schema": "http://json-schema.org/draft-07/schema#",
		"title":   "specadm manifest",
		"if":      map[string]any{"properties": map[string]any{"kind": map[string]any{"const": "Repository"}}, "required": []any{"kind"}},
		"then":    repositorySchema(),
		"else":    manifest,
	}
}

// requiredOf lists what no manifest of a kind can do without. A rule that shall be absent needs no text, so only the identity counts.
func requiredOf(kind ManifestKind) []any {
	if kind == KindInstance { // absent ones and adopted ones need nothing
		return nil
	}
	var names []any
	for _, row := range kind.Table().required {
		if row.Role == RoleUUID {
			names = append(names, row.Name)
		}
	}
	return names
}

// declarable reports whether the property may stand below spec in a manifest.
func (p *Property) declarable() bool {
	return p.Kind != Member && p.Kind != Op && p.Kind != ReadOnly && !p.Deprecated && (p.Create|p.Update) != NoBrand
}

func object(properties map[string]any, required ...any) map[string]any {
	o := map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	if required != nil {
		o["required"] = required
	}
	return o
}

func schemaOf(table *Table, row *Property) map[string]any {
	s := typeSchema(table, row)
	s["title"] = row.BaseName()
	s["description"] = row.Doc
	if words := row.words(); words != nil && row.Type == String {
		s["enum"] = orNull(words)
	}
	if row.Example != "" {
		s["examples"] = []any{row.example()}
	}
	if row.Pattern != "" && row.Kind != List && row.Type == String {
		s["pattern"] = row.Pattern
	}
	if len(row.Default) == len((row.Create).List()) && len(row.Default) > 0 {
		if value, same := oneDefault(row); same {
			s["default"] = value
		}
	}
	if risks := risksOf(row); len(risks) > 0 {
		s["x-specadm-risk"] = risks
	}
	if row.isPlain() && s["enum"] == nil {
		orReference(s)
	}
	return s
}

// orReference allows a reference in the place of a plain value: {file: PATH} or {age: BLOB}. What it says of objects does not concern the others.
func orReference(s map[string]any) map[string]any {
	types, _ := s["type"].([]any)
	s["type"] = append(slices.Clone(types), "object")
	s["properties"] = map[string]any{
		"file": map[string]any{"type": "string", "description": "A file whose content is the value, relative to the manifest."},
		"age":  map[string]any{"type": "string", "description": "The value, encrypted for the node by specadm secret encrypt."},
	}
	s["additionalProperties"], s["minProperties"], s["maxProperties"] = false, 1, 1
	return s
}

// words are the texts that any brand allows; nil when the property is free.
func (p *Property) words() []string {
	if p.EnumFor == nil {
		return p.Enum
	}
	var words []string
	for _, b := range AllBrands() {
		for _, word := range p.EnumFor[b] {
			if !slices.Contains(words, word) {
				words = append(words, word)
			}
		}
	}
	return words
}

// example is the example as a value. A test reads all of them, so that none can fail here.
func (p *Property) example() any {
	var value any
	if err := yaml.Unmarshal([]byte(p.Example), &value); err != nil {
		panic("example of " + p.Name + ": " + err.Error())
	}
	return value
}

// orNull is an enumeration to which null, back to the default, is added.
func orNull(values []string) []any { return append([]any{nil}, anyOf(values)...) }

func anyOf(values []string) []any {
	list := []any{}
	for _, value := range values {
		list = append(list, value)
	}
	return list
}

// oneDefault is the default of all brands when they agree.
func oneDefault(row *Property) (any, bool) {
	var value any
	for _, b := range row.Create.List() {
		if value == nil {
			value = row.Default[b]
		}
		if looseText(value) != looseText(row.Default[b]) {
			return nil, false
		}
	}
	return value, true
}

func risksOf(row *Property) map[string]any {
	risks := map[string]any{}
	for _, b := range row.Update.List() {
		if effect := row.Effect[b]; effect != EffectNone {
			risks[string(b)] = string(effect)
		}
	}
	return risks
}

func typeSchema(table *Table, row *Property) map[string]any {
	switch row.Type {
	case Integer:
		if row.Unit == MiB || row.Unit == GiB || row.Unit == Bytes {
			return map[string]any{"type": []any{"integer", "string", "null"}}
		}
		s := map[string]any{"type": []any{"integer", "null"}}
		if row.Min != nil {
			s["minimum"] = *row.Min
		}
		if row.Max != nil {
			s["maximum"] = *row.Max
		}
		return s
	case Boolean:
		return map[string]any{"type": []any{"boolean", "null"}}
	case Strings:
		return map[string]any{"type": []any{"array", "string", "null"}, "items": map[string]any{"type": []any{"string", "integer"}}}
	case Flat:
		return map[string]any{"type": []any{"object", "null"}, "additionalProperties": orReference(map[string]any{"type": []any{"string", "number", "boolean", "null"}})}
	case Array:
		members := map[string]any{}
		for _, member := range table.Members(row.Name) {
			if (member.Create | member.Update) != NoBrand {
				members[member.BaseName()] = schemaOf(table, member)
			}
		}
		return map[string]any{"type": []any{"array", "null"}, "items": object(members)}
	}
	return map[string]any{"type": []any{"string", "null"}}
}
