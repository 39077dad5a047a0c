package diff

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/specadm/specadm/spec"
)

// Since says whether something in a plan is there because the manifests changed since a base, another version of them.
type Since string

// Values of Since.
const (
	SinceUnknown Since = ""         // no base was compared with, or nothing is to be done
	New          Since = "new"      // the plan of the base does not have it
	Existing     Since = "existing" // the plan of the base has it too: drift, or work that was pending before
)

// CompareBase says of every item, change and step of a plan whether the plan of the base, made from the same look, has it too. It gives what the
// base wants and these manifests no longer speak of, in order of kind and name: omission destroys nothing, so it stays on the node.
func (p *Plan) CompareBase(base *Plan, found Found) (leftBehind []Report) {
	wanted := make(map[string]*Item, len(base.Items))
	for _, item := range base.Items {
		wanted[item.id()] = item
	}
	uuids := map[string]bool{}
	for _, item := range p.Items {
		item.compareBase(wanted[item.id()])
		delete(wanted, item.id())
		uuids[item.UUID] = true
	}
	for _, id := range slices.Sorted(maps.Keys(wanted)) {
		if item := wanted[id]; !uuids[item.UUID] && found.has(item) { // else it was renamed, or is pruned, or was never made
			leftBehind = append(leftBehind, Report{
				Kind: item.Kind.Words(), Name: item.Name, Text: fmt.Sprintf("its manifest is gone; %s stays as it is", item.UUID),
			})
		}
	}
	return leftBehind
}

func (i *Item) id() string { return i.Kind.String() + "/" + i.Name }

// has reports whether what an item is about is on the node.
func (f Found) has(item *Item) bool {
	switch item.Kind {
	case spec.KindImage:
		for _, image := range f.Images {
			if image.UUID == item.UUID {
				return true
			}
		}
		return false
	case spec.KindFirewallRule:
		return f.Rules[item.UUID] != nil
	}
	return f.Instances[item.UUID] != nil
}

// compareBase marks one item; base is nil where the base has none of the name.
func (i *Item) compareBase(base *Item) {
	if base == nil {
		base = &Item{}
	}
	known := make(map[string]Change, len(base.Changes))
	for _, change := range base.Changes {
		known[change.Path] = change
	}
	fresh := map[string]bool{}
	for at := range i.Changes {
		change := &i.Changes[at]
		change.Since = Existing
		if was, ok := known[change.Path]; !ok || !i.sameChange(*change, was, base) {
			change.Since, fresh[change.Path] = New, true
		}
	}
	for at := range i.Steps {
		step := &i.Steps[at]
		step.Since = New
		isNew := func(path string) bool { return fresh[path] }
		if !slices.ContainsFunc(step.Paths, isNew) && slices.ContainsFunc(base.Steps, step.covered) {
			step.Since = Existing
		}
	}
	i.Since = i.since(base)
}

// since is New when anything about an item is.
func (i *Item) since(base *Item) Since {
	blocked := func(reason Reason) bool {
		return !slices.ContainsFunc(base.Blocked, func(was Reason) bool { return was.Code == reason.Code && was.Text == reason.Text })
	}
	switch {
	case slices.ContainsFunc(i.Changes, func(c Change) bool { return c.Since == New }),
		slices.ContainsFunc(i.Steps, func(s Step) bool { return s.Since == New }), slices.ContainsFunc(i.Blocked, blocked):
		return New
	case len(i.Changes)+len(i.Steps)+len(i.Blocked) > 0:
		return Existing
	}
	return SinceUnknown
}

// covered reports whether a step of the base does the same, maybe more of it.
func (s *Step) covered(was Step) bool {
	return was.Verb == s.Verb && was.Target == s.Target && was.Risk >= s.Risk && maps.Equal(was.Options, s.Options)
}

// sameChange compares by what is shown, and secrets, whose markers may be all alike, by what the manifests want.
func (i *Item) sameChange(change, was Change, base *Item) bool {
	if was.Op != change.Op || !reflect.DeepEqual(was.Before, change.Before) || !reflect.DeepEqual(was.After, change.After) {
		return false
	}
	return !change.Sensitive || reflect.DeepEqual(wantedAt(base.Manifest, change.Path), wantedAt(i.Manifest, change.Path))
}

// wantedAt is what a manifest says about a property or an entry of a map.
func wantedAt(m *spec.Manifest, path string) any {
	name, key, _ := spec.SplitPath(path)
	if m == nil {
		return nil
	}
	if entries, ok := m.Spec[name].(map[string]any); ok && key != "" {
		return entries[key]
	}
	return m.Spec[name]
}

// Only is the part of a plan that is New, or that is Existing, with what is unchanged; see CompareBase. Of an item that is both each part has its
// changes and the steps that make them, so that risks are those of the part. It is no plan to execute.
func (p *Plan) Only(since Since) *Plan {
	part := *p
	part.Items = nil
	for _, item := range p.Items {
		if one := item.only(since); one != nil {
			part.Items = append(part.Items, one)
		}
	}
	if since == New {
		part.Reports = nil
	}
	return &part
}

func (i *Item) only(since Since) *Item {
	other := func(s Since) bool { return s != since }
	mixed := slices.ContainsFunc(i.Changes, func(c Change) bool { return other(c.Since) }) ||
		slices.ContainsFunc(i.Steps, func(s Step) bool { return other(s.Since) })
	switch {
	case i.Since == SinceUnknown && since == Existing, i.Since == since && !mixed:
		return i
	case i.Since != New: // what exists has nothing new
		return nil
	}
	part := *i
	part.Changes = slices.DeleteFunc(slices.Clone(i.Changes), func(c Change) bool { return other(c.Since) })
	if since == Existing {
		part.Notes, part.Aside, part.Blocked = nil, nil, nil // told of with what is new
	}
	part.Steps = stepsOf(i.Steps, part.Changes, since)
	if len(part.Changes)+len(part.Steps)+len(part.Blocked) == 0 {
		return nil
	}
	return &part
}

// stepsOf are the steps that make some of the changes, and those of the same age that make none in particular.
func stepsOf(steps []Step, changes []Change, since Since) []Step {
	made := make(map[string]Change, len(changes))
	for _, change := range changes {
		made[change.Path] = change
	}
	var kept []Step
	place := map[int]int{}
	for at, step := range steps {
		var risk spec.Risk
		var marks []spec.Mark
		makes := false
		for _, path := range step.Paths {
			if change, ok := made[path]; ok {
				makes, risk, marks = true, max(risk, change.Risk), append(marks, change.Marks...)
			}
		}
		if !makes && step.Since != since {
			continue
		}
		if makes && step.Verb == VerbUpdate { // the payload may say more than the part
			step.Risk = min(step.Risk, risk)
			step.Marks = slices.DeleteFunc(slices.Clone(step.Marks), func(mark spec.Mark) bool { return !slices.Contains(marks, mark) })
		}
		var needs []int
		for _, need := range step.Needs {
			if to, ok := place[need]; ok {
				needs = append(needs, to)
			}
		}
		step.Needs, place[at] = needs, len(kept)
		kept = append(kept, step)
	}
	return kept
}
