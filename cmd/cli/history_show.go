package cli

import (
	"github.com/spf13/cobra"

	"github.com/specadm/specadm/cmd/view"
)

type historyShowOptions struct {
	globals *globalOptions
	output  string
}

func newHistoryShowCommand(globals *globalOptions, streams Streams) *cobra.Command {
	options := historyShowOptions{globals: globals}
	command := &cobra.Command{
		Use:   "show RUN",
		Short: "Show one run: who, why, from what, and every change",
		Long: `Show one run: who made it and why, from which commit and plan, and of each item what changed and which commands ran. RUN is the beginning of its
id, or last.` + exitHelp(ExitOK, ExitUsage, ExitNode),
		Example: "  specadm history show last\n  specadm history show 4GQX -o json",
		Args:    arguments(1, 1, "the id of a run, or last"),
		RunE: func(_ *cobra.Command, args []string) error {
			return runHistoryShow(options, args[0], streams)
		},
	}
	addOutputFlag(command, &options.output)
	return command
}

func runHistoryShow(options historyShowOptions, id string, streams Streams) error {
	if err := oneOf("output", options.output, "text", "json"); err != nil {
		return err
	}
	style, err := options.globals.style(streams)
	if err != nil {
		return err
	}
	runs, err := options.globals.history()
	if err != nil {
		return err
	}
	run, err := pickRun(runs, id)
	if err != nil {
		return err
	}
	if options.output == "json" {
		return view.JSON(streams.Out, run)
	}
	return view.Run(streams.Out, *run, style)
}
