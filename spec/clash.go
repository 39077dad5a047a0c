package spec

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// claim is a value that at most one manifest may have, with where it was claimed.
type claim struct {
	manifest *Manifest
	pointer  string
}

// claims remembers who claimed what, of one kind.
type claims map[string]claim

// clashes reports what manifests cannot have in common. Manifests for absent instances claim nothing but their name.
func (r *Repository) clashes() {
	table := Properties()
	names, uuids, aliases, macs, addresses, ports := claims{}, claims{}, claims{}, claims{}, claims{}, claims{}
	others := map[ManifestKind]claims{KindImage: {}, KindFirewallRule: {}}
	for _, m := range r.Manifests {
		r.claim(names, m, m.Name, "/metadata/name", "SA1501", "the name %s stands twice in the repository", "rename one")
		if m.Kind != KindInstance {
			r.claimThing(others[m.Kind], m)
			continue
		}
		if m.OwnUUID {
			r.claim(uuids, m, m.UUID, "/spec/"+table.Role(RoleUUID).Name, "SA1502", "the uuid %s stands twice in the repository", "leave it out of one")
		}
		if m.State == Absent {
			continue
		}
		alias := table.Role(RoleAlias).Name
		if text, ok := m.Spec[alias].(string); ok && text != m.Name {
			r.claim(aliases, m, text, "/spec/"+alias, "SA1507", "the alias %s stands twice in the repository", "")
		} else if ok {
			r.claim(aliases, m, text, "/metadata/name", "SA1507", "the alias %s stands twice in the repository", "")
		}
		r.claimNetwork(macs, addresses, m)
		port := table.Role(RoleVNCPort).Name
		number, _ := m.Spec[port].(int64)
		if first, taken := ports[fmt.Sprint(number)]; number > 0 && !(taken && apart(first.manifest, m)) {
			r.claim(ports, m, fmt.Sprint(number), "/spec/"+port, "SA1505", "the VNC port %s is asked for twice", "give one another port")
		}
	}
}

// claimThing claims the uuid of an image or a firewall rule. An image is one thing on each pool of each node.
func (r *Repository) claimThing(taken claims, m *Manifest) {
	table := m.Kind.Table()
	if !m.OwnUUID {
		return
	}
	value := m.UUID
	for _, row := range table.Roles(RolePool) {
		pool, _ := m.Spec[row.Name].(string)
		value += " on pool " + cmp.Or(pool, systemPool())
	}
	if first, clash := taken[value]; clash && apart(first.manifest, m) {
		return
	}
	r.claim(taken, m, value, "/spec/"+table.Role(RoleUUID).Name, "SA1502", "the uuid %s stands twice in the repository", "remove one of the two")
}

// claimNetwork claims the MACs and static addresses of a manifest's nics.
func (r *Repository) claimNetwork(macs, addresses claims, m *Manifest) {
	c := checker{table: Properties()}
	row := c.table.Role(RoleNICs)
	for i, nic := range c.elementsOf(m.Spec, RoleNICs) {
		at := pointerAt("/spec/"+row.Name, i)
		if mac, ok := c.member(nic, RoleNICMAC).(string); ok {
			r.claim(macs, m, mac, pointer(at, c.table.Role(RoleNICMAC).BaseName()), "SA1503", "the MAC address %s stands twice in the repository", "leave it out of one; the platform makes one up")
		}
		vlan, _ := c.member(nic, RoleNICVLAN).(int64)
		tag, _ := c.member(nic, RoleNICTag).(string)
		ips, _ := c.member(nic, RoleNICIPs).([]any)
		for _, ip := range ips {
			address := bareAddress(plainText(ip))
			if address == "" {
				continue
			}
			r.claim(addresses, m, address+" on "+tag+", VLAN "+strconv.FormatInt(vlan, 10)+",", pointer(at, c.table.Role(RoleNICIPs).BaseName()), "SA1504",
				"the address %s stands twice in the repository", "give one another address")
		}
	}
}

// claim reports a value that another manifest has claimed before. Both manifests are broken by an error, since none is the right one.
func (r *Repository) claim(taken claims, m *Manifest, value, pointer, code, message, suggestion string) {
	if value == "" {
		return
	}
	first, clash := taken[value]
	if !clash {
		taken[value] = claim{m, pointer}
		return
	}
	switch {
	case first.manifest == m:
		return // within one manifest; the typed pass reports it
	case first.manifest.Name == m.Name && code != "SA1501":
		return // a copied document; that its name clashes says it all
	}
	finding := Finding{
		Code: code, Severity: codeByName()[code].Severity, Message: fmt.Sprintf(message, value), Suggestion: suggestion,
		Position: m.Position(pointer), Pointer: pointer, Item: m.Name, Related: []Position{first.manifest.Position(first.pointer)},
	}
	if m.Document == Payload {
		finding.Pointer = strings.TrimPrefix(pointer, "/spec")
	}
	finding.Message += fmt.Sprintf(", also at %s", finding.Related[0])
	if finding.Severity == Error {
		m.Broken, first.manifest.Broken = true, true
	}
	r.Findings = append(r.Findings, finding)
}

// bareAddress is the address of an entry of ips without its prefix length; empty for dhcp and addrconf.
func bareAddress(entry string) string {
	if entry == "dhcp" || entry == "addrconf" {
		return ""
	}
	address, _, _ := strings.Cut(entry, "/")
	return address
}

// apart reports whether two manifests are for different nodes.
func apart(a, b *Manifest) bool { return a.Node != "" && b.Node != "" && a.Node != b.Node }
