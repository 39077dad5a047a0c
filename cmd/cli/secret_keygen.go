package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/specadm/specadm/drivers/age"
)

func newSecretKeygenCommand(globals *globalOptions, streams Streams) *cobra.Command {
	return &cobra.Command{
		Use:   "keygen",
		Short: "Make the identity of this node",
		Long: `Make the identity of this node and print its recipient (age1...), with which anybody can encrypt for it. The identity itself is written to
its file and never printed. One that is there is never overwritten.` + exitHelp(ExitOK, ExitInternal, ExitUsage),
		Example: "  specadm secret keygen",
		Args:    arguments(0, 0, ""),
		RunE: func(*cobra.Command, []string) error {
			file, err := globals.identityFile()
			if err != nil {
				return err
			}
			identity, err := age.Create(file)
			if err != nil {
				return err
			}
			fmt.Fprintf(streams.Err, "specadm: wrote %s; keep a copy where it is safe\n", file)
			_, err = fmt.Fprintln(streams.Out, identity.Recipients()[0])
			return err
		},
	}
}
