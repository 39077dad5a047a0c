package pool

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Snapshot takes a snapshot named DATASET@SNAPSHOT, recursively also of all descendants, with user properties.
func (p *Pool) Snapshot(name string, recursive bool, properties map[string]string) error {
	dataset, short, ok := splitSnapshot(name)
	if err := checkName(name); err != nil || !ok {
		return refuse(ErrInvalid, "cannot create snapshot '%s': invalid snapshot name", name)
	}
	d, err := p.filesystem(dataset)
	if err != nil {
		return err
	}
	heads := p.scope(d, recursive)
	for _, head := range heads {
		if err := p.checkSnapshot(head, head.Name+"@"+short); err != nil {
			return err
		}
	}
	for name := range properties {
		if !isUserProperty(name) {
			return refuse(ErrInvalid, "cannot create snapshot '%s': '%s' is readonly", dataset+"@"+short, name)
		}
	}
	p.content.Txg++
	for _, head := range heads {
		if err := p.addSnapshot(head, short, properties); err != nil {
			return err
		}
	}
	return nil
}

// checkSnapshot tells why a snapshot cannot be taken. What is covered by a refreservation needs room beside it, once it belongs to the
// snapshot (dsl_dataset_snapshot_reserve_space in the illumos kernel).
func (p *Pool) checkSnapshot(head *Dataset, name string) error {
	if p.find(name) != nil {
		return refuse(ErrExists, "cannot create snapshot '%s': dataset already exists", name)
	}
	if min(head.Written, setNumber(head, "refreservation")) > p.available(head) {
		return refuse(ErrNoSpace, "cannot create snapshot '%s': out of space", name)
	}
	for at := head; at != nil; at = p.index[parentName(at.Name)] {
		if _, limited := own(at, "snapshot_limit"); limited && p.countSnapshots(at) >= setNumber(at, "snapshot_limit") {
			return refuse(ErrNoSpace, "cannot create snapshot '%s': out of space", name)
		}
	}
	return nil
}

func (p *Pool) countSnapshots(d *Dataset) int64 {
	total := 0
	for _, one := range p.tree(d) {
		total += len(one.Snapshots)
	}
	return int64(total)
}

// addSnapshot keeps a copy of the files of a dataset and starts to count anew what is written.
func (p *Pool) addSnapshot(head *Dataset, short string, properties map[string]string) error {
	files, err := p.settle(head)
	if err != nil {
		return err
	}
	snapshot := p.newDataset(head.Name+"@"+short, Snapshot)
	p.content.Txg-- // all snapshots of one command are of one moment
	snapshot.Txg = p.content.Txg
	snapshot.Referenced, snapshot.Written = head.Referenced, head.Written
	snapshot.Local = maps.Clone(properties)
	if head.Type == Volume {
		snapshot.setLocal("volsize", head.Local["volsize"])
		snapshot.setLocal("volblocksize", head.Local["volblocksize"])
	}
	if err := p.fill(snapshot, files); err != nil {
		return err
	}
	head.Written = 0
	head.Snapshots = append(head.Snapshots, snapshot)
	p.touch()
	return nil
}

// RollbackOptions are the options of zfs rollback.
type RollbackOptions struct {
	Recent bool // -r: destroy the snapshots that are newer
	Clones bool // -R: destroy their clones too
}

// Rollback puts a dataset back to one of its snapshots.
func (p *Pool) Rollback(name string, o RollbackOptions) error {
	snapshot, err := p.Get(name)
	if err != nil {
		return err
	}
	if snapshot.Type != Snapshot {
		return refuse(ErrInvalid, "cannot open '%s': operation not applicable to datasets of this type", name)
	}
	head := p.head(snapshot)
	newer := slices.Clone(head.Snapshots[slices.Index(head.Snapshots, snapshot)+1:])
	if err := p.checkRollback(name, newer, o); err != nil {
		return err
	}
	files, err := p.files(snapshot)
	if err != nil {
		return err
	}
	for _, victim := range slices.Backward(newer) {
		if err := p.Destroy(victim.Name, DestroyOptions{Clones: o.Clones}); err != nil {
			return err
		}
	}
	if err := p.fill(head, files); err != nil {
		return err
	}
	head.Referenced, head.Written, snapshot.Unique = snapshot.Referenced, 0, 0
	if head.Type == Volume {
		head.setLocal("volsize", snapshot.Local["volsize"])
	}
	p.touch()
	return nil
}

