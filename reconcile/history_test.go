package reconcile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/diff"
)

// newHistory makes a history of runs with these ids.
func newHistory(t *testing.T, ids ...string) State {
	t.Helper()
	state := OpenState(t.TempDir())
	for _, id := range ids {
		enterRun(t, state, Run{ID: id})
	}
	return state
}

// enterRun enters a run that has touched web0.
func enterRun(t *testing.T, state State, run Run) {
	t.Helper()
	run.Schema, run.SchemaVersion, run.Ending = runSchema, runSchemaVersion, EndingFinished
	run.Items = []RunItem{{Kind: "Instance", Name: "web0", Result: Changed, Changes: []RunChange{
		{Path: "ram", Before: int64(256), After: int64(512), Result: ChangeMade},
		{Path: "quota", Before: nil, After: 1.5, Result: ChangeMade},
		{Path: "nics[a].ips", Before: []any{"dhcp"}, After: []any{int64(1), map[string]any{"n": int64(2)}}, Result: ChangeMissed},
	}}}
	log, err := state.beginRun(run, func() time.Time { return time.Date(2026, 11, 2, 3, 4, 5, 0, time.UTC) })
	if err != nil {
		t.Fatal(err)
	}
	if err := log.end(); err != nil {
		t.Fatal(err)
	}
}

func runIDs(t *testing.T, state State) string {
	t.Helper()
	runs, err := state.History()
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, run := range runs {
		ids = append(ids, run.ID)
	}
	return strings.Join(ids, " ")
}

func verified(t *testing.T, state State) Chain {
	t.Helper()
	chain, err := state.VerifyHistory()
	if err != nil {
		t.Fatal(err)
	}
	return chain
}

func TestHistoryGivesBackWhatWasEntered(t *testing.T) {
	t.Parallel()
	dirty := true
	state := newHistory(t)
	want := Run{ID: "A", Start: time.Date(2026, 11, 2, 3, 4, 5, 0, time.UTC), Who: Who{User: "ana", PID: 7}, Reason: Reason{Message: "why <&>", Dirty: &dirty}}
	enterRun(t, state, want)
	runs, err := state.History()
	if err != nil || len(runs) != 1 {
		t.Fatal(runs, err)
	}
	got := runs[0]
	changes := got.Items[0].Changes
	if diff := cmp.Diff([]any{int64(256), 1.5, []any{int64(1), map[string]any{"n": int64(2)}}}, []any{changes[0].Before, changes[1].After, changes[2].After}); diff != "" {
		t.Error(diff)
	}
	if got.ID != want.ID || !got.Start.Equal(want.Start) || got.Who != want.Who || got.Message != want.Message || *got.Dirty != dirty || got.End.IsZero() {
		t.Errorf("got %+v", got)
	}
}

// Every byte counts; a part of them is tried.
func TestVerifyFindsAnEditedByte(t *testing.T) {
	t.Parallel()
	state := newHistory(t, "A", "B", "C")
	whole := readHistory(t, state)
	if chain := verified(t, state); chain.Broken != nil || chain.Records != 3 {
		t.Fatalf("%+v", chain)
	}
	for at := range whole {
		if at%7 > 0 && whole[at] != '\n' {
			continue
		}
		edited := bytes.Clone(whole)
		edited[at] ^= 1
		writeHistory(t, state, edited)
		record := bytes.Count(whole[:at], []byte{'\n'}) + 1
		chain := verified(t, state)
		if chain.Broken == nil || chain.Broken.File != historyName || chain.Broken.Record != record {
			t.Fatalf("byte %d (%q) of record %d was edited: %+v", at, whole[at], record, chain.Broken)
		}
	}
}

func TestVerifyFindsRecordsThatAreMissingOrInAnotherOrder(t *testing.T) {
	t.Parallel()
	for name, order := range map[string][]int{
		"the first":   {1, 2, 3},
		"one between": {0, 2, 3},
		"swapped":     {0, 2, 1, 3},
		"twice":       {0, 1, 1, 2, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state := newHistory(t, "A", "B", "C", "D")
			lines, _ := wholeLines(readHistory(t, state))
			var text []byte
			for _, at := range order {
				text = append(append(text, lines[at]...), '\n')
			}
			writeHistory(t, state, text)
			if chain := verified(t, state); chain.Broken == nil {
				t.Errorf("%+v", chain)
			}
		})
	}
}

