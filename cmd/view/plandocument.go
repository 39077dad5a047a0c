package view

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/reconcile"
	"github.com/specadm/specadm/spec"
)

// Tool says which program wrote a document.
type Tool struct {
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
}

// Source says what a plan was computed from.
type Source struct {
	Owner     string   `json:"owner"`
	Paths     []string `json:"paths"`
	Files     int      `json:"files"`
	Manifests int      `json:"manifests"`
	Digest    string   `json:"digest,omitempty"` // of the files, in a saved plan
	Commit    string   `json:"commit,omitempty"` // of the Git work tree that holds them
	Branch    string   `json:"branch,omitempty"`
	Dirty     *bool    `json:"dirty,omitempty"` // they differ from the commit; left out when nobody knows
	OutOf     int      `json:"outOf,omitempty"` // manifests read, when scope limits the plan to some
}

// CommitText names the commit for people, such as "commit 1a2b3c4d5e6f on main, dirty"; "" when there is none.
func (s Source) CommitText() string {
	if s.Commit == "" {
		return ""
	}
	text := "commit " + s.Commit[:min(12, len(s.Commit))]
	if s.Branch != "" {
		text += " on " + oneLine(s.Branch, 60)
	}
	switch {
	case s.Dirty == nil:
	case *s.Dirty:
		text += ", dirty"
	default:
		text += ", clean"
	}
	return text
}

// PlanDocument is a plan as JSON. Minor versions of the schema only add members. ID, CreatedAt, ExpiresAt and the age
// in Against are the only members that differ between two runs over the same input.
type PlanDocument struct {
	Schema        string           `json:"schema"`
	SchemaVersion string           `json:"schemaVersion"`
	ID            string           `json:"id,omitempty"`   // of a saved plan, which can be applied once
	Seal          string           `json:"seal,omitempty"` // of a saved plan: over what decides where, when and to what it is applied
	Tool          Tool             `json:"tool"`
	Node          diff.Node        `json:"node"`
	Source        Source           `json:"source"`
	Against       *Against         `json:"against,omitempty"` // nil: the node
	Base          *BaseDocument    `json:"base,omitempty"`    // nil: no other version of the manifests was compared with
	Adopt         []string         `json:"adopt"`             // names that --adopt gave
	Now           []string         `json:"now"`               // names that --now gave
	CreatedAt     time.Time        `json:"createdAt"`
	ExpiresAt     time.Time        `json:"expiresAt,omitzero"` // of a saved plan
	Mode          string           `json:"mode"`               // plan or apply
	Scope         []string         `json:"scope"`              // names that the run was limited to; empty: everything
	Side          Side             `json:"side,omitempty"`     // drift or changes: items and changes of one cause only
	Complete      bool             `json:"complete"`           // false when a manifest is invalid or the run was limited
	Applyable     bool             `json:"applyable"`          // there are steps that can run
	Summary       map[Class]int    `json:"summary"`            // items by class
	MaxRisk       spec.Risk        `json:"maxRisk"`            // the highest risk of any step
	Items         []ItemDocument   `json:"items"`              // in order of name
	Drift         []string         `json:"drift"`              // names of items that somebody changed on the node
	Unmanaged     []ReportDocument `json:"unmanaged"`          // what no manifest claims
	Ignored       []AsideDocument  `json:"ignored"`            // what differs and stays, by a rule of its manifest
	Blocked       []string         `json:"blocked"`            // names of items that nothing is done to
	Diagnostics   []spec.Finding   `json:"diagnostics"`
	Order         [][]string       `json:"order"` // waves of items; the items of a wave do not wait for each other
	Exit          Exit             `json:"exit"`
	Digest        string           `json:"digest"` // over the meaning: node, items, what was found, operations, risks; not times
}

// ReportDocument is something on the node that no manifest claims.
type ReportDocument struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
	Text string `json:"text"`
}

// AsideDocument is a difference that stays as it is: before is what the node has, after what the manifest says.
type AsideDocument struct {
	Item string `json:"item"`
	ChangeDocument
	Rule spec.Rule `json:"rule"`
}

