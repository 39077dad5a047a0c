package reconcile

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"time"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/drivers"
	"github.com/specadm/specadm/spec"
)

// Options is what a plan, an apply or a watch needs to know.
type Options struct {
	Runner drivers.Runner
	Node   diff.Node // who the node is; zero: sysinfo is asked
	State  State
	Load   func() (*spec.Repository, error) // reads the manifests

	Adopt    []string   // names of manifests that may take over an instance without owner mark
	Delete   []string   // names of manifests whose instances are deleted without their grace
	Foreign  bool       // list what instances have and manifests do not speak of
	Items    []string   // names of those that may be touched; nil: all
	Saved    *SavedPlan // the saved plan that is applied; nil: none
	MaxRisk  *spec.Risk // nil: what the manifest allows, else live
	LockWait time.Duration
	Command  string // of this run, for those who find its lock

	// Show is told what would be done before anything is; an error ends the run. nil: nobody wants to know.
	Show func(*Preview) error
	// Confirm asks whether to go ahead; an error ends the run. nil: go ahead. Since somebody takes time to answer, the node is read again
	// before it is touched.
	Confirm func(*Preview) error
	// Describe says for the history why the run is made and from what. It is asked only when something is about to be executed; an error ends
	// the run. nil: nothing is told.
	Describe func(context.Context, *Preview) (Reason, error)
	Progress func(Event)     // nil: silent
	Stop     <-chan struct{} // see ExecuteOptions
	Clock    Clock

	// Older reports whether the manifests are of an older commit than the one that is named, as after a checkout of the past. It is asked only
	// before something would be pruned; nil: nobody knows.
	Older func(ctx context.Context, commit string) bool

	// Against is what a plan is made against instead of the node, which is not asked then; Runner and State.Unfinished are not used. nil: the node.
	Against *Snapshot

	// Base reads another version of the manifests, which the plan is compared with; nil: none.
	Base func() (*spec.Repository, error)

	attempts attempts // of a watch; nil: none
}

// Preview is what would be done, with what that was decided from.
type Preview struct {
	Repository *spec.Repository
	Found      diff.Found
	Plan       *diff.Plan
	Unfinished *Unfinished // a run before this one that was interrupted; nil: none
	Against    *Snapshot   // what the plan was made against; nil: the node

	LeftBehind []diff.Report // what the base wants and these manifests no longer speak of
}

// StaleError says that a plan does not fit the node any more. Nothing was done.
type StaleError struct {
	Item string
	Why  string // "" when the node changed while somebody was asked whether to go ahead
}

func (e *StaleError) Error() string {
	if e.Why != "" {
		return e.Why + "; nothing was done"
	}
	return fmt.Sprintf("the node changed since the plan was made: %s would be treated differently now; nothing was done", e.Item)
}

// NodeError says that the node could not be read.
type NodeError struct{ Cause error }

func (e *NodeError) Error() string { return e.Cause.Error() }
func (e *NodeError) Unwrap() error { return e.Cause }

// Plan computes what Apply would do. It changes nothing on the node and writes nothing: commands go through drivers.ReadOnly.
func Plan(ctx context.Context, options Options) (*Preview, error) {
	if options.Against != nil {
		return planAgainst(ctx, options)
	}
	unfinished, err := options.State.Unfinished()
	if err != nil {
		return nil, err
	}
	pass, err := newPass(ctx, options, unfinished)
	if err != nil {
		return nil, err
	}
	preview, err := pass.preview(ctx)
	if err != nil {
		return nil, err
	}
	preview.Unfinished = unfinished
	return preview, nil
}

