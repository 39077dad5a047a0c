package cli

import (
	"github.com/spf13/cobra"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/reconcile"
)

type historyVerifyOptions struct {
	globals *globalOptions
	output  string
}

func newHistoryVerifyCommand(globals *globalOptions, streams Streams) *cobra.Command {
	options := historyVerifyOptions{globals: globals}
	command := &cobra.Command{
		Use:   "verify",
		Short: "Check that no record of the history was changed",
		Long: `Follow the chain of hashes over all files of the history that are there, and name the first record that is not as it was written, or that does
not follow on the one before it: then the exit code is 14. A last line that a crash has cut off is told apart.

The chain cannot show that its newest records were removed: compare the hash of the last one with a note of it kept elsewhere.` +
			exitHelp(ExitOK, ExitUsage, ExitGuard, ExitNode),
		Example: "  specadm history verify",
		Args:    arguments(0, 0, ""),
		RunE: func(*cobra.Command, []string) error {
			return runHistoryVerify(options, streams)
		},
	}
	addOutputFlag(command, &options.output)
	return command
}

func runHistoryVerify(options historyVerifyOptions, streams Streams) error {
	if err := oneOf("output", options.output, "text", "json"); err != nil {
		return err
	}
	style, err := options.globals.style(streams)
	if err != nil {
		return err
	}
	dir, err := options.globals.stateDirectory()
	if err != nil {
		return err
	}
	chain, err := reconcile.OpenState(dir).VerifyHistory()
	if err != nil {
		return unreadable(err)
	}
	if options.output == "json" {
		err = view.JSON(streams.Out, view.NewChainDocument(chain))
	} else {
		err = view.Chain(streams.Out, chain, style)
	}
	if err == nil && chain.Broken != nil {
		return exitWith(ExitGuard)
	}
	return err
}
