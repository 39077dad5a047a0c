package reconcile

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/spec"
)

// crashWorld is a node and wishes that take every verb to come true.
func crashWorld() (*fakeNode, []wish) {
	node := newFakeNode()
	node.add("web0", "running", spec.Object{"ram": int64(1024)})
	node.add("db0", "running", nil)
	node.add("old", "running", nil)
	node.add("idle", "running", nil)
	return node, []wish{
		{name: "web0", properties: spec.Object{"ram": int64(2048), "tag": "x"}},
		{name: "db0", state: spec.Running, properties: spec.Object{"disk": int64(2)}},
		{name: "new", image: "01b2c898-945f-11e1-a523-af1afbe22822", properties: spec.Object{"quota": int64(5)}},
		{name: "old", state: spec.Absent},
		{name: "idle", state: spec.Stopped},
	}
}

// crashRun executes once with a journal, and reports whether this process "died" on the way.
func crashRun(t *testing.T, state State, node *fakeNode, wishes []wish) (outcome *Outcome, died bool) {
	t.Helper()
	journal := state.newJournal(fmt.Sprintf("run-%d", len(node.calls)), Holder{PID: 1 << 30}, time.Now)
	if unfinished, err := state.lastRun(); err != nil || unfinished != nil && journal.note(unfinished) != nil {
		t.Fatal("cannot note the unfinished run")
	}
	defer func() {
		if cause := recover(); cause != nil {
			if cause != any(errDied) {
				panic(cause)
			}
			died = true
		}
	}()
	outcome, _ = execute(t.Context(), node, ExecuteOptions{MaxRisk: riskOf(spec.Destroy), journal: journal}, wishes...)
	if err := journal.end(); err != nil {
		t.Fatal(err)
	}
	return outcome, false
}

// TestExecuteConvergesAfterACrashAtAnyCommand kills the run at every command in turn, before and after its effect. The next run must
// end where an undisturbed run ends, and make nothing twice (trap T29).
func TestExecuteConvergesAfterACrashAtAnyCommand(t *testing.T) {
	t.Parallel()
	calm, wishes := crashWorld()
	outcome, _ := crashRun(t, OpenState(t.TempDir()), calm, wishes)
	if totals := outcome.Totals(); totals != (Totals{Changed: 5, Touched: 5}) {
		t.Fatalf("undisturbed: %+v", totals)
	}
	for k := 1; k <= len(calm.calls); k++ {
		for _, how := range []fault{killsUs, killsLate} {
			t.Run(fmt.Sprintf("%s: command %d, %s", calm.calls[k-1], k, how), func(t *testing.T) {
				t.Parallel()
				state := OpenState(t.TempDir())
				node, wishes := crashWorld()
				node.faults[k] = how
				if _, died := crashRun(t, state, node, wishes); !died {
					t.Fatal("nobody died")
				}
				if len(node.calls) != k {
					t.Fatalf("ran %v", node.calls)
				}
				unfinished, err := state.Unfinished()
				if err != nil || unfinished == nil {
					t.Fatalf("nothing is known of the crash: %v", err)
				}
				if got, want := unfinished.String(), "the last run was interrupted during "+verbItem(calm.calls, k); !strings.HasPrefix(got, want) {
					t.Errorf("%s, want %s", got, want)
				}
				outcome, _ := crashRun(t, state, node, wishes)
				if totals := outcome.Totals(); totals.Changed+totals.Unchanged != 5 {
					t.Errorf("not converged: %v", tell(outcome))
				}
				if d := cmp.Diff(calm.instances, node.instances, ignoreBoots()); d != "" {
					t.Error(d)
				}
				if repeated := len(node.calls) - len(calm.calls); how == killsUs && repeated > 2 || how == killsLate && repeated > 1 {
					t.Errorf("made more than once: %v", node.calls)
				}
				if unfinished, err := state.Unfinished(); unfinished != nil || err != nil {
					t.Errorf("still told of after a complete run: %v, %v", unfinished, err)
				}
			})
		}
	}
}

