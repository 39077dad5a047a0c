package view

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/spec"
)

// planSchema names the documents that hold a plan.
const planSchema = "specadm/plan"

// IsPlan reports whether the text of a file is that of a plan document.
func IsPlan(text []byte) bool {
	var head struct {
		Schema string `json:"schema"`
	}
	return json.Unmarshal(text, &head) == nil && head.Schema == planSchema
}

// ReadPlan reads a plan document. It refuses one of another major version, and one whose digest is not that of what it says.
func ReadPlan(text []byte) (PlanDocument, error) {
	var document PlanDocument
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&document); err != nil {
		return document, fmt.Errorf("cannot read the plan: %w", err)
	}
	if document.Schema != planSchema {
		return document, fmt.Errorf("cannot read the plan: its schema is %q, not %q", document.Schema, planSchema)
	}
	if major, _, _ := strings.Cut(document.SchemaVersion, "."); major != "1" {
		return document, fmt.Errorf("cannot read the plan: its schema has version %s, and this program knows 1", document.SchemaVersion)
	}
	for i := range document.Items {
		for j := range document.Items[i].Changes {
			change := &document.Items[i].Changes[j]
			change.Before, change.After = spec.Numbers(change.Before), spec.Numbers(change.After)
		}
	}
	return document, document.verify()
}

// verify holds the digests against what the document says.
func (d PlanDocument) verify() error {
	edited := errors.New("the plan was changed after it was made: its digest is not that of what it says")
	for _, item := range d.Items {
		if print, err := fingerprint(meaningOf(item)); err != nil || print != item.Fingerprint {
			return errors.Join(edited, err)
		}
	}
	if digest, err := planDigest(d); err != nil || digest != d.Digest {
		return errors.Join(edited, err)
	}
	if d.ID == "" {
		return nil
	}
	if seal, err := d.seal(); err != nil || seal != d.Seal {
		return errors.Join(edited, err)
	}
	return nil
}

// Saved makes the document one that can be applied once, before it expires. digest is that of the manifests.
func (d PlanDocument) Saved(id, digest string, expires time.Time) (PlanDocument, error) {
	d.ID, d.Source.Digest, d.ExpiresAt = id, digest, expires
	var err error
	d.Seal, err = d.seal()
	return d, err
}

// seal is the digest of what its digest leaves out and applying it goes by. It finds slips, not forgers: those can compute it too.
func (d PlanDocument) seal() (string, error) {
	return fingerprint([]any{d.ID, d.Tool, d.Node, d.Source.Paths, d.Source.Digest, d.Scope, d.Adopt, d.Now, d.ExpiresAt.UTC(), d.Digest})
}

// Touches lists the items that a plan has operations for, by name.
func (d PlanDocument) Touches() []string {
	names := []string{}
	for _, item := range d.Items {
		if len(item.Operations) > 0 {
			names = append(names, item.Name)
		}
	}
	return names
}

// Plan gives back the plan that a document describes, for showing it. It cannot be executed: a document holds no payloads.
func (d PlanDocument) Plan() *diff.Plan {
	plan := &diff.Plan{Node: d.Node, Owner: d.Source.Owner, Findings: d.Diagnostics}
	for _, report := range d.Unmanaged {
		plan.Reports = append(plan.Reports, diff.Report(report))
	}
	for _, one := range d.Items {
		item := &diff.Item{
			Name: one.Name, UUID: one.UUID, Brand: one.Brand, Action: one.Action, Running: one.Running, RebootPending: one.Pending, Since: one.Base,
			Blocked: one.BlockedBy, Notes: one.Reasons, Manifest: &spec.Manifest{
				Name: one.Name, UUID: one.UUID, Brand: one.Brand, Source: one.Origin, Policy: spec.Policy{MaxRisk: one.MaxRisk},
			},
		}
		for _, change := range one.Changes {
			item.Changes = append(item.Changes, change.change())
		}
		for _, operation := range one.Operations {
			var needs []int
			for _, seq := range operation.Needs {
				needs = append(needs, seq-1)
			}
			item.Steps = append(item.Steps, diff.Step{
				Verb: operation.Verb, Target: operation.Target, Paths: operation.Paths, Risk: operation.Risk, Marks: operation.Marks, Needs: needs,
				Reason: operation.Summary, Since: operation.Base,
			})
		}
		plan.Items = append(plan.Items, item)
	}
	return plan
}

func (c ChangeDocument) change() diff.Change {
	cause := c.Cause
	if cause == "unknown" {
		cause = diff.CauseUnknown
	}
	return diff.Change{
		Path: c.Path, Op: c.Op, Before: c.Before, After: c.After, Unit: c.Unit, Cause: cause, Effect: c.Effect, Risk: c.Risk,
		Marks: c.Marks, Origin: c.Origin, Sensitive: c.Sensitive, Unknown: c.Unknown, Since: c.Base,
	}
}

// SavedPlan prints a plan that was read from a file: when it was made, how long it can be applied, and the plan.
func SavedPlan(w io.Writer, document PlanDocument, options PlanOptions) error {
	text := "plan made " + document.CreatedAt.Format(time.RFC3339)
	if document.ID != "" {
		text += ", to be applied before " + document.ExpiresAt.Format(time.RFC3339)
	}
	if _, err := fmt.Fprintf(w, "%s, digest %s\n", text, document.Digest); err != nil {
		return err
	}
	return Plan(w, document.Plan(), options)
}
