package platform

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/specadm/specadm/drivers/lab/node"
)

const ruleFolder = "/var/fw/rules"

// rule is one firewall rule as fwadm stores and prints it (reference 19.4).
type rule struct {
	CreatedBy   string `json:"created_by,omitempty"`
	Description string `json:"description,omitempty"`
	Enabled     bool   `json:"enabled"`
	Global      bool   `json:"global,omitempty"`
	OwnerUUID   string `json:"owner_uuid,omitempty"`
	Rule        string `json:"rule"`
	UUID        string `json:"uuid"`
	// Version changes with every update; it is no counter.
	Version string `json:"version"`
}

// ruleChange is a rule in the input of add and update: what is nil stays, or gets its default.
type ruleChange struct {
	UUID        *string `json:"uuid"`
	Rule        *string `json:"rule"`
	Enabled     *bool   `json:"enabled"`
	Global      *bool   `json:"global"`
	OwnerUUID   *string `json:"owner_uuid"`
	Description *string `json:"description"`
	CreatedBy   *string `json:"created_by"`
}

func (r *rule) apply(c ruleChange) error {
	set(&r.UUID, c.UUID)
	set(&r.Enabled, c.Enabled)
	set(&r.Global, c.Global)
	set(&r.OwnerUUID, c.OwnerUUID)
	set(&r.Description, c.Description)
	set(&r.CreatedBy, c.CreatedBy)
	if c.Rule != nil {
		normal, err := normalRule(*c.Rule)
		if err != nil {
			return err
		}
		r.Rule = normal
	}
	if r.Rule == "" {
		return fail(1, "No rule specified")
	}
	return nil
}

func set[T any](field, value *T) {
	if value != nil {
		*field = *value
	}
}

var ruleForm = regexp.MustCompile(`(?i)^from\s+(.+?)\s+to\s+(.+?)\s+(allow|block)\s+(tcp|udp|icmp|icmp6|ah|esp)\b\s*(.*)$`)

var ruleKeyword = regexp.MustCompile(`(?i)\b(?:all vms|any|or|and|priority|port|ports|type|code|vm|tag|subnet|ip)\b`)

var ruleTag = regexp.MustCompile(`\btag ("[^"]*"|[^\s()"=]+)(?:\s*=\s*("[^"]*"|[^\s()"]+))?`)

// normalRule is the text that fwadm stores: one space between words, keywords in their usual case, tags in quotes, lists in order
// (reference 19.4). How exactly fwadm orders is not in the reference, so a reader must not rely on more than that the text may differ from
// what was given.
func normalRule(text string) (string, error) {
	parts := ruleForm.FindStringSubmatch(strings.Join(strings.Fields(text), " "))
	if parts == nil {
		return "", fail(1, "Syntax error in rule: %s", text)
	}
	normal := fmt.Sprintf("FROM %s TO %s %s %s", ruleTargets(parts[1]), ruleTargets(parts[2]), strings.ToUpper(parts[3]),
		strings.ToLower(parts[4]))
	if parts[5] != "" {
		normal += " " + ruleTargets(parts[5])
	}
	return normal, nil
}

func ruleTargets(text string) string {
	text = ruleKeyword.ReplaceAllStringFunc(text, func(word string) string {
		switch strings.ToLower(word) {
		case "or", "and", "priority", "port", "ports", "type", "code":
			return strings.ToUpper(word)
		}
		return strings.ToLower(word)
	})
	text = ruleTag.ReplaceAllStringFunc(text, func(match string) string {
		found := ruleTag.FindStringSubmatch(match)
		quoted := "tag " + quote(found[1])
		if found[2] != "" {
			quoted += " = " + quote(found[2])
		}
		return quoted
	})
	return sortedList(text)
}

// sortedList puts the elements of a list in parentheses in order, and writes none of them twice.
func sortedList(text string) string {
	open, end := strings.Index(text, "("), strings.LastIndex(text, ")")
	if open < 0 || end < open {
		return text
	}
	inner := strings.TrimSpace(text[open+1 : end])
	for _, word := range []string{" OR ", " AND "} {
		if !strings.Contains(inner, word) {
			continue
		}
		elements := strings.Split(inner, word)
		slices.SortFunc(elements, func(a, b string) int { // by length first, so that numbers are in order
			return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
		})
		inner = strings.Join(slices.Compact(elements), word)
	}
	return text[:open] + "(" + inner + ")" + text[end+1:]
}

func quote(word string) string { return `"` + strings.Trim(word, `"`) + `"` }

func rulePath(uuid string) string { return ruleFolder + "/" + uuid + ".json" }

// readRules lists all rules by uuid.
func readRules(n *node.Node) ([]rule, error) {
	entries, err := os.ReadDir(n.Path(ruleFolder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot list rules: %w", err)
	}
	var rules []rule
	for _, entry := range entries {
		uuid, ok := strings.CutSuffix(entry.Name(), ".json")
		if !ok {
			continue
		}
		one, err := readRule(n, uuid)
		if err != nil {
			return nil, err
		}
		rules = append(rules, one)
	}
	slices.SortFunc(rules, func(a, b rule) int { return strings.Compare(a.UUID, b.UUID) })
	return rules, nil
}

func readRule(n *node.Node, uuid string) (rule, error) {
	var one rule
	if strings.Contains(uuid, "/") {
		return one, fail(1, "Could not find rule %q", uuid)
	}
	data, err := n.ReadFile(rulePath(uuid))
	if errors.Is(err, fs.ErrNotExist) {
		return one, fail(1, "Could not find rule %q", uuid)
	}
	if err == nil {
		err = json.Unmarshal(data, &one)
	}
	if err != nil {
		return one, fmt.Errorf("cannot read rule %s: %w", uuid, err)
	}
	return one, nil
}

func writeRule(n *node.Node, one *rule) error {
	now := n.Now()
	one.Version = fmt.Sprintf("%d.%06d", now.UnixMilli(), now.Nanosecond()/1000%1000000)
	data, err := json.MarshalIndent(one, "", "  ")
	if err != nil {
		return fmt.Errorf("cannot write rule %s: %w", one.UUID, err)
	}
	return n.WriteFile(rulePath(one.UUID), append(data, '\n'))
}
