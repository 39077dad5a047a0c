package lab

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/specadm/specadm/drivers/lab/node"
)

const (
	exitLabBroken = 125 // the lab itself failed, not the program
	exitNoProgram = 127
)

// Exec runs a stand-in program: args are the folder of the lab, the name of the program and its arguments, as the scripts in DIR/bin pass
// them on behind "lab exec". It returns the exit status; a fault may kill the process instead.
func Exec(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if len(args) < 2 {
		fmt.Fprintln(stderr, "usage: lab exec DIR PROGRAM [ARGUMENT...]")
		return exitNoProgram
	}
	run, ok := programs()[args[1]]
	if !ok {
		fmt.Fprintf(stderr, "lab: no program %q\n", args[1])
		return exitNoProgram
	}
	if slices.Contains([]string{"vmadm", "imgadm", "fwadm"}, args[1]) {
		// A write into a broken pipe is then an error, and no death by signal: vmadm ends well (reference 2.1), and the other programs that
		// node runs are taken to do the same. Unlike a signal that is ignored, one that is caught is as before in the shell of a fault that
		// kills.
		signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	}
	e := &execution{
		program: run,
		call:    node.Call{Program: args[1], Args: args[2:], Stdin: stdin, Stdout: stdout, Stderr: stderr},
		verb:    verb(args[1], args[2:]),
		entry:   Call{At: time.Now(), Program: args[1], Args: slices.Clone(args[2:])},
		script:  script{dir: args[0]},
	}
	e.entry.Mutates = run.mutates(e.verb, e.call.Args)
	exit, err := e.run(args[0])
	if err != nil {
		fmt.Fprintln(stderr, "lab:", err)
		return exitLabBroken
	}
	return exit
}

// execution is one run of a program with its faults.
type execution struct {
	program program
	call    node.Call
	verb    string
	entry   Call
	script  script

	// node is what the program works on: the lab, or a copy of its world.
	node *node.Node
	// view is the copy of the world that late readers are to see, once the call is over; empty for none.
	view string
	late view
}

func (e *execution) log(exit int) error {
	e.entry.Exit, e.entry.MS = exit, time.Since(e.entry.At).Milliseconds()
	return e.entry.appendTo(e.script.dir)
}

// run opens the lab, runs the call and logs it before the lock is free.
func (e *execution) run(dir string) (exit int, err error) {
	if e.node, err = node.Open(dir); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, e.node.Close()) }()
	exit, err = e.live(dir)
	if err != nil {
		return 0, errors.Join(err, e.log(exitLabBroken))
	}
	return exit, e.log(exit)
}

// live goes through the life of a call: faults at the start, the program, faults at the end.
func (e *execution) live(dir string) (exit int, err error) {
	if e.script.faults, err = Faults(dir); err != nil {
		return 0, err
	}
	start, err := e.due(AtStart)
	if err != nil {
		return 0, err
	}
	end, err := e.due(AtEnd)
	if err != nil {
		return 0, err
	}
	if exit, ended, err := e.strike(start); ended || err != nil {
		return exit, err
	}
	if err := e.prepareView(append(start, end...)); err != nil {
		return 0, err
	}
	exit, err = e.perform(start, end)
	if err != nil {
		return 0, err
	}
	if e.view != "" {
		if err := e.showView(); err != nil {
			return 0, err
		}
	}
	if failed, ended, err := e.strike(end); ended || err != nil {
		return failed, err
	}
	return exit, nil
}

func (e *execution) due(point string) ([]Fault, error) {
	return e.script.due(e.call.Program, e.verb, e.call.Args, point)
}

