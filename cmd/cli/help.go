package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

func newHelpCommand(streams Streams) *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND|exit-codes]",
		Short:   "Print the help of a command, or the exit codes",
		Long:    "Print the help of a command, or with exit-codes the meaning of every exit code." + exitHelp(ExitOK, ExitUsage),
		Example: "  specadm help apply\n  specadm help exit-codes",
		RunE: func(command *cobra.Command, args []string) error {
			return runHelp(command.Root(), args, streams)
		},
	}
}

func runHelp(root *cobra.Command, args []string, streams Streams) error {
	if len(args) == 1 && args[0] == "exit-codes" {
		return printExitCodes(streams)
	}
	command := root
	for _, word := range args {
		child := findChild(command, word)
		if child == nil {
			return &usageError{message: fmt.Sprintf("no help for %q", strings.Join(args, " ")), try: "specadm help"}
		}
		command = child
	}
	command.InitDefaultHelpFlag()
	return command.Help()
}

func findChild(command *cobra.Command, word string) *cobra.Command {
	for _, child := range command.Commands() {
		if child.Name() == word || child.HasAlias(word) {
			return child
		}
	}
	return nil
}

func printExitCodes(streams Streams) error {
	for _, code := range allExitCodes() {
		if _, err := fmt.Fprintf(streams.Out, "%3d  %s\n", int(code), code.Meaning()); err != nil {
			return err
		}
	}
	return nil
}
