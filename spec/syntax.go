package spec

// Syntax says what a text, or each element of a list, must look like beyond its type. vmadm validate checks few of them; create and
// update refuse the rest (reference 4, 11.1, 12.1, 13).
type Syntax string

// Syntaxes.
const (
	SyntaxFree       Syntax = ""
	SyntaxMAC        Syntax = "mac"     // six octets
	SyntaxAddress    Syntax = "address" // dhcp, addrconf, or an address with its prefix length
	SyntaxIP         Syntax = "ip"      // IPv4 or IPv6
	SyntaxIPv4       Syntax = "ipv4"
	SyntaxNetmask    Syntax = "netmask" // IPv4, contiguous
	SyntaxIPOrCIDR   Syntax = "ip-or-cidr"
	SyntaxNICTag     Syntax = "nic-tag"     // letters, digits, underscore; with a slash it is an overlay
	SyntaxDHCPCID    Syntax = "dhcp-cid"    // 0x and an even number of hexadecimal digits
	SyntaxPort       Syntax = "port"        // 1 to 65535
	SyntaxPCISlot    Syntax = "pci-slot"    // device, device:function or bus:device:function
	SyntaxSectorSize Syntax = "sector-size" // N or N/N, powers of two
	SyntaxPowerOfTwo Syntax = "power-of-two"
	SyntaxAttrName   Syntax = "attr-name" // letters, digits, dot, underscore, dash
	SyntaxRule       Syntax = "rule"      // a firewall rule as fwadm takes it
	SyntaxRoute      Syntax = "route"     // of a Map: address or CIDR to address, nics[N] or macs[..]
)
