package drivertest

import (
	"encoding/json"
	"strings"
	"testing"
)

func decoded(t *testing.T, text string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestLooks(t *testing.T) {
	t.Parallel()
	const object = `{"alias": "a", "quota": 5, "nics": [{"mac": "m1", "primary": true}, {"mac": "m2"}], "tags": {"a.b": 1}, "routes": {"10.9.0.0/16": "nics[0]"}, "resolvers": []}`
	tests := []struct {
		name, wanted string
		fits         bool
	}{
		{"a member that is equal fits", `{"alias": "a"}`, true},
		{"a member that differs does not", `{"alias": "b"}`, false},
		{"numbers are no texts", `{"quota": "5"}`, false},
		{"null means absent", `{"hostname": null}`, true},
		{"null does not fit what is there", `{"alias": null}`, false},
		{"an index chooses an element", `{"nics.1.mac": "m2"}`, true},
		{"an index beyond the end finds nothing", `{"nics.2.mac": null}`, true},
		{"a star collects all, with null for those that lack it", `{"nics.*.primary": [true, null]}`, true},
		{"a star tells how many there are", `{"nics.*.mac": ["m1"]}`, false},
		{"a star over an empty array is an empty list", `{"resolvers.*.x": []}`, true},
		{"keys may hold dots", `{"tags.a.b": 1, "routes.10.9.0.0/16": "nics[0]"}`, true},
		{"a pattern matches a text", `{"alias": "~^[a-c]$"}`, true},
		{"a pattern matches the JSON of other values", `{"quota": "~^5$"}`, true},
		{"a pattern that does not match does not fit", `{"alias": "~^b"}`, false},
		{"a pattern does not fit what is absent", `{"hostname": "~."}`, false},
		{"one wrong member of many is enough", `{"alias": "a", "quota": 6}`, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			found := decoded(t, object)
			wanted := decoded(t, test.wanted).(map[string]any)
			difference := compare(wanted, func(path string) any { return at(found, strings.Split(path, ".")) })
			if fits := difference == ""; fits != test.fits {
				t.Errorf("%s fits: %v\n%s", test.wanted, fits, difference)
			}
		})
	}
}

func TestContains(t *testing.T) {
	t.Parallel()
	const found = `{"type": "modify", "vm": {"alias": "a", "quota": 5}, "changes": [{"path": ["nics", null, "ip"], "action": "added"}, {"path": ["quota"], "action": "changed"}]}`
	tests := []struct {
		name, wanted string
		held         bool
	}{
		{"nothing is held by anything", `{}`, true},
		{"members that are not named do not matter", `{"vm": {"alias": "a"}}`, true},
		{"a member that differs is not held", `{"vm": {"alias": "b"}}`, false},
		{"a member that is missing is not held", `{"vm": {"hostname": "h"}}`, false},
		{"an element is found anywhere in an array", `{"changes": [{"path": ["quota"]}]}`, true},
		{"one element must hold all that is wanted of it", `{"changes": [{"path": ["quota"], "action": "added"}]}`, false},
		{"null is a value in an array", `{"changes": [{"path": ["nics", null, "ip"]}]}`, true},
		{"an object is no array", `{"vm": []}`, false},
		{"patterns are allowed", `{"type": "~^mod"}`, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if held := contains(decoded(t, test.wanted), decoded(t, found)); held != test.held {
				t.Errorf("%s held: %v", test.wanted, held)
			}
		})
	}
}

func TestMembersAlone(t *testing.T) {
	t.Parallel()
	object := map[string]any{"a": 1, "b": nil, "c": 2}
	tests := []struct {
		name, names string
		fits        bool
	}{
		{"exactly these", "a b c", true},
		{"in any order and over several lines", "c\n\ta b", true},
		{"one too few", "a b", false},
		{"one too many", "a b c d", false},
		{"one that may be absent", "a b c [d]", true},
		{"one that may be absent and is there", "a b [c]", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if difference := compareKeys(object, test.names); (difference == "") != test.fits {
				t.Errorf("%q fits: %v\n%s", test.names, difference == "", difference)
			}
		})
	}
}
