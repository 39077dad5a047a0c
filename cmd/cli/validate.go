package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/spec"
)

type validateOptions struct {
	globals   *globalOptions
	manifests manifestOptions
	output    outputOptions
}

func newValidateCommand(globals *globalOptions, streams Streams) *cobra.Command {
	options := validateOptions{globals: globals, manifests: manifestOptions{globals: globals}}
	command := &cobra.Command{
		Use:   "validate [PATH...]",
		Short: "Check manifests without a node",
		Long: `Check manifests (files and folders; the current folder when none is given) without a node, on any system.

All findings of all files come at once, each with its place and what to try.` + exitHelp(ExitOK, ExitUsage, ExitInvalid),
		Example: "  specadm validate manifests\n  specadm validate -o json manifests/web0.yaml\n  specadm validate manifests -o github --out sarif=findings.sarif",
		Args:    arguments(0, -1, ""),
		RunE: func(_ *cobra.Command, args []string) error {
			options.manifests.paths = args
			return runValidate(options, streams)
		},
	}
	options.manifests.registerOnly(command)
	options.output.register(command, view.FindingsFormats())
	return command
}

func runValidate(options validateOptions, streams Streams) (err error) {
	if err := options.output.check(); err != nil {
		return err
	}
	style, err := options.globals.style(streams)
	if err != nil {
		return err
	}
	outputs, err := options.output.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, outputs.Close()) }()
	repository, err := options.manifests.load()
	if err != nil {
		return err
	}
	report := &view.FindingsReport{Repository: repository, Tool: tool(), Markdown: options.output.markdown("specadm validate")}
	if err := outputs.write(streams, style, report); err != nil {
		return err
	}
	if options.output.text() {
		fmt.Fprintln(streams.Err, view.FindingsSummary(repository))
	}
	if spec.HasErrors(repository.Findings) {
		return exitWith(ExitInvalid)
	}
	return nil
}
