package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/reconcile"
	"github.com/specadm/specadm/spec"
)

type planOptions struct {
	globals   *globalOptions
	manifests manifestOptions
	risk      riskOptions
	output    outputOptions
	full      bool
	summary   bool
	drift     bool   // only what somebody changed on the node
	changes   bool   // only what the repository asks for
	detailed  string // "", true, risk
	failOn    []string
	validFor  time.Duration // of saved plans
	against   string        // file of a snapshot; "": the node
	base      baseOptions
}

func newPlanCommand(globals *globalOptions, streams Streams) *cobra.Command {
	options := planOptions{globals: globals, manifests: manifestOptions{globals: globals}}
	command := &cobra.Command{
		Use:   "plan [PATH...]",
		Short: "Show what apply would do, and what it would disturb",
		Long: `Show what apply would do to make the node as the manifests say (files and folders; the current folder when none is
given). A plan only reads. Against a snapshot it needs no node; what only the node can tell is then not evaluated, and says so.

Symbols: + create, ~ live, ! reboot, # stop, ± recreate, - destroy, @ adopt, x blocked.` +
			exitHelp(ExitOK, ExitPending, ExitPendingReboot, ExitPendingDestroy, ExitUsage, ExitInvalid, ExitSecret, ExitGuard, ExitNode),
		Example: "  specadm plan manifests\n  specadm plan manifests --detailed-exitcode\n  specadm plan manifests -o json | jq .summary\n" +
			"  specadm plan manifests --out markdown=comment.md --out junit=plan.xml\n  specadm plan manifests --against node.json --base origin/main",
		Args: arguments(0, -1, ""),
		RunE: func(command *cobra.Command, args []string) error {
			options.manifests.paths = args
			return runPlan(command.Context(), options, streams)
		},
	}
	options.manifests.registerOnly(command)
	options.manifests.registerAdopt(command)
	options.manifests.registerNow(command)
	options.register(command)
	options.registerOut(command)
	return command
}

func (o *planOptions) register(command *cobra.Command) {
	flags := command.Flags()
	flags.BoolVar(&o.full, "full", false, "also show what is unchanged and what no manifest claims")
	flags.BoolVar(&o.summary, "summary", false, "one line for each instance")
	flags.BoolVar(&o.drift, "drift-only", false, "show only what somebody changed on the node")
	flags.BoolVar(&o.changes, "changes-only", false, "show only what the manifests ask for that is not so yet, drift left out")
	flags.StringVar(&o.detailed, "detailed-exitcode", "", "leave with 2 when changes are pending; =risk: with 3 for a reboot or stop, 4 for lost data")
	flags.Lookup("detailed-exitcode").NoOptDefVal = "true"
	flags.StringSliceVar(&o.failOn, "fail-on", nil, "leave with 2 on any of "+strings.Join(failOnWords(), ","))
	flags.StringVar(&o.against, "against", "", "plan against this file, which specadm snapshot printed, instead of the node")
	flags.StringVar(&o.base.name, "base", "", "tell what this change causes from what was there before: compare with the manifests of this Git revision; exit codes then count only what this change causes")
	o.output.register(command, view.PlanFormats())
	o.risk.register(command)
}

// registerOut is for the commands that save what they show.
func (o *planOptions) registerOut(command *cobra.Command) {
	o.output.saves(command)
	command.Flags().DurationVar(&o.validFor, "valid-for", 24*time.Hour, "how long a saved plan can be applied")
}

func runPlan(ctx context.Context, options planOptions, streams Streams) (err error) {
	if err := options.check(); err != nil {
		return err
	}
	style, err := options.globals.style(streams)
	if err != nil {
		return err
	}
	options.manifests.standIn = options.against != ""
	sight, err := options.sight()
	if err != nil {
		return err
	}
	if sight.Base, err = options.base.open(ctx, &options.manifests); err != nil {
		return err
	}
	outputs, err := options.output.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, outputs.Close()) }()
	preview, err := reconcile.Plan(ctx, sight)
	if err != nil {
		return err
	}
	warnUnfinished(streams, preview.Unfinished)
	tree := worktreeOf(ctx, options.manifests.shownPaths())
	preview.Plan = view.OnlySide(preview.Plan, options.side())
	document, err := options.document(preview, tree, view.NewExit(planReasons(options.judged(preview.Plan), options.detailed, options.failOn)))
	if err != nil {
		return err
	}
	for _, file := range options.output.saved() {
		if err := savePlan(file, document, preview.Repository.Referred, options.validFor); err != nil {
			return err
		}
	}
	if options.output.text() {
		if err := view.Findings(streams.Err, preview.Plan.Findings, style); err != nil {
			return err
		}
	}
	if err := outputs.write(streams, style, &view.PlanReport{
		Plan:     preview.Plan,
		Document: document,
		Options:  options.shown(document, preview.Repository, nextApply(options, preview.Plan, document.Digest, streams)),
		Markdown: options.output.markdown("specadm plan"),
	}); err != nil {
		return err
	}
	return exitWith(ExitCode(document.Exit.Code))
}

