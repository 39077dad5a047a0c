package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/specadm/specadm/spec"
)

// item decides about one manifest, and hands out no plan that breaks a law.
func (c *computer) item(m *spec.Manifest) *Item {
	switch m.Kind {
	case spec.KindImage:
		return c.imageItem(m)
	case spec.KindFirewallRule:
		return c.ruleItem(m)
	}
	item := c.decide(m)
	if broken := c.check(item, c.matches[m]); broken != nil {
		item.Blocked, item.Steps, item.Action = []Reason{*broken}, nil, Noop
	}
	item.inPart()
	c.veil(item)
	return item
}

// decide finds what differs and what to do about it.
func (c *computer) decide(m *spec.Manifest) *Item {
	found := c.matches[m]
	item := &Item{Name: m.Name, UUID: found.uuid, Brand: m.Brand, Action: Noop, Manifest: m}
	if found.object != nil {
		item.Brand = spec.Brand(c.text(found.object, spec.RoleBrand))
		item.Running = c.text(found.object, spec.RoleState) == string(spec.Running)
		if c.opts.Foreign {
			item.Foreign = m.Foreign(found.object)
		}
	}
	if m.State == spec.Released && !m.Broken {
		c.release(item, found)
		return item
	}
	if reason := c.guard(m, c.previousOf(found)); reason != nil {
		item.Blocked = []Reason{*reason}
		return item
	}
	if c.sealed(item); len(item.Blocked) > 0 {
		return item
	}
	if c.hidden(item, found); len(item.Blocked) > 0 {
		return item
	}
	switch {
	case m.State == spec.Absent:
		c.goodbye(item, found)
	case found.object == nil && found.previous != "":
		c.renewal(item, found)
	case found.object == nil:
		c.creation(item, nil, m.State == spec.Stopped)
	default:
		c.update(item, found)
	}
	if slices.ContainsFunc(item.Steps, func(step Step) bool { return step.Verb == VerbDelete }) && m.State != spec.Absent {
		if reason := c.protected(m, c.previousOf(found)); reason != nil {
			item.Blocked = append(item.Blocked, *reason)
		}
	}
	if found.object != nil {
		c.leaveAlone(item)
	}
	if len(item.Blocked) > 0 {
		item.Steps = nil
		return item
	}
	item.Action = actionOf(item, found)
	if m.State == spec.Absent && len(item.Steps) > 0 {
		item.Action = Destroy
	}
	for _, step := range item.Steps {
		if step.Verb == VerbImport && step.Risk == spec.Live {
			c.importing[step.Options[OptionPool]+"/"+step.Target] = item
		}
	}
	return item
}

// guard gives the reason why nothing may be done to the instance, whatever differs.
func (c *computer) guard(m *spec.Manifest, found match) *Reason {
	switch {
	case m.Broken:
		return c.brokenManifest(m)
	case found.blocked != nil:
		return found.blocked
	case len(c.claimed[found.uuid]) > 1:
		other := c.claimed[found.uuid][0]
		if other == m {
			other = c.claimed[found.uuid][1]
		}
		return &Reason{
			Code: CodeClaimedTwice, Origin: m.Source,
			Text: fmt.Sprintf("the manifest %s (%s) means instance %s too", other.Name, other.Source, found.uuid), Try: "remove one of the two",
		}
	case found.object == nil:
		return nil
	case found.object[c.schema.name(spec.RoleHidden)] == true && !c.hidItself(m, found):
		return &Reason{
			Code: CodeHiddenCopy, Origin: m.Source,
			Text: fmt.Sprintf("instance %s is marked do_not_inventory: it is a hidden copy, as during a migration", found.uuid),
			Try:  "finish or abort the migration, or clear do_not_inventory by hand",
		}
	}
	return c.stateGuard(m, found)
}

func (c *computer) brokenManifest(m *spec.Manifest) *Reason {
	if c.repo.Ownerless {
		return &Reason{
			Code: CodeBroken, Origin: m.Source, Text: "the document of kind Repository has errors, so nobody knows whose it is",
			Try: "specadm validate shows them",
		}
	}
	return &Reason{Code: CodeBroken, Origin: m.Source, Text: "its manifest has errors", Try: "specadm validate shows them"}
}

// hidItself reports whether it is the manifest that says, or said, that the instance shall be hidden.
func (c *computer) hidItself(m *spec.Manifest, found match) bool {
	name := c.schema.name(spec.RoleHidden)
	_, declared := m.Spec[name]
	if found.mark != nil && !declared {
		_, declared = found.mark.Fields[name]
	}
	return declared
}

// stateGuard keeps off instances that are in no state to be changed (reference 7, trap T23). A failed one may still be deleted.
func (c *computer) stateGuard(m *spec.Manifest, found match) *Reason {
	state := c.text(found.object, spec.RoleState)
	try := map[string]string{
		"provisioning": "wait until it is running or failed",
		"failed":       "look into it, then delete it with state: absent or vmadm delete",
		"receiving":    "finish with vmadm install, or delete it",
		"configured":   "if creating it failed, delete it with state: absent or vmadm delete, and apply again",
		"incomplete":   "if creating it failed, delete it with state: absent or vmadm delete, and apply again",
		"stopping":     "wait until it has stopped",
	}[state]
	switch {
	case c.settled(found.object):
		return nil
	case (m.State == spec.Absent || found.previous != "") && (c.halfMade(found.object) || state == "receiving"):
		return nil // deleting is the way out
	case try == "":
		try = "look into it with zoneadm list -cv; it needs an operator"
	}
	return &Reason{Code: CodeState, Origin: m.Source, Text: fmt.Sprintf("instance %s is in state %s, in which it is left alone", found.uuid, state), Try: try}
}

