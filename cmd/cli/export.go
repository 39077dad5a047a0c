package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/spec"
)

type exportOptions struct {
	globals *globalOptions
	names   []string
	dir     string
}

func newExportCommand(globals *globalOptions, streams Streams) *cobra.Command {
	options := exportOptions{globals: globals}
	command := &cobra.Command{
		Use:   "export [UUID|ALIAS ...]",
		Short: "Write manifests of live instances",
		Long: `Write manifests that leave the instances of the node as they are: all of them, or those named.

Only what differs from the platform's defaults is written. The manifest of an instance that specadm does not own yet asks for its
adoption. Secrets are encrypted for the identity of this node (specadm secret keygen); without one they are not written, and named. A
secret that specadm put there is then a reference to a file which is not there, so that nothing is done before somebody supplies it.` + exitHelp(ExitOK, ExitInternal, ExitUsage, ExitNode),
		Example: "  specadm export web0\n  specadm export -d manifests && specadm plan manifests",
		Args:    arguments(0, -1, ""),
		RunE: func(command *cobra.Command, args []string) error {
			options.names = args
			return runExport(command.Context(), options, streams)
		},
	}
	command.Flags().StringVarP(&options.dir, "directory", "d", "", "write one file for each instance into this directory; never overwrites")
	return command
}

func runExport(ctx context.Context, options exportOptions, streams Streams) error {
	node, err := options.globals.openNode()
	if err != nil {
		return err
	}
	all, err := lookup(ctx, node, nil)
	if err != nil {
		return err
	}
	instances, err := named(all, options.names)
	if err != nil {
		return err
	}
	seal, err := options.globals.sealer()
	if err != nil {
		return err
	}
	var out bytes.Buffer
	taken := map[string]bool{}
	for i, instance := range instances {
		text, leftOut, err := spec.Export(instance, view.OwnerOf(instance) != "", seal)
		if err != nil {
			return err
		}
		for _, path := range leftOut {
			fmt.Fprintf(streams.Err, "specadm: %s of %s is a secret and not written, since it cannot be encrypted; add it before the manifest is applied\n", path, spec.ExportName(instance))
		}
		if options.dir != "" {
			file := exportFile(instance, taken)
			if err := writeNew(filepath.Join(options.dir, file), text); err != nil {
				return err
			}
			fmt.Fprintf(streams.Err, "wrote %s\n", filepath.Join(options.dir, file))
			continue
		}
		if i > 0 {
			out.WriteString("---\n")
		}
		out.Write(text)
	}
	_, err = streams.Out.Write(out.Bytes())
	return err
}

// named picks the instances with these uuids or aliases, or all when none are given.
func named(all []spec.Object, names []string) ([]spec.Object, error) {
	if len(names) == 0 {
		return all, nil
	}
	var picked []spec.Object
	for _, name := range names {
		key := "alias"
		if isUUID(name) {
			key = "uuid"
		}
		found := 0
		for _, instance := range all {
			if view.Match(instance, []view.Filter{{Key: key, Value: name}}) {
				picked = append(picked, instance)
				found++
			}
		}
		switch {
		case found == 0:
			return nil, fmt.Errorf("no instance %s on this node", name)
		case found > 1:
			return nil, fmt.Errorf("%d instances have the alias %s: give a uuid", found, name)
		}
	}
	return picked, nil
}

// exportFile is the name of the file of an instance: its name, with the uuid when another one has it already.
func exportFile(instance spec.Object, taken map[string]bool) string {
	name := spec.ExportName(instance)
	if taken[name] {
		uuid, _ := instance["uuid"].(string)
		name += "-" + uuid
	}
	taken[name] = true
	return name + ".yaml"
}

// writeNew writes a file that must not exist yet. Only its owner may read it, since manifests hold secrets.
func writeNew(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("cannot export: %w", err)
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("cannot export: %s exists, and nothing is overwritten", path)
	}
	if err != nil {
		return fmt.Errorf("cannot export: %w", err)
	}
	_, err = file.Write(text)
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("cannot export: %w", err)
	}
	return nil
}
