package cli

import (
	"slices"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/reconcile"
)

// approval shows a plan and asks whether to go ahead.
type approval struct {
	question
	options applyOptions
	style   view.Style

	preview *reconcile.Preview // what was shown last
}

// show prints the plan, as part of the conversation: the answer of apply is what became of it.
func (a *approval) show(preview *reconcile.Preview) error {
	a.preview = preview
	if err := a.options.promised(preview); err != nil {
		return err
	}
	warnUnfinished(a.streams, preview.Unfinished)
	if err := view.Findings(a.streams.Err, preview.Plan.Findings, a.style); err != nil {
		return err
	}
	return view.Plan(a.streams.Err, preview.Plan, view.PlanOptions{
		Style:   a.style,
		Source:  a.options.manifests.source(preview.Repository),
		Partial: view.PlanDocument{Scope: scope(preview.Repository), Source: view.Source{OutOf: preview.Repository.OutOf()}}.PartialText(),
		MaxRisk: a.options.risk.highest,
	})
}

// confirm is nil when the plan may be executed.
func (a *approval) confirm(preview *reconcile.Preview) error {
	if !a.runsAny(preview.Plan) {
		return nil
	}
	answer, err := a.ask("Make it so on node %s? Only yes is taken for an answer: ", preview.Plan.Node.Hostname)
	if err != nil {
		return err
	}
	if answer != "yes" {
		return declinedf("the answer was no; nothing was changed")
	}
	for _, item := range preview.Plan.Items {
		if !a.losesData(item) {
			continue
		}
		name, err := a.ask("Data of %s will be lost. Type its name to go ahead: ", item.Name)
		if err != nil {
			return err
		}
		if name != item.Name {
			return declinedf("that is not the name of %s; nothing was changed", item.Name)
		}
	}
	return nil
}

// runsAny reports whether any step would run.
func (a *approval) runsAny(plan *diff.Plan) bool {
	return slices.ContainsFunc(plan.Items, func(item *diff.Item) bool {
		return slices.Contains(reconcile.Allowed(item, a.options.risk.highest), true)
	})
}

// losesData reports whether a step that would run loses data.
func (a *approval) losesData(item *diff.Item) bool {
	allowed := reconcile.Allowed(item, a.options.risk.highest)
	for i, step := range item.Steps {
		if allowed[i] && view.LosesDataStep(step) {
			return true
		}
	}
	return false
}
