package pool

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// Set sets properties ("quota" to "20G" or "21474836480") of a dataset as one zfs set does: those that need another one first, such as a
// reservation that needs a quota, are tried again after it. What could be set stays set when another one is refused.
func (p *Pool) Set(name string, values map[string]string) error {
	d, err := p.Get(name)
	if err != nil {
		return err
	}
	failure := fmt.Sprintf("cannot set property for '%s'", name)
	pending := slices.Sorted(maps.Keys(values))
	for {
		var refused []string
		var first error
		for _, propertyName := range pending {
			if err := p.setOne(d, propertyName, values[propertyName], failure); err != nil {
				refused = append(refused, propertyName)
				if first == nil {
					first = err
				}
			}
		}
		if len(refused) == 0 || len(refused) == len(pending) {
			return first
		}
		pending = refused
	}
}

// setOne sets one property; failure begins the sentence of a refusal.
func (p *Pool) setOne(d *Dataset, name, value, failure string) error {
	if isUserProperty(name) {
		d.setLocal(name, value)
		p.touch()
		return nil
	}
	row := native(name)
	switch {
	case row == nil:
		return refuse(ErrInvalid, "%s: invalid property '%s'", failure, name)
	case row.readonly || row.onetime:
		return refuse(ErrInvalid, "%s: '%s' is readonly", failure, name)
	case d.Type == Snapshot:
		return refuse(ErrInvalid, "%s: this property can not be modified for snapshots", failure)
	case !row.appliesTo(d.Type):
		return refuse(ErrInvalid, "%s: '%s' does not apply to datasets of this type", failure, name)
	}
	stored, err := p.parseFor(d, row, value)
	if err != nil {
		return refuse(ErrInvalid, "%s: %v", failure, err)
	}
	if why := p.checkSpace(d, name, storedNumber(stored)); why != "" {
		return refuse(ErrNoSpace, "%s: %s", failure, why)
	}
	if name == "volsize" {
		p.followVolumeSize(d, storedNumber(stored))
	}
	if row.unlimited && stored == "" {
		delete(d.Local, name)
		delete(d.Received, name)
	} else {
		d.setLocal(name, stored)
	}
	p.touch()
	return nil
}

// parseFor is property.parse with what depends on the dataset.
func (p *Pool) parseFor(d *Dataset, row *property, value string) (string, error) {
	if row.name == "refreservation" && value == "auto" {
		if d.Type != Volume {
			return "", fmt.Errorf("'refreservation=auto' only allowed on volumes")
		}
		return strconv.FormatInt(p.automatic(d), 10), nil
	}
	stored, err := row.parse(value)
	if err != nil {
		return "", err
	}
	block := storedNumber(d.Local["volblocksize"])
	if row.name == "volsize" && storedNumber(stored)%block != 0 {
		return "", fmt.Errorf("'volsize' must be a multiple of volume block size (%s)", FormatSize(block))
	}
	return stored, nil
}

// automatic is the refreservation that covers a volume as it is.
func (p *Pool) automatic(d *Dataset) int64 {
	return VolumeReservation(storedNumber(d.Local["volsize"]), storedNumber(d.Local["volblocksize"]))
}

// followVolumeSize moves a refreservation that covered the old size of a volume.
func (p *Pool) followVolumeSize(d *Dataset, bytes int64) {
	if setNumber(d, "refreservation") == p.automatic(d) {
		d.setLocal("refreservation", strconv.FormatInt(VolumeReservation(bytes, storedNumber(d.Local["volblocksize"])), 10))
	}
}

const (
	belowUsed  = "size is less than current used or reserved space"
	aboveSpace = "size is greater than available space"
)

// checkSpace tells why a quota, reservation or size is refused, or nothing. The rules are those of the dsl_*_check functions of the
// illumos kernel; a volume that is covered by its refreservation needs room for what the new size reserves.
func (p *Pool) checkSpace(d *Dataset, name string, bytes int64) string {
	used := p.measure().used[d.Name]
	switch name {
	case "quota":
		if bytes > 0 && (bytes < used || bytes < setNumber(d, "reservation")) {
			return belowUsed
		}
	case "refquota":
		if bytes > 0 && (bytes < d.Referenced || bytes < setNumber(d, "refreservation")) {
			return belowUsed
		}
	case "reservation":
		return p.checkReservation(d, used, bytes)
	case "refreservation":
		return p.checkRefreservation(d, bytes)
	case "volsize":
		if setNumber(d, "refreservation") == p.automatic(d) {
			return p.checkRefreservation(d, VolumeReservation(bytes, storedNumber(d.Local["volblocksize"])))
		}
	}
	return ""
}

func (p *Pool) checkReservation(d *Dataset, used, bytes int64) string {
	quota := setNumber(d, "quota")
	if quota > 0 && bytes > quota {
		return aboveSpace
	}
	space := p.usable() - used
	if parent := p.index[parentName(d.Name)]; parent != nil {
		space = p.available(parent)
	}
	if max(used, bytes)-max(used, setNumber(d, "reservation")) > space {
		return aboveSpace
	}
	return ""
}

func (p *Pool) checkRefreservation(d *Dataset, bytes int64) string {
	refquota := setNumber(d, "refquota")
	if refquota > 0 && bytes > refquota {
		return aboveSpace
	}
	if max(d.Written, bytes)-max(d.Written, setNumber(d, "refreservation")) > p.available(d) {
		return aboveSpace
	}
	return ""
}

// Inherit removes the local value of a property; with received the received value counts again (zfs inherit -S).
func (p *Pool) Inherit(name, propertyName string, received bool) error {
	d, err := p.Get(name)
	if err != nil {
		return err
	}
	row := native(propertyName)
	switch {
	case isUserProperty(propertyName):
	case row == nil:
		return refuse(ErrInvalid, "invalid property '%s'", propertyName)
	case row.readonly || row.onetime || propertyName == "volsize":
		return refuse(ErrInvalid, "'%s' property cannot be inherited", propertyName)
	case !row.inherits && !received:
		return refuse(ErrInvalid, "'%s' property cannot be inherited\nuse 'zfs set %s=%s' to clear\n"+
			"use 'zfs inherit -S %s' to revert to received value", propertyName, propertyName, row.cleared(), propertyName)
	}
	delete(d.Local, propertyName)
	if !received {
		delete(d.Received, propertyName)
	}
	p.touch()
	return nil
}

// cleared is the value that takes a property back to its default.
func (row *property) cleared() string {
	if row.unlimited {
		return "none"
	}
	return row.preset
}
