package view

import (
	"fmt"
	"io"
	"strings"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/reconcile"
	"github.com/specadm/specadm/spec"
)

// Datasets prints one line for each dataset: name, type, space, whose it is, and what is odd about it.
func Datasets(w io.Writer, list []diff.Belonging, style Style) error {
	rows := [][]string{{"DATASET", "TYPE", "USED", "BELONGS TO", "NOTE"}}
	for _, one := range list {
		rows = append(rows, []string{one.Dataset, one.Type, usedText(one), whoseText(one), strings.Join(one.Notes, "; ")})
	}
	return table(w, rows, func(note string) string { return style.paint(yellow, note) })
}

// usedText is the space of a dataset in round figures: a whole number below 1024 of the largest unit that fits.
func usedText(one diff.Belonging) string {
	if one.Missing {
		return "-"
	}
	unit := spec.Bytes
	amount := one.Used
	for _, larger := range []spec.Unit{"KiB", spec.MiB, spec.GiB, "TiB"} {
		if amount < 1024 {
			break
		}
		amount, unit = (amount+512)/1024, larger
	}
	return fmt.Sprintf("%d %s", amount, unit)
}

// whoseText is the kind of owner, and its name or else its uuid.
func whoseText(one diff.Belonging) string {
	switch {
	case one.Name != "":
		return string(one.Whose) + " " + one.Name
	case one.UUID != "":
		return string(one.Whose) + " " + one.UUID
	}
	return string(one.Whose)
}

// Destroyed prints what became of datasets that were to be destroyed.
func Destroyed(w io.Writer, done []reconcile.Destruction, style Style) error {
	words := map[reconcile.StepOutcome]string{
		reconcile.StepDone: style.paint(green, "destroyed"), reconcile.StepFailed: style.paint(red, "failed   "),
		reconcile.StepSkipped: style.paint(yellow, "skipped  "),
	}
	var out strings.Builder
	for _, one := range done {
		fmt.Fprintf(&out, "%s  %s", words[one.Outcome], one.Dataset)
		if one.Err != nil {
			fmt.Fprintf(&out, ": %v", one.Err)
		}
		out.WriteString("\n")
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// DatasetsDocument is the list of datasets as JSON.
type DatasetsDocument struct {
	Schema        string           `json:"schema"`
	SchemaVersion string           `json:"schemaVersion"`
	Datasets      []diff.Belonging `json:"datasets"` // in order of name
}

// NewDatasetsDocument describes a list of datasets.
func NewDatasetsDocument(list []diff.Belonging) DatasetsDocument {
	return DatasetsDocument{Schema: "specadm/datasets", SchemaVersion: "1.0", Datasets: append([]diff.Belonging{}, list...)}
}

// DestroyedDocument is what became of datasets that were to be destroyed, as JSON.
type DestroyedDocument struct {
	Schema        string             `json:"schema"`
	SchemaVersion string             `json:"schemaVersion"`
	Datasets      []DestroyedDataset `json:"datasets"` // in the order in which they were to be destroyed
	Exit          Exit               `json:"exit"`
}

// DestroyedDataset is what became of one of them.
type DestroyedDataset struct {
	diff.Belonging
	Outcome reconcile.StepOutcome `json:"outcome"`
	Error   string                `json:"error,omitempty"`
}

// NewDestroyedDocument describes a destruction.
func NewDestroyedDocument(done []reconcile.Destruction, exit Exit) DestroyedDocument {
	document := DestroyedDocument{Schema: "specadm/destroyed", SchemaVersion: "1.0", Datasets: []DestroyedDataset{}, Exit: exit}
	for _, one := range done {
		dataset := DestroyedDataset{Belonging: one.Belonging, Outcome: one.Outcome}
		if one.Err != nil {
			dataset.Error = one.Err.Error()
		}
		document.Datasets = append(document.Datasets, dataset)
	}
	return document
}
