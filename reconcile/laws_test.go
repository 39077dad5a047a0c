package reconcile

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/spec"
)

// TestLawsOfPlans holds plans against what must be true of every one of them, in random worlds: a manifest, an instance that was made from
// another manifest and that somebody has changed by hand since, and what vmadm does as the reference says. -rapid.checks=5000 -rapid.seed=0
// tries many more, and others every time.
func TestLawsOfPlans(t *testing.T) {
	t.Parallel()
	for _, brand := range spec.AllBrands() {
		t.Run(string(brand), func(t *testing.T) {
			t.Parallel()
			histories := histories(brand, 0)
			rapid.Check(t, func(t *rapid.T) { checkHistory(t, histories.Draw(t, "history")) })
		})
	}
}

// history is what happens to one instance: it is made from a manifest, changed by hand, and wanted otherwise.
type history struct {
	brand         spec.Brand
	first, second draft
	moves         []move
	absent        bool       // in the end
	ceiling       *spec.Risk // of an apply before the last; nil: there is none
}

func (h history) GoString() string { return "a history of " + string(h.brand) }

// histories draws them.
func histories(brand spec.Brand, instance int) *rapid.Generator[history] {
	values := valuesOf(brand)
	return rapid.Custom(func(t *rapid.T) history {
		d := &dice{T: t, values: values, brand: brand, instance: instance}
		h := history{brand: brand, first: d.draft(), moves: d.moves()}
		d.valid("web0", h.first)
		h.second = d.next(h.first)
		d.valid("web0", h.second)
		h.absent = d.odds(4)
		if d.odds(2) {
			ceiling := pick(d, spec.Live, spec.Reboot, spec.Stop, spec.Recreate)
			h.ceiling = &ceiling
		}
		return h
	})
}

// checkHistory follows an instance from nothing to in sync.
func checkHistory(t *rapid.T, h history) {
	l := &laws{T: t, brand: h.brand}
	l.want("first", h.first)
	l.follow(nil)
	for _, move := range h.moves {
		if l.object == nil {
			break
		}
		if step, ok := move.step(h.brand, l.object); ok {
			l.tell("by hand", step.Verb, step.Payload)
			l.run(step)
		}
	}
	l.want("second", h.second)
	if h.absent {
		l.manifest.State = spec.Absent
	}
	if h.ceiling != nil {
		l.follow(h.ceiling)
	}
	l.follow(nil)
}

// laws is a world: a manifest and its instance as the node shows it.
type laws struct {
	*rapid.T
	brand    spec.Brand
	manifest *spec.Manifest
	object   spec.Object // nil: there is none
	told     []string
	boots    int
}

// run has the instance be what a step makes of it.
func (l *laws) run(step diff.Step) {
	before := l.object
	if l.object = diff.Simulate(l.object, []diff.Step{step}); l.object == nil {
		return
	}
	l.object = shown(l.object)
	boot := spec.Properties().Role(spec.RoleBootTimestamp).Name
	if l.object[boot] != before[boot] {
		l.boots++
		l.object[boot] = fmt.Sprintf("boot %d", l.boots)
	}
}

// want has the manifest say something else.
func (l *laws) want(what string, w draft) {
	l.tell(what, w)
	l.manifest = spec.Parse("web0.json", []byte(w.document("web0")), spec.LoadOptions{}).Manifests[0]
}

func (l *laws) tell(words ...any) {
	for i, word := range words {
		if text, err := json.Marshal(word); err == nil {
			words[i] = string(text)
		}
	}
	l.told = append(l.told, fmt.Sprintln(words...))
}

// broken ends the case with all that led to it.
func (l *laws) broken(format string, args ...any) {
	l.Helper()
	l.Fatalf("%s\n%sfound %s", fmt.Sprintf(format, args...), strings.Join(l.told, ""), text(l.object))
}

