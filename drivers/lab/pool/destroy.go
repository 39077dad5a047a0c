package pool

import (
	"slices"
	"strings"
)

// DestroyOptions are the options of zfs destroy.
type DestroyOptions struct {
	Recursive bool // -r: children and snapshots
	Clones    bool // -R: also clones, wherever they are
	Defer     bool // -d: a snapshot with holds or clones goes when the last of them does
}

// Destroy removes a dataset or snapshot and its files. With Recursive a snapshot name stands for the snapshots of that name in all
// descendants.
func (p *Pool) Destroy(name string, o DestroyOptions) error {
	victims, deferred, err := p.doomed(name, o)
	if err != nil {
		return err
	}
	for _, d := range deferred {
		d.Deferred = true
		p.touch()
	}
	for _, d := range victims {
		if d.Type == Snapshot {
			p.removeSnapshot(d)
			continue
		}
		if p.index[d.Name] == d {
			p.removeDataset(d)
		}
	}
	return nil
}

// Victims lists what Destroy would remove, dependents first, or tells why it is refused.
func (p *Pool) Victims(name string, o DestroyOptions) ([]*Dataset, error) {
	victims, _, err := p.doomed(name, o)
	return victims, err
}

func (p *Pool) doomed(name string, o DestroyOptions) (victims, deferred []*Dataset, err error) {
	o.Recursive = o.Recursive || o.Clones
	if strings.Contains(name, "@") {
		return p.doomedSnapshots(name, o)
	}
	d, err := p.Get(name)
	if err != nil {
		return nil, nil, err
	}
	if d.Name == p.Name {
		return nil, nil, refuse(ErrInvalid, "cannot destroy '%s': operation does not apply to pools\nuse 'zfs destroy -r %s' to destroy all datasets "+
			"in the pool\nuse 'zpool destroy %s' to destroy the pool itself", name, name, name)
	}
	dependents := p.dependents(d)
	if err := checkDependents(d, dependents, o); err != nil {
		return nil, nil, err
	}
	victims = append(dependents, d)
	for _, victim := range victims {
		if len(victim.Holds) > 0 {
			return nil, nil, refuse(ErrBusy, "cannot destroy snapshot %s: dataset is busy", victim.Name)
		}
	}
	return victims, nil, nil
}

// checkDependents refuses in the words of destroy_check_dependent in zfs.
func checkDependents(d *Dataset, dependents []*Dataset, o DestroyOptions) error {
	var inside, outside []string
	for _, dependent := range dependents {
		if isBelow(dependent.Name, d.Name) || strings.HasPrefix(dependent.Name, d.Name+"@") {
			inside = append(inside, dependent.Name)
		} else {
			outside = append(outside, dependent.Name)
		}
	}
	switch {
	case len(inside) > 0 && !o.Recursive:
		return refuse(ErrDependents, "cannot destroy '%s': %s has children\nuse '-r' to destroy the following datasets:\n%s", d.Name, d.Type,
			strings.Join(inside, "\n"))
	case len(outside) > 0 && !o.Clones:
		return refuse(ErrDependents, "cannot destroy '%s': %s has dependent clones\nuse '-R' to destroy the following datasets:\n%s", d.Name,
			d.Type, strings.Join(outside, "\n"))
	}
	return nil
}

// dependents lists everything that has to go before a dataset or snapshot, in an order that works: children, snapshots, clones, each
// after its own dependents.
func (p *Pool) dependents(d *Dataset) []*Dataset {
	var found []*Dataset
	seen := map[*Dataset]bool{d: true}
	var visit func(*Dataset)
	visit = func(at *Dataset) {
		var next []*Dataset
		if at.Type == Snapshot {
			next = p.clones(at)
		} else {
			for _, child := range p.below(at.Name) {
				if parentName(child.Name) == at.Name {
					next = append(next, child)
				}
			}
			next = append(next, at.Snapshots...)
		}
		for _, dependent := range next {
			if !seen[dependent] {
				seen[dependent] = true
				visit(dependent)
				found = append(found, dependent)
			}
		}
	}
	visit(d)
	return found
}

