package reconcile

import (
	"fmt"
	"slices"
)

// inOrder puts turns behind those that they wait for, and leaves the order alone otherwise.
func inOrder(turns []*turn) []*turn {
	byName := make(map[string]*turn, len(turns))
	for _, t := range turns {
		byName[t.item.Name] = t
	}
	placed := make(map[*turn]bool, len(turns))
	ordered := make([]*turn, 0, len(turns))
	var place func(t *turn)
	place = func(t *turn) {
		if t == nil || placed[t] {
			return
		}
		placed[t] = true
		for _, name := range t.item.After {
			place(byName[name])
		}
		ordered = append(ordered, t)
	}
	for _, t := range turns {
		place(t)
	}
	return ordered
}

// waitsInVain says why a turn cannot begin: something that it waits for is not in place. Empty: it can.
func (x *execution) waitsInVain(t *turn) string {
	for _, name := range t.item.After {
		for _, before := range x.outcome.Items {
			undone := slices.ContainsFunc(before.Steps, func(s StepReport) bool { return s.Outcome != StepDone })
			if before.Name == name && (undone || before.Result != Unchanged && before.Result != Changed) {
				return fmt.Sprintf("it waits for %s, which is not in place", name)
			}
		}
	}
	return ""
}
