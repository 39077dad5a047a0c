package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/reconcile"
)

type statusOptions struct {
	globals   *globalOptions
	manifests manifestOptions
	output    string
}

func newStatusCommand(globals *globalOptions, streams Streams) *cobra.Command {
	options := statusOptions{globals: globals}
	command := &cobra.Command{
		Use:   "status [PATH...]",
		Short: "Say which instances are as the manifests want them",
		Long: `Say which instances are as the manifests want them (files and folders; the current folder when none is given): in sync, drift
(somebody changed the node), changes (the manifest asks for more), reboot pending, blocked. It decides as plan does, and only reads.` +
			exitHelp(ExitOK, ExitUsage, ExitInvalid, ExitGuard, ExitNode),
		Example: "  specadm status manifests\n  specadm status manifests -o json | jq '.items[] | select(.conditions.RebootPending) | .name'",
		Args:    arguments(0, -1, ""),
		RunE: func(command *cobra.Command, args []string) error {
			options.manifests.paths = args
			return runStatus(command.Context(), options, streams)
		},
	}
	options.manifests.registerOnly(command)
	addOutputFlag(command, &options.output)
	return command
}

func runStatus(ctx context.Context, options statusOptions, streams Streams) error {
	if err := oneOf("output", options.output, "text", "json"); err != nil {
		return err
	}
	style, err := options.globals.style(streams)
	if err != nil {
		return err
	}
	node, err := options.globals.openNode()
	if err != nil {
		return err
	}
	preview, err := reconcile.Plan(ctx, reconcile.Options{
		Runner: node.runner,
		State:  reconcile.OpenState(node.stateDir),
		Load:   options.manifests.load,
		Older:  options.manifests.older,
	})
	if err != nil {
		return err
	}
	warnUnfinished(streams, preview.Unfinished)
	plan := planOptions{globals: options.globals, manifests: options.manifests}
	source := options.manifests.describe(preview.Repository, worktreeOf(ctx, options.manifests.shownPaths()))
	document := view.NewStatusDocument(preview.Plan, view.PlanContext{
		Tool: tool(), Source: source, Scope: scope(preview.Repository), Exit: view.NewExit(planReasons(preview.Plan, "", nil)),
	})
	if options.output == "json" {
		err = view.JSON(streams.Out, document)
	} else {
		shown := plan.shown(view.PlanDocument{Source: source, Scope: document.Scope}, preview.Repository, "")
		shown.Style = style
		err = view.Status(streams.Out, document, shown)
	}
	if err != nil {
		return err
	}
	return exitWith(ExitCode(document.Exit.Code))
}
