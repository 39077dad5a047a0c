package view

import (
	"fmt"
	"time"

	"github.com/specadm/specadm/diff"
)

// Against says which snapshot a plan was made against instead of the node.
type Against struct {
	File        string    `json:"file"`
	TakenAt     time.Time `json:"takenAt"`
	AgeSeconds  int       `json:"ageSeconds"`  // when the plan was made
	NotCompared int       `json:"notCompared"` // values that nobody could evaluate without the node, each with a NOT_COMPARED reason
}

// NewAgainst describes the snapshot that a plan was made against.
func NewAgainst(plan *diff.Plan, file string, takenAt, now time.Time) *Against {
	against := &Against{File: file, TakenAt: takenAt.UTC(), AgeSeconds: int(now.Sub(takenAt).Seconds())}
	for _, item := range plan.Items {
		for _, note := range item.Notes {
			if note.Code == diff.CodeNotCompared && note.Path != "" {
				against.NotCompared++
			}
		}
	}
	return against
}

// Text is a line about it, such as "against node.json, taken 3 h ago, 2 secrets not evaluated here"; "" for nil.
func (a *Against) Text() string {
	if a == nil {
		return ""
	}
	text := "against " + oneLine(a.File, 80) + ", taken " + agoText(time.Duration(a.AgeSeconds)*time.Second)
	if a.NotCompared > 0 {
		text += fmt.Sprintf(", %s not evaluated here", Count(a.NotCompared, "secret"))
	}
	return text
}

// agoText is how long something is ago, in the largest unit that is not too coarse. The clock of another machine may be ahead.
func agoText(age time.Duration) string {
	switch {
	case age < 0:
		return "in the future, by the clock of this machine"
	case age < 2*time.Minute:
		return fmt.Sprintf("%d s ago", int(age.Seconds()))
	case age < 2*time.Hour:
		return fmt.Sprintf("%d min ago", int(age.Minutes()))
	case age < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(age.Hours()))
	}
	return fmt.Sprintf("%d days ago", int(age.Hours()/24))
}
