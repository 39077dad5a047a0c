package spec

import (
	"strings"
	"sync"
)

// ManifestKind is what a manifest describes. The zero value is an instance.
type ManifestKind string

// Kinds of manifests.
const (
	KindInstance     ManifestKind = ""
	KindImage        ManifestKind = "Image"        // an image that is installed on the node
	KindFirewallRule ManifestKind = "FirewallRule" // a rule that fwadm keeps
)

// ManifestKinds lists the kinds in the order of the documentation.
func ManifestKinds() []ManifestKind {
	return []ManifestKind{KindInstance, KindImage, KindFirewallRule}
}

// String is the kind as a manifest writes it.
func (k ManifestKind) String() string {
	if k == KindInstance {
		return "Instance"
	}
	return string(k)
}

// Words is the kind as people say it in a sentence.
func (k ManifestKind) Words() string {
	switch k {
	case KindImage:
		return "image"
	case KindFirewallRule:
		return "firewall rule"
	}
	return "instance"
}

// doc says in a sentence what a manifest of the kind keeps.
func (k ManifestKind) doc() string {
	switch k {
	case KindImage:
		return "An image that shall be installed on the node; imgadm imports it, with those that it is based on."
	case KindFirewallRule:
		return "A firewall rule as fwadm keeps it. It takes effect on instances that have firewall_enabled."
	}
	return "A SmartOS instance as it shall be."
}

// Table gives the property table of a kind. Rows of other kinds than instances stand for every brand, since they have none; Update is
// EveryBrand where the program can change the property, and NoBrand where the thing has to be made anew.
func (k ManifestKind) Table() *Table {
	switch k {
	case KindImage:
		return imageTable()
	case KindFirewallRule:
		return firewallTable()
	}
	return Properties()
}

// kindNamed finds a kind by its name, whatever its case.
func kindNamed(name string) (ManifestKind, bool) {
	for _, kind := range ManifestKinds() {
		if strings.EqualFold(kind.String(), name) {
			return kind, true
		}
	}
	return KindInstance, false
}

var imageTable = sync.OnceValue(func() *Table {
	return newTable([]Property{
		{
			Name: "state", Kind: Scalar, Type: String, Create: EveryBrand, Role: RoleState, Enum: []string{string(Absent)},
			Doc: "Left out, the image shall be there; absent deletes it, once no instance uses it.", Example: "absent",
		},
		{
			Name: "uuid", Kind: Scalar, Type: UUID, Create: EveryBrand, Required: EveryBrand, Role: RoleUUID,
			Doc: "The image, as imgadm names it.", Example: "01b2c898-945f-11e1-a523-af1afbe22822",
		},
		{
			Name: "zpool", Kind: Scalar, Type: Zpool, Create: EveryBrand, Role: RolePool, Default: everywhere(systemPool()),
			Doc: "The pool that holds the image.", Example: "tank",
		},
	})
})

var firewallTable = sync.OnceValue(func() *Table {
	return newTable([]Property{
		{
			Name: "description", Kind: Scalar, Type: String, Create: EveryBrand, Update: EveryBrand, Absent: "", Role: RoleDescription,
			Doc: "What the rule is for. On the node the owner mark follows it; left out, a text that is there stays.", Example: "web for everybody",
		},
		{
			Name: "enabled", Kind: Scalar, Type: Boolean, Create: EveryBrand, Update: EveryBrand, Absent: true, Net: true,
			Doc: "Whether the rule is in force.", Example: "false",
		},
		{
			Name: "global", Kind: Scalar, Type: Boolean, Create: EveryBrand, Absent: false, Net: true, Role: RoleScope,
			Doc: "The rule concerns the instances of every owner. Either this or owner_uuid has to be said.", Example: "true",
		},
		{
			Name: "owner_uuid", Kind: Scalar, Type: UUID, Create: EveryBrand, Absent: "", Net: true, Role: RoleScope,
			Doc: "The rule concerns only instances of this owner.", Example: "00000000-0000-0000-0000-000000000000",
		},
		{
			Name: "rule", Kind: Scalar, Type: String, Create: EveryBrand, Update: EveryBrand, Required: EveryBrand, Net: true, Syntax: SyntaxRule,
			Doc:     "The rule in fwadm's language; spacing, quotes, the case of keywords and the order within a list do not matter.",
			Example: "FROM any TO tag role = web ALLOW tcp (PORT 80 AND PORT 443)",
			Note:    "FROM and TO take any, all vms, vm UUID, ip ADDRESS, subnet CIDR, tag NAME, tag NAME = VALUE, or a list of them in parentheses joined by OR. Then ALLOW or BLOCK, and tcp or udp with PORT or PORTS, or icmp or icmp6 with TYPE and CODE.",
		},
		{
			Name: "state", Kind: Scalar, Type: String, Create: EveryBrand, Role: RoleState, Enum: []string{string(Absent)},
			Doc: "Left out, the rule shall be there; absent deletes it, if it carries our mark.", Example: "absent",
		},
		{
			Name: "uuid", Kind: Scalar, Type: UUID, Create: EveryBrand, Role: RoleUUID, DefaultRule: "follows from owner and name",
			Doc: "Names a rule that exists, to take it over, or the uuid that a new one shall have.", Example: "3e2b1f9a-6a52-4c0e-9a0d-0c9d6c1f7a11",
		},
	})
})

// everywhere is a default that does not depend on the brand.
func everywhere(value any) map[Brand]any {
	all := map[Brand]any{}
	for _, b := range AllBrands() {
		all[b] = value
	}
	return all
}

// systemPool is the pool that things go to when nobody says another.
func systemPool() string {
	pool, _ := Properties().Role(RolePool).Default[Joyent].(string)
	return pool
}
