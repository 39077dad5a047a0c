package cli

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/specadm/specadm/drivers/lab"
)

type labCreateOptions struct {
	dir      string
	hostname string
	images   string
}

func newLabCreateCommand(streams Streams) *cobra.Command {
	options := labCreateOptions{}
	command := &cobra.Command{
		Use:   "create DIR",
		Short: "Make a lab",
		Long: `Make a lab in DIR, which must not be one yet: a pool zones, nic tags admin, external and stub0, and an image of every type.

FILE of --images is a JSON array of image manifests, which are installed instead of the built-in ones.` +
			exitHelp(ExitOK, ExitInternal, ExitUsage),
		Example: "  specadm lab create L --hostname cn1",
		Args:    arguments(1, 1, "the folder of the lab"),
		RunE: func(_ *cobra.Command, args []string) error {
			options.dir = args[0]
			return runLabCreate(options, streams)
		},
	}
	command.Flags().StringVar(&options.hostname, "hostname", "", "hostname of the node (default lab)")
	command.Flags().StringVar(&options.images, "images", "", "FILE with the manifests of the images to install")
	return command
}

func runLabCreate(options labCreateOptions, streams Streams) error {
	blueprint := lab.Options{Hostname: options.hostname}
	if options.images != "" {
		images, err := os.ReadFile(options.images)
		if err != nil {
			return usagef("cannot read the images: %v", err)
		}
		blueprint.Images = images
	}
	if err := lab.Create(options.dir, blueprint); err != nil {
		return err
	}
	fmt.Fprintf(streams.Err, "made a lab; --node lab:%s works on it, and its programs are in %s/bin\n", options.dir, options.dir)
	return nil
}
