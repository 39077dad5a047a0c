package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/spec"
)

type schemaOptions struct {
	output string // "": of manifests
}

func newSchemaCommand(streams Streams) *cobra.Command {
	options := schemaOptions{}
	command := &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of manifests, or of what a command prints",
		Long: `Print the JSON Schema (draft-07) of manifests, made from the property table.

An editor with yaml-language-server completes and checks a manifest whose first line is
# yaml-language-server: $schema=PATH

With --output, print that of the JSON which a command prints. Its minor versions only add members.` + exitHelp(ExitOK, ExitUsage),
		Example: "  specadm schema > specadm.schema.json\n  specadm schema --output plan",
		Args:    arguments(0, 0, ""),
		RunE: func(*cobra.Command, []string) error {
			return runSchema(options, streams)
		},
	}
	command.Flags().StringVar(&options.output, "output", "", "of which JSON: "+strings.Join(view.OutputNames(), ", "))
	return command
}

func runSchema(options schemaOptions, streams Streams) error {
	if options.output == "" {
		return view.JSON(streams.Out, spec.Schema())
	}
	if err := oneOf("output", options.output, view.OutputNames()...); err != nil {
		return err
	}
	schema, err := view.OutputSchema(options.output)
	if err != nil {
		return err
	}
	return view.JSON(streams.Out, schema)
}
