package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/reconcile"
	"github.com/specadm/specadm/spec"
)

type releaseOptions struct {
	globals  *globalOptions
	names    []string
	lockWait time.Duration
	message  string
	output   string
}

func newReleaseCommand(globals *globalOptions, streams Streams) *cobra.Command {
	options := releaseOptions{globals: globals}
	command := &cobra.Command{
		Use:   "release NAME...",
		Short: "Let instances go without touching them",
		Long: `Take the owner mark off instances, and leave everything else as it is. NAME is the name of the manifest that the instance belongs to, or
its uuid. Afterwards another repository can adopt the instance. A manifest that still wants it should go, or say state: released, which does the
same in Git.` + exitHelp(ExitOK, ExitUsage, ExitGuard, ExitNode, ExitLocked, ExitFailed),
		Example: "  specadm release web0\n  specadm release 7a3f0c52-9d0b-4a53-8a1e-1f3a7e0b2c11",
		Args:    arguments(1, -1, "the names or uuids of instances"),
		RunE: func(command *cobra.Command, args []string) error {
			options.names = args
			return runRelease(command.Context(), options, streams)
		},
	}
	command.Flags().DurationVar(&options.lockWait, "lock-timeout", 0, "how long to wait for another run to end")
	addMessageFlag(command, &options.message)
	addOutputFlag(command, &options.output)
	return command
}

func runRelease(ctx context.Context, options releaseOptions, streams Streams) error {
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
	owned, err := reconcile.Owned(ctx, node.runner)
	if err != nil {
		return err
	}
	repository := &spec.Repository{}
	for _, name := range options.names {
		mark, err := pickOwned(owned, name)
		switch {
		case err != nil:
			return err
		case repository.Owner != "" && mark.Owner != repository.Owner:
			return usagef("%s belongs to owner %s and %s to %s; let them go one after the other", options.names[0], repository.Owner, name, mark.Owner)
		}
		repository.Owner = mark.Owner
		repository.Manifests = append(repository.Manifests, &spec.Manifest{
			Name: mark.Name, UUID: mark.UUID, OwnUUID: true, Generation: mark.Generation, State: spec.Released,
		})
	}
	ctx, interrupt := interruptible(ctx)
	defer interrupt.Close()
	outcome, err := reconcile.Apply(ctx, reconcile.Options{
		Runner: node.runner, State: reconcile.OpenState(node.stateDir), LockWait: options.lockWait,
		Command:  "specadm release " + strings.Join(options.names, " "),
		Load:     func() (*spec.Repository, error) { return repository, nil },
		Describe: (&planOptions{globals: options.globals}).describer(reconcile.Reason{Message: options.message}),
		Progress: view.NewProgress(streams.Err, style).Event, Stop: interrupt.Stop(),
	})
	if err != nil {
		return err
	}
	if outcome.Interrupted {
		outcome.Signal = interrupt.Signal()
	}
	exit := view.NewExit(applyReasons(outcome, false))
	if options.output == "json" {
		err = view.JSON(streams.Out, view.NewOutcomeDocument(outcome, tool(), exit))
	} else {
		err = view.Outcome(streams.Out, outcome, style)
	}
	if err != nil {
		return err
	}
	return exitWith(ExitCode(exit.Code))
}

// pickOwned finds the one instance that goes by a name or a uuid.
func pickOwned(owned []spec.OwnerMark, name string) (spec.OwnerMark, error) {
	var fits []spec.OwnerMark
	var names []string
	for _, mark := range owned {
		names = append(names, mark.Name)
		if mark.Name == name || mark.UUID == name {
			fits = append(fits, mark)
		}
	}
	switch len(fits) {
	case 0:
		return spec.OwnerMark{}, &usageError{message: fmt.Sprintf("no instance carries the mark of %q", name), try: nearest(name, names)}
	case 1:
		return fits[0], nil
	}
	return spec.OwnerMark{}, &usageError{
		message: fmt.Sprintf("%d instances carry the mark of %q", len(fits), name), try: "the uuid of the right one, such as " + fits[0].UUID,
	}
}
