package spec

import "math"

// MinSwap is the least max_swap that vmadm stores, in MiB (reference 9.2, step 3).
const MinSwap = 256

// minOverhead is what max_physical_memory of a virtual machine is above ram at least, in MiB (reference 9.2, step 6).
const minOverhead = 256

// MemoryOverhead is what vmadm adds to ram for max_physical_memory when a payload has only ram, in MiB (reference 9.2, step 1).
func MemoryOverhead(b Brand) int64 {
	switch b {
	case KVM:
		return 1024
	case Bhyve:
		return 1280
	}
	return 0
}

// memory are the values of reference 9.2, in MiB. nil: not in the object.
type memory struct{ ram, physical, locked, swap, tmpfs *int64 }

func readMemory(o Object) memory {
	number := func(role Role) *int64 {
		if n, ok := o[Properties().Role(role).Name].(int64); ok {
			return &n
		}
		return nil
	}
	return memory{number(RoleRAM), number(RolePhysical), number(RoleLocked), number(RoleSwap), number(RoleTmpfs)}
}

func (m memory) object() Object {
	o := Object{}
	for role, number := range map[Role]*int64{RoleRAM: m.ram, RolePhysical: m.physical, RoleLocked: m.locked, RoleSwap: m.swap, RoleTmpfs: m.tmpfs} {
		if number != nil {
			o[Properties().Role(role).Name] = *number
		}
	}
	return o
}

// EffectiveMemory says which memory limits an instance has after vmadm has read a payload: those sent, adjusted to each other, and those
// that follow from them (reference 9.2). found is the instance as it is; nil for a create. The result holds the values that vmadm
// stores; of an update only those that the payload sets or moves.
func EffectiveMemory(b Brand, found, payload Object) Object {
	sent, old := readMemory(payload), readMemory(found)
	creating := found == nil
	if creating && sent.ram == nil {
		sent.ram = new(int64(256))
	}
	if sent.ram != nil && sent.physical == nil { // step 1
		sent.physical = new(*sent.ram + MemoryOverhead(b))
	}
	if sent.physical != nil && sent.locked == nil { // step 2
		sent.locked = follow(sent.physical, old.physical, old.locked)
	}
	if sent.physical != nil && sent.swap == nil { // step 3
		sent.swap = follow(sent.physical, old.physical, old.swap)
		if old.swap != nil && *old.swap == MinSwap && *sent.physical >= MinSwap {
			sent.swap = new(*sent.physical)
		}
		sent.swap = new(max(*sent.swap, MinSwap))
	}
	if !b.HVM() { // step 4
		sent.tmpfs = effectiveTmpfs(sent, old)
	}
	if ram := or(sent.ram, old.ram); b.HVM() && ram != nil { // step 6
		sent.physical = atLeast(sent.physical, *ram+minOverhead)
		sent.locked = atLeast(sent.locked, *ram+minOverhead)
	}
	if physical := or(sent.physical, old.physical); physical != nil { // step 7
		if sent.locked != nil {
			sent.locked = new(min(*sent.locked, *physical))
		}
		sent.swap = atLeast(sent.swap, *physical)
	}
	if !b.HVM() {
		sent.ram = nil // zones do not keep it
	}
	return sent.object()
}

// follow keeps the old distance between a limit and max_physical_memory; a new instance has none.
func follow(physical, oldPhysical, oldLimit *int64) *int64 {
	if oldPhysical == nil || oldLimit == nil {
		return new(*physical)
	}
	return new(*physical + *oldLimit - *oldPhysical)
}

func effectiveTmpfs(sent, old memory) *int64 {
	physical := or(sent.physical, old.physical)
	switch {
	case sent.tmpfs != nil && physical != nil:
		return new(min(*sent.tmpfs, *physical))
	case sent.tmpfs != nil || sent.physical == nil:
		return sent.tmpfs
	case old.tmpfs != nil && old.physical != nil && *old.physical > 0:
		return new(int64(math.Round(float64(*old.tmpfs) / float64(*old.physical) * float64(*sent.physical))))
	}
	return new(*sent.physical)
}

func or(a, b *int64) *int64 {
	if a != nil {
		return a
	}
	return b
}

func atLeast(value *int64, least int64) *int64 {
	if value == nil {
		return nil
	}
	return new(max(*value, least))
}

// LeastMemoryOverhead is how far max_physical_memory and max_locked_memory of an hvm instance stay above its ram, in MiB (reference
// 9.2, step 6).
const LeastMemoryOverhead = 256
