package vm

import (
	"math"
	"slices"

	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/property"
)

// The memory properties that move together (reference 9.2).
const (
	ramKey    = "ram"
	physKey   = "max_physical_memory"
	lockedKey = "max_locked_memory"
	swapKey   = "max_swap"
	tmpfsKey  = "tmpfs"
)

const (
	defaultRAMMiB = 256
	leastSwapMiB  = 256
)

// arrangeMemory adds to a payload of converted types what follows from the memory values in it, and raises what is too small. old is the
// object of the VM, nil on create. The order of the steps is the platform's and shows in the results. It comes before validation
// (reference 8.2, 10.1), so that a swap that is raised in time is no bad value, while a limit that falls below 0 is one. A payload with a
// value that is no number is left alone, for validation to refuse.
func arrangeMemory(payload, old *js.Object, brand property.Brand) {
	m := memory{payload: payload, old: old, create: old == nil}
	if m.unreadable() {
		return
	}
	if value, _ := payload.Get(ramKey); m.create && value == nil {
		m.set(ramKey, defaultRAMMiB)
	}
	ram, ramGiven := m.given(ramKey)
	if _, given := m.given(physKey); ramGiven && !given {
		m.set(physKey, ram+brand.MemoryOverheadMiB)
	}
	phys, physGiven := m.given(physKey)
	if physGiven {
		m.followPhysical(phys)
	}
	m.arrangeTmpfs(phys, physGiven, brand)
	m.fillIDs()
	if brand.Machine {
		least := m.number(ramKey) + brand.LeastOverheadMiB
		for _, key := range []string{physKey, lockedKey} {
			if known := m.payload.Has(key) || m.old.Has(key); known && least > m.number(key) {
				m.set(key, least)
			}
		}
	}
	phys = m.number(physKey)
	if locked, given := m.given(lockedKey); given && locked > phys {
		m.set(lockedKey, phys)
	}
	if swap, given := m.given(swapKey); given && swap < phys {
		m.set(swapKey, phys)
	}
}

type memory struct {
	payload, old *js.Object
	create       bool
}

// unreadable tells whether the payload has a memory value that is neither a number nor null.
func (m memory) unreadable() bool {
	return slices.ContainsFunc([]string{ramKey, physKey, lockedKey, swapKey, tmpfsKey}, func(key string) bool {
		value, given := m.payload.Get(key)
		_, isNumber := value.(float64)
		return given && value != nil && !isNumber
	})
}

// given is a number of the payload.
func (m memory) given(key string) (float64, bool) { return m.payload.Number(key) }

// number is the value that will hold: of the payload, else of the VM.
func (m memory) number(key string) float64 {
	if number, given := m.given(key); given {
		return number
	}
	return m.before(key)
}

// before is a number of the VM as it is; attributes of HVM brands without a value count as 0.
func (m memory) before(key string) float64 {
	number, _ := m.old.Number(key)
	return number
}

func (m memory) set(key string, number float64) { m.payload.Set(key, number) }

// followPhysical lets the locked memory and the swap follow the physical memory: on update the differences stay.
func (m memory) followPhysical(phys float64) {
	oldPhys := m.before(physKey)
	if _, given := m.given(lockedKey); !given {
		m.set(lockedKey, phys-(oldPhys-m.beforeOr(lockedKey, oldPhys)))
	}
	if _, given := m.given(swapKey); !given {
		oldSwap := m.beforeOr(swapKey, oldPhys)
		swap := phys + (oldSwap - oldPhys)
		if oldSwap == leastSwapMiB && phys >= leastSwapMiB {
			swap = phys
		}
		m.set(swapKey, math.Max(swap, leastSwapMiB))
	}
}

func (m memory) beforeOr(key string, otherwise float64) float64 {
	if number, ok := m.old.Number(key); ok {
		return number
	}
	return otherwise
}

func (m memory) arrangeTmpfs(phys float64, physGiven bool, brand property.Brand) {
	if brand.Machine {
		return
	}
	if tmpfs, given := m.given(tmpfsKey); given {
		if limit := m.number(physKey); tmpfs > limit {
			m.set(tmpfsKey, limit)
		}
		return
	}
	if !physGiven || m.payload.Has(tmpfsKey) {
		return
	}
	if m.create {
		m.set(tmpfsKey, phys)
		return
	}
	if oldTmpfs, had := m.old.Number(tmpfsKey); had && m.before(physKey) > 0 {
		m.set(tmpfsKey, math.Round(oldTmpfs/m.before(physKey)*phys))
	}
}

// fillIDs gives the System V limits their defaults where the VM has none. They do not follow later changes, not even the raise of the
// physical memory in the next step.
func (m memory) fillIDs() {
	fill := func(key string, number float64) {
		if !m.payload.Has(key) && !m.old.Has(key) {
			m.set(key, number)
		}
	}
	fill("max_shm_memory", m.number(physKey))
	for _, key := range []string{"max_msg_ids", "max_sem_ids", "max_shm_ids"} {
		fill(key, 4096)
	}
}
