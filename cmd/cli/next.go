package cli

import (
	"slices"
	"strings"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/reconcile"
	"github.com/specadm/specadm/spec"
)

// nextApply is the command line that applies a plan and only it; "" when there is nothing to apply.
func nextApply(options planOptions, plan *diff.Plan, digest string, streams Streams) string {
	risk, any := neededRisk(plan, options.risk.highest)
	if !any {
		return ""
	}
	words := []string{"specadm"}
	if node := options.globals.node; node != "local" && node != streams.Getenv("SPECADM_NODE") {
		words = append(words, "--node", node)
	}
	words = append(append(words, "apply"), options.manifests.paths...)
	for _, name := range options.manifests.only {
		words = append(words, "--only", name)
	}
	for _, name := range options.manifests.exclude {
		words = append(words, "--exclude", name)
	}
	for _, name := range options.manifests.adopt {
		words = append(words, "--adopt", name)
	}
	for _, name := range options.manifests.now {
		words = append(words, "--now", name)
	}
	if risk != nil {
		words = append(words, "--max-risk", risk.String())
	}
	words = append(words, "--expect", view.ShortDigest(digest))
	for i, word := range words {
		words[i] = quoteWord(word)
	}
	return strings.Join(words, " ")
}

// neededRisk is the ceiling that lets every step run that manifests do not forbid; nil when none needs to be given. The second result
// is false when there are no steps.
func neededRisk(plan *diff.Plan, given *spec.Risk) (*spec.Risk, bool) {
	any, held := false, false
	highest := spec.Live
	for _, item := range plan.Items {
		if len(item.Steps) == 0 {
			continue
		}
		any = true
		held = held || slices.Contains(reconcile.Allowed(item, given), false)
		risk := item.Risk()
		if item.Manifest != nil && item.Manifest.Policy.MaxRisk != nil {
			risk = min(risk, *item.Manifest.Policy.MaxRisk)
		}
		highest = max(highest, risk)
	}
	switch {
	case held && (given == nil || highest > *given):
		return &highest, any
	default:
		return given, any
	}
}
