package view_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/spec"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares a text with a file in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (go test -update rewrites it):\n%s", file, d)
	}
}

func at(file string, line int) spec.Position {
	return spec.Position{File: "manifests/" + file, Line: line, Column: 3}
}

// samplePlan has one instance of every class and many that are unchanged.
func samplePlan(unchanged int) *diff.Plan {
	plan := &diff.Plan{
		Node:  diff.Node{Hostname: "cn1", UUID: "564d0b8e-6099-7648-351e-877faf6c56f6", Platform: "20260312T000000Z"},
		Owner: "default",
		Items: []*diff.Item{
			{Name: "db0", UUID: "8d01d99b-2b18-41c6-8fec-7209e2a9eef3", Brand: spec.KVM, Action: diff.Update, Running: true,
				Changes: []diff.Change{{Path: "disks[/dev/zvol/rdsk/zones/8d01d99b-2b18-41c6-8fec-7209e2a9eef3-disk1]", Op: diff.OpRemove,
					Before: map[string]any{"size": int64(10240), "model": "virtio"}, Cause: diff.CauseManifest, Effect: spec.EffectStopped,
					Risk: spec.Destroy, Marks: []spec.Mark{spec.MarkData}, Origin: at("db0.yaml", 20)}},
				Steps: []diff.Step{{Verb: diff.VerbStop, Risk: spec.Stop}, {Verb: diff.VerbUpdate, Risk: spec.Destroy, Marks: []spec.Mark{spec.MarkData}},
					{Verb: diff.VerbStart, Risk: spec.Stop, Needs: []int{0}}}},
			{Name: "mail0", Action: diff.Noop, Blocked: []diff.Reason{{Code: "ALIAS_TAKEN",
				Text: "an instance with alias mail0 exists (uuid 5c12a3ef-e60c-479a-a6be-ba93712a3893) that specadm did not make",
				Try:  "adopt it with --adopt mail0 or write its uuid into spec.uuid", Origin: at("mail0.yaml", 1)}}},
			{Name: "new0", UUID: "a4212873-e04a-ef84-b85c-c5aea32ce5f8", Brand: spec.Joyent, Action: diff.Create,
				Changes: []diff.Change{
					{Path: "alias", Op: diff.OpAdd, After: "new0"},
					{Path: "customer_metadata.root_pw", Op: diff.OpAdd, After: "canary-5f1e", Sensitive: true},
					{Path: "customer_metadata.user-script", Op: diff.OpAdd, After: "#!/bin/sh\npkgin -y in nginx\n"},
					{Path: "max_physical_memory", Op: diff.OpAdd, After: int64(512), Unit: spec.MiB},
					{Path: "nics[#0].ips", Op: diff.OpAdd, After: []any{"10.2.121.70/16"}},
					{Path: "nics[#0].nic_tag", Op: diff.OpAdd, After: "external"},
					{Path: "nics[#0].primary", Op: diff.OpAdd, After: true},
					{Path: "quota", Op: diff.OpAdd, After: int64(20), Unit: spec.GiB}},
				Steps: []diff.Step{{Verb: diff.VerbImport, Target: "01b2c898-945f-11e1-a523-af1afbe22822"}, {Verb: diff.VerbCreate}}},
			{Name: "vm0", UUID: "384de5e9-c9d9-4382-9dd3-949ab410be45", Brand: spec.Bhyve, Action: diff.Update, Running: true,
				Changes: []diff.Change{
					{Path: "ram", Op: diff.OpReplace, Before: int64(2048), After: int64(4096), Unit: spec.MiB, Cause: diff.CauseManifest,
						Effect: spec.EffectReboot, Risk: spec.Reboot, Origin: at("vm0.yaml", 14)},
					{Path: "vnc_password", Op: diff.OpReplace, Before: "canary-1a2b", After: "canary-3c4d", Cause: diff.CauseBoth,
						Risk: spec.Live, Sensitive: true, Origin: at("vm0.yaml", 15)}},
				Steps: []diff.Step{{Verb: diff.VerbUpdate, Paths: []string{"ram", "vnc_password"}},
					{Verb: diff.VerbReboot, Risk: spec.Reboot, Paths: []string{"ram"}, Needs: []int{0}}},
				Notes: []diff.Reason{{Code: "FOLLOWS", Text: "max_physical_memory follows ram to 5376 MiB"}}},
			{Name: "web1", UUID: "20de2bfc-56de-4cd9-8e25-80b017615788", Brand: spec.Joyent, Action: diff.Update, Running: true,
				Changes: []diff.Change{
					{Path: "customer_metadata.user-script", Op: diff.OpReplace, Before: "#!/bin/sh\nset -e\npkgin -y in nginx\nsvcadm enable nginx\n",
						After: "#!/bin/sh\nset -e\npkgin -y in nginx-full\nsvcadm enable nginx\n", Cause: diff.CauseManifest, Origin: at("web1.yaml", 15)},
					{Path: "nics[c2:4f:19:a0:7b:31].vlan_id", Op: diff.OpAdd, After: int64(20), Cause: diff.CauseUnknown, Risk: spec.Live,
						Marks: []spec.Mark{spec.MarkNet}, Origin: at("web1.yaml", 30)},
					{Path: "quota", Op: diff.OpReplace, Before: int64(20), After: int64(40), Unit: spec.GiB, Cause: diff.CauseDrift, Origin: at("web1.yaml", 9)},
					{Path: "tags.role", Op: diff.OpRemove, Before: "web", Cause: diff.CauseDefault, Origin: at("web1.yaml", 1)}},
				Steps: []diff.Step{{Verb: diff.VerbUpdate, Marks: []spec.Mark{spec.MarkNet}}}},
		},
		Reports: []diff.Report{{Kind: "instance", Name: "a7a4cb02-210a-4ccf-9744-99e3982148b0", Text: "cloudapi0: no manifest wants it"}},
	}
	for i := range unchanged {
		plan.Items = append(plan.Items, &diff.Item{Name: fmt.Sprintf("zone%03d", i), Brand: spec.Joyent, Action: diff.Noop})
	}
	return plan
}

