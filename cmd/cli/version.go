package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/specadm/specadm/cmd/view"
)

type versionOptions struct {
	output string
}

func newVersionCommand(streams Streams) *cobra.Command {
	options := versionOptions{}
	command := &cobra.Command{
		Use:     "version",
		Short:   "Print the version of this program",
		Long:    "Print the version of this program and what it was built from." + exitHelp(ExitOK, ExitUsage),
		Example: "  specadm version -o json",
		Args:    arguments(0, 0, ""),
		RunE: func(*cobra.Command, []string) error {
			return runVersion(options, streams)
		},
	}
	addOutputFlag(command, &options.output)
	return command
}

func runVersion(options versionOptions, streams Streams) error {
	if err := oneOf("output", options.output, "text", "json"); err != nil {
		return err
	}
	build := buildInfo()
	if options.output == "json" {
		return view.JSON(streams.Out, build)
	}
	_, err := fmt.Fprintf(streams.Out, "specadm %s (%s, %s)\n", build.Version, build.Go, build.Platform)
	return err
}

// build says what this program was built from.
type build struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func buildInfo() build {
	b := build{Version: "devel", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		b.Version = v
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			b.Commit = setting.Value
		}
	}
	return b
}
