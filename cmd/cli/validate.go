package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/spec"
)

type validateOptions struct {
	globals   *globalOptions
	manifests manifestOptions
	output    string
}

func newValidateCommand(globals *globalOptions, streams Streams) *cobra.Command {
	options := validateOptions{globals: globals}
	command := &cobra.Command{
		Use:   "validate [PATH...]",
		Short: "Check manifests without a node",
		Long: `Check manifests (files and folders; the current folder when none is given) without a node, on any system.

All findings of all files come at once, each with its place and what to try.` + exitHelp(ExitOK, ExitUsage, ExitInvalid),
		Example: "  specadm validate manifests\n  specadm validate -o json manifests/web0.yaml",
		Args:    arguments(0, -1, ""),
		RunE: func(_ *cobra.Command, args []string) error {
			options.manifests.paths = args
			return runValidate(options, streams)
		},
	}
	options.manifests.registerOnly(command)
	addOutputFlag(command, &options.output)
	return command
}

func runValidate(options validateOptions, streams Streams) error {
	if err := oneOf("output", options.output, "text", "json"); err != nil {
		return err
	}
	style, err := options.globals.style(streams)
	if err != nil {
		return err
	}
	repository, err := options.manifests.load()
	if err != nil {
		return err
	}
	if options.output == "json" {
		err = view.JSON(streams.Out, view.NewFindingsDocument(repository))
	} else {
		err = view.Findings(streams.Out, repository.Findings, style)
		fmt.Fprintln(streams.Err, view.FindingsSummary(repository))
	}
	if err == nil && spec.HasErrors(repository.Findings) {
		return exitWith(ExitInvalid)
	}
	return err
}
