package vmadm

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/specadm/specadm/drivers"
)

// Kind is what went wrong, as far as callers act on it.
type Kind string

// Kinds of failure. Whatever the kind, the instance may have changed: there is no rollback in vmadm (reference 10.1).
const (
	Unknown       Kind = ""
	NotFound      Kind = "not-found"      // no such instance
	AlreadyExists Kind = "already-exists" // create: the uuid is taken
	WrongState    Kind = "wrong-state"    // the instance must run, or must be stopped
	BadPayload    Kind = "bad-payload"    // refused before anything was touched
	Conflict      Kind = "conflict"       // MAC, address, VRID or port is taken by another instance
	NoSpace       Kind = "no-space"
	Protected     Kind = "protected"       // an indestructible flag
	TimedOut      Kind = "timed-out"       // vmadm, or we, stopped waiting; the change is often in place (smartos-live#806, #829)
	Interrupted   Kind = "interrupted"     // we were told to stop and killed it
	Crashed       Kind = "crashed"         // died of a signal or an uncaught exception
	NotReady      Kind = "not-ready"       // vminfod does not answer, as after a boot of the node
	NotGlobalZone Kind = "not-global-zone" // not root, or not in the global zone
	Usage         Kind = "usage"           // vmadm did not understand the command line
	BadOutput     Kind = "bad-output"      // what it printed cannot be read
	NotStarted    Kind = "not-started"     // vmadm is missing, or this run may not start it
)

// Transient reports whether the same call may succeed later without a change of input.
func (k Kind) Transient() bool { return k == TimedOut || k == NotReady }

// Error is a vmadm command that failed.
type Error struct {
	Action     string // "update"
	UUID       string // empty when the call concerns no instance
	Kind       Kind
	Message    string   // vmadm's sentence without "first of 1 error:"
	Properties []string // BadPayload: what it complains about, such as "quota" or "disks.0.image_uuid"
	Cause      error    // mostly a *drivers.CommandError
}

func (e *Error) Error() string {
	if e.UUID == "" {
		return fmt.Sprintf("cannot %s: %s", e.Action, e.Message)
	}
	return fmt.Sprintf("cannot %s %s: %s", e.Action, e.UUID, e.Message)
}

func (e *Error) Unwrap() error { return e.Cause }

// KindOf is the kind of the first *Error in err's chain, Unknown without one.
func KindOf(err error) Kind {
	var failure *Error
	if errors.As(err, &failure) {
		return failure.Kind
	}
	return Unknown
}

// newError classifies a command that did not succeed.
func newError(call call, err error) *Error {
	failure := &Error{Action: call.action, UUID: call.uuid, Message: err.Error(), Cause: err}
	var command *drivers.CommandError
	if !errors.As(err, &command) {
		return failure
	}
	text := strings.TrimSpace(string(command.Result.Stderr))
	switch {
	case errors.Is(err, drivers.ErrReadOnly), errors.Is(err, drivers.ErrNoProgram):
		failure.Kind, failure.Message = NotStarted, command.Cause.Error()
		return failure
	case errors.Is(err, context.DeadlineExceeded):
		failure.Kind, failure.Message = TimedOut, command.Cause.Error()
		return failure
	case errors.Is(err, context.Canceled):
		failure.Kind, failure.Message = Interrupted, command.Cause.Error()
		return failure
	case command.Cause != nil, command.Result.Exit >= 128:
		failure.Kind, failure.Message = Crashed, command.Error()
		return failure
	case text == "":
		failure.Message = fmt.Sprintf("vmadm left with status %d and without a word", command.Result.Exit)
		return failure
	}
	failure.Message = shorten(wrappers().ReplaceAllString(text, ""))
	failure.Kind, failure.Properties = classify(failure.Message)
	if failure.Kind == Unknown && command.Result.Exit == 2 {
		failure.Kind = Usage
	}
	return failure
}

// wrappers match the prefixes of steps that vmadm runs in parallel, however often nested (reference 2.4).
func wrappers() *regexp.Regexp { return regexp.MustCompile(`first of \d+ errors?: `) }

// sentence is one text of vmadm with its meaning. A group in the pattern names the properties at fault.
type sentence struct {
	pattern string
	kind    Kind
}

// sentences are matched in order; each is covered by a recorded or documented text in the tests.
func sentences() []sentence {
	return []sentence{
		{`Invalid value\(s\) for: (\S+)`, BadPayload},
		{`Missing required properties: (\S+)`, BadPayload},
		{`^Invalid JSON payload: `, BadPayload},
		{`VM with UUID \S+ already exists`, AlreadyExists},
		{`VM \S+ not found`, NotFound},
		{`bad statusCode: 404`, NotFound},
		{`No such zone configured`, NotFound},
		{`vminfod watchForChanges .* timeout exceeded`, TimedOut},
		{`timed out waiting for `, TimedOut},
		{`Conflict detected with another vm`, Conflict},
		{`Cannot add multiple NICs with the same VRID`, Conflict},
		{`greater than available space|out of space`, NoSpace},
		{`indestructible_\w+ is set, cannot`, Protected},
		{`Cannot (start|reboot|reset) vm from state `, WrongState},
		{`is already not 'running'`, WrongState},
		{`only allowed when state is "stopped"`, WrongState},
		{`^FATAL: cannot run because: `, NotGlobalZone},
		{`ECONNREFUSED|VminfodEventStream ended prematurely`, NotReady}, // the first is node's own text; unconfirmed for vmadm
	}
}

// classify is the only place that reads the meaning out of vmadm's sentences.
func classify(message string) (Kind, []string) {
	for _, s := range sentences() {
		match := regexp.MustCompile(s.pattern).FindStringSubmatch(message)
		if match == nil {
			continue
		}
		if s.kind == BadPayload && len(match) > 1 {
			return s.kind, strings.Split(match[1], ",")
		}
		return s.kind, nil
	}
	return Unknown, nil
}

// shorten keeps a stack trace or a usage text from filling the screen: the first lines say what happened.
func shorten(text string) string {
	const most = 4
	lines := strings.Split(text, "\n")
	if len(lines) > most {
		lines = append(lines[:most], fmt.Sprintf("(%d more lines)", len(lines)-most))
	}
	return strings.Join(lines, "; ")
}
