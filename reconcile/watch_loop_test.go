package reconcile

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// signNotifier is a Notifier that tests give signs.
type signNotifier struct {
	sign    chan struct{}
	mu      sync.Mutex
	watched []string
	closed  bool
}

func (n *signNotifier) Watch(directories []string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.watched = directories
	return nil
}
func (n *signNotifier) Changed() <-chan struct{} { return n.sign }
func (n *signNotifier) Close() error             { n.closed = true; return nil }

// TestWatchLoop runs the loop in a bubble where time passes only when everybody waits.
func TestWatchLoop(t *testing.T) {
	t.Parallel()
	type act struct {
		at time.Duration
		do func(t *testing.T, root string, n *signNotifier, now chan struct{})
	}
	change := func(content string) func(*testing.T, string, *signNotifier, chan struct{}) {
		return func(t *testing.T, root string, n *signNotifier, _ chan struct{}) {
			write(t, root, "a.yaml "+content)
			n.sign <- struct{}{}
		}
	}
	var writes []act // a change every 300 ms for 12 s
	for i := range 40 {
		writes = append(writes, act{time.Duration(i+1) * 300 * time.Millisecond, change(string(rune('A' + i)))})
	}
	cases := []struct {
		name   string
		acts   []act
		again  time.Duration // what the first pass asks for
		until  time.Duration
		passes []time.Duration // when
	}{
		{"a quiet hour reads the node every ten minutes", nil, 0, 59 * time.Minute,
			[]time.Duration{0, 10 * time.Minute, 20 * time.Minute, 30 * time.Minute, 40 * time.Minute, 50 * time.Minute}},
		{"a change is read when it has been quiet", []act{{time.Second, change("x")}, {1300 * time.Millisecond, change("y")}}, 0, time.Minute,
			[]time.Duration{0, 1800 * time.Millisecond}},
		{"changes without end are read nevertheless", writes, 0, 13 * time.Second,
			[]time.Duration{0, 5300 * time.Millisecond, 10400 * time.Millisecond, 12500 * time.Millisecond}},
		{"touching a file does nothing", []act{{time.Second, change("a")}}, 0, time.Minute, []time.Duration{0}},
		{"a change nobody told of is found", []act{{time.Second, func(t *testing.T, root string, _ *signNotifier, _ chan struct{}) {
			write(t, root, "a.yaml x")
		}}}, 0, time.Minute, []time.Duration{0, 30 * time.Second}},
		{"SIGHUP means now", []act{{time.Second, func(_ *testing.T, _ string, _ *signNotifier, now chan struct{}) { now <- struct{}{} }}}, 0, time.Minute,
			[]time.Duration{0, time.Second}},
		{"a pass that could not do its work is tried again", nil, 10 * time.Second, time.Minute, []time.Duration{0, 10 * time.Second}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			root := tree(t, "a.yaml a")
			synctest.Test(t, func(t *testing.T) {
				notifier, now, stop := &signNotifier{sign: make(chan struct{})}, make(chan struct{}), make(chan struct{})
				w := &watch{WatchOptions: WatchOptions{
					Options: Options{Clock: Clock{}.orReal(), Stop: stop}, Paths: []string{root}, Notifier: notifier, Now: now,
					Jitter: func() float64 { return 0.5 },
				}}
				start := time.Now()
				var passes []time.Duration
				ended := make(chan struct{})
				go func() {
					defer close(ended)
					w.loop(t.Context(), func(context.Context) time.Duration {
						passes = append(passes, time.Since(start))
						sum, err := Digest(w.Paths)
						if err != nil {
							t.Error(err)
						}
						w.digest = sum
						if len(passes) == 1 {
							return c.again
						}
						return 0
					})
				}()
				synctest.Wait()
				for _, act := range c.acts {
					time.Sleep(act.at - time.Since(start))
					act.do(t, root, notifier, now)
				}
				time.Sleep(c.until - time.Since(start))
				close(stop)
				<-ended
				if d := cmp.Diff(c.passes, passes); d != "" {
					t.Error(d)
				}
			})
		})
	}
}

func TestWatchResyncIsSpreadByTenPercent(t *testing.T) {
	t.Parallel()
	for jitter, want := range map[float64]time.Duration{0: 9 * time.Minute, 0.5: 10 * time.Minute, 1: 11 * time.Minute} {
		w := &watch{WatchOptions: WatchOptions{Jitter: func() float64 { return jitter }}}
		if got := w.resync(); got != want {
			t.Errorf("at %g: %s, want %s", jitter, got, want)
		}
	}
}

func TestWatchTellsWhatLastsOnce(t *testing.T) {
	t.Parallel()
	var told []string
	w := &watch{lasting: map[string]WatchEvent{}, WatchOptions: WatchOptions{
		Options: Options{Clock: Clock{}.orReal()},
		Report:  func(e WatchEvent) { told = append(told, string(e.Kind)+" "+e.Item+" "+e.Text) },
	}}
	report := func(items ...*ItemOutcome) { w.report(&Outcome{Items: items}) }
	broken := &ItemOutcome{Name: "web0", Result: Failed, Cause: errors.New("no space"), Next: "make room"}
	held := &ItemOutcome{Name: "db0", Result: Held, Next: "allow it", Steps: []StepReport{{Outcome: StepHeld, Why: "too risky"}}}
	held.Steps[0].Verb = "reboot"
	report(broken, held)
	report(broken, held)
	report(&ItemOutcome{Name: "web0", Result: Unchanged}, held)
	report(broken, &ItemOutcome{Name: "db0", Result: Unchanged})
	w.last(WatchBroken, "", "cannot read")
	w.last(WatchBroken, "", "cannot read")
	w.last(WatchBroken, "", "cannot parse")
	w.settle("")
	w.settle("")
	want := []string{
		"failed web0 no space; make room", "held db0 reboot waits: too risky; allow it",
		"settled web0 nothing is in the way any more", "failed web0 no space; make room", "settled db0 nothing is in the way any more",
		"broken  cannot read", "broken  cannot parse", "settled  nothing is in the way any more",
	}
	if d := cmp.Diff(want, told); d != "" {
		t.Error(d)
	}
}

func TestWatchRefusesWhatIsNotThere(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "missing")
	if err := Watch(t.Context(), WatchOptions{Paths: []string{missing}, Notifier: &signNotifier{}}); err == nil {
		t.Error("no error")
	}
}
