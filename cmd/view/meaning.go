package view

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/spec"
)

// meaning is what a plan would do to one item, and what it saw that decided so. Two plans that mean the same have the same meanings, wherever
// and whenever they were made: it holds no time, no line number, no cause, and nothing of what a run allows.
type meaning struct {
	ID         string             `json:"id"`
	UUID       string             `json:"uuid"`
	Action     diff.Action        `json:"action"`
	Running    bool               `json:"running"`
	Changes    []changeMeaning    `json:"changes"`
	Operations []operationMeaning `json:"operations"`
	Blocked    []string           `json:"blocked"` // codes
}

type changeMeaning struct {
	Path   string      `json:"path"`
	Op     diff.Op     `json:"op"`
	Before any         `json:"before"`
	After  any         `json:"after"`
	Risk   spec.Risk   `json:"risk"`
	Marks  []spec.Mark `json:"marks"`
}

type operationMeaning struct {
	Verb   diff.Verb   `json:"verb"`
	Target string      `json:"target"`
	Risk   spec.Risk   `json:"risk"`
	Marks  []spec.Mark `json:"marks"`
	Paths  []string    `json:"paths"`
}

func meaningOf(item ItemDocument) meaning {
	m := meaning{ID: item.ID, UUID: item.UUID, Action: item.Action, Running: item.Running, Blocked: []string{}}
	for _, change := range item.Changes {
		m.Changes = append(m.Changes, changeMeaning{change.Path, change.Op, change.Before, change.After, change.Risk, change.Marks})
	}
	for _, one := range item.Operations {
		m.Operations = append(m.Operations, operationMeaning{one.Verb, one.Target, one.Risk, one.Marks, one.Paths})
	}
	for _, blocked := range item.BlockedBy {
		m.Blocked = append(m.Blocked, blocked.Code)
	}
	return m
}

// fingerprint is the digest of a value by its JSON.
func fingerprint(value any) (string, error) {
	encoded, err := json.Marshal(value)
	if err != nil {
		return "", fmt.Errorf("cannot compute a digest of the plan: %w", err)
	}
	sum := sha256.Sum256(encoded)
	return digestKind + hex.EncodeToString(sum[:]), nil
}

// planDigest is over what a plan means, so that two runs over the same input agree.
func planDigest(document PlanDocument) (string, error) {
	means := struct {
		Node, Owner string
		Items       []meaning
	}{document.Node.Hostname, document.Source.Owner, []meaning{}}
	for _, item := range document.Items {
		if m := meaningOf(item); len(m.Operations)+len(m.Blocked) > 0 {
			means.Items = append(means.Items, m)
		}
	}
	return fingerprint(means)
}

// Unkeyed is the plan as a machine would show it that has no key to tell secrets apart with.
func (d PlanDocument) Unkeyed() (PlanDocument, error) {
	d.Items = slices.Clone(d.Items)
	for i := range d.Items {
		item := &d.Items[i]
		item.Changes = slices.Clone(item.Changes)
		for j := range item.Changes {
			if change := &item.Changes[j]; change.Sensitive {
				change.Before, change.After = unkeyed(change.Before), unkeyed(change.After)
			}
		}
		var err error
		if item.Fingerprint, err = fingerprint(meaningOf(*item)); err != nil {
			return d, err
		}
	}
	var err error
	d.Digest, err = planDigest(d)
	return d, err
}

func unkeyed(value any) any {
	if value == nil || value == "" {
		return value
	}
	return secretText
}

const (
	digestKind  = "sha256:"
	shortDigest = 12 // hex digits that are shown
	leastDigits = 8  // hex digits that are taken for a digest
)

// ShortDigest is as much of a digest as tells plans apart.
func ShortDigest(digest string) string {
	return strings.TrimPrefix(digest, digestKind)[:shortDigest]
}

var digestForm = regexp.MustCompile(fmt.Sprintf("^[0-9a-f]{%d,%d}$", leastDigits, 2*sha256.Size))

// IsDigest reports whether a text is a digest of a plan, or enough of one to tell plans apart.
func IsDigest(text string) bool {
	return digestForm.MatchString(strings.ToLower(strings.TrimPrefix(text, digestKind)))
}

// SameDigest reports whether a plan has the digest that somebody expects, which may be cut short. "" expects nothing.
func SameDigest(digest, expected string) bool {
	expected = strings.ToLower(strings.TrimPrefix(expected, digestKind))
	return expected == "" || len(expected) >= leastDigits && strings.HasPrefix(strings.TrimPrefix(digest, digestKind), expected)
}

// Difference is what a node would be treated differently in now than when a plan was made.
type Difference struct {
	Item string
	Text string
}

// Differs finds the first item with operations in a saved plan that a new plan over the same manifests treats differently, and the field that
// is to blame; nil when there is none. Items that the saved plan does not touch do not matter.
func Differs(saved, now PlanDocument) *Difference {
	items := map[string]ItemDocument{}
	for _, item := range now.Items {
		items[item.ID] = item
	}
	for _, planned := range saved.Items {
		if len(planned.Operations) == 0 {
			continue
		}
		item, there := items[planned.ID]
		if !there {
			return &Difference{planned.Name, "no manifest wants it any more"}
		}
		if text := itemDiffers(planned, item); text != "" {
			return &Difference{planned.Name, text}
		}
	}
	return nil
}

// itemDiffers says what of an item is not as it was when the plan was made; "" when all is.
func itemDiffers(planned, now ItemDocument) string {
	if planned.Fingerprint == now.Fingerprint {
		return ""
	}
	if len(now.BlockedBy) > 0 {
		return now.BlockedBy[0].Text
	}
	if planned.Action == diff.Create && now.Action != diff.Create {
		return "it was not there when the plan was made, and is now"
	}
	if planned.Running != now.Running {
		return fmt.Sprintf("it was %s when the plan was made, and is %s now", powerText(planned.Running), powerText(now.Running))
	}
	changes := map[string]ChangeDocument{}
	for _, change := range now.Changes {
		changes[change.Path] = change
	}
	for _, was := range planned.Changes {
		is, still := changes[was.Path]
		delete(changes, was.Path)
		switch {
		case !still:
			return fmt.Sprintf("%s was %s when the plan was made, and is as wanted now", was.Path, documentValue(was, was.Before))
		case !reflect.DeepEqual(jsonForm(was.Before), jsonForm(is.Before)):
			return fmt.Sprintf("%s was %s when the plan was made, and is %s now", was.Path, documentValue(was, was.Before), documentValue(is, is.Before))
		case !reflect.DeepEqual(jsonForm(was.After), jsonForm(is.After)):
			return fmt.Sprintf("%s was to become %s, and now %s", was.Path, documentValue(was, was.After), documentValue(is, is.After))
		}
	}
	for _, is := range now.Changes {
		if _, new := changes[is.Path]; new {
			return fmt.Sprintf("%s was as wanted when the plan was made, and is %s now", is.Path, documentValue(is, is.Before))
		}
	}
	return "other steps would be needed now"
}

func powerText(running bool) string {
	if running {
		return "running"
	}
	return "stopped"
}

// documentValue is a value of a change in a sentence.
func documentValue(change ChangeDocument, value any) string {
	if change.Sensitive && value == nil {
		return secretText
	}
	return valueText(change.Path, value, change.Unit)
}

// jsonForm is a value as it looks when it comes out of a file.
func jsonForm(value any) any {
	encoded, err := json.Marshal(value)
	if err != nil {
		return value
	}
	var decoded any
	if json.Unmarshal(encoded, &decoded) != nil {
		return value
	}
	return decoded
}
