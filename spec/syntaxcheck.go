package spec

import (
	"net/netip"
	"strconv"
	"strings"
)

// problem says what is wrong with a text of the syntax, as the end of a sentence that starts with the text; empty: nothing.
func (s Syntax) problem(text string) string {
	switch s {
	case SyntaxMAC:
		if !matches(`^[0-9a-fA-F]{1,2}(:[0-9a-fA-F]{1,2}){5}$`, text) {
			return "is not a MAC address, such as 02:08:20:aa:bb:01"
		}
	case SyntaxAddress:
		return addressProblem(text)
	case SyntaxIP:
		if _, err := netip.ParseAddr(text); err != nil {
			return "is not an IPv4 or IPv6 address"
		}
	case SyntaxIPv4:
		if address, err := netip.ParseAddr(text); err != nil || !address.Is4() {
			return "is not an IPv4 address"
		}
	case SyntaxNetmask:
		if _, ok := prefixLength(text); !ok {
			return "is not a netmask, such as 255.255.255.0"
		}
	case SyntaxIPOrCIDR:
		_, errAddress := netip.ParseAddr(text)
		_, errPrefix := netip.ParsePrefix(text)
		if errAddress != nil && errPrefix != nil {
			return "is not an address, with or without a prefix length"
		}
	case SyntaxNICTag:
		if !matches(`^[a-zA-Z0-9_]+(/[0-9]+)?$`, text) {
			return "is not a nic tag: letters, digits and underscores, or RULE/NUMBER of an overlay"
		}
	case SyntaxDHCPCID:
		if !matches(`^0x([0-9a-fA-F]{2})+$`, text) || len(text) > 512 {
			return "is not a DHCP client identifier: 0x and an even number of hexadecimal digits, at most 512 characters"
		}
	case SyntaxPort:
		if port, err := strconv.ParseUint(text, 10, 16); err != nil || port == 0 {
			return "is not a port number"
		}
	case SyntaxPCISlot:
		return pciSlotProblem(text)
	case SyntaxSectorSize:
		for part := range strings.SplitSeq(text, "/") {
			if n, err := strconv.ParseUint(part, 10, 32); err != nil || n == 0 || n&(n-1) != 0 {
				return "is not a sector size: a power of two, or LOGICAL/PHYSICAL"
			}
		}
	case SyntaxRule:
		if _, err := ParseFirewallRule(text); err != nil {
			return "cannot be read: " + err.Error()
		}
	case SyntaxAttrName:
		if !matches(`^[A-Za-z0-9._-]+$`, text) {
			return "may hold only letters, digits, dots, underscores and dashes"
		}
	}
	return ""
}

func addressProblem(text string) string {
	if text == "dhcp" || text == "addrconf" {
		return ""
	}
	prefix, err := netip.ParsePrefix(text)
	switch {
	case err == nil && prefix.Addr().Is4() && (prefix.Bits() < 8 || prefix.Bits() > 32):
		return "has a prefix length outside 8 to 32"
	case err == nil && prefix.Addr().Zone() == "":
		return ""
	}
	if address, err := netip.ParseAddr(text); err == nil {
		if address.Is4() {
			return "has no prefix length, such as " + text + "/24"
		}
		return "has no prefix length, such as " + text + "/64"
	}
	return "is not an address with its prefix length, nor dhcp or addrconf"
}

// pciSlotProblem follows reference 12.1: device, device:function or bus:device:function.
func pciSlotProblem(text string) string {
	parts := strings.Split(text, ":")
	if len(parts) > 3 {
		return "is not a PCI slot: device, device:function or bus:device:function"
	}
	limits := [][]uint64{{31}, {31, 7}, {255, 31, 7}}[len(parts)-1]
	numbers := make([]uint64, len(parts))
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 10, 16)
		if err != nil || n > limits[i] {
			return "is not a PCI slot: bus 0 to 255, device 0 to 31, function 0 to 7"
		}
		numbers[i] = n
	}
	bus, device := uint64(0), numbers[0]
	if len(parts) == 3 {
		bus, device = numbers[0], numbers[1]
	}
	if bus == 0 && (device == 0 || device == 6 || device == 30 || device == 31) {
		return "names a device that is reserved: 0, 6, 30 and 31 on bus 0"
	}
	return ""
}
