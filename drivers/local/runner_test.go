package local_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"github.com/specadm/specadm/drivers"
	"github.com/specadm/specadm/drivers/local"
)

// programs makes a directory with shell scripts, by name.
func programs(t *testing.T, scripts map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, script := range scripts {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func newRunner(t *testing.T, options local.Options) *local.Runner {
	t.Helper()
	runner, err := local.New(options)
	if err != nil {
		t.Fatal(err)
	}
	return runner
}

func TestRunHandsOverArgumentsAndPayloadUntouched(t *testing.T) {
	t.Parallel()
	bin := programs(t, map[string]string{"vmadm": `for a; do printf '<%s>' "$a"; done; cat; echo said >&2`})
	runner := newRunner(t, local.Options{Bin: bin})
	result, err := runner.Run(t.Context(), drivers.Command{
		Program: "vmadm",
		Args:    []string{"update", "a b", "$(id)", "", "'"},
		Stdin:   []byte(`{"alias":"web0"}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	result.Duration = 0
	want := drivers.Result{Stdout: []byte(`<update><a b><$(id)><><'>{"alias":"web0"}`), Stderr: []byte("said\n")}
	if d := cmp.Diff(want, result); d != "" {
		t.Error(d)
	}
}

func TestRunShowsCommandsACleanEnvironment(t *testing.T) {
	t.Setenv("NODE_OPTIONS", "--inspect")
	t.Setenv("LC_ALL", "de_DE.UTF-8")
	t.Setenv("HOME", "/root")
	t.Setenv("TMPDIR", "/var/tmp")
	t.Setenv("PATH", "/usr/bin:/bin")
	bin := programs(t, map[string]string{"vmadm": "exec /usr/bin/env"})
	result, err := newRunner(t, local.Options{Bin: bin}).Run(t.Context(), drivers.Command{Program: "vmadm"})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for line := range strings.Lines(string(result.Stdout)) {
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, "PWD=") && !strings.HasPrefix(line, "SHLVL=") && !strings.HasPrefix(line, "_=") {
			names = append(names, line)
		}
	}
	want := []string{"PATH=" + bin + ":/usr/bin:/bin", "LANG=C", "LC_ALL=C", "HOME=/root", "TMPDIR=/var/tmp"}
	sorted := cmp.Transformer("set", func(lines []string) map[string]bool {
		set := map[string]bool{}
		for _, l := range lines {
			set[l] = true
		}
		return set
	})
	if d := cmp.Diff(want, names, sorted); d != "" {
		t.Error(d)
	}
}

func TestRunReportsHowACommandEnded(t *testing.T) {
	t.Parallel()
	bin := programs(t, map[string]string{
		"refuse":  "echo 'Invalid value(s) for: quota' >&2; exit 1",
		"crash":   "kill -ABRT $$",
		"linger":  "trap '' TERM; (sleep 60 & wait) & echo $!; while :; do sleep 60 & wait; done",
		"obey":    "echo started; exec sleep 60",
		"chatter": "while :; do echo 0123456789012345678901234567890123456789; done",
		"parent":  "(sleep 60; echo late) & echo done",
	})
	short := 100 * time.Millisecond
	cases := []struct {
		name    string
		command drivers.Command
		options local.Options
		exit    int
		message string // empty: success
		is      error
	}{
		{name: "a refusal carries status and sentence", command: drivers.Command{Program: "refuse"},
			exit: 1, message: "refuse: exit status 1: Invalid value(s) for: quota"},
		{name: "a death by signal is told as such", command: drivers.Command{Program: "crash"},
			exit: -1, message: "crash: died of signal: aborted"},
		{name: "a command out of time is told to end", command: drivers.Command{Program: "obey", Timeout: short},
			exit: -1, message: "obey: stopped after 100ms without an end: context deadline exceeded", is: context.DeadlineExceeded},
		{name: "a command that ignores the order is killed", command: drivers.Command{Program: "linger"},
			options: local.Options{Timeout: short, Grace: short},
			exit:    -1, message: "linger: stopped after 100ms without an end: context deadline exceeded", is: context.DeadlineExceeded},
		{name: "a command that prints without end is stopped", command: drivers.Command{Program: "chatter"},
			options: local.Options{MaxStdout: 1000},
			exit:    -1, message: "chatter: stopped since it printed more than 1000 bytes"},
		{name: "a child left behind does not turn success into failure", command: drivers.Command{Program: "parent"},
			options: local.Options{Grace: short}},
		{name: "an unknown program is named with the places looked at", command: drivers.Command{Program: "no-such-program"},
			exit: -1, message: "no-such-program: no such program on PATH: no-such-program (PATH is " + bin + ":" + os.Getenv("PATH") + ")", is: drivers.ErrNoProgram},
		{name: "a path is no program", command: drivers.Command{Program: "../refuse"},
			exit: -1, message: `../refuse: program "../refuse" is not a plain name`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.options.Bin = bin
			result, err := newRunner(t, c.options).Run(t.Context(), c.command)
			message := ""
			if err != nil {
				message = err.Error()
			}
			if d := cmp.Diff(c.message, message); d != "" {
				t.Error(d)
			}
			if result.Exit != c.exit {
				t.Errorf("exit %d, want %d", result.Exit, c.exit)
			}
			if c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("%v is not %v", err, c.is)
			}
		})
	}
}

func TestRunKillsTheWholeProcessGroup(t *testing.T) {
	t.Parallel()
	fifo := filepath.Join(t.TempDir(), "held")
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	held, err := os.OpenFile(fifo, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	bin := programs(t, map[string]string{"family": "trap '' TERM; exec 3>" + fifo + "; sleep 60 & echo started; wait; wait"})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	runner := newRunner(t, local.Options{Bin: bin, Grace: 50 * time.Millisecond})
	_, err = runner.Run(ctx, drivers.Command{Program: "family", Stdout: &firstLine{seen: cancel}})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want a cancelled command", err)
	}
	if err := held.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(held); err != nil { // the end of the file comes when the last process of the group is gone
		t.Errorf("a process of the group outlived the command: %v", err)
	}
}

// firstLine is told when the first line is out.
type firstLine struct{ seen func() }

func (f *firstLine) Write(data []byte) (int, error) {
	f.seen()
	return len(data), nil
}

func TestRunDoesNotStartOnceInterrupted(t *testing.T) {
	t.Parallel()
	marker := filepath.Join(t.TempDir(), "started")
	bin := programs(t, map[string]string{"vmadm": "touch " + marker})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := newRunner(t, local.Options{Bin: bin}).Run(ctx, drivers.Command{Program: "vmadm", Mutates: true})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context canceled", err)
	}
	if _, err := os.Stat(marker); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the command ran: %v", err)
	}
}

