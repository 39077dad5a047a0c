package view

import (
	"fmt"
	"slices"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/spec"
)

// Facts counts the items of a plan by what a pipeline asks for: changes, drift, reboot, stop, destroy, blocked; unmanaged counts what no
// manifest claims. Items whose manifest has errors are not counted as blocked: they are invalid.
func Facts(plan *diff.Plan) map[string]int {
	facts := map[string]int{"unmanaged": len(plan.Reports)}
	for _, item := range plan.Items {
		class := Classify(item)
		switch {
		case class == ClassBlocked && Sealed(item.Blocked):
			facts["sealed"]++
		case class == ClassBlocked && !Broken(item.Blocked):
			facts["blocked"]++
		case class == ClassBlocked, class == ClassUnchanged:
		default:
			facts["changes"]++
			if LosesData(item) || class == ClassDestroy || class == ClassRecreate {
				facts["destroy"]++
			}
			if class == ClassReboot || class == ClassStop {
				facts[string(class)]++
			}
			if Drifted(item) {
				facts["drift"]++
			}
		}
	}
	return facts
}

// Broken reports whether nothing is done because the manifest has errors.
func Broken(blocked []diff.Reason) bool {
	return slices.ContainsFunc(blocked, func(r diff.Reason) bool { return r.Code == diff.CodeBroken })
}

// Sealed reports whether nothing is done because a secret of the manifest cannot be read here.
func Sealed(blocked []diff.Reason) bool {
	return slices.ContainsFunc(blocked, func(r diff.Reason) bool { return r.Code == diff.CodeSecret })
}

// maxRisk is the highest risk of any step of items that are not blocked.
func maxRisk(plan *diff.Plan) spec.Risk {
	risk := spec.Live
	for _, item := range plan.Items {
		if len(item.Blocked) == 0 {
			risk = max(risk, item.Risk())
		}
	}
	return risk
}

// planOutputs is what the next step of a workflow decides by. max_risk is none when nothing would change.
func planOutputs(plan *diff.Plan, document PlanDocument) string {
	facts, risk := Facts(plan), "none"
	if facts["changes"] > 0 {
		risk = maxRisk(plan).String()
	}
	return fmt.Sprintf("changes=%d\ndrift=%d\nblocked=%d\nto_destroy=%d\nmax_risk=%s\ndigest=%s\n",
		facts["changes"], facts["drift"], facts["blocked"]+facts["sealed"], facts["destroy"], risk, document.Digest)
}
