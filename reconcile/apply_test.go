package reconcile

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestApplyCostsAsManyCommandsAsThereAreInstancesToChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const instances = 10
	for i := range instances {
		w.manifest(zone(fmt.Sprintf("web%d", i), "quota: 10", "autoboot: false", "tags: {role: web}"))
	}
	step := func(name, want string, do func()) {
		t.Helper()
		before := w.count()
		do()
		if d := cmp.Diff(want, w.count().since(before)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	changed := func(name string) {
		t.Helper()
		outcome := w.apply()
		if totals := outcome.Totals(); totals != (Totals{Changed: instances, Touched: instances}) {
			t.Errorf("%s: %v", name, tell(outcome))
		}
	}
	step("a plan only reads", "1 vmadm reads, 1 zfs reads", func() {
		if _, err := Plan(t.Context(), w.options()); err != nil {
			t.Fatal(err)
		}
	})
	step("creating ten", "2 vmadm reads, 2 zfs reads, 10 vmadm create", func() { changed("creating ten") })
	step("in sync", "1 vmadm reads, 1 zfs reads", func() {
		if totals := w.apply().Totals(); totals != (Totals{Unchanged: instances}) {
			t.Errorf("in sync: %+v", totals)
		}
	})
	w.settled()
	for i := range instances {
		w.manifest(zone(fmt.Sprintf("web%d", i), "quota: 20", "autoboot: false", "tags: {role: app}"))
	}
	step("changing ten", "2 vmadm reads, 2 zfs reads, 10 vmadm update", func() { changed("changing ten") })
	w.settled()
}
