package view_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/reconcile"
	"github.com/specadm/specadm/spec"
)

func sampleSnapshot() *reconcile.Snapshot {
	return &reconcile.Snapshot{
		TakenAt: time.Date(2026, 4, 2, 8, 15, 30, 0, time.UTC), Key: "0123456789abcdef", Down: []string{"db0"}, Applied: map[string]string{"shop": "abc"},
		Found: diff.Found{
			Node:      diff.Node{Hostname: "cn1", UUID: "564d0b8e-6099-7648-351e-877faf6c56f6", Platform: "20260312T000000Z"},
			Instances: map[string]spec.Object{"b": {"uuid": "b", "quota": int64(10), "cpu_cap": 1.5}, "a": {"uuid": "a", "nics": []any{map[string]any{"vlan_id": int64(0)}}}},
			Datasets: map[string]diff.Dataset{
				"zones/a": {Name: "zones/a", Properties: map[string]diff.Setting{"quota": {Value: "0", Source: "default"}}},
			},
			Images: map[string]diff.Image{"zones/i": {UUID: "i", Name: "base", Version: "1", Pool: "zones", Source: "s", Clones: []string{"zones/a"}}},
			Rules:  map[string]spec.Object{"r": {"uuid": "r", "enabled": true}},
			Masked: true,
		},
	}
}

func snapshotText(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	if err := view.JSON(&out, view.NewSnapshotDocument(sampleSnapshot(), view.Tool{Version: "1.2.3"})); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestASnapshotIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	text := snapshotText(t)
	checkJSON(t, strict(t, "snapshot"), text)
	snapshot, err := view.ReadSnapshot([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(sampleSnapshot(), snapshot); d != "" {
		t.Errorf("written (-), read (+):\n%s", d)
	}
}

func TestWhatIsNoSnapshotIsRefused(t *testing.T) {
	t.Parallel()
	text := snapshotText(t)
	for _, test := range []struct{ name, text, want string }{
		{"nothing", "", "it is no JSON"},
		{"cut off", text[:len(text)/2], "it is no JSON"},
		{"a plan", `{"schema": "specadm/plan", "schemaVersion": "1.0"}`, `its schema is "specadm/plan"`},
		{"of a later program", strings.Replace(text, `"1.0"`, `"2.0"`, 1), `its schema has version "2.0"`},
		{"without a version", strings.Replace(text, `"schemaVersion": "1.0",`, "", 1), `its schema has version ""`},
		{"of no node", strings.Replace(text, "564d0b8e-6099-7648-351e-877faf6c56f6", "", 1), "does not say of which node"},
		{"of no time", strings.Replace(text, "takenAt", "takenat2", 1), "does not say of which node it is, and when"},
		{"without instances", strings.Replace(text, `"instances"`, `"instance"`, 1), "a part of it is missing"},
		{"an instance without a uuid", strings.Replace(text, `"uuid": "b"`, `"uuid": ""`, 1), "instances[1] has no uuid"},
		{"of other types", strings.Replace(text, `"interrupted": [`, `"interrupted": [[], `, 1), "cannot unmarshal"},
	} {
		if _, err := view.ReadSnapshot([]byte(test.text)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", test.name, err, test.want)
		}
	}
	if _, err := view.ReadSnapshot([]byte(strings.Replace(text, `"1.0"`, `"1.7"`, 1))); err != nil {
		t.Errorf("a later minor version: %v", err)
	}
}