// A crash while a line is written leaves a part of it. That is no tampering, the next run enters the record again, and the chain holds.
func TestHistoryGoesOnAfterACutOffLine(t *testing.T) {
	t.Parallel()
	state := newHistory(t, "A", "B")
	whole := readHistory(t, state)
	begin := bytes.IndexByte(whole, '\n') + 1
	for end := begin + 1; end < len(whole); end += 7 {
		writeHistory(t, state, whole[:end])
		chain := verified(t, state)
		if chain.Broken != nil || chain.CutOff == nil || chain.CutOff.Record != 2 || chain.Records != 1 {
			t.Fatalf("cut off at %d: %+v", end, chain)
		}
		enterRun(t, state, Run{ID: "B"})
		if chain := verified(t, state); chain.Broken != nil || chain.CutOff != nil || chain.Records != 2 {
			t.Fatalf("went on after %d: %+v", end, chain)
		}
	}
	writeHistory(t, state, whole[:len(whole)-1]) // only the end of line is missing
	enterRun(t, state, Run{ID: "C"})
	if chain := verified(t, state); chain.Broken != nil || chain.Records != 3 || runIDs(t, state) != "A B C" {
		t.Errorf("%+v, runs %s", chain, runIDs(t, state))
	}
}

func TestHistoryRotatesWithinOneChain(t *testing.T) {
	t.Parallel()
	state := newHistory(t, "A")
	for i := range 3 {
		enterRun(t, state, Run{ID: fmt.Sprint("B", i), Reason: Reason{Message: strings.Repeat("x", historyLimit)}})
	}
	enterRun(t, state, Run{ID: "C"})
	if ids := runIDs(t, state); ids != "A B0 B1 B2 C" {
		t.Errorf("runs %s", ids)
	}
	chain := verified(t, state)
	if diff := cmp.Diff([]string{"history.000001.ndjson", "history.000002.ndjson", "history.000003.ndjson", historyName}, chain.Files); diff != "" || chain.Broken != nil {
		t.Errorf("%+v %s", chain.Broken, diff)
	}
	remove := func(name string) {
		if err := os.Remove(state.path(name)); err != nil {
			t.Fatal(err)
		}
	}
	remove("history.000001.ndjson") // as somebody does who needs the room
	if chain := verified(t, state); chain.Broken != nil || !chain.Earlier {
		t.Errorf("without the oldest: %+v", chain)
	}
	remove("history.000003.ndjson")
	if chain := verified(t, state); chain.Broken == nil || chain.Broken.File != historyName || chain.Broken.Record != 1 {
		t.Errorf("without one between: %+v", chain)
	}
	remove("history.000002.ndjson")
	text := readHistory(t, state)
	writeHistory(t, state, text[bytes.IndexByte(text, '\n')+1:])
	if chain := verified(t, state); chain.Broken == nil {
		t.Errorf("without the record that begins the file: %+v", chain)
	}
}

// A crash right between the two halves of a rotation.
func TestHistoryGoesOnAfterAHalfRotation(t *testing.T) {
	t.Parallel()
	state := newHistory(t, "A")
	if err := os.Rename(state.path(historyName), state.path("history.000001.ndjson")); err != nil {
		t.Fatal(err)
	}
	enterRun(t, state, Run{ID: "B"})
	if chain := verified(t, state); chain.Broken != nil || runIDs(t, state) != "A B" {
		t.Errorf("%+v, runs %s", chain, runIDs(t, state))
	}
	if err := os.Remove(state.path("history.000001.ndjson")); err != nil {
		t.Fatal(err)
	}
	if chain := verified(t, state); chain.Broken != nil || !chain.Earlier {
		t.Errorf("%+v", chain)
	}
}

