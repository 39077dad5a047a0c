package diff

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/spec"
)

// TestSecretsInASnapshotAreNeverGuessed compares a manifest with markers: with the key of the node they tell, without it nothing is planned.
func TestSecretsInASnapshotAreNeverGuessed(t *testing.T) {
	t.Parallel()
	key := []byte("k")
	password := func(text any) *spec.Manifest {
		return wants(spec.Joyent, spec.Running, spec.Object{"customer_metadata": map[string]any{"root_pw": text}})
	}
	applied := ours(zone(spec.Object{"customer_metadata": map[string]any{"root_pw": "hunter2"}}), password("hunter2"), key)
	elsewhere, bare := spec.Clone(applied), spec.Clone(applied)
	elsewhere["customer_metadata"] = map[string]any{"root_pw": "other"}
	bare["customer_metadata"] = map[string]any{}
	note := CodeNotCompared + " customer_metadata.root_pw"
	for _, test := range []struct {
		name   string
		wanted *spec.Manifest
		found  spec.Object
		of     []byte // key of the node
		here   []byte // key of this machine
		want   []string
	}{
		{"the same, with the key", password("hunter2"), applied, key, key, nil},
		{"drift, with the key", password("hunter2"), elsewhere, key, key, []string{"replace customer_metadata.root_pw (drift)"}},
		{"another, with the key", password("hunter3"), applied, key, key, []string{"replace customer_metadata.root_pw ()"}},
		{"the same, without the key", password("hunter2"), applied, key, nil, []string{note}},
		{"another, without the key", password("hunter3"), applied, key, nil, []string{note}},
		{"markers without a key", password("hunter2"), applied, nil, key, []string{note}},
		{"it is missing", password("hunter2"), bare, key, nil, []string{"add customer_metadata.root_pw ()"}},
		{"it is to go", password(nil), applied, key, nil, []string{"remove customer_metadata.root_pw ()"}},
	} {
		found := Found{Instances: map[string]spec.Object{webUUID: spec.NewMask(test.of).Instance(test.found)}, Masked: true}
		item := Compute(&spec.Repository{Owner: "default", Manifests: []*spec.Manifest{test.wanted}}, found, Options{Key: test.here}).Items[0]
		var have []string
		for _, change := range item.Changes {
			have = append(have, string(change.Op)+" "+change.Path+" ("+string(change.Cause)+")")
			for _, value := range []any{change.Before, change.After} {
				if value != nil && !spec.IsMarker(value) {
					t.Errorf("%s: shows %v", test.name, value)
				}
			}
		}
		for _, reason := range item.Notes {
			if reason.Code != CodeMark {
				have = append(have, reason.Code+" "+reason.Path)
			}
		}
		if d := cmp.Diff(test.want, have); d != "" || len(item.Blocked) > 0 {
			t.Errorf("%s: want (-), have (+):\n%s%v", test.name, d, item.Blocked)
		}
	}
}

// TestWhatIsNoTextBlocksWhenItIsHidden: a number or an address that came encrypted cannot be planned with.
func TestWhatIsNoTextBlocksWhenItIsHidden(t *testing.T) {
	t.Parallel()
	m := wants(spec.Joyent, spec.Running, spec.Object{"quota": int64(10)})
	object := ours(zone(nil), m, nil)
	mark, _ := spec.MarkOf(object)
	mark.Secrets = []string{"quota"}
	object["internal_metadata"] = map[string]any{spec.MarkKey: encodeMark(mark)}
	found := Found{Instances: map[string]spec.Object{webUUID: spec.Mask{}.Instance(object)}, Masked: true}
	item := Compute(&spec.Repository{Owner: "default", Manifests: []*spec.Manifest{m}}, found, Options{}).Items[0]
	if len(item.Blocked) != 1 || item.Blocked[0].Code != CodeSecret || len(item.Steps) > 0 {
		t.Errorf("blocked by %v, steps %v", item.Blocked, item.Steps)
	}
}
