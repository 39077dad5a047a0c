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
	adopt []string // names of those that may take over an instance without owner mark
}

func (m *manifestOptions) registerOnly(command *cobra.Command) {
	command.Flags().StringSliceVar(&m.only, "only", nil, "only the instances with these names (repeatable)")
}

func (m *manifestOptions) registerAdopt(command *cobra.Command) {
	command.Flags().StringSliceVar(&m.adopt, "adopt", nil, "take over the instances with these names that carry no owner mark (repeatable)")
}

// load reads the manifests and keeps those that are asked for.
func (m *manifestOptions) load() (*spec.Repository, error) {
	repository, err := spec.Load(m.shownPaths(), spec.LoadOptions{})
	if err != nil {
		return nil, usagef("%v", err)
	}
	return m.limit(repository)
}

// limit drops what is out of scope, findings included, so that it cannot fail the run.
func (m *manifestOptions) limit(repository *spec.Repository) (*spec.Repository, error) {
	names := []string{}
	for _, manifest := range repository.Manifests {
		names = append(names, manifest.Name)
	}
	for _, name := range slices.Concat(m.only, m.adopt) {
		if !slices.Contains(names, name) {
			return nil, &usageError{message: fmt.Sprintf("no manifest is named %q", name), try: nearest(name, names)}
		}
	}
	if len(m.only) == 0 {
		return repository, nil
	}
	limited := *repository
	limited.Manifests = slices.DeleteFunc(slices.Clone(repository.Manifests), func(manifest *spec.Manifest) bool {
		return !slices.Contains(m.only, manifest.Name)
	})
	limited.Findings = slices.DeleteFunc(slices.Clone(repository.Findings), func(finding spec.Finding) bool {
		return !slices.Contains(m.only, finding.Item)
	})
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

// shownPaths is what is read: the current folder when nothing was named.
func (m *manifestOptions) shownPaths() []string {
	if len(m.paths) == 0 {
		return []string{"."}
	}
	return m.paths
}

// completeNames offers the names of the manifests that a command line reads; it never fails, since nobody reads what it would say.
func (m *manifestOptions) completeNames(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	repository, err := spec.Load(m.shownPaths(), spec.LoadOptions{})
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []string
	for _, manifest := range repository.Manifests {
		names = append(names, manifest.Name)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
