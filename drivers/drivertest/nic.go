package drivertest

import "strings"

// nicCases are about the members of nics.
func nicCases() []Case {
	return []Case{
		{"11.1 nic_tag is required on add and has few characters", steps{
			create(zone, `{"nics": [{"mac": "$MAC1"}]}`).fails("invalid or missing .nic_tag option for NIC: "),
			create(zone, `{"nics": [{"mac": "$MAC1", "nic_tag": "a-b"}]}`).fails("invalid or missing .nic_tag option for NIC: "),
		}},
		{"11.1 nic_tag must exist", steps{
			create(zone, `{"nics": [{"mac": "$MAC1", "nic_tag": "nosuchtag"}]}`).fails(`Invalid nic tag "nosuchtag"`),
			create(zone, `{"nics": [{$NIC1}]}`),
			update(`{"update_nics": [{"mac": "$MAC1", "nic_tag": "nosuchtag"}]}`).fails(`Invalid nic tag "nosuchtag"`),
			shows(`{"nics.0.nic_tag": "$TAG"}`),
		}},
		{"11.1 nic_tag can be updated, but not to one with a slash", steps{
			create(zone, `{"nics": [{$NIC1}]}`),
			update(`{"update_nics": [{"mac": "$MAC1", "nic_tag": "$TAG2"}]}`),
			shows(`{"nics.0.nic_tag": "$TAG2"}`),
			update(`{"update_nics": [{"mac": "$MAC1", "nic_tag": "rule/1"}]}`).fails(""),
		}},
		{"11.1 an address needs its prefix", steps{
			create(zone, `{"nics": [{"mac": "$MAC1", "nic_tag": "$TAG", "ips": ["$NET.5"]}]}`).fails("Invalid IP for NIC: {"),
			create(zone, `{"nics": [{"mac": "$MAC1", "nic_tag": "$TAG", "ips": ["$NET.999/24"]}]}`).fails("Invalid IP for NIC: {"),
			create(zone, `{"nics": [{"mac": "$MAC1", "nic_tag": "$TAG", "ips": ["$NET.5/7"]}]}`).fails("Invalid IP for NIC: {"),
			create(zone, `{"nics": [{"mac": "$MAC1", "nic_tag": "$TAG", "ips": ["$NET.5/33"]}]}`).fails("Invalid IP for NIC: {"),
		}},
		{"11.1 dhcp, addrconf and IPv6 are addresses", steps{
			create(zone, `{"nics": [{"mac": "$MAC1", "nic_tag": "$TAG", "ips": ["dhcp", "addrconf"]}, {"mac": "$MAC2", "nic_tag": "$TAG", "ips": ["2001:db8::7/64"]}]}`),
			shows(`{"nics.0.ips": ["dhcp", "addrconf"], "nics.1.ips": ["2001:db8::7/64"]}`),
		}},
		{"11.1 ip needs netmask", steps{
			create(zone, `{"nics": [{"mac": "$MAC1", "nic_tag": "$TAG", "ip": "$NET.5"}]}`).fails("Missing .netmask option for NIC: "),
		}},
		{"11.1 a netmask must be one", steps{
			create(zone, `{"nics": [{"mac": "$MAC1", "nic_tag": "$TAG", "ip": "$NET.5", "netmask": "255.0.255.0"}]}`).fails("netmask value is invalid: 255.0.255.0"),
		}},
		{"11.1 the plural forms win over the old ones", steps{
			create(zone, `{"nics": [{"mac": "$MAC1", "nic_tag": "$TAG", "ip": "$NET.5", "netmask": "255.255.255.0", "gateway": "$NET.1", "ips": ["$NET.6/25"], "gateways": ["$NET.2"]}]}`),
			shows(`{"nics.0.ips": ["$NET.6/25"], "nics.0.ip": "$NET.6", "nics.0.gateways": ["$NET.2"], "nics.0.gateway": "$NET.2"}`),
		}},
		{"11.1 an update of ip in the old form keeps the prefix", steps{
			create(zone, `{"nics": [{"mac": "$MAC1", "nic_tag": "$TAG", "ip": "$NET.5", "netmask": "255.255.255.0", "gateway": "$NET.1"}]}`),
			update(`{"update_nics": [{"mac": "$MAC1", "ip": "$NET.6"}]}`),
			shows(`{"nics.0.ips": ["$NET.6/24"], "nics.0.ip": "$NET.6", "nics.0.gateways": ["$NET.1"]}`),
		}},
		{"11.1 gateways are IPv4", steps{
			create(zone, `{"nics": [{$NIC1, "gateways": ["2001:db8::1"]}]}`).fails("Static gateways must be IPv4 addresses: 2001:db8::1"),
		}},
		{"11.1 allowed_ips are up to 13 addresses or networks", steps{
			create(zone, `{"nics": [{$NIC1, "allowed_ips": ["$NET.0/33"]}]}`).fails("invalid allowed_ips: $NET.0/33"),
			create(zone, `{"nics": [{$NIC1, "allowed_ips": ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6", "10.0.0.7", "10.0.0.8", "10.0.0.9", "10.0.0.10", "10.0.0.11", "10.0.0.12", "10.0.0.13", "10.0.0.14"]}]}`).
				fails("Maximum of 13 allowed_ips per nic"),
			create(zone, `{"nics": [{$NIC1, "allowed_ips": ["$NET.0/24", "2001:db8::9"]}]}`),
			shows(`{"nics.0.allowed_ips": ["$NET.0/24", "2001:db8::9"]}`),
		}},
		{"11.1 a nic has at most 20 addresses", steps{
			create(zone, `{"nics": [{"mac": "$MAC1", "nic_tag": "$TAG", "ips": ["$NET.1/24", "$NET.2/24", "$NET.3/24", "$NET.4/24", "$NET.5/24", "$NET.6/24", "$NET.7/24", "$NET.8/24", "$NET.9/24", "$NET.10/24",
				"$NET.11/24", "$NET.12/24", "$NET.13/24", "$NET.14/24", "$NET.15/24", "$NET.16/24", "$NET.17/24", "$NET.18/24", "$NET.19/24", "$NET.20/24", "$NET.21/24"]}]}`).fails(""),
		}},
		{"11.1 all addresses of a nic together are at most 32", steps{
			create(zone, `{"nics": [{"mac": "$MAC1", "nic_tag": "$TAG", "ips": ["$NET.1/24", "$NET.2/24", "$NET.3/24", "$NET.4/24", "$NET.5/24", "$NET.6/24", "$NET.7/24", "$NET.8/24", "$NET.9/24", "$NET.10/24",
				"$NET.11/24", "$NET.12/24", "$NET.13/24", "$NET.14/24", "$NET.15/24", "$NET.16/24", "$NET.17/24", "$NET.18/24", "$NET.19/24", "$NET.20/24"],
				"allowed_ips": ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6", "10.0.0.7", "10.0.0.8", "10.0.0.9", "10.0.0.10", "10.0.0.11", "10.0.0.12", "10.0.0.13"]}]}`).
				fails("More than 32 IPs cannot be associated with a NIC"),
		}},
		{"11.1 a DHCP client id is 0x and pairs of hex digits", steps{
			create(zone, `{"nics": [{$NIC1, "allowed_dhcp_cids": ["0x123"]}]}`).exits(1).says("Invalid value(s) for: nics.*.allowed_dhcp_cids"),
			create(zone, `{"nics": [{$NIC1, "allowed_dhcp_cids": ["0x`+strings.Repeat("00", 255)+`", "0x`+strings.Repeat("01", 255)+`"]}]}`).fails("nics.*.allowed_dhcp_cids"),
			create(zone, `{"nics": [{$NIC1, "allowed_dhcp_cids": ["0x1234", "0xaB"]}]}`),
			shows(`{"nics.0.allowed_dhcp_cids": ["0x1234", "0xaB"]}`),
		}},
		{"11.1 a nic added by update takes the model of the first", steps{
			create(kvm, `{"nics": [{$NIC1, "model": "e1000"}]}`),
			update(`{"add_nics": [{$NIC2}]}`),
			shows(`{"nics.*.model": ["e1000", "e1000"]}`),
		}},
		{"11.1 a nic added by update takes nic_driver before that", steps{
			create(kvm, `{"nic_driver": "virtio", "nics": [{$NIC1, "model": "e1000"}]}`),
			update(`{"add_nics": [{$NIC2}]}`),
			shows(`{"nics.*.model": ["e1000", "virtio"]}`),
		}},
		{"11.1 the model of a nic is any word", steps{
			create(bhyve, `{"nics": [{$NIC1, "model": "carrier-pigeon"}]}`),
			shows(`{"nics.0.model": "carrier-pigeon"}`),
		}},
		{"11.1 mtu below 1500 is refused on normal tags", steps{
			create(zone, `{"nics": [{$NIC1, "mtu": 1400}]}`).fails(`nic 0 ($MAC1): MTU is below the supported MTU (1500) of nic tag "$TAG"`),
			create(zone, `{"nics": [{$NIC1, "mtu": 500}]}`).exits(1).says("Invalid value(s) for: nics.*.mtu"),
		}},
		{"11.1 vlan_id ends at 4095", steps{
			create(zone, `{"nics": [{$NIC1, "vlan_id": 4096}]}`).exits(1).says("Invalid value(s) for: nics.*.vlan_id"),
			create(zone, `{"nics": [{$NIC1, "vlan_id": 4095}]}`),
			shows(`{"nics.0.vlan_id": 4095}`),
		}},
		{"11.1 a virtual router has a MAC of its number", steps{
			create(zone, `{"nics": [{$NIC1}, {"nic_tag": "$TAG", "ips": ["$NET.9/24"], "vrrp_vrid": 77, "vrrp_primary_ip": "$NET.1"}]}`),
			shows(`{"nics.1.mac": "00:00:5e:00:01:4d", "nics.1.vrrp_vrid": 77, "nics.1.vrrp_primary_ip": "$NET.1"}`),
			update(`{"update_nics": [{"mac": "00:00:5e:00:01:4d", "vrrp_vrid": 77}]}`).fails("Cannot add multiple NICs with the same VRID: 77"),
		}},
		{"11.1 a virtual router needs an address of another nic", steps{
			create(zone, `{"nics": [{$NIC1}, {"nic_tag": "$TAG", "ips": ["$NET.9/24"], "vrrp_vrid": 78}]}`).fails(""),
			create(zone, `{"nics": [{$NIC1}, {"nic_tag": "$TAG", "ips": ["$NET.9/24"], "vrrp_vrid": 78, "vrrp_primary_ip": "$NET.200"}]}`).fails(""),
			gone(),
		}},
		{"11.1 primary false is dropped on add and refused on update", steps{
			create(zone, `{"nics": [{$NIC1, "primary": false}, {$NIC2}]}`),
			shows(`{"nics.*.primary": [true, null]}`),
			update(`{"update_nics": [{"mac": "$MAC1", "primary": false}]}`).fails("invalid value for NIC's primary flag: false (must be true)"),
		}},
		{"11.1 only one nic is primary", steps{
			create(zone, `{"nics": [{$NIC1, "primary": true}, {$NIC2, "primary": true}]}`).fails("payload specifies more than 1 primary NIC"),
		}},
		{"11.1 interface can be updated and is ignored on add", steps{
			create(zone, `{"nics": [{$NIC1}]}`),
			update(`{"update_nics": [{"mac": "$MAC1", "interface": "net5"}]}`),
			shows(`{"nics.0.interface": "net5"}`),
			update(`{"add_nics": [{$NIC2, "interface": "net9"}]}`),
			shows(`{"nics.*.interface": ["net0", "net5"]}`),
		}},
		{"11.5 empty lists clear gateways, addresses and client ids", steps{
			create(zone, `{"nics": [{$NIC1, "gateways": ["$NET.254"], "allowed_dhcp_cids": ["0x01"]}]}`),
			update(`{"update_nics": [{"mac": "$MAC1", "gateways": [], "allowed_dhcp_cids": []}]}`),
			shows(`{"nics.0.gateways": null, "nics.0.gateway": null, "nics.0.allowed_dhcp_cids": null}`),
			update(`{"update_nics": [{"mac": "$MAC1", "ips": []}]}`),
			shows(`{"nics.0.ips": null, "nics.0.ip": null, "nics.0.netmask": null}`),
		}},
		{"11.5 an empty list of allowed_ips becomes a list of one empty text", steps{
			create(zone, `{"nics": [{$NIC1, "allowed_ips": ["$NET.77"]}]}`),
			update(`{"update_nics": [{"mac": "$MAC1", "allowed_ips": []}]}`),
			shows(`{"nics.0.allowed_ips": [""]}`),
		}},
		{"11.5 a nic keeps what an update does not name", steps{
			create(zone, `{"nics": [{$NIC1, "vlan_id": 5, "gateways": ["$NET.254"]}]}`),
			update(`{"update_nics": [{"mac": "$MAC1", "ips": ["$NET.50/24"]}]}`),
			shows(`{"nics.0.ips": ["$NET.50/24"], "nics.0.vlan_id": 5, "nics.0.gateways": ["$NET.254"], "nics.0.primary": true, "nics.0.interface": "net0"}`),
		}},
	}
}

