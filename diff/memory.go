package diff

import (
	"fmt"

	"github.com/specadm/specadm/spec"
)

// effective is what the platform makes of the wanted memory values and quota: it raises and lowers some without a word (reference 9.2,
// steps 4 to 7, and 12.4). They are compared by what they become, and a note says so; nothing else is changed.
func (x *comparison) effective(wanted spec.Object) spec.Object {
	physical, known := x.physicalAfter(wanted)
	clamped := wanted
	clamp := func(role spec.Role, to func(int64) int64) {
		row := x.schema.table.Role(role)
		value, ok := row.Normal(clamped[row.Name]).(int64)
		if !ok || to(value) == value {
			return
		}
		copied := make(spec.Object, len(clamped))
		for name, other := range clamped {
			copied[name] = other
		}
		clamped = copied
		clamped[row.Name] = to(value)
		x.item.Notes = append(x.item.Notes, Reason{
			Code: CodeClamped, Origin: x.item.Manifest.Position("/spec/" + row.Name),
			Text: fmt.Sprintf("vmadm makes %[1]s %[2]d %[4]s of the %[3]d %[4]s that the manifest says", row.Name, to(value), value, row.Unit),
			Try:  fmt.Sprintf("write %s: %d", row.Name, to(value)),
		})
	}
	atLeast := func(least int64) func(int64) int64 { return func(n int64) int64 { return max(n, least) } }
	atMost := func(most int64) func(int64) int64 { return func(n int64) int64 { return min(n, most) } }
	if x.brand == spec.Bhyve { // reference 12.4
		clamp(spec.RoleQuota, atLeast(1))
	}
	if !known {
		return clamped
	}
	if ram, ok := x.wantedOrFound(wanted, spec.RoleRAM); ok && x.brand.HVM() {
		clamp(spec.RolePhysical, atLeast(ram+spec.LeastMemoryOverhead))
		clamp(spec.RoleLocked, atLeast(ram+spec.LeastMemoryOverhead))
	}
	clamp(spec.RoleLocked, atMost(physical))
	clamp(spec.RoleSwap, atLeast(max(physical, spec.MinSwap)))
	clamp(spec.RoleTmpfs, atMost(physical))
	return clamped
}

// physicalAfter is max_physical_memory once the manifest holds.
func (x *comparison) physicalAfter(wanted spec.Object) (int64, bool) {
	ram, declared := x.schema.table.Role(spec.RoleRAM).Normal(wanted[x.schema.name(spec.RoleRAM)]).(int64)
	physical, own := x.schema.table.Role(spec.RolePhysical).Normal(wanted[x.schema.name(spec.RolePhysical)]).(int64)
	found, known := x.number(x.found.object, spec.RolePhysical)
	switch {
	case own && x.brand.HVM() && declared:
		return max(physical, ram+spec.LeastMemoryOverhead), true
	case own:
		return physical, true
	case declared && !x.brand.HVM():
		return ram, true
	case declared:
		before, _ := x.number(x.found.object, spec.RoleRAM)
		if ram != before && found == before+spec.MemoryOverhead(x.brand) {
			return ram + spec.MemoryOverhead(x.brand), true
		}
		return max(found, ram+spec.LeastMemoryOverhead), known
	}
	return found, known
}

func (x *comparison) wantedOrFound(wanted spec.Object, role spec.Role) (int64, bool) {
	if n, ok := x.schema.table.Role(role).Normal(wanted[x.schema.name(role)]).(int64); ok {
		return n, true
	}
	return x.number(x.found.object, role)
}

// keepMemory adds to a payload what has to be said again so that it stays: when ram or max_physical_memory is in an update, vmadm
// moves the limits that are not (reference 9.2).
func (x *comparison) keepMemory(payload spec.Object) {
	ram, physical := x.schema.name(spec.RoleRAM), x.schema.name(spec.RolePhysical)
	_, ramMoves := payload[ram]
	_, physicalMoves := payload[physical]
	if !ramMoves && !physicalMoves {
		return
	}
	for _, role := range []spec.Role{spec.RolePhysical, spec.RoleLocked, spec.RoleSwap, spec.RoleTmpfs} {
		row := x.schema.table.Role(role)
		wanted, declared := row.Normal(x.wanted[row.Name]).(int64)
		if _, there := payload[row.Name]; declared && !there && row.Update.Has(x.brand) {
			payload[row.Name] = wanted
		}
	}
	if !ramMoves || !x.brand.HVM() || payload[physical] != nil {
		return
	}
	before, _ := x.number(x.found.object, spec.RoleRAM)
	found, known := x.number(x.found.object, spec.RolePhysical)
	after, _ := payload[ram].(int64)
	if known && found != before+spec.MemoryOverhead(x.brand) { // somebody chose it; vmadm would reset it
		payload[physical] = max(found, after+spec.LeastMemoryOverhead)
	}
}
