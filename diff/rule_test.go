package diff

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/spec"
)

const ruleUUID = "5c3ea269-75b8-42fa-badc-956684fb4d4e"

func wantsRule(change spec.Object) *spec.Manifest {
	m := &spec.Manifest{
		Kind: spec.KindFirewallRule, Name: "ssh", UUID: ruleUUID,
		Spec: spec.Object{"rule": "FROM any TO all vms ALLOW tcp PORT 22", "global": true},
	}
	for name, value := range change {
		m.Spec[name] = value
	}
	return m
}

// applied is what fwadm lists after the plan of a manifest was executed on found.
func applied(m *spec.Manifest, found map[string]spec.Object) map[string]spec.Object {
	return simulateRules(found, ruleOf(m, found).Steps)
}

func ruleOf(m *spec.Manifest, found map[string]spec.Object) *Item {
	return Compute(&spec.Repository{Owner: "acme", Manifests: []*spec.Manifest{m}}, Found{Rules: found}, Options{}).Items[0]
}

func TestTheCauseOfARuleIsToldByItsMark(t *testing.T) {
	t.Parallel()
	first := wantsRule(nil)
	on := func(change spec.Object) map[string]spec.Object {
		rules := applied(first, map[string]spec.Object{})
		for name, value := range change {
			rules[ruleUUID][name] = value
		}
		return rules
	}
	cases := []struct {
		name  string
		m     *spec.Manifest
		found map[string]spec.Object
		want  []Cause
	}{
		{"nothing differs", first, on(nil), nil},
		{"the manifest moved", wantsRule(spec.Object{"enabled": false}), on(nil), []Cause{CauseManifest}},
		{"the node moved", first, on(spec.Object{"enabled": false}), []Cause{CauseDrift}},
		{"both moved", wantsRule(spec.Object{"rule": "FROM any TO all vms ALLOW tcp PORT 23"}), on(spec.Object{"enabled": false}), []Cause{CauseBoth, CauseBoth}},
		{"a mark without a digest", wantsRule(spec.Object{"enabled": false}), on(spec.Object{"description": "[specadm acme/ssh]"}), []Cause{CauseUnknown}},
		{"another spelling", wantsRule(spec.Object{"rule": "from ANY to ALL VMS allow tcp ports 22"}), on(nil), nil},
	}
	for _, c := range cases {
		item := ruleOf(c.m, c.found)
		var have []Cause
		for _, change := range item.Changes {
			have = append(have, change.Cause)
		}
		if d := cmp.Diff(c.want, have); d != "" || len(item.Blocked) > 0 {
			t.Errorf("%s: %s %v", c.name, d, item.Blocked)
		}
		if left := ruleOf(c.m, applied(c.m, c.found)); len(left.Steps)+len(left.Changes) > 0 {
			t.Errorf("%s: a second plan has %+v", c.name, left.Steps)
		}
	}
}

func TestARuleThatWasRenamedKeepsItsUUID(t *testing.T) {
	t.Parallel()
	rules := applied(wantsRule(nil), map[string]spec.Object{})
	renamed := wantsRule(nil)
	renamed.Name, renamed.Formerly, renamed.UUID = "login", []string{"ssh"}, "04128191-d2cb-43fc-a970-e4deefe970d8"
	item := ruleOf(renamed, rules)
	if item.UUID != ruleUUID || len(item.Steps) != 1 || item.Steps[0].Verb != VerbUpdateRule || len(item.Changes) > 0 {
		t.Errorf("%+v", item)
	}
	if left := ruleOf(renamed, applied(renamed, rules)); len(left.Steps) > 0 {
		t.Errorf("a second plan has %+v", left.Steps)
	}
}

func TestTwoRulesWithOneMarkAreNotTouched(t *testing.T) {
	t.Parallel()
	rules := applied(wantsRule(nil), map[string]spec.Object{})
	rules["04128191-d2cb-43fc-a970-e4deefe970d8"] = rules[ruleUUID]
	for _, state := range []spec.State{spec.Unmanaged, spec.Absent} {
		m := wantsRule(nil)
		m.State = state
		if item := ruleOf(m, rules); len(item.Steps) > 0 || len(item.Blocked) != 1 || item.Blocked[0].Code != CodeAmbiguous {
			t.Errorf("%s: %+v", state, item)
		}
	}
}

func TestARuleOfAManifestThatIsLeftOutIsNotReported(t *testing.T) {
	t.Parallel()
	ssh, other := wantsRule(nil), wantsRule(nil)
	other.Name, other.UUID = "other", "04128191-d2cb-43fc-a970-e4deefe970d8"
	rules := applied(other, applied(ssh, map[string]spec.Object{}))
	plan := Compute(&spec.Repository{Owner: "acme", Manifests: []*spec.Manifest{ssh}, LeftOut: []*spec.Manifest{other}}, Found{Rules: rules}, Options{})
	if len(plan.Reports) > 0 {
		t.Error(plan.Reports)
	}
	if plan = Compute(&spec.Repository{Owner: "acme", Manifests: []*spec.Manifest{ssh}}, Found{Rules: rules}, Options{}); len(plan.Reports) != 1 {
		t.Error(plan.Reports)
	}
}

func TestWhatWasNotReadIsLeftAlone(t *testing.T) {
	t.Parallel()
	image := &spec.Manifest{Kind: spec.KindImage, Name: "base", UUID: ruleUUID, State: spec.Absent, Spec: spec.Object{"uuid": ruleUUID}}
	plan := Compute(&spec.Repository{Manifests: []*spec.Manifest{wantsRule(nil), image}}, Found{}, Options{})
	for _, item := range plan.Items {
		if len(item.Steps) > 0 || len(item.Notes) != 1 || item.Notes[0].Code != CodeNotCompared {
			t.Errorf("%+v", item)
		}
	}
}

func TestWhoUsesAnImageIsSaid(t *testing.T) {
	t.Parallel()
	const image, other = "01b2c898-945f-11e1-a523-af1afbe22822", "71101322-43a5-11e1-8f01-cf2a3031a7f4"
	found := Found{
		Instances: map[string]spec.Object{
			webUUID: zone(nil),
			other:   machine(spec.Object{"uuid": other, "alias": nil, "disks": []any{map[string]any{"image_uuid": image, "zpool": "tank"}}}),
		},
		Images: map[string]Image{
			"zones/" + image:    {UUID: image, Pool: "zones", Clones: []string{"zones/" + webUUID, "zones/" + ruleUUID, "zones/x"}},
			"zones/" + ruleUUID: {UUID: ruleUUID, Pool: "zones"},
			"tank/" + image:     {UUID: image, Pool: "tank"},
			"spare/" + image:    {UUID: image, Pool: "spare", Source: "https://images.smartos.org"},
		},
	}
	for pool, want := range map[string]string{
		"zones": "image " + image + " is in use by dataset zones/x, image " + ruleUUID + ", instance web0",
		"tank":  "image " + image + " is in use by instance " + other,
		"spare": "",
	} {
		m := &spec.Manifest{Kind: spec.KindImage, Name: "base", UUID: image, State: spec.Absent, Spec: spec.Object{"uuid": image, "zpool": pool}}
		item := Compute(&spec.Repository{Manifests: []*spec.Manifest{m}}, found, Options{}).Items[0]
		have := ""
		if len(item.Blocked) > 0 {
			have = item.Blocked[0].Text
		}
		if have != want || (want == "") != (len(item.Steps) == 1 && item.Risk() == spec.Destroy && item.Action == Destroy) {
			t.Errorf("%s: %q, want %q; %+v", pool, have, want, item.Steps)
		}
	}
}
