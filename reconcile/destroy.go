package reconcile

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/drivers"
	"github.com/specadm/specadm/drivers/zfs"
)

// DestroyOptions is what DestroyOrphans needs to know.
type DestroyOptions struct {
	Runner   drivers.Runner
	State    State
	Names    []string // of the datasets; what lies below goes with them
	LockWait time.Duration
	Command  string // of this run, for those who find its lock
	Message  string // why it is made

	// Confirm asks whether to go ahead; an error ends the run. nil: go ahead.
	Confirm func([]diff.Belonging) error
	Stop    <-chan struct{} // closed: finish the command in flight and start nothing new; nil: never
	Clock   Clock
}

// RefusedError says that a dataset is not one that may be destroyed. Nothing was done.
type RefusedError struct {
	Dataset string
	Why     string
	Try     string // may be empty
	Unknown bool   // there is no such dataset
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("cannot destroy %s: %s; nothing was changed", e.Dataset, e.Why)
}

// Destruction is what became of one dataset.
type Destruction struct {
	diff.Belonging
	Outcome StepOutcome
	Err     error // why it is still there; nil when it is gone, and when it was not begun
}

// DestroyOrphans destroys datasets that belong to instances which are not there, with all below them, under the lock of the node, and looks
// whether they are gone. It touches nothing when any of them is somebody's or is needed. The node is read again after Confirm, which takes
// time. Once it has begun it always returns what became of each dataset, also beside an error.
//
// Errors before anything is done: that of Confirm, *RefusedError, *LockedError, *StateError, *NodeError.
func DestroyOrphans(ctx context.Context, options DestroyOptions) (done []Destruction, err error) {
	now := options.Clock.orReal().Now
	holder := Holder{PID: os.Getpid(), User: userName(), Command: options.Command, Start: now().UTC().Truncate(time.Second)}
	if err := options.State.prepare(); err != nil {
		return nil, err
	}
	lock, err := options.State.lock(ctx, holder, options.LockWait, options.Stop)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, lock.release()) }()
	if err := options.State.enterKilled(); err != nil {
		return nil, err
	}
	orphans, err := findOrphans(ctx, options)
	if err == nil && options.Confirm != nil {
		if err = options.Confirm(orphans); err == nil {
			orphans, err = findOrphans(ctx, options)
		}
	}
	if err != nil {
		return nil, err
	}
	id := rand.Text()
	journal := &journal{state: options.State, run: id, now: now, begin: record{Kind: recordDestroy, Holder: &holder}}
	defer func() { err = errors.Join(err, journal.end()) }()
	for _, orphan := range orphans {
		done = append(done, Destruction{Belonging: orphan, Outcome: StepSkipped})
	}
	log, err := options.beginRun(newRun(id, holder), done)
	if err != nil {
		return done, err
	}
	defer func() {
		log.run.destroyed(done, options.stopped(ctx))
		err = errors.Join(err, log.end())
	}()
	if err := options.destroy(ctx, done, journal); err != nil {
		return done, err
	}
	return done, options.verify(context.WithoutCancel(ctx), done)
}

// verbDestroy is what DestroyOrphans runs. No plan has it.
const verbDestroy diff.Verb = "zfs destroy"

// beginRun writes down what is about to be destroyed.
func (o *DestroyOptions) beginRun(run Run, orphans []Destruction) (*runLog, error) {
	run.Message = o.Message
	for _, one := range orphans {
		run.Items = append(run.Items, one.asRunItem())
	}
	return o.State.beginRun(run, o.Clock.orReal().Now)
}

// asRunItem is a dataset as the history keeps it.
func (d *Destruction) asRunItem() RunItem {
	return RunItem{Kind: "Dataset", Name: d.Dataset, UUID: d.UUID, Action: diff.Destroy}
}

// destroyed replaces what was planned by what became of it.
func (r *Run) destroyed(done []Destruction, stopped bool) {
	r.Ending, r.Items = EndingFinished, nil
	for _, one := range done {
		item := one.asRunItem()
		step := RunStep{Verb: verbDestroy, Target: one.Dataset, Outcome: one.Outcome}
		switch {
		case one.Outcome == StepSkipped:
			if stopped {
				r.Ending = EndingStopped
			}
			continue
		case one.Err != nil:
			item.Result, step.Error = Failed, one.Err.Error()
		default:
			item.Result = Changed
		}
		item.Steps = []RunStep{step}
		r.Items = append(r.Items, item)
	}
}

// destroy destroys one dataset after the other, until it is told to stop.
func (o *DestroyOptions) destroy(ctx context.Context, orphans []Destruction, journal *journal) error {
	client := zfs.New(o.Runner)
	for i := range orphans {
		if o.stopped(ctx) {
			return nil
		}
		one := &orphans[i]
		if err := journal.write(record{Kind: recordDestroy, Item: one.Dataset, Verb: verbDestroy, Target: one.Dataset}); err != nil {
			return err
		}
		after := record{Kind: recordDestroy, Item: one.Dataset, Verb: verbDestroy, Target: one.Dataset, Outcome: StepDone}
		if one.Err = client.Destroy(ctx, one.Dataset); one.Err != nil {
			after.Outcome, after.Error = StepFailed, one.Err.Error()
		}
		one.Outcome = after.Outcome
		if err := journal.write(after); err != nil {
			return err
		}
	}
	return nil
}

