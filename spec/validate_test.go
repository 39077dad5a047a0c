package spec

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite golden files")

// validateCase is one recording of the real vmadm validate.
type validateCase struct {
	Action  string
	Brand   Brand
	Payload any
	Verdict struct {
		Valid             bool
		Crash             bool
		BadBrand          string   `json:"bad_brand"`
		BadValues         []string `json:"bad_values"`
		BadProperties     []string `json:"bad_properties"`
		MissingProperties []string `json:"missing_properties"`
	}
}

func (v validateCase) named() []string {
	return slices.Concat(v.Verdict.BadValues, v.Verdict.BadProperties, v.Verdict.MissingProperties)
}

func validateCases(t *testing.T) []validateCase {
	t.Helper()
	file, err := os.Open("testdata/validate-cases.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var cases []validateCase
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var one validateCase
		decoder := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		decoder.UseNumber()
		if err := decoder.Decode(&one); err != nil {
			t.Fatalf("%s: %v", lines.Text(), err)
		}
		one.Payload = plainNumbers(one.Payload)
		cases = append(cases, one)
	}
	return cases
}

// plainNumbers gives decoded JSON the types of an Object.
func plainNumbers(value any) any {
	switch v := value.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := v.Float64()
		return f
	case []any:
		for i := range v {
			v[i] = plainNumbers(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = plainNumbers(v[key])
		}
	}
	return value
}

// offline reports whether a named property can be judged without the images and pools of the node that made the recording.
func (v validateCase) offline(named string) bool {
	payload, _ := v.Payload.(map[string]any)
	image := func(o map[string]any) bool { text, _ := o["image_uuid"].(string); return uuidForm(text) }
	disk := map[string]any{}
	for _, name := range []string{"disks", "add_disks"} {
		if list, ok := payload[name].([]any); ok && len(list) > 0 {
			disk, _ = list[0].(map[string]any)
		}
	}
	switch named {
	case "image_uuid":
		return !image(payload)
	case "disks.0.image_uuid", "add_disks.0.image_uuid":
		return !image(disk)
	case "disks.0.image_size", "add_disks.0.image_size": // filled in from an image that is installed
		_, has := disk["image_uuid"]
		return !has
	}
	return true
}

// points reports whether a finding concerns a property as vmadm names it: quota, nics.*.ip, disks.0.size. A finding about the whole
// collection concerns its members.
func points(f Finding, named string, payload any) bool {
	at := strings.Split(strings.TrimPrefix(f.Pointer, "/"), "/")
	parts := strings.Split(named, ".")
	if strings.HasPrefix(at[0], "add_"+parts[0]) || strings.HasPrefix(at[0], "update_"+parts[0]) || at[0] == parts[0] {
		at[0] = parts[0]
	}
	for i := range min(len(at), len(parts)) {
		if at[i] != parts[i] && parts[i] != "*" && parts[i] != "0" {
			return false
		}
	}
	return true
}

// Where validate lets something pass that we refuse, the golden file says so: what create or update refuse or crash on, and what is
// accepted by accident of JavaScript (an empty list for a text, [3] for a number).
func TestFindsEverythingThatTheRealValidateFinds(t *testing.T) {
	t.Parallel()
	stricter := map[string]bool{}
	for _, one := range validateCases(t) {
		payload, ok := one.Payload.(map[string]any)
		if !ok {
			continue // a payload that is no object cannot reach ValidateCreate
		}
		findings := ValidateUpdate(one.Brand, payload)
		if one.Action == "create" {
			findings = ValidateCreate(payload)
		}
		text, _ := json.Marshal(payload)
		what := fmt.Sprintf("%s %s %s", one.Action, one.Brand, text)
		errors := slices.DeleteFunc(slices.Clone(findings), func(f Finding) bool { return f.Severity != Error })

		if one.Verdict.Valid {
			for _, f := range errors {
				stricter[f.Code+" "+what] = true
			}
			continue
		}
		named := one.named()
		if one.Verdict.BadBrand != "" {
			named = append(named, "brand")
		}
		for _, name := range named {
			if one.offline(name) && !slices.ContainsFunc(errors, func(f Finding) bool { return f.Pointer == "" || points(f, name, payload) }) {
				t.Errorf("%s\nvmadm objects to %s; findings: %v", what, name, errors)
			}
		}
		if one.Verdict.Crash && len(errors) == 0 {
			t.Errorf("%s\ncrashes vmadm and has no finding", what)
		}
	}
	compareGolden(t, "testdata/stricter.golden", strings.Join(sortedKeys(stricter), "\n")+"\n")
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// compareGolden compares with a file; go test -update rewrites it.
func compareGolden(t *testing.T, file, have string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(have), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), have); diff != "" {
		t.Errorf("%s (-) differs (+); run go test ./spec -update and read the difference:\n%s", file, diff)
	}
}
