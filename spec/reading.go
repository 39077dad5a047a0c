package spec

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// reading is the node pass over one document: it turns nodes into plain values and reports what is not what it looks like, while the
// place of everything is still known. It does not care whether values fit their property; that is the typed pass (checker).
type reading struct {
	source  *source
	options LoadOptions
	offset  int // lines of the file before the document
	json    bool
	format  Format
	table   *Table

	properties *yaml.Node // the object whose keys are properties
	depth      int        // length of path there

	findings   []Finding
	path       []string     // keys from the root to where the pass is
	secrets    []*yaml.Node // values that no snippet may show
	references []Reference
	revealed   []string // what was decrypted
	aliasWork  int      // nodes that aliases have added; beyond the limit once that was reported
	expanding  map[*yaml.Node]bool
}

// position is the place of a node.
func (r *reading) position(n *yaml.Node) Position {
	p := Position{File: r.source.file, Line: n.Line + r.offset, Column: n.Column}
	if n.Kind == yaml.ScalarNode && n.Style&^yaml.TaggedStyle == 0 && n.Value != "" {
		p.EndLine, p.EndColumn = p.Line, p.Column+len([]rune(firstLine(n.Value)))
	}
	return p
}

// add reports something about a node.
func (r *reading) add(code string, n *yaml.Node, message, suggestion string) *Finding {
	r.findings = append(r.findings, Finding{
		Code: code, Severity: codeByName()[code].Severity, Message: message, Suggestion: suggestion,
		Position: r.position(n), Pointer: r.pointer(),
	})
	return &r.findings[len(r.findings)-1]
}

func (r *reading) pointer() string {
	at := ""
	for _, key := range r.path {
		at = pointer(at, key)
	}
	return at
}

func (r *reading) enter(key string) { r.path = append(r.path, key) }
func (r *reading) leave()           { r.path = r.path[:len(r.path)-1] }

// value turns a node into the value of a property; row is nil where the table says nothing.
func (r *reading) value(n *yaml.Node, row *Property) any {
	switch n.Kind {
	case yaml.ScalarNode:
		return r.scalar(n, row)
	case yaml.SequenceNode:
		list := make([]any, 0, len(n.Content))
		for i, element := range n.Content {
			r.enter(strconv.Itoa(i))
			list = append(list, r.value(element, row))
			r.leave()
		}
		return list
	case yaml.MappingNode:
		return r.mapping(n, row)
	case yaml.AliasNode:
		return r.alias(n, row)
	}
	return reported{}
}

// mapping turns an object into a map. Below a collection its keys are members; below a map they are free.
func (r *reading) mapping(n *yaml.Node, row *Property) any {
	if len(r.path) > maxDepth {
		r.add("SA1002", n, fmt.Sprintf("the document is nested more than %d levels deep", maxDepth), "")
		return reported{}
	}
	if r.isToken(n) {
		r.add("SA1112", n, "{{ ... }} is a token of a template that nothing has filled in", "fill the template in first")
		return reported{}
	}
	object := make(map[string]any, len(n.Content)/2)
	var members map[string]*Property
	switch {
	case n == r.properties:
		members, r.depth = r.table.byName, len(r.path)
	case row != nil && row.Kind == Objects:
		members = r.table.member[row.Name]
	}
	entry := members == nil && row != nil && row.Kind == Map && len(r.path) == r.depth+1
	r.entries(n, func(key, value *yaml.Node) {
		name := key.Value
		r.enter(name)
		defer r.leave()
		if _, twice := object[name]; twice {
			r.add("SA1103", key, fmt.Sprintf("the key %s stands twice", quoted(name)), "keep one of them")
			return
		}
		below := row
		if members != nil {
			below = members[name]
		}
		if isSecret(row, below, name) {
			r.hide(value)
		}
		if kind, target := referenced(value); kind != "" && (entry || members != nil && below != nil && below.isPlain()) {
			object[name] = r.reference(value, kind, target, below)
			return
		}
		object[name] = r.value(value, below)
		if text, ok := object[name].(string); ok && text != "" && below != nil && isSecret(row, below, name) {
			r.add("SA1903", value, "a secret stands in clear text", "specadm secret encrypt prints {age: ...} to write instead")
		}
	})
	return object
}

// entries visits the entries of an object in their order, those of merges included. Keys that are no texts are reported and left out.
func (r *reading) entries(n *yaml.Node, visit func(key, value *yaml.Node)) {
	var own map[string]bool // made when a merge needs it
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Tag == "!!merge" {
			if own == nil {
				own = ownKeys(n)
			}
			r.merge(value, own, visit)
			continue
		}
		if r.key(key) {
			visit(key, value)
		}
	}
}

