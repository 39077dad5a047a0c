package pool

import (
	"maps"
	"slices"
	"strings"
)

// SendOptions are the options of zfs send.
type SendOptions struct {
	Replicate  bool // -R: all descendants and their snapshots, with properties
	Properties bool // -p
	// From is the snapshot to start from: "@a", "a", or a whole name, which may be the origin of a clone.
	From string
	// Intermediate sends all snapshots after From too (-I), instead of the difference alone (-i).
	Intermediate bool
}

// Send collects a stream of a snapshot. It holds copies of the files, so that it can be written after the lab is unlocked.
func (p *Pool) Send(name string, o SendOptions) (*Stream, error) {
	snapshot, err := p.Get(name)
	if err != nil {
		return nil, err
	}
	if snapshot.Type != Snapshot {
		return nil, refuse(ErrInvalid, "cannot open '%s': operation not applicable to datasets of this type", name)
	}
	head := p.head(snapshot)
	s := &Stream{header: streamHeader{Magic: streamMagic, Root: head.Name, Snapshot: snapshot.SnapshotName(), Replicate: o.Replicate,
		Incremental: o.From != ""}}
	from, err := p.sendBase(head, snapshot, o.From)
	if err != nil {
		return nil, err
	}
	heads := []*Dataset{head}
	if o.Replicate {
		heads = p.tree(head)
		s.header.Keep = keepList(heads)
	}
	for _, one := range heads {
		last := p.find(one.Name + "@" + snapshot.SnapshotName())
		if last == nil {
			return nil, refuse(ErrNotExist, "warning: cannot send '%s': snapshot %s does not exist", name,
				one.Name+"@"+snapshot.SnapshotName())
		}
		base := from
		if one != head {
			base = p.descendantBase(one, from)
		}
		if err := p.sendDataset(s, one, base, last, o); err != nil {
			return nil, err
		}
	}
	s.sortParts()
	return s, nil
}

// sendBase finds the snapshot to start from, nil for a full stream.
func (p *Pool) sendBase(head, snapshot *Dataset, from string) (*Dataset, error) {
	if from == "" {
		return nil, nil
	}
	name := from
	if !strings.Contains(from, "@") {
		name = "@" + from
	}
	if strings.HasPrefix(name, "@") {
		name = head.Name + name
	}
	base := p.find(name)
	if base == nil {
		return nil, refuse(ErrNotExist, "warning: cannot send '%s': incremental source (%s) does not exist", snapshot.Name, from)
	}
	isEarlier := p.head(base) == head && slices.Index(head.Snapshots, base) < slices.Index(head.Snapshots, snapshot)
	if !isEarlier && base.Name != head.Origin {
		return nil, refuse(ErrInvalid, "warning: cannot send '%s': not an earlier snapshot from the same fs", snapshot.Name)
	}
	return base, nil
}

// descendantBase is the snapshot of the same name as the base of a package; one that has none is sent from its beginning.
func (p *Pool) descendantBase(d, base *Dataset) *Dataset {
	if base == nil {
		return nil
	}
	return p.find(d.Name + "@" + base.SnapshotName())
}

// sendDataset adds the parts of one dataset: from base, or from nothing, to last.
func (p *Pool) sendDataset(s *Stream, d, base, last *Dataset, o SendOptions) error {
	first, end := 0, slices.Index(d.Snapshots, last)
	if base != nil && p.head(base) == d {
		first = slices.Index(d.Snapshots, base) + 1
	}
	all := o.Intermediate || o.Replicate && (o.From == "" || base == nil)
	if !all {
		first = end
	}
	if o.Replicate && base == nil {
		base = p.find(d.Origin)
		if base != nil && !p.isSent(s, base) {
			base = nil // the origin is not part of the package: the clone becomes a full copy
		}
	}
	for _, snapshot := range d.Snapshots[first : end+1] {
		one, err := p.sendPart(d, base, snapshot, o)
		if err != nil {
			return err
		}
		s.parts = append(s.parts, one)
		base = snapshot
	}
	return nil
}

// isSent tells whether a snapshot lies below the root of a package.
func (p *Pool) isSent(s *Stream, snapshot *Dataset) bool {
	head := p.head(snapshot).Name
	return head == s.header.Root || isBelow(head, s.header.Root)
}

func (p *Pool) sendPart(d, base, snapshot *Dataset, o SendOptions) (part, error) {
	files, err := p.files(snapshot)
	if err != nil {
		return part{}, err
	}
	one := part{Dataset: d.Name, Type: d.Type, Snapshot: snapshot.SnapshotName(), GUID: snapshot.GUID, Created: snapshot.Created,
		Referenced: snapshot.Referenced, Written: snapshot.Written, Local: maps.Clone(snapshot.Local), Files: files}
	if base != nil {
		one.From, one.Clone, one.fromName = base.GUID, p.head(base) != d, base.Name
		if !one.Clone {
			one.fromName = "@" + base.SnapshotName()
		}
		one.Written = writtenSince(d, base, snapshot)
	}
	if o.Replicate || o.Properties {
		one.Properties = sentProperties(d)
	}
	return one, nil
}

// writtenSince adds up what the snapshots after base, up to and with snapshot, have written.
func writtenSince(d, base, snapshot *Dataset) int64 {
	first := slices.Index(d.Snapshots, base) + 1
	total := int64(0)
	for _, one := range d.Snapshots[first : slices.Index(d.Snapshots, snapshot)+1] {
		total += one.Written
	}
	return total
}

// sentProperties are the properties that a dataset has of itself; the size of a volume travels with the snapshot.
func sentProperties(d *Dataset) map[string]string {
	sent := map[string]string{}
	maps.Copy(sent, d.Received)
	maps.Copy(sent, d.Local)
	delete(sent, "volsize")
	delete(sent, "volblocksize")
	return sent
}

func keepList(heads []*Dataset) map[string][]uint64 {
	keep := map[string][]uint64{}
	for _, d := range heads {
		keep[d.Name] = []uint64{}
		for _, snapshot := range d.Snapshots {
			keep[d.Name] = append(keep[d.Name], snapshot.GUID)
		}
	}
	return keep
}

// sortParts puts clones behind the parts that hold their origin.
func (s *Stream) sortParts() {
	var sorted []part
	waiting := s.parts
	for len(waiting) > 0 {
		unsent := map[uint64]bool{}
		for i := range waiting {
			unsent[waiting[i].GUID] = true
		}
		var later []part
		held := map[string]bool{} // datasets whose next part has to wait
		for _, one := range waiting {
			if one.Clone && unsent[one.From] || held[one.Dataset] {
				held[one.Dataset] = true
				later = append(later, one)
				continue
			}
			sorted = append(sorted, one)
		}
		if len(later) == len(waiting) {
			sorted = append(sorted, later...)
			break
		}
		waiting = later
	}
	s.parts = sorted
}
