package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/specadm/specadm/reconcile"
)

// Main runs one command line, without the program's name, and is the status to leave with.
func Main(args []string, streams Streams) int {
	if len(args) > 2 && args[0] == "lab" && args[1] == "exec" && !strings.HasPrefix(args[2], "-") {
		return runLabExec(args[2:], streams) // first of all: tests start thousands of these
	}
	return int(run(context.Background(), args, streams))
}

func run(ctx context.Context, args []string, streams Streams) ExitCode {
	root := newRoot(streams)
	root.SetArgs(args)
	root.InitDefaultHelpCmd()
	err := findCommand(root, args)
	if err == nil {
		err = root.ExecuteContext(ctx)
	}
	if err != nil {
		printError(streams, err)
	}
	return exitOf(err)
}

// newRoot is the whole command tree.
func newRoot(streams Streams) *cobra.Command {
	globals := &globalOptions{}
	root := group(&cobra.Command{
		Use:   "specadm",
		Short: "Keep SmartOS instances as their manifests say",
		Long: `specadm keeps SmartOS instances as their manifests say: it reads manifests, looks at the node, shows a plan with
its risks, and makes it so. A second run has nothing to do.`,
		Example: `  specadm validate manifests
  specadm plan manifests
  specadm apply manifests --max-risk reboot
  specadm --node lab:DIR plan manifests`,
		SilenceErrors: true,
		SilenceUsage:  true,
	})
	root.SetIn(streams.In)
	root.SetOut(streams.Out)
	root.SetErr(streams.Err)
	root.SetFlagErrorFunc(flagError)
	root.CompletionOptions.DisableDefaultCmd = true
	globals.register(root, streams)

	root.AddGroup(
		&cobra.Group{ID: "main", Title: "Manifests and the node:"},
		&cobra.Group{ID: "look", Title: "Looking at the node:"},
		&cobra.Group{ID: "know", Title: "What specadm knows:"},
	)
	add := func(id string, commands ...*cobra.Command) {
		for _, command := range commands {
			command.GroupID = id
			root.AddCommand(command)
		}
	}
	add("main", mainCommands(globals, streams)...)
	add("look", lookCommands(globals, streams)...)
	add("know", knowCommands(globals, streams)...)

	help := newHelpCommand(streams)
	help.GroupID = "know"
	root.SetHelpCommand(help)
	root.SetHelpCommandGroupID("know")
	return root
}

func mainCommands(globals *globalOptions, streams Streams) []*cobra.Command {
	return []*cobra.Command{
		newValidateCommand(globals, streams),
		newPlanCommand(globals, streams),
		newDiffCommand(globals, streams),
		newApplyCommand(globals, streams),
		newShowCommand(globals, streams),
		newReleaseCommand(globals, streams),
		newUndoCommand(globals, streams),
		newWatchCommand(globals, streams),
	}
}

func lookCommands(globals *globalOptions, streams Streams) []*cobra.Command {
	return []*cobra.Command{
		newStatusCommand(globals, streams),
		newHistoryCommand(globals, streams),
		newListCommand(globals, streams),
		newGetCommand(globals, streams),
		newLookupCommand(globals, streams),
		newExportCommand(globals, streams),
		newSnapshotCommand(globals, streams),
		newDatasetsCommand(globals, streams),
	}
}

func knowCommands(globals *globalOptions, streams Streams) []*cobra.Command {
	return []*cobra.Command{
		newExplainCommand(streams),
		newSchemaCommand(streams),
		newSecretCommand(globals, streams),
		newLabCommand(streams),
		newVersionCommand(streams),
		newCompletionCommand(streams),
	}
}

// exitOf is the one place where errors become exit codes.
func exitOf(err error) ExitCode {
	var (
		status   exitStatus
		usage    *usageError
		declined *declinedError
		node     *nodeError
		unread   *reconcile.NodeError
		locked   *reconcile.LockedError
		stale    *reconcile.StaleError
		promise  *staleError
		state    *reconcile.StateError
		secret   *secretError
		refused  *reconcile.RefusedError
	)
	switch {
	case err == nil:
		return ExitOK
	case errors.As(err, &status):
		return status.code
	case errors.As(err, &usage):
		return ExitUsage
	case errors.As(err, &secret):
		return ExitSecret
	case errors.As(err, &declined):
		return ExitDeclined
	case errors.As(err, &node), errors.As(err, &unread):
		return ExitNode
	case errors.As(err, &locked):
		return ExitLocked
	case errors.As(err, &stale), errors.As(err, &promise):
		return ExitStale
	case errors.As(err, &refused) && refused.Unknown:
		return ExitUsage
	case errors.As(err, &refused):
		return ExitGuard
	case errors.As(err, &state):
		return ExitFailed
	}
	return ExitInternal
}

// printError says what went wrong, unless the command has said it.
func printError(streams Streams, err error) {
	var status exitStatus
	if errors.As(err, &status) {
		return
	}
	fmt.Fprintf(streams.Err, "specadm: %v\n", err)
	if try := whatToTry(err); try != "" {
		fmt.Fprintf(streams.Err, "try: %s\n", try)
	}
}

// whatToTry is what an error says about it; may be empty.
func whatToTry(err error) string {
	var (
		usage   *usageError
		refused *reconcile.RefusedError
	)
	switch {
	case errors.As(err, &usage):
		return usage.try
	case errors.As(err, &refused):
		return refused.Try
	}
	return ""
}

// exitHelp is the paragraph of a command's help about its exit codes.
func exitHelp(codes ...ExitCode) string {
	var text strings.Builder
	text.WriteString("\n\nExit codes:\n")
	for _, code := range codes {
		fmt.Fprintf(&text, "  %3d  %s\n", int(code), code.Meaning())
	}
	return strings.TrimRight(text.String(), "\n")
}
