package reconcile

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// SavedPlan is a plan that was put into a file to be applied later, once.
type SavedPlan struct {
	ID      string    `json:"id"`
	Expires time.Time `json:"expires"`
}

// spent is a saved plan that was applied.
type spent struct {
	SavedPlan
	Time time.Time `json:"time"`
}

// spend notes that a saved plan is applied now, before anything is done, and refuses one that was applied before or is too old: *StaleError.
// The node's lock must be held. What has expired is forgotten, since it is refused anyway.
func (s State) spend(plan *SavedPlan, now time.Time) error {
	if plan == nil {
		return nil
	}
	if now.After(plan.Expires) {
		return &StaleError{Why: fmt.Sprintf("the plan expired at %s; make a new one", plan.Expires.Format(time.RFC3339))}
	}
	text, err := os.ReadFile(s.path("spent-plans.ndjson"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot read which plans were applied: %w", err)
	}
	var kept bytes.Buffer
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		var one spent
		switch {
		case json.Unmarshal(lines.Bytes(), &one) != nil, now.After(one.Expires): // cut off, or forgotten
		case one.ID == plan.ID:
			return &StaleError{Why: fmt.Sprintf("the plan was applied already, at %s; make a new one", one.Time.Format(time.RFC3339))}
		default:
			kept.Write(append(lines.Bytes(), '\n'))
		}
	}
	line, err := json.Marshal(spent{*plan, now.UTC().Truncate(time.Second)})
	if err != nil {
		return fmt.Errorf("cannot note that the plan is applied: %w", err)
	}
	kept.Write(append(line, '\n'))
	if err := writeFile(s.path("spent-plans.ndjson"), kept.Bytes()); err != nil {
		return &StateError{Dir: s.dir, Cause: err}
	}
	return nil
}
