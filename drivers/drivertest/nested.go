package drivertest

// filesystemCases are about filesystems of OS brands.
func filesystemCases() []Case {
	return []Case{
		{"13 filesystems are added, replaced and removed by target", steps{
			create(zone, `{}`),
			update(`{"add_filesystems": [{"type": "lofs", "source": "$TMP", "target": "/one"}, {"type": "lofs", "source": "$TMP", "target": "/two", "options": ["ro"]}]}`),
			shows(`{"filesystems.*.target": ["/one", "/two"]}`),
			update(`{"update_filesystems": [{"type": "lofs", "source": "$TMP", "target": "/one", "options": ["nosuid"]}]}`),
			vmadm("get $U").printsJSON(`{"filesystems": [{"target": "/one", "source": "$TMP", "type": "lofs", "options": ["nosuid"]}, {"target": "/two", "options": ["ro"]}]}`),
			update(`{"remove_filesystems": ["/one"]}`),
			shows(`{"filesystems": [{"type": "lofs", "source": "$TMP", "target": "/two", "options": ["ro"]}]}`),
			update(`{"remove_filesystems": ["/two"]}`),
			shows(`{"filesystems": null}`),
		}},
		{"13 update_filesystems with an unknown target is nothing", steps{
			create(zone, `{}`),
			update(`{"update_filesystems": [{"type": "lofs", "source": "$TMP", "target": "/nosuch"}]}`),
			shows(`{"filesystems": null}`),
		}},
		{"13 remove_filesystems with an unknown target fails", steps{
			create(zone, `{}`),
			update(`{"remove_filesystems": ["/nosuch"]}`).fails("No such resource with that id"),
		}},
		{"13 a source that does not exist is found late and leaves the zone", steps{
			create(zone, `{"filesystems": [{"type": "lofs", "source": "$TMP/nosuch", "target": "/data"}]}`).fails(""),
			shows(`{"zone_state": "~^(configured|installed)$"}`),
			vmadm("delete $U"),
			gone(),
		}},
	}
}

// pciCases are about devices passed through to bhyve.
func pciCases() []Case {
	return []Case{
		{"13 pci devices are added and changed by path", steps{
			create(bhyve, `{}`),
			update(`{"add_pci_devices": [{"path": "/devices/pci@0", "pci_slot": "8:0:0"}]}`),
			update(`{"update_pci_devices": [{"path": "/devices/pci@0", "pci_slot": "9:0:0"}]}`),
			shows(`{"pci_devices": [{"path": "/devices/pci@0", "pci_slot": "9:0:0", "model": "passthru"}]}`),
			update(`{"remove_pci_devices": ["/devices/pci@0"]}`),
			shows(`{"pci_devices": null}`),
		}},
		{"13 the plain key acts as add", steps{
			create(bhyve, `{}`),
			update(`{"pci_devices": [{"path": "/devices/pci@0", "pci_slot": "8:0:0"}]}`),
			shows(`{"pci_devices.*.path": ["/devices/pci@0"]}`),
		}},
		{"13 pci devices change only while stopped", steps{
			create(bhyve, `{"autoboot": true}`),
			update(`{"add_pci_devices": [{"path": "/devices/pci@0", "pci_slot": "8:0:0"}]}`).fails(`updates to pci_devices are only allowed when state is "stopped", `),
		}},
		{"13 remove_pci_devices refuses any path with a comma", steps{
			create(bhyve, `{"pci_devices": [{"path": "/devices/pci@0,0/x", "pci_slot": "8:0:0"}]}`),
			update(`{"remove_pci_devices": ["/devices/pci@0,0/x"]}`).exits(1).says("Invalid value(s) for: remove_pci_devices"),
		}},
	}
}

// routeCases are about static routes.
func routeCases() []Case {
	return []Case{
		{"13 routes take addresses, networks, nics and MACs", steps{
			create(zone, `{"nics": [{$NIC1}], "routes": {"10.9.0.0/16": "nics[0]", "192.0.2.9": "$NET.254", "10.8.0.0/16": "macs[$MAC1]"}}`),
			shows(`{"routes": {"10.9.0.0/16": "nics[0]", "192.0.2.9": "$NET.254", "10.8.0.0/16": "macs[$MAC1]"}}`),
		}},
		{"13 set_routes merges, remove_routes lists keys", steps{
			create(zone, `{"routes": {"10.9.0.0/16": "192.0.2.1", "10.8.0.0/16": "192.0.2.1"}}`),
			update(`{"set_routes": {"10.9.0.0/16": "192.0.2.2", "10.7.0.0/16": "192.0.2.3"}, "remove_routes": ["10.8.0.0/16"]}`),
			shows(`{"routes": {"10.9.0.0/16": "192.0.2.2", "10.7.0.0/16": "192.0.2.3"}}`),
		}},
		{"13 a destination must be an address or network", steps{
			create(zone, `{"routes": {"nowhere": "192.0.2.1"}}`).fails(`Invalid route destination: "nowhere" (must be IP address or CIDR)`),
			create(zone, `{}`),
			update(`{"set_routes": {"10.0.0.0/99": "192.0.2.1"}}`).fails(`Invalid route destination: "10.0.0.0/99" (must be IP address or CIDR)`),
		}},
		{"13 a gateway must be an address, MAC or nic", steps{
			create(zone, `{"routes": {"10.9.0.0/16": "nohow"}}`).fails(`Invalid route gateway: "nohow" (must be IP address, MAC address, or nic)`),
		}},
		{"13 a nic as gateway must exist and be static", steps{
			create(zone, `{"nics": [{$NIC1}], "routes": {"10.9.0.0/16": "nics[3]"}}`).fails(`Route gateway: "nics[3]" refers to non-existent or DHCP nic`),
			create(zone, `{"nics": [{"mac": "$MAC1", "nic_tag": "$TAG", "ips": ["dhcp"]}], "routes": {"10.9.0.0/16": "nics[0]"}}`).fails(`Route gateway: "nics[0]" refers to non-existent or DHCP nic`),
		}},
		{"13 a nic that a route names cannot be removed", steps{
			create(zone, `{"nics": [{$NIC1}], "routes": {"10.9.0.0/16": "nics[0]"}}`),
			update(`{"remove_nics": ["$MAC1"]}`).fails("refers to non-existent or DHCP nic"),
			update(`{"remove_nics": ["$MAC1"], "remove_routes": ["10.9.0.0/16"]}`),
			shows(`{"nics": [], "routes": {}}`),
		}},
	}
}

