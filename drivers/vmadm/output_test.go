package vmadm

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/drivers"
	"github.com/specadm/specadm/spec"
)

func TestLookupReadsWhatVmadmPrints(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		output string
		want   []spec.Object
		err    string
	}{
		{"no instance", "[]\n", []spec.Object{}, ""},
		{"trap T16: values keep their kind, and fields that nobody knows are kept", `[{"uuid":"a","ram":1024,"quota":5.5,"vcpus":"4","autoboot":false,"new_property":{"x":[1,null]},"nics":[{"vlan_id":0}]}]`,
			[]spec.Object{{"uuid": "a", "ram": int64(1024), "quota": 5.5, "vcpus": "4", "autoboot": false,
				"new_property": map[string]any{"x": []any{int64(1), nil}}, "nics": []any{map[string]any{"vlan_id": int64(0)}}}}, ""},
		{"a number beyond 64 bits becomes a fraction", `[{"pid":18446744073709551616}]`, []spec.Object{{"pid": 18446744073709551616.0}}, ""},
		{"a number beyond any range stays text", `[{"pid":1e999}]`, []spec.Object{{"pid": "1e999"}}, ""},
		{"broken off", `[{"uuid":"a","ali`, nil, "cannot lookup: its output breaks off after 17 bytes"},
		{"broken off between instances", `[{"uuid":"a"},`, nil, "cannot lookup: its output breaks off after 14 bytes"},
		{"nothing at all", "", nil, "cannot lookup: it printed nothing"},
		{"a sentence", "vmadm: oops", nil, "cannot lookup: its output is not JSON: invalid character 'v' looking for beginning of value"},
		{"two documents", "[] []", nil, "cannot lookup: its output goes on after the document, at byte 4"},
		{"no list", `{"uuid":"a"}`, nil, "cannot lookup: it printed an object instead of a list of instances"},
		{"an entry that is no instance", `[{"uuid":"a"},null]`, nil, "cannot lookup: entry 1 of its list is null instead of an instance"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := New(&scripted{result: drivers.Result{Stdout: []byte(c.output)}}).Lookup(t.Context())
			if (err != nil || c.err != "") && (err == nil || err.Error() != c.err || KindOf(err) != BadOutput) {
				t.Errorf("got %v (%s), want %q", err, KindOf(err), c.err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// FuzzParseLookup: whatever vmadm prints is an error or values that can be written as JSON again.
func FuzzParseLookup(f *testing.F) {
	for _, seed := range []string{`[]`, `[{"uuid":"a","ram":1024,"nics":[{"mac":"0"}]}]`, `[{"a":1e400}]`, `[null]`, `[{"x`, "[{}]\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, output []byte) {
		objects, err := parseLookup(output)
		if err != nil {
			return
		}
		text, err := json.Marshal(objects)
		if err != nil {
			t.Fatalf("cannot write %v: %v", objects, err)
		}
		again, err := parseLookup(text)
		if err != nil {
			t.Fatalf("cannot read %s: %v", text, err)
		}
		if d := cmp.Diff(objects, again); d != "" {
			t.Error(d)
		}
	})
}