// nicIdentityCases are about finding and replacing nics.
func nicIdentityCases() []Case {
	return []Case{
		{"11.2 update_nics needs a known MAC", steps{
			create(zone, `{"nics": [{$NIC1}]}`),
			update(`{"update_nics": [{"vlan_id": 5}]}`).fails("NIC object needs a .mac property to update"),
			update(`{"update_nics": [{"mac": "$MAC2", "vlan_id": 5}]}`).fails("There is no existing NIC with that mac address"),
		}},
		{"11.2 MACs are compared as plain text", steps{
			create(zone, `{"nics": [{"nic_tag": "$TAG", "mac": "02:08:20:0e:01:0a"}]}`),
			update(`{"update_nics": [{"mac": "02:08:20:0E:01:0A", "vlan_id": 5}]}`).fails("There is no existing NIC with that mac address"),
		}},
		{"11.2 remove_nics in upper case removes the nic and times out", steps{
			create(zone, `{"nics": [{"nic_tag": "$TAG", "mac": "02:08:20:0e:02:0a"}]}`),
			update(`{"remove_nics": ["02:08:20:0E:02:0A"]}`).timesOut(),
			shows(`{"nics": []}`),
		}},
		{"11.2 get shows MACs in lower case, zero padded", steps{
			create(zone, `{"nics": [{"nic_tag": "$TAG", "mac": "2:8:20:E:3:A"}]}`),
			shows(`{"nics.0.mac": "02:08:20:0e:03:0a"}`),
		}},
		{"11.2 a MAC cannot be added twice", steps{
			create(zone, `{"nics": [{$NIC1}]}`),
			update(`{"add_nics": [{"mac": "$MAC1", "nic_tag": "$TAG"}]}`).fails("Cannot add multiple NICs with the same MAC: $MAC1"),
			update(`{"add_nics": [{"mac": "$MAC2", "nic_tag": "$TAG"}, {"mac": "$MAC2", "nic_tag": "$TAG"}]}`).fails("Cannot add multiple NICs with the same MAC: $MAC2"),
		}},
		{"11.2 an address cannot be added twice, its prefix being part of it", steps{
			create(zone, `{"nics": [{$NIC1}]}`),
			update(`{"add_nics": [{"mac": "$MAC2", "nic_tag": "$TAG", "ips": ["$NET.1/24"]}]}`).fails("Cannot add multiple NICs with the same IP: $NET.1/24"),
			update(`{"add_nics": [{"mac": "$MAC2", "nic_tag": "$TAG", "ips": ["$NET.1/25"]}]}`),
			shows(`{"nics.*.ips": [["$NET.1/24"], ["$NET.1/25"]]}`),
		}},
		{"11.2 remove_nics with an unknown MAC fails after applying the rest", steps{
			create(zone, `{"nics": [{$NIC1}]}`),
			update(`{"remove_nics": ["$MAC2"], "alias": "applied"}`).fails("No such resource with that id"),
			shows(`{"alias": "applied", "nics.*.mac": ["$MAC1"]}`),
		}},
		{"11.2 a nic is not replaced with its MAC or address in one update", steps{
			create(zone, `{"nics": [{$NIC1}]}`),
			update(`{"remove_nics": ["$MAC1"], "add_nics": [{"mac": "$MAC1", "nic_tag": "$TAG", "vlan_id": 5}]}`).fails("Cannot add multiple NICs with the same MAC: $MAC1"),
			update(`{"remove_nics": ["$MAC1"], "add_nics": [{"mac": "$MAC2", "nic_tag": "$TAG", "ips": ["$NET.1/24"]}]}`).fails("Cannot add multiple NICs with the same IP: $NET.1/24"),
			shows(`{"nics.*.mac": ["$MAC1"]}`),
		}},
		{"11.2 a nic is replaced with its MAC and address in two updates", steps{
			create(zone, `{"nics": [{$NIC1}]}`),
			update(`{"remove_nics": ["$MAC1"]}`),
			update(`{"add_nics": [{$NIC1, "vlan_id": 5, "primary": true}]}`),
			shows(`{"nics.*.mac": ["$MAC1"], "nics.*.vlan_id": [5], "nics.*.interface": ["net0"]}`),
		}},
		{"11.2 a nic removed in an update does not give its interface to one added there", steps{
			create(zone, `{"nics": [{$NIC1}]}`),
			update(`{"remove_nics": ["$MAC1"], "add_nics": [{$NIC2}]}`),
			shows(`{"nics.*.mac": ["$MAC2"], "nics.*.interface": ["net1"]}`),
		}},
		{"11.2 an added nic takes the lowest free interface", steps{
			create(zone, `{"nics": [{$NIC1}, {$NIC2}, {$NIC3}]}`),
			update(`{"remove_nics": ["$MAC2"]}`),
			update(`{"add_nics": [{$NIC4}]}`),
			shows(`{"nics.*.interface": ["net0", "net1", "net2"], "nics.*.mac": ["$MAC1", "$MAC4", "$MAC3"]}`),
		}},
		{"11.2 two nics exchange their addresses in one update", steps{
			create(zone, `{"nics": [{$NIC1}, {$NIC2}]}`),
			update(`{"update_nics": [{"mac": "$MAC1", "ips": ["$NET.2/24"]}, {"mac": "$MAC2", "ips": ["$NET.1/24"]}]}`),
			shows(`{"nics.*.ips": [["$NET.2/24"], ["$NET.1/24"]]}`),
		}},
	}
}

