package drivers_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/specadm/specadm/drivers"
)

// recorder answers every command in the same way and counts them.
type recorder struct {
	commands []drivers.Command
	result   drivers.Result
	err      error
}

func (r *recorder) Run(_ context.Context, command drivers.Command) (drivers.Result, error) {
	r.commands = append(r.commands, command)
	return r.result, r.err
}

// trap T1: a dry run destroys data.
func TestReadOnlyRefusesEveryCommandThatMutates(t *testing.T) {
	t.Parallel()
	next := &recorder{}
	gate := drivers.ReadOnly(next)
	_, err := gate.Run(t.Context(), drivers.Command{Program: "vmadm", Args: []string{"delete", "u"}, Mutates: true})
	if !errors.Is(err, drivers.ErrReadOnly) || err.Error() != "vmadm delete u: this run only reads" {
		t.Errorf("got %v", err)
	}
	if _, err := gate.Run(t.Context(), drivers.Command{Program: "vmadm", Args: []string{"lookup", "-j"}}); err != nil {
		t.Error(err)
	}
	if len(next.commands) != 1 || next.commands[0].Mutates {
		t.Errorf("reached the node: %v", next.commands)
	}
}

func TestLoggedTellsWhatRanButNoPayload(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	next := &recorder{result: drivers.Result{Exit: 1, Stdout: []byte("hunter3")}, err: errors.New("bad password hunter2")}
	runner := drivers.Logged(next, logger)
	command := drivers.Command{Program: "vmadm", Args: []string{"create"}, Stdin: []byte("hunter2"), Mutates: true, Secret: true}
	if _, err := runner.Run(t.Context(), command); err == nil {
		t.Error("the error was lost")
	}
	if strings.Contains(log.String(), "hunter") {
		t.Errorf("a secret reached the log: %s", log.String())
	}
	for _, part := range []string{`command="vmadm create"`, "mutates=true", "stdinBytes=7", "exit=1"} {
		if !strings.Contains(log.String(), part) {
			t.Errorf("the log lacks %s: %s", part, log.String())
		}
	}
	if got := drivers.Logged(next, nil); got != drivers.Runner(next) {
		t.Errorf("without a logger the runner was wrapped: %T", got)
	}
}

func TestCommandErrorShowsTheEndOfStandardError(t *testing.T) {
	t.Parallel()
	err := &drivers.CommandError{
		Command: drivers.Command{Program: "zfs", Args: []string{"set", "quota=1G", "zones/a"}},
		Result:  drivers.Result{Exit: 1, Stderr: []byte("one\ntwo\nthree\nfour\n")},
	}
	want := "zfs set quota=1G zones/a: exit status 1: two; three; four"
	if err.Error() != want {
		t.Errorf("got %s, want %s", err, want)
	}
}
