package main

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPropertiesPageIsCurrent(t *testing.T) {
	t.Parallel()
	want, err := generate("../..")
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile("../../docs/properties.md")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, string(have)); d != "" {
		t.Errorf("docs/properties.md is stale; make generate writes it:\n%s", d)
	}
}

func TestTestedTellsWhatDoesNotConverge(t *testing.T) {
	t.Parallel()
	lives, err := parseLives(`a  created: ok  changed: ok  unset: ok  [joyent kvm]
b  created: ok  changed: X, Y  unset: X, Y  [kvm]
b  created: ok  changed: ok  unset: ok  [bhyve]
c  created: SA1  changed: SA1  unset: SA1  [joyent joyent-minimal builder lx kvm bhyve]
`)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for name, of := range lives {
		got[name] = testedText(of)
	}
	want := map[string]string{"a": "yes", "b": "yes, but changed, unset X, Y (kvm); yes (bhyve)", "c": "no: SA1"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for _, bad := range []string{"a created: ok [kvm]\n", "a  created: ok\n", "a  created: ok  [solaris]\n"} {
		if _, err := parseLives(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}
