package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/specadm/specadm/drivers/lab"
)

func newLabResetCommand(streams Streams) *cobra.Command {
	return &cobra.Command{
		Use:   "reset DIR",
		Short: "Make a lab what it was when it was made",
		Long: `Make a lab what it was when it was made: instances with their data, faults and the log of calls are gone.` +
			exitHelp(ExitOK, ExitInternal, ExitUsage),
		Example: "  specadm lab reset L",
		Args:    arguments(1, 1, "the folder of the lab"),
		RunE: func(_ *cobra.Command, args []string) error {
			return runLabReset(args[0], streams)
		},
	}
}

func runLabReset(dir string, streams Streams) error {
	if err := lab.Reset(dir); err != nil {
		return err
	}
	fmt.Fprintf(streams.Err, "the lab %s is as it was when it was made\n", dir)
	return nil
}
