package pool

import (
	"maps"
	"slices"
)

// Clone makes a dataset from a snapshot; it carries the files of the snapshot. VolumeBytes and Sparse are not used: a clone of a volume
// has its size, and no refreservation unless the properties give one.
func (p *Pool) Clone(from, name string, o CreateOptions) error {
	snapshot, err := p.Get(from)
	if err != nil {
		return err
	}
	if snapshot.Type != Snapshot {
		return refuse(ErrInvalid, "cannot open '%s': operation not applicable to datasets of this type", from)
	}
	if PoolName(name) != p.Name {
		return refuse(ErrInvalid, "cannot create '%s': source and target pools differ", name)
	}
	if err := p.checkNew(name, o.Parents); err != nil {
		return err
	}
	if p.Exists(name) {
		return nil
	}
	files, err := p.files(snapshot)
	if err != nil {
		return err
	}
	ancestors, err := p.addAncestors(name)
	if err != nil {
		return err
	}
	d := p.newDataset(name, p.head(snapshot).Type)
	d.Origin, d.Referenced, d.Written = snapshot.Name, snapshot.Referenced, 0
	if d.Type == Volume {
		d.setLocal("volsize", snapshot.Local["volsize"])
		d.setLocal("volblocksize", snapshot.Local["volblocksize"])
	}
	p.add(d)
	err = p.setNew(d, maps.Clone(o.Properties), "cannot create '"+name+"'")
	if err == nil {
		err = p.addFiles(d)
	}
	if err == nil {
		err = p.fill(d, files)
	}
	if err != nil {
		p.forget(append(ancestors, d)...)
	}
	return err
}

// Promote turns a clone and its origin around: the clone takes over the origin snapshot and all older ones.
func (p *Pool) Promote(name string) error {
	d, err := p.filesystem(name)
	if err != nil {
		return err
	}
	origin := p.find(d.Origin)
	if origin == nil {
		return refuse(ErrInvalid, "cannot promote '%s': not a cloned filesystem", name)
	}
	old := p.head(origin)
	moving := slices.Clone(old.Snapshots[:slices.Index(old.Snapshots, origin)+1])
	for _, snapshot := range moving {
		if d.snapshotIndex(snapshot.SnapshotName()) >= 0 {
			return refuse(ErrExists, "cannot promote '%s': snapshot name '%s' from origin \nconflicts with '%s' from target", name, snapshot.Name,
				name+"@"+snapshot.SnapshotName())
		}
	}
	for _, snapshot := range moving {
		if err := p.moveSnapshot(snapshot, d); err != nil {
			return err
		}
	}
	old.Snapshots = slices.Clone(old.Snapshots[len(moving):])
	d.Snapshots = append(moving, d.Snapshots...)
	d.Origin, old.Origin = old.Origin, origin.Name
	p.touch()
	return nil
}

// moveSnapshot gives a snapshot with its files to another dataset; the caller moves it in the lists.
func (p *Pool) moveSnapshot(snapshot, to *Dataset) error {
	files, err := p.files(snapshot)
	if err != nil {
		return err
	}
	p.dropFiles(snapshot)
	p.renameSnapshot(snapshot, to.Name+"@"+snapshot.SnapshotName())
	return p.fill(snapshot, files)
}
