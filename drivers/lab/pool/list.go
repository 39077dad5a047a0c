package pool

import (
	"slices"
	"strings"
)

// ListOptions say which datasets List returns.
type ListOptions struct {
	// Names to start from; none means the whole pool, recursively.
	Names []string
	// Types to return; none means filesystems and volumes.
	Types []Type
	// Recursive goes below Names, to Depth levels where that is above 0. A snapshot counts as one level.
	Recursive bool
	Depth     int
}

// List returns datasets in the order of zfs list: by name, each followed by its snapshots in order of creation.
func (p *Pool) List(o ListOptions) ([]*Dataset, error) {
	names, recursive := o.Names, o.Recursive
	if len(names) == 0 {
		names, recursive = []string{p.Name}, true
	}
	types := o.Types
	if len(types) == 0 {
		types = []Type{Filesystem, Volume}
	}
	var found []*Dataset
	for _, name := range names {
		d, err := p.Get(name)
		if err != nil {
			return nil, err
		}
		candidates := []*Dataset{d}
		if recursive && d.Type != Snapshot {
			candidates = p.withSnapshots(d, o.Depth)
		}
		for _, candidate := range candidates {
			if slices.Contains(types, candidate.Type) {
				found = append(found, candidate)
			}
		}
	}
	slices.SortFunc(found, compareDatasets)
	return slices.CompactFunc(found, func(a, b *Dataset) bool { return a == b }), nil
}

// withSnapshots is a dataset with its descendants and all snapshots, to a depth where that is above 0.
func (p *Pool) withSnapshots(d *Dataset, depth int) []*Dataset {
	var found []*Dataset
	for _, one := range p.tree(d) {
		level := strings.Count(one.Name, "/") - strings.Count(d.Name, "/")
		if depth <= 0 || level <= depth {
			found = append(found, one)
		}
		if depth <= 0 || level+1 <= depth {
			found = append(found, one.Snapshots...)
		}
	}
	return found
}
