package diff

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/specadm/specadm/spec"
)

// prune plans that instances go which carry the mark of this owner and which no manifest names any more, where kind: Repository asks for it.
// They go as with state: absent, protection and grace included. What is to go is read from the marks on the node, so no list of it can be
// lost; and nothing goes while the manifests may not be all there.
func (c *computer) prune(plan *Plan) {
	if !c.repo.Prune.Enabled {
		return
	}
	left := c.unwanted()
	if len(left) == 0 {
		return
	}
	if c.unpruned = c.keepAll(plan); c.unpruned != "" {
		return
	}
	var items, going []*Item
	var names []string
	for _, m := range left {
		c.matches[m] = match{uuid: m.UUID, object: c.found.Instances[m.UUID], mark: c.marks[m.UUID]}
		c.claimed[m.UUID] = append(c.claimed[m.UUID], m)
		item := c.item(m)
		items = append(items, item)
		if len(item.Steps) > 0 {
			going, names = append(going, item), append(names, m.Name)
		}
	}
	if most := c.mostPruned(); len(going) > most {
		for _, item := range going {
			item.Steps, item.Action = nil, Noop
			item.Blocked = append(item.Blocked, Reason{
				Code: CodePruneLimit, Origin: item.Manifest.Source,
				Text: fmt.Sprintf("no manifest wants it, and %d instances would go with it or before it (%s), where spec.prune allows %d in one run",
					len(going), strings.Join(names, ", "), most),
				Try: "state: absent in their manifests, or a higher spec.prune.max and maxPercent",
			})
		}
	}
	plan.Items = append(plan.Items, items...)
}

// unwanted makes a manifest with state: absent for each instance of the owner that no manifest names, in order of name. One whose manifest
// is for another node stays: it may be on its way there.
func (c *computer) unwanted() []*spec.Manifest {
	named := map[string]bool{}
	for _, m := range c.repo.Manifests {
		named[m.Name] = true
		for _, name := range m.Formerly {
			named[name] = true
		}
	}
	var left []*spec.Manifest
	for _, uuid := range slices.Sorted(maps.Keys(c.marks)) {
		mark := c.marks[uuid]
		if mark.Owner == c.repo.Owner && !named[mark.Name] && len(c.claimed[uuid]) == 0 {
			left = append(left, &spec.Manifest{
				Name: mark.Name, UUID: uuid, OwnUUID: true, Generation: mark.Generation, State: spec.Absent, Source: c.repo.Source, Pruned: true,
			})
		}
	}
	slices.SortStableFunc(left, func(a, b *spec.Manifest) int { return strings.Compare(a.Name, b.Name) })
	return left
}

// keepAll gives the reason why nothing may be pruned, "" when there is none.
func (c *computer) keepAll(plan *Plan) string {
	switch {
	case c.opts.KeepAll != "":
		return c.opts.KeepAll
	case c.repo.Limited, len(c.repo.LeftOut) > 0:
		return "not all manifests are looked at"
	case spec.HasErrors(plan.Findings):
		return "some manifests have errors"
	case len(c.repo.Manifests) == 0:
		return "there are no manifests at all"
	}
	return ""
}

// mostPruned is how many instances may go in one run: both limits hold, and a percentage allows one at least.
func (c *computer) mostPruned() int {
	owned := 0
	for _, mark := range c.marks {
		if mark.Owner == c.repo.Owner {
			owned++
		}
	}
	most, percent := c.repo.Prune.Max, c.repo.Prune.MaxPercent
	if most == 0 {
		most = 1
	}
	if percent == 0 {
		percent = 10
	}
	return min(most, max(1, owned*percent/100))
}

// Prunes reports whether a plan would let an instance go that no manifest names.
func (p *Plan) Prunes() bool {
	return slices.ContainsFunc(p.Items, func(item *Item) bool { return item.Manifest.Pruned && len(item.Steps) > 0 })
}
