package cli

import (
	"errors"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/specadm/specadm/cmd/view"
)

type showOptions struct {
	globals *globalOptions
	full    bool
	summary bool
	output  outputOptions
}

func newShowCommand(globals *globalOptions, streams Streams) *cobra.Command {
	options := showOptions{globals: globals}
	command := &cobra.Command{
		Use:     "show FILE",
		Short:   "Show a saved plan",
		Long:    `Show a plan that specadm plan --out FILE saved. It needs no node.` + exitHelp(ExitOK, ExitUsage, ExitStale),
		Example: "  specadm plan manifests --out plan.json\n  specadm show plan.json -o markdown",
		Args:    arguments(1, 1, "the file of a saved plan"),
		RunE: func(_ *cobra.Command, args []string) error {
			return runShow(options, args[0], streams)
		},
	}
	command.Flags().BoolVar(&options.full, "full", false, "also show what is unchanged and what no manifest claims")
	command.Flags().BoolVar(&options.summary, "summary", false, "one line for each instance")
	options.output.register(command, view.PlanFormats())
	return command
}

func runShow(options showOptions, file string, streams Streams) (err error) {
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
	document, err := readPlan(file)
	if err != nil {
		return err
	}
	return outputs.write(streams, style, &view.PlanReport{
		Plan:     document.Plan(),
		Document: document,
		Read:     true,
		Options: view.PlanOptions{
			Full: options.full, Source: strings.TrimSuffix(strings.Join(document.Source.Paths, " ")+", "+document.Source.CommitText(), ", "),
			Partial: document.PartialText(), Against: document.Against.Text(), Base: document.Base, Summary: options.summary, Next: "specadm apply " + quoteWord(file),
		},
		Markdown: options.output.markdown("specadm show " + file),
	})
}

// readPlan reads the file of a saved plan.
func readPlan(file string) (view.PlanDocument, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return view.PlanDocument{}, usagef("cannot read the plan: %v", err)
	}
	if !view.IsPlan(text) {
		return view.PlanDocument{}, &usageError{message: file + " is no saved plan", try: "specadm plan --out FILE saves one"}
	}
	document, err := view.ReadPlan(text)
	if err != nil {
		return document, &staleError{file + ": " + err.Error()}
	}
	return document, nil
}
