package diff

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/specadm/specadm/spec"
)

// update plans what makes an instance as its manifest wants it.
//
// The order inside an instance: what others wait for; what can be done as it runs; then, between a stop and a start where it runs,
// what loses data and what needs it stopped; the power state; a reboot; and autoboot last, since stop and start turn it.
func (c *computer) update(item *Item, found match) {
	x := c.compare(item, found)
	x.setAside()
	x.chooseForm()
	item.Changes = changesOf(x.edits)
	if x.form == deleteAndCreate && len(x.blocked) == 0 {
		x.recreate()
		return
	}
	x.renamed()
	x.compareOwn()
	if len(x.blocked) > 0 {
		item.Blocked = x.blocked
		x.tellPending()
		return
	}
	x.firstSteps()
	x.power()
	if item.Manifest.Part == nil {
		c.checkDatasets(x)
	}
	x.laterSteps()
	x.afterReprovision()
}

// waves are the edits of an instance, by when they can be made.
type waves struct {
	early, main []edit // as it runs
	late        []edit // as it runs, after main
	autoboot    []edit // with main where no stop or start turns it, else last
	lossy, down []edit // only while it is stopped; lossy ones destroy data
}

func (x *comparison) waves() waves {
	var w waves
	grows := false
	for _, e := range x.edits {
		if e.row.Role == spec.RoleDisks && e.write == writeAdd || e.row.Role == spec.RoleDiskSize && e.Risk != spec.Destroy {
			grows = true
		}
	}
	for _, e := range x.edits {
		room := e.row.Role == spec.RoleFlexible || e.row.Role == spec.RoleQuota
		switch {
		case e.write == writeAnew:
		case e.late:
			w.late = append(w.late, e)
		case e.row.Role == spec.RoleAutoboot:
			w.autoboot = append(w.autoboot, e)
		case slices.Contains(e.Marks, spec.MarkData):
			w.lossy = append(w.lossy, e)
		case e.row.EffectOf(x.brand, x.found.object, e.Before, e.After) == spec.EffectStopped:
			w.down = append(w.down, e)
		case room && grows && less(e.Before, e.After), x.goesEarly(e):
			w.early = append(w.early, e)
		default:
			w.main = append(w.main, e)
		}
	}
	if len(w.lossy) > 0 { // room shrinks after what was in it
		w.main = slices.DeleteFunc(w.main, func(e edit) bool {
			late := e.row.Role == spec.RoleFlexible && less(e.After, e.Before)
			if late {
				w.lossy = append(w.lossy, e)
			}
			return late
		})
	}
	return w
}

// goesEarly reports whether an edit has to be stored before the others are tried.
func (x *comparison) goesEarly(e edit) bool {
	return e.early || e.write == writeDrop && x.addressReused(e)
}

func less(a, b any) bool {
	x, _ := a.(int64)
	y, _ := b.(int64)
	return x < y
}

// addressReused reports whether an address of a nic that goes is wanted by another edit: vmadm checks for duplicates before it
// removes, so the removal is an update of its own (reference 11.2).
func (x *comparison) addressReused(drop edit) bool {
	if drop.row.Role != spec.RoleNICs {
		return false
	}
	element, _ := drop.Before.(map[string]any)
	ips, mac := x.schema.member(spec.RoleNICIPs), drop.row.Key
	for _, e := range x.edits {
		added, _ := e.After.(map[string]any)
		switch {
		case e.write == writeAdd && e.row.Role == spec.RoleNICs && (shareAddress(element[ips], added[ips]) || added[mac] != nil && added[mac] == element[mac]):
			return true
		case e.write == writeMember && e.row.Role == spec.RoleNICIPs && shareAddress(element[ips], e.After):
			return true
		}
	}
	return false
}

