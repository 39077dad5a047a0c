package cli

import "github.com/spf13/cobra"

func newDiffCommand(globals *globalOptions, streams Streams) *cobra.Command {
	options := planOptions{globals: globals, manifests: manifestOptions{globals: globals}}
	command := &cobra.Command{
		Use:   "diff NAME...",
		Short: "Show the plan of a few instances",
		Long: `Show the plan of the instances with these names. It is the same as specadm plan --only NAME.` +
			exitHelp(ExitOK, ExitPending, ExitPendingReboot, ExitPendingDestroy, ExitUsage, ExitInvalid, ExitSecret, ExitGuard, ExitNode),
		Example: "  specadm diff web0 -f manifests",
		Args:    arguments(1, -1, "the names of manifests"),
		RunE: func(command *cobra.Command, args []string) error {
			options.manifests.only = args
			return runPlan(command.Context(), options, streams)
		},
	}
	command.ValidArgsFunction = options.manifests.completeNames
	command.Flags().StringArrayVarP(&options.manifests.paths, "file", "f", nil, "a file or folder with manifests (repeatable; default the current folder)")
	options.manifests.registerAdopt(command)
	options.manifests.registerNow(command)
	options.register(command)
	return command
}
