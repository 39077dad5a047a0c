// Package zfs reads and repairs datasets: ZFS is the second truth about an instance, next to vmadm.
//
// It is the only place that knows the arguments and sentences of zfs and the only one that uses go-zfs (docs/adr/0001-go-zfs.md). It
// must never decide what a dataset should be, nor start a program but through a drivers.Runner. Start reading at Client.
package zfs

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/specadm/specadm/drivers"
)

// Time limits of one zfs process.
const (
	readLimit   = 2 * time.Minute
	changeLimit = 2 * time.Minute

	destroyLimit = changeLimit // go-zfs has one limit for all that it runs
)

// Client is zfs on one node.
type Client struct{ runner drivers.Runner }

// New makes a client that runs zfs through runner.
func New(runner drivers.Runner) *Client {
	limitLibrary()
	return &Client{runner}
}

// Row is one property of one dataset as zfs get -Hp prints it.
type Row struct {
	Dataset  string
	Property string
	Value    string // "-": the property does not apply to this type of dataset
	Source   string // local, default, inherited from X, received, temporary, or "-" for what cannot be set
}

// Read reads properties of every filesystem and volume of the node with one process and hands each value to each, dataset by dataset.
// The strings of a row share memory with those of others.
func (c *Client) Read(ctx context.Context, properties []string, each func(Row)) error {
	return c.read(ctx, "filesystem,volume", properties, each)
}

// ReadSnapshots is Read of every snapshot of the node. There may be very many.
func (c *Client) ReadSnapshots(ctx context.Context, properties []string, each func(Row)) error {
	return c.read(ctx, "snapshot", properties, each)
}

func (c *Client) read(ctx context.Context, types string, properties []string, each func(Row)) error {
	command, err := readCommand(types, properties)
	if err != nil {
		return err
	}
	result, err := c.runner.Run(ctx, command)
	if err != nil {
		return newError("read", "datasets", err)
	}
	if err := parseRows(result.Stdout, each); err != nil {
		return &Error{Action: "read", Dataset: "datasets", Kind: BadOutput, Message: err.Error(), Cause: err}
	}
	return nil
}

// CreateFilesystem creates a filesystem with properties. Its parent must exist.
func (c *Client) CreateFilesystem(ctx context.Context, name string, properties map[string]string) error {
	command, err := createCommand(name, properties)
	if err != nil {
		return err
	}
	if _, err := c.runner.Run(ctx, command); err != nil {
		return newError("create", name, err)
	}
	return nil
}

// Set sets properties of a dataset, one command each, in order of their names. After an error the later ones are not set.
func (c *Client) Set(ctx context.Context, name string, properties map[string]string) error {
	for _, property := range sortedKeys(properties) {
		command, err := setCommand(name, property, properties[property])
		if err != nil {
			return err
		}
		if _, err := c.runner.Run(ctx, command); err != nil {
			return newError("set "+property+" of", name, err)
		}
	}
	return nil
}

// Inherit takes properties of a dataset back to what it inherits, one command each, in order of their names. After an error the later ones
// stay.
func (c *Client) Inherit(ctx context.Context, name string, properties []string) error {
	for _, property := range slices.Sorted(slices.Values(properties)) {
		command, err := inheritCommand(name, property)
		if err != nil {
			return err
		}
		if _, err := c.runner.Run(ctx, command); err != nil {
			return newError("inherit "+property+" of", name, err)
		}
	}
	return nil
}

// Destroy destroys a dataset with all below it, snapshots included. It fails when a dataset elsewhere was made from one of them.
func (c *Client) Destroy(ctx context.Context, name string) error {
	command, err := destroyCommand(name)
	if err != nil {
		return err
	}
	if _, err := c.runner.Run(ctx, command); err != nil {
		return newError("destroy", name, err)
	}
	return nil
}

func readCommand(types string, properties []string) (drivers.Command, error) {
	if len(properties) == 0 {
		return drivers.Command{}, fmt.Errorf("cannot read datasets: no property was asked for")
	}
	for _, property := range properties {
		if err := checkProperty(property); err != nil {
			return drivers.Command{}, fmt.Errorf("cannot read datasets: %w", err)
		}
	}
	args := []string{"get", "-Hp", "-o", "name,property,value,source", "-t", types, strings.Join(properties, ",")}
	return drivers.Command{Program: "zfs", Args: args, Timeout: readLimit}, nil
}

func createCommand(name string, properties map[string]string) (drivers.Command, error) {
	if err := checkName(name); err != nil {
		return drivers.Command{}, fmt.Errorf("cannot create a dataset: %w", err)
	}
	args := []string{"create"}
	for _, property := range sortedKeys(properties) {
		if err := checkProperty(property); err != nil {
			return drivers.Command{}, fmt.Errorf("cannot create %s: %w", name, err)
		}
		args = append(args, "-o", property+"="+properties[property])
	}
	return drivers.Command{Program: "zfs", Args: append(args, name), Timeout: changeLimit, Mutates: true}, nil
}

func setCommand(name, property, value string) (drivers.Command, error) {
	if err := checkName(name); err != nil {
		return drivers.Command{}, fmt.Errorf("cannot set a property: %w", err)
	}
	if err := checkProperty(property); err != nil {
		return drivers.Command{}, fmt.Errorf("cannot set a property of %s: %w", name, err)
	}
	return drivers.Command{
		Program: "zfs", Args: []string{"set", property + "=" + value, name}, Timeout: changeLimit, Mutates: true,
		Library: setByLibrary(name, property, value),
	}, nil
}

func inheritCommand(name, property string) (drivers.Command, error) {
	command, err := setCommand(name, property, "")
	if err != nil {
		return drivers.Command{}, err
	}
	command.Args, command.Library = []string{"inherit", property, name}, nil
	return command, nil
}

func destroyCommand(name string) (drivers.Command, error) {
	if err := checkName(name); err != nil {
		return drivers.Command{}, fmt.Errorf("cannot destroy a dataset: %w", err)
	}
	if !strings.Contains(name, "/") {
		return drivers.Command{}, fmt.Errorf("cannot destroy %s: it is a whole pool", name)
	}
	return drivers.Command{
		Program: "zfs", Args: []string{"destroy", "-r", name}, Timeout: destroyLimit, Mutates: true, Library: destroyByLibrary(name),
	}, nil
}

// checkName keeps anything but a filesystem or volume away from the command line: no option, no snapshot.
func checkName(name string) error {
	if !regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.:-]*(/[A-Za-z0-9_.:%][A-Za-z0-9_.:% -]*)*$`).MatchString(name) {
		return fmt.Errorf("%q is not the name of a dataset", name)
	}
	return nil
}

func checkProperty(property string) error {
	if !regexp.MustCompile(`^[a-z0-9_.:][a-z0-9_.:-]*$`).MatchString(property) {
		return fmt.Errorf("%q is not the name of a property", property)
	}
	return nil
}

func sortedKeys(properties map[string]string) []string {
	keys := make([]string, 0, len(properties))
	for key := range properties {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
