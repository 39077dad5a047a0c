package diff

import (
	"slices"
	"strings"
	"time"

	"github.com/specadm/specadm/spec"
)

// Options are what a run may say about a plan beyond the manifests.
type Options struct {
	Adopt    []string  // names of manifests that may take over an instance without owner mark (--adopt NAME)
	AdoptAll bool      // every manifest may
	Restart  []string  // names of instances that a run before stopped for a change and did not start again
	Now      time.Time // decides which rules have expired, and whose grace is over
	Foreign  bool      // list what instances have and manifests do not speak of
	KeepAll  string    // why nothing may be pruned; "": nothing speaks against it
	Delete   []string  // names of those that need no grace (--now NAME)
	Key      []byte    // secret of this node that keys the digests in owner marks; nil: causes stay unknown
}

// Compute compares every manifest that concerns the node with what the node has, and decides what to do. The result depends on
// nothing but its arguments.
//
// A plan whose laws do not hold is never handed out for execution: the item concerned is blocked with CodeLaw and has no steps.
// See Check.
func Compute(repo *spec.Repository, found Found, opts Options) *Plan {
	c := newComputer(repo, found, opts)
	plan := &Plan{Node: found.Node, Owner: repo.Owner, Findings: repo.Findings}
	for _, kind := range []spec.ManifestKind{spec.KindImage, spec.KindInstance, spec.KindFirewallRule} { // instances wait for images
		for _, m := range c.manifests {
			if m.Kind == kind {
				plan.Items = append(plan.Items, c.item(m))
			}
		}
	}
	c.prune(plan)
	slices.SortStableFunc(plan.Items, func(a, b *Item) int { return strings.Compare(a.Name, b.Name) })
	plan.Reports = c.reports()
	return plan
}

// computer holds what all items of one plan share.
type computer struct {
	schema    *schema
	repo      *spec.Repository
	found     Found
	opts      Options
	manifests []*spec.Manifest           // those of this node
	marks     map[string]*spec.OwnerMark // the marks that count, by uuid of the instance
	owned     map[claim][]string         // instances by the manifest that their mark names, sorted
	aliases   map[string][]string        // instances by alias, sorted; nil until somebody asks
	claimed   map[string][]*spec.Manifest
	matches   map[*spec.Manifest]match
	unpruned  string           // why nothing is pruned that kind: Repository wants pruned
	importing map[string]*Item // the item that imports an image already, by POOL/UUID
}

// claim is what a mark says about whose an instance is.
type claim struct {
	owner, name string
}

func newComputer(repo *spec.Repository, found Found, opts Options) *computer {
	c := &computer{
		schema: newSchema(), repo: repo, found: found, opts: opts,
		marks:   make(map[string]*spec.OwnerMark, len(found.Instances)),
		owned:   make(map[claim][]string, len(found.Instances)),
		claimed: make(map[string][]*spec.Manifest, len(repo.Manifests)),
		matches: make(map[*spec.Manifest]match, len(repo.Manifests)), importing: map[string]*Item{},
	}
	for uuid, object := range found.Instances {
		if mark := readMark(c.schema, uuid, object); mark != nil {
			forgetDigests(mark, opts.Key)
			c.marks[uuid] = mark
			by := claim{mark.Owner, mark.Name}
			c.owned[by] = append(c.owned[by], uuid)
		}
	}
	for _, uuids := range c.owned {
		slices.Sort(uuids)
	}
	for _, m := range repo.Manifests {
		if found.Node.Concerns(m) {
			c.manifests = append(c.manifests, m)
			if m.Kind != spec.KindInstance {
				continue
			}
			found := c.match(m)
			c.matches[m] = found
			if found = c.previousOf(found); found.object != nil && found.blocked == nil {
				c.claimed[found.uuid] = append(c.claimed[found.uuid], m)
			}
		}
	}
	return c
}

// mayAdopt reports whether a manifest may take over what carries no mark.
func (c *computer) mayAdopt(m *spec.Manifest) bool {
	return c.opts.AdoptAll || m.Policy.Adopt || slices.Contains(c.opts.Adopt, m.Name)
}
