package vm

import (
	"errors"
	"fmt"
	"strings"
)

// failure is a sentence for standard error; the program exits with status 1 (reference 2.1).
type failure struct{ text string }

func (f *failure) Error() string { return f.text }

func failf(format string, args ...any) error {
	return &failure{text: fmt.Sprintf(format, args...)}
}

// crash is an uncaught exception: the real vmadm dies by a signal, with a stack trace and no sentence (reference 2.1, 5).
type crash struct{ text string }

func (c *crash) Error() string { return c.text }

func crashf(format string, args ...any) error {
	return &crash{text: fmt.Sprintf(format, args...)}
}

// misuse is a wrong command line: usage text, after the line if there is one, and status 2.
type misuse struct{ line string }

func (m *misuse) Error() string { return m.line }

// inParallel gives an error the form that it has when the failing step ran in a parallel wrapper (reference 2.4). Crashes stay crashes.
func inParallel(err error) error {
	var dead *crash
	if err == nil || errors.As(err, &dead) {
		return err
	}
	return failf("first of 1 error: %s", err)
}

// commandFailed is the failure of a child program with this text on its standard error.
func commandFailed(err error) error {
	if err == nil {
		return nil
	}
	return failf("Command failed: %s", strings.TrimRight(err.Error(), "\n"))
}
