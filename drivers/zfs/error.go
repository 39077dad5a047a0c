package zfs

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

// Kinds of failure.
const (
	Unknown       Kind = ""
	NotFound      Kind = "not-found"
	AlreadyExists Kind = "already-exists"
	NoSpace       Kind = "no-space"
	Refused       Kind = "refused"    // permission
	BadValue      Kind = "bad-value"  // of a property
	TimedOut      Kind = "timed-out"  // we stopped waiting
	BadOutput     Kind = "bad-output" // what it printed cannot be read
)

// Error is a zfs command that failed.
type Error struct {
	Action  string // "set quota of"
	Dataset string
	Kind    Kind
	Message string // zfs's sentence
	Cause   error  // mostly a *drivers.CommandError
}

func (e *Error) Error() string {
	return fmt.Sprintf("cannot %s %s: %s", e.Action, e.Dataset, e.Message)
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

func newError(action, dataset string, err error) *Error {
	failure := &Error{Action: action, Dataset: dataset, Message: err.Error(), Cause: err}
	var command *drivers.CommandError
	if !errors.As(err, &command) {
		return failure
	}
	text := strings.TrimSpace(string(command.Result.Stderr))
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		failure.Kind, failure.Message = TimedOut, command.Cause.Error()
	case command.Cause != nil:
		failure.Message = command.Cause.Error()
	case text == "":
		failure.Message = fmt.Sprintf("zfs left with status %d and without a word", command.Result.Exit)
	default:
		failure.Message = strings.ReplaceAll(text, "\n", "; ")
		failure.Kind = classify(text)
	}
	return failure
}

// sentence is one text of zfs with its meaning.
type sentence struct {
	pattern string
	kind    Kind
}

// sentences are matched in order; they are libzfs's own, unchanged for many years.
func sentences() []sentence {
	return []sentence{
		{`dataset does not exist|no such pool`, NotFound},
		{`dataset already exists`, AlreadyExists},
		{`out of space|size is (greater|less) than .*(space|reservation)`, NoSpace},
		{`permission denied`, Refused},
		{`must be (one of|power of 2|from)|bad numeric value|bad property value|invalid property`, BadValue},
	}
}

// classify is the only place that reads the meaning out of zfs's sentences.
func classify(text string) Kind {
	for _, s := range sentences() {
		if regexp.MustCompile(s.pattern).MatchString(text) {
			return s.kind
		}
	}
	return Unknown
}
