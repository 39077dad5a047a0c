package cli

import (
	"context"
	"errors"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/reconcile"
)

type datasetsDestroyOptions struct {
	globals     *globalOptions
	names       []string
	autoApprove bool
	lockWait    time.Duration
	message     string
	output      string
}

func newDatasetsDestroyCommand(globals *globalOptions, streams Streams) *cobra.Command {
	options := datasetsDestroyOptions{globals: globals}
	command := &cobra.Command{
		Use:   "destroy DATASET...",
		Short: "Destroy orphaned datasets, by name",
		Long: `Destroy datasets that belong to instances which are not there, with all below them, snapshots included; then look whether they are gone.
The name of each is asked for.

Nothing is destroyed when one of them belongs to an instance, an image or the system, was made by hand, is mounted by an instance, has a
held snapshot, or when something that is to stay was made from it.` +
			exitHelp(ExitOK, ExitUsage, ExitGuard, ExitNode, ExitLocked, ExitPartial, ExitFailed, ExitDeclined, ExitInterrupted, ExitTerminated),
		Example: "  specadm datasets destroy zones/9d0b4a53-0000-4a53-8a1e-1f3a7e0b2c11-disk0",
		Args:    arguments(1, -1, "the name of a dataset"),
		RunE: func(command *cobra.Command, args []string) error {
			options.names = args
			return runDatasetsDestroy(command.Context(), options, streams)
		},
	}
	flags := command.Flags()
	flags.BoolVar(&options.autoApprove, "auto-approve", false, "do not ask")
	flags.DurationVar(&options.lockWait, "lock-timeout", 0, "how long to wait for another run to end")
	addMessageFlag(command, &options.message)
	addOutputFlag(command, &options.output)
	return command
}

func runDatasetsDestroy(ctx context.Context, options datasetsDestroyOptions, streams Streams) error {
	if err := oneOf("output", options.output, "text", "json"); err != nil {
		return err
	}
	style, err := options.globals.style(streams)
	if err != nil {
		return err
	}
	node, err := options.globals.openNode()
	if err != nil {
		return err
	}
	ctx, interrupt := interruptible(ctx)
	defer interrupt.Close()
	question := &question{streams: streams, stop: interrupt.Stop()}
	confirm := func(orphans []diff.Belonging) error { return confirmDestruction(question, orphans, style) }
	if options.autoApprove {
		confirm = nil
	}
	done, err := reconcile.DestroyOrphans(ctx, reconcile.DestroyOptions{
		Runner:   node.runner,
		State:    reconcile.OpenState(node.stateDir),
		Names:    options.names,
		LockWait: options.lockWait,
		Command:  "specadm datasets destroy " + strings.Join(options.names, " "),
		Message:  options.message,
		Confirm:  confirm,
		Stop:     interrupt.Stop(),
	})
	switch {
	case errors.Is(err, errInterrupted):
		return exitWith(interruptedBy(interrupt.Signal()))
	case len(done) == 0:
		return err
	}
	exit := view.NewExit(destroyReasons(done, err, interrupt.Signal()))
	if options.output == "json" {
		err = errors.Join(err, view.JSON(streams.Out, view.NewDestroyedDocument(done, exit)))
	} else {
		err = errors.Join(err, view.Destroyed(streams.Out, done, style))
	}
	if err != nil {
		return err
	}
	return exitWith(ExitCode(exit.Code))
}

// confirmDestruction shows what would be destroyed and asks for the name of each.
func confirmDestruction(question *question, orphans []diff.Belonging, style view.Style) error {
	if err := view.Datasets(question.streams.Err, orphans, style); err != nil {
		return err
	}
	for _, orphan := range orphans {
		name, err := question.ask("Data of %s will be lost. Type its name to go ahead: ", orphan.Dataset)
		if err != nil {
			return err
		}
		if name != orphan.Dataset {
			return declinedf("that is not the name of %s; nothing was changed", orphan.Dataset)
		}
	}
	return nil
}

// destroyReasons lists why a destruction leaves with another code than 0, the deciding one first. err is what kept the node from being
// looked at.
func destroyReasons(done []reconcile.Destruction, err error, signal os.Signal) []view.ExitReason {
	counts := map[reconcile.StepOutcome]int{}
	for _, one := range done {
		counts[one.Outcome]++
	}
	failed, skipped := counts[reconcile.StepFailed], counts[reconcile.StepSkipped]
	var reasons []view.ExitReason
	switch {
	case signal != nil && skipped > 0:
		reasons = append(reasons, reason(interruptedBy(signal), "interrupted"))
	case err != nil:
		reasons = append(reasons, reason(exitOf(err), "%v", err))
	}
	switch {
	case failed > 0 && counts[reconcile.StepDone] > 0:
		reasons = append(reasons, reason(ExitPartial, "%d destroyed, %d failed", counts[reconcile.StepDone], failed))
	case failed > 0:
		reasons = append(reasons, reason(ExitFailed, "%d failed, nothing destroyed", failed))
	}
	return reasons
}
