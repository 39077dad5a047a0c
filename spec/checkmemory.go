package spec

import (
	"fmt"
	"maps"
	"slices"
)

// memory warns of limits that create stores differently from what the manifest says.
func (c *checker) memory(o Object) {
	if m := readMemory(o); m.locked == nil && m.swap == nil && m.tmpfs == nil && (m.physical == nil || !c.brand.HVM()) {
		return // nothing that could be raised or lowered
	}
	effective := EffectiveMemory(c.brand, nil, o)
	for _, name := range slices.Sorted(maps.Keys(effective)) {
		wanted, declared := o[name].(int64)
		stored := effective[name].(int64)
		if !declared || stored == wanted {
			continue
		}
		verb := "raises"
		if stored < wanted {
			verb = "lowers"
		}
		c.add("SA1408", "/"+name, fmt.Sprintf("vmadm %s %s from %s to %s", verb, name, FormatSize(wanted, MiB), FormatSize(stored, MiB)),
			"write "+FormatSize(stored, MiB))
	}
}
