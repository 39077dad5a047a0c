package diff

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/specadm/specadm/spec"
)

// rule is the firewall rule that a manifest means, as the node has it.
type rule struct {
	uuid  string
	found spec.Object    // nil: none, it is to be added
	text  string         // of the description, without the mark
	mark  *spec.RuleMark // nil: it carries none, or not ours
	adopt bool           // it carries no mark of ours and is taken over
}

// ruleItem decides about the manifest of a firewall rule, and hands out no steps that would leave something to do.
func (c *computer) ruleItem(m *spec.Manifest) *Item {
	item := c.decideRule(m)
	if len(item.Steps) == 0 {
		return item
	}
	after := *c
	after.found.Rules = simulateRules(c.found.Rules, item.Steps)
	if left := after.decideRule(m); len(left.Steps)+len(left.Blocked) > 0 {
		item.Blocked, item.Steps, item.Action = []Reason{*law(item, "its steps would leave something to do again")}, nil, Noop
	}
	return item
}

// simulateRules says what fwadm makes of the rules.
func simulateRules(found map[string]spec.Object, steps []Step) map[string]spec.Object {
	rules := make(map[string]spec.Object, len(found)+1)
	for uuid, rule := range found {
		rules[uuid] = rule
	}
	for _, step := range steps {
		switch step.Verb {
		case VerbDeleteRule:
			delete(rules, step.Target)
		case VerbAddRule, VerbUpdateRule:
			now := spec.Object{}
			for name, value := range rules[step.Target] {
				now[name] = value
			}
			for name, value := range step.Payload {
				now[name] = value
			}
			rules[step.Target] = now
		}
	}
	return rules
}

func (c *computer) decideRule(m *spec.Manifest) *Item {
	item := &Item{Kind: m.Kind, Name: m.Name, UUID: m.UUID, Action: Noop, Manifest: m}
	if m.Broken {
		item.Blocked = []Reason{*c.brokenManifest(m)}
		return item
	}
	if c.found.Rules == nil {
		item.Notes = []Reason{{Code: CodeNotCompared, Text: "the firewall rules of the node were not read", Origin: m.Source}}
		return item
	}
	found, blocked := c.matchRule(m)
	item.UUID = found.uuid
	switch {
	case blocked != nil:
		item.Blocked = []Reason{*blocked}
	case m.State == spec.Absent:
		ruleDeletion(item, found)
	case found.found == nil:
		c.ruleCreation(item)
	default:
		c.ruleUpdate(item, found)
	}
	return item
}

// matchRule finds the rule of a manifest, as match finds an instance: by owner mark, else by uuid. Without a mark of ours it is foreign.
func (c *computer) matchRule(m *spec.Manifest) (rule, *Reason) {
	var marked []string
	names := c.namesOf(m)
	for uuid, found := range c.found.Rules {
		if _, mark := readRule(found); mark != nil && mark.Owner == c.repo.Owner && slices.Contains(names, mark.Name) {
			marked = append(marked, uuid)
		}
	}
	slices.Sort(marked)
	at := m.Position("/spec/" + m.Kind.Table().Role(spec.RoleUUID).Name)
	switch {
	case len(marked) > 1:
		return rule{uuid: m.UUID}, &Reason{
			Code: CodeAmbiguous, Origin: m.Source, Text: fmt.Sprintf("the firewall rules %s and %s both carry the mark of %s", marked[0], marked[1], m.Name),
			Try: "delete one of them, or take the mark out of its description",
		}
	case len(marked) == 1 && m.OwnUUID && marked[0] != m.UUID:
		return rule{uuid: m.UUID}, &Reason{
			Code: CodeCannotConverge, Origin: at, Text: fmt.Sprintf("%s is firewall rule %s, and the uuid of a rule cannot change", m.Name, marked[0]),
			Try: "leave spec.uuid out, or delete the rule first",
		}
	case len(marked) == 1:
		return c.ruleAt(marked[0]), nil
	case c.found.Rules[m.UUID] == nil:
		return rule{uuid: m.UUID}, nil
	}
	found := c.ruleAt(m.UUID)
	switch {
	case found.mark == nil && c.mayAdopt(m) && m.State != spec.Absent:
		found.adopt = true
	case found.mark == nil:
		return found, &Reason{
			Code: CodeForeign, Origin: at, Text: fmt.Sprintf("firewall rule %s exists and carries no mark of specadm", m.UUID),
			Try: foreignRule(m),
		}
	case found.mark.Owner != c.repo.Owner:
		return found, &Reason{
			Code: CodeOwnedElsewhere, Origin: m.Source, Text: fmt.Sprintf("firewall rule %s belongs to owner %q (as %s)", m.UUID, found.mark.Owner, found.mark.Name),
			Try: "change it where it is managed, or delete it there first",
		}
	case c.hasManifest(m.Kind, found.mark.Name):
		return found, &Reason{
			Code: CodeOwnedElsewhere, Origin: m.Source, Text: fmt.Sprintf("firewall rule %s belongs to the manifest %s", m.UUID, found.mark.Name),
			Try: "give this manifest a uuid of its own",
		}
	} // ours; a new name is a rename
	return found, nil
}

