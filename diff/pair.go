package diff

import (
	"slices"

	"github.com/specadm/specadm/spec"
)

// pair says for each wanted element which found one it means; -1 is none. ambiguous is the index of a wanted element for which more
// than one answer is possible, else -1.
//
// nics are matched by mac, else interface, else an equal address, else nic_tag and vlan_id where that leaves as many on each side; disks by path, else uuid, else position among the disks of the same kind; the others by their key (design 8).
func pair(schema *schema, collection *spec.Property, wanted, found []map[string]any) (pairs []int, ambiguous int) {
	p := pairing{wanted: wanted, found: found, pairs: make([]int, len(wanted)), taken: make([]bool, len(found))}
	for i := range p.pairs {
		p.pairs[i] = -1
	}
	key := collection.Key
	p.by(func(w, f map[string]any) bool { return w[key] != nil && w[key] == f[key] })
	switch collection.Role {
	case spec.RoleNICs:
		p.pinned = func(w map[string]any) bool { return w[key] != nil }
		iface, ips := schema.member(spec.RoleNICInterface), schema.member(spec.RoleNICIPs)
		tag, vlan := schema.member(spec.RoleNICTag), schema.member(spec.RoleNICVLAN)
		p.by(func(w, f map[string]any) bool { return w[iface] != nil && w[iface] == f[iface] })
		p.by(func(w, f map[string]any) bool { return shareAddress(w[ips], f[ips]) })
		alike := func(w, f map[string]any) bool { return w[tag] == f[tag] && vlanOf(w[vlan]) == vlanOf(f[vlan]) }
		return p.pairs, p.unique(alike)
	case spec.RoleDisks:
		uuid, media := schema.member(spec.RoleDiskUUID), schema.member(spec.RoleDiskMedia)
		p.by(func(w, f map[string]any) bool { return w[uuid] != nil && w[uuid] == f[uuid] })
		p.pinned = func(w map[string]any) bool { return w[uuid] != nil || w[key] != nil && mediaOf(w[media]) != "disk" }
		p.by(func(w, f map[string]any) bool { return mediaOf(w[media]) == mediaOf(f[media]) })
	}
	return p.pairs, -1
}

type pairing struct {
	wanted, found []map[string]any
	pairs         []int
	taken         []bool
	pinned        func(wanted map[string]any) bool // it says itself which one it is, and that one is not there
}

// by pairs, in order, what is alike, not paired yet and not pinned.
func (p *pairing) by(alike func(wanted, found map[string]any) bool) {
	for i, w := range p.wanted {
		for j, f := range p.found {
			if p.pairs[i] < 0 && !p.taken[j] && (p.pinned == nil || !p.pinned(w)) && alike(w, f) {
				p.pairs[i], p.taken[j] = j, true
			}
		}
	}
}

// unique pairs what is alike to as many on the other side, in order; it gives the first that is alike to more or fewer.
func (p *pairing) unique(alike func(wanted, found map[string]any) bool) (ambiguous int) {
	for i, w := range p.wanted {
		if p.pairs[i] >= 0 || p.pinned(w) {
			continue
		}
		var candidates, rivals []int
		for j, f := range p.found {
			if !p.taken[j] && alike(w, f) {
				candidates = append(candidates, j)
			}
		}
		if len(candidates) == 0 {
			continue
		}
		for other, v := range p.wanted {
			if p.pairs[other] < 0 && !p.pinned(v) && alike(v, p.found[candidates[0]]) {
				rivals = append(rivals, other)
			}
		}
		if len(candidates) != len(rivals) {
			return i
		}
		for n, rival := range rivals { // nics get their numbers in the order of the manifest (reference 8.2)
			p.pairs[rival], p.taken[candidates[n]] = candidates[n], true
		}
	}
	return -1
}

// shareAddress reports whether two lists of addresses have one in common. dhcp and addrconf are no address.
func shareAddress(a, b any) bool {
	list, _ := a.([]any)
	other, _ := b.([]any)
	return slices.ContainsFunc(list, func(one any) bool {
		return one != "dhcp" && one != "addrconf" && slices.Contains(other, one)
	})
}

// vlanOf treats an absent VLAN and 0 as the same (reference 11.5).
func vlanOf(value any) int64 {
	n, _ := value.(int64)
	return n
}

func mediaOf(value any) string {
	if media, ok := value.(string); ok && media != "" {
		return media
	}
	return "disk"
}
