package pool

import (
	"maps"
	"slices"
	"strings"
)

// ReceiveOptions are the options of zfs receive.
type ReceiveOptions struct {
	Force    bool // -F: roll back first; with a package, remove what the sender no longer has
	DropPool bool // -d: the name from the stream without its pool, below the target
	LastOnly bool // -e: only the last element of the name, below the target
	DryRun   bool // -n
}

// Received is one snapshot that a stream brought.
type Received struct {
	Source string // the snapshot at the sender
	Name   string // the snapshot here
	Full   bool
	Bytes  int64
}

// Receive makes the datasets and snapshots of a stream, in order. What came before a part that is refused, or before the end of a stream
// that was cut, stays.
func (p *Pool) Receive(target string, s *Stream, o ReceiveOptions) ([]Received, error) {
	root, rename, err := p.receiveRoot(target, s, o)
	if err != nil {
		return nil, err
	}
	if o.Force && s.header.Replicate && s.header.Incremental && !o.DryRun && s.broken == "" {
		if err := p.removeUnsent(root, s); err != nil {
			return nil, err
		}
	}
	var received []Received
	for i := range s.parts {
		one := &s.parts[i]
		name := root + strings.TrimPrefix(one.Dataset, s.header.Root)
		short := one.Snapshot
		if rename != "" {
			short = rename
		}
		done, err := p.receivePart(name, short, one, s.header.Replicate, o)
		if err != nil {
			return received, err
		}
		if done {
			received = append(received, Received{Source: one.Dataset + "@" + one.Snapshot, Name: name + "@" + short, Full: one.From == 0,
				Bytes: one.size()})
		}
	}
	if s.broken != "" {
		return received, refuse(ErrStream, "cannot receive: %s", s.broken)
	}
	return received, nil
}

// receiveRoot is where the root of the stream goes, and the name that its snapshot gets when the target has one.
func (p *Pool) receiveRoot(target string, s *Stream, o ReceiveOptions) (root, rename string, err error) {
	root, rename, _ = splitSnapshot(target)
	switch {
	case rename != "" && s.header.Replicate:
		return "", "", refuse(ErrInvalid, "cannot receive: cannot specify snapshot name for multi-snapshot stream")
	case !o.DropPool && !o.LastOnly:
		if err := checkName(root); err != nil {
			return "", "", refuse(ErrInvalid, "cannot receive: invalid name '%s': %v", target, err)
		}
		return root, rename, nil
	case !p.Exists(root):
		return "", "", refuse(ErrNotExist, "cannot receive: specified fs (%s) does not exist", root)
	case o.LastOnly:
		return root + "/" + baseName(s.header.Root), rename, nil
	}
	_, below, inPool := strings.Cut(s.header.Root, "/")
	if !inPool {
		return root, rename, nil
	}
	root += "/" + below
	if !o.DryRun {
		_, err = p.addAncestors(root)
	}
	return root, rename, err
}

// receivePart receives one snapshot; false means that a package brought one that is here already.
func (p *Pool) receivePart(name, short string, one *part, replicate bool, o ReceiveOptions) (bool, error) {
	d := p.find(name)
	if d != nil && replicate && d.byGUID(one.GUID) != nil {
		return false, nil
	}
	var err error
	if one.From == 0 {
		err = p.checkFull(d, name, one, o)
	} else {
		err = p.checkIncremental(d, name, one, o)
	}
	if err != nil || o.DryRun {
		return err == nil, err
	}
	if d == nil {
		d, err = p.receiveNew(name, one)
	} else {
		err = p.receiveOver(d, one)
	}
	if err != nil {
		return false, err
	}
	return true, p.receiveSnapshot(d, short, one)
}

const (
	failFull        = "cannot receive new filesystem stream"
	failIncremental = "cannot receive incremental stream"
)

func (p *Pool) checkFull(d *Dataset, name string, one *part, o ReceiveOptions) error {
	if d == nil {
		return p.checkReceiveParent(name, failFull)
	}
	switch {
	case !o.Force:
		return refuse(ErrExists, "%s: destination '%s' exists\nmust specify -F to overwrite it", failFull, name)
	case d.Type != one.Type:
		return refuse(ErrInvalid, "%s: destination '%s' is a %s", failFull, name, d.Type)
	case len(d.Snapshots) > 0:
		return refuse(ErrExists, "%s: destination has snapshots (eg. %s)\nmust destroy them to overwrite it", failFull, d.Snapshots[0].Name)
	}
	return nil
}

