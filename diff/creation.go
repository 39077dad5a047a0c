package diff

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/specadm/specadm/spec"
)

// creation plans an instance that is not there: its images first, then the instance, then its power state, then what create cannot
// say. removal is the deletion of another that has to go before, nil for none. autoboot false keeps a new instance down; vmadm starts it
// otherwise (reference 8.4).
func (c *computer) creation(item *Item, removal *Step, down bool) {
	m := item.Manifest
	payload, later := c.createPayload(item)
	autobootName := c.schema.name(spec.RoleAutoboot)
	autoboot, declared := c.autobootOf(m.Spec, item.Brand)
	if down {
		payload[autobootName] = false
	}
	for i, nic := range objectsIn(m.Spec[c.schema.name(spec.RoleNICs)]) {
		s := site{row: c.schema.table.Role(spec.RoleNICInterface), parent: c.schema.table.Role(spec.RoleNICs), index: i, key: placeholder(i)}
		gets := spec.InterfacePrefix(item.Brand) + strconv.Itoa(i)
		if wanted := nic[s.row.BaseName()]; wanted != nil && wanted != gets {
			item.Blocked = append(item.Blocked, Reason{
				Code: CodeCannotConverge, Origin: m.Position(s.pointer()),
				Text: fmt.Sprintf("cannot converge: vmadm numbers the interfaces of a new instance itself, so %s becomes %s and not %s", s.path(), gets, words(wanted)),
				Try:  "leave interface out, or bring the nics into the order of their interfaces",
			})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.Spec)) {
		row, value := c.schema.row(name), m.Spec[name]
		if row != nil && row.Delegated && m.Spec[c.schema.name(spec.RoleDelegate)] != true && !vanishes(row, item.Brand, value) {
			item.Blocked = append(item.Blocked, Reason{
				Code: CodeCannotConverge, Origin: m.Position("/spec/" + name), Try: "write delegate_dataset: true where the brand has it, or leave the line out",
				Text: fmt.Sprintf("cannot converge: %s is of the delegated dataset, and the manifest wants none", name),
			})
		}
	}
	c.checkPools(item, payload)
	risk := spec.Live
	if removal != nil {
		risk = removal.Risk
	}
	needs := c.imports(item, payload, risk)
	if removal != nil {
		removal.Needs = needs
		needs = []int{item.step(*removal)}
	}
	paths := c.declaredPaths(item, nil)
	own := c.ownPaths(m)
	mark := c.newMark(item, sortPaths(slices.Concat(paths, own)), nil)
	c.putMark(payload, c.schema.name(spec.RoleInternalMetadata), mark)

	for _, path := range sortPaths(slices.Concat(paths, own)) {
		item.Changes = append(item.Changes, Change{
			Path: path.text, Op: OpAdd, After: path.value, Unit: path.row.Unit, Cause: CauseManifest, Effect: spec.EffectLive, Risk: spec.Live,
			Origin: m.Position(path.pointer), Sensitive: c.sensitive(path.site) || m.HoldsSecret(path.pointer),
			Unknown: m.StandIn(path.pointer) != nil,
		})
	}
	created := item.step(Step{
		Verb: VerbCreate, Target: item.UUID, Payload: payload, Paths: textsOf(paths), Needs: needs, Risk: spec.Live,
		Reason: "no instance of this name exists",
	})
	if removal != nil {
		item.Steps[created].Reason = removal.Reason
	}
	ends := !down && (!declared || autoboot) // what create leaves it in
	last := created
	if (m.State == spec.Running || removal != nil && !down) && !ends {
		last = item.step(Step{Verb: VerbStart, Target: item.UUID, Needs: []int{last}, Risk: spec.Live, Reason: "the manifest wants it running"})
		later[autobootName] = false // start has set it
	}
	if down && declared && autoboot {
		later[autobootName] = true
	}
	if len(later) > 0 {
		names := slices.Sorted(maps.Keys(later))
		c.saySerial(later, item.Brand, m.Spec)
		item.step(Step{
			Verb: VerbUpdate, Target: item.UUID, Payload: later, Paths: names, Needs: []int{last}, Risk: spec.Live,
			Reason: "create and start cannot say it",
		})
	}
	c.createdZFS(item, payload, created)
	c.createdSnapshots(item)
}

// step appends a step and gives its index.
func (i *Item) step(step Step) int {
	i.Steps = append(i.Steps, step)
	return len(i.Steps) - 1
}

// createPayload gives what vmadm create reads, and what only an update can say.
func (c *computer) createPayload(item *Item) (payload, later spec.Object) {
	m, brand := item.Manifest, item.Brand
	payload, later = spec.Object{}, spec.Object{}
	for name, value := range m.Spec {
		row := c.schema.row(name)
		switch {
		case row == nil:
		case value == nil:
			if said := unsetAtCreate(row, brand); said != nil {
				payload[name] = said
			}
		case row.Kind == spec.Objects:
			payload[name] = c.createElements(row, brand, value)
		case row.Kind == spec.Map:
			payload[name] = entriesThatAreSet(value)
		case row.Create.Has(brand) && !(row.Imaged && m.Spec[c.schema.name(spec.RoleImage)] == nil):
			payload[name] = value
		case row.Update.Has(brand):
			later[name] = value
		}
	}
	payload[c.schema.name(spec.RoleUUID)] = item.UUID
	payload[c.schema.name(spec.RoleBrand)] = string(brand)
	alias := c.schema.name(spec.RoleAlias)
	if _, declared := m.Spec[alias]; !declared { // null wants none
		payload[alias] = c.aliasOf(m)
	}
	return payload, later
}

