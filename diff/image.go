package diff

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/specadm/specadm/spec"
)

// imageItem decides about the manifest of an image. An image has no owner: it is there or not, and it is deleted only when its manifest
// says so and nothing uses it (traps T2 and T36).
func (c *computer) imageItem(m *spec.Manifest) *Item {
	item := &Item{Kind: m.Kind, Name: m.Name, UUID: m.UUID, Action: Noop, Manifest: m}
	pool := c.imagePool(m)
	image, there := c.found.Images[pool+"/"+m.UUID]
	switch {
	case m.Broken:
		item.Blocked = []Reason{*c.brokenManifest(m)}
	case c.found.Images == nil:
		item.Notes = []Reason{{Code: CodeNotCompared, Text: "the images of the node were not read", Origin: m.Source}}
	case m.State == spec.Absent && there:
		c.imageDeletion(item, image)
	case m.State != spec.Absent && !there:
		c.imageImport(item, pool)
	}
	return item
}

// imagePool is the pool that the image of a manifest belongs on.
func (c *computer) imagePool(m *spec.Manifest) string {
	pool, _ := m.Spec[m.Kind.Table().Role(spec.RolePool).Name].(string)
	return cmp.Or(pool, c.poolOf(nil))
}

// imageImport plans an image that is not there. Instances that need it wait for it.
func (c *computer) imageImport(item *Item, pool string) {
	m := item.Manifest
	for _, name := range slices.Sorted(maps.Keys(m.Spec)) {
		if value := m.Spec[name]; value != nil {
			item.Changes = append(item.Changes, Change{
				Path: name, Op: OpAdd, After: value, Cause: CauseManifest, Effect: spec.EffectLive, Risk: spec.Live, Origin: m.Position("/spec/" + name),
			})
		}
	}
	item.step(Step{
		Verb: VerbImport, Target: m.UUID, Options: map[string]string{OptionPool: pool}, Paths: []string{m.Kind.Table().Role(spec.RoleUUID).Name},
		Risk: spec.Live, Reason: "the node does not have the image",
	})
	item.Action = Create
	c.importing[pool+"/"+m.UUID] = item
}

// imageDeletion plans state: absent.
func (c *computer) imageDeletion(item *Item, image Image) {
	m := item.Manifest
	state := m.Kind.Table().Role(spec.RoleState).Name
	origin := m.Position("/spec/" + state)
	if users := c.imageUsers(image); len(users) > 0 {
		item.Blocked = []Reason{{
			Code: CodeInUse, Origin: origin, Text: fmt.Sprintf("image %s is in use by %s", image.UUID, strings.Join(users, ", ")),
			Try: "let go of it there first, and apply again",
		}}
		return
	}
	item.Changes = []Change{{
		Path: state, Op: OpRemove, Before: imageText(image), After: string(spec.Absent), Cause: CauseManifest, Effect: spec.EffectLive,
		Risk: spec.Destroy, Marks: []spec.Mark{spec.MarkData}, Origin: origin,
	}}
	note := "it came from " + image.Source + "; as long as that has it, it can be imported again"
	if image.Source == "" {
		note = "it was installed by hand, so nothing can import it again"
	}
	item.Notes = []Reason{{Code: CodeDeletes, Text: "destroys " + image.Pool + "/" + image.UUID + "; " + note}}
	item.step(Step{
		Verb: VerbDeleteImage, Target: image.UUID, Options: map[string]string{OptionPool: image.Pool}, Paths: []string{state}, Risk: spec.Destroy,
		Marks: []spec.Mark{spec.MarkData}, Reason: "the manifest wants it absent",
	})
	item.Action = Destroy
}

func imageText(image Image) string {
	return strings.TrimSpace(cmp.Or(image.Name, "installed") + " " + image.Version)
}

// imageUsers names what needs an image: instances that were made from it or have a disk that was, manifests that will, other images and
// datasets that are clones of it.
func (c *computer) imageUsers(image Image) []string {
	users := map[string]bool{}
	for uuid, object := range c.found.Instances {
		if c.needsImage(object, image) {
			users[c.instanceText(uuid)] = true
		}
	}
	for _, m := range c.manifests {
		if m.Kind == spec.KindInstance && m.State != spec.Absent && c.matches[m].object == nil && c.needsImage(m.Spec, image) {
			users["the manifest "+m.Name] = true
		}
	}
	for _, clone := range image.Clones {
		users[c.cloneText(clone)] = true
	}
	return slices.Sorted(maps.Keys(users))
}

// needsImage reports whether an instance, or a payload of one, names the image for itself or for a disk.
func (c *computer) needsImage(object spec.Object, image Image) bool {
	pool := c.poolOf(object)
	if pool == image.Pool && c.text(object, spec.RoleImage) == image.UUID {
		return true
	}
	return slices.ContainsFunc(objectsIn(object[c.schema.name(spec.RoleDisks)]), func(disk map[string]any) bool {
		own, _ := disk[c.schema.member(spec.RoleDiskPool)].(string)
		return cmp.Or(own, pool) == image.Pool && disk[c.schema.member(spec.RoleDiskImage)] == image.UUID
	})
}

// cloneText says whose a clone is, from where it lies (reference 8.3).
func (c *computer) cloneText(dataset string) string {
	_, rest, _ := strings.Cut(dataset, "/")
	if len(rest) >= uuidLength && c.found.Instances[rest[:uuidLength]] != nil {
		return c.instanceText(rest[:uuidLength])
	}
	if other, ok := c.found.Images[dataset]; ok {
		return "image " + other.UUID
	}
	return "dataset " + dataset
}

func (c *computer) instanceText(uuid string) string {
	if alias := c.text(c.found.Instances[uuid], spec.RoleAlias); alias != "" {
		return "instance " + alias
	}
	return "instance " + uuid
}

// waitFor lets an item begin only after another is in place.
func (i *Item) waitFor(other *Item) {
	if !slices.Contains(i.After, other.Name) {
		i.After = append(i.After, other.Name)
		slices.Sort(i.After)
	}
}
