package cli

import (
	"fmt"
	"os"
	"syscall"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/reconcile"
	"github.com/specadm/specadm/spec"
)

// reason makes one cause of an exit code.
func reason(code ExitCode, format string, args ...any) view.ExitReason {
	return view.ExitReason{Code: int(code), Text: fmt.Sprintf(format, args...)}
}

// failOnWords are the values of --fail-on.
func failOnWords() []string {
	return []string{"changes", "drift", "reboot", "stop", "destroy", "unmanaged", "blocked"}
}

// planReasons lists why a plan leaves with another code than 0, the deciding one first: 11, 12, 14, 4, 3, 2.
func planReasons(plan *diff.Plan, detailed string, failOn []string) []view.ExitReason {
	var reasons []view.ExitReason
	if spec.HasErrors(plan.Findings) {
		reasons = append(reasons, reason(ExitInvalid, "manifests have errors"))
	}
	facts := view.Facts(plan)
	if n := facts["sealed"]; n > 0 {
		reasons = append(reasons, reason(ExitSecret, "%d with a secret that cannot be read here", n))
	}
	if n := facts["blocked"]; n > 0 {
		reasons = append(reasons, reason(ExitGuard, "%d blocked", n))
	}
	if detailed == "risk" {
		if n := facts["destroy"]; n > 0 {
			reasons = append(reasons, reason(ExitPendingDestroy, "%d would lose data or an instance", n))
		}
		if n := facts["reboot"] + facts["stop"]; n > 0 {
			reasons = append(reasons, reason(ExitPendingReboot, "%d would reboot or stop", n))
		}
	}
	if n := facts["changes"]; detailed != "" && n > 0 {
		reasons = append(reasons, reason(ExitPending, "%d would change", n))
	}
	for _, word := range failOn {
		if n := facts[word]; n > 0 {
			reasons = append(reasons, reason(ExitPending, "--fail-on %s: %d", word, n))
		}
	}
	return reasons
}

// applyReasons lists why an apply leaves with another code than 0, the deciding one first. broken says that manifests have errors,
// whose instances were left alone.
func applyReasons(outcome *reconcile.Outcome, broken bool) []view.ExitReason {
	var reasons []view.ExitReason
	if outcome.Interrupted {
		reasons = append(reasons, reason(interruptedBy(outcome.Signal), "interrupted"))
	}
	totals := outcome.Totals()
	failed := totals.Failed + totals.Skipped
	sealed, blocked := 0, 0
	for _, item := range outcome.Items {
		switch {
		case item.Result != reconcile.Blocked || view.Broken(item.Blocked):
		case view.Sealed(item.Blocked):
			sealed++
		default:
			blocked++
		}
	}
	if outcome.Err != nil {
		failed++
	}
	switch {
	case (failed > 0 || broken || sealed > 0) && totals.Touched > 0:
		reasons = append(reasons, reason(ExitPartial, "%d changed, others failed or were skipped", totals.Touched))
	case failed > 0:
		reasons = append(reasons, reason(ExitFailed, "%d failed or skipped, nothing changed", failed))
	}
	if broken {
		reasons = append(reasons, reason(ExitInvalid, "manifests have errors"))
	}
	if sealed > 0 {
		reasons = append(reasons, reason(ExitSecret, "%d with a secret that cannot be read here", sealed))
	}
	if totals.Held > 0 {
		reasons = append(reasons, reason(ExitGuard, "%d held by the risk ceiling", totals.Held))
	}
	if blocked > 0 {
		reasons = append(reasons, reason(ExitGuard, "%d blocked", blocked))
	}
	return reasons
}

func interruptedBy(signal os.Signal) ExitCode {
	if signal == syscall.SIGTERM {
		return ExitTerminated
	}
	return ExitInterrupted
}
