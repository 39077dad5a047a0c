package diff

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/specadm/specadm/spec"
)

var update = flag.Bool("update", false, "write plan.txt into the archives of testdata")

// TestGoldenCases holds plans against testdata/*.txtar. The comment of an archive says what the case is about; its files are
//
//	wanted.yaml    below spec of the manifest web0
//	policy.yaml    its policy, on one line; left out: none
//	applied.yaml   what was applied last, for the owner mark; left out: what is wanted. "none" leaves the instance unmarked
//	found.json     what differs from the zone or, with "brand": "bhyve", the machine of compute_test.go; left out: there is no instance
//	datasets.json  local ZFS properties by dataset; left out: ZFS was not read
//	plan.txt       the plan
func TestGoldenCases(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := tell(goldenItem(t, archive))
			if *update {
				archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return f.Name == "plan.txt" })
				archive.Files = append(archive.Files, txtar.File{Name: "plan.txt", Data: []byte(got)})
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, _ := member(archive, "plan.txt")
			if d := cmp.Diff(string(want), got); d != "" {
				t.Errorf("want (-), got (+); -update writes it:\n%s", d)
			}
		})
	}
}

func member(archive *txtar.Archive, name string) ([]byte, bool) {
	for _, file := range archive.Files {
		if file.Name == name {
			return file.Data, true
		}
	}
	return nil, false
}

// goldenItem computes the plan of a case.
func goldenItem(t *testing.T, archive *txtar.Archive) *Item {
	t.Helper()
	key := []byte("0123456789abcdef0123456789abcdef")
	wanted, ok := member(archive, "wanted.yaml")
	if !ok {
		t.Fatal("no wanted.yaml")
	}
	policy, _ := member(archive, "policy.yaml")
	m := goldenManifest(t, wanted, policy)
	found := Found{Node: Node{Hostname: "cn1"}, Instances: map[string]spec.Object{}}
	if text, ok := member(archive, "found.json"); ok {
		change := spec.Object(readJSON(t, text).(map[string]any))
		object := zone(change)
		if brand, _ := change["brand"].(string); spec.Brand(brand).HVM() {
			object = machine(change)
		}
		applied, ok := member(archive, "applied.yaml")
		switch {
		case strings.TrimSpace(string(applied)) == "none":
		case ok:
			object = ours(object, goldenManifest(t, applied, policy), key)
		default:
			object = ours(object, m, key)
		}
		found.Instances[webUUID] = object
	}
	if text, ok := member(archive, "datasets.json"); ok {
		found.Datasets = map[string]Dataset{}
		for name, properties := range readJSON(t, text).(map[string]any) {
			dataset := Dataset{Name: name, Properties: map[string]Setting{}}
			for property, value := range properties.(map[string]any) {
				dataset.Properties[property] = Setting{Value: fmt.Sprint(value), Source: "local"}
			}
			found.Datasets[name] = dataset
		}
	}
	return Compute(&spec.Repository{Owner: "default", Manifests: []*spec.Manifest{m}}, found, Options{Key: key, Now: time.Date(2026, 4, 2, 10, 0, 0, 0, time.UTC)}).Items[0]
}

func goldenManifest(t *testing.T, text, policy []byte) *spec.Manifest {
	t.Helper()
	document := "apiVersion: specadm/v1\nkind: Instance\nmetadata: {name: web0}\nspec:\n  uuid: " + webUUID + "\n"
	for line := range strings.Lines(string(text)) {
		document += "  " + line
	}
	if len(policy) > 0 {
		document += "policy: " + string(policy)
	}
	repo := spec.Parse("web0.yaml", []byte(document), spec.LoadOptions{})
	for _, finding := range repo.Findings {
		if finding.Severity == spec.Error {
			t.Fatalf("the manifest is wrong: %+v", finding)
		}
	}
	return repo.Manifests[0]
}

// readJSON reads values as the driver does: whole numbers are int64.
func readJSON(t *testing.T, text []byte) any {
	t.Helper()
	var value any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return whole(value)
}

func whole(value any) any {
	switch v := value.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		n, _ := v.Float64()
		return n
	case []any:
		for i := range v {
			v[i] = whole(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = whole(v[name])
		}
	}
	return value
}

// tell writes a plan down: what differs, what is run in which order, and what is said about it.
func tell(item *Item) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s, risk %s\n", item.Action, item.Risk())
	for _, c := range item.Changes {
		fmt.Fprintf(&out, "change %s %s: %s -> %s, %s, %s%s, line %d\n", c.Op, c.Path, encoded(c.Before), encoded(c.After), c.Cause, c.Risk, marked(c.Marks), c.Origin.Line)
	}
	for i, s := range item.Steps {
		fmt.Fprintf(&out, "step %d %s", i, s.Verb)
		if s.Target != item.UUID {
			fmt.Fprintf(&out, " %s", s.Target)
		}
		fmt.Fprintf(&out, " (%s%s)", s.Risk, marked(s.Marks))
		if len(s.Needs) > 0 {
			fmt.Fprintf(&out, " after %v", s.Needs)
		}
		fmt.Fprintf(&out, ": %s\n", s.Reason)
		for _, name := range slices.Sorted(maps.Keys(s.Options)) {
			fmt.Fprintf(&out, "  %s=%s\n", name, s.Options[name])
		}
		body, mark := withoutMark(s.Payload)
		for _, name := range slices.Sorted(maps.Keys(body)) {
			fmt.Fprintf(&out, "  %s: %s\n", name, encoded(body[name]))
		}
		if mark != "" {
			fmt.Fprintf(&out, "  mark: %s\n", mark)
		}
	}
	for _, note := range item.Notes {
		fmt.Fprintf(&out, "note %s: %s\n", note.Code, note.Text)
	}
	for _, reason := range item.Blocked {
		fmt.Fprintf(&out, "blocked %s: %s\n  try: %s\n", reason.Code, reason.Text, reason.Try)
	}
	return out.String()
}

func encoded(value any) string {
	if value == nil {
		return "none"
	}
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func marked(marks []spec.Mark) string {
	text := ""
	for _, mark := range marks {
		text += " " + string(mark)
	}
	return text
}

// withoutMark parts a payload from the mark in it, of which it gives the managed paths.
func withoutMark(payload spec.Object) (body spec.Object, paths string) {
	body = spec.Clone(payload)
	for _, name := range []string{"set_internal_metadata", "internal_metadata"} {
		entries, _ := body[name].(map[string]any)
		if text, ok := entries[spec.MarkKey].(string); ok {
			var mark spec.OwnerMark
			if err := json.Unmarshal([]byte(text), &mark); err != nil {
				panic(err)
			}
			paths = strings.Join(slices.Sorted(maps.Keys(mark.Fields)), " ")
			if mark.Reboot != nil {
				paths += ", waits for a boot: " + strings.Join(mark.Reboot.Paths, " ")
			}
			if paths == "" {
				paths = "nothing"
			}
		}
		delete(entries, spec.MarkKey)
		if len(entries) == 0 {
			delete(body, name)
		}
	}
	return body, paths
}
