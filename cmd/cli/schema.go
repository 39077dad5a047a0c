package cli

import (
	"github.com/spf13/cobra"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/spec"
)

func newSchemaCommand(streams Streams) *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of manifests, for editors",
		Long: `Print the JSON Schema (draft-07) of manifests, made from the property table.

An editor with yaml-language-server completes and checks a manifest whose first line is
# yaml-language-server: $schema=PATH` + exitHelp(ExitOK, ExitUsage),
		Example: "  specadm schema > specadm.schema.json",
		Args:    arguments(0, 0, ""),
		RunE: func(*cobra.Command, []string) error {
			return view.JSON(streams.Out, spec.Schema())
		},
	}
}
