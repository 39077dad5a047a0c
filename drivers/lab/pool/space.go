package pool

import "math"

// slop is the share of a pool that zfs keeps for itself.
const slop = 32

// usage is the space of every dataset, computed once between two changes. It follows dsl_dir_space_available and its neighbours in the
// illumos kernel, with one simplification: a dataset only grows, so that what it shares with its snapshots stays its own.
type usage struct {
	children map[string][]*Dataset
	used     map[string]int64
	// origins is what each snapshot references.
	origins map[string]int64
}

func (p *Pool) measure() *usage {
	if p.usage != nil {
		return p.usage
	}
	u := &usage{children: map[string][]*Dataset{}, used: make(map[string]int64, len(p.index)), origins: map[string]int64{}}
	for _, d := range p.content.Datasets {
		if parent := parentName(d.Name); parent != "" {
			u.children[parent] = append(u.children[parent], d)
		}
		for _, snapshot := range d.Snapshots {
			u.origins[snapshot.Name] = snapshot.Referenced
		}
	}
	u.add(p.index[p.Name])
	p.usage = u
	return u
}

// add computes the used space of a dataset and of all below it.
func (u *usage) add(d *Dataset) int64 {
	u.used[d.Name] = u.byDataset(d) + bySnapshots(d) + byReservation(d) + u.byChildren(d)
	return u.used[d.Name]
}

// byDataset is what would be free if the dataset were destroyed: all but what belongs to the origin of a clone.
func (u *usage) byDataset(d *Dataset) int64 {
	return max(0, d.Referenced-u.origins[d.Origin])
}

func (u *usage) byChildren(d *Dataset) int64 {
	total := int64(0)
	for _, child := range u.children[d.Name] {
		used, known := u.used[child.Name]
		if !known {
			used = u.add(child)
		}
		total += max(used, setNumber(child, "reservation"))
	}
	return total
}

func bySnapshots(d *Dataset) int64 {
	total := int64(0)
	for _, snapshot := range d.Snapshots {
		total += snapshot.Unique
	}
	return total
}

func byReservation(d *Dataset) int64 {
	return max(0, setNumber(d, "refreservation")-d.Written)
}

// setNumber is a number that is not inherited, 0 where it is not set.
func setNumber(d *Dataset, name string) int64 {
	value, _ := own(d, name)
	return storedNumber(value.Text)
}

// usable is what datasets can use of the pool.
func (p *Pool) usable() int64 { return p.content.Bytes - p.content.Bytes/slop }

// available is what could be written below a dataset as far as it and its ancestors allow, its refreservation aside.
func (p *Pool) available(d *Dataset) int64 {
	u := p.measure()
	limit := int64(math.MaxInt64)
	parentSpace := limit
	if parent := p.index[parentName(d.Name)]; parent != nil {
		parentSpace = p.available(parent)
	} else {
		limit = p.usable()
	}
	if quota := setNumber(d, "quota"); quota > 0 {
		limit = min(limit, quota)
	}
	used := u.used[d.Name]
	if reserved := setNumber(d, "reservation"); reserved > used && parentSpace != math.MaxInt64 {
		parentSpace += reserved - used
	}
	return max(0, min(parentSpace, limit-used))
}

// writable is the property "available": what the dataset itself can still take.
func (p *Pool) writable(d *Dataset) int64 {
	free := p.available(d) + byReservation(d)
	if refquota := setNumber(d, "refquota"); refquota > 0 {
		free = min(free, max(0, refquota-d.Referenced))
	}
	return free
}

// space computes one of the space properties.
func (p *Pool) space(d *Dataset, name string) int64 {
	u := p.measure()
	switch name {
	case "used", "logicalused":
		if d.Type == Snapshot {
			return d.Unique
		}
		return u.used[d.Name]
	case "available":
		return p.writable(d)
	case "referenced", "logicalreferenced":
		return d.Referenced
	case "written":
		return d.Written
	case "usedbydataset":
		return u.byDataset(d)
	case "usedbysnapshots":
		return bySnapshots(d)
	case "usedbychildren":
		return u.byChildren(d)
	default: // usedbyrefreservation
		return byReservation(d)
	}
}

// allocated is what the pool really holds, without reservations.
func (p *Pool) allocated() int64 {
	u := p.measure()
	total := int64(0)
	for _, d := range p.content.Datasets {
		total += u.byDataset(d) + bySnapshots(d)
	}
	return total
}

// Write accounts for bytes that a guest wrote into a filesystem or volume. It fails where a quota leaves no room, as the write would. In a
// volume that is full, or beyond what was ever written there, the bytes replace older ones, which live on in the newest snapshot.
func (p *Pool) Write(name string, bytes int64) error {
	d, err := p.filesystem(name)
	if err != nil {
		return err
	}
	grow := bytes
	if d.Type == Volume {
		grow = min(grow, max(0, storedNumber(d.Local["volsize"])-d.Referenced))
	}
	replace := bytes - grow
	need := grow
	if newest := d.latest(); newest != nil {
		replace = min(replace, newest.Referenced-newest.Unique)
		need += replace
	} else {
		replace = 0
	}
	if need > p.writable(d) {
		return refuse(ErrNoSpace, "cannot write to '%s': out of space", name)
	}
	d.Referenced += grow
	d.Written = min(d.Written+bytes, d.Referenced)
	if replace > 0 {
		d.latest().Unique += replace
	}
	p.touch()
	return nil
}

// VolumeReservation is the refreservation that "auto" stands for: the size of a volume and its worst case of metadata, in bytes
// (reference 12.4, unconfirmed there: the arithmetic of libzfs as it is commonly known).
func VolumeReservation(volumeBytes, blockBytes int64) int64 {
	const fanOut, indirectBlock, copies = 1024, 128 << 10, 2
	blocks, indirect := volumeBytes/blockBytes, int64(7)
	for blocks > 1 {
		blocks = (blocks + fanOut - 1) / fanOut
		indirect += blocks
	}
	return volumeBytes + indirect*copies*indirectBlock
}
