// Package local runs commands on this machine: by absolute path, with a clean environment, in a process group of their own, with a
// deadline, and never through a shell.
//
// It must never know what a command means or decide whether it may run; drivers.ReadOnly does that. A node is what its PATH says:
// with Options.Bin set to DIR/bin of a lab, the same code drives the lab. Start reading at Runner.Run.
package local

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/specadm/specadm/drivers"
)

// Options says how commands run. The zero value runs what PATH holds.
type Options struct {
	Bin       string        // directory searched before PATH, such as DIR/bin of a lab; empty: none
	Timeout   time.Duration // of commands without one; 0: two minutes
	Grace     time.Duration // from SIGTERM to SIGKILL; 0: five seconds
	MaxStdout int           // bytes captured before a command is stopped; 0: 256 MiB
}

// Runner runs commands on this machine. It is safe for concurrent use.
type Runner struct {
	options     Options
	search      string // the PATH of the children
	environment []string

	mu    sync.Mutex
	paths map[string]string // program to absolute path, found once
}

// New makes a Runner from the environment of this process.
func New(options Options) (*Runner, error) {
	if options.Timeout == 0 {
		options.Timeout = 2 * time.Minute
	}
	if options.Grace == 0 {
		options.Grace = 5 * time.Second
	}
	if options.MaxStdout == 0 {
		options.MaxStdout = 256 << 20
	}
	search := os.Getenv("PATH")
	if options.Bin != "" {
		bin, err := filepath.Abs(options.Bin)
		if err != nil {
			return nil, fmt.Errorf("cannot find the programs of the node: %w", err)
		}
		if info, err := os.Stat(bin); err != nil || !info.IsDir() {
			return nil, fmt.Errorf("cannot find the programs of the node: %s is not a directory", bin)
		}
		search = bin + string(filepath.ListSeparator) + search
	}
	return &Runner{
		options:     options,
		search:      search,
		environment: environment(search),
		paths:       map[string]string{},
	}, nil
}

// environment is all that a command gets to see: where programs are, messages in English, and the caller's home and place for
// temporary files. The caller's other variables stay out, since they can change what vmadm (a node program) and zfs do.
func environment(search string) []string {
	variables := []string{"PATH=" + search, "LANG=C", "LC_ALL=C"}
	for _, name := range []string{"HOME", "TMPDIR"} {
		if value, ok := os.LookupEnv(name); ok {
			variables = append(variables, name+"="+value)
		}
	}
	return variables
}

// Search is the PATH that commands are found on, for a process that runs only this node and hands it to libraries (go-zfs).
func (r *Runner) Search() string { return r.search }

// Run implements drivers.Runner. When ctx ends or the time is up the whole process group is told to end, and killed if it does not.
func (r *Runner) Run(ctx context.Context, command drivers.Command) (drivers.Result, error) {
	path, err := r.path(command.Program)
	if err != nil {
		return drivers.Result{Exit: -1}, failed(command, drivers.Result{Exit: -1}, err)
	}
	if err := ctx.Err(); err != nil {
		return drivers.Result{Exit: -1}, failed(command, drivers.Result{Exit: -1}, fmt.Errorf("not started: %w", err))
	}
	timeout := command.Timeout
	if timeout == 0 {
		timeout = r.options.Timeout
	}
	limited, cancel := context.WithTimeoutCause(ctx, timeout, fmt.Errorf("stopped after %s without an end: %w", timeout, context.DeadlineExceeded))
	defer cancel()

	start := time.Now()
	var result drivers.Result
	if command.Library != nil && samePath(command.Program, path) {
		result, err = runLibrary(limited, command)
	} else {
		result, err = r.runProcess(limited, command, path)
	}
	result.Duration = time.Since(start)
	return result, err
}

