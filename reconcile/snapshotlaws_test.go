package reconcile

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/spec"
)

// TestLawsOfPlansElsewhere holds plans against a snapshot, and plans with a base, against that of the node, in random worlds.
func TestLawsOfPlansElsewhere(t *testing.T) {
	t.Parallel()
	for _, brand := range []spec.Brand{spec.Joyent, spec.Bhyve} {
		t.Run(string(brand), func(t *testing.T) {
			t.Parallel()
			histories := histories(brand, 0)
			rapid.Check(t, func(t *rapid.T) {
				h := histories.Draw(t, "history")
				for _, d := range []draft{h.first, h.second} {
					d["customer_metadata"] = map[string]any{"root_pw": rapid.SampledFrom([]string{"one", "two"}).Draw(t, "secret")}
				}
				elsewhere(t, h)
			})
		})
	}
}

// elsewhere makes the instance, lets it drift, and plans the second manifest in every way.
func elsewhere(t *rapid.T, h history) {
	l := &laws{T: t, brand: h.brand}
	l.want("first", h.first)
	base := l.manifest
	if rapid.Bool().Draw(t, "applied") {
		l.follow(nil)
	}
	for _, move := range h.moves {
		if l.object == nil {
			break
		}
		if step, ok := move.step(h.brand, l.object); ok {
			l.tell("by hand", step.Verb, step.Payload)
			l.run(step)
		}
	}
	if l.object != nil && rapid.Bool().Draw(t, "secret drift") {
		l.object = spec.Clone(l.object)
		l.object["customer_metadata"] = map[string]any{"root_pw": "three"}
	}
	l.want("second", h.second)
	key := []byte("key")
	seen := func(mask *spec.Mask) diff.Found {
		found := diff.Found{Node: diff.Node{Hostname: "cn1"}, Instances: map[string]spec.Object{}}
		if l.object != nil {
			found.Instances[l.manifest.UUID] = spec.Clone(l.object)
		}
		if mask != nil {
			hideSecrets(&found, *mask)
		}
		return found
	}
	plan := func(m *spec.Manifest, found diff.Found, key []byte) *diff.Plan {
		return diff.Compute(&spec.Repository{Owner: spec.DefaultOwner, Manifests: []*spec.Manifest{m}}, found, diff.Options{Key: key})
	}
	mask := spec.NewMask(key)
	node := plan(l.manifest, seen(nil), key)

	// With the key, only causes and sentences about secrets may differ.
	keyed := plan(l.manifest, seen(&mask), key).Items[0]
	l.tell("plan of the node", node.Items[0].Changes, node.Items[0].Blocked)
	l.tell("plan elsewhere", keyed.Changes, keyed.Blocked)
	if d := cmp.Diff(meaningful(node.Items[0], false), meaningful(keyed, false)); d != "" {
		l.broken("with the key, node (-), elsewhere (+):\n%s", d)
	}
	// Without it, nothing is said of secrets that are there and wanted, and all else is the same but for what the update of a secret alone causes.
	bare := plan(l.manifest, seen(&mask), nil).Items[0]
	l.tell("plan without the key", bare.Changes, bare.Blocked, bare.Notes)
	if d := cmp.Diff(meaningful(node.Items[0], true).Changes, meaningful(bare, true).Changes); d != "" && len(node.Items[0].Blocked) == 0 {
		l.broken("without the key, node (-), elsewhere (+):\n%s", d)
	}
	for _, change := range node.Items[0].Changes {
		silent := !slices.ContainsFunc(bare.Notes, func(r diff.Reason) bool { return r.Code == diff.CodeNotCompared && r.Path == change.Path })
		silent = silent && !slices.ContainsFunc(bare.Changes, func(c diff.Change) bool { return c.Path == change.Path })
		if change.Sensitive && silent && len(bare.Blocked) == 0 {
			l.broken("without the key, nothing is said of %s", change.Path)
		}
	}

	l.parts(node, plan(base, seen(nil), key), seen(nil))
}

// parts checks that the two parts of a plan with a base are the plan.
func (l *laws) parts(node, base *diff.Plan, found diff.Found) {
	if left := node.CompareBase(base, found); len(left) > 0 {
		l.broken("left behind: %v", left)
	}
	count := func(part *diff.Plan) (changes, blocked int, risk spec.Risk) {
		for _, item := range part.Items {
			changes, blocked, risk = changes+len(item.Changes), blocked+len(item.Blocked), max(risk, item.Risk())
			for i, step := range item.Steps {
				if slices.ContainsFunc(step.Needs, func(need int) bool { return need < 0 || need >= i }) {
					l.broken("a part has step %d with needs %v", i, step.Needs)
				}
			}
		}
		return changes, blocked, risk
	}
	changes, blocked, risk := count(node)
	fresh, freshBlocked, freshRisk := count(node.Only(diff.New))
	existed, existedBlocked, existedRisk := count(node.Only(diff.Existing))
	if fresh+existed != changes || freshBlocked+existedBlocked != blocked || max(freshRisk, existedRisk) != risk {
		l.broken("the parts have %d and %d of %d changes, %d and %d of %d reasons, risks %s and %s of %s",
			fresh, existed, changes, freshBlocked, existedBlocked, blocked, freshRisk, existedRisk, risk)
	}
	if node.CompareBase(base, found); len(base.Items) > 0 {
		base.CompareBase(base, found)
		if fresh, blocked, _ := count(base.Only(diff.New)); fresh+blocked > 0 {
			l.broken("a plan has %d new changes and %d reasons compared with itself", fresh, blocked)
		}
	}
}

// meaningful is an item without what may differ elsewhere: sentences, payloads, the cause of a changed secret, and with plain all changes of secrets.
func meaningful(item *diff.Item, plain bool) diff.Item {
	one := diff.Item{Name: item.Name, UUID: item.UUID, Action: item.Action, Running: item.Running, Changes: []diff.Change{}}
	for _, change := range item.Changes {
		if change.Origin, change.Since = (spec.Position{}), ""; change.Sensitive || plain {
			change.Cause = ""
		}
		if !plain || !change.Sensitive {
			one.Changes = append(one.Changes, change)
		}
	}
	for _, step := range item.Steps {
		step.Payload, step.Reason, step.Since = nil, "", ""
		one.Steps = append(one.Steps, step)
	}
	for _, reason := range item.Blocked {
		one.Blocked = append(one.Blocked, diff.Reason{Code: reason.Code, Path: reason.Path})
	}
	return one
}
