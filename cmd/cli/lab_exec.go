package cli

import (
	"github.com/spf13/cobra"

	"github.com/specadm/specadm/drivers/lab"
)

// newLabExecCommand is for the help only: Main hands its arguments over before anything else is set up.
func newLabExecCommand(streams Streams) *cobra.Command {
	return &cobra.Command{
		Use:   "exec DIR PROGRAM [ARG...]",
		Short: "Run a program of a lab, as the scripts in DIR/bin do",
		Long: `Run a program of a lab. The scripts in DIR/bin consist of this; nobody else needs it. The exit code is that of the program.` +
			exitHelp(ExitOK),
		Example: "  specadm lab exec L vmadm list",
		Args:    arguments(2, -1, "the folder of the lab and a program"),
		RunE: func(_ *cobra.Command, args []string) error {
			return exitWith(ExitCode(runLabExec(args, streams)))
		},
	}
}

func runLabExec(args []string, streams Streams) int {
	return lab.Exec(args, streams.In, streams.Out, streams.Err)
}
