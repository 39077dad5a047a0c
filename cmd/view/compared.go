package view

import (
	"maps"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/spec"
)

// Sync is what the manifests say about an instance of the node, for the column sync.
type Sync string

// Values of the column sync.
const (
	InSync  Sync = "in sync"
	Drift   Sync = "drift"          // somebody changed the node
	Changes Sync = "changes"        // the manifest asks for more than what was applied
	Pending Sync = "reboot pending" // stored as wanted, and in force after a boot
	Stuck   Sync = "blocked"        // the plan says why nothing is done
	Orphan  Sync = "orphan"         // the repository owns it, and no manifest wants it
	Foreign Sync = "foreign"        // no manifest, and not ours
)

// Compared is an instance with up to three more properties for the columns of the same name: sync; pending, "reboot" where stored values wait for
// one; and manifest when there is one.
func Compared(instance spec.Object, plan *diff.Plan) spec.Object {
	with := maps.Clone(instance)
	with["sync"] = string(Foreign)
	if OwnerOf(instance) == plan.Owner {
		with["sync"] = string(Orphan)
	}
	for _, item := range plan.Items {
		if item.UUID == instance["uuid"] {
			with["sync"] = string(syncOf(item))
			if item.RebootPending {
				with["pending"] = "reboot"
			}
			if item.Manifest != nil {
				with["manifest"] = placeText(item.Manifest.Source)
			}
		}
	}
	return with
}

func syncOf(item *diff.Item) Sync {
	switch class := Classify(item); {
	case class == ClassBlocked:
		return Stuck
	case item.RebootPending && len(item.Changes) == 0:
		return Pending
	case class == ClassUnchanged:
		return InSync
	case Drifted(item):
		return Drift
	}
	return Changes
}

// OwnerOf is the owner that an instance's mark names; "" without a mark that is its own. A clone carries the mark of what it was
// cloned from.
func OwnerOf(instance spec.Object) string {
	mark, ok := spec.MarkOf(instance)
	if !ok || mark.UUID != instance["uuid"] {
		return ""
	}
	return mark.Owner
}