// perform runs the program on the world, on a copy of it, or on an older one, and lets out as much of its output as the faults allow.
func (e *execution) perform(start, end []Fault) (int, error) {
	call := e.call
	call.Node = e.node
	var stdout, stderr bytes.Buffer
	silenced := hasEffect(end, Fail)
	truncated := hasEffect(append(start, end...), Truncate)
	if silenced || truncated {
		call.Stdout = &stdout
	}
	if silenced {
		call.Stderr = &stderr
	}
	exit, err := e.performOn(&call, hasEffect(append(start, end...), Pretend))
	if err != nil {
		return 0, err
	}
	if truncated && !silenced {
		keep := stdout.Len() / 2
		for _, fault := range append(start, end...) {
			if fault.Effect == Truncate && fault.Keep > 0 {
				keep = min(fault.Keep, stdout.Len())
			}
		}
		if _, err := e.call.Stdout.Write(stdout.Bytes()[:keep]); err != nil {
			return 0, err
		}
	}
	return exit, nil
}

func hasEffect(faults []Fault, effect Effect) bool {
	return slices.ContainsFunc(faults, func(fault Fault) bool { return fault.Effect == effect })
}

func (e *execution) performOn(call *node.Call, pretend bool) (int, error) {
	if pretend {
		return e.performOnCopy(call)
	}
	if call.Program == "vmadm" {
		folder, err := lateView(e.node.Dir(), e.isRead())
		if err != nil {
			return 0, err
		}
		if folder != "" && e.isRead() {
			return e.performElsewhere(call, folder)
		}
		e.node.Remember(folder)
	}
	e.node.OnCheckpoint(e.checkpoint)
	exit := e.program.run(call)
	return exit, e.node.Save()
}

// isRead tells whether a call of vmadm shows objects that vminfod keeps, which may be behind the truth (reference 21).
func (e *execution) isRead() bool {
	return slices.Contains([]string{"list", "lookup", "get"}, e.verb)
}

// performOnCopy lets the program work on a copy of the world that nobody sees.
func (e *execution) performOnCopy(call *node.Call) (exit int, err error) {
	folder := filepath.Join(e.node.Dir(), pretendedFolder)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return 0, err
	}
	copied, err := os.MkdirTemp(folder, "")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(copied)) }()
	if err := copyWorld(e.node.Dir(), copied); err != nil {
		return 0, err
	}
	if err := e.node.Close(); err != nil { // the real world goes on meanwhile
		return 0, err
	}
	return e.performElsewhere(call, copied)
}

// performElsewhere lets the program work on a copy of the world.
func (e *execution) performElsewhere(call *node.Call, folder string) (exit int, err error) {
	elsewhere, err := node.Open(folder)
	if err != nil {
		return 0, err
	}
	real := e.node
	e.node = elsewhere
	defer func() {
		e.node = real
		err = errors.Join(err, elsewhere.Close())
	}()
	call.Node = elsewhere
	elsewhere.OnCheckpoint(e.checkpoint)
	exit = e.program.run(call)
	return exit, elsewhere.Save()
}

// prepareView keeps the world before a change, where a fault says that reads are to see it.
func (e *execution) prepareView(faults []Fault) (err error) {
	for _, fault := range faults {
		if fault.Effect == Stale {
			e.late.Until = max(e.late.Until, int64(fault.ForMS)*int64(time.Millisecond))
			e.late.Reads = max(e.late.Reads, fault.Reads)
		}
	}
	if e.late == (view{}) {
		return nil
	}
	e.view, err = keepView(e.node)
	return err
}

// showView starts the time in which reads see the world before the change.
func (e *execution) showView() error {
	e.late.Until += time.Now().UnixNano()
	return e.late.write(e.view)
}

// runBehind runs another program as if someone else did, without faults and without a line in the log.
func runBehind(n *node.Node, words []string, stderr io.Writer) error {
	call := &node.Call{Node: n, Program: words[0], Args: words[1:], Stdin: bytes.NewReader(nil), Stdout: io.Discard, Stderr: stderr}
	exit := programs()[words[0]].run(call)
	if exit != 0 {
		return fmt.Errorf("the fault's own %s failed with status %d", words[0], exit)
	}
	return nil
}
