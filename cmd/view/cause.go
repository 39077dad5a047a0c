package view

import (
	"slices"

	"github.com/specadm/specadm/diff"
)

// Side is who moved: the node or the repository.
type Side string

// Sides of a plan.
const (
	BothSides   Side = ""        // the whole plan
	DriftSide   Side = "drift"   // what somebody changed on the node
	ChangesSide Side = "changes" // what the repository asks for, and what nobody knows the cause of
)

// OnlySide is the part of a plan that one side caused, for looking at: items with such changes, and of their changes only these. What both
// sides changed is in both parts. Unchanged items stay, so that they are counted; blocked ones are with the repository's side. It is no
// plan to execute, since the steps of an item make all of its changes.
func OnlySide(plan *diff.Plan, side Side) *diff.Plan {
	if side == BothSides {
		return plan
	}
	part := *plan
	part.Items = nil
	for _, item := range plan.Items {
		one := *item
		one.Changes = slices.DeleteFunc(slices.Clone(item.Changes), func(change diff.Change) bool { return !caused(change.Cause, side) })
		class := Classify(item)
		byRepository := side == ChangesSide && (class == ClassBlocked || len(item.Changes) == 0)
		if class == ClassUnchanged || byRepository || class != ClassBlocked && len(one.Changes) > 0 {
			part.Items = append(part.Items, &one)
		}
	}
	return &part
}

func caused(cause diff.Cause, side Side) bool {
	drifted := cause == diff.CauseDrift
	return cause == diff.CauseBoth || drifted == (side == DriftSide)
}