func (l *laws) compute(object spec.Object) *diff.Item {
	found := diff.Found{Node: diff.Node{Hostname: "cn1"}, Instances: map[string]spec.Object{}}
	if object != nil {
		found.Instances[l.manifest.UUID] = object
	}
	repository := &spec.Repository{Owner: spec.DefaultOwner, Manifests: []*spec.Manifest{l.manifest}}
	plan := diff.Compute(repository, found, diff.Options{Key: []byte("key")})
	if again := diff.Compute(repository, found, diff.Options{Key: []byte("key")}); text(plan) != text(again) {
		l.broken("the same input gave two plans:\n%s\n%s", text(plan), text(again))
	}
	return plan.Items[0]
}

func text(value any) string {
	encoded, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(encoded)
}

// follow plans, checks the plan, and carries it out as far as the ceiling allows; nothing is left then.
func (l *laws) follow(ceiling *spec.Risk) {
	l.Helper()
	item := l.compute(l.object)
	l.tell("plan", item.Action, item.Blocked, item.Notes)
	for _, step := range item.Steps {
		l.tell("  ", step)
	}
	l.plan(item)
	all := spec.Destroy
	if ceiling == nil {
		ceiling = &all
	}
	allowed := Allowed(item, ceiling)
	before := l.object
	for i, step := range item.Steps {
		if !allowed[i] {
			continue
		}
		if step.Risk > *ceiling {
			l.broken("step %d has risk %s and %s is allowed", i, step.Risk, ceiling)
		}
		l.step(i, step, *ceiling)
		l.run(step)
		if left := l.compute(l.object); slices.ContainsFunc(left.Blocked, func(r diff.Reason) bool { return r.Code == diff.CodeLaw }) {
			l.broken("interrupted after step %d: %v", i, left.Blocked)
		}
	}
	left := l.compute(l.object)
	if slices.Contains(Allowed(left, ceiling), true) {
		l.broken("a second apply would run %s", text(left.Steps))
	}
	if *ceiling == all && len(item.Blocked) == 0 && len(left.Blocked) > 0 {
		l.broken("after its steps it is blocked: %v", left.Blocked)
	}
	if *ceiling == all && len(item.Blocked) == 0 {
		l.arrived(before, item, left)
	}
}

// plan checks a plan as such.
func (l *laws) plan(item *diff.Item) {
	l.Helper()
	risk := spec.Live
	for i, step := range item.Steps {
		risk = max(risk, step.Risk)
		for _, need := range step.Needs {
			if need < 0 || need >= i {
				l.broken("step %d needs step %d", i, need)
			}
		}
	}
	metadata, _ := l.object["internal_metadata"].(map[string]any)
	mark, _ := metadata[spec.MarkKey].(string)
	ours := l.object == nil || strings.Contains(mark, `"owner":"default"`)
	switch {
	case item.Risk() != risk:
		l.broken("its risk is %s and that of its steps %s", item.Risk(), risk)
	case len(item.Blocked) > 0 && len(item.Steps) > 0:
		l.broken("it is blocked and has steps")
	case slices.ContainsFunc(item.Blocked, func(r diff.Reason) bool { return r.Code == diff.CodeLaw || r.Text == "" || r.Try == "" }):
		l.broken("it is blocked by %v", item.Blocked)
	case !ours && len(item.Steps) > 0:
		l.broken("it is not ours and has steps")
	case l.manifest.State == spec.Absent && slices.ContainsFunc(item.Steps, func(s diff.Step) bool { return s.Verb != diff.VerbDelete }):
		l.broken("something is made or changed for what shall be absent")
	case l.object != nil && slices.ContainsFunc(item.Steps, func(s diff.Step) bool { return s.Verb == diff.VerbCreate }) && item.Risk() < spec.Recreate:
		l.broken("it is there and made again")
	}
}

