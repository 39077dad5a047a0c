package node

import (
	"strings"
)

const settingsFile = "node.json"

// Settings is node.json.
type Settings struct {
	Hostname string `json:"hostname"`
	// UUID is the server uuid.
	UUID string `json:"uuid"`
	// UpdateWaitMS stands for the 60 s that vmadm waits for an expected change (reference 10.1, 10.3).
	UpdateWaitMS int `json:"updateWaitMS"`
	// CacheDelayMS is how long vmadm's reads show the world as it was before a change (reference 23.14).
	CacheDelayMS int `json:"cacheDelayMS"`
	// PlatformImage is the build stamp of the platform (sysinfo "Live Image").
	PlatformImage string `json:"platformImage"`
	MemoryMiB     int64  `json:"memoryMiB"`
	ZpoolGiB      int64  `json:"zpoolGiB"`
	// DatacenterName and HeadnodeID are shown by vmadm get when set (reference 6.1).
	DatacenterName string `json:"datacenterName,omitempty"`
	HeadnodeID     string `json:"headnodeID,omitempty"`
	// ClockSkewMS is added to the clock.
	ClockSkewMS int64 `json:"clockSkewMS,omitempty"`
	// Sysinfo overrides keys of sysinfo; null removes one.
	Sysinfo map[string]any `json:"sysinfo,omitempty"`
	// Pools are the zpools, the system's first.
	Pools []string `json:"pools"`
	// NicTags are the nic tags with their links.
	NicTags []NicTag `json:"nicTags"`
	// ImageSources are the URLs of imgadm sources.
	ImageSources []ImageSource `json:"imageSources"`
	// Serial is the last number given out by Node.NextSerial.
	Serial int64 `json:"serial"`
}

// NicTag is one line of nictagadm list (reference 19.2).
type NicTag struct {
	Name string `json:"name"`
	// MAC and Link are empty where nictagadm prints a dash.
	MAC  string `json:"mac,omitempty"`
	Link string `json:"link,omitempty"`
	// Type is normal, aggr, etherstub or "overlay rule".
	Type string `json:"type"`
	// MTU is 1500 when 0.
	MTU int `json:"mtu,omitempty"`
}

// OverlayRule is the type of a nic tag that is used as NAME/NUMBER.
const OverlayRule = "overlay rule"

// ImageSource is a server that images come from. The lab never asks it: its catalogue is what all sources offer.
type ImageSource struct {
	URL      string `json:"url"`
	Type     string `json:"type"`
	Insecure bool   `json:"insecure,omitempty"`
}

// Settings are the settings of the lab. Call SettingsChanged after changing them.
func (n *Node) Settings() *Settings { return &n.settings }

// SettingsChanged makes Save write the settings.
func (n *Node) SettingsChanged() { n.changed = true }

// NicTag finds a nic tag; an overlay tag is asked for as "rule/number" (reference 19.2).
func (n *Node) NicTag(name string) (NicTag, bool) {
	rule, _, overlay := strings.Cut(name, "/")
	for _, tag := range n.settings.NicTags {
		if tag.Name == rule && (tag.Type == OverlayRule) == overlay {
			return tag, true
		}
	}
	return NicTag{}, false
}

// NextSerial gives out the next of the numbers that a node counts up: zone ids and zone dids.
func (n *Node) NextSerial() int64 {
	n.settings.Serial++
	n.SettingsChanged()
	return n.settings.Serial
}
