package diff

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/specadm/specadm/spec"
)

// Simulate predicts what an instance looks like after steps, by what the reference says of vmadm (sections 8 to 14). found is nil
// when there is none, and so is the result when there is none afterwards. It predicts what plans depend on, not every field of get.
func Simulate(found spec.Object, steps []Step) spec.Object {
	s := simulation{schema: newSchema()}
	if found != nil {
		s.object = spec.Clone(found)
	}
	for _, step := range steps {
		s.run(step)
	}
	return s.object
}

// simulation is a pretended instance.
type simulation struct {
	schema *schema
	object spec.Object
	before spec.Object // the object before the update that runs
	boots  int
}

func (s *simulation) run(step Step) {
	switch step.Verb {
	case VerbCreate:
		s.create(step.Payload)
	case VerbUpdate:
		s.update(step.Payload)
	case VerbStart:
		s.boot()
		s.set(spec.RoleAutoboot, true)
	case VerbReboot:
		s.boot()
		if s.brand() == spec.Bhyve {
			s.set(spec.RoleAutoboot, true)
		}
	case VerbStop:
		s.set(spec.RoleState, string(spec.Stopped))
		s.set(spec.RoleAutoboot, false)
	case VerbReprovision:
		s.reprovision(step.Payload[s.schema.name(spec.RoleImage)])
	case VerbDelete:
		s.object = nil
	case VerbSnapshot, VerbDeleteSnapshot:
		s.snapshot(step)
	case VerbZFSSet, VerbZFSInherit, VerbZFSCreate, VerbImport: // nothing that the object shows
	}
}

// reprovision makes the zoneroot anew, with which its snapshots go, or the first disk of a machine (reference 16.4).
func (s *simulation) reprovision(image any) {
	disks := objectsIn(s.object[s.schema.name(spec.RoleDisks)])
	switch {
	case !s.brand().HVM():
		s.set(spec.RoleImage, image)
		s.set(spec.RoleSnapshots, []any{})
	case len(disks) > 0:
		disks[0][s.schema.member(spec.RoleDiskImage)] = image
	}
	s.boot()
}

// snapshot makes or deletes a snapshot.
func (s *simulation) snapshot(step Step) {
	name := s.schema.member(spec.RoleSnapshotName)
	list, _ := s.object[s.schema.name(spec.RoleSnapshots)].([]any)
	list = slices.DeleteFunc(list, func(one any) bool {
		snapshot, _ := one.(map[string]any)
		return snapshot[name] == step.Options[OptionSnapshot]
	})
	if step.Verb == VerbSnapshot {
		list = append(list, map[string]any{name: step.Options[OptionSnapshot]})
	}
	s.set(spec.RoleSnapshots, list)
}

func (s *simulation) set(role spec.Role, value any) { s.object[s.schema.name(role)] = value }

func (s *simulation) number(role spec.Role) (int64, bool) {
	n, ok := s.object[s.schema.name(role)].(int64)
	return n, ok
}

// boot gives the instance a boot timestamp that it has not had.
func (s *simulation) boot() {
	s.boots++
	s.set(spec.RoleState, string(spec.Running))
	s.set(spec.RoleBootTimestamp, fmt.Sprintf("simulated boot %d", s.boots))
}

func (s *simulation) brand() spec.Brand {
	brand, _ := s.object[s.schema.name(spec.RoleBrand)].(string)
	return spec.Brand(brand)
}

// create fills in what the plan is compared with: defaults, memory, keys of elements.
func (s *simulation) create(payload spec.Object) {
	s.object = spec.Clone(payload)
	brand := s.brand()
	rows := s.schema.table.All()
	for i := range rows {
		value, ok := rows[i].Default[brand]
		if _, has := s.object[rows[i].Name]; ok && !has && rows[i].Kind != spec.Member && rows[i].Kind != spec.Op {
			s.object[rows[i].Name] = value
		}
	}
	s.memory(nil, payload)
	s.clampQuota()
	s.join()
	for _, role := range []spec.Role{spec.RoleNICs, spec.RoleDisks} {
		row := s.schema.table.Role(role)
		elements := objectsIn(s.object[row.Name])
		s.object[row.Name] = []any{}
		for _, element := range elements {
			s.add(row, element)
		}
	}
	s.primary() // create marks the first nic; add_nics does not (observed)
	if s.object[s.schema.name(spec.RoleDelegate)] == true {
		s.set(spec.RoleDatasets, []any{"simulated"})
	}
	s.set(spec.RoleState, string(spec.Stopped))
	if s.object[s.schema.name(spec.RoleAutoboot)] != false {
		s.boot()
	}
}

// clampQuota follows reference 12.4.
func (s *simulation) clampQuota() {
	if quota, ok := s.number(spec.RoleQuota); ok && s.brand() == spec.Bhyve {
		s.set(spec.RoleQuota, max(1, quota))
	}
}

