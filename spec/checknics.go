package spec

import (
	"fmt"
	"net/netip"
)

// nics checks what create refuses about nics as a whole (reference 11.1 to 11.4). Elements are typed but still have their old forms.
func (c *checker) nics(o Object) {
	row := c.table.Role(RoleNICs)
	elements := c.elementsOf(o, RoleNICs)
	driver := o[c.table.Role(RoleNICDriver).Name]
	macs, addresses, vrids := seen{}, seen{}, seen{}
	primaries, gateways := 0, 0
	for i, nic := range elements {
		at := pointerAt("/"+row.Name, i)
		c.nic(row, nic, driver, at)
		normal := nic
		if c.hasOldForm(nic) {
			normal = c.table.NormaliseElement(row.Name, nic)
		}
		if mac, ok := c.member(normal, RoleNICMAC).(string); ok {
			c.twice(macs, "MAC", mac, at)
		}
		if ips, ok := c.member(normal, RoleNICIPs).([]any); ok {
			for _, ip := range ips {
				if ip != "dhcp" && ip != "addrconf" {
					c.twice(addresses, "address", ip, at)
				}
			}
		}
		c.twice(vrids, "VRID", c.member(normal, RoleNICVRID), at)
		if c.member(normal, RoleNICPrimary) == true {
			if primaries++; primaries == 2 {
				c.add("SA1404", pointer(at, c.table.Role(RoleNICPrimary).BaseName()), "a second nic is marked primary", "mark one of them only")
			}
		}
		if list, ok := c.member(normal, RoleNICGateways).([]any); ok && len(list) > 0 {
			gateways++
		}
	}
	if gateways > 1 && primaries == 0 {
		c.add("SA1602", "/"+row.Name, "several nics have gateways and none is primary", "mark one with primary: true")
	}
}

// nic checks one nic by itself.
func (c *checker) nic(row *Property, nic Object, driver any, at string) {
	tag := c.table.Role(RoleNICTag)
	if !c.has(nic, RoleNICTag) && !c.reportedAt(pointer(at, tag.BaseName())) {
		c.add("SA1305", at, fmt.Sprintf("an element of %s needs %s", row.Name, tag.BaseName()), exampleOf(tag))
	}
	if model := c.table.Role(RoleNICModel); model.Create.Has(c.brand) && !c.has(nic, RoleNICModel) && (driver == nil || driver == "") &&
		!c.reportedAt(pointer(at, model.BaseName())) {
		c.add("SA1403", at, fmt.Sprintf("a nic of a %s instance needs %s", c.brand, model.BaseName()), exampleOf(model))
	}
	c.oldAddress(nic, at)
	if c.has(nic, RoleNICVRID) && !c.has(nic, RoleNICVRRPIP) {
		c.add("SA1407", at, c.table.Role(RoleNICVRID).BaseName()+" needs "+c.table.Role(RoleNICVRRPIP).BaseName(), "")
	}
	total := 0
	for _, role := range []Role{RoleNICIPs, RoleNICAllowedIPs} {
		list, _ := c.member(nic, role).([]any)
		total += len(list)
	}
	if total > 32 {
		c.add("SA1406", at, fmt.Sprintf("the nic has %d addresses of all kinds; the platform takes 32", total), "")
	}
}

// oldAddress checks ip and netmask, which count only where ips is left out.
func (c *checker) oldAddress(nic Object, at string) {
	ip, ok := c.member(nic, RoleNICIP).(string)
	if !ok || ip == "" || ip == "dhcp" || c.has(nic, RoleNICIPs) {
		return
	}
	parent := at
	at = pointer(parent, c.table.Role(RoleNICIP).BaseName())
	_, err := netip.ParseAddr(ip)
	switch {
	case err != nil && addressProblem(ip) == "":
		c.add("SA1401", at, fmt.Sprintf("ip %s has a prefix length, which belongs into ips", ip), "write ips: ["+ip+"]")
	case err != nil:
		c.add("SA1401", at, fmt.Sprintf("ip: %s is not an address, nor dhcp", quoted(ip)), "")
	case !c.has(nic, RoleNICNetmask) && !c.reportedAt(pointer(parent, c.table.Role(RoleNICNetmask).BaseName())):
		c.add("SA1407", at, "ip needs netmask", "write ips with a prefix length, such as ips: ["+ip+"/24]")
	}
}

// reportedAt reports whether a finding about exactly this place exists, so that "missing" is not said of something that was there.
func (c *checker) reportedAt(at string) bool {
	if c.known[at] {
		return true
	}
	for i := range c.findings {
		if c.findings[i].Pointer == at {
			return true
		}
	}
	return false
}

// hasOldForm reports whether a nic is written in the form of old platforms.
func (c *checker) hasOldForm(nic Object) bool {
	return c.has(nic, RoleNICIP) || c.has(nic, RoleNICGateway)
}
