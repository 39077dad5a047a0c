package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/spec"
)

// manifestOptions say which manifests a command reads.
type manifestOptions struct {
	globals *globalOptions
	paths   []string
	only    []string                     // names; empty: all
	exclude []string                     // names that are left out
	adopt   []string                     // names of those that may take over an instance without owner mark
	now     []string                     // names of those whose instances are deleted without their grace
	accept  func(*spec.Repository) error // refuses what was read before anything is left out; nil: never
	standIn bool                         // compare what can be compared, for plans that this machine does not execute
}

func (m *manifestOptions) registerOnly(command *cobra.Command) {
	command.Flags().StringSliceVar(&m.only, "only", nil, "only the instances with these names (repeatable)")
	command.Flags().StringSliceVar(&m.exclude, "exclude", nil, "not the instances with these names (repeatable)")
}

func (m *manifestOptions) registerAdopt(command *cobra.Command) {
	command.Flags().StringSliceVar(&m.adopt, "adopt", nil, "take over the instances with these names that carry no owner mark (repeatable)")
}

func (m *manifestOptions) registerNow(command *cobra.Command) {
	command.Flags().StringSliceVar(&m.now, "now", nil, "delete the instances with these names without their grace (repeatable)")
}

// load reads the manifests and keeps those that are asked for.
func (m *manifestOptions) load() (*spec.Repository, error) {
	repository, err := spec.Load(m.shownPaths(), m.loadOptions())
	if err != nil {
		return nil, usagef("%v", err)
	}
	if m.accept != nil {
		if err := m.accept(repository); err != nil {
			return nil, err
		}
	}
	return m.limit(repository)
}

func (m *manifestOptions) loadOptions() spec.LoadOptions {
	return spec.LoadOptions{Reveal: m.globals.reveal(), StandIn: m.standIn}
}

// limit drops what is out of scope, findings included, so that it cannot fail the run.
func (m *manifestOptions) limit(repository *spec.Repository) (*spec.Repository, error) {
	names := []string{}
	for _, manifest := range repository.Manifests {
		names = append(names, manifest.Name)
	}
	for _, name := range slices.Concat(m.only, m.exclude, m.adopt, m.now) {
		if !slices.Contains(names, name) {
			return nil, &usageError{message: fmt.Sprintf("no manifest is named %q", name), try: nearest(name, names)}
		}
	}
	limited := m.within(repository)
	if len(limited.Manifests) == 0 && len(limited.LeftOut) > 0 {
		return nil, usagef("--exclude leaves no instance")
	}
	return limited, nil
}

// within is what of a repository is in scope. Names that it does not have do not matter.
func (m *manifestOptions) within(repository *spec.Repository) *spec.Repository {
	if len(m.only)+len(m.exclude) == 0 {
		return repository
	}
	limited := *repository
	limited.Manifests, limited.Limited = nil, true
	for _, manifest := range repository.Manifests {
		if m.leavesOut(manifest.Name) {
			limited.LeftOut = append(limited.LeftOut, manifest)
		} else {
			limited.Manifests = append(limited.Manifests, manifest)
		}
	}
	limited.Findings = slices.DeleteFunc(slices.Clone(repository.Findings), func(finding spec.Finding) bool {
		return m.leavesOut(finding.Item)
	})
	return &limited
}

func (m *manifestOptions) leavesOut(name string) bool {
	return len(m.only) > 0 && !slices.Contains(m.only, name) || slices.Contains(m.exclude, name)
}

// scope lists the names of a run that is limited; empty: it is not.
func scope(repository *spec.Repository) []string {
	names := []string{}
	if repository.OutOf() > 0 {
		for _, manifest := range repository.Manifests {
			names = append(names, manifest.Name)
		}
	}
	return names
}

// source says in a few words what was read.
func (m *manifestOptions) source(repository *spec.Repository) string {
	return fmt.Sprintf("%s (%s)", strings.Join(m.shownPaths(), " "), view.Count(repository.Files, "file"))
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
