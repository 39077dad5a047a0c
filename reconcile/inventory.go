package reconcile

import (
	"context"
	"fmt"
	"strconv"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/drivers"
	"github.com/specadm/specadm/drivers/imgadm"
	"github.com/specadm/specadm/drivers/zfs"
)

// Inventory says of every dataset of the node whose it is: one vmadm, two zfs and one imgadm process. The error is a *NodeError.
func Inventory(ctx context.Context, runner drivers.Runner) ([]diff.Belonging, error) {
	runner = drivers.ReadOnly(runner)
	found, err := Observe(ctx, runner, "used")
	if err != nil {
		return nil, &NodeError{err}
	}
	installed, err := imgadm.New(runner).List(ctx)
	if err != nil {
		return nil, &NodeError{fmt.Errorf("cannot read the images of the node: %w", err)}
	}
	survey := diff.Survey{Images: make(map[string]string, len(installed)), Snapshots: map[string]int{}}
	for _, image := range installed {
		name := image.Manifest.Name
		if image.Manifest.Version != "" {
			name += " " + image.Manifest.Version
		}
		survey.Images[image.Zpool+"/"+image.Manifest.UUID] = name
	}
	var unread error
	err = zfs.New(runner).ReadSnapshots(ctx, []string{"userrefs"}, func(row zfs.Row) {
		holds, err := strconv.Atoi(row.Value)
		if err != nil && unread == nil {
			unread = fmt.Errorf("%q is not the number of holds on %s", row.Value, row.Dataset)
		}
		survey.Snapshots[row.Dataset] = holds
	})
	if err == nil {
		err = unread
	}
	if err != nil {
		return nil, &NodeError{fmt.Errorf("cannot read the snapshots of the node: %w", err)}
	}
	return diff.Belongings(found, survey), nil
}
