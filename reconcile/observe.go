package reconcile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/drivers"
	"github.com/specadm/specadm/drivers/vmadm"
	"github.com/specadm/specadm/drivers/zfs"
	"github.com/specadm/specadm/spec"
)

// Observe looks at the node: one vmadm and one zfs process, however many instances there are. Found.Node is empty; ObserveNode
// reads what does not change while a process lives. Properties names ZFS properties to read besides those of design 9.
func Observe(ctx context.Context, runner drivers.Runner, properties ...string) (diff.Found, error) {
	return observe(ctx, runner, append(zfsProperties(), properties...))
}

func observe(ctx context.Context, runner drivers.Runner, properties []string) (diff.Found, error) {
	instances, err := vmadm.New(runner).Lookup(ctx)
	if err != nil {
		return diff.Found{}, fmt.Errorf("cannot read the instances of the node: %w", err)
	}
	found := diff.Found{
		Instances: make(map[string]spec.Object, len(instances)),
		Datasets:  map[string]diff.Dataset{},
	}
	for i, instance := range instances {
		uuid, ok := instance["uuid"].(string)
		if !ok || uuid == "" {
			return diff.Found{}, fmt.Errorf("cannot read the instances of the node: entry %d of vmadm lookup has no uuid", i)
		}
		found.Instances[uuid] = instance
	}
	err = zfs.New(runner).Read(ctx, properties, func(row zfs.Row) {
		dataset, ok := found.Datasets[row.Dataset]
		if !ok {
			dataset = diff.Dataset{Name: row.Dataset, Properties: map[string]diff.Setting{}}
			found.Datasets[row.Dataset] = dataset
		}
		dataset.Properties[row.Property] = diff.Setting{Value: row.Value, Source: row.Source}
	})
	if err != nil {
		return diff.Found{}, fmt.Errorf("cannot read the datasets of the node: %w", err)
	}
	return found, nil
}

// Owned looks which instances of the node belong to whom. The error is a *NodeError.
func Owned(ctx context.Context, runner drivers.Runner) ([]spec.OwnerMark, error) {
	found, err := Observe(ctx, drivers.ReadOnly(runner))
	if err != nil {
		return nil, &NodeError{err}
	}
	return diff.Owned(found), nil
}

// zfsProperties lists what every look reads of a dataset (design 9).
func zfsProperties() []string {
	return []string{
		"type", "quota", "refquota", "refreservation", "volsize", "volblocksize", "compression", "recordsize", "mountpoint", "origin",
	}
}

// ObserveNode asks the node who it is, with one sysinfo process.
func ObserveNode(ctx context.Context, runner drivers.Runner) (diff.Node, error) {
	result, err := runner.Run(ctx, drivers.Command{Program: "sysinfo", Timeout: time.Minute})
	if err != nil {
		return diff.Node{}, fmt.Errorf("cannot ask the node who it is: %w", err)
	}
	var info struct { // keys of reference 19.3
		Hostname string `json:"Hostname"`
		UUID     string `json:"UUID"`
		Image    string `json:"Live Image"`
	}
	if err := json.Unmarshal(result.Stdout, &info); err != nil {
		return diff.Node{}, fmt.Errorf("cannot ask the node who it is: sysinfo printed no JSON: %w", err)
	}
	if info.UUID == "" {
		return diff.Node{}, errors.New("cannot ask the node who it is: sysinfo tells no UUID")
	}
	return diff.Node{Hostname: info.Hostname, UUID: info.UUID, Platform: info.Image}, nil
}