// update follows reference 10: plain values, then the operations, of which removal is the first.
func (s *simulation) update(payload spec.Object) {
	before := spec.Clone(s.object)
	s.before = before
	for _, name := range slices.Sorted(maps.Keys(payload)) {
		row, value := s.schema.row(name), payload[name]
		switch {
		case row == nil || row.Kind == spec.Op:
		case value == nil:
			delete(s.object, name)
		default:
			s.object[name] = value
		}
	}
	for _, verb := range []string{"remove_", "update_", "add_", "set_"} {
		for _, name := range slices.Sorted(maps.Keys(payload)) {
			if row := s.schema.row(name); row != nil && row.Kind == spec.Op && strings.HasPrefix(name, verb) {
				s.operate(row, payload[name])
			}
		}
	}
	s.memory(before, payload)
	s.clampQuota()
	for _, row := range s.schema.table.Roles(spec.RoleSerial) {
		usual, _ := row.AtDefault(s.brand())
		if !s.hasSerial(payload) && row.Update.Has(s.brand()) {
			s.object[row.Name] = usual
		}
	}
}

func (s *simulation) hasSerial(payload spec.Object) bool {
	return slices.ContainsFunc(s.schema.table.Roles(spec.RoleSerial), func(row *spec.Property) bool { return payload[row.Name] != nil })
}

// memory stores what vmadm makes of the limits in a payload (reference 9.2).
func (s *simulation) memory(before, payload spec.Object) {
	maps.Copy(s.object, spec.EffectiveMemory(s.brand(), before, payload))
}

// operate runs add_X, update_X, remove_X or set_X.
func (s *simulation) operate(op *spec.Property, value any) {
	parent := s.schema.row(op.Parent)
	verb, _, _ := strings.Cut(op.Name, "_")
	switch verb {
	case "set":
		entries, _ := value.(map[string]any)
		had, _ := s.object[parent.Name].(map[string]any)
		for key, entry := range entries {
			if had == nil {
				had = map[string]any{}
			}
			had[key] = entry
		}
		s.object[parent.Name] = had
	case "add":
		for _, element := range objectsIn(value) {
			s.add(parent, element)
		}
	case "remove":
		keys, _ := value.([]any)
		s.remove(parent, keys)
	case "update":
		for _, change := range objectsIn(value) {
			for _, element := range objectsIn(s.object[parent.Name]) {
				if element[parent.Key] == change[parent.Key] {
					s.merge(parent, element, change)
				}
			}
		}
	}
}

func (s *simulation) merge(collection *spec.Property, element, change map[string]any) {
	primary := s.schema.member(spec.RoleNICPrimary)
	if collection.Role == spec.RoleNICs && change[primary] == true {
		s.unmark(primary)
	}
	for name, value := range change {
		element[name] = value
	}
}

func (s *simulation) remove(parent *spec.Property, keys []any) {
	if parent.Kind == spec.Map {
		entries, _ := s.object[parent.Name].(map[string]any)
		for _, key := range keys {
			if name, ok := key.(string); ok {
				delete(entries, name)
			}
		}
		return
	}
	list, _ := s.object[parent.Name].([]any)
	s.object[parent.Name] = slices.DeleteFunc(list, func(one any) bool {
		element, _ := one.(map[string]any)
		return slices.Contains(keys, element[parent.Key])
	})
	if parent.Role == spec.RoleNICs {
		s.primary()
	}
}

// add appends an element with the key that the platform would choose: a made-up one, or for a volume one with the lowest free number.
func (s *simulation) add(collection *spec.Property, element map[string]any) {
	list, _ := s.object[collection.Name].([]any)
	added := spec.Clone(element)
	if added[collection.Key] == nil {
		added[collection.Key] = fmt.Sprintf("simulated %d", len(list))
		if collection.Role == spec.RoleDisks {
			added[collection.Key] = s.free(collection, objectsIn(list), "/dev/zvol/rdsk/simulated/disk")
		}
	}
	if collection.Role == spec.RoleNICs {
		primary := s.schema.member(spec.RoleNICPrimary)
		nics := slices.Concat(objectsIn(s.object[collection.Name]), objectsIn(s.before[collection.Name]))
		added[s.schema.member(spec.RoleNICInterface)] = s.free(collection, nics, spec.InterfacePrefix(s.brand()))
		if added[primary] == true {
			s.unmark(primary)
		}
	}
	s.object[collection.Name] = append(list, added)
}

// free is the name with the lowest number that no element has (reference 8.2, 8.3, 11.1). A name of a nic that the same update frees is not used
// again (observed).
func (s *simulation) free(collection *spec.Property, elements []map[string]any, prefix string) string {
	for n := 0; ; n++ {
		taken := func(element map[string]any) bool { return s.schema.ordinal(collection, element) == placeholder(n) }
		if !slices.ContainsFunc(elements, taken) {
			return prefix + strconv.Itoa(n)
		}
	}
}

// unmark takes the primary flag from the nic that has it.
func (s *simulation) unmark(primary string) {
	for _, nic := range objectsIn(s.object[s.schema.name(spec.RoleNICs)]) {
		delete(nic, primary)
	}
}

// primary marks the first nic when none is (reference 11.4).
func (s *simulation) primary() {
	nics := objectsIn(s.object[s.schema.name(spec.RoleNICs)])
	primary := s.schema.member(spec.RoleNICPrimary)
	if len(nics) > 0 && !slices.ContainsFunc(nics, func(nic map[string]any) bool { return nic[primary] == true }) {
		nics[0][primary] = true
	}
}