// settled reports whether an instance is in one of the states that it stays in by itself.
func (c *computer) settled(object spec.Object) bool {
	state := c.text(object, spec.RoleState)
	return state == string(spec.Running) || state == string(spec.Stopped)
}

// halfMade reports whether an instance is in one of the states that a create leaves behind when it fails (reference 8.4).
func (c *computer) halfMade(object spec.Object) bool {
	return slices.Contains([]string{"failed", "configured", "incomplete"}, c.text(object, spec.RoleState))
}

// text is a text property of an instance, by its role.
func (c *computer) text(object spec.Object, role spec.Role) string {
	text, _ := object[c.schema.name(role)].(string)
	return text
}

// number is a whole number of an instance, by its role.
func (c *computer) number(object spec.Object, role spec.Role) (int64, bool) {
	n, ok := c.schema.table.Role(role).Normal(object[c.schema.name(role)]).(int64)
	return n, ok
}

// actionOf names what is done, in one word.
func actionOf(item *Item, found match) Action {
	verbs := map[Verb]bool{}
	for _, step := range item.Steps {
		verbs[step.Verb] = true
	}
	switch {
	case len(item.Steps) == 0:
		return Noop
	case verbs[VerbReprovision], verbs[VerbDelete] && verbs[VerbCreate]:
		return Recreate
	case verbs[VerbDelete]:
		return Destroy
	case verbs[VerbCreate]:
		return Create
	case found.adopt:
		return Adopt
	case verbs[VerbUpdate], verbs[VerbZFSCreate], verbs[VerbZFSSet], verbs[VerbZFSInherit], verbs[VerbSnapshot], verbs[VerbDeleteSnapshot]:
		return Update
	case verbs[VerbReboot]:
		return RebootIt
	}
	return Power
}

const generationPath = "metadata.generation"

// renewal plans an instance whose generation was raised: the one of the generation before goes, and a new one is made.
func (c *computer) renewal(item *Item, found match) {
	m, was := item.Manifest, c.previousOf(found).mark.Generation
	if rule := m.Policy.RuleOf("", c.opts.Now); rule.Mode == spec.ModeWarn || rule.Mode == spec.ModeIgnore {
		item.aside(Change{
			Path: generationPath, Op: OpReplace, Before: int64(was), After: int64(m.Generation), Cause: CauseManifest,
			Effect: spec.EffectStopped, Risk: spec.Destroy, Marks: []spec.Mark{spec.MarkData}, Origin: m.Position("/metadata/generation"),
		}, rule)
		return
	}
	c.deletion(item, found)
	if len(item.Blocked) > 0 {
		return
	}
	removal := item.Steps[0]
	removal.Reason = "metadata.generation was raised, so it is made anew"
	item.Changes, item.Steps = nil, nil
	c.creation(item, &removal, item.Manifest.State == spec.Stopped)
}

// previousOf is the match of the instance of an earlier generation where there is no other.
func (c *computer) previousOf(found match) match {
	if found.object == nil && found.previous != "" {
		found.uuid, found.object, found.mark = found.previous, c.found.Instances[found.previous], c.marks[found.previous]
	}
	return found
}

// deletion plans that an instance goes at once, that of an earlier generation where a new one replaces it.
func (c *computer) deletion(item *Item, found match) {
	found = c.previousOf(found)
	if found.object == nil {
		return
	}
	held := slices.Concat(c.schema.table.Roles(spec.RoleIndestructible), c.schema.table.Roles(spec.RoleHeldRoot))
	for _, row := range held {
		if found.object[row.Name] == true {
			item.Blocked = append(item.Blocked, Reason{
				Code: CodeIndestructible, Origin: item.Manifest.Position("/spec/" + c.schema.name(spec.RoleState)),
				Text: fmt.Sprintf("%s is set on instance %s, which vmadm refuses to delete", row.Name, found.uuid),
				Try:  fmt.Sprintf("vmadm update %s %s=false first", found.uuid, row.Name),
			})
		}
	}
	item.Changes = []Change{{
		Path: c.schema.name(spec.RoleState), Op: OpRemove, Before: c.text(found.object, spec.RoleState), After: string(spec.Absent),
		Cause: CauseManifest, Effect: spec.EffectStopped, Risk: spec.Destroy, Marks: []spec.Mark{spec.MarkData},
		Origin: item.Manifest.Position("/spec/" + c.schema.name(spec.RoleState)),
	}}
	item.Steps = []Step{{
		Verb: VerbDelete, Target: found.uuid, Paths: []string{c.schema.name(spec.RoleState)},
		Risk: spec.Destroy, Marks: []spec.Mark{spec.MarkData}, Reason: whyAbsent(item.Manifest),
	}}
	going := c.datasetsOf(found.object, found.uuid)
	if snapshots := c.snapshotsOf(found.object); len(snapshots) > 0 {
		going = append(going, "and with them the snapshots "+strings.Join(snapshots, ", "))
	}
	if len(going) > 0 {
		item.Notes = append(item.Notes, Reason{Code: CodeDeletes, Text: "destroys " + strings.Join(going, ", ")})
	}
}
