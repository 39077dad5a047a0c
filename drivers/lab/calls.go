package lab

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

const callsFile = "calls.ndjson"

// Call is one line of DIR/calls.ndjson: one run of a stand-in program.
type Call struct {
	// At is when the program was started.
	At      time.Time `json:"at"`
	Program string    `json:"program"`
	Args    []string  `json:"args"`
	// Mutates is set when the call is of a kind that changes a node, whether or not it did.
	Mutates bool `json:"mutates"`
	// Exit is the exit status; -1 for a program that a fault killed or hung.
	Exit int   `json:"exit"`
	MS   int64 `json:"ms"`
	// Faults are the effects that struck, in order.
	Faults []Effect `json:"faults,omitempty"`
}

// Calls reads the log of a lab, oldest first; none yet is an empty list.
func Calls(dir string) ([]Call, error) {
	data, err := os.ReadFile(filepath.Join(dir, callsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the calls of the lab: %w", err)
	}
	var calls []Call
	for line := range bytes.Lines(data) {
		var call Call
		if err := json.Unmarshal(line, &call); err != nil {
			return nil, fmt.Errorf("cannot read the calls of the lab: line %d: %w", len(calls)+1, err)
		}
		calls = append(calls, call)
	}
	return calls, nil
}

// appendTo writes the call as one line in one write, so that lines of processes at the same time do not mix.
func (c Call) appendTo(dir string) error {
	data, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("cannot log a call: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(dir, callsFile), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return fmt.Errorf("cannot log a call: %w", err)
	}
	_, err = file.Write(append(data, '\n'))
	return errors.Join(err, file.Close())
}
