package node

// Settings is node.json.
type Settings struct {
	Hostname string `json:"hostname"`
	// UUID is the server uuid.
	UUID string `json:"uuid"`
	// UpdateWaitMS stands for the 60 s that vmadm waits for an expected change (reference 10.1, 10.3).
	UpdateWaitMS int `json:"updateWaitMS"`
	// BootWaitMS stands for the time limits of boots, stops and provisioning.
	BootWaitMS int `json:"bootWaitMS"`
	// CacheDelayMS is how long vmadm's reads show the world as it was before a change (reference 23.14).
	CacheDelayMS int `json:"cacheDelayMS"`
	// PlatformImage is the build stamp of the platform (sysinfo "Live Image").
	PlatformImage string `json:"platformImage"`
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
	// Serial is the last number given out by Node.NextSerial (zone ids, zone dids).
	Serial int64 `json:"serial"`
}

// NicTag is one line of nictagadm list.
type NicTag struct {
	Name string `json:"name"`
	MAC  string `json:"mac,omitempty"`
	Link string `json:"link,omitempty"`
	// Type is normal, aggr, etherstub or "overlay rule".
	Type string `json:"type"`
	// MTU is 1500 when 0.
	MTU int `json:"mtu,omitempty"`
}

// NicTag finds a nic tag; an overlay tag is asked for as "rule/number" (reference 19.2).
func (n *Node) NicTag(name string) (NicTag, bool) { return NicTag{}, false }

// NextSerial gives out the next of the numbers that a node counts up: zone ids and zone dids.
func (n *Node) NextSerial() int64 { return 0 }

// Sysinfo is what the sysinfo program prints, overrides applied (reference 19.3).
func (n *Node) Sysinfo() map[string]any { return nil }
