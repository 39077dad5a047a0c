package reconcile

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/spec"
)

// labWorlds is how many labs the laws are tried on, and labInstances how many instances each has. SPECADM_WORLDS in the environment asks for
// more worlds; the n-th is always the same one.
const (
	labWorlds    = 5
	labInstances = 6
)

// TestLawsOnALab is TestLawsOfPlans through the programs of a lab: random manifests of every brand are applied, the instances are changed by
// hand, other manifests are applied. What was applied leaves nothing to do, and nothing is lost or made twice.
func TestLawsOnALab(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("the work is done by processes of a lab, one after the other")
	}
	worlds := labWorlds
	if text := os.Getenv("SPECADM_WORLDS"); text != "" {
		var err error
		if worlds, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	for n := range worlds {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			l := &labLaws{world: newWorld(t)}
			for i := range labInstances {
				brand := spec.AllBrands()[i%len(spec.AllBrands())]
				l.histories = append(l.histories, histories(brand, i).Example(n*labInstances+i))
			}
			l.want(func(h history) draft { return h.first })
			l.byHand()
			l.want(func(h history) draft {
				if h.absent {
					h.second["state"] = "absent"
				}
				return h.second
			})
		})
	}
}

type labLaws struct {
	*world
	histories []history
}

func (l *labLaws) name(i int) string { return fmt.Sprintf("%s%d", l.histories[i].brand, i) }

// want writes manifests, applies them, and checks what came of it.
func (l *labLaws) want(draft func(history) draft) {
	l.Helper()
	for i, h := range l.histories {
		if err := os.WriteFile(filepath.Join(l.manifests, l.name(i)+".json"), []byte(draft(h).document(l.name(i))), 0o644); err != nil {
			l.Fatal(err)
		}
	}
	before := l.look()
	outcome := l.apply()
	calls := l.count()
	again := l.apply()
	if n := l.count().mutating - calls.mutating; n > 0 {
		l.Errorf("applying twice ran %d commands that change the node", n)
	}
	preview, err := Plan(l.Context(), l.options())
	if err != nil {
		l.Fatal(err)
	}
	after := l.look()
	for i, h := range l.histories {
		item := itemOf(preview.Plan, l.name(i))
		failed := l.Failed()
		l.outcome(item, outcomeOf(outcome, item.Name), outcomeOf(again, item.Name))
		_, was := before.Instances[item.UUID]
		object, is := after.Instances[item.UUID]
		if blocked := outcomeOf(outcome, item.Name).Result == Blocked; blocked && is != was || !blocked && is == (item.Manifest.State == spec.Absent) {
			l.Errorf("%s was there: %v, and is there: %v", item.Name, was, is)
		}
		if len(item.Blocked) == 0 && is {
			l.arrived(item, object)
		}
		if !failed && l.Failed() {
			l.Logf("%s was made from\n%s\nand is now\n%s", item.Name, h.first.document(item.Name), draft(h).document(item.Name))
		}
	}
	if len(after.Instances) > len(l.histories) {
		l.Errorf("%d manifests have %d instances", len(l.histories), len(after.Instances))
	}
}

// outcome checks what an apply and a second one have come to.
func (l *labLaws) outcome(item *diff.Item, first, second *ItemOutcome) {
	l.Helper()
	if first.Result != Changed && first.Result != Unchanged && first.Result != Blocked {
		l.Errorf("%s is %s: %v", item.Name, first.Result, first.Cause)
		for _, step := range first.Steps {
			l.Logf("%s %s: %s %v", step.Verb, text(step.Payload), step.Outcome, step.Err)
		}
	}
	for _, reason := range slices.Concat(first.Blocked, second.Blocked) {
		if reason.Code == diff.CodeLaw || reason.Text == "" || reason.Try == "" {
			l.Errorf("%s is blocked by %+v", item.Name, reason)
		}
	}
	if second.Result != Unchanged && second.Result != Blocked || len(item.Steps) > 0 {
		l.Errorf("%s: a second apply is %s, and a plan has %s", item.Name, second.Result, text(item.Steps))
	}
}

// arrived checks that the node shows what the manifest says.
func (l *labLaws) arrived(item *diff.Item, object spec.Object) {
	l.Helper()
	noted := text(item.Notes)
	for name, wanted := range item.Manifest.Spec {
		row, _ := spec.Properties().Lookup(name)
		if wanted != nil && row.Get[item.Brand] != spec.Never && !sameOnNode(row, wanted, object[name]) && !strings.Contains(noted, name) {
			l.Errorf("%s: the node shows %s %v, and the manifest says %v", item.Name, name, object[name], wanted)
		}
	}
}

func itemOf(plan *diff.Plan, name string) *diff.Item {
	return plan.Items[slices.IndexFunc(plan.Items, func(item *diff.Item) bool { return item.Name == name })]
}

func (l *labLaws) look() diff.Found {
	l.Helper()
	found, err := Observe(l.Context(), l.runner)
	if err != nil {
		l.Fatal(err)
	}
	return found
}

// byHand changes the instances by hand. What vmadm refuses, nobody can do.
func (l *labLaws) byHand() {
	found := l.look()
	for i, h := range l.histories {
		object := found.Instances[l.uuid(l.name(i))]
		for _, move := range h.moves {
			if object == nil {
				break
			}
			step, ok := move.step(h.brand, object)
			switch {
			case !ok:
			case step.Verb == diff.VerbUpdate:
				l.try(text(step.Payload), "vmadm", "update", step.Target)
			default:
				l.try("", "vmadm", string(step.Verb), step.Target)
				object["state"] = map[diff.Verb]string{diff.VerbStart: "running", diff.VerbStop: "stopped"}[step.Verb]
			}
		}
	}
}