// unsetAtCreate is what create and add_X have to say for a null, where saying nothing leaves a value to the pool or the guest: what an update
// says to unset it. nil: nothing has to be said.
func unsetAtCreate(row *spec.Property, brand spec.Brand) any {
	if _, fixed := row.Default[brand]; fixed || !row.Unset.Possible || !row.Create.Has(brand) {
		return nil
	}
	switch value := row.Unset.Value.(type) {
	case string:
		if value != "" {
			return value
		}
	case int64:
		if value != 0 {
			return value
		}
	}
	return nil
}

func entriesThatAreSet(value any) map[string]any {
	entries, _ := value.(map[string]any)
	set := make(map[string]any, len(entries))
	for key, entry := range entries {
		if entry != nil {
			set[key] = entry
		}
	}
	return set
}

func (c *computer) createElements(collection *spec.Property, brand spec.Brand, value any) []any {
	list, _ := value.([]any)
	elements := make([]any, 0, len(list))
	for _, one := range list {
		if element, ok := one.(map[string]any); ok {
			elements = append(elements, c.newElement(collection, brand, element))
		}
	}
	return elements
}

// newElement is an element as create and add_X take it. The path of a volume is the platform's to choose (reference 12.1), and a
// primary flag that is false says nothing (reference 11.1).
func (c *computer) newElement(collection *spec.Property, brand spec.Brand, element map[string]any) map[string]any {
	added := map[string]any{}
	for name, value := range element {
		row := c.schema.members[collection.Name][name]
		switch {
		case row == nil || !row.Create.Has(brand):
		case value == nil:
			if said := unsetAtCreate(row, brand); said != nil {
				added[name] = said
			}
		case row.Role == spec.RoleDiskPath && c.isVolume(element):
		case row.Role == spec.RoleNICPrimary && value == false:
		case row.Role == spec.RoleNICInterface:
		default:
			added[name] = value
		}
	}
	return added
}

// isVolume reports whether vmadm makes a volume for the disk.
func (c *computer) isVolume(disk map[string]any) bool {
	return mediaOf(disk[c.schema.member(spec.RoleDiskMedia)]) == "disk" && disk[c.schema.member(spec.RoleDiskNoCreate)] != true
}

// checkPools blocks an instance for which the node has no pool. On another pool than its own a bhyve instance can have no disk, since nobody makes
// the dataset above it (reference 8.3).
func (c *computer) checkPools(item *Item, payload spec.Object) {
	if len(c.found.Datasets) == 0 {
		return
	}
	lacks := func(s site, dataset, text string) {
		if _, there := c.found.Datasets[dataset]; !there {
			item.Blocked = append(item.Blocked, Reason{
				Code: CodeCannotConverge, Origin: item.Manifest.Position(s.pointer()), Text: "cannot converge: " + text, Try: "zpool list shows the pools that it has",
			})
		}
	}
	own := c.poolOf(payload)
	lacks(site{row: c.schema.table.Role(spec.RolePool), index: -1}, own, "the node has no pool "+own)
	row, disks := c.schema.table.Role(spec.RoleDiskPool), c.schema.table.Role(spec.RoleDisks)
	for i, disk := range objectsIn(payload[disks.Name]) {
		s := site{row: row, parent: disks, index: i, key: placeholder(i)}
		switch pool, _ := disk[row.BaseName()].(string); {
		case pool == "" || pool == own:
		case item.Brand == spec.Bhyve:
			lacks(s, pool+"/"+item.UUID, fmt.Sprintf("%s is %s, and vmadm makes the disks of a bhyve instance on its own pool %s only", s.path(), pool, own))
		default:
			lacks(s, pool, "the node has no pool "+pool)
		}
	}
}

// imports adds a step for every image that the payload names and the node does not have; it gives their indices. With a risk above live they
// serve something that may be held, and are held with it.
func (c *computer) imports(item *Item, payload spec.Object, risk spec.Risk) []int {
	needs := c.importImage(item, c.poolOf(payload), payload[c.schema.name(spec.RoleImage)], risk)
	for _, disk := range objectsIn(payload[c.schema.name(spec.RoleDisks)]) {
		pool, _ := disk[c.schema.member(spec.RoleDiskPool)].(string)
		needs = append(needs, c.importImage(item, cmp.Or(pool, c.poolOf(payload)), disk[c.schema.member(spec.RoleDiskImage)], risk)...)
	}
	return needs
}

// importImage adds the step that brings an image into a pool, unless it is there or comes anyway.
func (c *computer) importImage(item *Item, pool string, image any, risk spec.Risk) []int {
	uuid, _ := image.(string)
	_, there := c.found.Datasets[pool+"/"+uuid]
	comes := slices.ContainsFunc(item.Steps, func(s Step) bool { return s.Verb == VerbImport && s.Target == uuid && s.Options[OptionPool] == pool })
	if c.found.Datasets == nil || uuid == "" || there || comes {
		return nil
	}
	if by := c.importing[pool+"/"+uuid]; by != nil {
		if by.Kind == spec.KindImage {
			item.waitFor(by)
		}
		return nil
	}
	return []int{item.step(Step{
		Verb: VerbImport, Target: uuid, Options: map[string]string{OptionPool: pool}, Risk: risk,
		Reason: "the node does not have the image, and vmadm never fetches one",
	})}
}

// poolOf is the pool that an instance lives on.
func (c *computer) poolOf(object spec.Object) string {
	if pool := c.text(object, spec.RolePool); pool != "" {
		return pool
	}
	pool, _ := c.schema.table.Role(spec.RolePool).Default[spec.Joyent].(string)
	return pool
}