// nicConflictCases are about other instances of the node, and the instance itself.
func nicConflictCases() []Case {
	const conflict = "Conflict detected with another vm, please check the MAC, IP, and VRID"
	return []Case{
		{"11.3 a MAC of another instance is a conflict", steps{
			create(zone, `{"nics": [{$NIC1}]}`),
			other(create(zone, `{"nics": [{"mac": "$MAC1", "nic_tag": "$TAG"}]}`).fails(conflict)),
		}},
		{"11.3 an address with the same tag, VLAN and prefix is a conflict", steps{
			create(zone, `{"nics": [{$NIC1, "vlan_id": 5}]}`),
			other(create(zone, `{"nics": [{"mac": "$MAC2", "nic_tag": "$TAG", "vlan_id": 5, "ips": ["$NET.1/24"]}]}`).fails(conflict)),
		}},
		{"11.3 on another VLAN or tag, or with another prefix, it is none", steps{
			create(zone, `{"nics": [{$NIC1, "vlan_id": 5}]}`),
			other(create(zone, `{"nics": [{"mac": "$MAC2", "nic_tag": "$TAG", "vlan_id": 6, "ips": ["$NET.1/24"]},
				{"mac": "$MAC3", "nic_tag": "$TAG2", "vlan_id": 5, "ips": ["$NET.1/25"]}, {"mac": "$MAC4", "nic_tag": "$TAG", "vlan_id": 5, "ips": ["$NET.1/26"]}]}`)),
		}},
		{"11.3 add_nics is checked against others too", steps{
			create(zone, `{"nics": [{$NIC1}]}`),
			other(
				create(zone, `{}`),
				update(`{"alias": "x", "add_nics": [{"mac": "$MAC2", "nic_tag": "$TAG", "ips": ["$NET.1/24"]}]}`).fails(conflict),
				shows(`{"nics": [], "alias": null}`),
			),
		}},
		{"11.3 resending unchanged addresses with nic_tag is a conflict with itself", steps{
			create(zone, `{"nics": [{$NIC1}]}`),
			update(`{"update_nics": [{"mac": "$MAC1", "nic_tag": "$TAG", "ips": ["$NET.1/24"]}]}`).fails(conflict),
		}},
		{"11.3 resending unchanged addresses alone is none", steps{
			create(zone, `{"nics": [{$NIC1}]}`),
			update(`{"update_nics": [{"mac": "$MAC1", "ips": ["$NET.1/24"]}]}`),
		}},
		{"11.3 an update of addresses alone does not notice another's", steps{
			create(zone, `{"nics": [{$NIC1}]}`),
			other(
				create(zone, `{"nics": [{$NIC2}]}`),
				update(`{"update_nics": [{"mac": "$MAC2", "ips": ["$NET.1/24"]}]}`),
				shows(`{"nics.0.ips": ["$NET.1/24"]}`),
			),
		}},
		{"11.3 resending an unchanged vnc_port is a conflict", steps{
			create(kvm, `{"vnc_port": $PORT}`),
			update(`{"vnc_port": $PORT}`).fails(""),
			update(`{"vnc_port": $PORT2}`),
			shows(`{"vnc_port": $PORT2}`),
		}},
		{"11.3 a vnc_port of another instance is a conflict", steps{
			create(kvm, `{"vnc_port": $PORT}`),
			other(create(bhyve, `{"vnc_port": $PORT}`).fails("")),
		}},
		{"11.3 a failed instance that does not run is no conflict", steps{
			create(zone, `{"nics": [{$NIC1}]}`),
			failed(),
			other(create(zone, `{"nics": [{$NIC1}]}`)),
		}},
		{"11.3 aliases and hostnames are not unique", steps{
			create(zone, `{"alias": "same", "hostname": "same"}`),
			other(create(zone, `{"alias": "same", "hostname": "same"}`)),
		}},
	}
}

