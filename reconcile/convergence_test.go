package reconcile

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/drivers"
	"github.com/specadm/specadm/drivers/lab"
	"github.com/specadm/specadm/spec"
)

// TestEveryPropertyOfEveryBrandConverges takes every row of the property table through its life on every brand that has it: created,
// changed, unset with null, set again, left the manifest, and drifted by hand. After each the node is as the manifest says, so that a
// second apply runs nothing, or a sentence with a code and advice says why the platform cannot do it. What came of each is in
// testdata/convergence.golden.
func TestEveryPropertyOfEveryBrandConverges(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("the work is done by processes of a lab, one after the other")
	}
	stories := make([][]story, len(spec.AllBrands()))
	t.Run("brand", func(t *testing.T) {
		for i, brand := range spec.AllBrands() {
			t.Run(string(brand), func(t *testing.T) {
				t.Parallel()
				stories[i] = convergeBrand(t, brand)
			})
		}
	})
	golden(t, filepath.Join("testdata", "convergence.golden"), tellStories(stories))
}

// golden compares a text with a file; UPDATE_GOLDEN=1 in the environment writes the file.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; UPDATE_GOLDEN=1 writes it:\n%s", file, firstDifference(string(want), got))
	}
}

func firstDifference(want, got string) string {
	wanted, found := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i, line := range found {
		if i >= len(wanted) || wanted[i] != line {
			return fmt.Sprintf("line %d\n got %s\nwant %s", i+1, line, strings.Join(wanted[min(i, len(wanted)):min(i+1, len(wanted))], ""))
		}
	}
	return fmt.Sprintf("%d lines are missing at the end", len(wanted)-len(found))
}

// story is what came of one property on one brand, stage by stage.
type story struct {
	property string
	brand    spec.Brand
	ends     [stages]string // "ok", or the codes of the reasons why not
}

// The stages of a property's life.
const (
	stageCreated = iota
	stageChanged
	stageUnset
	stageSet
	stageLeft
	stageDrifted
	stages
)

func stageNames() [stages]string {
	return [stages]string{"created", "changed", "unset", "set", "left", "drifted"}
}

// tellStories writes one line for each property and each set of brands on which it ends alike.
func tellStories(brands [][]story) string {
	lines := map[string][]string{}
	var order []string
	for _, stories := range brands {
		for _, s := range stories {
			line := s.property
			for i, stage := range stageNames() {
				if s.ends[i] != "" {
					line += "  " + stage + ": " + s.ends[i]
				}
			}
			if lines[line] == nil {
				order = append(order, line)
			}
			lines[line] = append(lines[line], string(s.brand))
		}
	}
	slices.Sort(order)
	var text strings.Builder
	for _, line := range order {
		fmt.Fprintf(&text, "%s  [%s]\n", line, strings.Join(lines[line], " "))
	}
	return text.String()
}

// trial is one property of one brand in a lab of its brand: an instance of its own.
type trial struct {
	subject
	name  string // of the manifest
	index int    // makes addresses unique
	story *story
}

func convergeBrand(t *testing.T, brand spec.Brand) []story {
	w := newWorld(t)
	w.runner = inThisProcess(w.lab)
	subjects := subjectsOf(brand)
	stories := make([]story, len(subjects))
	trials := make([]*trial, len(subjects))
	for i, s := range subjects {
		stories[i] = story{property: s.row.Name, brand: brand}
		name := strings.NewReplacer(".*.", "-", "_", "-").Replace(s.row.Name)
		trials[i] = &trial{subject: s, name: fmt.Sprintf("%s-%s", brand, name), index: i, story: &stories[i]}
	}
	c := &convergence{world: w, trials: trials}
	c.stage(stageCreated, func(x *trial) string { return x.a })
	c.stage(stageChanged, func(x *trial) string { return x.b })
	c.stage(stageUnset, func(x *trial) string { return "null" })
	c.stage(stageSet, func(x *trial) string { return x.a })
	c.stage(stageLeft, func(*trial) string { return "" })
	c.write(func(x *trial) string { return x.a })
	w.apply()
	c.drift()
	c.stage(stageDrifted, func(x *trial) string { return x.a })
	return stories
}

// inThisProcess runs the programs of a lab without starting them, which spares thousands of processes. What they do is the same.
func inThisProcess(dir string) drivers.Runner {
	return runnerFunc(func(_ context.Context, command drivers.Command) (drivers.Result, error) {
		var result drivers.Result
		var stdout, stderr bytes.Buffer
		result.Exit = lab.Exec(append([]string{dir, command.Program}, command.Args...), bytes.NewReader(command.Stdin), &stdout, &stderr)
		result.Stdout, result.Stderr = stdout.Bytes(), stderr.Bytes()
		if result.Exit != 0 {
			return result, &drivers.CommandError{Command: command, Result: result}
		}
		return result, nil
	})
}

type convergence struct {
	*world
	trials []*trial
}

func (c *convergence) write(value func(*trial) string) {
	for _, x := range c.trials {
		document := "apiVersion: specadm/v1\nkind: Instance\nmetadata: {name: " + x.name + "}\npolicy: {grace: 0, protect: false}\nspec:\n" + x.manifest(value(x), x.index)
		if err := os.WriteFile(filepath.Join(c.manifests, x.name+".yaml"), []byte(document), 0o644); err != nil {
			c.Fatal(err)
		}
	}
}

