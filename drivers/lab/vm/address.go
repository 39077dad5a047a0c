package vm

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Words that stand for an address that the network gives.
const (
	dhcp     = "dhcp"
	addrconf = "addrconf"
)

// dynamic tells whether the element of ips is no address.
func dynamic(ip string) bool { return ip == dhcp || ip == addrconf }

// parseNicAddress reads ADDRESS/PREFIX as ips takes it: the prefix is mandatory, for IPv4 from 8 on (reference 11.1).
func parseNicAddress(text string) (netip.Prefix, bool) {
	prefix, err := netip.ParsePrefix(text)
	if err != nil || (prefix.Addr().Is4() && prefix.Bits() < 8) {
		return netip.Prefix{}, false
	}
	return prefix, true
}

// goodAllowedIP takes an address or a network.
func goodAllowedIP(text string) bool {
	if _, err := netip.ParsePrefix(text); err == nil {
		return true
	}
	address, err := netip.ParseAddr(text)
	return err == nil && address.Zone() == ""
}

func isIPv4(text string) bool {
	address, err := netip.ParseAddr(text)
	return err == nil && address.Is4()
}

// private tells whether an address is one that nobody outside can reach by; every IPv6 address counts as public, and so do dhcp and
// addrconf (reference 11.4).
func private(ip string) bool {
	prefix, ok := parseNicAddress(ip)
	if !ok || !prefix.Addr().Is4() {
		return false
	}
	return slices.ContainsFunc([]string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"}, func(network string) bool {
		return netip.MustParsePrefix(network).Contains(prefix.Addr())
	})
}

// maskBits is the prefix length of a netmask such as 255.255.255.0.
func maskBits(netmask string) (int, bool) {
	address, err := netip.ParseAddr(netmask)
	if err != nil || !address.Is4() {
		return 0, false
	}
	octets := address.As4()
	bits := uint32(octets[0])<<24 | uint32(octets[1])<<16 | uint32(octets[2])<<8 | uint32(octets[3])
	for length := range 33 {
		if bits == maskOf(length) {
			return length, true
		}
	}
	return 0, false
}

func maskOf(length int) uint32 { return ^uint32(0) << (32 - length) }

// netmask is the netmask of a prefix length.
func netmask(length int) string {
	mask := maskOf(length)
	return fmt.Sprintf("%d.%d.%d.%d", byte(mask>>24), byte(mask>>16), byte(mask>>8), byte(mask))
}

// paddedMAC is the form in which zonecfg keeps a MAC address: lower case, two digits for each octet.
func paddedMAC(mac string) string {
	octets := strings.Split(strings.ToLower(mac), ":")
	for i, octet := range octets {
		if len(octet) == 1 {
			octets[i] = "0" + octet
		}
	}
	return strings.Join(octets, ":")
}
