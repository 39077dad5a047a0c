package cli

import "github.com/spf13/cobra"

func newLabCommand(streams Streams) *cobra.Command {
	command := group(&cobra.Command{
		Use:   "lab",
		Short: "Make and steer a lab, a simulated node in a folder",
		Long: `Make and steer a lab: a folder that behaves like a SmartOS node.

DIR/bin holds vmadm, zfs, imgadm and others as programs that work from any shell, with real files behind them. DIR/calls.ndjson
lists every call. --node lab:DIR makes a lab the node that specadm works on.`,
		Example: "  specadm lab create L --hostname cn1\n  PATH=$PWD/L/bin:$PATH vmadm list\n  specadm --node lab:L plan manifests",
	})
	command.AddCommand(
		newLabCreateCommand(streams),
		newLabResetCommand(streams),
		newLabFaultsCommand(streams),
		newLabImportCommand(streams),
		newLabExecCommand(streams),
	)
	return command
}