// runProcess starts the program and waits for its end.
func (r *Runner) runProcess(ctx context.Context, command drivers.Command, path string) (drivers.Result, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	stdout := &capture{most: r.options.MaxStdout, overflow: func() {
		stop(fmt.Errorf("stopped since it printed more than %d bytes", r.options.MaxStdout))
	}}
	stderr := &tail{most: 64 << 10}

	process := exec.CommandContext(ctx, path, command.Args...)
	process.Env = r.environment
	if command.Stdin != nil {
		process.Stdin = bytes.NewReader(command.Stdin)
	}
	process.Stdout = stdout
	if command.Stdout != nil {
		process.Stdout = command.Stdout
	}
	process.Stderr = stderr
	process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a terminal's ^C must not reach a step in flight
	process.Cancel = func() error { return syscall.Kill(-process.Process.Pid, syscall.SIGTERM) }
	process.WaitDelay = r.options.Grace // then Wait kills the program; its group is killed below

	err := process.Run()
	if ctx.Err() != nil && process.Process != nil {
		// The group lives on when the program left children behind. ESRCH, the usual answer, means that it did not.
		if kill := syscall.Kill(-process.Process.Pid, syscall.SIGKILL); kill != nil && !errors.Is(kill, syscall.ESRCH) {
			err = errors.Join(err, fmt.Errorf("cannot kill the process group %d: %w", process.Process.Pid, kill))
		}
	}
	result := drivers.Result{Stdout: stdout.kept.Bytes(), Stderr: stderr.Bytes(), Exit: -1}
	if process.ProcessState != nil {
		result.Exit = process.ProcessState.ExitCode()
	}
	return result, judge(ctx, command, result, err)
}

// judge turns the end of a process into an error, nil for status 0.
func judge(ctx context.Context, command drivers.Command, result drivers.Result, err error) error {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case result.Exit == 0 && errors.Is(err, exec.ErrWaitDelay):
		return nil // the program ended well; a child that it left behind (zoneadmd) still holds its output
	case ctx.Err() != nil && result.Exit != 0:
		return failed(command, result, context.Cause(ctx))
	case errors.As(err, &exit) && result.Exit >= 0:
		return failed(command, result, nil)
	case errors.As(err, &exit):
		return failed(command, result, fmt.Errorf("died of %w", err))
	}
	return failed(command, result, err)
}

// runLibrary lets a library start the program. The library cannot be told to stop, so a call that outlives ctx is left behind; it
// has its own limit.
func runLibrary(ctx context.Context, command drivers.Command) (drivers.Result, error) {
	done := make(chan error, 1)
	go func() { done <- command.Library() }()
	select {
	case err := <-done:
		if err == nil {
			return drivers.Result{}, nil
		}
		var failure *drivers.CommandError
		if errors.As(err, &failure) {
			return failure.Result, failure
		}
		return drivers.Result{Exit: -1}, failed(command, drivers.Result{Exit: -1}, err)
	case <-ctx.Done():
		return drivers.Result{Exit: -1}, failed(command, drivers.Result{Exit: -1}, context.Cause(ctx))
	}
}

// path finds a program, once.
func (r *Runner) path(program string) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if path, ok := r.paths[program]; ok {
		return path, nil
	}
	if program != filepath.Base(program) {
		return "", fmt.Errorf("program %q is not a plain name", program)
	}
	for _, directory := range filepath.SplitList(r.search) {
		path := filepath.Join(directory, program)
		if filepath.IsAbs(path) && executable(path) {
			r.paths[program] = path
			return path, nil
		}
	}
	return "", fmt.Errorf("%w: %s (PATH is %s)", drivers.ErrNoProgram, program, r.search)
}

// executable reports whether path is a file that somebody may execute. Directories of PATH that are relative never get here.
func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o111 != 0
}

// samePath reports whether this process itself would start the program at path, as a library does.
func samePath(program, path string) bool {
	found, err := exec.LookPath(program)
	return err == nil && found == path
}

func failed(command drivers.Command, result drivers.Result, cause error) error {
	return &drivers.CommandError{Command: command, Result: result, Cause: cause}
}
