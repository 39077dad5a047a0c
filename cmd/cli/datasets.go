package cli

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/reconcile"
)

type datasetsOptions struct {
	globals *globalOptions
	orphans bool
	output  string
}

func newDatasetsCommand(globals *globalOptions, streams Streams) *cobra.Command {
	options := datasetsOptions{globals: globals}
	command := &cobra.Command{
		Use:   "datasets",
		Short: "List the datasets of the node, and whose each is",
		Long: `List the filesystems and volumes of the node, and whose each is: of an instance, of an image, of the system, an orphan (named after
an instance that is not there) or other (made by hand). Datasets that instances should have and do not are listed as missing.

Orphans stay behind when a deletion or a move fails half way. Nothing removes them but specadm datasets destroy.` +
			exitHelp(ExitOK, ExitUsage, ExitNode),
		Example: "  specadm datasets\n  specadm datasets --orphans -o json\n  specadm datasets destroy zones/9d0b4a53-0000-4a53-8a1e-1f3a7e0b2c11-disk0",
		Args:    arguments(0, 0, ""),
		RunE: func(command *cobra.Command, _ []string) error {
			return runDatasets(command.Context(), options, streams)
		},
	}
	command.Flags().BoolVar(&options.orphans, "orphans", false, "only what belongs to instances that are not there")
	addOutputFlag(command, &options.output)
	command.AddCommand(newDatasetsDestroyCommand(globals, streams))
	return command
}

func runDatasets(ctx context.Context, options datasetsOptions, streams Streams) error {
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
	list, err := reconcile.Inventory(ctx, node.runner)
	if err != nil {
		return err
	}
	if options.orphans {
		list = slices.DeleteFunc(list, func(b diff.Belonging) bool { return b.Whose != diff.OfOrphan })
	}
	if options.output == "json" {
		return view.JSON(streams.Out, view.NewDatasetsDocument(list))
	}
	return view.Datasets(streams.Out, list, style)
}
