package node

import (
	"maps"
	"strconv"
)

// Sysinfo is what the sysinfo program prints, overrides applied (reference 19.3). It is a fresh copy.
func (n *Node) Sysinfo() map[string]any {
	s := n.settings
	info := map[string]any{
		"Live Image":                 s.PlatformImage,
		"System Type":                "SunOS",
		"SDC Version":                "7.0",
		"Manufacturer":               "specadm",
		"Product":                    "lab",
		"Serial Number":              s.UUID,
		"VM Capable":                 true,
		"Bhyve Capable":              true,
		"Bhyve Max Vcpus":            64,
		"HVM API":                    true,
		"CPU Type":                   "pretended",
		"CPU Virtualization":         "vmx",
		"CPU Physical Cores":         2,
		"CPU Core Count":             16,
		"CPU Total Cores":            32,
		"UUID":                       s.UUID,
		"Hostname":                   s.Hostname,
		"MiB of Memory":              strconv.FormatInt(s.MemoryMiB, 10), // a string, as on a node
		"Zpool Disks":                "c1t0d0",
		"Zpool Profile":              "striped",
		"Zpool Size in GiB":          s.ZpoolGiB,
		"Disks":                      map[string]any{"c1t0d0": map[string]any{"Size in GB": s.ZpoolGiB * (1 << 30) / 1e9}},
		"Boot Parameters":            map[string]any{"smartos": "true"},
		"Network Interfaces":         n.interfaces(),
		"Virtual Network Interfaces": map[string]any{},
		"Link Aggregations":          map[string]any{},
	}
	if len(s.Pools) > 0 {
		info["Zpool"] = s.Pools[0]
	}
	if s.DatacenterName != "" {
		info["Datacenter Name"] = s.DatacenterName
	}
	if s.HeadnodeID != "" {
		info["Headnode ID"] = s.HeadnodeID
	}
	maps.Copy(info, s.Sysinfo)
	maps.DeleteFunc(info, func(_ string, value any) bool { return value == nil })
	return info
}

// interfaces are the links that nic tags lie on.
func (n *Node) interfaces() map[string]any {
	links := map[string]any{}
	for _, tag := range n.settings.NicTags {
		if tag.Type != "normal" || tag.Link == "" {
			continue
		}
		names := []string{tag.Name}
		if known, ok := links[tag.Link].(map[string]any); ok {
			names = append(known["NIC Names"].([]string), tag.Name)
		}
		links[tag.Link] = map[string]any{"MAC Address": tag.MAC, "ip4addr": "", "Link Status": "up", "NIC Names": names}
	}
	return links
}
