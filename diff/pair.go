package diff

import (
	"slices"

	"github.com/specadm/specadm/spec"
)

// pair says for each wanted element which found one it means; -1 is none. ambiguous is the index of a wanted element for which more
// than one answer is possible, else -1.
//
// nics are matched by mac, else interface, else an equal address, else nic_tag and vlan_id where that leaves as many on each side; disks by path, else uuid, else position among the disks of the same kind; the others by their key (design 8).
func pair(schema *schema, brand spec.Brand, collection *spec.Property, wanted, found []map[string]any) (pairs []int, ambiguous int) {
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
		differ := func(w, f map[string]any) int { return schema.differences(brand, collection, w, f) }
		p.settle(func(w, f map[string]any) bool { return alike(w, f) && schema.agrees(brand, collection, w, f) })
		if i := p.unique(alike, differ); i >= 0 {
			return p.pairs, i
		}
		p.last()
	case spec.RoleDisks:
		uuid, media := schema.member(spec.RoleDiskUUID), schema.member(spec.RoleDiskMedia)
		p.by(func(w, f map[string]any) bool { return w[uuid] != nil && w[uuid] == f[uuid] })
		p.pinned = func(w map[string]any) bool { return w[uuid] != nil || w[key] != nil && mediaOf(w[media]) != "disk" }
		kind := func(w, f map[string]any) bool { return mediaOf(w[media]) == mediaOf(f[media]) }
		agrees := func(w, f map[string]any) bool { return kind(w, f) && schema.agrees(brand, collection, w, f) }
		if i := p.exact(agrees, kind); i >= 0 {
			return p.pairs, i
		}
		p.by(agrees) // a disk that was put between others, or moved, is not the one at its place
		p.by(kind)
	}
	return p.pairs, -1
}

// agrees reports whether all that a wanted element declares is so in a found one.
func (s *schema) agrees(brand spec.Brand, collection *spec.Property, wanted, found map[string]any) bool {
	return s.differences(brand, collection, wanted, found) == 0
}

// differences counts the members that a wanted element declares and a found one has otherwise.
func (s *schema) differences(brand spec.Brand, collection *spec.Property, wanted, found map[string]any) int {
	n := 0
	for name, value := range wanted {
		row := s.members[collection.Name][name]
		if row == nil || value == nil {
			continue
		}
		shown, ok := found[name]
		if ok && !row.Equal(shown, value) || !ok && row.Get[brand] != spec.Never && !row.Generated && !vanishes(row, brand, value) {
			n++
		}
	}
	return n
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

// settle pairs what agrees with exactly one, until nothing is settled by that any more.
func (p *pairing) settle(agrees func(wanted, found map[string]any) bool) {
	for again := true; again; {
		again = false
		for i, w := range p.wanted {
			if p.pairs[i] < 0 && !p.pinned(w) && p.free(w, agrees) == 1 {
				p.take(i, agrees)
				again = true
			}
		}
	}
}

// unique pairs what is alike to as many on the other side, in order, since nics get their numbers in the order of the manifest (reference 8.2). It
// gives the first for which that does not settle it: it is alike to more or fewer, or the order is not what it was.
func (p *pairing) unique(alike func(wanted, found map[string]any) bool, differ func(wanted, found map[string]any) int) (ambiguous int) {
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
		if len(candidates) != len(rivals) || len(rivals) > 1 && p.crossed(rivals, candidates, differ) {
			return i
		}
		for n, rival := range rivals {
			p.pairs[rival], p.taken[candidates[n]] = candidates[n], true
		}
	}
	return -1
}

// crossed reports whether something speaks against pairing these in order: another order changes less, or the elements that are paired already
// stand in another order than they were found in, and these all differ.
func (p *pairing) crossed(rivals, candidates []int, differ func(wanted, found map[string]any) int) bool {
	costs := func(n, m int) int { return differ(p.wanted[rivals[n]], p.found[candidates[m]]) }
	changes := false
	for n := range rivals {
		changes = changes || costs(n, n) > 0
		for m := range n {
			if costs(n, n)+costs(m, m) > costs(n, m)+costs(m, n) {
				return true
			}
		}
	}
	last := -1
	for i, at := range p.pairs {
		if n := slices.Index(rivals, i); n >= 0 {
			at = candidates[n]
		}
		if at >= 0 && at < last {
			return changes
		}
		last = max(last, at)
	}
	return false
}

// last pairs the only one left on each side: with nothing else to confuse it with, it has changed.
func (p *pairing) last() {
	wanted, found := -1, -1
	for i, w := range p.wanted {
		if p.pairs[i] < 0 {
			if wanted >= 0 || p.pinned(w) {
				return
			}
			wanted = i
		}
	}
	for j := range p.found {
		if !p.taken[j] {
			if found >= 0 {
				return
			}
			found = j
		}
	}
	if wanted >= 0 && found >= 0 {
		p.pairs[wanted], p.taken[found] = found, true
	}
}

// shareAddress reports whether two lists of addresses have one in common. dhcp and addrconf are no address.
func shareAddress(a, b any) bool {
	list, _ := a.([]any)
	other, _ := b.([]any)
	return slices.ContainsFunc(list, func(one any) bool {
		return one != "dhcp" && one != "addrconf" && slices.Contains(other, one)
	})
}

// exact is for when something has to go: with fewer wanted than found, position does not tell what. It pairs what agrees with exactly
// one; it gives the first wanted element for which that does not settle it.
func (p *pairing) exact(agrees, kind func(wanted, found map[string]any) bool) (ambiguous int) {
	for i, w := range p.wanted {
		if p.pairs[i] >= 0 || p.pinned(w) || p.free(w, kind) <= p.rivals(i, kind) {
			continue
		}
		if p.free(w, agrees) != 1 {
			return i
		}
		p.take(i, agrees)
	}
	return -1
}

// take pairs a wanted element with the first that is alike and not paired yet.
func (p *pairing) take(i int, alike func(wanted, found map[string]any) bool) {
	for j, f := range p.found {
		if !p.taken[j] && alike(p.wanted[i], f) {
			p.pairs[i], p.taken[j] = j, true
			return
		}
	}
}

// free counts the found elements that are not paired yet and alike to a wanted one.
func (p *pairing) free(w map[string]any, alike func(wanted, found map[string]any) bool) int {
	n := 0
	for j, f := range p.found {
		if !p.taken[j] && alike(w, f) {
			n++
		}
	}
	return n
}

// rivals counts the wanted elements that are not paired yet and of the same kind as the i-th, itself included.
func (p *pairing) rivals(i int, kind func(a, b map[string]any) bool) int {
	n := 0
	for other, w := range p.wanted {
		if p.pairs[other] < 0 && !p.pinned(w) && kind(w, p.wanted[i]) {
			n++
		}
	}
	return n
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
