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
			return noHelp(command, args)
		}
		command = child
	}
	command.InitDefaultHelpFlag()
	return command.Help()
}

// noHelp names the nearest thing that has help.
func noHelp(command *cobra.Command, args []string) error {
	names := []string{}
	for _, child := range command.Commands() {
		names = append(names, child.Name())
	}
	if command == command.Root() {
		names = append(names, "exit-codes")
	}
	try := "specadm help"
	if near := nearest(args[len(args)-1], names); near != "" {
		try += strings.TrimPrefix(command.CommandPath(), "specadm") + " " + near
	}
	return &usageError{message: fmt.Sprintf("no help for %q", strings.Join(args, " ")), try: try}
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
