package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/specadm/specadm/spec"
)

// check holds an item against the laws of plans (design 8): no property that the brand does not take, no destructive step without
// its class and mark, and simulating the steps leaves nothing to do. A broken law is an error of specadm; the item is blocked with it.
func (c *computer) check(item *Item, found match) *Reason {
	for _, step := range item.Steps {
		if broken := c.checkPayload(item.Brand, step); broken != "" {
			return law(item, broken)
		}
		if least, loses := destroys(step); loses && (step.Risk < least || !slices.Contains(step.Marks, spec.MarkData)) {
			return law(item, fmt.Sprintf("the step %s destroys data without saying so", step.Verb))
		}
	}
	if len(item.Steps) == 0 {
		return nil
	}
	after := Found{Node: c.found.Node, Instances: map[string]spec.Object{}, Masked: c.found.Masked}
	if object := Simulate(found.object, item.Steps); object != nil {
		after.Instances[item.UUID] = object
	}
	alone := &spec.Repository{Owner: c.repo.Owner, Manifests: []*spec.Manifest{item.Manifest}}
	next := newComputer(alone, after, c.opts)
	left := next.decide(item.Manifest)
	if len(left.Blocked) > 0 {
		return law(item, "after its steps it would be blocked: "+left.Blocked[0].Text)
	}
	if len(left.Steps) > 0 {
		paths := slices.Concat(left.Steps[0].Paths)
		return law(item, fmt.Sprintf("its steps would leave %s to do again for %s", left.Steps[0].Verb, strings.Join(paths, ", ")))
	}
	return nil
}

func law(item *Item, text string) *Reason {
	return &Reason{Code: CodeLaw, Origin: item.Manifest.Source, Text: text, Try: "this is an error in specadm; please report it with the manifest"}
}

// checkPayload finds a key that vmadm would drop or stumble over for the brand.
func (c *computer) checkPayload(brand spec.Brand, step Step) string {
	for name := range step.Payload {
		row := c.schema.row(name)
		takes := row != nil && (step.Verb == VerbCreate && row.Create.Has(brand) || step.Verb == VerbUpdate && row.Update.Has(brand) || step.Verb == VerbReprovision)
		plain := row != nil && step.Verb == VerbUpdate && (row.Kind == spec.Map || row.Kind == spec.Objects)
		if !takes || plain {
			return fmt.Sprintf("%s may not stand in a payload of %s for brand %s", name, step.Verb, brand)
		}
	}
	return ""
}

// destroys reports whether a step loses data, judged from what it runs, and its least class then.
func destroys(step Step) (least spec.Risk, loses bool) {
	switch step.Verb {
	case VerbDelete, VerbDeleteSnapshot:
		return spec.Destroy, true
	case VerbReprovision:
		return spec.Recreate, true
	case VerbUpdate:
	default:
		return spec.Live, false
	}
	table := spec.Properties()
	disks, shrink := table.Role(spec.RoleDisks).Name, table.Role(spec.RoleDiskShrink).BaseName()
	volumes, _ := step.Payload["remove_"+disks].([]any)
	return spec.Destroy, slices.ContainsFunc(volumes, func(path any) bool { name, _ := path.(string); return strings.HasPrefix(name, "/dev/zvol/") }) ||
		slices.ContainsFunc(objectsIn(step.Payload["update_"+disks]), func(disk map[string]any) bool { return disk[shrink] == true })
}