// Apply makes the node as the manifests say, under the lock of the node. The error is nil as soon as execution begins: what went wrong
// after that stands in the outcome.
//
// Errors before that: those of Load, Show and Confirm, *LockedError, *StateError, *NodeError, *StaleError.
func Apply(ctx context.Context, options Options) (outcome *Outcome, err error) {
	options.Clock = options.Clock.orReal()
	holder := Holder{PID: os.Getpid(), User: userName(), Command: options.Command, Start: options.Clock.Now().UTC().Truncate(time.Second)}
	if err := options.State.prepare(); err != nil {
		return nil, err
	}
	lock, err := options.State.lock(ctx, holder, options.LockWait, options.Stop)
	if err != nil {
		return nil, err
	}
	defer func() { err = atLast(outcome, err, lock.release()) }()

	if err := options.State.enterKilled(); err != nil {
		return nil, err
	}
	id := rand.Text()
	journal := options.State.newJournal(id, holder, options.Clock.Now)
	unfinished, err := options.State.lastRun() // whoever it was is gone, since the lock is ours
	if err != nil {
		return nil, err
	}
	pass, err := newPass(ctx, options, unfinished)
	if err != nil {
		return nil, err
	}
	preview, err := pass.preview(ctx)
	if err != nil {
		return nil, err
	}
	preview.Unfinished = unfinished
	if unfinished != nil {
		if err := journal.note(unfinished); err != nil {
			return nil, err
		}
	}
	defer func() { err = atLast(outcome, err, journal.end()) }()
	if err := pass.confirm(ctx, preview); err != nil {
		return nil, err
	}
	if err := options.State.spend(options.Saved, options.Clock.Now()); err != nil {
		return nil, err
	}
	log, err := pass.beginRun(ctx, newRun(id, holder), preview)
	if err != nil {
		return nil, err
	}
	outcome = Execute(ctx, preview.Plan, ExecuteOptions{
		Runner: pass.masked, Look: pass.look, Compute: pass.compute,
		MaxRisk: options.MaxRisk, Stop: options.Stop, Progress: options.Progress, Clock: options.Clock,
		journal: journal,
	})
	if log != nil {
		pass.conclude(&log.run, outcome)
		defer func() { err = atLast(outcome, err, log.end()) }()
	}
	if options.attempts != nil {
		options.attempts.record(preview.Plan, outcome)
	}
	outcome.Unfinished = unfinished
	if outcome.Left == nil {
		outcome.Found = preview.Found
	}
	return outcome, nil
}

// atLast adds a failure of cleaning up: to the outcome, so that it is not lost over it, or to what kept the run from having one.
func atLast(outcome *Outcome, err, late error) error {
	if outcome == nil || late == nil {
		return errors.Join(err, late)
	}
	outcome.problem(late)
	return err
}

// pass is one round from the files to the plan, with what all its looks and comparisons share.
type pass struct {
	Options
	masked     drivers.Runner // what it says holds no secret that a look or a manifest has told of
	runner     drivers.Runner // the same, and reads only
	secrets    *spec.Scrubber
	repository *spec.Repository
	base       *spec.Repository // nil: none
	key        []byte
	properties []string // ZFS properties that manifests speak of
	restart    []string // what an interrupted run left down
	keepAll    string   // why nothing may be pruned; "": nothing speaks against it
}

// newPass reads the manifests, the key, and who the node is. unfinished is the run before, when it was interrupted.
func newPass(ctx context.Context, options Options, unfinished *Unfinished) (*pass, error) {
	repository, err := options.Load()
	if err != nil {
		return nil, err
	}
	p := &pass{Options: options, repository: repository}
	if options.Base != nil {
		if p.base, err = options.Base(); err != nil {
			return nil, err
		}
	}
	p.properties = declaredProperties(p.repositories()...)
	if unfinished != nil {
		p.restart = unfinished.Down
	}
	if p.key, err = options.State.Key(); err != nil {
		return nil, err
	}
	if options.Against != nil {
		p.key = options.Against.keyOf(p.key)
		return p, nil
	}
	p.secrets = spec.NewScrubber(spec.NewMask(p.key))
	for _, repository := range p.repositories() {
		for _, m := range repository.Manifests {
			p.secrets.Add(m.Secrets()...)
		}
	}
	p.masked = drivers.Masked(options.Runner, p.secrets.Bytes)
	p.runner = drivers.ReadOnly(p.masked)
	if p.Node == (diff.Node{}) {
		if p.Node, err = ObserveNode(ctx, p.runner); err != nil {
			return nil, &NodeError{err}
		}
	}
	return p, nil
}

func (p *pass) look(ctx context.Context) (diff.Found, error) {
	if p.Against != nil {
		return p.Against.seen(p), nil
	}
	found, err := Observe(ctx, p.runner, p.properties...)
	found.Node = p.Node
	for _, object := range found.Instances {
		p.secrets.Add(spec.Secrets(object)...)
	}
	if err == nil {
		err = observeKinds(ctx, p.runner, kindsOf(p.Node, p.repositories()...), &found)
	}
	return found, err
}

