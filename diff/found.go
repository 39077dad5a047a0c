package diff

import "github.com/specadm/specadm/spec"

// Found is what one look at a node has seen: the found side of every comparison.
type Found struct {
	Node      Node
	Instances map[string]spec.Object // by uuid, as vmadm lookup -j prints them
	Datasets  map[string]Dataset     // filesystems and volumes by name; nil when ZFS was not read
	Images    map[string]Image       // by POOL/UUID; nil when they were not read, since no manifest speaks of one
	Rules     map[string]spec.Object // firewall rules by uuid, as fwadm list -j prints them; nil when they were not read

	Masked bool // secrets are markers (spec.Mask), as in a snapshot
}

// Image is one image that is installed on the node.
type Image struct {
	UUID, Name, Version string
	Pool                string
	Source              string   // where it came from; empty when it was installed by hand
	Clones              []string // datasets made from it
}

// Concerns reports whether a manifest is this node's business.
func (n Node) Concerns(m *spec.Manifest) bool {
	return m.Node == "" || m.Node == n.Hostname || m.Node == n.UUID
}

// Node says which compute node was seen.
type Node struct {
	Hostname string `json:"hostname,omitempty"`
	UUID     string `json:"uuid,omitempty"`     // server_uuid
	Platform string `json:"platform,omitempty"` // platform build stamp
}

// Dataset is one ZFS filesystem or volume with the properties that the pass has read, as zfs get -Hp prints them.
type Dataset struct {
	Name       string
	Properties map[string]Setting // by ZFS property name, "type" included
}

// Setting is one ZFS property value with where it comes from (local, default, inherited from X, received, -).
type Setting struct {
	Value  string
	Source string
}