func ownKeys(n *yaml.Node) map[string]bool {
	keys := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		keys[n.Content[i].Value] = true
	}
	return keys
}

// merge visits what <<: *alias brings in. A key that also stands in the object itself is reported there.
func (r *reading) merge(value *yaml.Node, own map[string]bool, visit func(key, value *yaml.Node)) {
	merged := value
	if value.Kind == yaml.AliasNode {
		if merged = value.Alias; !r.follow(value) {
			return
		}
		defer delete(r.expanding, merged)
	}
	switch merged.Kind {
	case yaml.SequenceNode:
		for _, one := range merged.Content {
			r.merge(one, own, visit)
		}
	case yaml.MappingNode:
		r.entries(merged, func(key, value *yaml.Node) {
			if own[key.Value] {
				r.add("SA1109", key, fmt.Sprintf("the key %s comes in through a merge and also stands in the object", quoted(key.Value)), "write it in one place only")
				return
			}
			visit(key, value)
		})
	default:
		r.add("SA1113", value, "a merge (<<) needs an alias of an object", "")
	}
}

// follow prepares to read what an alias leads to; false when that was reported.
func (r *reading) follow(n *yaml.Node) bool {
	if r.expanding[n.Alias] {
		r.add("SA1113", n, "the alias *"+n.Value+" leads back to itself", "")
		return false
	}
	if r.aliasWork > maxAliasNodes {
		return false
	}
	if r.aliasWork += size(n.Alias, maxAliasNodes); r.aliasWork > maxAliasNodes {
		r.add("SA1002", n, fmt.Sprintf("aliases add more than %d values", maxAliasNodes), "write the values out")
		return false
	}
	if r.expanding == nil {
		r.expanding = map[*yaml.Node]bool{}
	}
	r.expanding[n.Alias] = true
	return true
}

// size counts nodes, up to a limit. Aliases within count as one, and again when they are followed.
func size(n *yaml.Node, limit int) int {
	count := 1
	for _, child := range n.Content {
		if count > limit {
			break
		}
		count += size(child, limit-count)
	}
	return count
}

func (r *reading) alias(n *yaml.Node, row *Property) any {
	if !r.follow(n) {
		return reported{}
	}
	defer delete(r.expanding, n.Alias)
	return r.value(n.Alias, row)
}

// key reports a key that is not a text.
func (r *reading) key(n *yaml.Node) bool {
	switch {
	case n.Kind != yaml.ScalarNode:
		if !r.isToken(n) {
			r.add("SA1107", n, "a key must be a text, not a list or an object", "")
		} else {
			r.add("SA1112", n, "{{ ... }} is a token of a template that nothing has filled in", "fill the template in first")
		}
		return false
	case r.json:
		return true
	case n.Tag != "!!str", n.Style == 0 && yaml11Boolean(n.Value):
		r.add("SA1107", n, fmt.Sprintf("YAML does not read the key %s as a text everywhere", n.Value), fmt.Sprintf("write %q", n.Value))
		return false
	case strings.ContainsAny(n.Value, "“”„‟"):
		r.add("SA1111", n, fmt.Sprintf("the key %s has typographic quotes", n.Value), `use straight quotes: "`)
		return false
	}
	return true
}

// isToken recognises {{ x }}, which YAML reads as an object whose only key is an object.
func (r *reading) isToken(n *yaml.Node) bool {
	return n.Kind == yaml.MappingNode && n.Style&yaml.FlowStyle != 0 && len(n.Content) == 2 && n.Content[0].Kind == yaml.MappingNode
}

// isSecret says whether the value of a key must not be shown. below is the row of the value, container that of the object it stands in.
func isSecret(container, below *Property, key string) bool {
	switch {
	case below == nil, container == below && below.Type == Flat: // a key that the table does not know
		return secretName(key)
	}
	return below.Secret
}

func (r *reading) hide(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode && n.Value != "" {
		r.secrets = append(r.secrets, n)
	}
}

// isHidden reports whether the node that is being read may not be shown.
func (r *reading) isHidden(n *yaml.Node) bool {
	return len(r.secrets) > 0 && r.secrets[len(r.secrets)-1] == n
}

// scalar turns a plain value into a Go value.
func (r *reading) scalar(n *yaml.Node, row *Property) any {
	switch n.Tag {
	case "!!str":
		return r.text(n, row)
	case "!!null":
		return nil
	case "!!bool":
		if r.wantsQuotes(n, row) {
			return reported{}
		}
		return strings.EqualFold(n.Value, "true")
	case "!!int", "!!float":
		if r.wantsQuotes(n, row) {
			return reported{}
		}
		return r.number(n)
	case "!!timestamp", "!!merge": // texts to everybody but YAML
		return n.Value
	}
	r.add("SA1110", n, "the tag "+n.Tag+" is not understood", "write the value itself")
	return reported{}
}