func TestRunUsesALibraryOnlyForTheSameProgram(t *testing.T) {
	bin := programs(t, map[string]string{"zfs": "echo by process"})
	called := 0
	command := drivers.Command{Program: "zfs", Library: func() error { called++; return nil }}

	other := newRunner(t, local.Options{Bin: bin})
	if result, err := other.Run(t.Context(), command); err != nil || string(result.Stdout) != "by process\n" || called != 0 {
		t.Errorf("PATH of the process lacks the program: called %d, result %q, %v", called, result.Stdout, err)
	}
	t.Setenv("PATH", other.Search())
	same := newRunner(t, local.Options{Bin: bin})
	if result, err := same.Run(t.Context(), command); err != nil || len(result.Stdout) != 0 || called != 1 {
		t.Errorf("PATH of the process has the program first: called %d, result %q, %v", called, result.Stdout, err)
	}
	command.Library = func() error { return errors.New("cannot set") }
	if _, err := same.Run(t.Context(), command); err == nil || err.Error() != "zfs: cannot set" {
		t.Errorf("got %v", err)
	}
	release := make(chan struct{})
	defer close(release)
	command.Library, command.Timeout = func() error { <-release; return nil }, time.Millisecond
	if _, err := same.Run(t.Context(), command); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want a deadline", err)
	}
}

func TestNewRefusesALabThatIsNone(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "bin")
	_, err := local.New(local.Options{Bin: missing})
	want := "cannot find the programs of the node: " + missing + " is not a directory"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