func (p *Pool) doomedSnapshots(name string, o DestroyOptions) (victims, deferred []*Dataset, err error) {
	snapshots, err := p.selectSnapshots(name, o.Recursive)
	if err != nil {
		return nil, nil, err
	}
	for _, snapshot := range snapshots {
		dependents := p.dependents(snapshot)
		if o.Defer && (len(dependents) > 0 || len(snapshot.Holds) > 0) {
			deferred = append(deferred, snapshot)
			continue
		}
		if err := checkDependents(snapshot, dependents, o); err != nil {
			return nil, nil, err
		}
		for _, victim := range append(dependents, snapshot) {
			if len(victim.Holds) > 0 {
				return nil, nil, refuse(ErrBusy, "cannot destroy snapshot %s: dataset is busy", victim.Name)
			}
			if !slices.Contains(victims, victim) {
				victims = append(victims, victim)
			}
		}
	}
	return victims, deferred, nil
}

// selectSnapshots reads what zfs destroy takes behind the @: names separated by commas, and ranges first%last with either end open. A
// snapshot that has a percent sign in its own name, as vmadm's may (reference 15), is that one.
func (p *Pool) selectSnapshots(name string, recursive bool) ([]*Dataset, error) {
	dataset, list, _ := splitSnapshot(name)
	d, err := p.filesystem(dataset)
	if err != nil {
		return nil, err
	}
	var found []*Dataset
	for _, head := range p.scope(d, recursive) {
		for item := range strings.SplitSeq(list, ",") {
			first, last, isRange := strings.Cut(item, "%")
			if !isRange || head.snapshotIndex(item) >= 0 {
				first, last = item, item
			}
			found = append(found, head.snapshotRange(first, last)...)
		}
	}
	if len(found) == 0 {
		return nil, refuse(ErrNotExist, "could not find any snapshots to destroy; check snapshot names.")
	}
	return found, nil
}

func (d *Dataset) snapshotRange(first, last string) []*Dataset {
	from, to := 0, len(d.Snapshots)-1
	if first != "" {
		from = d.snapshotIndex(first)
	}
	if last != "" {
		to = d.snapshotIndex(last)
	}
	if from < 0 || to < from {
		return nil
	}
	return d.Snapshots[from : to+1]
}

func (d *Dataset) snapshotIndex(snapshot string) int {
	return slices.IndexFunc(d.Snapshots, func(s *Dataset) bool { return s.SnapshotName() == snapshot })
}

// removeSnapshot gives what the snapshot shares with the next one, or with the dataset, over to that.
func (p *Pool) removeSnapshot(snapshot *Dataset) {
	head := p.head(snapshot)
	if head == nil {
		return
	}
	at := slices.Index(head.Snapshots, snapshot)
	if at < 0 {
		return
	}
	p.dropFiles(snapshot)
	heir := head
	if at+1 < len(head.Snapshots) {
		heir = head.Snapshots[at+1]
	}
	heir.Written += max(0, snapshot.Written-snapshot.Unique)
	head.Snapshots = slices.Delete(slices.Clone(head.Snapshots), at, at+1)
	p.touch()
}

// removeDataset removes a dataset whose dependents are gone, and a deferred origin that waited for it.
func (p *Pool) removeDataset(d *Dataset) {
	p.dropFiles(d)
	p.remove(d)
	if origin := p.find(d.Origin); origin != nil {
		p.reapDeferred(origin)
	}
}

// reapDeferred destroys a snapshot that was only kept by holds and clones, once there are none.
func (p *Pool) reapDeferred(snapshot *Dataset) {
	if snapshot.Deferred && len(snapshot.Holds) == 0 && len(p.clones(snapshot)) == 0 {
		p.removeSnapshot(snapshot)
	}
}

// Mount marks a filesystem as mounted or not; its directory stays readable either way, since the lab mounts nothing.
func (p *Pool) Mount(name string, mounted bool) error {
	d, err := p.filesystem(name)
	if err != nil {
		return err
	}
	switch {
	case d.Type != Filesystem:
		return refuse(ErrInvalid, "cannot open '%s': operation not applicable to datasets of this type", name)
	case mounted && p.isMounted(d):
		return refuse(ErrInvalid, "cannot mount '%s': filesystem already mounted", name)
	case !mounted && !p.isMounted(d):
		return refuse(ErrInvalid, "cannot unmount '%s': not currently mounted", name)
	}
	d.Unmounted = !mounted
	p.touch()
	return nil
}