func (p *Pool) checkRollback(name string, newer []*Dataset, o RollbackOptions) error {
	if len(newer) > 0 && !o.Recent && !o.Clones {
		return refuse(ErrDependents, "cannot rollback to '%s': more recent snapshots or bookmarks exist\nuse '-r' to force deletion of the "+
			"following snapshots and bookmarks:\n%s", name, strings.ReplaceAll(joinNames(newer), ",", "\n"))
	}
	for _, snapshot := range newer {
		if len(snapshot.Holds) > 0 {
			return refuse(ErrBusy, "cannot destroy snapshot %s: dataset is busy", snapshot.Name)
		}
		if clones := p.dependents(snapshot); len(clones) > 0 && !o.Clones {
			return refuse(ErrDependents, "cannot rollback to '%s': clones of previous snapshots exist\nuse '-R' to force deletion of the "+
				"following clones and dependents:\n%s", name, strings.ReplaceAll(joinNames(clones), ",", "\n"))
		}
	}
	return nil
}

// Hold is one user reference on a snapshot.
type Hold struct {
	Tag string
	At  time.Time
}

// Hold puts a hold on a snapshot, recursively on those of the same name below too.
func (p *Pool) Hold(tag, snapshot string, recursive bool) error {
	found, err := p.sameSnapshots("cannot hold snapshot", snapshot, recursive)
	if err != nil {
		return err
	}
	for _, d := range found {
		if _, held := d.Holds[tag]; held {
			return refuse(ErrExists, "cannot hold snapshot '%s': tag already exists on this dataset", d.Name)
		}
	}
	for _, d := range found {
		if d.Holds == nil {
			d.Holds = map[string]int64{}
		}
		d.Holds[tag] = p.now().Unix()
	}
	p.touch()
	return nil
}

// Release removes a hold; a snapshot whose destruction was deferred goes with the last one.
func (p *Pool) Release(tag, snapshot string, recursive bool) error {
	found, err := p.sameSnapshots("cannot release hold from snapshot", snapshot, recursive)
	if err != nil {
		return err
	}
	for _, d := range found {
		if _, held := d.Holds[tag]; !held {
			return refuse(ErrNotExist, "cannot release hold from snapshot '%s': no such tag on this dataset", d.Name)
		}
	}
	for _, d := range found {
		delete(d.Holds, tag)
		p.reapDeferred(d)
	}
	p.touch()
	return nil
}

// Holds lists the holds of a snapshot by tag.
func (p *Pool) Holds(snapshot string) ([]Hold, error) {
	d, err := p.Get(snapshot)
	if err != nil {
		return nil, err
	}
	if d.Type != Snapshot {
		return nil, refuse(ErrInvalid, "'%s' is not a snapshot", snapshot)
	}
	var holds []Hold
	for _, tag := range slices.Sorted(maps.Keys(d.Holds)) {
		holds = append(holds, Hold{Tag: tag, At: time.Unix(d.Holds[tag], 0).UTC()})
	}
	return holds, nil
}

// sameSnapshots finds a snapshot and, recursively, those of the same name below.
func (p *Pool) sameSnapshots(failure, name string, recursive bool) ([]*Dataset, error) {
	dataset, short, ok := splitSnapshot(name)
	if !ok {
		return nil, refuse(ErrInvalid, "'%s' is not a snapshot", name)
	}
	d, err := p.filesystem(dataset)
	if err != nil {
		return nil, err
	}
	var found []*Dataset
	for _, head := range p.scope(d, recursive) {
		if snapshot := p.find(head.Name + "@" + short); snapshot != nil {
			found = append(found, snapshot)
		}
	}
	if len(found) == 0 {
		return nil, refuse(ErrNotExist, "%s '%s': dataset does not exist", failure, name)
	}
	return found, nil
}
