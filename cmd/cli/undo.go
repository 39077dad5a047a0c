package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/reconcile"
	"github.com/specadm/specadm/spec"
)

type undoOptions struct {
	applyOptions
	dryRun bool
	stdout string // format
}

func newUndoCommand(globals *globalOptions, streams Streams) *cobra.Command {
	options := undoOptions{applyOptions: applyOptions{planOptions: planOptions{globals: globals, manifests: manifestOptions{globals: globals}}}}
	command := &cobra.Command{
		Use:   "undo RUN",
		Short: "Put back what a run changed, as far as that is possible",
		Long: `Make a plan that puts the values back which a run (see specadm history) has changed on instances that are still there; show it, say what cannot be
put back and why, ask, and execute it. RUN is the beginning of its id, or last.

Secrets, instances and data that were deleted, disks, snapshots, images and firewall rules cannot be put back, and what the run made stays.

The manifests still want what the run made, so the next apply, or watch, makes it again unless they are changed too.` +
			exitHelp(ExitOK, ExitUsage, ExitGuard, ExitNode, ExitLocked, ExitStale, ExitPartial, ExitFailed, ExitDeclined, ExitInterrupted, ExitTerminated),
		Example: "  specadm undo last --dry-run\n  specadm undo 4GQX --max-risk reboot",
		Args:    arguments(1, 1, "the id of a run, or last"),
		RunE: func(command *cobra.Command, args []string) error {
			return runUndo(command.Context(), options, args[0], streams)
		},
	}
	flags := command.Flags()
	flags.BoolVar(&options.dryRun, "dry-run", false, "show the plan and change nothing")
	flags.BoolVar(&options.autoApprove, "auto-approve", false, "do not ask")
	flags.DurationVar(&options.lockWait, "lock-timeout", 0, "how long to wait for another run to end")
	addMessageFlag(command, &options.message)
	addOutputFlag(command, &options.stdout)
	options.risk.register(command)
	return command
}

func runUndo(ctx context.Context, options undoOptions, id string, streams Streams) error {
	if err := oneOf("output", options.stdout, "text", "json"); err != nil {
		return err
	}
	if err := options.risk.parse(); err != nil {
		return err
	}
	style, err := options.globals.style(streams)
	if err != nil {
		return err
	}
	runs, err := options.globals.history()
	if err != nil {
		return err
	}
	run, err := pickRun(runs, id)
	if err != nil {
		return err
	}
	node, err := options.globals.openNode()
	if err != nil {
		return err
	}
	undo, err := reconcile.PlanUndo(ctx, node.runner, *run)
	if err != nil {
		return err
	}
	engine := reconcile.Options{
		Runner: node.runner, State: reconcile.OpenState(node.stateDir), MaxRisk: options.risk.highest, LockWait: options.lockWait,
		Command:  "specadm undo " + run.ID,
		Load:     func() (*spec.Repository, error) { return undo.Repository, nil },
		Describe: options.describer(reconcile.Reason{Message: options.message, Undoes: run.ID}),
	}
	if options.dryRun {
		return options.show(ctx, engine, undo, style, streams)
	}
	return options.execute(ctx, engine, undo, style, streams)
}

// show prints the plan as the answer.
func (o *undoOptions) show(ctx context.Context, engine reconcile.Options, undo *reconcile.Undo, style view.Style, streams Streams) error {
	preview, err := reconcile.Plan(ctx, engine)
	if err != nil {
		return err
	}
	preview.Plan.Reports = nil // an undo speaks of nothing else
	document, err := o.document(preview, nil, view.NewExit(planReasons(preview.Plan, "", nil)))
	if err != nil {
		return err
	}
	remarks := append(undo.Remarks, undo.Since(preview.Plan)...)
	if o.stdout == "json" {
		err = view.JSON(streams.Out, view.NewUndoPlanDocument(undo.Run.ID, document, remarks))
	} else {
		err = view.UndoPlan(streams.Out, preview.Plan, o.shownUndo(undo, style), remarks)
	}
	if err != nil {
		return err
	}
	return exitWith(ExitCode(document.Exit.Code))
}

// execute shows the plan as part of the conversation, asks, and prints what became of it.
func (o *undoOptions) execute(ctx context.Context, engine reconcile.Options, undo *reconcile.Undo, style view.Style, streams Streams) error {
	ctx, interrupt := interruptible(ctx)
	defer interrupt.Close()
	remarks := undo.Remarks
	approval := &approval{question: question{streams: streams, stop: interrupt.Stop()}, options: o.applyOptions, style: style}
	engine.Progress, engine.Stop = view.NewProgress(streams.Err, style).Event, interrupt.Stop()
	engine.Show = func(preview *reconcile.Preview) error {
		warnUnfinished(streams, preview.Unfinished)
		preview.Plan.Reports = nil
		remarks = append(undo.Remarks, undo.Since(preview.Plan)...)
		return view.UndoPlan(streams.Err, preview.Plan, o.shownUndo(undo, style), remarks)
	}
	if !o.autoApprove {
		engine.Confirm = approval.confirm
	}
	outcome, err := reconcile.Apply(ctx, engine)
	if errors.Is(err, errInterrupted) {
		return exitWith(interruptedBy(interrupt.Signal()))
	}
	if err != nil {
		return err
	}
	if outcome.Interrupted {
		outcome.Signal = interrupt.Signal()
	}
	exit := view.NewExit(applyReasons(outcome, false))
	if o.stdout == "json" {
		err = view.JSON(streams.Out, view.NewUndoDocument(undo.Run.ID, view.NewOutcomeDocument(outcome, tool(), exit), remarks))
	} else {
		err = view.Outcome(streams.Out, outcome, style)
	}
	if err != nil {
		return err
	}
	return exitWith(ExitCode(exit.Code))
}

// shownUndo is how people see the plan.
func (o *undoOptions) shownUndo(undo *reconcile.Undo, style view.Style) view.PlanOptions {
	options := view.PlanOptions{Style: style, MaxRisk: o.risk.highest, Source: "undo of run " + undo.Run.ID}
	if o.dryRun {
		options.Next = "specadm undo " + undo.Run.ID
	}
	return options
}
