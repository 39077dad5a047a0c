package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/reconcile"
	"github.com/specadm/specadm/spec"
)

type historyOptions struct {
	globals *globalOptions
	name    string // of an item; "": all
	since   string
	output  string
}

func newHistoryCommand(globals *globalOptions, streams Streams) *cobra.Command {
	options := historyOptions{globals: globals}
	command := &cobra.Command{
		Use:   "history [NAME]",
		Short: "List the runs that changed the node, newest first",
		Long: `List the runs that changed the node, newest first: when, which, who, what became of it, and what it touched. NAME (or a uuid) limits the list
to the runs that touched one item, and shows what of it.

A run is an apply, a pass of watch, a release, an undo or a datasets destroy that ran at least one command. A run that was killed is listed as
interrupted as soon as the next one has found it. Secrets are shown as markers. Only files of the state directory are read.` +
			exitHelp(ExitOK, ExitUsage, ExitNode),
		Example: "  specadm history --since 7d\n  specadm history web0\n  specadm history show last\n  specadm history verify",
		Args:    arguments(0, 1, "the name of an item"),
		RunE: func(_ *cobra.Command, args []string) error {
			options.name = strings.Join(args, "")
			return runHistory(options, streams)
		},
	}
	command.Flags().StringVar(&options.since, "since", "", "only runs since then: a duration such as 36h or 7d, or a date such as 2026-11-02")
	addOutputFlag(command, &options.output)
	command.AddCommand(newHistoryShowCommand(globals, streams), newHistoryVerifyCommand(globals, streams))
	return command
}

func runHistory(options historyOptions, streams Streams) error {
	if err := oneOf("output", options.output, "text", "json"); err != nil {
		return err
	}
	since, err := parseSince(options.since, time.Now())
	if err != nil {
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
	runs = slices.DeleteFunc(runs, func(run reconcile.Run) bool {
		return run.Start.Before(since) || options.name != "" && run.Item(options.name) == nil
	})
	slices.Reverse(runs)
	if options.output == "json" {
		return view.JSON(streams.Out, view.NewHistoryDocument(runs))
	}
	return view.History(streams.Out, runs, options.name, style)
}

// parseSince reads how far back somebody looks; "" is for ever.
func parseSince(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339, time.DateTime} {
		if at, err := time.ParseInLocation(layout, text, time.UTC); err == nil {
			return at, nil
		}
	}
	ago, err := spec.ParseDuration(text)
	if err != nil {
		return time.Time{}, &usageError{message: fmt.Sprintf("--since %q is neither a duration nor a date", text), try: "--since 7d, --since 2026-11-02"}
	}
	return now.Add(-ago), nil
}

// history reads the runs of the node, oldest first. It needs no node, only the files.
func (g *globalOptions) history() ([]reconcile.Run, error) {
	dir, err := g.stateDirectory()
	if err != nil {
		return nil, err
	}
	runs, err := reconcile.OpenState(dir).History()
	return runs, unreadable(err)
}

// unreadable makes a failure to read files of the node one to read the node.
func unreadable(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrPermission):
		err = fmt.Errorf("%w; only root may read the state directory", err)
	}
	return &nodeError{err}
}

// pickRun finds the run that somebody means: "last", or the beginning of its id.
func pickRun(runs []reconcile.Run, id string) (*reconcile.Run, error) {
	if len(runs) == 0 {
		return nil, usagef("no run has changed this node")
	}
	if id == "last" {
		return &runs[len(runs)-1], nil
	}
	var fits []*reconcile.Run
	for i := range runs {
		if strings.HasPrefix(runs[i].ID, strings.ToUpper(id)) {
			fits = append(fits, &runs[i])
		}
	}
	switch len(fits) {
	case 0:
		return nil, &usageError{message: fmt.Sprintf("no run has an id that begins with %q", id), try: "specadm history"}
	case 1:
		return fits[0], nil
	}
	return nil, &usageError{message: fmt.Sprintf("%d runs have an id that begins with %q", len(fits), id), try: fits[len(fits)-1].ID}
}
