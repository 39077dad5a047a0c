package view

import (
	"fmt"
	"io"
	"strings"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/spec"
)

// StatusDocument says for each instance that a manifest wants whether it is so.
type StatusDocument struct {
	Schema        string               `json:"schema"`
	SchemaVersion string               `json:"schemaVersion"`
	Tool          Tool                 `json:"tool"`
	Node          diff.Node            `json:"node"`
	Source        Source               `json:"source"`
	Scope         []string             `json:"scope"`     // names that the run was limited to; empty: everything
	Summary       map[Sync]int         `json:"summary"`   // items by sync; all values are there
	Unmanaged     int                  `json:"unmanaged"` // what no manifest claims
	Items         []ItemStatusDocument `json:"items"`     // in order of name
	Exit          Exit                 `json:"exit"`
}

// ItemStatusDocument is the status of one instance.
type ItemStatusDocument struct {
	Name       string        `json:"name"`
	UUID       string        `json:"uuid,omitempty"`
	Brand      spec.Brand    `json:"brand,omitempty"`
	Sync       Sync          `json:"sync"`
	Running    bool          `json:"running"`
	Conditions Conditions    `json:"conditions"`
	Differs    []string      `json:"differs"`   // paths of what is not as wanted
	BlockedBy  []diff.Reason `json:"blockedBy"` // why nothing is done about it
	Origin     spec.Position `json:"origin,omitzero"`
}

// Conditions are what is true of an instance, several at a time.
type Conditions struct {
	Synced        bool // nothing is left to do
	Drifted       bool // somebody changed the node
	RebootPending bool // stored values wait for a boot
	Blocked       bool // the plan says why nothing is done
}

// itemSyncs are the values of Sync that an item of a plan can have, worst first.
func itemSyncs() []Sync { return []Sync{Stuck, Drift, Changes, Pending, InSync} }

// NewStatusDocument describes what a plan says about the state of the node.
func NewStatusDocument(plan *diff.Plan, context PlanContext) StatusDocument {
	document := StatusDocument{
		Schema: "specadm/status", SchemaVersion: "1.0",
		Tool: context.Tool, Node: plan.Node, Source: context.Source, Scope: append([]string{}, context.Scope...),
		Summary: map[Sync]int{}, Unmanaged: len(plan.Reports), Items: []ItemStatusDocument{}, Exit: context.Exit,
	}
	for _, sync := range itemSyncs() {
		document.Summary[sync] = 0
	}
	for _, item := range plan.Items {
		one := ItemStatusDocument{
			Name: item.Name, UUID: item.UUID, Brand: item.Brand, Sync: syncOf(item), Running: item.Running, Differs: []string{},
			BlockedBy: append([]diff.Reason{}, item.Blocked...), Origin: itemPlace(item),
		}
		one.Conditions = Conditions{
			Synced: one.Sync == InSync, Drifted: Drifted(item), RebootPending: item.RebootPending, Blocked: one.Sync == Stuck,
		}
		for _, change := range item.Changes {
			one.Differs = append(one.Differs, change.Path)
		}
		document.Summary[one.Sync]++
		document.Items = append(document.Items, one)
	}
	return document
}

// Status prints how many instances are as wanted, and a line for each that is not, worst first.
func Status(w io.Writer, document StatusDocument, options PlanOptions) error {
	text := &planText{options: options, style: options.Style}
	plan := &diff.Plan{Node: document.Node, Owner: document.Source.Owner}
	if options.Partial != "" {
		text.line("%s", text.style.paint(yellow, "partial: "+options.Partial))
	}
	for _, line := range text.style.wrap(factsText(plan, options), 0) {
		text.line("%s", line)
	}
	text.line("%s", text.style.paint(bold, document.verdict()))
	names, syncs := 0, 0
	for _, item := range document.Items {
		if item.Sync != InSync {
			names, syncs = max(names, textWidth(item.Name)), max(syncs, textWidth(string(item.Sync)))
		}
	}
	for _, sync := range itemSyncs() {
		for _, item := range document.Items {
			if item.Sync == sync && sync != InSync {
				text.line("%s  %s  %s", pad(item.Name, names), text.style.paint(sync.ink(), pad(string(sync), syncs)), item.why())
			}
		}
	}
	return writeText(w, text.out.String())
}

func (d StatusDocument) verdict() string {
	var parts []string
	for _, sync := range itemSyncs() {
		if n := d.Summary[sync]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, sync))
		}
	}
	if len(parts) == 0 {
		parts = append(parts, "no instances")
	}
	if d.Unmanaged > 0 {
		parts = append(parts, fmt.Sprintf("%d not managed", d.Unmanaged))
	}
	return strings.Join(parts, ", ")
}

// why says what is not as wanted, in a few words.
func (i ItemStatusDocument) why() string {
	if len(i.BlockedBy) > 0 {
		return i.BlockedBy[0].Text
	}
	const few = 4
	var parts []string
	if n := len(i.Differs); n > few {
		parts = append(parts, strings.Join(i.Differs[:few], ", ")+fmt.Sprintf(" and %d more", n-few))
	} else if n > 0 {
		parts = append(parts, strings.Join(i.Differs, ", "))
	}
	if i.Conditions.RebootPending && i.Sync != Pending {
		parts = append(parts, "reboot pending")
	}
	return strings.Join(parts, "; ")
}

func (s Sync) ink() ink {
	switch s {
	case Stuck:
		return red
	case Drift, Pending:
		return yellow
	case Changes:
		return cyan
	}
	return plain
}