// step checks one step right before it runs.
func (l *laws) step(i int, step diff.Step, ceiling spec.Risk) {
	l.Helper()
	running := l.object["state"] == "running"
	var findings []spec.Finding
	switch step.Verb {
	case diff.VerbCreate:
		findings = spec.ValidateCreate(step.Payload)
	case diff.VerbUpdate:
		findings = spec.ValidateUpdate(l.brand, step.Payload)
	}
	if spec.HasErrors(findings) {
		l.broken("step %d: vmadm would refuse, drop or stumble over its payload: %v", i, findings)
	}
	for name := range step.Payload {
		row, _ := spec.Properties().Lookup(name)
		if step.Verb == diff.VerbUpdate && running && row.Effect[l.brand] == spec.EffectStopped && !liveDisks(row, step.Payload[name]) {
			l.broken("step %d updates %s, which is refused while it runs", i, name)
		}
	}
	lossy := step.Verb == diff.VerbDelete || step.Verb == diff.VerbReprovision || step.Verb == diff.VerbDeleteSnapshot || strings.Contains(text(step.Payload["remove_disks"]), "/dev/zvol/") ||
		strings.Contains(text(step.Payload["update_disks"]), "dangerous_allow_shrink")
	if lossy && (step.Risk < spec.Recreate || !slices.Contains(step.Marks, spec.MarkData)) {
		l.broken("step %d loses data, at risk %s with marks %v", i, step.Risk, step.Marks)
	}
	least := map[diff.Verb]spec.Risk{diff.VerbReboot: spec.Reboot, diff.VerbStop: spec.Stop}[step.Verb]
	if step.Risk < least {
		l.broken("step %d, %s, has risk %s", i, step.Verb, step.Risk)
	}
	switch {
	case step.Verb == diff.VerbStart && running, step.Verb == diff.VerbReboot && !running, step.Verb == diff.VerbStop && !running:
		l.broken("step %d: %s in the state that it has already", i, step.Verb)
	}
}

// liveDisks reports whether an update of disks is of the kind that a running instance takes (reference 12.2).
func liveDisks(row *spec.Property, value any) bool {
	list, _ := value.([]any)
	return row.Kind == spec.Op && !slices.ContainsFunc(list, func(one any) bool {
		element, _ := one.(map[string]any)
		for member := range element {
			if m, ok := spec.Properties().Member(row.Parent, member); !ok || m.Role != spec.RoleDiskPath && m.Effect[spec.KVM] == spec.EffectStopped {
				return true
			}
		}
		return element == nil
	})
}

// arrived checks by another way than the differ's that the node is as the manifest says, and that what nobody manages was left alone.
func (l *laws) arrived(before spec.Object, item, left *diff.Item) {
	l.Helper()
	if l.manifest.State == spec.Absent {
		if l.object != nil {
			l.broken("it shall be absent and is there")
		}
		return
	}
	if l.object == nil {
		l.broken("it is gone")
	}
	state := string(l.manifest.State)
	if before != nil && state == "" {
		state, _ = before["state"].(string)
	}
	if state != "" && l.object["state"] != state {
		l.broken("it is %v at the end and shall be %s", l.object["state"], state)
	}
	noted := text(append(item.Notes, left.Notes...))
	for name, wanted := range l.manifest.Spec {
		row, _ := spec.Properties().Lookup(name)
		if value := l.unjoined(row, wanted); wanted != nil && row.Get[l.brand] != spec.Never && !sameOnNode(row, wanted, value) && !strings.Contains(noted, name) {
			l.broken("%s is %v at the end, and the manifest says %v", name, value, wanted)
		}
	}
	autoboot := spec.Properties().Role(spec.RoleAutoboot).Name
	if _, managed := l.manifest.Spec[autoboot]; before != nil && !managed && l.manifest.State == spec.Unmanaged && !strings.Contains(text(item.Changes), autoboot) && l.object[autoboot] != before[autoboot] {
		l.broken("nobody manages autoboot, which was %v and is %v", before[autoboot], l.object[autoboot])
	}
}

// unjoined is the value of a list without what the platform has put into it for a switch that is on.
func (l *laws) unjoined(row *spec.Property, wanted any) any {
	list, _ := l.object[row.Name].([]any)
	said, _ := wanted.([]any)
	rows := spec.Properties().All()
	for i := range rows {
		for _, value := range rows[i].Joins[row.Name] {
			if l.object[rows[i].Name] == true && !slices.Contains(said, any(value)) {
				list = slices.DeleteFunc(slices.Clone(list), func(one any) bool { return one == value })
			}
		}
	}
	if list == nil {
		return l.object[row.Name]
	}
	return list
}
