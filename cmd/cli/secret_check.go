package cli

import (
	"github.com/spf13/cobra"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/spec"
)

type secretCheckOptions struct {
	globals   *globalOptions
	manifests manifestOptions
	output    string
}

func newSecretCheckCommand(globals *globalOptions, streams Streams) *cobra.Command {
	options := secretCheckOptions{globals: globals, manifests: manifestOptions{globals: globals}}
	command := &cobra.Command{
		Use:   "check [PATH...]",
		Short: "Check that every secret of the manifests decrypts here",
		Long: `Check that every value by reference in the manifests (files and folders; the current folder when none is given) can be read and decrypts with
the identity of this node. No value is printed.` + exitHelp(ExitOK, ExitUsage, ExitInvalid, ExitSecret),
		Example: "  specadm secret check manifests",
		Args:    arguments(0, -1, ""),
		RunE: func(_ *cobra.Command, args []string) error {
			options.manifests.paths = args
			return runSecretCheck(options, streams)
		},
	}
	options.manifests.registerOnly(command)
	addOutputFlag(command, &options.output)
	return command
}

func runSecretCheck(options secretCheckOptions, streams Streams) error {
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
	if err := view.Findings(streams.Err, repository.Findings, style); err != nil {
		return err
	}
	document := view.NewSecretsDocument(repository)
	if options.output == "json" {
		err = view.JSON(streams.Out, document)
	} else {
		err = view.Secrets(streams.Out, document)
	}
	switch {
	case err != nil:
		return err
	case spec.HasErrors(repository.Findings):
		return exitWith(ExitInvalid)
	case document.Failed > 0:
		return exitWith(ExitSecret)
	}
	return nil
}
