package spec

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Export writes a live instance, as vmadm lookup -j prints it, as the manifest that would leave it as it is: only what differs from
// the platform's defaults, in a stable order, with the uuid pinned and adoption asked for unless adopted says that the instance is
// ours already. Secrets are written as seal encrypts them, which gives an age file. With a nil seal they are not written, and neither are
// secrets that are no texts; a comment names them, and so does leftOut. Where one is left out that the mark lists as managed, an apply would
// remove it from the instance; in its place stands a file that somebody has to supply first.
func Export(found Object, adopted bool, seal func(text string) ([]byte, error)) (manifest []byte, leftOut []string, err error) {
	x := exporter{table: Properties(), found: make(Object, len(found)), leftOut: &leftOut}
	if mark, ok := MarkOf(found); ok {
		x.managed = mark.Fields
	}
	eachSecret(found, func(name string, value any) { x.found[name] = value }, func(value any) any {
		text, ok := value.(string)
		switch {
		case value == nil || value == "":
			return value
		case !ok || seal == nil:
			return sealedValue{}
		}
		ciphertext, failed := seal(text)
		if failed != nil {
			err = failed
			return sealedValue{}
		}
		return sealedValue{EncodeBlob(ciphertext)}
	})
	if err != nil {
		return nil, nil, err
	}
	manifest, err = x.manifest(adopted)
	return manifest, leftOut, err
}

// sealedValue stands for a secret: encrypted, or left out.
type sealedValue struct{ blob string }

func (x exporter) manifest(adopted bool) ([]byte, error) {
	found := x.found
	x.brand = Brand(x.text(RoleBrand))
	if !x.brand.Valid() {
		return nil, fmt.Errorf("cannot export instance %s: brand %q is none that vmadm can create", x.text(RoleUUID), x.brand)
	}
	document := mapping(
		"apiVersion", "specadm/v1",
		"kind", "Instance",
		"metadata", mapping("name", ExportName(found)),
		"spec", x.spec(),
	)
	for _, path := range *x.leftOut {
		key := document.Content[6] // spec
		key.HeadComment = strings.TrimPrefix(key.HeadComment+"\n"+path+" is a secret and not written here: write it as {age: ...}, as specadm secret encrypt prints it", "\n")
	}
	if !adopted {
		document.Content = append(document.Content, scalar("policy"), mapping("adopt", true))
	}
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(document); err != nil {
		return nil, fmt.Errorf("cannot write the manifest of %s: %w", x.text(RoleUUID), err)
	}
	return out.Bytes(), nil
}

// ExportName is the name that an exported manifest gets: the alias, else the hostname, else the uuid, in the characters of a name.
func ExportName(found Object) string {
	table := Properties()
	for _, role := range []Role{RoleAlias, RoleHostname, RoleUUID} {
		text, _ := found[table.Role(role).Name].(string)
		if name := strings.Trim(notInName.ReplaceAllString(strings.ToLower(text), "-"), "-."); name != "" {
			return name
		}
	}
	return "instance"
}

var notInName = regexp.MustCompile(`[^a-z0-9.-]+`)

var notInFile = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// exporter writes the spec of one instance.
type exporter struct {
	table *Table
	brand Brand
	found Object

	leftOut *[]string         // paths of secrets
	managed map[string]string // the paths that the mark lists
}

func (x exporter) text(r Role) string {
	text, _ := x.found[x.table.Role(r).Name].(string)
	return text
}

// spec is the mapping below the key spec: identity and brand first, then plain values, lists, maps and collections, each by name.
func (x exporter) spec() *yaml.Node {
	node := mapping()
	add := func(name string, value *yaml.Node) { node.Content = append(node.Content, scalar(name), value) }
	first := []Role{RoleUUID, RoleState, RoleBrand, RoleImage}
	for _, role := range first {
		row := x.table.Role(role)
		if value, ok := x.found[row.Name]; ok && (role != RoleState || value == string(Running) || value == string(Stopped)) {
			add(row.Name, scalar(value))
		}
	}
	if alias := x.table.Role(RoleAlias).Name; x.found[alias] == nil || x.found[alias] == "" {
		add(alias, scalar(nil)) // left out, it would become the name
	}
	for _, kind := range []Kind{Scalar, List, Map, Objects} {
		for i := range x.table.rows {
			row := &x.table.rows[i]
			if row.Kind != kind || slices.Contains(first, row.Role) || !x.exports(row) {
				continue
			}
			if value := x.value(row, row.Name, x.found[row.Name]); value != nil {
				add(row.Name, value)
			}
		}
	}
	return node
}

// exports reports whether a property belongs into a manifest: the brand takes it, and it is neither generated nor changing by itself.
func (x exporter) exports(row *Property) bool {
	if row.Volatile || row.Deprecated || row.Generated || row.Get[x.brand] == Never || !(row.Create.Has(x.brand) || row.Update.Has(x.brand)) {
		return false
	}
	value, ok := x.found[row.Name]
	if !ok || value == nil {
		return false
	}
	if usual, ok := x.usual(row); ok && sameText(usual, value) {
		return false
	}
	return true
}

// usual is what the property would be if the manifest did not name it, where that can be told.
func (x exporter) usual(row *Property) (any, bool) {
	if derived, ok := x.derived(row.Role); ok {
		return derived, true
	}
	return row.AtDefault(x.brand)
}

// derived is the value that create computes from another one (reference 9.2).
func (x exporter) derived(r Role) (any, bool) {
	number := func(r Role) (int64, bool) { n, ok := x.found[x.table.Role(r).Name].(int64); return n, ok }
	physical, ok := number(RolePhysical)
	if !ok {
		return nil, false
	}
	switch r {
	case RolePhysical:
		if ram, ok := number(RoleRAM); ok && x.brand.HVM() {
			return ram + MemoryOverhead(x.brand), true
		}
	case RoleLocked, RoleTmpfs, RoleSharedMemory:
		return physical, true
	case RoleSwap:
		return max(physical, MinSwap), true
	}
	return nil, false
}

