package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/specadm/specadm/spec"
)

// sealed blocks an item of which something wanted could not be revealed. Nothing else of it is compared: with a part of what is wanted
// missing, whatever would be done could be wrong.
func (c *computer) sealed(item *Item) {
	for _, reference := range item.Manifest.Sealed() {
		if reference.StandsIn {
			continue // see masked
		}
		item.Blocked = append(item.Blocked, Reason{
			Code: CodeSecret, Origin: reference.Position, Text: fmt.Sprintf("%s is not evaluated here: %s", reference.Path, reference.Why), Try: reference.Try,
		})
		item.Changes = append(item.Changes, Change{
			Path: reference.Path, Op: OpReplace, Cause: CauseManifest, Effect: spec.EffectLive, Risk: spec.Live, Origin: reference.Position,
			Sensitive: reference.Secret, Unknown: true,
		})
	}
	slices.SortStableFunc(item.Changes, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
}

// cameSecret lists those of the paths of a manifest whose values were encrypted, in their order.
func cameSecret(m *spec.Manifest, paths []declared) []string {
	var list []string
	for _, path := range paths {
		if path.pointer != "" && m.HoldsSecret(path.pointer) {
			list = append(list, path.text)
		}
	}
	return list
}

// cameSecret reports whether the mark says that the value at a path was encrypted when it was applied.
func (m match) cameSecret(path string) bool {
	return m.mark != nil && slices.Contains(m.mark.Secrets, path)
}

// veil puts markers in the place of secrets, in everything of an item that is not run.
func (c *computer) veil(item *Item) {
	mask := spec.NewMask(c.opts.Key)
	for i := range item.Changes {
		if change := &item.Changes[i]; change.Sensitive {
			change.Before, change.After = c.veiled(mask, change.Before), mask.Marker(change.After)
			if change.Unknown {
				change.After = spec.Mask{}.Marker(change.After)
			}
		}
	}
	if len(item.Blocked)+len(item.Notes) == 0 {
		return
	}
	scrubber := spec.NewScrubber(mask)
	scrubber.Add(item.Manifest.Secrets()...)
	for _, uuid := range []string{item.UUID, c.matches[item.Manifest].previous} {
		if c.found.Masked {
			break // there is none to take out
		}
		scrubber.Add(spec.Secrets(c.found.Instances[uuid])...)
	}
	for _, reasons := range [][]Reason{item.Blocked, item.Notes} {
		for i := range reasons {
			reasons[i].Text, reasons[i].Try = scrubber.Text(reasons[i].Text), scrubber.Text(reasons[i].Try)
		}
	}
}