func (p *Pool) checkReceiveParent(name, failure string) error {
	parent := p.index[parentName(name)]
	switch {
	case parent == nil:
		return refuse(ErrNotExist, "%s: dataset does not exist", failure)
	case parent.Type != Filesystem:
		return refuse(ErrInvalid, "%s: parent is not a filesystem", failure)
	}
	return nil
}

func (p *Pool) checkIncremental(d *Dataset, name string, one *part, o ReceiveOptions) error {
	if d == nil {
		switch {
		case !one.Clone:
			return refuse(ErrNotExist, "%s: destination '%s' does not exist", failIncremental, name)
		case p.nearestByGUID(one.From, name) == nil:
			return refuse(ErrNotExist, "cannot receive: local origin for clone %s@%s does not exist", name, one.Snapshot)
		}
		return p.checkReceiveParent(name, failIncremental)
	}
	base := d.byGUID(one.From)
	if base == nil || base != d.latest() && !o.Force {
		return refuse(ErrStream, "%s: most recent snapshot of %s does not\nmatch incremental source", failIncremental, name)
	}
	if o.Force {
		return nil
	}
	modified, err := p.modified(d)
	if err != nil {
		return err
	}
	if modified {
		return refuse(ErrStream, "%s: destination %s has been modified\nsince most recent snapshot", failIncremental, name)
	}
	return nil
}

// receiveNew makes the dataset for the first part of a stream.
func (p *Pool) receiveNew(name string, one *part) (*Dataset, error) {
	if one.size() > p.available(p.index[parentName(name)]) {
		return nil, refuse(ErrNoSpace, "%s: out of space", failFull)
	}
	d := p.newDataset(name, one.Type)
	if origin := p.nearestByGUID(one.From, name); origin != nil {
		d.Origin = origin.Name
	}
	p.add(d)
	if err := p.addFiles(d); err != nil {
		p.forget(d)
		return nil, err
	}
	return d, nil
}

// receiveOver goes back to the snapshot that the part builds upon, which checkIncremental found to be allowed.
func (p *Pool) receiveOver(d *Dataset, one *part) error {
	if one.From == 0 {
		return nil
	}
	return p.Rollback(d.byGUID(one.From).Name, RollbackOptions{Recent: true})
}

// receiveSnapshot puts the content of a part into a dataset and into a snapshot of it.
func (p *Pool) receiveSnapshot(d *Dataset, short string, one *part) error {
	if err := p.fill(d, one.Files); err != nil {
		return err
	}
	if one.Properties != nil {
		d.Received = maps.Clone(one.Properties)
	}
	if d.Type == Volume {
		d.setLocal("volsize", one.Local["volsize"])
		d.setLocal("volblocksize", one.Local["volblocksize"])
	}
	p.content.Txg++
	snapshot := &Dataset{Name: d.Name + "@" + short, Type: Snapshot, GUID: one.GUID, Txg: p.content.Txg, Created: one.Created,
		Referenced: one.Referenced, Written: one.size(), Local: maps.Clone(one.Local)}
	if err := p.fill(snapshot, one.Files); err != nil {
		return err
	}
	d.Referenced, d.Written = one.Referenced, 0
	d.Snapshots = append(d.Snapshots, snapshot)
	p.touch()
	return nil
}

// removeUnsent destroys what an incremental package with -F finds here and not at the sender.
func (p *Pool) removeUnsent(root string, s *Stream) error {
	d := p.find(root)
	if d == nil {
		return nil
	}
	for _, one := range slices.Backward(p.tree(d)) {
		keep, sent := s.header.Keep[s.header.Root+strings.TrimPrefix(one.Name, root)]
		if !sent {
			if err := p.Destroy(one.Name, DestroyOptions{Recursive: true}); err != nil {
				return err
			}
			continue
		}
		for _, snapshot := range slices.Clone(one.Snapshots) {
			if slices.Contains(keep, snapshot.GUID) {
				continue
			}
			if err := p.Destroy(snapshot.Name, DestroyOptions{}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *Dataset) byGUID(guid uint64) *Dataset {
	for _, snapshot := range d.Snapshots {
		if snapshot.GUID == guid {
			return snapshot
		}
	}
	return nil
}

// nearestByGUID looks for a snapshot around the place of a dataset, then in ever larger parts of the pool, as libzfs does: a package may
// have been received twice. A GUID of 0 finds nothing.
func (p *Pool) nearestByGUID(guid uint64, name string) *Dataset {
	if guid == 0 {
		return nil
	}
	for at := parentName(name); at != ""; at = parentName(at) {
		top := p.find(at)
		if top == nil {
			continue
		}
		for _, d := range p.tree(top) {
			if found := d.byGUID(guid); found != nil {
				return found
			}
		}
	}
	return nil
}
