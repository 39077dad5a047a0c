package cli

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/reconcile"
)

type snapshotOptions struct {
	globals *globalOptions
	output  string
}

func newSnapshotCommand(globals *globalOptions, streams Streams) *cobra.Command {
	options := snapshotOptions{globals: globals}
	command := &cobra.Command{
		Use:   "snapshot",
		Short: "Print what the node has, without secrets, for plans elsewhere",
		Long: `Print what the node has as JSON: instances, datasets, images and firewall rules. In the place of secrets stand markers. A plan
on a machine without the node is made against it: specadm plan --against FILE. Only reads.` +
			exitHelp(ExitOK, ExitUsage, ExitNode),
		Example: "  specadm snapshot > node.json\n  specadm plan --against node.json manifests",
		Args:    arguments(0, 0, ""),
		RunE: func(command *cobra.Command, _ []string) error {
			return runSnapshot(command.Context(), options, streams)
		},
	}
	command.Flags().StringVarP(&options.output, "output", "o", "json", "json")
	return command
}

func runSnapshot(ctx context.Context, options snapshotOptions, streams Streams) error {
	if err := oneOf("output", options.output, "json"); err != nil {
		return err
	}
	node, err := options.globals.openNode()
	if err != nil {
		return err
	}
	snapshot, err := reconcile.TakeSnapshot(ctx, reconcile.Options{Runner: node.runner, State: reconcile.OpenState(node.stateDir)})
	if err != nil {
		return err
	}
	return view.JSON(streams.Out, view.NewSnapshotDocument(snapshot, tool()))
}

// readSnapshot reads the file that --against names.
func readSnapshot(file string) (*reconcile.Snapshot, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, usagef("cannot read the snapshot: %v", err)
	}
	snapshot, err := view.ReadSnapshot(text)
	if err != nil {
		return nil, &usageError{message: fmt.Sprintf("%s is no snapshot that can be read: %v", file, err), try: "specadm snapshot > " + quoteWord(file) + " on the node"}
	}
	return snapshot, nil
}
