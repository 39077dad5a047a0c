package cli

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/drivers/lab"
)

type labFaultsOptions struct {
	dir   string
	file  string // "": print; "-": standard input
	clear bool
}

func newLabFaultsCommand(streams Streams) *cobra.Command {
	options := labFaultsOptions{}
	command := &cobra.Command{
		Use:   "faults DIR [FILE]",
		Short: "Print or replace what fails in a lab",
		Long: `Print the scripted faults of a lab, or replace them by those of FILE (- is standard input), a JSON array such as

  [{"program": "vmadm", "verb": "update", "nth": 2, "effect": "fail", "at": "end", "stderr": "timed out"}]

The effects are fail, pretend (success without effect), hang, die, orphan (the caller is killed), truncate, run (another program behind our
back), stale and slow.
They strike at "start", at "end", or at a named step of a program.` + exitHelp(ExitOK, ExitInternal, ExitUsage),
		Example: "  specadm lab faults L faults.json\n  specadm lab faults L --clear",
		Args:    arguments(1, 2, "the folder of the lab and a file"),
		RunE: func(_ *cobra.Command, args []string) error {
			options.dir = args[0]
			if len(args) == 2 {
				options.file = args[1]
			}
			return runLabFaults(options, streams)
		},
	}
	command.Flags().BoolVar(&options.clear, "clear", false, "remove all faults")
	return command
}

func runLabFaults(options labFaultsOptions, streams Streams) error {
	switch {
	case options.clear && options.file != "":
		return usagef("--clear takes no file")
	case options.clear:
		return lab.SetFaults(options.dir, nil)
	case options.file == "":
		faults, err := lab.Faults(options.dir)
		if err != nil {
			return err
		}
		return view.JSON(streams.Out, append([]lab.Fault{}, faults...))
	}
	text, err := readInput(options.file, streams)
	if err != nil {
		return err
	}
	faults, err := lab.ParseFaults(text)
	if err != nil {
		return usagef("%v", err)
	}
	return lab.SetFaults(options.dir, faults)
}

// readInput reads a file, or standard input for "-".
func readInput(file string, streams Streams) ([]byte, error) {
	if file == "-" {
		text, err := io.ReadAll(streams.In)
		if err != nil {
			return nil, fmt.Errorf("cannot read standard input: %w", err)
		}
		return text, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, usagef("cannot read the file: %v", err)
	}
	return text, nil
}