// foreignRule says what to do about a rule without a mark. One that shall go is never taken over on the way.
func foreignRule(m *spec.Manifest) string {
	if m.State == spec.Absent {
		return "delete it by hand: fwadm delete " + m.UUID
	}
	return fmt.Sprintf("take it over with --adopt %s or policy.adopt: true", m.Name)
}

func (c *computer) ruleAt(uuid string) rule {
	text, mark := readRule(c.found.Rules[uuid])
	return rule{uuid: uuid, found: c.found.Rules[uuid], text: text, mark: mark}
}

// readRule reads the description of a rule that was found.
func readRule(found spec.Object) (text string, mark *spec.RuleMark) {
	description, _ := found[ruleTable().Role(spec.RoleDescription).Name].(string)
	return spec.ReadRuleMark(description)
}

func ruleTable() *spec.Table { return spec.KindFirewallRule.Table() }

// ruleRows are the properties of a rule that are compared.
func ruleRows() []*spec.Property {
	var rows []*spec.Property
	all := ruleTable().All()
	for i := range all {
		if all[i].Role != spec.RoleUUID && all[i].Role != spec.RoleState {
			rows = append(rows, &all[i])
		}
	}
	return rows
}

// wantedRule is the value that a rule shall have for each row, defaults included. text is the description where the manifest says none.
func wantedRule(m *spec.Manifest, text string) spec.Object {
	wanted := spec.Object{}
	for _, row := range ruleRows() {
		value, declared := m.Spec[row.Name]
		switch {
		case !declared && row.Role == spec.RoleDescription:
			value = text
		case value == nil:
			value = row.Absent
		}
		wanted[row.Name] = row.Normal(value)
	}
	return wanted
}

// foundValue is what a rule says for a row, without the mark; what fwadm leaves out is at its default. A rule that belongs to nobody is
// global even where fwadm does not say so.
func foundValue(row *spec.Property, found rule) any {
	value, shown := found.found[row.Name]
	switch {
	case row.Role == spec.RoleDescription:
		return found.text
	case row.Role == spec.RoleScope && row.Type == spec.Boolean:
		return !slices.ContainsFunc(ruleTable().Roles(spec.RoleScope), func(other *spec.Property) bool {
			owner, _ := found.found[other.Name].(string)
			return owner != ""
		})
	case !shown:
		return row.Absent
	}
	return row.Normal(value)
}

// rulePayload is what fwadm reads: the values that differ from what it assumes, and those that it needs, with the mark.
func (c *computer) rulePayload(m *spec.Manifest, wanted spec.Object) spec.Object {
	payload := spec.Object{}
	for _, row := range ruleRows() {
		value := wanted[row.Name]
		switch {
		case row.Role == spec.RoleDescription:
			text, _ := value.(string)
			payload[row.Name] = spec.RuleMark{Owner: c.repo.Owner, Name: m.Name, Digest: ruleDigest(wanted)}.Put(text)
		case row.Role != spec.RoleScope || value != row.Absent:
			payload[row.Name] = value
		}
	}
	return payload
}

// ruleDigest tells later whether what is wanted is what was applied. A rule holds no secrets, so the digest needs no key.
func ruleDigest(values spec.Object) string {
	encoded, err := json.Marshal(values)
	if err != nil {
		panic(fmt.Sprintf("a firewall rule cannot be encoded: %v", err)) // texts and booleans
	}
	return fmt.Sprintf("%x", sha256.Sum256(encoded))[:digestLength]
}

func (c *computer) ruleCreation(item *Item) {
	m := item.Manifest
	wanted := wantedRule(m, "")
	for _, row := range ruleRows() {
		value, declared := m.Spec[row.Name]
		if declared && value != nil {
			item.Changes = append(item.Changes, Change{
				Path: row.Name, Op: OpAdd, After: wanted[row.Name], Cause: CauseManifest, Effect: spec.EffectLive, Risk: spec.Live,
				Origin: m.Position("/spec/" + row.Name),
			})
		}
	}
	step := Step{
		Verb: VerbAddRule, Target: item.UUID, Payload: c.rulePayload(m, wanted), Paths: changedPaths(item.Changes), Risk: spec.Live,
		Reason: "no firewall rule of this name exists",
	}
	if blocks(wanted) {
		step.Marks = []spec.Mark{spec.MarkNet}
	}
	item.step(step)
	item.Action = Create
}

// blocks reports whether a rule that is added takes something away; one that allows only gives.
func blocks(wanted spec.Object) bool {
	return slices.ContainsFunc(ruleRows(), func(row *spec.Property) bool {
		text, _ := wanted[row.Name].(string)
		rule, err := spec.ParseFirewallRule(text)
		return row.Syntax == spec.SyntaxRule && err == nil && rule.Block
	})
}