func (p *pass) compute(found diff.Found) *diff.Plan { return p.computeFor(p.repository, found) }

func (p *pass) computeFor(repository *spec.Repository, found diff.Found) *diff.Plan {
	plan := diff.Compute(repository, found, diff.Options{Now: p.Clock.orReal().Now(), Adopt: p.Adopt, Delete: p.Delete, KeepAll: p.keepAll, Foreign: p.Foreign, Key: p.key, Restart: p.restart})
	p.attempts.block(plan)
	if p.Items != nil {
		plan.Items = slices.DeleteFunc(plan.Items, func(item *diff.Item) bool { return !slices.Contains(p.Items, item.Name) })
	}
	return plan
}

// older is why nothing may be pruned: the manifests are older than those that were applied last. A checkout of the past lacks what came after it.
func (p *pass) older(ctx context.Context) (string, error) {
	if p.Older == nil || p.keepAll != "" {
		return p.keepAll, nil
	}
	var applied map[string]string
	var err error
	if p.Against != nil {
		applied = p.Against.Applied
	} else if applied, err = p.State.applied(); err != nil {
		return "", err
	}
	if commit := applied[p.repository.Owner]; commit != "" && p.Older(ctx, commit) {
		return fmt.Sprintf("the manifests are older than those of commit %.12s, which were applied last", commit), nil
	}
	return "", nil
}

func (p *pass) preview(ctx context.Context) (*Preview, error) {
	found, err := p.look(ctx)
	if err != nil {
		return nil, &NodeError{err}
	}
	preview := &Preview{Repository: p.repository, Found: found, Plan: p.compute(found), Against: p.Against}
	if preview.Plan.Prunes() {
		if p.keepAll, err = p.older(ctx); err != nil {
			return nil, err
		}
		if p.keepAll != "" {
			preview.Plan = p.compute(found)
		}
	}
	if p.base != nil {
		preview.LeftBehind = preview.Plan.CompareBase(p.computeFor(p.base, found), found)
	}
	return preview, nil
}

// confirm asks whether to go ahead. While somebody thinks about it the node may change, so it is read again before it is touched.
func (p *pass) confirm(ctx context.Context, preview *Preview) error {
	if p.Show != nil {
		if err := p.Show(preview); err != nil {
			return err
		}
	}
	if p.Confirm == nil {
		return nil
	}
	if err := p.Confirm(preview); err != nil {
		return err
	}
	if preview.Plan.Empty() {
		return nil
	}
	now, err := p.preview(ctx)
	if err != nil {
		return err
	}
	return compareSteps(preview.Plan, now.Plan)
}

// compareSteps finds the first item that two plans treat differently.
func compareSteps(planned, now *diff.Plan) error {
	steps := map[string][]diff.Step{}
	for _, item := range now.Items {
		steps[item.Name] = item.Steps
	}
	for _, item := range planned.Items {
		if !reflect.DeepEqual(item.Steps, steps[item.Name]) {
			return &StaleError{Item: item.Name}
		}
	}
	return nil
}

// repositories are all versions of the manifests that plans are made for.
func (p *pass) repositories() []*spec.Repository {
	if p.base == nil {
		return []*spec.Repository{p.repository}
	}
	return []*spec.Repository{p.repository, p.base}
}

// declaredProperties lists the ZFS properties that manifests speak of, so that a look reads them too.
func declaredProperties(repositories ...*spec.Repository) []string {
	always := zfsProperties()
	var manifests []*spec.Manifest
	for _, repository := range repositories {
		manifests = append(manifests, repository.Manifests...)
	}
	var list []string
	for _, manifest := range manifests {
		if manifest.Broken {
			continue // what it says may be no property at all, which would keep zfs from answering
		}
		for _, dataset := range manifest.ZFS {
			for property := range dataset {
				if !slices.Contains(always, property) {
					list = append(list, property)
				}
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// userName is who runs specadm, for the message that another run gets. It is the environment's word, good enough for a message and free
// of cgo.
func userName() string { return firstSet("SUDO_USER", "LOGNAME", "USER") }
