package cli

import (
	"github.com/spf13/cobra"
)

func newCompletionCommand(streams Streams) *cobra.Command {
	return &cobra.Command{
		Use:   "completion bash|zsh|fish",
		Short: "Print the completion script of a shell",
		Long: `Print the completion script of a shell.

It completes commands, flags, names of manifests and properties; it only reads.` + exitHelp(ExitOK, ExitUsage),
		Example:   "  source <(specadm completion bash)",
		Args:      arguments(1, 1, "bash, zsh or fish"),
		ValidArgs: []string{"bash", "zsh", "fish"},
		RunE: func(command *cobra.Command, args []string) error {
			return runCompletion(command.Root(), args[0], streams)
		},
	}
}

func runCompletion(root *cobra.Command, shell string, streams Streams) error {
	switch shell {
	case "bash":
		return root.GenBashCompletionV2(streams.Out, true)
	case "zsh":
		return root.GenZshCompletion(streams.Out)
	case "fish":
		return root.GenFishCompletion(streams.Out, true)
	}
	return usagef("no completion for shell %q: one of bash, zsh, fish", shell)
}
