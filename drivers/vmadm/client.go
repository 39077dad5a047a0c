// Package vmadm turns typed calls into vmadm command lines and what they print into typed values and errors.
//
// It is the only place that knows vmadm's arguments, time limits and sentences. It must never decide what an instance should be, run
// anything but through a drivers.Runner, or take a success text as proof: vmadm says "Successfully updated" for properties that it
// dropped (reference 10.3), so callers look again. Start reading at Client, then Error.
package vmadm

import (
	"context"

	"github.com/specadm/specadm/drivers"
	"github.com/specadm/specadm/spec"
)

// Client is vmadm on one node. Methods that change an instance return a *Error when vmadm failed; it does not tell how far vmadm got.
type Client struct{ runner drivers.Runner }

// New makes a client that runs vmadm through runner.
func New(runner drivers.Runner) *Client { return &Client{runner} }

// Lookup reads all instances of the node with one command, as vmadm lookup -j prints them: numbers that arrive as strings stay strings,
// unknown properties are kept. The order is vmadm's.
func (c *Client) Lookup(ctx context.Context) ([]spec.Object, error) {
	call := lookupCall()
	result, err := c.run(ctx, call)
	if err != nil {
		return nil, err
	}
	objects, err := parseLookup(result.Stdout)
	if err != nil {
		return nil, &Error{Action: call.action, Kind: BadOutput, Message: err.Error(), Cause: err}
	}
	return objects, nil
}

// Get reads one instance. Lookup costs the same for all of them (reference 21); never call Get in a loop.
func (c *Client) Get(ctx context.Context, uuid string) (spec.Object, error) {
	call, err := getCall(uuid)
	if err != nil {
		return nil, err
	}
	result, err := c.run(ctx, call)
	if err != nil {
		return nil, err
	}
	object, err := parseGet(result.Stdout)
	if err != nil {
		return nil, &Error{Action: call.action, UUID: uuid, Kind: BadOutput, Message: err.Error(), Cause: err}
	}
	return object, nil
}

// Create makes an instance. The payload must hold its uuid, so that a create whose answer was lost is found again.
func (c *Client) Create(ctx context.Context, payload spec.Object) error {
	return c.change(ctx)(createCall(payload))
}

// Update changes an instance. Send only what differs: sending back what get shows fails (reference 10.3).
func (c *Client) Update(ctx context.Context, uuid string, payload spec.Object) error {
	return c.change(ctx)(updateCall(uuid, payload))
}

// Start boots an instance and sets its autoboot. One that runs already is a success.
func (c *Client) Start(ctx context.Context, uuid string) error { return c.change(ctx)(startCall(uuid)) }

// Stop stops an instance and clears its autoboot, even when it is stopped already, which is a success unless forced.
func (c *Client) Stop(ctx context.Context, uuid string, options StopOptions) error {
	return c.change(ctx)(stopCall(uuid, options))
}

// Reboot reboots a running instance. bhyve guests get ten seconds to power down (reference 14).
func (c *Client) Reboot(ctx context.Context, uuid string) error {
	return c.change(ctx)(rebootCall(uuid))
}

// Delete destroys an instance with its datasets.
func (c *Client) Delete(ctx context.Context, uuid string) error {
	return c.change(ctx)(deleteCall(uuid))
}

// Reprovision replaces the root of an instance by another image; its data datasets stay.
func (c *Client) Reprovision(ctx context.Context, uuid, imageUUID string) error {
	return c.change(ctx)(reprovisionCall(uuid, imageUUID))
}

// CreateSnapshot takes a snapshot of an instance (reference 15).
func (c *Client) CreateSnapshot(ctx context.Context, uuid, name string) error {
	return c.change(ctx)(snapshotCall("create-snapshot", uuid, name))
}

// RollbackSnapshot goes back to a snapshot and starts the instance, even one that was stopped.
func (c *Client) RollbackSnapshot(ctx context.Context, uuid, name string) error {
	return c.change(ctx)(snapshotCall("rollback-snapshot", uuid, name))
}

// DeleteSnapshot removes a snapshot.
func (c *Client) DeleteSnapshot(ctx context.Context, uuid, name string) error {
	return c.change(ctx)(snapshotCall("delete-snapshot", uuid, name))
}

// ValidateCreate asks vmadm about a create payload. A payload that vmadm finds wrong is no error but a Verdict that is not Valid.
func (c *Client) ValidateCreate(ctx context.Context, payload spec.Object) (Verdict, error) {
	return c.validate(ctx)(validateCall("create", "", payload))
}

// ValidateUpdate asks vmadm about an update payload for an instance of a brand.
func (c *Client) ValidateUpdate(ctx context.Context, brand spec.Brand, payload spec.Object) (Verdict, error) {
	return c.validate(ctx)(validateCall("update", brand, payload))
}

// change runs a call that was built, or hands back why it could not be.
func (c *Client) change(ctx context.Context) func(call, error) error {
	return func(call call, err error) error {
		if err != nil {
			return err
		}
		_, err = c.run(ctx, call)
		return err
	}
}

func (c *Client) validate(ctx context.Context) func(call, error) (Verdict, error) {
	return func(call call, err error) (Verdict, error) {
		if err != nil {
			return Verdict{}, err
		}
		result, err := c.runner.Run(ctx, call.command)
		if verdict, ok := parseVerdict(result); ok {
			return verdict, nil
		}
		return Verdict{}, newError(call, err)
	}
}

func (c *Client) run(ctx context.Context, call call) (drivers.Result, error) {
	result, err := c.runner.Run(ctx, call.command)
	if err != nil {
		return result, newError(call, err)
	}
	return result, nil
}
