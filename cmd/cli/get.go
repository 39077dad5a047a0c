package cli

import (
	"context"
	"fmt"
	"regexp"

	"github.com/spf13/cobra"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/drivers"
	"github.com/specadm/specadm/drivers/vmadm"
)

type getOptions struct {
	globals     *globalOptions
	instance    string
	showSecrets bool
}

func newGetCommand(globals *globalOptions, streams Streams) *cobra.Command {
	options := getOptions{globals: globals}
	command := &cobra.Command{
		Use:     "get UUID|ALIAS",
		Aliases: []string{"json"},
		Short:   "Print one instance as JSON",
		Long: `Print one instance as JSON, as vmadm get does. An alias will do when only one instance has it. Secret values are masked.` +
			exitHelp(ExitOK, ExitInternal, ExitUsage, ExitNode),
		Example: "  specadm get web0 | json quota",
		Args:    arguments(1, 1, "the uuid or alias of an instance"),
		RunE: func(command *cobra.Command, args []string) error {
			options.instance = args[0]
			return runGet(command.Context(), options, streams)
		},
	}
	command.Flags().BoolVar(&options.showSecrets, "show-secrets", false, "print the values of secret properties, to a terminal only")
	return command
}

func runGet(ctx context.Context, options getOptions, streams Streams) error {
	if options.showSecrets && !streams.Terminal {
		return errNoTerminal()
	}
	node, err := options.globals.openNode()
	if err != nil {
		return err
	}
	mask, err := node.mask()
	if err != nil {
		return err
	}
	uuid := options.instance
	if !isUUID(uuid) {
		if uuid, err = uuidOfAlias(ctx, node, uuid); err != nil {
			return err
		}
	}
	instance, err := vmadm.New(drivers.ReadOnly(node.runner)).Get(ctx, uuid)
	if vmadm.KindOf(err) == vmadm.NotFound {
		return fmt.Errorf("no instance %s on this node", uuid)
	}
	if err != nil {
		return &nodeError{err}
	}
	return view.Instance(streams.Out, instance, view.InstanceOptions{ShowSecrets: options.showSecrets, Mask: mask})
}

// errNoTerminal refuses to print secrets where they would be kept: in a file, a pipe, the log of a job.
func errNoTerminal() error {
	return &usageError{message: "--show-secrets prints to a terminal only", try: "vmadm get UUID"}
}

func isUUID(text string) bool {
	return regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`).MatchString(text)
}

// uuidOfAlias finds the only instance with an alias.
func uuidOfAlias(ctx context.Context, node *node, alias string) (string, error) {
	instances, err := lookup(ctx, node, []view.Filter{{Key: "alias", Value: alias}})
	if err != nil {
		return "", err
	}
	switch len(instances) {
	case 0:
		return "", fmt.Errorf("no instance %s on this node", alias)
	case 1:
		uuid, _ := instances[0]["uuid"].(string)
		return uuid, nil
	}
	return "", fmt.Errorf("%d instances have the alias %s: give a uuid", len(instances), alias)
}
