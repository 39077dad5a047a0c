package reconcile

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/drivers"
	"github.com/specadm/specadm/spec"
)

// Periods of Watch (behaviour 3.18, 3.19).
const (
	quietPeriod  = 500 * time.Millisecond // without a further change before files are read
	quietLimit   = 5 * time.Second        // files are read after this long even if changes do not end
	pollPeriod   = 30 * time.Second       // files are looked at without being told of a change
	resyncPeriod = 10 * time.Minute       // the node is read whatever happens; 10 % more or less
	retryPeriod  = 10 * time.Second       // another run holds the lock
	brokenPeriod = time.Minute            // the node cannot be read, or the state directory not be written
)

// WatchOptions is what Watch needs. Of Options, Confirm and LockWait are not used.
type WatchOptions struct {
	Options
	Paths    []string        // what Options.Load reads
	Now      <-chan struct{} // a value means: pass now (SIGHUP); nil: never
	Notifier Notifier        // nil: the kernel's
	Jitter   func() float64  // in [0, 1); nil: random
	Report   func(WatchEvent)
}

// WatchEvent is one line of a watch.
type WatchEvent struct {
	Time time.Time
	Kind WatchKind
	Item string // name of the instance; empty when it concerns none
	Text string // one sentence
}

// WatchKind tells what a line of a watch is about.
type WatchKind string

// Kinds of lines. What lasts (failed, held, blocked, broken, waiting) is told once, when it begins or changes.
const (
	WatchStarted WatchKind = "started"
	WatchChanged WatchKind = "changed" // an instance was changed and is as wanted
	WatchFailed  WatchKind = "failed"
	WatchHeld    WatchKind = "held"
	WatchBlocked WatchKind = "blocked"
	WatchSettled WatchKind = "settled" // an instance that was failed, held or blocked is as wanted
	WatchBroken  WatchKind = "broken"  // manifests or node cannot be read, or the state directory cannot be written
	WatchWaiting WatchKind = "waiting" // another run holds the lock
	WatchStopped WatchKind = "stopped"
)

// Watch applies manifests whenever they or the node change, until Stop is closed or ctx ends. A pass is Plan, followed by Apply when
// there is something that may be done; a node in sync costs its reads and nothing else.
//
// A trigger only says "look again". Files are read when they have been quiet for a moment and their content differs; the node
// is read with each pass, and at least every ten minutes.
func Watch(ctx context.Context, options WatchOptions) (err error) {
	options.Clock = options.Clock.orReal()
	if options.Jitter == nil {
		options.Jitter = rand.Float64
	}
	w := &watch{WatchOptions: options, lasting: map[string]WatchEvent{}}
	w.attempts = attempts{}
	if w.digest, err = Digest(w.Paths); err != nil {
		return err
	}
	if w.Notifier == nil {
		notifier, err := newFileNotifier()
		if err != nil {
			return err
		}
		w.Notifier = notifier
	}
	defer func() { err = errors.Join(err, w.Notifier.Close()) }()
	if err := w.Notifier.Watch(watched(append(slices.Clone(w.Paths), w.referred...))); err != nil {
		return err
	}
	w.tell(WatchStarted, "", fmt.Sprintf("watching %v", w.Paths))
	w.loop(ctx, w.pass)
	w.tell(WatchStopped, "", "")
	return nil
}

// watch is one call of Watch.
type watch struct {
	WatchOptions
	referred []string              // files that the manifests refer to
	digest   string                // of the files as they were last acted on; "": not yet
	lasting  map[string]WatchEvent // by item: what was told and still holds
	findings []spec.Finding        // about the manifests of the pass
}