// sight is what the plan is made from: the node, or a snapshot, which needs none.
func (o *planOptions) sight() (reconcile.Options, error) {
	sight := reconcile.Options{Load: o.manifests.load, Foreign: o.full, Older: o.manifests.older, Adopt: o.manifests.adopt, Delete: o.manifests.now}
	if o.against != "" {
		dir, err := o.globals.stateDirectory()
		if err != nil {
			return sight, err
		}
		sight.State = reconcile.OpenState(dir)
		sight.Against, err = readSnapshot(o.against)
		return sight, err
	}
	node, err := o.globals.openNode()
	if err != nil {
		return sight, err
	}
	sight.Runner, sight.State = node.runner, reconcile.OpenState(node.stateDir)
	return sight, nil
}

// document is the plan as JSON.
func (o *planOptions) document(preview *reconcile.Preview, tree *worktree, exit view.Exit) (view.PlanDocument, error) {
	now := time.Now()
	var against *view.Against
	if preview.Against != nil {
		against = view.NewAgainst(preview.Plan, o.against, preview.Against.TakenAt, now)
	}
	return view.NewPlanDocument(preview.Plan, view.PlanContext{
		Tool:      tool(),
		Source:    o.manifests.describe(preview.Repository, tree),
		Scope:     scope(preview.Repository),
		Side:      o.side(),
		CreatedAt: now,
		Against:   against,
		Base:      o.base.document(preview),
		MaxRisk:   o.risk.highest,
		Adopt:     o.manifests.adopt,
		Now:       o.manifests.now,
		Exit:      exit,
	})
}

// judged is the part of a plan that decides about the exit code.
func (o *planOptions) judged(plan *diff.Plan) *diff.Plan {
	if o.base.name == "" {
		return plan
	}
	return plan.Only(diff.New)
}

// side is who has to have moved for something to be shown.
func (o *planOptions) side() view.Side {
	switch {
	case o.drift:
		return view.DriftSide
	case o.changes:
		return view.ChangesSide
	}
	return view.BothSides
}

// shown is how people see the plan.
func (o *planOptions) shown(document view.PlanDocument, repository *spec.Repository, next string) view.PlanOptions {
	options := view.PlanOptions{
		Full: o.full, Summary: o.summary, MaxRisk: o.risk.highest, Next: next, Source: o.manifests.source(repository),
	}
	if commit := document.Source.CommitText(); commit != "" {
		options.Source += ", " + commit
	}
	options.Partial, options.Against, options.Base = document.PartialText(), document.Against.Text(), document.Base
	if document.Side != view.BothSides {
		options.Next = "" // apply knows no sides
	}
	return options
}

func (o *planOptions) check() error {
	if err := o.output.check(); err != nil {
		return err
	}
	if o.drift && o.changes {
		return usagef("--drift-only and --changes-only exclude each other")
	}
	if o.side() != view.BothSides && len(o.output.saved()) > 0 {
		return &usageError{message: "a part of a plan cannot be saved to be applied", try: "--out json=" + o.output.saved()[0]}
	}
	if err := oneOf("detailed-exitcode", o.detailed, "", "true", "risk"); err != nil {
		return err
	}
	for _, word := range o.failOn {
		if err := oneOf("fail-on", word, failOnWords()...); err != nil {
			return err
		}
	}
	return o.risk.parse()
}

// riskOptions is --max-risk.
type riskOptions struct {
	text    string
	highest *spec.Risk // nil: not given
}

func (r *riskOptions) register(command *cobra.Command) {
	command.Flags().StringVar(&r.text, "max-risk", "", "what may be disturbed: live, reboot, stop, recreate or destroy (default: what a manifest allows, else live)")
}

func (r *riskOptions) parse() error {
	if r.text == "" {
		return nil
	}
	if err := oneOf("max-risk", r.text, "live", "reboot", "stop", "recreate", "destroy"); err != nil {
		return err
	}
	r.highest = new(spec.Risk)
	return r.highest.UnmarshalText([]byte(r.text))
}

func tool() view.Tool {
	build := buildInfo()
	return view.Tool{Version: build.Version, Commit: build.Commit}
}

// describe is the source of a plan for its JSON.
func (m *manifestOptions) describe(repository *spec.Repository, tree *worktree) view.Source {
	source := view.Source{
		Owner: repository.Owner, Paths: m.shownPaths(), Files: repository.Files, Manifests: len(repository.Manifests), OutOf: repository.OutOf(),
	}
	if tree != nil {
		source.Commit, source.Branch, source.Dirty = tree.commit, tree.branch, tree.dirty
	}
	return source
}

// quoteWord quotes an argument for a shell where it needs to be.
func quoteWord(word string) string {
	if word == "" || strings.ContainsFunc(word, func(r rune) bool { return !strings.ContainsRune(safeInShell, r) }) {
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return word
}

const safeInShell = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:,+%@="

// warnUnfinished tells of a run that never ended; what it did is in the plan already.
func warnUnfinished(streams Streams, unfinished *reconcile.Unfinished) {
	if unfinished != nil {
		fmt.Fprintf(streams.Err, "specadm: %s; the plan is made from what it left\n", unfinished)
	}
}
