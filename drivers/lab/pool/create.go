package pool

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

const defaultBlockBytes = 8 << 10

// CreateOptions are the options of zfs create and zfs clone.
type CreateOptions struct {
	// VolumeBytes above 0 makes a volume of this size.
	VolumeBytes int64
	// Sparse leaves out the refreservation of a volume (-s).
	Sparse bool
	// Parents creates missing ancestors and makes an existing dataset a success (-p).
	Parents bool
	// Properties are local from the start; volblocksize belongs here too.
	Properties map[string]string
}

// Create makes a filesystem, or a volume when o.VolumeBytes is set.
func (p *Pool) Create(name string, o CreateOptions) error {
	if err := p.checkNew(name, o.Parents); err != nil {
		return err
	}
	if o.Parents && p.Exists(name) {
		return nil
	}
	ancestors, err := p.addAncestors(name)
	if err != nil {
		return err
	}
	d, err := p.build(name, o)
	if err == nil {
		err = p.addFiles(d)
	}
	if err != nil {
		p.forget(append(ancestors, d)...)
	}
	return err
}

// Plan says what Create would make: the names of new ancestors, and the properties that would be local, in order. It changes nothing.
func (p *Pool) Plan(name string, o CreateOptions) (ancestors []string, properties [][2]string, err error) {
	if err := p.checkNew(name, o.Parents); err != nil {
		return nil, nil, err
	}
	changed := p.changed
	made, err := p.addAncestors(name)
	if err != nil {
		return nil, nil, err
	}
	d, err := p.build(name, o)
	if err == nil {
		for _, ancestor := range made {
			ancestors = append(ancestors, ancestor.Name)
		}
		for _, property := range slices.Sorted(maps.Keys(d.Local)) {
			if _, given := o.Properties[property]; property == "volblocksize" && !given {
				continue // a default, not a setting
			}
			properties = append(properties, [2]string{property, d.Local[property]})
		}
	}
	p.forget(append(made, d)...)
	p.changed = changed
	return ancestors, properties, err
}

// checkNew tells why no dataset of this name can be made.
func (p *Pool) checkNew(name string, parents bool) error {
	if err := checkName(name); err != nil {
		return refuse(ErrInvalid, "cannot create '%s': %v", name, err)
	}
	if strings.Contains(name, "@") {
		return refuse(ErrInvalid, "cannot create '%s': snapshot delimiter '@' in filesystem name", name)
	}
	if p.Exists(name) {
		if parents {
			return nil
		}
		return refuse(ErrExists, "cannot create '%s': dataset already exists", name)
	}
	parent := p.index[parentName(name)]
	for at := parentName(name); parents && parent == nil && at != ""; at = parentName(at) {
		parent = p.index[at]
	}
	switch {
	case parent == nil:
		return refuse(ErrNotExist, "cannot create '%s': parent does not exist", name)
	case parent.Type != Filesystem:
		return refuse(ErrInvalid, "cannot create '%s': parent is not a filesystem", name)
	}
	return p.checkCount(name, parent)
}

// checkCount enforces filesystem_limit on all ancestors.
func (p *Pool) checkCount(name string, parent *Dataset) error {
	for ; parent != nil; parent = p.index[parentName(parent.Name)] {
		if _, limited := own(parent, "filesystem_limit"); limited && int64(len(p.below(parent.Name))) >= setNumber(parent, "filesystem_limit") {
			return refuse(ErrNoSpace, "cannot create '%s': out of space", name)
		}
	}
	return nil
}

// addAncestors makes the missing ancestors of a name that checkNew allowed.
func (p *Pool) addAncestors(name string) ([]*Dataset, error) {
	var missing []string
	for at := parentName(name); at != "" && !p.Exists(at); at = parentName(at) {
		missing = append(missing, at)
	}
	var made []*Dataset
	for _, ancestor := range slices.Backward(missing) {
		d := p.newDataset(ancestor, Filesystem)
		if err := p.addFiles(d); err != nil {
			p.forget(made...)
			return nil, err
		}
		p.add(d)
		made = append(made, d)
	}
	return made, nil
}

// build adds a dataset without files. On an error the dataset is returned too, to be forgotten.
func (p *Pool) build(name string, o CreateOptions) (*Dataset, error) {
	kind := Filesystem
	if o.VolumeBytes > 0 {
		kind = Volume
	}
	d := p.newDataset(name, kind)
	p.add(d)
	failure := "cannot create '" + name + "'"
	properties := maps.Clone(o.Properties)
	if kind == Volume {
		if err := d.setBlockSize(properties["volblocksize"], failure); err != nil {
			return d, err
		}
		delete(properties, "volblocksize")
		if o.VolumeBytes%storedNumber(d.Local["volblocksize"]) != 0 {
			return d, refuse(ErrInvalid, "%s: volume size must be a multiple of volume block size", failure)
		}
		d.setLocal("volsize", strconv.FormatInt(o.VolumeBytes, 10))
		if _, given := properties["refreservation"]; !given && !o.Sparse {
			if properties == nil {
				properties = map[string]string{}
			}
			properties["refreservation"] = "auto"
		}
	}
	if err := p.setNew(d, properties, failure); err != nil {
		return d, err
	}
	if p.measure().used[p.Name] > p.usable() || p.overQuota(d) {
		return d, refuse(ErrNoSpace, "%s: out of space", failure)
	}
	return d, nil
}

func (d *Dataset) setBlockSize(value, failure string) error {
	stored := strconv.Itoa(defaultBlockBytes)
	if value != "" {
		var err error
		if stored, err = native("volblocksize").parse(value); err != nil {
			return refuse(ErrInvalid, "%s: %v", failure, err)
		}
	}
	d.setLocal("volblocksize", stored)
	return nil
}

// setNew sets the properties of a dataset that is being made: no room is then "out of space" (libzfs zfs_create).
func (p *Pool) setNew(d *Dataset, properties map[string]string, failure string) error {
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		err := p.setOne(d, name, properties[name], failure)
		if refused, ok := err.(*Error); ok && refused.Kind == ErrNoSpace {
			return refuse(ErrNoSpace, "%s: out of space", failure)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// overQuota tells whether an ancestor of a dataset holds more than its quota.
func (p *Pool) overQuota(d *Dataset) bool {
	used := p.measure().used
	for at := p.index[parentName(d.Name)]; at != nil; at = p.index[parentName(at.Name)] {
		if quota := setNumber(at, "quota"); quota > 0 && used[at.Name] > quota {
			return true
		}
	}
	return false
}

// forget takes datasets that were being made out again.
func (p *Pool) forget(datasets ...*Dataset) {
	for _, d := range slices.Backward(datasets) {
		if d != nil && p.index[d.Name] == d {
			p.remove(d)
			p.dropFiles(d)
		}
	}
}
