package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/specadm/specadm/spec"
)

// manifestOptions say which manifests a command reads.
type manifestOptions struct {
	paths []string
	only  []string // names; empty: all
}

func (m *manifestOptions) register(command *cobra.Command) {
	command.Flags().StringSliceVar(&m.only, "only", nil, "only the instances with these names")
}

// load reads the manifests and keeps those that are asked for.
func (m *manifestOptions) load() (*spec.Repository, error) {
	paths := m.paths
	if len(paths) == 0 {
		paths = []string{"."}
	}
	repository, err := spec.Load(paths, spec.LoadOptions{})
	if err != nil {
		return nil, usagef("%v", err)
	}
	return m.limit(repository)
}

// limit drops what is out of scope, findings included, so that it cannot fail the run.
func (m *manifestOptions) limit(repository *spec.Repository) (*spec.Repository, error) {
	if len(m.only) == 0 {
		return repository, nil
	}
	var names []string
	limited := *repository
	limited.Manifests, limited.Findings = nil, nil
	for _, manifest := range repository.Manifests {
		names = append(names, manifest.Name)
		if slices.Contains(m.only, manifest.Name) {
			limited.Manifests = append(limited.Manifests, manifest)
		}
	}
	for _, name := range m.only {
		if !slices.Contains(names, name) {
			usage := &usageError{message: fmt.Sprintf("no manifest is named %q", name)}
			usage.try = nearest(name, names)
			return nil, usage
		}
	}
	for _, finding := range repository.Findings {
		if slices.Contains(m.only, finding.Item) {
			limited.Findings = append(limited.Findings, finding)
		}
	}
	return &limited, nil
}

// source says in a few words what was read.
func (m *manifestOptions) source(repository *spec.Repository) string {
	text := strings.Join(m.shownPaths(), " ")
	if repository.Files == 1 {
		text += " (1 file"
	} else {
		text += fmt.Sprintf(" (%d files", repository.Files)
	}
	if len(m.only) > 0 {
		text += ", only " + strings.Join(m.only, ", ")
	}
	return text + ")"
}

func (m *manifestOptions) shownPaths() []string {
	if len(m.paths) == 0 {
		return []string{"."}
	}
	return m.paths
}
