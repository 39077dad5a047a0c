package diff

import "github.com/specadm/specadm/spec"

// Found is what one look at a node has seen: the found side of every comparison.
type Found struct {
	Node      Node
	Instances map[string]spec.Object // by uuid, as vmadm lookup -j prints them
	Datasets  map[string]Dataset     // filesystems and volumes by name; nil when ZFS was not read
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
