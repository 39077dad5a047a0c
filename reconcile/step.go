package reconcile

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/drivers"
	"github.com/specadm/specadm/drivers/fwadm"
	"github.com/specadm/specadm/drivers/imgadm"
	"github.com/specadm/specadm/drivers/vmadm"
	"github.com/specadm/specadm/drivers/zfs"
	"github.com/specadm/specadm/spec"
)

// tools are the programs that steps run.
type tools struct {
	vmadm  *vmadm.Client
	zfs    *zfs.Client
	imgadm *imgadm.Client
	fwadm  *fwadm.Client
}

func newTools(runner drivers.Runner) tools {
	return tools{vmadm.New(runner), zfs.New(runner), imgadm.New(runner), fwadm.New(runner)}
}

// run runs the one command of a step.
func (t tools) run(ctx context.Context, step diff.Step) error {
	switch step.Verb {
	case diff.VerbImport:
		return t.imgadm.Import(ctx, step.Target, step.Options[diff.OptionPool])
	case diff.VerbCreate:
		return t.vmadm.Create(ctx, step.Payload)
	case diff.VerbUpdate:
		return t.vmadm.Update(ctx, step.Target, step.Payload)
	case diff.VerbStart:
		return t.vmadm.Start(ctx, step.Target)
	case diff.VerbStop:
		return t.vmadm.Stop(ctx, step.Target, vmadm.StopOptions{})
	case diff.VerbReboot:
		return t.vmadm.Reboot(ctx, step.Target)
	case diff.VerbReprovision:
		image, _ := step.Payload["image_uuid"].(string)
		return t.vmadm.Reprovision(ctx, step.Target, image)
	case diff.VerbDelete:
		return t.vmadm.Delete(ctx, step.Target)
	case diff.VerbZFSCreate:
		return t.zfs.CreateFilesystem(ctx, step.Target, step.Options)
	case diff.VerbZFSSet:
		return t.zfs.Set(ctx, step.Target, step.Options)
	case diff.VerbZFSInherit:
		return t.zfs.Inherit(ctx, step.Target, slices.Collect(maps.Keys(step.Options)))
	case diff.VerbDeleteImage:
		return t.imgadm.Delete(ctx, step.Target, step.Options[diff.OptionPool])
	case diff.VerbAddRule:
		return t.fwadm.Add(ctx, step.Target, step.Payload)
	case diff.VerbUpdateRule:
		return t.fwadm.Update(ctx, step.Target, step.Payload)
	case diff.VerbDeleteRule:
		return t.fwadm.Delete(ctx, step.Target)
	case diff.VerbSnapshot:
		return t.vmadm.CreateSnapshot(ctx, step.Target, step.Options[diff.OptionSnapshot])
	case diff.VerbDeleteSnapshot:
		return t.vmadm.DeleteSnapshot(ctx, step.Target, step.Options[diff.OptionSnapshot])
	}
	return fmt.Errorf("cannot %s: no program does that", step.Verb)
}

// heldSteps says for each step of an item whether it is held: its risk is above what is allowed, or it needs a step that is held.
func heldSteps(item *diff.Item, allowed spec.Risk) []bool {
	held := make([]bool, len(item.Steps))
	for i, step := range item.Steps {
		held[i] = step.Risk > allowed || slices.ContainsFunc(step.Needs, func(n int) bool { return held[n] })
	}
	return held
}

// allowedRisk is the lower of what the run and the manifest allow; where neither says, nothing that runs may be disturbed.
func allowedRisk(run *spec.Risk, item *diff.Item) spec.Risk {
	var manifest *spec.Risk
	if item.Manifest != nil {
		manifest = item.Manifest.Policy.MaxRisk
	}
	switch {
	case run != nil && manifest != nil:
		return min(*run, *manifest)
	case run != nil:
		return *run
	case manifest != nil:
		return *manifest
	}
	return spec.Live
}

// Allowed reports for each step of an item whether a run with this ceiling (nil: the run says none) would execute it.
func Allowed(item *diff.Item, run *spec.Risk) []bool {
	allowed := heldSteps(item, allowedRisk(run, item))
	for i := range allowed {
		allowed[i] = !allowed[i]
	}
	return allowed
}
