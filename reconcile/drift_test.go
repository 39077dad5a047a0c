package reconcile

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/spec"
)

// move is something that somebody does to an instance by hand. It says nothing about keys that only the node knows, so that it can be
// drawn before there is an instance.
type move struct {
	row   *spec.Property // what vmadm update is told about; nil: see the others
	value any            // in normal form
	how   string         // of an element: add, update, remove; of an entry: set, remove
	index int            // of the element or entry
	verb  diff.Verb      // start or stop
	mark  string         // "none", "other": what becomes of the owner mark
}

// moves draws some.
func (d *dice) moves() []move {
	other := &dice{T: d.T, values: d.values, brand: d.brand, instance: d.instance + 100}
	wanted := other.valid("other", other.draft()).Spec
	var moves []move
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		row, _ := spec.Properties().Lookup(name)
		if row.Update.Has(d.brand) && d.odds(2) {
			moves = append(moves, move{row: row, value: wanted[name], index: int(d.number(0, 2)), how: pick(d, "add", "update", "remove")})
		}
	}
	switch pick(d, "", "", "start", "stop", "bounce") {
	case "start":
		moves = append(moves, move{verb: diff.VerbStart})
	case "stop":
		moves = append(moves, move{verb: diff.VerbStop})
	case "bounce":
		moves = append([]move{{verb: diff.VerbStop}}, append(moves, move{verb: diff.VerbStart})...)
	}
	if d.odds(4) {
		moves = append(moves, move{mark: pick(d, "none", "other")})
	}
	return moves
}

// step is the command for a move; ok is false where vmadm would refuse it.
func (m move) step(brand spec.Brand, found spec.Object) (step diff.Step, ok bool) {
	uuid, _ := found["uuid"].(string)
	running := found["state"] == "running"
	switch {
	case m.verb != "":
		return diff.Step{Verb: m.verb, Target: uuid}, running == (m.verb == diff.VerbStop)
	case m.mark == "none":
		return diff.Step{Verb: diff.VerbUpdate, Target: uuid, Payload: spec.Object{"remove_internal_metadata": []any{spec.MarkKey}}}, true
	case m.mark != "":
		text, _ := json.Marshal(spec.OwnerMark{Owner: "somebody", Name: "else", UUID: uuid})
		return diff.Step{Verb: diff.VerbUpdate, Target: uuid, Payload: spec.Object{"set_internal_metadata": map[string]any{spec.MarkKey: string(text)}}}, true
	}
	payload := m.payload(brand, found)
	refused := len(payload) == 0 || spec.HasErrors(spec.ValidateUpdate(brand, payload)) || running && m.row.Effect[brand] == spec.EffectStopped
	return diff.Step{Verb: diff.VerbUpdate, Target: uuid, Payload: payload}, !refused
}

// payload is what vmadm update reads for a move.
func (m move) payload(brand spec.Brand, found spec.Object) spec.Object {
	name := m.row.Name
	switch m.row.Kind {
	case spec.Map:
		entries, _ := found[name].(map[string]any)
		keys := slices.DeleteFunc(slices.Sorted(maps.Keys(entries)), func(key string) bool { return key == spec.MarkKey })
		if m.how == "remove" && len(keys) > 0 {
			return spec.Object{"remove_" + name: []any{keys[m.index%len(keys)]}}
		}
		return spec.Object{"set_" + name: m.value}
	case spec.Objects:
		return m.elements(brand, found)
	}
	value := m.value
	if value == nil && !m.row.Unset.Possible {
		return nil
	}
	if value == nil {
		value = m.row.Unset.Value
	}
	return spec.Object{name: value}
}