// loop calls pass at once and whenever there is reason to. pass may ask to be called again after a while.
func (w *watch) loop(ctx context.Context, pass func(context.Context) (again time.Duration)) {
	var quiet, limit, retry <-chan time.Time
	poll, resync := w.Clock.After(pollPeriod), w.Clock.After(w.resync())
	due := true
	for {
		if due {
			due, quiet, limit, retry = false, nil, nil, nil
			if again := pass(ctx); again > 0 {
				retry = w.Clock.After(again)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-w.Stop:
			return
		case <-w.Notifier.Changed():
			if limit == nil {
				limit = w.Clock.After(quietLimit)
			}
			quiet = w.Clock.After(quietPeriod)
		case <-quiet:
			quiet, limit = nil, nil
			due = w.filesDiffer()
		case <-limit:
			quiet, limit = nil, nil
			due = w.filesDiffer()
		case <-poll:
			poll = w.Clock.After(pollPeriod)
			due = quiet == nil && w.filesDiffer()
		case <-resync:
			resync = w.Clock.After(w.resync())
			due = true
		case <-retry:
			due = true
		case <-w.Now:
			clear(w.attempts)
			due = true
		}
	}
}

// resync is the time to the next reading of the node, spread so that the nodes of a rack do not all read at once.
func (w *watch) resync() time.Duration {
	return time.Duration(float64(resyncPeriod) * (0.9 + 0.2*w.Jitter()))
}

// filesDiffer watches what directories there are now and reports whether the manifests differ from those last acted on.
func (w *watch) filesDiffer() bool {
	if err := w.Notifier.Watch(watched(append(slices.Clone(w.Paths), w.referred...))); err != nil {
		w.last(WatchBroken, "", err.Error())
	}
	now, err := Digest(w.Paths, w.referred...)
	if err != nil {
		w.last(WatchBroken, "", err.Error())
		return false
	}
	return now != w.digest
}

// errMoving says that the manifests changed while they were read.
var errMoving = errors.New("the manifests changed while they were read")

// pass is one round. It returns how soon to try again, 0 when there is no need.
func (w *watch) pass(ctx context.Context) (again time.Duration) {
	repository, err := w.load()
	if errors.Is(err, errMoving) {
		return quietPeriod
	}
	if err != nil {
		w.last(WatchBroken, "", err.Error())
		return 0
	}
	options := w.Options
	options.Load = func() (*spec.Repository, error) { return repository, nil }
	options.Confirm, options.LockWait = nil, 0
	preview, err := Plan(ctx, options)
	if err != nil {
		w.last(WatchBroken, "", err.Error())
		return brokenPeriod
	}
	w.Node, options.Node = preview.Plan.Node, preview.Plan.Node // sysinfo is asked once
	w.findings = preview.Plan.Findings
	if !runnable(preview.Plan, options.MaxRisk) {
		w.read()
		// Nothing of it runs; executing it only says what is held and blocked.
		w.report(Execute(ctx, preview.Plan, ExecuteOptions{
			Runner: drivers.ReadOnly(options.Runner), MaxRisk: options.MaxRisk, Stop: w.Stop, Clock: w.Clock,
		}))
		return 0
	}
	outcome, err := Apply(ctx, options)
	var locked *LockedError
	switch {
	case errors.As(err, &locked):
		w.last(WatchWaiting, "", err.Error())
		return retryPeriod
	case outcome == nil:
		w.last(WatchBroken, "", err.Error())
		return brokenPeriod
	case errors.Join(err, outcome.Err) != nil:
		w.last(WatchBroken, "", errors.Join(err, outcome.Err).Error())
	default:
		w.read()
	}
	if outcome.Unfinished != nil {
		w.tell(WatchStarted, "", outcome.Unfinished.String())
	}
	w.report(outcome)
	return 0
}

// load reads the manifests as they are at one moment.
func (w *watch) load() (*spec.Repository, error) {
	before, err := Digest(w.Paths, w.referred...)
	if err != nil {
		return nil, err
	}
	repository, err := w.Load()
	if err != nil {
		return nil, err
	}
	if !slices.Equal(repository.Referred, w.referred) { // once more, now that the files are known that must not change meanwhile
		w.referred = repository.Referred
		if before, err = Digest(w.Paths, w.referred...); err != nil {
			return nil, err
		}
		if repository, err = w.Load(); err != nil {
			return nil, err
		}
	}
	after, err := Digest(w.Paths, w.referred...)
	if err != nil {
		return nil, err
	}
	if before != after || !slices.Equal(repository.Referred, w.referred) {
		return nil, errMoving
	}
	if w.digest != after {
		clear(w.attempts)
	}
	w.digest = after
	return repository, nil
}

// runnable reports whether a plan has a step that may be executed.
func runnable(plan *diff.Plan, risk *spec.Risk) bool {
	return slices.ContainsFunc(plan.Items, func(item *diff.Item) bool { return slices.Contains(Allowed(item, risk), true) })
}

// report tells one line for every item that was changed, and for every one whose trouble began, changed or ended.
func (w *watch) report(outcome *Outcome) {
	for _, item := range outcome.Items {
		switch item.Result {
		case Changed:
			w.settle(item.Name)
			w.tell(WatchChanged, item.Name, stepsText(item))
		case Unchanged:
			w.settle(item.Name)
		case Failed:
			w.last(WatchFailed, item.Name, fmt.Sprintf("%v; %s", item.Cause, item.Next))
		case Held:
			if item.Touched {
				w.tell(WatchChanged, item.Name, stepsText(item))
			}
			w.last(WatchHeld, item.Name, heldText(item))
		case Blocked:
			if item.Blocked[0].Code == codeGivenUp {
				continue // why it failed has been told
			}
			w.last(WatchBlocked, item.Name, w.blockedText(item))
		case Skipped: // the run ends, or the state directory cannot be written, which has a line of its own
		}
		for _, warning := range item.Warnings {
			w.tell(WatchChanged, item.Name, warning)
		}
	}
}

// read tells that the pass has worked. Errors of files from which no instance could be read at all have no item that could be blocked.
func (w *watch) read() {
	if text := firstError(w.findings, ""); text != "" {
		w.last(WatchBroken, "", text)
		return
	}
	w.settle("")
}

// blockedText says why an item is blocked; of a broken manifest, where it is broken.
func (w *watch) blockedText(item *ItemOutcome) string {
	if text := firstError(w.findings, item.Name); item.Blocked[0].Code == diff.CodeBroken && text != "" {
		return text
	}
	return item.Blocked[0].Text
}

// firstError is the first error of the item ("": of none) with its place, and how many follow; "" when there is none.
func firstError(findings []spec.Finding, item string) string {
	text, more := "", 0
	for _, finding := range findings {
		switch {
		case finding.Item != item || finding.Severity != spec.Error:
		case text == "":
			text = fmt.Sprintf("%s: %s", finding.Position, finding.Message)
		default:
			more++
		}
	}
	if more > 0 {
		text += fmt.Sprintf("; and %d more, see specadm validate", more)
	}
	return text
}

// stepsText names what was done, and of an instance that was there what of it.
func stepsText(item *ItemOutcome) string {
	var done []string
	for _, step := range item.Steps {
		switch {
		case step.Outcome != StepDone:
		case step.Verb == diff.VerbCreate:
			done = append(done, string(step.Verb))
		default:
			done = append(done, strings.Join(append([]string{string(step.Verb)}, step.Paths...), " "))
		}
	}
	return strings.Join(done, ", ")
}

func heldText(item *ItemOutcome) string {
	for _, step := range item.Steps {
		if step.Outcome == StepHeld {
			return fmt.Sprintf("%s waits: %s; %s", step.Verb, step.Why, item.Next)
		}
	}
	return item.Next
}

// last tells something that lasts, once.
func (w *watch) last(kind WatchKind, item, text string) {
	if told := w.lasting[item]; told.Kind == kind && told.Text == text {
		return
	}
	w.lasting[item] = WatchEvent{Kind: kind, Text: text}
	w.tell(kind, item, text)
}

// settle ends what lasted.
func (w *watch) settle(item string) {
	if _, ok := w.lasting[item]; ok {
		delete(w.lasting, item)
		w.tell(WatchSettled, item, "nothing is in the way any more")
	}
}

func (w *watch) tell(kind WatchKind, item, text string) {
	if w.Report != nil {
		w.Report(WatchEvent{Time: w.Clock.Now(), Kind: kind, Item: item, Text: text})
	}
}
