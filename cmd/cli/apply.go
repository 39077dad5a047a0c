package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/reconcile"
	"github.com/specadm/specadm/spec"
)

type applyOptions struct {
	planOptions
	autoApprove bool
	lockWait    time.Duration
	message     string
	expect      string             // digest that the plan must have; "": any
	saved       *view.PlanDocument // the saved plan that is applied; nil: none
}

func newApplyCommand(globals *globalOptions, streams Streams) *cobra.Command {
	options := applyOptions{planOptions: planOptions{globals: globals, manifests: manifestOptions{globals: globals}}}
	command := &cobra.Command{
		Use:   "apply [PATH... | FILE]",
		Short: "Make the node as the manifests say",
		Long: `Make the node as the manifests say: show the plan, ask, execute it, and look again whether it came true.

Only what disturbs nothing that runs is done unless --max-risk, or policy.maxRisk of a manifest, allows more; the rest is held. Naming
destroy accepts that data is lost. With a terminal the name of each such instance is asked for too.

FILE is a plan that specadm plan --out FILE saved. It is applied once, as it was shown, and refused where an instance that it touches, or the
manifests, are not as they were. --expect does the same for a plan of which only the digest is known: plan prints it with -o json.

The first interrupt finishes the command in flight and starts nothing new, the second one kills it.` +
			exitHelp(ExitOK, ExitUsage, ExitInvalid, ExitSecret, ExitGuard, ExitNode, ExitLocked, ExitStale, ExitPartial, ExitFailed, ExitDeclined,
				ExitInterrupted, ExitTerminated),
		Example: "  specadm apply manifests\n  specadm apply manifests --auto-approve --max-risk reboot\n  specadm apply plan.json",
		Args:    arguments(0, -1, ""),
		RunE: func(command *cobra.Command, args []string) error {
			options.manifests.paths = args
			if command.Flags().Changed("expect") && !view.IsDigest(options.expect) { // empty when what should have printed it failed
				return &usageError{message: fmt.Sprintf("--expect %q is no digest", options.expect), try: "at least 8 hex digits of the digest, as plan prints them"}
			}
			return runApply(command.Context(), options, streams)
		},
	}
	options.manifests.registerOnly(command)
	options.manifests.registerAdopt(command)
	options.manifests.registerNow(command)
	flags := command.Flags()
	flags.BoolVar(&options.autoApprove, "auto-approve", false, "do not ask")
	addMessageFlag(command, &options.message)
	flags.StringVar(&options.expect, "expect", "", "go ahead only if the plan has this digest")
	flags.DurationVar(&options.lockWait, "lock-timeout", 0, "how long to wait for another run to end")
	options.output.register(command, view.OutcomeFormats())
	options.risk.register(command)
	return command
}

func runApply(ctx context.Context, options applyOptions, streams Streams) (err error) {
	if err := options.check(); err != nil {
		return err
	}
	style, err := options.globals.style(streams)
	if err != nil {
		return err
	}
	saved, err := savedPlan(options.manifests.paths)
	if err != nil {
		return err
	}
	command := "specadm apply " + strings.Join(options.manifests.paths, " ")
	if saved != nil {
		if err := options.useSaved(saved); err != nil {
			return err
		}
	}
	node, err := options.globals.openNode()
	if err != nil {
		return err
	}
	outputs, err := options.output.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, outputs.Close()) }()
	ctx, interrupt := interruptible(ctx)
	defer interrupt.Close()
	approval := &approval{question: question{streams: streams, stop: interrupt.Stop()}, options: options, style: style}
	confirm := approval.confirm
	if options.autoApprove {
		confirm = nil
	}
	items, once := options.asReconcile()
	outcome, err := reconcile.Apply(ctx, reconcile.Options{
		Runner:   node.runner,
		State:    reconcile.OpenState(node.stateDir),
		Load:     options.manifests.load,
		Older:    options.manifests.older,
		Adopt:    options.manifests.adopt,
		Delete:   options.manifests.now,
		MaxRisk:  options.risk.highest,
		LockWait: options.lockWait,
		Items:    items,
		Saved:    once,
		Command:  command,
		Show:     approval.show,
		Confirm:  confirm,
		Describe: options.describer(reconcile.Reason{Message: options.message}),
		Progress: view.NewProgress(streams.Err, style).Event,
		Stop:     interrupt.Stop(),
	})
	if errors.Is(err, errInterrupted) {
		return exitWith(interruptedBy(interrupt.Signal()))
	}
	if err != nil {
		return err
	}
	if outcome.Interrupted {
		outcome.Signal = interrupt.Signal()
	}
	exit := view.NewExit(applyReasons(outcome, spec.HasErrors(approval.preview.Plan.Findings)))
	report := &view.OutcomeReport{Outcome: outcome, Tool: tool(), Exit: exit, Markdown: options.output.markdown("specadm apply")}
	if err := outputs.write(streams, style, report); err != nil {
		return err
	}
	return exitWith(ExitCode(exit.Code))
}

// interruptible ends a run in two steps: see reconcile.NewInterrupt.
func interruptible(ctx context.Context) (context.Context, *reconcile.Interrupt) {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	return reconcile.NewInterrupt(ctx, signals)
}

// errInterrupted ends a run whose question was answered by a signal.
var errInterrupted = errors.New("interrupted")

// declinedError is the answer no. It leaves with ExitDeclined.
type declinedError struct{ message string }

func (e *declinedError) Error() string { return e.message }

func declinedf(format string, args ...any) error {
	return &declinedError{fmt.Sprintf(format, args...)}
}
