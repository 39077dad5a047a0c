package reconcile

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/drivers/vmadm"
)

// maxAttempts is how often a watch tries the same steps that fail for a reason nobody knows.
const maxAttempts = 5

// codeGivenUp blocks an item whose steps have failed before and would only fail again.
const codeGivenUp = "GIVEN_UP"

// attempts remembers which steps failed, so that a watch does not repeat them for ever. It forgets when the manifests change and when
// somebody asks for a pass; steps that differ are a new matter anyway.
type attempts map[string]attempt // by name of the item

type attempt struct {
	steps    string // fingerprint
	failures int
	given    bool // up
}

// record learns from an outcome. A value that the platform did not take is not sent again; what may pass by itself is tried without end; the
// rest a few times. plan is what was executed.
func (a attempts) record(plan *diff.Plan, outcome *Outcome) {
	for i, item := range outcome.Items {
		if item.Result != Failed {
			if item.Result != Blocked {
				delete(a, item.Name)
			}
			continue
		}
		now := attempt{steps: fingerprint(plan.Items[i].Steps), failures: 1}
		if before := a[item.Name]; before.steps == now.steps {
			now.failures += before.failures
		}
		var notArrived *NotArrivedError
		now.given = errors.As(item.Cause, &notArrived) || now.failures >= maxAttempts && !vmadm.KindOf(item.Cause).Transient()
		a[item.Name] = now
	}
}

// block takes the steps that were given up out of a plan.
func (a attempts) block(plan *diff.Plan) {
	for _, item := range plan.Items {
		if before := a[item.Name]; before.given && len(item.Steps) > 0 && fingerprint(item.Steps) == before.steps {
			item.Steps = nil
			item.Blocked = []diff.Reason{{
				Code: codeGivenUp, Text: "the same steps have failed before", Try: "change the manifest, or ask for a pass (SIGHUP)",
			}}
		}
	}
}

// fingerprint is the same for the same steps only.
func fingerprint(steps []diff.Step) string {
	text, err := json.Marshal(steps)
	if err != nil { // payloads were made from JSON
		panic(err)
	}
	return fmt.Sprintf("%x", sha256.Sum256(text))
}
