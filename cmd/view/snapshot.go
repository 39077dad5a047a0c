package view

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/reconcile"
	"github.com/specadm/specadm/spec"
)

// snapshotSchema names the documents that hold what a node has.
const snapshotSchema = "specadm/snapshot"

// SnapshotDocument is what a node has, as JSON, with markers in the place of secrets.
type SnapshotDocument struct {
	Schema        string                                `json:"schema"`
	SchemaVersion string                                `json:"schemaVersion"`
	Tool          Tool                                  `json:"tool"`
	TakenAt       time.Time                             `json:"takenAt"`
	Node          diff.Node                             `json:"node"`
	Key           string                                `json:"key"`         // tells the key of the markers; empty: there was none
	Applied       map[string]string                     `json:"applied"`     // by owner: the commit whose manifests were applied last
	Interrupted   []string                              `json:"interrupted"` // items that a run had stopped and not started again
	Instances     []spec.Object                         `json:"instances"`   // as vmadm lookup -j prints them, in order of uuid
	Datasets      map[string]map[string]SettingDocument `json:"datasets"`    // by name, then property
	Images        []ImageDocument                       `json:"images"`      // in order of pool and uuid
	FirewallRules []spec.Object                         `json:"firewallRules"`
}

// SettingDocument is one property of a dataset, as zfs get -Hp prints it.
type SettingDocument struct {
	Value  string `json:"value"`
	Source string `json:"source"`
}

// ImageDocument is one installed image.
type ImageDocument struct {
	UUID    string   `json:"uuid"`
	Name    string   `json:"name"`
	Version string   `json:"version"`
	Pool    string   `json:"pool"`
	Source  string   `json:"source,omitempty"`
	Clones  []string `json:"clones"`
}

// NewSnapshotDocument describes a snapshot.
func NewSnapshotDocument(snapshot *reconcile.Snapshot, tool Tool) SnapshotDocument {
	found := snapshot.Found
	document := SnapshotDocument{
		Schema: snapshotSchema, SchemaVersion: "1.0", Tool: tool, TakenAt: snapshot.TakenAt, Node: found.Node, Key: snapshot.Key,
		Applied: map[string]string{}, Interrupted: append([]string{}, snapshot.Down...), Instances: inOrder(found.Instances), FirewallRules: inOrder(found.Rules),
		Datasets: make(map[string]map[string]SettingDocument, len(found.Datasets)), Images: []ImageDocument{},
	}
	maps.Copy(document.Applied, snapshot.Applied)
	for name, dataset := range found.Datasets {
		properties := make(map[string]SettingDocument, len(dataset.Properties))
		for property, setting := range dataset.Properties {
			properties[property] = SettingDocument(setting)
		}
		document.Datasets[name] = properties
	}
	for _, key := range slices.Sorted(maps.Keys(found.Images)) {
		image := found.Images[key]
		document.Images = append(document.Images, ImageDocument{
			UUID: image.UUID, Name: image.Name, Version: image.Version, Pool: image.Pool, Source: image.Source, Clones: append([]string{}, image.Clones...),
		})
	}
	return document
}

func inOrder(objects map[string]spec.Object) []spec.Object {
	list := []spec.Object{}
	for _, uuid := range slices.Sorted(maps.Keys(objects)) {
		list = append(list, objects[uuid])
	}
	return list
}

// ReadSnapshot reads a snapshot document. It refuses one of another major version, and what is none or not whole.
func ReadSnapshot(text []byte) (*reconcile.Snapshot, error) {
	var head struct{ Schema, SchemaVersion string }
	if err := json.Unmarshal(text, &head); err != nil {
		return nil, fmt.Errorf("it is no JSON: %w", err)
	}
	if head.Schema != snapshotSchema {
		return nil, fmt.Errorf("its schema is %q, not %q", head.Schema, snapshotSchema)
	}
	if major, _, _ := strings.Cut(head.SchemaVersion, "."); major != "1" {
		return nil, fmt.Errorf("its schema has version %q, and this program knows 1", head.SchemaVersion)
	}
	var document SnapshotDocument
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&document); err != nil {
		return nil, err
	}
	switch {
	case document.TakenAt.IsZero(), document.Node.UUID == "":
		return nil, errors.New("it does not say of which node it is, and when it was taken")
	case document.Instances == nil, document.Datasets == nil, document.Images == nil, document.FirewallRules == nil:
		return nil, errors.New("a part of it is missing: instances, datasets, images or firewallRules")
	}
	return document.snapshot()
}

func (d SnapshotDocument) snapshot() (*reconcile.Snapshot, error) {
	found := diff.Found{
		Node: d.Node, Datasets: make(map[string]diff.Dataset, len(d.Datasets)), Images: make(map[string]diff.Image, len(d.Images)), Masked: true,
	}
	var err, second error
	if found.Instances, err = byUUID("instances", d.Instances); err == nil {
		found.Rules, second = byUUID("firewallRules", d.FirewallRules)
	}
	for name, properties := range d.Datasets {
		dataset := diff.Dataset{Name: name, Properties: make(map[string]diff.Setting, len(properties))}
		for property, setting := range properties {
			dataset.Properties[property] = diff.Setting(setting)
		}
		found.Datasets[name] = dataset
	}
	for _, image := range d.Images {
		found.Images[image.Pool+"/"+image.UUID] = diff.Image{
			UUID: image.UUID, Name: image.Name, Version: image.Version, Pool: image.Pool, Source: image.Source, Clones: image.Clones,
		}
	}
	return &reconcile.Snapshot{TakenAt: d.TakenAt, Found: found, Key: d.Key, Down: d.Interrupted, Applied: d.Applied}, cmp.Or(err, second)
}

func byUUID(what string, list []spec.Object) (map[string]spec.Object, error) {
	objects := make(map[string]spec.Object, len(list))
	for i, object := range list {
		for name, value := range object {
			object[name] = spec.Numbers(value)
		}
		uuid, _ := object["uuid"].(string)
		if uuid == "" {
			return nil, fmt.Errorf("%s[%d] has no uuid", what, i)
		}
		objects[uuid] = object
	}
	return objects, nil
}
