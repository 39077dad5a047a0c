package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/reconcile"
)

// addMessageFlag adds what somebody says about a run.
func addMessageFlag(command *cobra.Command, message *string) {
	command.Flags().StringVarP(message, "message", "m", "", "why it is done, for specadm history")
}

// describer tells the history why a run is made and from what.
func (o *planOptions) describer(reason reconcile.Reason) func(context.Context, *reconcile.Preview) (reconcile.Reason, error) {
	return func(ctx context.Context, preview *reconcile.Preview) (reconcile.Reason, error) {
		var tree *worktree
		if preview.Repository.Files > 0 { // else it was not read from files
			tree = worktreeOf(ctx, o.manifests.shownPaths())
		}
		document, err := o.document(preview, tree, view.Exit{})
		if err != nil {
			return reason, err
		}
		reason.Commit, reason.Branch, reason.Dirty = document.Source.Commit, document.Source.Branch, document.Source.Dirty
		reason.Digest = document.Digest
		return reason, nil
	}
}
