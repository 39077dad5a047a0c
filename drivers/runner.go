// Package drivers says what it means to run one command on one node.
//
// Everything that specadm learns from a node or changes on it goes through the one-method Runner. The packages below turn typed
// calls into commands and output into typed values (vmadm, zfs, imgadm), run commands for real (local), or pretend to be a node
// (lab). This package must never know any particular program. Start reading at Runner.
package drivers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Runner runs one command on one node and returns when it has ended. Tests replace this boundary, never a client above it.
//
// A command that could not be started, was killed, ran out of time or left with a status other than 0 is a *CommandError;
// the Result is valid then too, as far as it got.
type Runner interface {
	Run(ctx context.Context, command Command) (Result, error)
}

// Command is one program with its arguments, exactly as they reach exec; no shell is involved.
type Command struct {
	Program string // base name, such as "vmadm"; the Runner finds the path
	Args    []string
	Stdin   []byte        // nil: empty standard input; payloads travel here, never in Args
	Timeout time.Duration // 0: the Runner's own limit
	Mutates bool          // true when the command may change the node
	Secret  bool          // true when Stdin may hold secrets and must not be logged

	// Stdout, when set, receives standard output instead of Result.Stdout (streams such as vmadm events).
	Stdout io.Writer

	// Library, when set, is a library call that starts exactly this command line itself, looking Program up on the PATH of this
	// process (go-zfs). A Runner that runs commands may call it instead when it would find the same program, and must hold its own
	// promises about refusal and deadline; every other Runner ignores it.
	Library func() error
}

// String is the command line for people; it never holds the payload.
func (c Command) String() string {
	return strings.Join(append([]string{c.Program}, c.Args...), " ")
}

// Result is what a command left behind.
type Result struct {
	Stdout   []byte
	Stderr   []byte
	Exit     int // -1 when it did not exit by itself
	Duration time.Duration
}

// CommandError is a command that did not succeed. It does not tell whether the node changed: read the node again.
type CommandError struct {
	Command Command
	Result  Result
	Cause   error // why it never ended by itself (start failure, deadline, signal); nil for a plain exit status
}

func (e *CommandError) Error() string {
	detail := lastLines(e.Result.Stderr, 3)
	switch {
	case e.Cause != nil && detail != "":
		return fmt.Sprintf("%s: %v: %s", e.Command, e.Cause, detail)
	case e.Cause != nil:
		return fmt.Sprintf("%s: %v", e.Command, e.Cause)
	case detail != "":
		return fmt.Sprintf("%s: exit status %d: %s", e.Command, e.Result.Exit, detail)
	}
	return fmt.Sprintf("%s: exit status %d", e.Command, e.Result.Exit)
}

func (e *CommandError) Unwrap() error { return e.Cause }

// lastLines is the end of a program's standard error on one line.
func lastLines(text []byte, most int) string {
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) > most {
		lines = lines[len(lines)-most:]
	}
	return strings.TrimSpace(strings.Join(lines, "; "))
}

// ErrNoProgram says that a node does not have the program of a command: without vmadm, it is no SmartOS global zone.
var ErrNoProgram = errors.New("no such program on PATH")

// ErrReadOnly is the refusal of a ReadOnly runner.
var ErrReadOnly = errors.New("this run only reads")

// ReadOnly is the write gate below everything that plans: it refuses every command that may change the node (trap T1).
func ReadOnly(next Runner) Runner { return readOnly{next} }

type readOnly struct{ next Runner }

func (r readOnly) Run(ctx context.Context, command Command) (Result, error) {
	if command.Mutates {
		return Result{Exit: -1}, &CommandError{Command: command, Result: Result{Exit: -1}, Cause: ErrReadOnly}
	}
	return r.next.Run(ctx, command)
}

// Masked takes what must not be shown out of what commands say: their standard error, and the standard output of those that change the node,
// which is talk too. mask gets the bytes and gives those to pass on.
func Masked(next Runner, mask func([]byte) []byte) Runner { return masked{next, mask} }

type masked struct {
	next Runner
	mask func([]byte) []byte
}

func (m masked) Run(ctx context.Context, command Command) (Result, error) {
	result, err := m.next.Run(ctx, command)
	var failure *CommandError
	if errors.As(err, &failure) {
		failure.Result = m.result(command, failure.Result)
	}
	return m.result(command, result), err
}

func (m masked) result(command Command, result Result) Result {
	result.Stderr = m.mask(result.Stderr)
	if command.Mutates {
		result.Stdout = m.mask(result.Stdout)
	}
	return result
}
