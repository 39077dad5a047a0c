package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/spec"
)

type listOptions struct {
	globals   *globalOptions
	filters   []string
	manifests []string
	columns   string
	sort      string
	parsable  bool
	noHeader  bool
}

func newListCommand(globals *globalOptions, streams Streams) *cobra.Command {
	options := listOptions{globals: globals}
	command := &cobra.Command{
		Use:   "list [-pH] [-o FIELD,...] [-s FIELD,...] [KEY=VALUE ...]",
		Short: "List the instances of the node, in vmadm's own syntax",
		Long: `List the instances of the node as vmadm list does: the same columns, sort keys and filters.

Two columns are specadm's own and need -f: sync (in sync, drift, changes, reboot, blocked, foreign) and manifest (file:line).
As in vmadm, a sort key has an effect only when its column is shown.` + exitHelp(ExitOK, ExitUsage, ExitNode),
		Example: "  specadm list -o uuid,type,ram,quota -s -ram type=OS ram=~^1\n  specadm list -o uuid,alias,sync,manifest -f manifests",
		Args:    arguments(0, -1, ""),
		RunE: func(command *cobra.Command, args []string) error {
			options.filters = args
			return runList(command.Context(), options, streams)
		},
	}
	flags := command.Flags()
	flags.StringVarP(&options.columns, "order", "o", "uuid,type,ram,state,alias", "columns, separated by commas; parts as in nics.0.ip, tags.role")
	flags.StringVarP(&options.sort, "sortby", "s", "ram,uuid", "sort keys, separated by commas; -KEY is descending")
	flags.BoolVarP(&options.parsable, "parsable", "p", false, "no heading, fields separated by a colon")
	flags.BoolVarP(&options.noHeader, "no-header", "H", false, "no heading")
	flags.StringArrayVarP(&options.manifests, "file", "f", nil, "manifests for the columns sync and manifest: a file or directory (repeatable)")
	return command
}

func runList(ctx context.Context, options listOptions, streams Streams) error {
	table := spec.Properties()
	listing, err := view.NewListing(table, options.columns, options.sort)
	if err != nil {
		return usagef("%v", err)
	}
	listing.Parsable, listing.NoHeader = options.parsable, options.noHeader
	filters, err := view.ParseFilters(table, options.filters)
	if err != nil {
		return usagef("%v", err)
	}
	if idle := listing.Idle(); len(idle) > 0 && options.sort != "ram,uuid" {
		fmt.Fprintf(streams.Err, "specadm: sorting by %s has no effect, since it is not among the columns of -o (as in vmadm)\n", strings.Join(idle, ", "))
	}
	node, err := options.globals.openNode()
	if err != nil {
		return err
	}
	instances, err := lookup(ctx, node, filters)
	if err != nil {
		return err
	}
	return listing.Print(streams.Out, instances)
}