// ruleUpdate compares a rule with what its manifest wants. What fwadm cannot change makes the rule anew under its uuid.
func (c *computer) ruleUpdate(item *Item, found rule) {
	m := item.Manifest
	wanted := wantedRule(m, found.text)
	anew := false
	now := spec.Object{}
	for _, row := range ruleRows() {
		now[row.Name] = foundValue(row, found)
	}
	cause := ruleCause(found, wanted, now)
	var marks []spec.Mark
	for _, row := range ruleRows() {
		if row.Equal(now[row.Name], wanted[row.Name]) {
			continue
		}
		change := Change{
			Path: row.Name, Op: OpReplace, Before: now[row.Name], After: wanted[row.Name], Cause: cause, Effect: spec.EffectLive, Risk: spec.Live,
			Origin: m.Position("/spec/" + row.Name),
		}
		switch {
		case change.Before == "":
			change.Op, change.Before = OpAdd, nil
		case change.After == "":
			change.Op, change.After = OpRemove, nil
		}
		if row.Net {
			change.Marks = []spec.Mark{spec.MarkNet}
			marks = change.Marks
		}
		anew = anew || row.Update == spec.NoBrand
		item.Changes = append(item.Changes, change)
	}
	ours := found.mark != nil && found.mark.Owner == c.repo.Owner && found.mark.Name == m.Name
	if len(item.Changes) == 0 && ours {
		return
	}
	c.ruleSteps(item, wanted, marks, anew)
	item.Action = Update
	if found.adopt {
		item.Action = Adopt
	}
}

// ruleSteps makes the rule so.
func (c *computer) ruleSteps(item *Item, wanted spec.Object, marks []spec.Mark, anew bool) {
	payload := c.rulePayload(item.Manifest, wanted)
	step := Step{
		Verb: VerbUpdateRule, Target: item.UUID, Payload: payload, Paths: changedPaths(item.Changes), Risk: spec.Live, Marks: marks, Reason: "the manifest wants it",
	}
	switch {
	case anew:
		const reason = "whose instances a rule concerns cannot be changed, so it is made anew"
		deleted := item.step(Step{Verb: VerbDeleteRule, Target: item.UUID, Risk: spec.Live, Marks: marks, Reason: reason})
		step.Verb, step.Needs, step.Reason = VerbAddRule, []int{deleted}, reason
	default:
		for _, row := range ruleRows() {
			if row.Update == spec.NoBrand {
				delete(payload, row.Name)
			}
		}
	}
	if len(item.Changes) == 0 {
		step.Reason = "the manifest takes it over"
		item.Notes = append(item.Notes, Reason{Code: CodeMark, Text: "only the owner mark is written: " + step.Reason})
	}
	item.step(step)
}

// ruleCause says who moved. The mark remembers the whole rule, so all its changes have one cause.
func ruleCause(found rule, wanted, now spec.Object) Cause {
	switch {
	case found.mark == nil:
		return CauseManifest
	case found.mark.Digest == "":
		return CauseUnknown
	case found.mark.Digest == ruleDigest(wanted):
		return CauseDrift
	case found.mark.Digest == ruleDigest(now):
		return CauseManifest
	}
	return CauseBoth
}

// ruleDeletion plans state: absent. A rule that carries no mark of ours never comes here.
func ruleDeletion(item *Item, found rule) {
	if found.found == nil {
		return
	}
	state := ruleTable().Role(spec.RoleState).Name
	marks := []spec.Mark{spec.MarkNet}
	item.Changes = []Change{{
		Path: state, Op: OpRemove, Before: "present", After: string(spec.Absent), Cause: CauseManifest, Effect: spec.EffectLive, Risk: spec.Live,
		Marks: marks, Origin: item.Manifest.Position("/spec/" + state),
	}}
	item.step(Step{
		Verb: VerbDeleteRule, Target: found.uuid, Paths: []string{state}, Risk: spec.Live, Marks: marks, Reason: "the manifest wants it absent",
	})
	item.Action = Destroy
}

func changedPaths(changes []Change) []string {
	paths := make([]string, len(changes))
	for i, change := range changes {
		paths[i] = change.Path
	}
	return paths
}

// ruleReports lists the rules that no manifest means. They are never changed.
func (c *computer) ruleReports() []Report {
	meant := map[string]bool{}
	for _, m := range slices.Concat(c.manifests, c.repo.LeftOut) {
		if m.Kind == spec.KindFirewallRule && c.found.Rules != nil && c.found.Node.Concerns(m) {
			found, _ := c.matchRule(m)
			meant[found.uuid] = true
		}
	}
	var reports []Report
	for uuid, found := range c.found.Rules {
		if meant[uuid] {
			continue
		}
		text := "no manifest wants it, and specadm did not make it"
		if _, mark := readRule(found); mark != nil && mark.Owner == c.repo.Owner {
			text = fmt.Sprintf("carries the mark of %s, which no manifest wants; it is left alone", mark.Name)
		} else if mark != nil {
			text = fmt.Sprintf("belongs to owner %q (as %s)", mark.Owner, mark.Name)
		}
		reports = append(reports, Report{Kind: "firewall rule", Name: uuid, Text: text})
	}
	return reports
}
