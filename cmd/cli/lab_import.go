package cli

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	labnode "github.com/specadm/specadm/drivers/lab/node"
	"github.com/specadm/specadm/drivers/lab/vm"
)

type labImportOptions struct {
	dir  string
	file string
}

func newLabImportCommand(streams Streams) *cobra.Command {
	options := labImportOptions{}
	return &cobra.Command{
		Use:   "import DIR FILE",
		Short: "Put instances of a real node into a lab",
		Long: `Put instances into a lab so that vmadm get shows the same there. FILE (- is standard input) holds what vmadm get or
vmadm lookup -j printed on a node. Images, nic tags and pools that the lab lacks are added.` + exitHelp(ExitOK, ExitInternal, ExitUsage),
		Example: "  ssh cn1 vmadm lookup -j | specadm lab import L -",
		Args:    arguments(2, 2, "the folder of the lab and a file"),
		RunE: func(_ *cobra.Command, args []string) error {
			options.dir, options.file = args[0], args[1]
			return runLabImport(options, streams)
		},
	}
}

func runLabImport(options labImportOptions, streams Streams) (err error) {
	text, err := readInput(options.file, streams)
	if err != nil {
		return err
	}
	documents, err := parseInstances(text)
	if err != nil {
		return usagef("%s holds no instances: %v", options.file, err)
	}
	lab, err := labnode.Open(options.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lab.Close()) }()
	for _, document := range documents {
		if err := vm.Import(lab, document); err != nil {
			return err
		}
	}
	if err := lab.Save(); err != nil {
		return err
	}
	fmt.Fprintf(streams.Err, "put %d instances into the lab %s\n", len(documents), options.dir)
	return nil
}

// parseInstances accepts one instance, or a list of them.
func parseInstances(text []byte) ([]map[string]any, error) {
	var list []map[string]any
	if err := json.Unmarshal(text, &list); err == nil {
		return list, nil
	}
	var one map[string]any
	if err := json.Unmarshal(text, &one); err != nil {
		return nil, err
	}
	return []map[string]any{one}, nil
}
