package diff

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/spec"
)

// sinceOf computes the plans of two versions of a manifest against the same instance, and compares them.
func sinceOf(t *testing.T, now, base *spec.Manifest, object spec.Object, key []byte) (plan *Plan, left []Report) {
	t.Helper()
	found := Found{Instances: map[string]spec.Object{}}
	if object != nil {
		found.Instances[webUUID] = object
	}
	version := func(m *spec.Manifest) *Plan {
		repository := &spec.Repository{Owner: "default"}
		if m != nil {
			repository.Manifests = []*spec.Manifest{m}
		}
		return Compute(repository, found, Options{Key: key})
	}
	plan = version(now)
	return plan, plan.CompareBase(version(base), found)
}

// part is what a part of a plan shows of its only item: changed paths, and verbs with their risk.
func part(plan *Plan, since Since) []string {
	var lines []string
	for _, item := range plan.Only(since).Items {
		for _, change := range item.Changes {
			lines = append(lines, change.Path)
		}
		for _, step := range item.Steps {
			lines = append(lines, string(step.Verb)+" ("+step.Risk.String()+")")
		}
		for _, reason := range item.Blocked {
			lines = append(lines, reason.Code)
		}
	}
	return lines
}

func TestWhatAChangeCausesIsToldFromWhatWasThere(t *testing.T) {
	t.Parallel()
	key := []byte("k")
	zoneWants := func(declared spec.Object) *spec.Manifest { return wants(spec.Joyent, spec.Running, declared) }
	small, large := zoneWants(spec.Object{"quota": int64(10)}), zoneWants(spec.Object{"quota": int64(20)})
	both := zoneWants(spec.Object{"quota": int64(20), "cpu_shares": int64(200)})
	shares := zoneWants(spec.Object{"cpu_shares": int64(200)})
	broken := zoneWants(spec.Object{"quota": int64(10)})
	broken.Broken = true
	password := func(text string) *spec.Manifest {
		return zoneWants(spec.Object{"customer_metadata": map[string]any{"root_pw": text}})
	}
	machineWants := func(declared spec.Object) *spec.Manifest { return wants(spec.Bhyve, spec.Running, declared) }
	grown := machineWants(spec.Object{"ram": int64(2048)})
	grownAndTagged := machineWants(spec.Object{"ram": int64(2048), "tags": map[string]any{"role": "web"}})
	running := machine(spec.Object{"state": "running", "autoboot": true, "boot_timestamp": "2026-04-02T08:15:30.101Z"})
	drifted := ours(zone(nil), large, key)
	drifted["quota"] = int64(15)
	for _, test := range []struct {
		name           string
		now, base      *spec.Manifest
		found          spec.Object
		key            []byte
		fresh, existed []string
		since          Since
	}{
		{"another value", large, small, ours(zone(nil), small, key), key, []string{"quota", "update (live)"}, nil, New},
		{"drift", large, large, drifted, key, nil, []string{"quota", "update (live)"}, Existing},
		{"in sync", small, small, ours(zone(nil), small, key), key, nil, nil, SinceUnknown},
		{
			"another value where there is drift", both, large, drifted, key,
			[]string{"cpu_shares", "update (live)"}, []string{"quota", "update (live)"}, New,
		},
		{
			"a change beside a reboot that was pending is no reboot", grownAndTagged, grown, ours(running, machineWants(spec.Object{}), key), key,
			[]string{"tags.role", "update (live)"}, []string{"ram", "update (live)", "reboot (reboot)"}, New,
		},
		{"less than before", shares, both, ours(zone(nil), zoneWants(spec.Object{"quota": int64(10)}), key), key, nil, []string{"cpu_shares", "update (live)"}, Existing},
		{"a new manifest", small, nil, nil, key, []string{"quota", "state", "create (live)"}, nil, New},
		{"a manifest that was never applied", small, small, nil, key, nil, []string{"quota", "state", "create (live)"}, Existing},
		{"it breaks", broken, small, ours(zone(nil), small, key), key, []string{CodeBroken}, nil, New},
		{"it was broken", broken, broken, ours(zone(nil), small, key), key, nil, []string{CodeBroken}, Existing},
		{"foreign as before", small, small, zone(nil), key, nil, []string{CodeForeign}, Existing},
		{
			"another secret, of which the markers tell nothing", password("b"), password("a"), ours(zone(nil), small, nil), nil,
			[]string{"customer_metadata.root_pw", "update (live)"}, nil, New,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			plan, left := sinceOf(t, test.now, test.base, test.found, test.key)
			if plan.Items[0].Since != test.since || len(left) > 0 {
				t.Errorf("the item is %q, left behind %v", plan.Items[0].Since, left)
			}
			if d := cmp.Diff(test.fresh, part(plan, New)); d != "" {
				t.Errorf("new, want (-), have (+):\n%s", d)
			}
			if d := cmp.Diff(test.existed, part(plan, Existing)); d != "" {
				t.Errorf("existing, want (-), have (+):\n%s", d)
			}
		})
	}
}

func TestWhatNoManifestSpeaksOfAnyMoreIsLeftBehind(t *testing.T) {
	t.Parallel()
	m := wants(spec.Joyent, spec.Running, spec.Object{"quota": int64(10)})
	renamed := *m
	renamed.Name, renamed.Formerly = "web1", []string{"web0"}
	object := ours(zone(nil), m, nil)
	for _, test := range []struct {
		name  string
		now   *spec.Manifest
		found spec.Object
		want  []Report
	}{
		{"it is there", nil, object, []Report{{Kind: "instance", Name: "web0", Text: "its manifest is gone; " + webUUID + " stays as it is"}}},
		{"it was never made", nil, nil, nil},
		{"it has another name", &renamed, object, nil},
		{"it is still wanted", m, object, nil},
	} {
		_, left := sinceOf(t, test.now, m, test.found, nil)
		if d := cmp.Diff(test.want, left); d != "" {
			t.Errorf("%s: want (-), have (+):\n%s", test.name, d)
		}
	}
}