// stage writes the manifests, applies them, and holds what came of it against what may.
func (c *convergence) stage(stage int, value func(*trial) string) {
	c.Helper()
	c.write(value)
	first := c.apply()
	before := c.count()
	again := c.apply()
	if n := c.count().mutating - before.mutating; n > 0 {
		c.Errorf("%s: applying twice ran %d commands that change the node", stageNames()[stage], n)
	}
	repository, err := c.options().Load()
	if err != nil {
		c.Fatal(err)
	}
	findings := map[string][]spec.Finding{}
	for _, finding := range repository.Findings {
		if finding.Severity == spec.Error {
			findings[filepath.Base(finding.Position.File)] = append(findings[filepath.Base(finding.Position.File)], finding)
		}
	}
	for _, x := range c.trials {
		where := fmt.Sprintf("%s of %s, %q", stageNames()[stage], x.name, value(x))
		if outcome := outcomeOf(first, x.name); outcome.Result == Failed {
			c.Errorf("%s failed: %v", where, outcome.Cause)
			for _, step := range outcome.Steps {
				if step.Err != nil {
					body, _ := json.Marshal(step.Payload)
					c.Logf("%s %s: %v", step.Verb, body, step.Err)
				}
			}
		}
		x.story.ends[stage] = c.end(where, outcomeOf(again, x.name), findings[x.name+".yaml"])
	}
	if found, err := Observe(c.Context(), c.runner); err != nil {
		c.Fatal(err)
	} else {
		c.arrived(stage, repository, found)
	}
}

// end tells how a stage ended, from a second apply.
func (c *convergence) end(where string, outcome *ItemOutcome, findings []spec.Finding) string {
	c.Helper()
	var codes []string
	switch {
	case outcome.Result == Unchanged:
		return "ok"
	case outcome.Result != Blocked:
		var steps []string
		for _, step := range outcome.Steps {
			body, _ := json.Marshal(step.Payload)
			steps = append(steps, fmt.Sprintf("%s %s", step.Verb, body))
		}
		c.Errorf("%s: a second apply is %s: %v %v", where, outcome.Result, outcome.Cause, steps)
	case len(findings) > 0:
		for _, finding := range findings {
			codes = append(codes, finding.Code)
			if finding.Message == "" {
				c.Errorf("%s: finding without a word: %v", where, finding)
			}
		}
	default:
		for _, reason := range outcome.Blocked {
			codes = append(codes, reason.Code)
			if reason.Code == diff.CodeLaw || reason.Text == "" || reason.Try == "" {
				c.Errorf("%s: blocked by %+v", where, reason)
			}
		}
	}
	slices.Sort(codes)
	return strings.Join(slices.Compact(codes), ",")
}

func outcomeOf(outcome *Outcome, name string) *ItemOutcome {
	for _, item := range outcome.Items {
		if item.Name == name {
			return item
		}
	}
	return &ItemOutcome{Name: name, Result: Failed}
}

// arrived checks by another way than the differ's that the node shows what the manifests say.
func (c *convergence) arrived(stage int, repository *spec.Repository, found diff.Found) {
	for _, x := range c.trials {
		if x.story.ends[stage] != "ok" || x.row.Get[x.brand] == spec.Never {
			continue
		}
		manifest := manifestOf(repository, x.name)
		wanted, declared := x.valueIn(manifest.Spec)
		if !declared || wanted == nil {
			continue
		}
		shown, _ := x.valueIn(found.Instances[manifest.UUID])
		if !sameOnNode(x.row, wanted, shown) {
			c.Errorf("%s of %s: the node shows %v, the manifest says %v", stageNames()[stage], x.name, shown, wanted)
		}
	}
}

// sameOnNode takes for equal what get hides: false, 0, empty and the value of the table.
func sameOnNode(row *spec.Property, wanted, shown any) bool {
	if shown == nil {
		shown = row.Absent
	}
	if row.Equal(wanted, shown) || row.Kind == spec.Map || row.Kind == spec.Objects || row.Forced != spec.NoBrand {
		return true
	}
	if row.Role == spec.RoleNICPrimary && wanted == false {
		return true // the only nic is primary, as a note says
	}
	list, isList := wanted.([]any)
	return shown == nil && (wanted == false || wanted == int64(0) || wanted == "" || isList && len(list) == 0)
}

func manifestOf(repository *spec.Repository, name string) *spec.Manifest {
	for _, m := range repository.Manifests {
		if m.Name == name {
			return m
		}
	}
	return &spec.Manifest{}
}

// drift changes every property by hand, behind specadm's back. Where vmadm refuses, nobody can drift it.
func (c *convergence) drift() {
	c.write(func(x *trial) string { return x.b })
	repository, err := c.options().Load()
	if err != nil {
		c.Fatal(err)
	}
	found, err := Observe(c.Context(), c.runner)
	if err != nil {
		c.Fatal(err)
	}
	for _, x := range c.trials {
		m := manifestOf(repository, x.name)
		object := found.Instances[m.UUID]
		if m.Broken || object == nil {
			continue
		}
		if payload := x.byHand(m.Spec, object); payload != nil {
			body, err := json.Marshal(payload)
			if err != nil {
				c.Fatal(err)
			}
			if strings.Contains(string(body), "disks") || strings.Contains(string(body), "pci_devices") {
				c.try("", "vmadm", "stop", m.UUID)
			}
			c.try(string(body), "vmadm", "update", m.UUID)
		}
	}
}

// try runs a program of the lab by hand; it may fail.
func (w *world) try(stdin, program string, args ...string) {
	result, err := w.runner.Run(w.Context(), drivers.Command{Program: program, Args: args, Stdin: []byte(stdin), Mutates: true})
	if err != nil {
		w.Logf("by hand: %s %v < %s: %s", program, args, stdin, result.Stderr)
	}
}
