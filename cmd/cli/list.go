package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/reconcile"
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

Three columns are specadm's own and need -f: manifest (file:line); pending: reboot, where values that are stored wait for one; and sync: in
sync, drift (somebody changed the node), changes (the manifest asks for more), reboot pending, blocked, orphan (ours, without a manifest),
foreign.

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
	flags.StringArrayVarP(&options.manifests, "file", "f", nil, "manifests for the columns sync, pending and manifest: a file or directory (repeatable)")
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
	own := asksForManifests(listing, filters)
	if own && len(options.manifests) == 0 {
		return &usageError{message: "the columns sync, pending and manifest need manifests", try: "-f DIR"}
	}
	node, err := options.globals.openNode()
	if err != nil {
		return err
	}
	var instances []spec.Object
	if own {
		instances, err = compared(ctx, node, options, filters)
	} else {
		instances, err = lookup(ctx, node, filters)
	}
	if err != nil {
		return err
	}
	mask, err := node.mask()
	if err != nil {
		return err
	}
	for i := range instances {
		instances[i] = mask.Instance(instances[i])
	}
	return listing.Print(streams.Out, instances)
}

// asksForManifests reports whether a column or condition says something about manifests.
func asksForManifests(listing *view.Listing, filters []view.Filter) bool {
	return slices.ContainsFunc(view.OwnColumns(), listing.Has) || slices.ContainsFunc(filters, func(f view.Filter) bool { return view.OwnColumn(f.Key) })
}

// compared reads the instances that match, each with what the manifests say about it, in order of uuid.
func compared(ctx context.Context, node *node, options listOptions, filters []view.Filter) ([]spec.Object, error) {
	manifests := manifestOptions{globals: options.globals, paths: options.manifests}
	preview, err := reconcile.Plan(ctx, reconcile.Options{
		Runner: node.runner,
		State:  reconcile.OpenState(node.stateDir),
		Load:   manifests.load,
	})
	if err != nil {
		return nil, err
	}
	var matching []spec.Object
	for _, uuid := range slices.Sorted(maps.Keys(preview.Found.Instances)) {
		instance := view.Compared(preview.Found.Instances[uuid], preview.Plan)
		if view.Match(instance, filters) {
			matching = append(matching, instance)
		}
	}
	return matching, nil
}
