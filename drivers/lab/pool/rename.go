package pool

import (
	"os"
	"path/filepath"
	"strings"
)

// RenameOptions are the options of zfs rename.
type RenameOptions struct {
	Parents   bool // -p
	Recursive bool // -r: a snapshot, in all descendants
}

// Rename renames a dataset with its descendants, or a snapshot. A new snapshot name may be given without its dataset.
func (p *Pool) Rename(from, to string, o RenameOptions) error {
	d, err := p.Get(from)
	if err != nil {
		return err
	}
	if d.Type == Snapshot {
		return p.renameSnapshots(d, to, o)
	}
	if o.Recursive {
		return refuse(ErrInvalid, "source dataset for recursive rename must be a snapshot")
	}
	if err := p.checkRename(d, to, o.Parents); err != nil {
		return err
	}
	if _, err := p.addAncestors(to); err != nil {
		return err
	}
	if err := p.moveFiles(from, to); err != nil {
		return err
	}
	for _, one := range p.tree(d) {
		name := to + strings.TrimPrefix(one.Name, from)
		for _, snapshot := range one.Snapshots {
			p.renameSnapshot(snapshot, name+"@"+snapshot.SnapshotName())
		}
		delete(p.index, one.Name)
		one.Name = name
		p.index[name] = one
	}
	// The snapshots of a volume are files beside it.
	if d.Type == Volume {
		for _, snapshot := range d.Snapshots {
			old := filepath.Join(p.dir, "dev/zvol/rdsk", filepath.FromSlash(from)) + "@" + snapshot.SnapshotName()
			if err := os.Rename(old, p.path(snapshot)); err != nil {
				return err
			}
		}
	}
	p.touch()
	return nil
}

func (p *Pool) checkRename(d *Dataset, to string, parents bool) error {
	switch {
	case strings.Contains(to, "@"):
		return refuse(ErrInvalid, "cannot rename to '%s': invalid character '@' in name", to)
	case PoolName(to) != p.Name:
		return refuse(ErrInvalid, "cannot rename to '%s': datasets must be within same pool", to)
	case d.Name == p.Name || to == p.Name:
		return refuse(ErrInvalid, "cannot rename '%s': invalid dataset name", d.Name)
	case isBelow(to, d.Name):
		return refuse(ErrInvalid, "cannot rename '%s': New dataset name cannot be a descendant of current dataset name", d.Name)
	case p.Exists(to):
		return refuse(ErrExists, "cannot rename '%s': dataset already exists", d.Name)
	}
	return p.checkNew(to, parents)
}

func (p *Pool) renameSnapshots(d *Dataset, to string, o RenameOptions) error {
	head := p.head(d)
	old := d.SnapshotName()
	dataset, short, ok := splitSnapshot(to)
	if !ok {
		dataset, short = head.Name, to
	}
	if dataset != "" && dataset != head.Name {
		return refuse(ErrInvalid, "cannot rename to '%s': snapshots must be part of same dataset", to)
	}
	if err := checkName(head.Name + "@" + short); err != nil {
		return refuse(ErrInvalid, "cannot rename to '%s': %v", to, err)
	}
	heads := p.scope(head, o.Recursive)
	for _, one := range heads {
		if p.find(one.Name+"@"+short) != nil {
			return refuse(ErrExists, "cannot rename '%s': dataset already exists", one.Name+"@"+old)
		}
	}
	for _, one := range heads {
		snapshot := p.find(one.Name + "@" + old)
		if snapshot == nil {
			continue
		}
		path := p.path(snapshot)
		p.renameSnapshot(snapshot, one.Name+"@"+short)
		if err := os.Rename(path, p.path(snapshot)); err != nil {
			return err
		}
	}
	return nil
}

// renameSnapshot changes the name of a snapshot, also where clones name it as their origin. The files are the caller's matter.
func (p *Pool) renameSnapshot(snapshot *Dataset, name string) {
	for _, clone := range p.clones(snapshot) {
		clone.Origin = name
	}
	snapshot.Name = name
	p.touch()
}