// power turns the edits and the wanted power state into steps.
func (x *comparison) power() {
	m, item, w := x.item.Manifest, x.item, x.waves()
	restart := slices.Contains(x.opts.Restart, item.Name) || x.buried() != nil && x.buried().Running
	wantsUp := m.State == spec.Running || m.State == spec.Unmanaged && (item.Running || restart)
	autoboot := x.found.object[x.schema.name(spec.RoleAutoboot)] == true
	predicted := autoboot

	needs := slices.Clone(x.own.guards)
	down := slices.Clone(needs) // what a change that needs it stopped waits for
	running := item.Running && m.State != spec.Stopped
	if item.Running && !running {
		x.stateChange(spec.Stop)
		down = []int{item.step(Step{Verb: VerbStop, Target: item.UUID, Paths: x.statePath(), Needs: needs, Risk: spec.Stop, Reason: "the manifest wants it stopped"})}
		predicted = false
	}
	pending := x.pending(slices.Concat(w.early, w.main, w.late))
	stopsAgain := x.form == reprovision && !wantsUp // reprovision ends running
	turned := stopsAgain || item.Running != running || !item.Running && wantsUp || running && (len(w.lossy)+len(w.down) > 0 || pending != nil && x.brand == spec.Bhyve && x.form != reprovision)
	for _, e := range w.autoboot {
		switch {
		case !turned:
			w.main = append(w.main, e)
			predicted = e.After == true
		case e.After == (running || wantsUp):
			x.stored[e.Path] = true // the stop or start stores it
		}
	}
	if early := x.updateStep(w.early, pending, needs, "others wait for it"); early >= 0 {
		needs = append(slices.Clone(needs), early)
	}
	stored := x.updateStep(w.main, pending, needs, "")
	configured := slices.Clone(needs) // what a boot must not come before
	if stored >= 0 {
		configured = append(configured, stored)
	}
	if late := x.updateStep(w.late, pending, configured, "add_nics does not look at it"); late >= 0 {
		configured = append(configured, late)
	}

	cycled := false
	if running && len(w.lossy)+len(w.down) > 0 {
		risk := spec.Stop
		if len(w.down) == 0 {
			risk = spec.Destroy // the stop serves nothing else
		}
		stop := item.step(Step{Verb: VerbStop, Target: item.UUID, Paths: pathsOf(slices.Concat(w.lossy, w.down)), Needs: needs, Risk: risk, Reason: "some changes need it stopped"})
		x.updateStep(w.lossy, nil, []int{stop}, "")
		if stored := x.updateStep(w.down, nil, []int{stop}, ""); stored >= 0 {
			configured = append(configured, stored)
		}
		x.reprovisionStep(configured)
		item.step(Step{Verb: VerbStart, Target: item.UUID, Needs: []int{stop}, Risk: risk, Reason: "it was running"})
		predicted, cycled = true, true
	} else {
		down = append(down, needs...)
		x.updateStep(w.lossy, nil, down, "")
		if stored := x.updateStep(w.down, nil, down, ""); stored >= 0 {
			configured = append(configured, stored)
		}
		x.reprovisionStep(configured)
	}
	if stopsAgain {
		item.step(Step{Verb: VerbStop, Target: item.UUID, Needs: []int{x.reprovisioned}, Risk: spec.Live, Reason: "it is not to run, and reprovision starts it"})
		predicted, cycled = false, !item.Running
	}
	if !item.Running && wantsUp {
		x.stateChange(spec.Live)
		item.step(Step{Verb: VerbStart, Target: item.UUID, Paths: x.statePath(), Needs: configured, Risk: spec.Live, Reason: "the manifest wants it running"})
		predicted = true
	}
	if running && !cycled && pending != nil && x.form != reprovision { // which boots it
		if x.brand == spec.Bhyve { // its reboot is a stop and a start (reference 14)
			predicted, cycled = true, true
		}
		item.step(Step{Verb: VerbReboot, Target: item.UUID, Paths: pending.Paths, Needs: configured, Risk: spec.Reboot, Reason: "stored values wait for a boot: " + strings.Join(pending.Paths, ", ")})
	}
	x.restoreAutoboot(w.autoboot, autoboot, predicted, cycled)
	x.markStep(pending)
	x.tellPending()
}

// tellPending says what was stored before and waits for a boot still. A reboot among the steps says it by itself; where a stop or a start
// serves, that it was planned for something else would hide it.
func (x *comparison) tellPending() {
	stored := x.pending(nil)
	if stored == nil {
		return
	}
	item := x.item
	item.RebootPending = true
	if !slices.ContainsFunc(item.Steps, func(s Step) bool { return s.Verb == VerbReboot }) {
		item.Notes = append(item.Notes, Reason{Code: CodeRebootPending, Text: "reboot pending: stored values wait for a boot: " + strings.Join(stored.Paths, ", ")})
	}
}