// verbItem is what the k-th call of an undisturbed run was for, in the words of the journal.
func verbItem(calls []string, k int) string {
	var verb, target string
	if _, err := fmt.Sscan(calls[k-1], &verb, &target); err != nil {
		panic(err)
	}
	if verb == "import" {
		target = "new"
	}
	return verb + " of " + target
}

// ignoreBoots compares instances apart from how often they booted, which a crash may change.
func ignoreBoots() cmp.Option {
	return cmp.FilterPath(func(p cmp.Path) bool {
		index, ok := p.Last().(cmp.MapIndex)
		return ok && (index.Key().String() == "boots" || index.Key().String() == "pending")
	}, cmp.Ignore())
}

func TestJournalHoldsIntentAndResultOfEveryCommandAndNoValue(t *testing.T) {
	t.Parallel()
	state := OpenState(t.TempDir())
	node := newFakeNode()
	node.add("web0", "running", nil)
	node.faults[2] = refuses
	now := time.Date(2026, 4, 2, 10, 0, 0, 0, time.UTC)
	holder := Holder{PID: 7, User: "admin", Command: "specadm apply", Start: now}
	journal := state.newJournal("r1", holder, func() time.Time { return now })
	execute(t.Context(), node, ExecuteOptions{journal: journal},
		wish{name: "web0", properties: spec.Object{"secret": "hunter2"}}, wish{name: "db0", properties: spec.Object{"quota": int64(1)}})
	if err := journal.end(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(state.path("journal.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	u, d := uuidOf("web0"), uuidOf("db0")
	want := `{"time":"2026-04-02T10:00:00Z","record":"begin","run":"r1","by":{"pid":7,"user":"admin","command":"specadm apply","start":"2026-04-02T10:00:00Z"}}
{"time":"2026-04-02T10:00:00Z","record":"intent","run":"r1","item":"web0","uuid":"` + u + `","verb":"update","target":"` + u + `","paths":["secret"]}
{"time":"2026-04-02T10:00:00Z","record":"result","run":"r1","item":"web0","uuid":"` + u + `","verb":"update","target":"` + u + `","paths":["secret"],"outcome":"done"}
{"time":"2026-04-02T10:00:00Z","record":"intent","run":"r1","item":"db0","uuid":"` + d + `","verb":"create","target":"` + d + `","paths":["quota"]}
{"time":"2026-04-02T10:00:00Z","record":"result","run":"r1","item":"db0","uuid":"` + d + `","verb":"create","target":"` + d + `","paths":["quota"],"outcome":"failed","error":"cannot create ` + d + `: refused by the test"}
{"time":"2026-04-02T10:00:00Z","record":"end","run":"r1"}
`
	if d := cmp.Diff(want, string(text)); d != "" {
		t.Error(d)
	}
}

func TestUnfinishedReadsAnyJournal(t *testing.T) {
	t.Parallel()
	begin := `{"time":"2026-04-02T10:00:00Z","record":"begin","run":"r1","by":{"pid":1073741824}}` + "\n"
	intent := `{"time":"2026-04-02T10:00:01Z","record":"intent","run":"r1","item":"web0","verb":"update"}` + "\n"
	stop := `{"time":"2026-04-02T10:00:00Z","record":"intent","run":"r1","item":"web0","verb":"stop","restart":true}` + "\n"
	result := `{"time":"2026-04-02T10:00:02Z","record":"result","run":"r1","item":"web0","verb":"update","outcome":"done"}` + "\n"
	end := `{"time":"2026-04-02T10:00:03Z","record":"end","run":"r1"}` + "\n"
	cases := []struct{ name, journal, want string }{
		{"empty", "", ""},
		{"a complete run", begin + intent + result + end, ""},
		{"cut off after the intent", begin + intent, "the last run was interrupted during update of web0"},
		{"cut off while an instance was down for a change", begin + stop + strings.Replace(stop, "intent", "result", 1) + intent,
			"the last run was interrupted during update of web0; web0 was stopped for a change and may be down"},
		{"cut off after it was up again", begin + stop + strings.ReplaceAll(result, "update", "start"), "the last run was interrupted between two steps"},
		{"cut off within the result", begin + intent + result[:20], "the last run was interrupted during update of web0"},
		{"cut off after the result", begin + intent + result, "the last run was interrupted between two steps"},
		{"a complete run after an unfinished one", begin + intent + `{"record":"begin","run":"r2"}` + "\n" + `{"record":"end","run":"r2"}` + "\n", ""},
		{"a run that still goes on", fmt.Sprintf(`{"record":"begin","run":"r1","by":{"pid":%d}}`+"\n", os.Getpid()) + intent, ""},
		{"datasets destroyed after an unfinished run", begin + stop + `{"record":"destroy","run":"r2","by":{"pid":1}}` + "\n" +
			`{"record":"destroy","run":"r2","target":"zones/x","outcome":"done"}` + "\n",
			"the last run was interrupted during stop of web0; web0 was stopped for a change and may be down"},
		{"nothing but datasets destroyed", `{"record":"destroy","run":"r2","by":{"pid":1}}` + "\n", ""},
		{"lines of something else", "oops\n" + begin + "\x00\x00\n" + intent, "the last run was interrupted during update of web0"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			state := OpenState(t.TempDir())
			if err := os.WriteFile(state.path("journal.ndjson"), []byte(c.journal), 0o600); err != nil {
				t.Fatal(err)
			}
			unfinished, err := state.Unfinished()
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if unfinished != nil {
				got = unfinished.String()
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestJournalContinuesAfterALineThatACrashCutOff(t *testing.T) {
	t.Parallel()
	state := OpenState(t.TempDir())
	if err := os.WriteFile(state.path("journal.ndjson"), []byte(`{"record":"beg`), 0o600); err != nil {
		t.Fatal(err)
	}
	journal := state.newJournal("r2", Holder{PID: 1 << 30}, time.Now)
	if err := journal.write(record{Kind: recordIntent, Item: "web0", Verb: diff.VerbStop}); err != nil {
		t.Fatal(err)
	}
	unfinished, err := state.Unfinished()
	if err != nil || unfinished == nil || unfinished.Item != "web0" || unfinished.Run != "r2" {
		t.Errorf("got %v, %v", unfinished, err)
	}
}

func TestJournalIsPutAsideWhenItHasGrown(t *testing.T) {
	t.Parallel()
	state := OpenState(t.TempDir())
	grown, err := json.Marshal(record{Kind: recordEnd, Error: string(make([]byte, journalLimit))})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(state.path("journal.ndjson"), append(grown, '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
	journal := state.newJournal("r2", Holder{}, time.Now)
	if err := journal.write(record{Kind: recordIntent}); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(state.path("journal.ndjson")); err != nil || info.Size() > 1000 {
		t.Errorf("the journal was not begun anew: %v, %v", info, err)
	}
	if info, err := os.Stat(state.path("journal.ndjson.old")); err != nil || info.Size() != int64(len(grown)+1) {
		t.Errorf("the old journal is gone: %v, %v", info, err)
	}
}

func TestExecuteStopsBeforeACommandThatCannotBeJournalled(t *testing.T) {
	t.Parallel()
	node := newFakeNode()
	node.add("web0", "running", nil)
	missing := OpenState(t.TempDir() + "/missing")
	outcome, _ := execute(context.Background(), node, ExecuteOptions{journal: missing.newJournal("r1", Holder{}, time.Now)},
		wish{name: "web0", properties: spec.Object{"quota": int64(1)}})
	message := "cannot write to the state directory " + missing.dir + ", so nothing was changed: open " + missing.path("journal.ndjson") +
		": no such file or directory; --state-dir names another"
	want := []string{"web0 skipped", "  update: skipped, the run ended early: " + message, "  next: apply again", "run: " + message}
	if d := cmp.Diff(want, tell(outcome)); d != "" {
		t.Error(d)
	}
	if len(node.calls) != 0 {
		t.Errorf("ran %v", node.calls)
	}
}