// metadataCases are about resolvers, tags, metadata and docker.
func metadataCases() []Case {
	return []Case{
		{"13 resolvers keep their order and are replaced as a whole", steps{
			create(zone, `{"resolvers": ["192.0.2.9", "192.0.2.1"]}`),
			shows(`{"resolvers": ["192.0.2.9", "192.0.2.1"]}`),
			update(`{"resolvers": ["2001:db8::53"]}`),
			shows(`{"resolvers": ["2001:db8::53"]}`),
			update(`{"resolvers": ["nonsense"]}`).exits(1).says("Invalid value(s) for: resolvers"),
		}},
		{"13 values keep their JSON type", steps{
			create(zone, `{"tags": {"s": "1", "n": 1, "b": true}, "customer_metadata": {"s": "x", "n": 2.5, "b": false}, "internal_metadata": {"n": 7}}`),
			shows(`{"tags.s": "1", "tags.n": 1, "tags.b": true, "customer_metadata": {"s": "x", "n": 2.5, "b": false}, "internal_metadata": {"n": 7}}`),
		}},
		{"13 set_X merges and remove_X lists keys", steps{
			create(zone, `{"customer_metadata": {"keep": "1", "change": "1", "drop": "1"}, "internal_metadata": {"i": "1"}, "tags": {"keep": "1", "drop": "1"}}`),
			update(`{"set_customer_metadata": {"change": "2", "new": "2"}, "remove_customer_metadata": ["drop"], "set_internal_metadata": {"j": "2"}, "remove_tags": ["drop"]}`),
			shows(`{"customer_metadata": {"keep": "1", "change": "2", "new": "2"}, "internal_metadata": {"i": "1", "j": "2"}, "tags.keep": "1", "tags.drop": null}`),
		}},
		{"13 a key in both ends up set", steps{
			create(zone, `{"tags": {"k": "1"}}`),
			update(`{"set_tags": {"k": "2"}, "remove_tags": ["k"]}`),
			shows(`{"tags.k": "2"}`),
		}},
		{"13 removing a key that is not there is nothing", steps{
			create(zone, `{}`),
			update(`{"remove_customer_metadata": ["nosuch"], "remove_tags": ["nosuch"]}`),
		}},
		{"13 setting the value that is there is nothing", steps{
			create(zone, `{"customer_metadata": {"a": "1"}}`),
			update(`{"set_customer_metadata": {"a": "1"}}`).says("Successfully updated VM $U"),
		}},
		{"13 metadata may hold any text", steps{
			create(zone, `{}`),
			update(`{"set_customer_metadata": {"user-script": "#!/bin/sh\necho \"ü\" > /tmp/x;\n", "key with spaces": "v"}}`),
			shows(`{"customer_metadata": {"user-script": "#!/bin/sh\necho \"ü\" > /tmp/x;\n", "key with spaces": "v"}}`),
		}},
		{"13 metadata of a running instance changes", steps{
			create(zone, `{"autoboot": true}`),
			update(`{"set_customer_metadata": {"a": "1"}, "set_tags": {"b": "2"}}`),
			shows(`{"customer_metadata": {"a": "1"}, "tags.b": "2", "state": "running"}`),
		}},
		{"13 docker brings what docker needs", steps{
			create(zone, `{"docker": true}`),
			shows(`{"docker": true, "restart_init": false, "init_name": "~.", "internal_metadata.docker:id": "~^[0-9a-f]{64}$", "internal_metadata_namespaces": ["docker"]}`),
		}},
		{"13 docker switched off and on again changes nothing else", steps{
			create(zone, `{"docker": true}`),
			update(`{"docker": false}`),
			shows(`{"docker": null}`),
			update(`{"docker": true}`),
			shows(`{"docker": true, "filesystems.*.target": ["/etc/inet/hosts", "/etc/resolv.conf", "/etc/hostname"]}`),
		}},
	}
}
