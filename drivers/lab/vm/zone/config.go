package zone

import (
	"slices"
	"strings"
)

// Config is the configuration of one zone. Lists keep the order in which their elements were added.
type Config struct {
	Name     string `json:"name"`
	Path     string `json:"zonepath"`
	Brand    string `json:"brand"`
	Autoboot bool   `json:"autoboot"`
	// LimitPriv is the comma joined list of privileges.
	LimitPriv string `json:"limitpriv"`
	// FSAllowed is nil when there is no such setting, which is not the same as an empty one.
	FSAllowed *string `json:"fs-allowed,omitempty"`
	// DebugID is the zonedid, a number that this node gave the zone for life.
	DebugID     int64        `json:"debugid"`
	Attrs       Attrs        `json:"attrs,omitempty"`
	Rctls       []Rctl       `json:"rctls,omitempty"`
	Networks    []Network    `json:"networks,omitempty"`
	Devices     []Device     `json:"devices,omitempty"`
	Filesystems []Filesystem `json:"filesystems,omitempty"`
	Datasets    []string     `json:"datasets,omitempty"`
}

// Attr is a named text, of a zone or of one of its resources.
type Attr struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Rctl is a resource control.
type Rctl struct {
	Name   string `json:"name"`
	Limit  string `json:"limit"`
	Action string `json:"action"` // deny or none
}

// Network is a net resource.
type Network struct {
	Physical  string `json:"physical"`
	MAC       string `json:"mac-addr"`
	GlobalNIC string `json:"global-nic,omitempty"`
	VLAN      string `json:"vlan-id,omitempty"`
	Attrs     Attrs  `json:"net-attrs,omitempty"`
}

// Device is a device resource.
type Device struct {
	Match string `json:"match"`
	Attrs Attrs  `json:"net-attrs,omitempty"`
}

// Filesystem is a fs resource.
type Filesystem struct {
	Directory string   `json:"directory"`
	Special   string   `json:"special"`
	Raw       string   `json:"raw,omitempty"`
	Type      string   `json:"type"`
	Options   []string `json:"options,omitempty"`
}

// Attrs is a list of attributes with unique names.
type Attrs []Attr

// Get returns the value of an attribute.
func (a Attrs) Get(name string) (string, bool) {
	for _, attr := range a {
		if attr.Name == name {
			return attr.Value, true
		}
	}
	return "", false
}

// Set changes an attribute in place, or adds it at the end.
func (a *Attrs) Set(name, value string) {
	for i := range *a {
		if (*a)[i].Name == name {
			(*a)[i].Value = value
			return
		}
	}
	*a = append(*a, Attr{Name: name, Value: value})
}

// Remove removes an attribute if it is there.
func (a *Attrs) Remove(name string) {
	*a = slices.DeleteFunc(*a, func(attr Attr) bool { return attr.Name == name })
}

// Attr returns the value of an attribute of the zone.
func (c *Config) Attr(name string) (string, bool) { return c.Attrs.Get(name) }

// SetAttr sets an attribute of the zone.
func (c *Config) SetAttr(name, value string) { c.Attrs.Set(name, value) }

// RemoveAttr removes an attribute of the zone if it is there.
func (c *Config) RemoveAttr(name string) { c.Attrs.Remove(name) }

// Rctl returns the limit of a resource control.
func (c *Config) Rctl(name string) (string, bool) {
	for _, rctl := range c.Rctls {
		if rctl.Name == name {
			return rctl.Limit, true
		}
	}
	return "", false
}

// SetRctl sets a resource control. Shares and priorities are not enforced by denial; all others are.
func (c *Config) SetRctl(name, limit string) {
	for i := range c.Rctls {
		if c.Rctls[i].Name == name {
			c.Rctls[i].Limit = limit
			return
		}
	}
	action := "deny"
	if strings.HasSuffix(name, "-shares") || strings.HasSuffix(name, "-priority") {
		action = "none"
	}
	c.Rctls = append(c.Rctls, Rctl{Name: name, Limit: limit, Action: action})
}

// RemoveRctl removes a resource control if it is there.
func (c *Config) RemoveRctl(name string) {
	c.Rctls = slices.DeleteFunc(c.Rctls, func(rctl Rctl) bool { return rctl.Name == name })
}

// Clone returns a deep copy.
func (c *Config) Clone() *Config {
	copied := *c
	if c.FSAllowed != nil {
		allowed := *c.FSAllowed
		copied.FSAllowed = &allowed
	}
	copied.Attrs = slices.Clone(c.Attrs)
	copied.Rctls = slices.Clone(c.Rctls)
	copied.Datasets = slices.Clone(c.Datasets)
	copied.Networks = slices.Clone(c.Networks)
	for i := range copied.Networks {
		copied.Networks[i].Attrs = slices.Clone(copied.Networks[i].Attrs)
	}
	copied.Devices = slices.Clone(c.Devices)
	for i := range copied.Devices {
		copied.Devices[i].Attrs = slices.Clone(copied.Devices[i].Attrs)
	}
	copied.Filesystems = slices.Clone(c.Filesystems)
	for i := range copied.Filesystems {
		copied.Filesystems[i].Options = slices.Clone(copied.Filesystems[i].Options)
	}
	return &copied
}
