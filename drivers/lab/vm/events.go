package vm

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/specadm/specadm/drivers/lab/vm/js"
)

// pollInterval is how often the lab looks whether any of its files changed; the real stream is pushed. Looking at many files takes longer
// and is done less often.
const pollInterval = 20 * time.Millisecond

// runEvents prints what happens to VMs until it is killed or nobody reads any more (reference 20).
func (v *vmadm) runEvents(args arguments) error {
	only := args.uuid()
	if only != "" && !looksLikeUUID(only) {
		return noUUID("events")
	}
	if only != "" && !v.has(only) {
		return failf("VM %s not found", only)
	}
	s := &eventStream{vmadm: v, only: only, json: args.has("j"), full: args.has("f"), out: v.call.Stdout, seen: map[string]*js.Object{}}
	if err := s.begin(args.has("r")); err != nil {
		return err
	}
	for {
		s.paths = append(s.files(slices.Sorted(maps.Keys(s.seen))), "/faults.json")
		mark := s.mark()
		if err := s.node.Unlock(); err != nil {
			return err
		}
		for began := time.Now(); s.mark() == mark; began = time.Now() {
			time.Sleep(max(pollInterval, 10*time.Since(began)))
		}
		if err := s.node.Relock(); err != nil {
			return err
		}
		if err := s.checkpoint("vmadm events: next"); err != nil {
			return failf("VminfodEventStream ended prematurely")
		}
		if !s.report() {
			return nil // nobody reads: a broken pipe is no failure (reference 2.1)
		}
	}
}

// eventStream is what a run of events has shown so far.
type eventStream struct {
	*vmadm
	only       string
	json, full bool
	out        io.Writer
	seen       map[string]*js.Object
	paths      []string // the files to look at
}

// begin remembers the world as it is, and with ready says so in the first line.
func (s *eventStream) begin(ready bool) error {
	all, err := s.read()
	if err != nil {
		return err
	}
	s.seen = all
	if !ready {
		return nil
	}
	vms := &js.Object{}
	for _, name := range names(all) {
		vms.Set(name, all[name])
	}
	now := s.node.Now()
	if s.json {
		s.writeJSON(js.NewObject(
			js.Pair{Key: "type", Value: "ready"},
			js.Pair{Key: "date", Value: now.UTC().Format(timeForm)},
			js.Pair{Key: "uuid", Value: uuid.NewString()},
			js.Pair{Key: "vms", Value: vms}))
		return nil
	}
	fmt.Fprintf(s.out, "[%s] ready: %d VMs\n", s.when(now), vms.Len())
	return nil
}

// read returns the objects of all VMs that are watched.
func (s *eventStream) read() (map[string]*js.Object, error) {
	all := map[string]*js.Object{}
	for _, name := range s.reader.names() {
		if s.only != "" && name != s.only {
			continue
		}
		object, err := s.shown(name)
		if err != nil {
			return nil, err
		}
		all[name] = object
	}
	return all, nil
}

// names lists the VMs of readings, those of the first one first.
func names(readings ...map[string]*js.Object) []string {
	var names []string
	for _, reading := range readings {
		for _, name := range slices.Sorted(maps.Keys(reading)) {
			names = appendNew(names, name)
		}
	}
	return names
}

// report prints the differences to what was seen; it is false when they could not be written. A world that cannot be read for now, such
// as one that is half removed, is looked at again with the next change.
func (s *eventStream) report() bool {
	all, err := s.read()
	if err != nil {
		return true
	}
	earlier := s.seen
	s.seen = all
	for _, name := range names(all, earlier) {
		before, had := earlier[name]
		after, has := all[name]
		kind, changes := "modify", []difference(nil)
		switch {
		case !had:
			kind = "create"
		case !has:
			kind = "delete"
		default:
			if changes = compareObjects(before, after, nil, ""); len(changes) == 0 {
				continue
			}
		}
		if !s.event(kind, name, before, after, changes) {
			return false
		}
	}
	return true
}

func (s *eventStream) event(kind, name string, before, after *js.Object, changes []difference) bool {
	now := s.node.Now()
	if !s.json {
		return s.eventText(kind, name, before, after, changes, now)
	}
	event := js.NewObject(
		js.Pair{Key: "type", Value: kind},
		js.Pair{Key: "date", Value: now.UTC().Format(timeForm)},
		js.Pair{Key: "zonename", Value: name},
		js.Pair{Key: "uuid", Value: name})
	if after != nil {
		event.Set("vm", after)
	}
	if kind == "modify" {
		list := make([]*js.Object, len(changes))
		for i, change := range changes {
			list[i] = change.json()
		}
		event.Set("changes", js.Objects(list))
	}
	return s.writeJSON(event)
}

func (s *eventStream) writeJSON(object *js.Object) bool {
	_, err := fmt.Fprintln(s.out, js.Stringify(object))
	return err == nil
}

func (s *eventStream) eventText(kind, name string, before, after *js.Object, changes []difference, now time.Time) bool {
	shown, alias := name, firstText(after.String("alias"), before.String("alias"), "-")
	if !s.full {
		shown, _, _ = strings.Cut(name, "-")
		if len(alias) > 30 {
			alias = alias[:27] + "..."
		}
	}
	prefix := fmt.Sprintf("[%s] %s %s %s", s.when(now), shown, alias, kind)
	if kind != "modify" {
		_, err := fmt.Fprintln(s.out, prefix)
		return err == nil
	}
	for _, change := range changes {
		if _, err := fmt.Fprintf(s.out, "%s: %s\n", prefix, change.text()); err != nil {
			return false
		}
	}
	return true
}

func (s *eventStream) when(now time.Time) string {
	if s.full {
		return now.UTC().Format(timeForm)
	}
	return now.UTC().Format("15:04:05.000Z")
}

// mark sums up the files of the lab by size and time, so that a change of any shows without taking the lock. In a lab with a cache delay a
// change shows a second time when it is old enough.
func (s *eventStream) mark() int64 {
	var total int64
	newest := time.Time{}
	for _, path := range s.paths {
		info, err := os.Stat(s.node.Path(path))
		if err != nil {
			continue
		}
		total += info.ModTime().UnixNano() ^ info.Size()
		if info.ModTime().After(newest) {
			newest = info.ModTime()
		}
	}
	if delay := s.cacheDelay(); delay > 0 && time.Since(newest) >= delay {
		total++
	}
	return total
}
