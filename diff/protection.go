package diff

import (
	"fmt"
	"slices"

	"github.com/specadm/specadm/spec"
)

// protectionOf is the protection that the mark of an instance shall carry. By default it is on where data would be lost that no image brings
// back: delegated datasets, and disks besides the one that boots.
func (c *computer) protectionOf(m *spec.Manifest, object spec.Object) spec.Protection {
	switch m.Policy.Protect {
	case spec.ProtectOff:
		return spec.ProtectByDefault
	case spec.ProtectByDefault:
		if c.holdsData(m, object) {
			return spec.ProtectOn
		}
		return spec.ProtectByDefault
	}
	return m.Policy.Protect
}

// holdsData reports whether an instance will have data of its own. Disks count as the manifest says, and where it says nothing as found.
func (c *computer) holdsData(m *spec.Manifest, object spec.Object) bool {
	if datasets, _ := object[c.schema.name(spec.RoleDatasets)].([]any); len(datasets) > 0 || m.Spec[c.schema.name(spec.RoleDelegate)] == true {
		return true
	}
	name := c.schema.name(spec.RoleDisks)
	disks, declared := m.Spec[name]
	if !declared {
		disks = object[name]
	}
	return slices.ContainsFunc(objectsIn(disks), func(disk map[string]any) bool {
		return disk[c.schema.member(spec.RoleDiskImage)] == nil && disk[c.schema.member(spec.RoleDiskMedia)] != "cdrom"
	})
}

// protected gives the reason why an instance may not be deleted, nil when it may: its mark protects it. The manifest may be gone by then or say
// otherwise by now; what counts is what was applied before, so that taking the protection off and deleting are never the same run. What is taken
// over and has no mark yet is protected as it would be by the mark that it lacks.
func (c *computer) protected(m *spec.Manifest, found match) *Reason {
	switch {
	case found.object == nil, found.mark != nil && found.mark.Protect == spec.ProtectByDefault:
		return nil
	case found.mark == nil && c.protectionOf(m, found.object) == spec.ProtectByDefault && !c.holdsData(m, found.object):
		return nil
	}
	return &Reason{
		Code: CodeProtected, Origin: m.Position("/policy/protect"),
		Text: fmt.Sprintf("instance %s is protected from being deleted, since %s", found.uuid, whyProtected(m.Policy.Protect)),
		Try:  "apply policy.protect: false first, with a manifest that wants the instance as it is; delete it in a later run",
	}
}

func whyProtected(protection spec.Protection) string {
	switch protection {
	case spec.ProtectOn, spec.ProtectHold:
		return "policy.protect says so"
	case spec.ProtectOff:
		return "policy.protect: false was not applied yet"
	}
	return "it holds data that no image brings back"
}