// ItemDocument is one instance, image or firewall rule in a plan.
type ItemDocument struct {
	ID         string              `json:"id"`
	Name       string              `json:"name"`
	Kind       string              `json:"kind"`
	Brand      spec.Brand          `json:"brand,omitempty"`
	UUID       string              `json:"uuid,omitempty"`
	Action     diff.Action         `json:"action"`
	Class      Class               `json:"class"`
	Risk       spec.Risk           `json:"risk"`
	MaxRisk    *spec.Risk          `json:"maxRisk,omitempty"` // what its manifest allows; nil: it says nothing
	Marks      []spec.Mark         `json:"marks"`
	Running    bool                `json:"running"`
	Pending    bool                `json:"rebootPending,omitempty"`
	Base       diff.Since          `json:"base,omitempty"` // whether the base has it too
	Reasons    []diff.Reason       `json:"reasons"`
	Changes    []ChangeDocument    `json:"changes"`
	Foreign    []string            `json:"foreign,omitempty"` // paths that the manifest does not speak of; with --full
	Operations []OperationDocument `json:"operations"`
	DependsOn  []string            `json:"dependsOn"`
	BlockedBy  []diff.Reason       `json:"blockedBy"`
	Origin     spec.Position       `json:"origin,omitzero"`

	// Fingerprint is the digest of what would be done and of the values on the node that decided so.
	Fingerprint string `json:"fingerprint"`
}

// ChangeDocument is one difference. In the place of secret values stand markers; Sensitive says so.
type ChangeDocument struct {
	Path      string        `json:"path"`
	Op        diff.Op       `json:"op"`
	Before    any           `json:"before"`
	After     any           `json:"after"`
	Unit      spec.Unit     `json:"unit,omitempty"`
	Sensitive bool          `json:"sensitive"`
	Unknown   bool          `json:"unknown,omitempty"` // what is wanted could not be revealed where the plan was made
	Cause     diff.Cause    `json:"cause"`
	Effect    spec.Effect   `json:"effect,omitempty"`
	Risk      spec.Risk     `json:"risk"`
	Marks     []spec.Mark   `json:"marks"`
	Base      diff.Since    `json:"base,omitempty"`
	Origin    spec.Position `json:"origin,omitzero"`
}

// OperationDocument is one command that the plan runs.
type OperationDocument struct {
	Seq     int         `json:"seq"` // counts from 1 within the item
	Tool    string      `json:"tool"`
	Verb    diff.Verb   `json:"verb"`
	Target  string      `json:"target"`
	Summary string      `json:"summary"`
	Risk    spec.Risk   `json:"risk"`
	Held    bool        `json:"held"` // above the allowed risk, or in need of a step that is
	Marks   []spec.Mark `json:"marks"`
	Paths   []string    `json:"paths"` // the changes that it makes
	Base    diff.Since  `json:"base,omitempty"`
	Needs   []int       `json:"needs"` // operations before it, by seq, without which it must not run
}

// PlanContext is what a document says besides the plan itself.
type PlanContext struct {
	Tool      Tool
	Source    Source
	Scope     []string
	Side      Side
	CreatedAt time.Time
	Against   *Against      // nil: the plan was made against the node
	Base      *BaseDocument // nil: none
	MaxRisk   *spec.Risk    // of the run; nil: not given
	Adopt     []string
	Now       []string
	Exit      Exit
}

// NewPlanDocument describes a plan.
func NewPlanDocument(plan *diff.Plan, context PlanContext) (PlanDocument, error) {
	document := PlanDocument{
		Schema:        "specadm/plan",
		SchemaVersion: "1.0",
		Tool:          context.Tool,
		Node:          plan.Node,
		Source:        context.Source,
		Against:       context.Against,
		Base:          context.Base,
		Adopt:         append([]string{}, context.Adopt...),
		Now:           append([]string{}, context.Now...),
		CreatedAt:     context.CreatedAt.UTC().Truncate(time.Second),
		Mode:          "plan",
		Scope:         append([]string{}, context.Scope...),
		Side:          context.Side,
		Complete:      len(context.Scope) == 0 && context.Side == BothSides && !spec.HasErrors(plan.Findings),
		Summary:       map[Class]int{},
		Items:         []ItemDocument{},
		Drift:         []string{},
		Unmanaged:     []ReportDocument{},
		Ignored:       []AsideDocument{},
		Blocked:       []string{},
		Diagnostics:   append([]spec.Finding{}, plan.Findings...),
		Order:         [][]string{},
		Exit:          context.Exit,
	}
	for _, report := range plan.Reports {
		document.Unmanaged = append(document.Unmanaged, ReportDocument(report))
	}
	var changing []*diff.Item
	for _, item := range plan.Items {
		class := Classify(item)
		document.Summary[class]++
		one, err := newItemDocument(item, class, context.MaxRisk)
		if err != nil {
			return document, err
		}
		document.Items = append(document.Items, one)
		for _, aside := range item.Aside {
			document.Ignored = append(document.Ignored, AsideDocument{item.Name, newChangeDocument(aside.Change), aside.Rule})
		}
		switch class {
		case ClassBlocked:
			document.Blocked = append(document.Blocked, item.Name)
			continue
		case ClassUnchanged:
			continue
		}
		document.Applyable = true
		document.MaxRisk = max(document.MaxRisk, item.Risk())
		changing = append(changing, item)
		if Drifted(item) {
			document.Drift = append(document.Drift, item.Name)
		}
	}
	document.Order = waves(changing)
	digest, err := planDigest(document)
	document.Digest = digest
	return document, err
}