// A run that was killed is entered once, wherever it was killed.
func TestAKilledRunIsEnteredOnce(t *testing.T) {
	t.Parallel()
	state := newHistory(t, "A")
	run := Run{ID: "B", Schema: runSchema, SchemaVersion: runSchemaVersion, Start: time.Now(), Items: []RunItem{
		{Name: "web0", Changes: []RunChange{{Path: "ram", Before: int64(1), After: int64(2)}, {Path: "quota"}, {Path: "cpu_cap"}}},
		{Name: "web1", Changes: []RunChange{{Path: "ram"}}},
	}}
	if _, err := state.beginRun(run, time.Now); err != nil {
		t.Fatal(err)
	}
	journal := state.newJournal("B", Holder{}, time.Now)
	for _, r := range []record{
		{Kind: recordIntent, Item: "web0", Verb: diff.VerbUpdate, Target: "u", Paths: []string{"ram"}},
		{Kind: recordResult, Item: "web0", Verb: diff.VerbUpdate, Target: "u", Paths: []string{"ram"}, Outcome: StepDone},
		{Kind: recordIntent, Item: "web0", Verb: diff.VerbUpdate, Target: "u", Paths: []string{"quota"}},
	} {
		if err := journal.write(r); err != nil {
			t.Fatal(err)
		}
	}
	pending, err := os.ReadFile(state.path("run.json"))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time as if killed before run.json was removed
		if err := state.enterKilled(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(state.path("run.json"), pending, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	runs, err := state.History()
	if err != nil || len(runs) != 2 {
		t.Fatal(runs, err)
	}
	want := []RunItem{{Name: "web0", Changes: []RunChange{
		{Path: "ram", Before: int64(1), After: int64(2), Result: ChangeMade}, {Path: "quota", Result: ChangeUnknown},
	}, Steps: []RunStep{
		{Verb: diff.VerbUpdate, Target: "u", Paths: []string{"ram"}, Outcome: StepDone}, {Verb: diff.VerbUpdate, Target: "u", Paths: []string{"quota"}},
	}}}
	if diff := cmp.Diff(want, runs[1].Items); diff != "" || runs[1].Ending != EndingInterrupted {
		t.Error(runs[1].Ending, diff)
	}
}

// What a run has done before it was killed is told by the next one, and then what that one did.
func TestARunThatWasKilledIsToldByTheNextOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t, zone("web0", "tags: {a: x}"), zone("web1"))
	if !w.killAt(2, true) {
		t.Fatal("it was not killed")
	}
	if ids := runIDs(t, w.state); ids != "" {
		t.Errorf("runs %s before anybody could have entered one", ids)
	}
	w.apply()
	w.manifest(zone("web0", "tags: {a: z}"))
	w.apply()
	runs, err := w.state.History()
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, run := range runs {
		for _, item := range run.Items {
			told = append(told, fmt.Sprintf("%s %s %s %s %q", run.Ending, item.Action, item.Name, item.Result, item.Steps[0].Outcome))
		}
	}
	want := []string{`interrupted create web0  "done"`, `interrupted create web1  ""`, `finished update web0 changed "done"`}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
	}
	if chain := verified(t, w.state); chain.Broken != nil || chain.Records != 2 {
		t.Errorf("%+v", chain)
	}
}

// Nothing is done when the history cannot be written.
func TestNothingIsChangedWithoutAHistory(t *testing.T) {
	t.Parallel()
	w := newWorld(t, zone("web0"))
	if err := os.MkdirAll(filepath.Join(w.state.Dir(), historyName), 0o700); err != nil {
		t.Fatal(err)
	}
	outcome, err := Apply(w.Context(), w.options())
	if state := (*StateError)(nil); !errors.As(err, &state) || outcome != nil {
		t.Errorf("outcome %v, error %v", outcome, err)
	}
	if n := w.count().mutating; n != 0 {
		t.Errorf("%d commands changed the node", n)
	}
}

// A run that has nothing to do writes nothing.
func TestANodeInSyncWritesNoHistory(t *testing.T) {
	t.Parallel()
	w := newWorld(t, zone("web0"))
	asked := 0
	w.apply()
	before := readHistory(t, w.state)
	w.apply(func(o *Options) {
		o.Describe = func(context.Context, *Preview) (Reason, error) { asked++; return Reason{}, nil }
	})
	if after := readHistory(t, w.state); !bytes.Equal(before, after) || asked > 0 {
		t.Errorf("history grew to %d bytes, asked why %d times", len(after), asked)
	}
	if _, err := os.Stat(w.state.path("run.json")); !os.IsNotExist(err) {
		t.Errorf("run.json is left: %v", err)
	}
}

func readHistory(t *testing.T, state State) []byte {
	t.Helper()
	text, err := os.ReadFile(state.path(historyName))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func writeHistory(t *testing.T, state State, text []byte) {
	t.Helper()
	if err := os.WriteFile(state.path(historyName), text, 0o600); err != nil {
		t.Fatal(err)
	}
}
