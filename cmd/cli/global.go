package cli

import (
	"github.com/spf13/cobra"

	"github.com/specadm/specadm/cmd/view"
)

// globalOptions are the flags of every command.
type globalOptions struct {
	node     string // local, or lab:DIR
	stateDir string // "": the default of the node
	identity string // file; "": in the state directory
	color    string // auto, always, never
}

func (g *globalOptions) register(root *cobra.Command, streams Streams) {
	node := streams.Getenv("SPECADM_NODE")
	if node == "" {
		node = "local"
	}
	flags := root.PersistentFlags()
	flags.StringVar(&g.node, "node", node, "the node to work on: local, or lab:DIR (environment: SPECADM_NODE)")
	flags.StringVar(&g.stateDir, "state-dir", "", "directory of lock, journal and key (default /var/db/specadm, in a lab below its directory)")
	flags.StringVar(&g.identity, "identity", streams.Getenv("SPECADM_IDENTITY"), "file of the age identity that decrypts secrets (environment: SPECADM_IDENTITY; default identity in the state directory)")
	flags.StringVar(&g.color, "color", "auto", "auto, always or never (NO_COLOR is respected)")
}

// style is how text is shown on these streams.
func (g *globalOptions) style(streams Streams) (view.Style, error) {
	if err := oneOf("color", g.color, "auto", "always", "never"); err != nil {
		return view.Style{}, err
	}
	color := g.color == "always" || g.color == "auto" && streams.Terminal && streams.Getenv("NO_COLOR") == ""
	return view.Style{Color: color, Unicode: streams.unicode(), Width: streams.Width}, nil
}

// addOutputFlag adds -o with text and json.
func addOutputFlag(command *cobra.Command, output *string) {
	command.Flags().StringVarP(output, "output", "o", "text", "text or json")
}