func (x *comparison) statePath() []string { return []string{x.schema.name(spec.RoleState)} }

// stateChange records that the power state differs.
func (x *comparison) stateChange(risk spec.Risk) {
	m, state := x.item.Manifest, x.schema.name(spec.RoleState)
	after := cmp.Or(string(m.State), string(spec.Running)) // not managed: it was running, and shall again
	x.item.Changes = append(x.item.Changes, Change{
		Path: state, Op: OpReplace, Before: x.text(x.found.object, spec.RoleState), After: after,
		Cause:  causeOf(x.opts.Key, x.found.mark, state, after, x.text(x.found.object, spec.RoleState)),
		Effect: spec.EffectLive, Risk: risk, Origin: m.Position("/spec/" + state),
	})
	slices.SortStableFunc(x.item.Changes, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
}

// restoreAutoboot sets autoboot where stop and start, which turn it, leave another value than the wanted one, or than the one
// it had when nobody manages it.
func (x *comparison) restoreAutoboot(edits []edit, found, predicted, cycled bool) {
	row := x.schema.table.Role(spec.RoleAutoboot)
	wanted, managed := x.autobootOf(x.wanted, x.brand)
	switch {
	case len(edits) > 0: // also of one that left the manifest
		wanted, _ = edits[0].After.(bool)
	case !managed && x.buried() != nil:
		wanted = x.buried().Autoboot
	case !managed && (!cycled || found == predicted):
		return
	case !managed:
		wanted = found
	}
	if wanted == predicted {
		return
	}
	var needs []int
	if last := len(x.item.Steps) - 1; last >= 0 && predicted != found {
		needs = []int{last}
	}
	x.updateStep([]edit{{Change: Change{Path: row.Name}, site: site{row: row, index: -1}, write: writeValue, value: wanted}}, nil, needs, "stop and start turn it")
}

// autobootOf is what a manifest wants of autoboot; null is the default. managed is false where it says nothing.
func (c *computer) autobootOf(wanted spec.Object, brand spec.Brand) (on, managed bool) {
	row := c.schema.table.Role(spec.RoleAutoboot)
	value, managed := wanted[row.Name]
	if value == nil {
		value, _ = row.AtDefault(brand)
	}
	on, _ = value.(bool)
	return on, managed
}

// pending is what waits for a boot: what is stored now, and what was stored before and has not been booted since.
func (x *comparison) pending(main []edit) *spec.PendingReboot {
	if !x.item.Running {
		return nil
	}
	boot := x.text(x.found.object, spec.RoleBootTimestamp)
	waiting := map[string]bool{}
	if mark := x.found.mark; mark != nil && mark.Reboot != nil && mark.Reboot.Boot == boot {
		for _, path := range mark.Reboot.Paths {
			waiting[path] = true
		}
	}
	for _, e := range main {
		if e.Effect == spec.EffectReboot {
			waiting[e.Path] = true
		}
	}
	if len(waiting) == 0 {
		return nil
	}
	return &spec.PendingReboot{Boot: boot, Paths: slices.Sorted(maps.Keys(waiting))}
}

// updateStep adds one vmadm update for the edits, with the owner mark riding along; it gives the index of the step, -1 for no edits.
func (x *comparison) updateStep(edits []edit, pending *spec.PendingReboot, needs []int, reason string) int {
	if len(edits) == 0 {
		return -1
	}
	for _, e := range edits {
		x.stored[e.Path] = true
	}
	body := payload(edits)
	x.keepMemory(body)
	x.keepSerial(body)
	x.putMark(body, "set_"+x.schema.name(spec.RoleInternalMetadata), x.mark(pending))
	step := Step{Verb: VerbUpdate, Target: x.item.UUID, Payload: body, Paths: pathsOf(edits), Needs: needs, Marks: marksOf(edits), Reason: reason}
	if slices.Contains(step.Marks, spec.MarkData) {
		step.Risk = spec.Destroy
	}
	if reason == "" {
		step.Reason = reasonOf(edits)
	}
	return x.item.step(step)
}

// reasonOf says who moved.
func reasonOf(edits []edit) string {
	texts := map[Cause]string{
		CauseManifest: "the manifest changed", CauseDrift: "the node drifted", CauseBoth: "the manifest changed and the node drifted",
		CauseDefault: "it left the manifest", CauseUnknown: "it differs from the manifest",
	}
	var reasons []string
	for _, e := range edits {
		reasons = append(reasons, texts[e.Cause])
	}
	slices.Sort(reasons)
	return strings.Join(slices.Compact(reasons), "; ")
}

// mark is the mark that the instance shall carry. It keeps a reboot that is still waited for. What no step has stored yet, since that step
// may be held, stands as it stood before.
func (x *comparison) mark(pending *spec.PendingReboot) spec.OwnerMark {
	if pending == nil {
		pending = x.pending(nil)
	}
	mark := x.newMark(x.item, x.managedPaths(), pending)
	if x.item.Manifest.Part != nil {
		mark = x.partMark(mark)
	}
	waiting := slices.Clone(x.left)
	for _, e := range x.edits {
		if !x.stored[e.Path] {
			waiting = append(waiting, e.Path)
		}
	}
	for _, differing := range waiting { // a rule may leave it so after it left the manifest
		within := func(path, _ string) bool { return path == differing || strings.HasPrefix(path, differing+".") }
		maps.DeleteFunc(mark.Fields, within)
		if x.found.mark != nil {
			for path, digest := range x.found.mark.Fields {
				if within(path, digest) {
					mark.Fields[path] = digest
					if slices.Contains(x.found.mark.Secrets, path) {
						mark.Secrets = append(mark.Secrets, path)
					}
				}
			}
		}
	}
	slices.Sort(mark.Secrets)
	mark.Secrets = slices.Compact(mark.Secrets)
	return mark
}

// markStep writes the mark alone where nothing else is written: for an adoption, and when what is managed has changed.
func (x *comparison) markStep(pending *spec.PendingReboot) {
	for _, step := range x.item.Steps {
		if step.Verb == VerbUpdate {
			return
		}
	}
	if x.found.mark != nil && carries(*x.found.mark, x.mark(pending)) {
		return
	}
	reason := "what the manifest manages has changed"
	if x.found.adopt {
		reason = "the manifest takes it over"
	}
	x.writeMark(pending, nil, reason)
}

// writeMark adds an update of nothing but the mark.
func (x *comparison) writeMark(pending *spec.PendingReboot, needs []int, reason string) {
	x.item.Notes = append(x.item.Notes, Reason{Code: CodeMark, Text: "only the owner mark is written: " + reason})
	x.markUpdate(pending, needs, reason)
}

// markUpdate adds the update that writes the mark.
func (x *comparison) markUpdate(pending *spec.PendingReboot, needs []int, reason string) {
	body := spec.Object{}
	x.keepSerial(body)
	x.putMark(body, "set_"+x.schema.name(spec.RoleInternalMetadata), x.mark(pending))
	x.item.step(Step{Verb: VerbUpdate, Target: x.item.UUID, Payload: body, Needs: needs, Risk: spec.Live, Reason: reason})
}

// keepSerial says both serial ports again where one is not as by default: an update that carries neither resets both (reference 10.4).
func (x *comparison) keepSerial(body spec.Object) {
	after := spec.Object{}
	for _, row := range x.schema.table.Roles(spec.RoleSerial) {
		after[row.Name] = x.found.object[row.Name]
		for _, e := range x.edits {
			if e.row == row {
				after[row.Name] = e.value
			}
		}
	}
	x.saySerial(body, x.brand, after)
}

// saySerial says in an update which serial ports the instance shall have, unless all are as by default.
func (c *computer) saySerial(body spec.Object, brand spec.Brand, after spec.Object) {
	keep := spec.Object{}
	odd := false
	for _, row := range c.schema.table.Roles(spec.RoleSerial) {
		value := after[row.Name]
		if value == nil || !row.Update.Has(brand) {
			continue
		}
		keep[row.Name] = value
		usual, _ := row.AtDefault(brand)
		odd = odd || value != usual
	}
	if odd {
		maps.Copy(body, keep)
	}
}
