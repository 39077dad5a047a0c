// Package fwadm turns typed calls into fwadm command lines and what they print into typed values and errors.
//
// It is the only place that knows fwadm's arguments and sentences (reference 19.4). It must never choose a rule: callers name one by its
// uuid. Start reading at Client.
package fwadm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/specadm/specadm/drivers"
)

// limit is how long one command may take. A change reloads the rules of every instance that it concerns.
const limit = 5 * time.Minute

// Client is fwadm on one node.
type Client struct{ runner drivers.Runner }

// New makes a client that runs fwadm through runner.
func New(runner drivers.Runner) *Client { return &Client{runner} }

// Rule is a firewall rule as fwadm shows it, as far as anybody here asks. The text of the rule is not the one that was given: fwadm sorts
// lists and puts words in quotes.
type Rule struct {
	UUID        string `json:"uuid"`
	Rule        string `json:"rule"`
	Enabled     bool   `json:"enabled"`
	Global      bool   `json:"global,omitempty"`     // it concerns instances of every owner
	OwnerUUID   string `json:"owner_uuid,omitempty"` // it concerns instances of this owner
	Description string `json:"description,omitempty"`
}

// Error is a fwadm command that failed.
type Error struct {
	Action  string
	Rule    string // uuid; empty when the command concerns none
	Message string
	Cause   error // mostly a *drivers.CommandError
}

func (e *Error) Error() string {
	if e.Rule == "" {
		return fmt.Sprintf("cannot %s: %s", e.Action, e.Message)
	}
	return fmt.Sprintf("cannot %s firewall rule %s: %s", e.Action, e.Rule, e.Message)
}

func (e *Error) Unwrap() error { return e.Cause }

// List reads all rules of the node.
func (c *Client) List(ctx context.Context) ([]Rule, error) {
	result, err := c.runner.Run(ctx, drivers.Command{Program: "fwadm", Args: []string{"list", "-j"}, Timeout: limit})
	if err != nil {
		return nil, newError("list firewall rules", "", err)
	}
	var rules []Rule
	if err := json.Unmarshal(result.Stdout, &rules); err != nil {
		return nil, &Error{Action: "list firewall rules", Message: "its output cannot be read: " + err.Error(), Cause: err}
	}
	for i, rule := range rules {
		if rule.UUID == "" {
			return nil, &Error{Action: "list firewall rules", Message: fmt.Sprintf("entry %d has no uuid", i)}
		}
	}
	return rules, nil
}

// Add makes a rule of this uuid with the values of fields, by fwadm's names.
func (c *Client) Add(ctx context.Context, uuid string, fields map[string]any) error {
	with := map[string]any{"uuid": uuid}
	for name, value := range fields {
		with[name] = value
	}
	return c.change(ctx, "add", uuid, with)
}

// Update gives a rule the values of fields; what is left out stays.
func (c *Client) Update(ctx context.Context, uuid string, fields map[string]any) error {
	return c.change(ctx, "update", uuid, fields, uuid)
}

// Delete removes a rule.
func (c *Client) Delete(ctx context.Context, uuid string) error {
	return c.change(ctx, "delete", uuid, nil, uuid)
}

// change runs "fwadm ACTION [OPERAND...]" with the fields of one rule on standard input.
func (c *Client) change(ctx context.Context, action, uuid string, fields map[string]any, operands ...string) error {
	if !regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`).MatchString(uuid) {
		return fmt.Errorf("cannot %s firewall rule: %q is not the uuid of a rule", action, uuid)
	}
	command := drivers.Command{Program: "fwadm", Args: append([]string{action}, operands...), Timeout: limit, Mutates: true}
	if fields != nil {
		payload, err := json.Marshal(map[string]any{"rules": []any{fields}})
		if err != nil {
			return &Error{Action: action, Rule: uuid, Message: "it cannot be written as JSON: " + err.Error(), Cause: err}
		}
		command.Args, command.Stdin = append(command.Args, "-f", "-"), payload
	}
	if _, err := c.runner.Run(ctx, command); err != nil {
		return newError(action, uuid, err)
	}
	return nil
}

// newError takes the first line that fwadm said; the rest of it repeats the usage.
func newError(action, rule string, err error) *Error {
	failure := &Error{Action: action, Rule: rule, Message: err.Error(), Cause: err}
	var command *drivers.CommandError
	if errors.As(err, &command) && command.Cause == nil {
		text, _, _ := strings.Cut(strings.TrimSpace(string(command.Result.Stderr)), "\n")
		if text != "" {
			failure.Message = text
		}
	}
	return failure
}