func planText(t *testing.T, plan *diff.Plan, options view.PlanOptions) string {
	t.Helper()
	var out bytes.Buffer
	if err := view.Plan(&out, plan, options); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestPlanText(t *testing.T) {
	t.Parallel()
	const source, next = "manifests (11 files)", "specadm apply manifests --max-risk destroy"
	cases := []struct {
		name    string
		options view.PlanOptions
	}{
		{"pipe", view.PlanOptions{Source: source, Next: next}},
		{"100", view.PlanOptions{Source: source, Next: next, Style: view.Style{Width: 100}}},
		{"80", view.PlanOptions{Source: source, Next: next, Style: view.Style{Width: 80}}},
		{"color", view.PlanOptions{Source: source, Next: next, Style: view.Style{Width: 100, Color: true, Unicode: true}}},
		{"full", view.PlanOptions{Source: source, Full: true, Style: view.Style{Width: 100}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := planText(t, samplePlan(6), c.options)
			golden(t, "plan-"+c.name+".golden", got)
			if strings.Contains(got, "canary") {
				t.Error("a secret is shown")
			}
			for line := range strings.Lines(got) {
				if title := !strings.HasPrefix(line, "  "); c.options.Style.Width == 80 && len(line) > 81 && !title {
					t.Errorf("%d columns: %s", len(line)-1, line)
				}
			}
		})
	}
}

func TestPlanOfThreeChangesAmong200FitsAScreen(t *testing.T) {
	t.Parallel()
	plan := samplePlan(197)
	plan.Items = plan.Items[2:] // a create, a reboot and an update stay
	web1 := plan.Items[2]
	web1.Changes = append(web1.Changes[:1], web1.Changes[2:]...)
	text := planText(t, plan, view.PlanOptions{Source: "manifests", Next: "specadm apply manifests", Style: view.Style{Width: 100}})
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) > 24 {
		t.Errorf("%d lines:\n%s", len(lines), text)
	}
	for _, line := range lines {
		if len(line) > 100 {
			t.Errorf("%d columns: %s", len(line), line)
		}
	}
}

func TestPlanWithNothingToDoSaysSo(t *testing.T) {
	t.Parallel()
	plan := &diff.Plan{Node: diff.Node{Hostname: "cn1"}, Owner: "default", Items: []*diff.Item{{Name: "web0", Action: diff.Noop}}}
	want := "node cn1, owner default\n1 unchanged\n\nnot shown: 1 unchanged (--full shows them)\n"
	if d := cmp.Diff(want, planText(t, plan, view.PlanOptions{})); d != "" {
		t.Error(d)
	}
}

func TestPlanAsJSON(t *testing.T) {
	t.Parallel()
	document, err := view.NewPlanDocument(samplePlan(1), view.PlanContext{
		Tool:      view.Tool{Version: "devel"},
		Source:    view.Source{Owner: "default", Paths: []string{"manifests"}, Files: 7, Manifests: 6},
		CreatedAt: time.Unix(1764000000, 0),
		Exit:      view.NewExit(nil),
	})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := view.JSON(&out, document); err != nil {
		t.Fatal(err)
	}
	golden(t, "plan.json.golden", out.String())
	if strings.Contains(out.String(), "canary") {
		t.Error("a secret is shown")
	}
	if strings.Contains(out.String(), ": null") && !json.Valid(out.Bytes()) {
		t.Error("not JSON")
	}
	again, err := view.NewPlanDocument(samplePlan(1), view.PlanContext{Source: view.Source{Owner: "default"}, CreatedAt: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	if again.Digest != document.Digest {
		t.Error("the digest depends on the time or the tool")
	}
}