func (m move) elements(brand spec.Brand, found spec.Object) spec.Object {
	name := m.row.Name
	there, _ := found[name].([]any)
	wanted, _ := m.value.([]any)
	switch {
	case m.how == "remove" && len(there) > 0:
		return spec.Object{"remove_" + name: []any{there[m.index%len(there)].(map[string]any)[m.row.Key]}}
	case len(wanted) == 0:
		return nil
	}
	element := spec.Clone(wanted[m.index%len(wanted)].(map[string]any))
	same := func(one any) bool { return one.(map[string]any)[m.row.Key] == element[m.row.Key] }
	if m.how == "add" && element[m.row.Key] != nil && slices.ContainsFunc(there, same) {
		return nil
	}
	if m.how == "add" {
		maps.DeleteFunc(element, func(_ string, value any) bool { return value == nil || value == false })
		return spec.Object{"add_" + name: []any{element}}
	}
	if len(there) == 0 {
		return nil
	}
	was := there[m.index%len(there)].(map[string]any)
	maps.DeleteFunc(element, func(member string, value any) bool {
		row, _ := spec.Properties().Member(name, member)
		fixed := row.Role == spec.RoleNICPrimary || row.Role == spec.RoleDiskMedia || row.Role == spec.RoleDiskSize
		return value == nil || fixed || !row.Update.Has(brand) || member == m.row.Key || row.Equal(was[member], value)
	})
	if len(element) == 0 {
		return nil
	}
	element[m.row.Key] = was[m.row.Key]
	return spec.Object{"update_" + name: []any{element}}
}

// shown makes of a simulated instance what vmadm get would show: keys that the platform chooses, and nothing that it hides.
func shown(object spec.Object) spec.Object {
	brand := spec.Brand(object["brand"].(string))
	uuid := object["uuid"].(string)
	shown := spec.Clone(object)
	for name, value := range shown {
		row, ok := spec.Properties().Lookup(name)
		if !ok {
			continue
		}
		list, isList := value.([]any)
		empty := value == "" || isList && len(list) == 0 && row.Kind != spec.Objects || value == int64(0) && !row.KeepZero && row.Absent == nil
		if row.Get[brand] == spec.Never || row.Get[brand] == spec.NonDefault && row.Equal(value, row.Absent) || empty {
			delete(shown, name)
		}
	}
	shown["zfs_filesystem"] = "zones/" + uuid
	free := func(list []any, member, form string) string {
		for n := 0; ; n++ {
			key := fmt.Sprintf(form, n)
			if !slices.ContainsFunc(list, func(one any) bool { return one.(map[string]any)[member] == key }) {
				return key
			}
		}
	}
	nics, _ := shown["nics"].([]any)
	for _, one := range nics {
		nic := one.(map[string]any)
		if mac, _ := nic["mac"].(string); strings.Contains(mac, "simulated") {
			nic["mac"] = free(nics, "mac", "52:00:00:00:00:%02x")
		}
		maps.DeleteFunc(nic, func(_ string, value any) bool { list, ok := value.([]any); return value == nil || ok && len(list) == 0 })
	}
	disks, _ := shown["disks"].([]any)
	separator := map[spec.Brand]string{spec.KVM: "-", spec.Bhyve: "/"}[brand]
	for _, one := range disks {
		disk := one.(map[string]any)
		path, _ := disk["path"].(string)
		fill := func(member string, value any) {
			if disk[member] == nil {
				disk[member] = value
			}
		}
		fill("media", "disk")
		if strings.Contains(path, "simulated") {
			disk["path"] = free(disks, "path", "/dev/zvol/rdsk/zones/"+uuid+separator+"disk%d")
			disk["zfs_filesystem"] = strings.TrimPrefix(disk["path"].(string), "/dev/zvol/rdsk/")
			fill("zpool", "zones")
			fill("size", int64(10240))
			fill("block_size", int64(8192))
			fill("compression", "off")
			fill("refreservation", disk["size"])
		}
		if brand == spec.Bhyve {
			fill("uuid", free(disks, "uuid", "0e6cf1a4-9fd4-4c8f-8f8e-b7a3d2a6c7%02d"))
			fill("pci_slot", free(disks, "pci_slot", "0:4:%d"))
		}
		fill("boot", false)
	}
	return shown
}
