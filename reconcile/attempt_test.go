package reconcile

import (
	"errors"
	"testing"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/drivers/vmadm"
	"github.com/specadm/specadm/spec"
)

func TestAttemptsGiveUpOnlyWhatCannotSucceed(t *testing.T) {
	t.Parallel()
	failed := func(cause error) *ItemOutcome { return &ItemOutcome{Name: "web0", Result: Failed, Cause: cause} }
	unknown := failed(errors.New("no luck"))
	cases := []struct {
		name     string
		outcomes []*ItemOutcome
		given    bool
	}{
		{"nothing failed", []*ItemOutcome{{Name: "web0", Result: Changed}}, false},
		{"the platform did not take a value", []*ItemOutcome{failed(&NotArrivedError{})}, true},
		{"an unknown failure, four times", []*ItemOutcome{unknown, unknown, unknown, unknown}, false},
		{"an unknown failure, five times", []*ItemOutcome{unknown, unknown, unknown, unknown, unknown}, true},
		{"five failures with a success between", []*ItemOutcome{unknown, unknown, {Name: "web0", Result: Unchanged}, unknown, unknown, unknown}, false},
		{"what may pass by itself", []*ItemOutcome{
			failed(&vmadm.Error{Kind: vmadm.NotReady}), failed(&vmadm.Error{Kind: vmadm.NotReady}), failed(&vmadm.Error{Kind: vmadm.NotReady}),
			failed(&vmadm.Error{Kind: vmadm.NotReady}), failed(&vmadm.Error{Kind: vmadm.NotReady}), failed(&vmadm.Error{Kind: vmadm.NotReady}),
		}, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			plan := func(quota int64) *diff.Plan {
				return &diff.Plan{Items: []*diff.Item{{Name: "web0", Steps: []diff.Step{{Verb: diff.VerbUpdate, Payload: spec.Object{"quota": quota}}}}}}
			}
			a := attempts{}
			for _, outcome := range c.outcomes {
				a.record(plan(10), &Outcome{Items: []*ItemOutcome{outcome}})
			}
			same, other := plan(10), plan(20)
			a.block(same)
			a.block(other)
			if got := len(same.Items[0].Blocked) > 0; got != c.given {
				t.Errorf("given up: %v, want %v", got, c.given)
			}
			if len(other.Items[0].Steps) == 0 {
				t.Error("other steps were given up too")
			}
		})
	}
}
