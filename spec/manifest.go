package spec

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// Manifest is one instance, image or firewall rule as its file wants it: the wanted side of every comparison.
type Manifest struct {
	Kind       ManifestKind      `json:"kind,omitempty"` // empty: an instance
	Name       string            `json:"name"`           // metadata.name; unique in the repository
	Node       string            `json:"node,omitempty"`
	Labels     map[string]string `json:"labels,omitempty"`
	Formerly   []string          `json:"formerly,omitempty"`   // names that it had before; an instance that is marked so is renamed
	Generation int               `json:"generation,omitempty"` // metadata.generation; raised by hand to make a new instance under the same name

	UUID     string `json:"uuid"`               // spec.uuid, else the version 5 uuid of owner, name and generation; never empty
	OwnUUID  bool   `json:"ownUUID,omitempty"`  // the manifest itself says spec.uuid
	Brand    Brand  `json:"brand,omitempty"`    // empty when the manifest adopts an instance without naming its brand
	State    State  `json:"state,omitempty"`    // spec.state
	Document Format `json:"document,omitempty"` // how the document was written

	// Spec holds the declared properties of the kind's table in normal form (see Normalise), without state, zfs and snapshots. A nil value
	// asks for the platform's default; a missing key is not managed.
	Spec Object `json:"spec"`

	// ZFS holds spec.zfs: dataset below the instance ("." is its zoneroot) to ZFS property to value, or Inherited.
	ZFS map[string]map[string]string `json:"zfs,omitempty"`

	// Snapshots holds spec.snapshots: the names that shall exist. nil: not managed.
	Snapshots []string `json:"snapshots,omitempty"`

	// References are the values that the document does not hold itself. Those that could not be revealed are missing in Spec.
	References []Reference `json:"-"`
	revealed   []string    // what was decrypted

	Policy Policy `json:"policy,omitzero"`

	// Pruned is true for what no file says: an instance of this owner that no manifest names shall go.
	Pruned bool `json:"-"`

	// Part, if not nil, says that no file says this, and that it speaks of a part of an instance only: what is to be as it was before.
	// Whatever it does not say stays as it is, and so does the list of what the owner mark manages.
	Part *Part `json:"-"`

	// Broken is true when an Error finding concerns this manifest. It stays in the Repository so that its instance is left
	// alone and named, not forgotten.
	Broken bool `json:"broken,omitempty"`

	Source Position   `json:"source"` // where the document starts
	tree   *yaml.Node // what was written, for Position; nil when it could not be read
	offset int        // lines of the file before the document
}

// Part is what a manifest of a part of an instance says beyond its properties.
type Part struct {
	Gone map[string][]string // by collection: the keys of the elements that shall go; all others stay
}

// Format tells a manifest from a plain vmadm payload.
type Format string

// Formats of a document.
const (
	Envelope Format = "manifest" // apiVersion, kind, metadata, spec
	Payload  Format = "payload"  // what vmadm create reads
)

// Repository is everything that one run was asked to read.
type Repository struct {
	Owner     string      `json:"owner"` // kind: Repository, else "default"
	Prune     Prune       `json:"prune,omitzero"`
	Manifests []*Manifest `json:"manifests"` // in order of name
	Findings  []Finding   `json:"findings"`  // of all files, in order of place
	Files     int         `json:"files"`     // files read
	Referred  []string    `json:"-"`         // absolute paths of the files that manifests refer to, whether they are there or not

	Source Position `json:"-"` // of the document of kind Repository; zero without one

	// Ownerless is true when a document that names the owner, or looks as if, cannot be used. Then all manifests are Broken: under
	// another owner everything would be made a second time.
	Ownerless bool `json:"-"`

	// LeftOut are the manifests that a run, which is limited to some, does not look at. Their instances are not unmanaged for that.
	LeftOut []*Manifest `json:"-"`
	Limited bool        `json:"-"` // there may be more: files were named, not a folder, or the run is limited to some
}

// OutOf is how many manifests were read when a run is limited to some of them; 0: it is not limited.
func (r *Repository) OutOf() int {
	if len(r.LeftOut) == 0 {
		return 0
	}
	return len(r.Manifests) + len(r.LeftOut)
}

// Position finds the place of a JSON pointer within the manifest, or of its nearest ancestor.
func (m *Manifest) Position(pointer string) Position {
	if m.tree == nil {
		return m.Source
	}
	if m.Document == Payload {
		pointer = strings.TrimPrefix(pointer, "/spec")
	}
	n := locate(m.tree, pointer)
	return Position{File: m.Source.File, Line: n.Line + m.offset, Column: n.Column}
}
