package lab

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"
)

// strike lets faults happen at the start or end of a call, in order. It tells whether the call ended with that, and how.
func (e *execution) strike(faults []Fault) (exit int, ended bool, err error) {
	for _, fault := range faults {
		e.entry.Faults = append(e.entry.Faults, fault.Effect)
		switch fault.Effect {
		case Fail:
			return e.fail(fault), true, nil
		case Hang, Die:
			return 0, false, e.vanish(fault)
		case Orphan:
			if err := orphan(); err != nil {
				return 0, false, err
			}
		case Slow:
			if err := e.wait(fault); err != nil {
				return 0, false, err
			}
		case Run:
			if err := e.runAlone(fault); err != nil {
				return 0, false, err
			}
		}
	}
	return 0, false, nil
}

// fail prints what the fault says and gives its status.
func (e *execution) fail(fault Fault) int {
	if fault.Stdout != "" {
		fmt.Fprintln(e.call.Stdout, strings.TrimSuffix(fault.Stdout, "\n"))
	}
	if fault.Stderr != "" {
		fmt.Fprintln(e.call.Stderr, strings.TrimSuffix(fault.Stderr, "\n"))
	}
	return max(fault.Exit, 1)
}

// checkpoint lets faults happen between two steps of the program.
func (e *execution) checkpoint(name string) error {
	faults, err := e.due(name)
	if err != nil {
		return err
	}
	for _, fault := range faults {
		e.entry.Faults = append(e.entry.Faults, fault.Effect)
		switch fault.Effect {
		case Fail:
			return errors.New(strings.TrimSuffix(fault.Stderr, "\n"))
		case Hang, Die:
			return e.vanish(fault)
		case Orphan:
			if err := orphan(); err != nil {
				return err
			}
		case Slow:
			time.Sleep(time.Duration(fault.ForMS) * time.Millisecond) // under the lock, as the step itself would be
		case Run:
			if err := runBehind(e.node, fault.Run, e.call.Stderr); err != nil {
				return err
			}
		}
	}
	return nil
}

// wait lets time pass without holding the lock, until the fault's is over or somebody has taken the faults away.
func (e *execution) wait(fault Fault) error {
	if err := e.node.Unlock(); err != nil {
		return err
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	over := time.After(time.Duration(fault.ForMS) * time.Millisecond)
	for waiting := true; waiting; {
		select {
		case <-over:
			waiting = false
		case <-tick.C:
			faults, err := Faults(e.script.dir)
			if err != nil {
				return err
			}
			waiting = len(faults) > 0
		}
	}
	return e.node.Relock()
}

// runAlone runs the program of a fault before or after the call's own, which may have given up the lock. Each has the world to itself.
func (e *execution) runAlone(fault Fault) error {
	if err := e.node.Unlock(); err != nil {
		return err
	}
	if err := e.node.Relock(); err != nil {
		return err
	}
	if err := runBehind(e.node, fault.Run, e.call.Stderr); err != nil {
		return err
	}
	if err := e.node.Unlock(); err != nil {
		return err
	}
	return e.node.Relock()
}

// vanish writes the log, leaves the world as it is now, and then never comes back: the process dies of a signal or hangs until someone
// kills it. An error means that it could not.
func (e *execution) vanish(fault Fault) error {
	if err := e.node.Save(); err != nil {
		return err
	}
	if err := e.log(-1); err != nil {
		return err
	}
	if err := e.node.Close(); err != nil {
		return err
	}
	if fault.Effect == Die {
		return die(fault.Signal)
	}
	for {
		time.Sleep(time.Hour)
	}
}

// orphan kills the caller, once; whoever takes its place as the parent did not call.
func orphan() error {
	if parent := os.Getppid(); parent > 1 {
		if err := syscall.Kill(parent, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("cannot kill the caller: %w", err)
		}
	}
	return nil
}

// signals are the names that Fault.Signal may have.
func signals() []string { return []string{"KILL", "ABRT", "TERM", "SEGV", "INT", "PIPE"} }

// die ends the process by a signal. A shell takes its place for that, because the Go runtime handles most signals itself.
func die(name string) error {
	script := "ulimit -c 0; kill -" + cmp.Or(name, "KILL") + " $$"
	return fmt.Errorf("cannot die: %w", syscall.Exec("/bin/sh", []string{"sh", "-c", script}, nil))
}
