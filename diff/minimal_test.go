package diff

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/spec"
)

// TestMinimalCases holds what laws on random worlds found broken once, shrunk (reconcile.TestLawsOfPlans).
func TestMinimalCases(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		before  spec.Object // what was applied last
		wanted  spec.Object
		state   spec.State
		found   spec.Object
		creates spec.Brand // where nothing is found
		steps   []string
		blocked string
	}{
		{name: "autoboot that the stop itself turns is managed afterwards", state: spec.Stopped, before: spec.Object{}, wanted: spec.Object{"autoboot": false, "quota": int64(20)}, found: zone(nil),
			steps: []string{`stop (stop)`, `update (live) {"quota":20}`}},
		{name: "null for autoboot is its default, which a stop turns", state: spec.Stopped, wanted: spec.Object{"autoboot": nil}, found: zone(nil),
			steps: []string{`stop (stop)`, `update (live) {"autoboot":true}`}},
		{name: "autoboot that left the manifest goes back to the default although a stop turns it", state: spec.Stopped, before: spec.Object{"autoboot": false}, wanted: spec.Object{},
			found: zone(spec.Object{"autoboot": false}), steps: []string{`stop (stop)`, `update (live) {"autoboot":true}`}},
		{name: "a limit of 0 is not the same as no limit", wanted: spec.Object{"zfs_snapshot_limit": int64(0)}, found: zone(nil), steps: []string{`update (live) {"zfs_snapshot_limit":0}`}},
		{name: "a serial port survives the update that a new machine needs", creates: spec.Bhyve, state: spec.Running, wanted: spec.Object{"autoboot": false, "com2": "socket,/tmp/a"},
			steps: []string{`create (live) {"alias":"web0","autoboot":false,"brand":"bhyve","com2":"socket,/tmp/a","uuid":"` + webUUID + `"}`, `start (live)`, `update (live) {"autoboot":false,"com2":"socket,/tmp/a"}`}},
		{name: "null for autoboot of a new instance is its default", creates: spec.JoyentMinimal, state: spec.Stopped, wanted: spec.Object{"autoboot": nil},
			steps: []string{`create (live) {"alias":"web0","autoboot":false,"brand":"joyent-minimal","uuid":"` + webUUID + `"}`, `update (live) {"autoboot":true}`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			brand := test.creates
			found := test.found
			if found != nil {
				brand = spec.Brand(found["brand"].(string))
				found = ours(found, wants(brand, test.state, test.before), nil)
			}
			item := compute(wants(brand, test.state, test.wanted), found, Options{})
			if d := cmp.Diff(test.steps, outline(item)); d != "" {
				t.Errorf("steps, want (-), got (+):\n%s\nblocked: %v", d, item.Blocked)
			}
			if blocked := len(item.Blocked) > 0; blocked != (test.blocked != "") || blocked && item.Blocked[0].Code != test.blocked {
				t.Errorf("blocked by %v, want %q", item.Blocked, test.blocked)
			}
		})
	}
}