func (r *reading) text(n *yaml.Node, row *Property) any {
	text := n.Value
	inMap := row != nil && row.Type == Flat && row.Kind == Map
	if n.Style == 0 && !r.json && yaml11Boolean(text) && (row == nil || !inWords(row.Enum, text)) {
		suggestion := fmt.Sprintf("write %q if it is a text", text)
		if meant, ok := booleanWord(text); ok {
			suggestion = fmt.Sprintf("write %v, or %q if it is a text", meant, text)
		}
		r.add("SA1104", n, fmt.Sprintf("%s is a boolean to some YAML readers and a text to others", text), suggestion)
		return reported{}
	}
	found := ""
	if inMap {
		if found = token(text); found != text {
			found = "" // scripts may hold what looks like tokens
		}
	} else {
		found = tokenIn(text)
	}
	if found != "" {
		shown := quoted(found)
		if r.isHidden(n) {
			shown = "the value"
		}
		r.add("SA1112", n, shown+" is a token of a template that nothing has filled in", "fill the template in first")
		return reported{}
	}
	if n.Style == 0 && strings.HasPrefix(text, "“") || !inMap && strings.ContainsAny(text, "“”„‟") {
		r.add("SA1111", n, "the text has typographic quotes", `use straight quotes: "`)
		return reported{}
	}
	return text
}

func inWords(words []string, word string) bool {
	for _, w := range words {
		if w == word {
			return true
		}
	}
	return false
}

// yaml11Boolean reports whether YAML 1.1 reads a bare word as a boolean that YAML 1.2 reads as a text.
func yaml11Boolean(word string) bool {
	if len(word) > 3 {
		return false
	}
	switch strings.ToLower(word) {
	case "yes", "no", "on", "off", "y", "n":
		return true
	}
	return false
}

// wantsQuotes reports a bare number or boolean where a text belongs. It is done here because the value itself no longer shows how it was
// written: 1.10 is 1.1.
func (r *reading) wantsQuotes(n *yaml.Node, row *Property) bool {
	switch {
	case r.json || row == nil:
		return false
	case row.Texts && n.Style&yaml.TaggedStyle != 0: // !!int 80 says that a number is meant
		return false
	case row.Texts:
		finding := r.add("SA1114", n, fmt.Sprintf("the guest reads %s as text, and YAML as something else", n.Value),
			fmt.Sprintf("write %q, or %s %s if it is no text", n.Value, n.Tag, n.Value))
		if r.isHidden(n) {
			finding.Message, finding.Suggestion = "the guest reads the value as text, and YAML as something else", "put it in quotes"
		}
		if r.format == Payload {
			finding.Severity = Warning
			return false
		}
		return true
	case row.Type == String || row.Type == UUID || row.Type == Zpool:
		message, suggestion := fmt.Sprintf("%s must be a text, and YAML reads %s as something else", row.Name, n.Value), fmt.Sprintf("write %q", n.Value)
		if row.Secret {
			message, suggestion = row.Name+" must be a text, and YAML reads the value as something else", "put it in quotes"
		}
		r.add("SA1301", n, message, suggestion)
		return true
	}
	return false
}

// number reads a number that looks like what it is.
func (r *reading) number(n *yaml.Node) any {
	if whole, err := strconv.ParseInt(n.Value, 10, 64); err == nil && (n.Value == "0" || strings.TrimPrefix(n.Value, "-")[0] != '0' && n.Value[0] != '+') {
		if whole > maxWhole || whole < -maxWhole {
			r.add("SA1106", n, n.Value+" is beyond 2^53, where vmadm loses digits", "put it in quotes if it is a text")
			return reported{}
		}
		return whole
	}
	if r.json {
		number, err := strconv.ParseFloat(n.Value, 64)
		if err != nil || math.Abs(number) > maxWhole {
			r.add("SA1106", n, n.Value+" is beyond 2^53, where vmadm loses digits", "put it in quotes if it is a text")
			return reported{}
		}
		return number
	}
	if number, err := strconv.ParseFloat(n.Value, 64); err == nil && n.Tag == "!!float" && strings.Trim(n.Value, "-0123456789.") == "" && n.Value != "." {
		return number
	}
	var read any
	suggestion := "write a plain decimal number, or quotes if it is a text"
	if err := n.Decode(&read); err == nil {
		if whole, ok := read.(int); ok {
			suggestion = fmt.Sprintf("write %d, or %q if it is a text", whole, n.Value)
		}
	}
	r.add("SA1105", n, fmt.Sprintf("YAML reads %s as %v", n.Value, read), suggestion)
	return reported{}
}
