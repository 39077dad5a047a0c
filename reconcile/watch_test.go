package reconcile

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/drivers/lab"
	"github.com/specadm/specadm/spec"
)

// watcher is a Watch of a world whose time passes only when the test says so.
type watcher struct {
	*world
	notifier      *signNotifier
	now, stop     chan struct{}
	quiet, resync chan time.Time
	lines         []string // of the watch; read after idle only
	ended         chan error
}

func startWatch(w *world, risk spec.Risk) *watcher {
	watch := &watcher{
		world: w, notifier: &signNotifier{sign: make(chan struct{})}, now: make(chan struct{}), stop: make(chan struct{}),
		quiet: make(chan time.Time), resync: make(chan time.Time), ended: make(chan error, 1),
	}
	options := w.options()
	options.MaxRisk, options.Stop = &risk, watch.stop
	options.Clock.Sleep = func(context.Context, time.Duration) {}
	options.Clock.After = func(d time.Duration) <-chan time.Time {
		switch {
		case d == quietPeriod:
			return watch.quiet
		case d >= 9*time.Minute:
			return watch.resync
		}
		return nil // never
	}
	go func() {
		watch.ended <- Watch(w.Context(), WatchOptions{
			Options: options, Paths: []string{w.manifests}, Now: watch.now, Notifier: watch.notifier,
			Report: func(e WatchEvent) {
				watch.lines = append(watch.lines, strings.TrimRight(fmt.Sprintf("%s %s %s", e.Kind, e.Item, e.Text), " "))
			},
		})
	}()
	return watch
}

// saved tells the watch that files changed, and that they have been quiet since.
func (w *watcher) saved() {
	w.notifier.sign <- struct{}{}
	w.quiet <- time.Time{}
}

// idle waits until the watch waits, and hands out what it said since the last time, with UUID for the uuid of an instance.
func (w *watcher) idle() []string {
	w.Helper()
	w.notifier.sign <- struct{}{}
	w.quiet <- time.Time{} // the files do not differ, so nothing follows
	lines := w.lines
	w.lines = nil
	return lines
}

func (w *watcher) says(when string, want ...string) {
	w.Helper()
	if d := cmp.Diff(want, w.idle()); d != "" {
		w.Errorf("%s: %s", when, d)
	}
}

// footprint is everything on disk that a watch could write: its state directory, and the lab without its log of calls.
func (w *watcher) footprint() map[string]string {
	w.Helper()
	files := map[string]string{}
	for _, root := range []string{w.state.dir, w.lab} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || entry.Name() == "calls.ndjson" {
				return err
			}
			info, err := entry.Info()
			if err != nil {
				return err
			}
			content, err := os.ReadFile(path)
			files[path] = fmt.Sprintf("%s %x", info.ModTime(), sha256.Sum256(content))
			return err
		})
		if err != nil {
			w.Fatal(err)
		}
	}
	return files
}

