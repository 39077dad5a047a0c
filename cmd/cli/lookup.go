package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/drivers"
	"github.com/specadm/specadm/drivers/vmadm"
	"github.com/specadm/specadm/spec"
)

type lookupOptions struct {
	globals     *globalOptions
	filters     []string
	json        bool
	unique      bool
	output      string
	showSecrets bool
}

func newLookupCommand(globals *globalOptions, streams Streams) *cobra.Command {
	options := lookupOptions{globals: globals}
	command := &cobra.Command{
		Use:   "lookup [-j|-1] [-o FIELD,...] [KEY=VALUE ...]",
		Short: "Print the uuids of the instances that match, in vmadm's own syntax",
		Long: `Print the uuids of the instances that match, or with -j the instances, as vmadm lookup does.

KEY=VALUE compares the text of a value, KEY=~REGEX searches it without regard to case; all conditions must hold.` +
			exitHelp(ExitOK, ExitInternal, ExitUsage, ExitNode),
		Example: "  specadm lookup alias=~zone7\n  specadm lookup -j ram=128 nics.*.ip=10.0.0.5",
		Args:    arguments(0, -1, ""),
		RunE: func(command *cobra.Command, args []string) error {
			options.filters = args
			return runLookup(command.Context(), options, streams)
		},
	}
	flags := command.Flags()
	flags.BoolVarP(&options.json, "json", "j", false, "print the instances as JSON")
	flags.BoolVarP(&options.unique, "unique", "1", false, "fail unless exactly one instance matches")
	flags.StringVarP(&options.output, "output", "o", "", "with -j: only these properties, separated by commas")
	flags.BoolVar(&options.showSecrets, "show-secrets", false, "with -j: print the values of secret properties, to a terminal only")
	return command
}

func runLookup(ctx context.Context, options lookupOptions, streams Streams) error {
	if options.output != "" && !options.json {
		return usagef("cannot specify -o without -j")
	}
	if options.showSecrets && !streams.Terminal {
		return errNoTerminal()
	}
	table := spec.Properties()
	filters, err := view.ParseFilters(table, options.filters)
	if err != nil {
		return usagef("%v", err)
	}
	node, err := options.globals.openNode()
	if err != nil {
		return err
	}
	instances, err := lookup(ctx, node, filters)
	if err != nil {
		return err
	}
	if options.unique && len(instances) != 1 {
		return fmt.Errorf("requested unique lookup but found %d results", len(instances))
	}
	if options.json {
		mask, err := node.mask()
		if err != nil {
			return err
		}
		return view.Instances(streams.Out, instances, view.InstanceOptions{Fields: options.output, ShowSecrets: options.showSecrets, Mask: mask})
	}
	var text strings.Builder
	for _, instance := range instances {
		fmt.Fprintln(&text, instance["uuid"])
	}
	_, err = io.WriteString(streams.Out, text.String())
	return err
}

// lookup reads all instances of the node and keeps those that match, in vmadm's order.
func lookup(ctx context.Context, node *node, filters []view.Filter) ([]spec.Object, error) {
	all, err := vmadm.New(drivers.ReadOnly(node.runner)).Lookup(ctx)
	if err != nil {
		return nil, &nodeError{err}
	}
	var matching []spec.Object
	for _, instance := range all {
		if view.Match(instance, filters) {
			matching = append(matching, instance)
		}
	}
	return matching, nil
}