// PartialText says what a plan is limited to, such as "3 of 20 items (web0, web1, web2)"; "" when it is the whole plan.
func (d PlanDocument) PartialText() string {
	var parts []string
	if len(d.Scope) > 0 || d.Source.OutOf > 0 {
		names := d.Scope
		if len(names) > 5 {
			names = append(slices.Clone(names[:5]), fmt.Sprintf("%d more", len(names)-5))
		}
		parts = append(parts, fmt.Sprintf("%d of %s (%s)", len(d.Scope), Count(max(d.Source.OutOf, len(d.Scope)), "item"), strings.Join(names, ", ")))
	}
	if d.Side != BothSides {
		parts = append(parts, "only "+string(d.Side))
	}
	return strings.Join(parts, ", ")
}

// waves arranges the names of items so that each stands behind the wave of those that it waits for.
func waves(items []*diff.Item) [][]string {
	after := make(map[string][]string, len(items))
	for _, item := range items {
		after[item.Name] = item.After
	}
	var depth func(name string) int
	depth = func(name string) int {
		deepest := 0
		for _, before := range after[name] {
			if _, changes := after[before]; changes {
				deepest = max(deepest, depth(before)+1)
			}
		}
		return deepest
	}
	list := [][]string{}
	for _, item := range items {
		at := depth(item.Name)
		for len(list) <= at {
			list = append(list, nil)
		}
		list[at] = append(list[at], item.Name)
	}
	return list
}

// Drifted reports whether somebody changed the instance on the node.
func Drifted(item *diff.Item) bool {
	for _, change := range item.Changes {
		if change.Cause == diff.CauseDrift || change.Cause == diff.CauseBoth {
			return true
		}
	}
	return false
}

func newItemDocument(item *diff.Item, class Class, run *spec.Risk) (ItemDocument, error) {
	document := ItemDocument{
		ID:         strings.ToLower(item.Kind.String()) + "/" + item.Name,
		Name:       item.Name,
		Kind:       item.Kind.String(),
		Brand:      item.Brand,
		UUID:       item.UUID,
		Action:     item.Action,
		Class:      class,
		Risk:       item.Risk(),
		Marks:      itemMarks(item),
		Running:    item.Running,
		Pending:    item.RebootPending,
		Base:       item.Since,
		Foreign:    item.Foreign,
		Reasons:    append([]diff.Reason{}, item.Notes...),
		Changes:    []ChangeDocument{},
		Operations: []OperationDocument{},
		DependsOn:  append([]string{}, item.After...),
		BlockedBy:  append([]diff.Reason{}, item.Blocked...),
	}
	if item.Manifest != nil {
		document.Origin, document.MaxRisk = item.Manifest.Source, item.Manifest.Policy.MaxRisk
	}
	for _, change := range item.Changes {
		document.Changes = append(document.Changes, newChangeDocument(change))
	}
	allowed := reconcile.Allowed(item, run)
	for i, step := range item.Steps {
		tool, _, ok := strings.Cut(string(step.Verb), " ")
		switch {
		case step.Verb == diff.VerbImport:
			tool = "imgadm"
		case !ok:
			tool = "vmadm"
		}
		needs := []int{}
		for _, need := range step.Needs {
			needs = append(needs, need+1)
		}
		document.Operations = append(document.Operations, OperationDocument{
			Seq: i + 1, Tool: tool, Verb: step.Verb, Target: step.Target, Summary: step.Reason, Risk: step.Risk, Held: !allowed[i],
			Marks: append([]spec.Mark{}, step.Marks...), Paths: append([]string{}, step.Paths...), Needs: needs, Base: step.Since,
		})
	}
	print, err := fingerprint(meaningOf(document))
	document.Fingerprint = print
	return document, err
}

func newChangeDocument(change diff.Change) ChangeDocument {
	document := ChangeDocument{
		Path: change.Path, Op: change.Op, Before: change.Before, After: change.After, Unit: change.Unit,
		Sensitive: change.Sensitive, Unknown: change.Unknown, Cause: change.Cause, Effect: change.Effect, Risk: change.Risk,
		Marks: append([]spec.Mark{}, change.Marks...), Origin: change.Origin, Base: change.Since,
	}
	if document.Cause == diff.CauseUnknown {
		document.Cause = "unknown"
	}
	if change.Sensitive {
		document.Before, document.After = masked(change.Before), masked(change.After)
	}
	return document
}
