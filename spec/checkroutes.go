package spec

import (
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
)

var (
	routeByIndex = regexp.MustCompile(`^nics\[([0-9]+)\]$`)
	routeByMAC   = regexp.MustCompile(`^macs\[([0-9a-fA-F:]+)\]$`)
)

// route checks one entry of routes by itself (reference 13).
func (c *checker) route(row *Property, destination string, gateway any, at string) bool {
	_, errAddress := netip.ParseAddr(destination)
	prefix, errPrefix := netip.ParsePrefix(destination)
	if errAddress != nil && (errPrefix != nil || !prefix.Addr().Is4() || prefix.Bits() < 8) {
		c.add("SA1401", at, fmt.Sprintf("%s: destination %s is not an IPv4 address or CIDR with a prefix of 8 to 32", row.Name, quoted(destination)), "")
		return false
	}
	if gateway == nil { // the entry is to go
		return true
	}
	text, ok := gateway.(string)
	if ok {
		address, err := netip.ParseAddr(text)
		ok = err == nil && address.Is4() || routeByIndex.MatchString(text) || routeByMAC.MatchString(text)
	}
	if !ok {
		c.add("SA1401", at, fmt.Sprintf("%s: gateway %s is not an IPv4 address, nics[N] or macs[MAC]", row.Name, quoted(plainText(gateway))), "such as 10.9.0.1 or nics[0]")
	}
	return ok
}

// routesOf checks that the nics that routes name exist and have a static address. It needs all nics, in normal form.
func (c *checker) routesOf(row *Property, o Object) {
	entries, _ := o[row.Name].(map[string]any)
	nics := c.elementsOf(o, RoleNICs)
	for destination, gateway := range entries {
		text, _ := gateway.(string)
		named, found := false, Object(nil)
		if match := routeByIndex.FindStringSubmatch(text); match != nil {
			named = true
			if i, err := strconv.Atoi(match[1]); err == nil && i < len(nics) {
				found = nics[i]
			}
		}
		if match := routeByMAC.FindStringSubmatch(text); match != nil {
			named = true
			for _, nic := range nics {
				if c.member(nic, RoleNICMAC) == normalMAC(match[1]) {
					found = nic
				}
			}
		}
		if named && (found == nil || !c.hasStatic(found)) {
			c.add("SA1409", pointer("/"+row.Name, destination),
				fmt.Sprintf("route %s goes to %s, which is no nic of the instance with a static address", destination, text), "")
		}
	}
}

// hasStatic reports whether a nic has an address besides dhcp and addrconf.
func (c *checker) hasStatic(nic Object) bool {
	addresses, _ := c.member(nic, RoleNICIPs).([]any)
	for _, address := range addresses {
		if address != "dhcp" && address != "addrconf" {
			return true
		}
	}
	return false
}
