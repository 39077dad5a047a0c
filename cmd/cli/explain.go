package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/spec"
)

type explainOptions struct {
	topic string
}

func newExplainCommand(streams Streams) *cobra.Command {
	options := explainOptions{}
	return &cobra.Command{
		Use:   "explain PROPERTY|KIND|CODE",
		Short: "Explain a property, a kind of manifest or the code of a finding, offline",
		Long: `Explain a property of an instance: brands, default, what a change disturbs, how it is unset. Members of a collection
are written nics.mac, properties of other kinds Image.zpool. The kinds themselves and the codes of findings, such as SA1203, are
explained too.` + exitHelp(ExitOK, ExitUsage),
		Example: "  specadm explain ram\n  specadm explain nics.vlan_id\n  specadm explain FirewallRule.rule",
		Args:    arguments(1, 1, "a property, a kind or a code"),
		RunE: func(_ *cobra.Command, args []string) error {
			options.topic = args[0]
			return runExplain(options, streams)
		},
		ValidArgsFunction: completeTopics,
	}
}

func runExplain(options explainOptions, streams Streams) error {
	table := spec.Properties()
	name := strings.TrimPrefix(options.topic, "spec.")
	if text, ok := spec.Explain(name); ok {
		if _, err := io.WriteString(streams.Out, text); err != nil {
			return err
		}
		return view.Members(streams.Out, table, name)
	}
	usage := &usageError{message: fmt.Sprintf("nothing is known about %q", options.topic), try: "specadm explain --help"}
	if near := nearest(options.topic, topics(table)); near != "" {
		usage.try = "specadm explain " + near
	}
	return usage
}

// topics are the names that explain accepts: properties, members without the star, codes.
func topics(table *spec.Table) []string {
	var names []string
	for _, row := range table.All() {
		names = append(names, strings.Replace(row.Name, ".*.", ".", 1))
	}
	for _, kind := range spec.ManifestKinds() {
		names = append(names, kind.String())
		for _, row := range kind.Table().All() {
			if kind != spec.KindInstance {
				names = append(names, kind.String()+"."+row.Name)
			}
		}
	}
	for _, code := range spec.Codes() {
		names = append(names, code.Name)
	}
	return names
}

func completeTopics(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return topics(spec.Properties()), cobra.ShellCompDirectiveNoFileComp
}