func (o *DestroyOptions) stopped(ctx context.Context) bool {
	select {
	case <-o.Stop:
		return true
	default:
		return ctx.Err() != nil
	}
}

// verify looks which of the datasets are gone; what a command says about itself is no proof.
func (o *DestroyOptions) verify(ctx context.Context, orphans []Destruction) error {
	left, err := Inventory(ctx, o.Runner)
	if err != nil {
		return err
	}
	for i := range orphans {
		one := &orphans[i]
		switch there := indexOf(left, one.Dataset) >= 0; {
		case one.Outcome == StepSkipped:
		case !there:
			one.Outcome, one.Err = StepDone, nil
		case one.Err == nil:
			one.Outcome, one.Err = StepFailed, fmt.Errorf("cannot destroy %s: zfs said success, and it is still there", one.Dataset)
		}
	}
	return nil
}

// indexOf is the place of a dataset that is there, negative without it.
func indexOf(list []diff.Belonging, name string) int {
	return slices.IndexFunc(list, func(b diff.Belonging) bool { return b.Dataset == name && !b.Missing })
}

// findOrphans finds what is to be destroyed, in an order that works, and refuses what is somebody's. What lies below another one of the
// names goes with that.
func findOrphans(ctx context.Context, options DestroyOptions) ([]diff.Belonging, error) {
	all, err := Inventory(ctx, options.Runner)
	if err != nil {
		return nil, err
	}
	doomed := func(name string) bool {
		return slices.ContainsFunc(options.Names, func(top string) bool { return within(name, top) })
	}
	var orphans []diff.Belonging
	for _, name := range slices.Compact(slices.Sorted(slices.Values(options.Names))) {
		at := indexOf(all, name)
		if at < 0 {
			return nil, &RefusedError{Dataset: name, Why: "there is no such dataset", Try: "specadm datasets --orphans", Unknown: true}
		}
		if !slices.ContainsFunc(orphans, func(b diff.Belonging) bool { return within(name, b.Dataset) }) {
			orphans = append(orphans, all[at])
		}
	}
	for _, one := range all {
		if one.Missing || !doomed(one.Dataset) {
			continue
		}
		if err := refuse(one, doomed); err != nil {
			return nil, err
		}
	}
	return clonesFirst(orphans, all), nil
}

// clonesFirst puts what was made from another dataset, or from one below it, before that.
func clonesFirst(orphans, all []diff.Belonging) []diff.Belonging {
	var ordered []diff.Belonging
	seen := map[string]bool{}
	var visit func(top diff.Belonging)
	visit = func(top diff.Belonging) {
		if seen[top.Dataset] {
			return
		}
		seen[top.Dataset] = true
		for _, one := range all {
			for _, needed := range one.Needed {
				at := slices.IndexFunc(orphans, func(b diff.Belonging) bool { return within(needed.By, b.Dataset) })
				if at >= 0 && within(one.Dataset, top.Dataset) {
					visit(orphans[at])
				}
			}
		}
		ordered = append(ordered, top)
	}
	for _, top := range orphans {
		visit(top)
	}
	return ordered
}

// within reports whether a dataset is another one or lies below it.
func within(name, top string) bool { return name == top || strings.HasPrefix(name, top+"/") }

// refuse says why a dataset may not be destroyed; nil when it is an orphan that nobody needs but what is destroyed too.
func refuse(b diff.Belonging, doomed func(string) bool) error {
	whose := strings.TrimSpace(b.UUID + " " + b.Name)
	switch b.Whose {
	case diff.OfOrphan:
		return refuseNeeded(b, doomed)
	case diff.OfInstance:
		return &RefusedError{Dataset: b.Dataset, Why: "it belongs to instance " + whose, Try: "state: absent in its manifest, or vmadm delete " + b.UUID}
	case diff.OfImage:
		return &RefusedError{Dataset: b.Dataset, Why: "it belongs to image " + whose, Try: "imgadm delete " + b.UUID}
	case diff.OfSystem:
		return &RefusedError{Dataset: b.Dataset, Why: "it belongs to the system"}
	}
	return &RefusedError{Dataset: b.Dataset, Why: "its name is not that of an orphan, so somebody made it by hand", Try: "zfs destroy -r " + b.Dataset + ", if you are sure"}
}

func refuseNeeded(b diff.Belonging, doomed func(string) bool) error {
	for _, needed := range b.Needed {
		try := ""
		switch needed.Kind {
		case diff.NeededByClone:
			if doomed(needed.By) {
				continue
			}
			try = fmt.Sprintf("zfs promote %s, if it is to stay", needed.By)
		case diff.NeededByHold:
			try = fmt.Sprintf("zfs holds %s; zfs release TAG %s", needed.By, needed.By)
		case diff.NeededByMount:
			try = "take it from the filesystems of that instance first"
		}
		return &RefusedError{Dataset: b.Dataset, Why: needed.String(), Try: try}
	}
	return nil
}