// primaryCases are about which nic is primary.
func primaryCases() []Case {
	const private = `"nic_tag":"$TAG","ips":["$PRIV.`
	return []Case{
		{"11.4 primary given to one nic is taken from the other", steps{
			create(zone, `{"nics": [{$NIC1}, {$NIC2}]}`),
			update(`{"update_nics": [{"mac": "$MAC2", "primary": true}]}`),
			shows(`{"nics.*.primary": [null, true]}`),
			update(`{"add_nics": [{$NIC3, "primary": true}]}`),
			shows(`{"nics.*.primary": [null, null, true]}`),
		}},
		{"11.4 a nic added to an instance without nics is not primary unless marked", steps{
			create(zone, `{}`),
			update(`{"add_nics": [{$NIC1}]}`),
			shows(`{"nics.*.primary": [null]}`),
			update(`{"remove_nics": ["$MAC1"]}`),
			update(`{"add_nics": [{$NIC1, "primary": true}]}`),
			shows(`{"nics.*.primary": [true]}`),
		}},
		{"11.4 the successor is the first nic with a public address", steps{
			create(zone, `{"nics": [{$NIC1, "primary": true}, {"mac": "$MAC2",`+private+`2/24"]}, {$NIC3}, {$NIC4}]}`),
			update(`{"remove_nics": ["$MAC1"]}`),
			shows(`{"nics.*.mac": ["$MAC2", "$MAC3", "$MAC4"], "nics.*.primary": [null, true, null]}`),
		}},
		{"11.4 dhcp counts as public", steps{
			create(zone, `{"nics": [{$NIC1, "primary": true}, {"mac": "$MAC2",`+private+`2/24"]}, {"mac": "$MAC3", "nic_tag": "$TAG", "ips": ["dhcp"]}]}`),
			update(`{"remove_nics": ["$MAC1"]}`),
			shows(`{"nics.*.primary": [null, true]}`),
		}},
		{"11.4 IPv6 counts as public", steps{
			create(zone, `{"nics": [{$NIC1, "primary": true}, {"mac": "$MAC2",`+private+`2/24"]}, {"mac": "$MAC3", "nic_tag": "$TAG", "ips": ["fd00::3/64"]}]}`),
			update(`{"remove_nics": ["$MAC1"]}`),
			shows(`{"nics.*.primary": [null, true]}`),
		}},
		{"11.4 without a public one it is the first private", steps{
			create(zone, `{"nics": [{$NIC1, "primary": true}, {"mac": "$MAC2", "nic_tag": "$TAG"}, {"mac": "$MAC3",`+private+`3/24"]}, {"mac": "$MAC4",`+private+`4/24"]}]}`),
			update(`{"remove_nics": ["$MAC1"]}`),
			shows(`{"nics.*.primary": [null, true, null]}`),
		}},
		{"11.4 a nic without addresses is never chosen", steps{
			create(zone, `{"nics": [{$NIC1}, {"mac": "$MAC2", "nic_tag": "$TAG"}]}`),
			update(`{"remove_nics": ["$MAC1"]}`),
			shows(`{"nics.*.mac": ["$MAC2"], "nics.*.primary": [null]}`),
		}},
		{"11.4 a nic added by the same update is no candidate, unless marked", steps{
			create(zone, `{"nics": [{$NIC1}]}`),
			update(`{"remove_nics": ["$MAC1"], "add_nics": [{$NIC2}]}`),
			shows(`{"nics.*.primary": [null]}`),
			update(`{"remove_nics": ["$MAC2"], "add_nics": [{$NIC3, "primary": true}]}`),
			shows(`{"nics.*.mac": ["$MAC3"], "nics.*.primary": [true]}`),
		}},
		{"11.4 an explicit primary wins over the successor", steps{
			create(zone, `{"nics": [{$NIC1}, {$NIC2}, {$NIC3}]}`),
			update(`{"remove_nics": ["$MAC1"], "update_nics": [{"mac": "$MAC3", "primary": true}]}`),
			shows(`{"nics.*.mac": ["$MAC2", "$MAC3"], "nics.*.primary": [null, true]}`),
		}},
		{"11.4 removing another nic leaves the primary", steps{
			create(zone, `{"nics": [{$NIC1}, {$NIC2}]}`),
			update(`{"remove_nics": ["$MAC2"]}`),
			shows(`{"nics.*.primary": [true]}`),
		}},
	}
}
