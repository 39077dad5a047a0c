package lab

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const faultsFile = "faults.json"

// Effect is what a fault does.
type Effect string

// The effects. Where one strikes is Fault.At.
const (
	// Fail ends the call with Exit and Stderr: at the start nothing has happened, at the end everything went through. At a checkpoint it
	// makes the step that follows fail with Stderr as its error, and the program ends as it does when that step fails.
	Fail Effect = "fail"
	// Pretend has the program do and say everything, on a copy of the node that is then thrown away: success without effect.
	Pretend Effect = "pretend"
	// Hang never returns. What was done so far is there, and the lock is free.
	Hang Effect = "hang"
	// Die kills the process with Signal. What was done so far is there.
	Die Effect = "die"
	// Truncate lets only the first Keep bytes of standard output out, half of them when Keep is 0.
	Truncate Effect = "truncate"
	// Run runs another stand-in program behind the caller's back, unlogged and without faults.
	Run Effect = "run"
	// Stale has the next Reads of vmadm's objects, and all of them for ForMS, show the node as it was before the call.
	Stale Effect = "stale"
	// Orphan kills the process that called the program, with KILL, and goes on.
	Orphan Effect = "orphan"
	// Slow waits for ForMS. At the start and at the end of a call it waits no longer than until the faults are replaced by none.
	Slow Effect = "slow"
)

// Where faults strike, besides the names of checkpoints (node.Checkpoint).
const (
	AtStart = "start"
	AtEnd   = "end"
)

// Fault is one scripted fault, an element of the JSON array DIR/faults.json. All that match a call strike, in order.
//
//	[{"program": "vmadm", "verb": "update", "nth": 2, "effect": "fail", "at": "end", "stderr": "first of 1 error: timeout"},
//	 {"program": "vmadm", "verb": "update", "at": "vmadm update: set quota", "effect": "fail", "stderr": "cannot set property"},
//	 {"program": "zfs", "verb": "get", "times": -1, "effect": "run", "run": ["zfs", "set", "quota=5G", "zones/U"]}]
type Fault struct {
	// Program, Verb and Args choose calls; an empty one matches all. Verb is the subcommand (aliases under their usual name), Args a text
	// within the arguments joined by spaces.
	Program string `json:"program,omitempty"`
	Verb    string `json:"verb,omitempty"`
	Args    string `json:"args,omitempty"`
	// At is "start" (also when empty), "end" or the name of a checkpoint.
	At string `json:"at,omitempty"`
	// Nth is the first of the matching calls that is struck, 1 when 0. Times is how many are, 1 when 0, all when negative.
	Nth   int `json:"nth,omitempty"`
	Times int `json:"times,omitempty"`

	Effect Effect `json:"effect"`
	// Exit of Fail is 1 when 0.
	Exit   int    `json:"exit,omitempty"`
	Stderr string `json:"stderr,omitempty"`
	// Stdout of Fail comes instead of what the program printed.
	Stdout string `json:"stdout,omitempty"`
	// Signal of Die is KILL, ABRT, TERM, SEGV, INT or PIPE; KILL when empty.
	Signal string `json:"signal,omitempty"`
	// Run is a program and its arguments; at a checkpoint only zfs and zpool make sense, since they work on the world as the program
	// under way has it.
	Run   []string `json:"run,omitempty"`
	Keep  int      `json:"keep,omitempty"`
	ForMS int      `json:"forMS,omitempty"`
	Reads int      `json:"reads,omitempty"`

	// Seen and Fired are kept by the lab: how often the fault matched, and struck.
	Seen  int `json:"seen,omitempty"`
	Fired int `json:"fired,omitempty"`
}

// Faults reads the scripted faults of a lab with their counters; no file is an empty list.
func Faults(dir string) ([]Fault, error) {
	data, err := os.ReadFile(filepath.Join(dir, faultsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the faults of the lab: %w", err)
	}
	return ParseFaults(data)
}

// ParseFaults reads faults and checks them, so that a misspelt one does not just never strike.
func ParseFaults(data []byte) ([]Fault, error) {
	var faults []Fault
	decoder := json.NewDecoder(strings.NewReader(string(data)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&faults); err != nil {
		return nil, fmt.Errorf("cannot read the faults of the lab: %w", err)
	}
	for i, fault := range faults {
		if err := fault.check(); err != nil {
			return nil, fmt.Errorf("cannot read the faults of the lab: fault %d: %w", i+1, err)
		}
	}
	return faults, nil
}

// SetFaults replaces the faults of a lab; none removes the file.
func SetFaults(dir string, faults []Fault) error {
	path := filepath.Join(dir, faultsFile)
	if len(faults) == 0 {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("cannot set the faults of the lab: %w", err)
		}
		return nil
	}
	for i, fault := range faults {
		if err := fault.check(); err != nil {
			return fmt.Errorf("cannot set the faults of the lab: fault %d: %w", i+1, err)
		}
	}
	data, err := json.MarshalIndent(faults, "", "  ")
	if err != nil {
		return fmt.Errorf("cannot set the faults of the lab: %w", err)
	}
	temporary := path + ".new"
	if err := os.WriteFile(temporary, append(data, '\n'), 0o644); err != nil {
		return fmt.Errorf("cannot set the faults of the lab: %w", err)
	}
	return os.Rename(temporary, path)
}

func (f *Fault) check() error {
	atCheckpoint := f.point() != AtStart && f.point() != AtEnd
	switch f.Effect {
	case Fail, Hang, Orphan, Slow:
	case Die:
		if f.Signal != "" && !slices.Contains(signals(), f.Signal) {
			return fmt.Errorf("unknown signal %q", f.Signal)
		}
	case Run:
		if len(f.Run) == 0 {
			return fmt.Errorf("effect %q without a program to run", f.Effect)
		}
		if _, ok := programs()[f.Run[0]]; !ok {
			return fmt.Errorf("effect %q with the unknown program %q", f.Effect, f.Run[0])
		}
	case Pretend, Truncate, Stale:
		if atCheckpoint {
			return fmt.Errorf("effect %q cannot strike at a checkpoint", f.Effect)
		}
		if f.Effect == Stale && f.Reads == 0 && f.ForMS == 0 {
			return fmt.Errorf("effect %q needs reads or forMS", f.Effect)
		}
	default:
		return fmt.Errorf("unknown effect %q", f.Effect)
	}
	return nil
}

func (f *Fault) point() string {
	if f.At == "" {
		return AtStart
	}
	return f.At
}

func (f *Fault) matches(program, verb string, args []string) bool {
	return (f.Program == "" || f.Program == program) && (f.Verb == "" || f.Verb == verb) &&
		strings.Contains(strings.Join(args, " "), f.Args)
}

// strikes counts a match and tells whether the fault hits this one.
func (f *Fault) strikes() bool {
	f.Seen++
	if f.Seen < max(f.Nth, 1) || f.Times >= 0 && f.Fired >= max(f.Times, 1) {
		return false
	}
	f.Fired++
	return true
}

// script is the faults of a lab while one call runs.
type script struct {
	dir    string
	faults []Fault
}

// due counts the matches of a call at a point and returns the faults that strike there.
func (s *script) due(program, verb string, args []string, points ...string) ([]Fault, error) {
	var due []Fault
	counted := false
	for i := range s.faults {
		fault := &s.faults[i]
		if !slices.Contains(points, fault.point()) || !fault.matches(program, verb, args) {
			continue
		}
		counted = true
		if fault.strikes() {
			due = append(due, *fault)
		}
	}
	if !counted {
		return nil, nil
	}
	return due, SetFaults(s.dir, s.faults)
}