// value writes a value; nil when nothing of it is worth writing.
func (x exporter) value(row *Property, path string, value any) *yaml.Node {
	switch v := value.(type) {
	case []any:
		if row.Kind == Objects {
			return x.elements(row, v)
		}
		if len(v) == 0 {
			return nil
		}
		list := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		for _, one := range v {
			list.Content = append(list.Content, scalar(one))
		}
		return list
	case map[string]any:
		node := mapping()
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if row.Role == RoleInternalMetadata && key == MarkKey {
				continue
			}
			if sealed, secret := v[key].(sealedValue); secret {
				if value := x.sealed(row.Name+"."+key, sealed); value != nil {
					node.Content = append(node.Content, scalar(key), value)
				}
				continue
			}
			node.Content = append(node.Content, scalar(key), mapValue(row, v[key]))
		}
		if len(node.Content) == 0 {
			return nil
		}
		return node
	}
	if sealed, secret := value.(sealedValue); secret {
		return x.sealed(path, sealed)
	}
	return scalar(sized(row, value))
}

// sealed writes a secret; nil, with its path noted, when it is left out.
func (x exporter) sealed(path string, value sealedValue) *yaml.Node {
	if value.blob == "" {
		*x.leftOut = append(*x.leftOut, path)
		if _, managed := x.managed[path]; !managed {
			return nil
		}
		node := mapping("file", "secrets/"+ExportName(x.found)+"/"+notInFile.ReplaceAllString(path, "_"))
		node.Style = yaml.FlowStyle
		return node
	}
	node := mapping("age", value.blob)
	node.Style = yaml.FlowStyle
	return node
}

// mapValue writes a value of a map. Where a guest reads texts, a number or boolean gets its tag, to say that it is meant.
func mapValue(row *Property, value any) *yaml.Node {
	node := scalar(value)
	if _, text := value.(string); row.Texts && !text {
		node.Style |= yaml.TaggedStyle
	}
	return node
}

// elements writes a collection. Its elements keep what identifies them, so that they are found again whatever their order.
func (x exporter) elements(row *Property, elements []any) *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, one := range elements {
		element, ok := one.(map[string]any)
		if !ok {
			continue
		}
		node := mapping()
		for _, member := range x.table.Members(row.Name) {
			name := member.BaseName()
			value, there := element[name]
			identity := name == row.Key || member.Role == RoleDiskUUID
			takes := member.Create.Has(x.brand) || member.Update.Has(x.brand)
			usual, known := member.AtDefault(x.brand)
			switch {
			case !there, value == nil, member.Volatile, member.Deprecated, !takes && !identity:
			case member.Generated && !identity, !identity && known && sameText(usual, value):
			case x.forced(member), x.settled(member, element):
			default:
				if written := x.value(member, fmt.Sprintf("%s[%v].%s", row.Name, element[row.Key], name), value); written != nil {
					node.Content = append(node.Content, scalar(name), written)
				}
			}
		}
		list.Content = append(list.Content, node)
	}
	if len(list.Content) == 0 {
		return nil
	}
	return list
}

// settled reports whether the rest of a disk decides the member already, so that create would refuse it or need not be told: the path
// of a volume, and what a disk has from its image.
func (x exporter) settled(member *Property, element map[string]any) bool {
	value := func(r Role) any { return element[x.table.Role(r).BaseName()] }
	switch member.Role {
	case RoleDiskPath:
		return value(RoleDiskMedia) != "cdrom"
	case RoleDiskBlockSize:
		return value(RoleDiskImage) != nil
	case RoleDiskSize:
		return value(RoleDiskImage) != nil && sameText(value(RoleDiskSize), value(RoleDiskImageSize))
	}
	return false
}

// forced reports whether the platform sets the member to a value of its own again and again, so that a manifest cannot say it.
func (x exporter) forced(member *Property) bool { return member.Forced.Has(x.brand) }

// sized writes a number of a sized property with the largest unit that divides it.
func sized(row *Property, value any) any {
	n, ok := value.(int64)
	units := []Unit{Bytes, "KiB", MiB, GiB, "TiB"}
	at := slices.Index(units, row.Unit)
	if !ok || at < 0 || n <= 0 {
		return value
	}
	if at == 0 && n%1024 != 0 {
		return value
	}
	for at+1 < len(units) && n%1024 == 0 {
		n /= 1024
		at++
	}
	return fmt.Sprintf("%d%s", n, units[at])
}

// sameText compares loosely: lists that get shows as comma text equal the list of their parts.
func sameText(a, b any) bool {
	return looseText(a) == looseText(b)
}

func looseText(value any) string {
	list, ok := value.([]any)
	if !ok {
		return fmt.Sprint(value)
	}
	parts := make([]string, len(list))
	for i, one := range list {
		parts[i] = fmt.Sprint(one)
	}
	return strings.Join(parts, ",")
}

func mapping(pairs ...any) *yaml.Node {
	node := &yaml.Node{Kind: yaml.MappingNode}
	for _, one := range pairs {
		if child, ok := one.(*yaml.Node); ok {
			node.Content = append(node.Content, child)
			continue
		}
		node.Content = append(node.Content, scalar(one))
	}
	return node
}

func scalar(value any) *yaml.Node {
	node := &yaml.Node{}
	if err := node.Encode(value); err != nil {
		// Only strings, numbers and booleans get here, which cannot fail to encode.
		panic(err)
	}
	return node
}
