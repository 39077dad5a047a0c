package cli

import (
	"context"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/reconcile"
)

type watchOptions struct {
	globals   *globalOptions
	manifests manifestOptions
	risk      riskOptions
	output    string
}

func newWatchCommand(globals *globalOptions, streams Streams) *cobra.Command {
	options := watchOptions{globals: globals, manifests: manifestOptions{globals: globals}}
	command := &cobra.Command{
		Use:   "watch [PATH...]",
		Short: "Keep the node as the manifests say until told to stop",
		Long: `Keep the node as the manifests say: apply whenever a manifest changes, and every ten minutes look whether the node is still
as wanted. One line is printed for each change, and one when something begins to fail or waits for permission.

SIGHUP looks at once. SIGTERM and SIGINT finish the command in flight and end the watch with 0; a second one kills the command.` +
			exitHelp(ExitOK, ExitInternal, ExitUsage, ExitNode),
		Example: "  specadm watch manifests --max-risk live",
		Args:    arguments(0, -1, ""),
		RunE: func(command *cobra.Command, args []string) error {
			options.manifests.paths = args
			return runWatch(command.Context(), options, streams)
		},
	}
	options.manifests.registerOnly(command)
	options.manifests.registerAdopt(command)
	addOutputFlag(command, &options.output)
	options.risk.register(command)
	return command
}

func runWatch(ctx context.Context, options watchOptions, streams Streams) error {
	if err := oneOf("output", options.output, "text", "json"); err != nil {
		return err
	}
	if err := options.risk.parse(); err != nil {
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
	now, stop := onHangup()
	defer stop()
	plan := planOptions{globals: options.globals, manifests: options.manifests, risk: options.risk}
	lines := view.NewWatchLines(streams.Out, style, options.output == "json")
	return reconcile.Watch(ctx, reconcile.WatchOptions{
		Options: reconcile.Options{
			Runner:  node.runner,
			State:   reconcile.OpenState(node.stateDir),
			Load:    options.manifests.load,
			Older:   options.manifests.older,
			Adopt:   options.manifests.adopt,
			MaxRisk: options.risk.highest,
			Command: "specadm watch " + strings.Join(options.manifests.shownPaths(), " "),
			Stop:    interrupt.Stop(),

			Describe: plan.describer(reconcile.Reason{}),
		},
		Paths:  options.manifests.shownPaths(),
		Now:    now,
		Report: lines.Event,
	})
}

// onHangup gives a channel with a value for each SIGHUP; one that was not yet taken stands for those that follow.
func onHangup() (now <-chan struct{}, stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	asked, done := make(chan struct{}, 1), make(chan struct{})
	go func() {
		for {
			select {
			case <-signals:
				select {
				case asked <- struct{}{}:
				default:
				}
			case <-done:
				return
			}
		}
	}()
	return asked, func() {
		signal.Stop(signals)
		close(done)
	}
}