func TestWatchConverges(t *testing.T) {
	t.Parallel()
	w := startWatch(newWorld(t, zone("web0", "quota: 10")), spec.Live)
	w.says("at the start", "started  watching ["+w.manifests+"]", "changed web0 create")

	before, footprint := w.count(), w.footprint()
	for range 6 {
		w.resync <- time.Time{}
	}
	w.says("an unchanged hour")
	if d := cmp.Diff("6 vmadm reads, 6 zfs reads", w.count().since(before)); d != "" {
		t.Errorf("an unchanged hour: %s", d)
	}
	if d := cmp.Diff(footprint, w.footprint()); d != "" {
		t.Errorf("an unchanged hour wrote to disk: %s", d)
	}
	if sysinfo := w.count().sysinfo; sysinfo != 1 {
		t.Errorf("sysinfo was asked %d times", sysinfo)
	}

	w.manifest(zone("web0", "quota: 20"))
	w.saved()
	w.says("a manifest is saved", "changed web0 update quota")

	w.manifest(zone("web1", "quota: 5"))
	w.saved()
	w.says("a manifest is added", "changed web1 create")

	w.hand(`{"quota": 7}`, "vmadm", "update", w.uuid("web1"))
	w.now <- struct{}{}
	w.says("somebody changes the node and asks for a pass", "changed web1 update quota")

	w.faults(lab.Fault{Program: "vmadm", Verb: "update", Effect: lab.Fail, Stderr: "no luck", Times: 2})
	w.manifest(zone("web0", "quota: 25"))
	w.saved()
	w.resync <- time.Time{}
	w.says("an update fails, twice", "failed web0 cannot update "+w.uuid("web0")+": no luck; apply again once the cause is gone; what is in place stays")
	w.resync <- time.Time{}
	w.says("the update succeeds at last", "settled web0 nothing is in the way any more", "changed web0 update quota")

	w.faults(lab.Fault{Program: "vmadm", Verb: "update", Effect: lab.Pretend, Times: -1})
	w.manifest(zone("web0", "quota: 30"))
	w.saved()
	w.idle()
	before = w.count()
	for range 6 {
		w.resync <- time.Time{}
	}
	w.says("a value that the platform did not take")
	if d := cmp.Diff("6 vmadm reads, 6 zfs reads", w.count().since(before)); d != "" {
		t.Errorf("it was sent again and again: %s", d)
	}
	w.faults()
	w.now <- struct{}{}
	w.says("somebody asks for a pass", "settled web0 nothing is in the way any more", "changed web0 update quota")

	w.manifest(zone("web1", "state: absent"))
	w.saved()
	w.resync <- time.Time{}
	w.says("what needs more than the allowed risk waits", "held web1 delete waits: its risk is destroy, and live is allowed; apply again with --max-risk destroy")
	if w.instance("web1") == nil {
		t.Error("web1 was deleted")
	}
	w.manifest(zone("web1", "quota: 5"))
	w.saved()
	w.says("and is forgotten when it is no longer wanted", "settled web1 nothing is in the way any more")

	close(w.stop)
	if err := <-w.ended; err != nil {
		t.Error(err)
	}
	if d := cmp.Diff([]string{"stopped"}, w.lines); d != "" {
		t.Error(d)
	}
	if !w.notifier.closed {
		t.Error("the notifier was left open")
	}
	w.settled()
}

func TestWatchSurvivesWhatKeepsItFromWorking(t *testing.T) {
	t.Parallel()
	w := startWatch(newWorld(t, zone("web0", "quota: 10"), zone("web1", "quota: 10")), spec.Live)
	w.idle()

	if err := os.WriteFile(filepath.Join(w.manifests, "web0.yaml"), []byte("apiVersion: specadm/v1\nkind: Instance\nmetadata:\n  name: web0\nspec:\n  brand: joyent-minimal\n  quota: plenty\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	w.manifest(zone("web1", "quota: 20"))
	w.saved()
	lines := w.idle()
	place := filepath.Join(w.manifests, "web0.yaml")
	if len(lines) != 2 || !strings.HasPrefix(lines[0], "blocked web0 "+place+":") || lines[1] != "changed web1 update quota" {
		t.Errorf("a broken manifest stops only its own instance, and its place is told: %q", lines)
	}
	if err := os.WriteFile(place, []byte("spec: {\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	w.saved()
	if lines := w.idle(); len(lines) != 1 || !strings.HasPrefix(lines[0], "broken  "+place+":") {
		t.Errorf("a file that cannot be read at all is told of: %q", lines)
	}
	w.manifest(zone("web0", "quota: 10"))
	w.saved()
	w.says("the manifest is repaired", "settled  nothing is in the way any more", "settled web0 nothing is in the way any more")

	w.faults(lab.Fault{Program: "vmadm", Verb: "lookup", Effect: lab.Truncate, Keep: 10})
	w.now <- struct{}{}
	w.now <- struct{}{}
	w.says("the node cannot be read, once",
		"broken  cannot read the instances of the node: cannot lookup: its output breaks off after 10 bytes", "settled  nothing is in the way any more")

	lock, err := w.state.lock(t.Context(), Holder{PID: 4711, Command: "specadm apply"}, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.manifest(zone("web1", "quota: 30"))
	w.saved()
	lines = w.idle()
	if len(lines) != 1 || !strings.HasPrefix(lines[0], "waiting  another run works on this node: process 4711 (specadm apply)") {
		t.Errorf("another run is at work: %q", lines)
	}
	if err := lock.release(); err != nil {
		t.Fatal(err)
	}
	w.now <- struct{}{}
	w.says("the other run has ended", "settled  nothing is in the way any more", "changed web1 update quota")

	close(w.stop)
	if err := <-w.ended; err != nil {
		t.Error(err)
	}
}
