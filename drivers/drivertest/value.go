package drivertest

// valueCases are about the types of values.
func valueCases() []Case {
	const updateJoyent = "update joyent"
	return []Case{
		{"5 strings", steps{
			valid("create", zone, `{"alias": "a"}`),
			valid("create", zone, `{"alias": null, "hostname": ""}`),
			invalid("create", zone, `{"alias": 7}`, `{"bad_values": ["alias"]}`),
			invalid("create", zone, `{"alias": true}`, `{"bad_values": ["alias"]}`),
		}},
		{"5 integers", steps{
			valid(updateJoyent, bare, `{"quota": 512, "ram": "512"}`),
			valid(updateJoyent, bare, `{"quota": null, "cpu_cap": ""}`),
			invalid(updateJoyent, bare, `{"quota": true}`, `{"bad_values": ["quota"]}`),
			invalid(updateJoyent, bare, `{"quota": 1.5}`, `{"bad_values": ["quota"]}`),
			invalid(updateJoyent, bare, `{"quota": "12.5"}`, `{"bad_values": ["quota"]}`),
			invalid(updateJoyent, bare, `{"quota": "many"}`, `{"bad_values": ["quota"]}`),
		}},
		{"5 integers have least and greatest values", steps{
			invalid("update kvm", bare, `{"vcpus": 0}`, `{"bad_values": ["vcpus"]}`),
			valid("update kvm", bare, `{"vcpus": 1}`),
			invalid(updateJoyent, bare, `{"zlog_max_size": 1e19}`, `{"bad_values": ["zlog_max_size"]}`),
			invalid(updateJoyent, bare, `{"max_swap": 255}`, `{"bad_values": ["max_swap"]}`),
			valid(updateJoyent, bare, `{"max_swap": 256}`),
			invalid(updateJoyent, bare, `{"update_nics": [{"mac": "02:08:20:aa:bb:01", "vlan_id": 4096}]}`, `{"bad_values": ["nics.*.vlan_id"]}`),
			invalid(updateJoyent, bare, `{"update_nics": [{"mac": "02:08:20:aa:bb:01", "mtu": 575}]}`, `{"bad_values": ["nics.*.mtu"]}`),
			invalid(updateJoyent, bare, `{"update_nics": [{"mac": "02:08:20:aa:bb:01", "mtu": 9001}]}`, `{"bad_values": ["nics.*.mtu"]}`),
		}},
		{"5 booleans", steps{
			valid(updateJoyent, bare, `{"autoboot": true, "firewall_enabled": "false", "do_not_inventory": "true"}`),
			valid(updateJoyent, bare, `{"autoboot": 1, "firewall_enabled": "1", "do_not_inventory": false}`),
			invalid(updateJoyent, bare, `{"autoboot": null}`, `{"bad_values": ["autoboot"]}`),
			invalid(updateJoyent, bare, `{"autoboot": ""}`, `{"bad_values": ["autoboot"]}`),
			invalid(updateJoyent, bare, `{"autoboot": "yes"}`, `{"bad_values": ["autoboot"]}`),
			invalid(updateJoyent, bare, `{"autoboot": 0}`, `{"bad_values": ["autoboot"]}`),
		}},
		{"5 uuids are lower case", steps{
			valid("create", zone, `{"uuid": "1f2c0c9a-5a0e-4b2e-9d4b-6a8c2a7f0e11"}`),
			invalid("create", zone, `{"uuid": "1F2C0C9A-5A0E-4B2E-9D4B-6A8C2A7F0E11"}`, `{"bad_values": ["uuid"]}`),
			invalid("create", zone, `{"uuid": null}`, `{"bad_values": ["uuid"]}`),
			invalid("create", zone, `{"uuid": ""}`, `{"bad_values": ["uuid"]}`),
			invalid(updateJoyent, bare, `{"update_nics": [{"mac": "02:08:20:aa:bb:01", "network_uuid": "x"}]}`, `{"bad_values": ["nics.*.network_uuid"]}`),
		}},
		{"5 lists", steps{
			valid(updateJoyent, bare, `{"resolvers": ["192.0.2.1", "2001:db8::1"]}`),
			valid(updateJoyent, bare, `{"resolvers": "192.0.2.1,,192.0.2.2"}`),
			valid(updateJoyent, bare, `{"resolvers": ""}`),
			invalid(updateJoyent, bare, `{"resolvers": null}`, `{"bad_values": ["resolvers"]}`),
			invalid(updateJoyent, bare, `{"fs_allowed": ["ufs,pcfs"]}`, `{"bad_values": ["fs_allowed"]}`),
			invalid(updateJoyent, bare, `{"resolvers": ["nonsense"]}`, `{"bad_values": ["resolvers"]}`),
		}},
		{"5 flat objects", steps{
			valid(updateJoyent, bare, `{"set_tags": {"a": "x", "b": 1, "c": false}}`),
			invalid(updateJoyent, bare, `{"set_tags": {"a": {"b": "c"}}}`, `{"bad_values": ["set_tags"]}`),
			invalid(updateJoyent, bare, `{"set_tags": {"a": ["b"]}}`, `{"bad_values": ["set_tags"]}`),
			invalid(updateJoyent, bare, `{"set_tags": ""}`, `{"bad_values": ["set_tags"]}`),
		}},
		{"5 a MAC has six octets", steps{
			valid("create", zone, `{"nics": [{"nic_tag": "a", "mac": "02:08:20:aa:bb:01"}]}`),
			invalid("create", zone, `{"nics": [{"nic_tag": "a", "mac": "02:08:20:aa:bb:01:02"}]}`, `{"bad_values": ["nics.*.mac"]}`),
		}},
		{"5 create converts numeric text and boolean words", steps{
			create(zone, `{"ram": "512", "quota": "7", "do_not_inventory": "true", "autoboot": "false", "resolvers": "192.0.2.1,,192.0.2.2"}`),
			shows(`{"max_physical_memory": 512, "quota": 7, "do_not_inventory": true, "autoboot": false, "resolvers": ["192.0.2.1", "192.0.2.2"]}`),
		}},
		{"5 unknown keys are dropped from create", steps{
			create(zone, `{"colour": "red", "alias": "a"}`),
			shows(`{"colour": null, "alias": "a"}`),
		}},
		{"5 a disk size as text passes validation and crashes create", steps{
			valid("create", bhyve, `{"disks": [{"model": "virtio", "size": "64"}]}`),
			create(bhyve, `{"disks": [{"model": "virtio", "size": "64"}]}`).dies(),
		}},
		{"5 a disk size as text crashes update", steps{
			create(bhyve, `{"flexible_disk_size": 1024, "disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			update(`{"update_disks": [{"path": "$BHYVE0", "size": "128"}]}`).dies(),
		}},
		{"5 an alias may hold any text", steps{
			create(zone, `{}`),
			update(`{"alias": "a \"b\"; c\nd é"}`),
			shows(`{"alias": "a \"b\"; c\nd é"}`),
		}},
	}
}

// unsetCases are about null, empty and zero in an update.
func unsetCases() []Case {
	return []Case{
		{"5 null and empty strings unset texts", steps{
			create(zone, `{"alias": "a", "hostname": "h", "dns_domain": "d.org", "package_name": "p", "package_version": "1"}`),
			update(`{"alias": null, "hostname": "", "dns_domain": null, "package_name": "", "package_version": null}`),
			shows(`{"alias": null, "hostname": null, "dns_domain": null, "package_name": null, "package_version": null}`),
		}},
		{"5 null and the empty string unset integers of HVM", steps{
			create(kvm, `{"vnc_port": $PORT, "virtio_txburst": 128, "virtio_txtimer": 200}`),
			update(`{"vnc_port": null, "virtio_txburst": "", "virtio_txtimer": null}`),
			shows(`{"vnc_port": null, "virtio_txburst": null, "virtio_txtimer": null}`),
		}},
		{"5 null is refused for booleans", steps{
			create(zone, `{"do_not_inventory": true}`),
			update(`{"do_not_inventory": null}`).exits(1).says("Invalid value(s) for: do_not_inventory"),
			update(`{"autoboot": null}`).exits(1).says("Invalid value(s) for: autoboot"),
			shows(`{"do_not_inventory": true}`),
		}},
		{"5 null is refused for lists, empty clears them", steps{
			create(zone, `{"resolvers": ["192.0.2.1"]}`),
			update(`{"resolvers": null}`).exits(1).says("Invalid value(s) for: resolvers"),
			update(`{"limit_priv": null}`).exits(1).says("Invalid value(s) for: limit_priv"),
			update(`{"resolvers": []}`),
			shows(`{"resolvers": []}`),
			update(`{"resolvers": ["192.0.2.2"]}`),
			update(`{"resolvers": ""}`),
			shows(`{"resolvers": []}`),
		}},
		{"5 quota null means 0", steps{
			create(zone, `{"quota": 7}`),
			update(`{"quota": null}`),
			shows(`{"quota": 0}`),
			dataset("$DS", `{"quota": "0"}`),
		}},
		{"5 null means no filesystem or snapshot limit", steps{
			create(zone, `{"zfs_filesystem_limit": 5, "zfs_snapshot_limit": 6}`),
			shows(`{"zfs_filesystem_limit": 5, "zfs_snapshot_limit": 6}`),
			update(`{"zfs_filesystem_limit": null, "zfs_snapshot_limit": ""}`),
			shows(`{"zfs_filesystem_limit": null, "zfs_snapshot_limit": null}`),
			dataset("$DS", `{"filesystem_limit": "~^(none|18446744073709551615)$"}`),
		}},
		{"5 record size 0 or empty means 131072, null is refused", steps{
			create(zone, `{"zfs_root_recsize": 8192}`),
			update(`{"zfs_root_recsize": null}`).refused(),
			shows(`{"zfs_root_recsize": 8192}`),
			update(`{"zfs_root_recsize": 0}`),
			shows(`{"zfs_root_recsize": 131072}`),
			update(`{"zfs_root_recsize": 4096}`),
			update(`{"zfs_root_recsize": ""}`),
			shows(`{"zfs_root_recsize": 131072}`),
		}},
		{"5 compression null is refused, off hides it", steps{
			create(zone, `{"zfs_root_compression": "lz4"}`),
			update(`{"zfs_root_compression": null}`).refused(),
			shows(`{"zfs_root_compression": "lz4"}`),
			update(`{"zfs_root_compression": "off"}`),
			shows(`{"zfs_root_compression": null}`),
		}},
		{"5 vga null is refused", steps{
			create(kvm, `{"vga": "cirrus"}`),
			update(`{"vga": null}`).refused(),
			update(`{"vga": "std"}`),
			shows(`{"vga": "std"}`),
		}},
		{"5 max_swap null crashes", steps{
			create(zone, `{}`),
			update(`{"max_swap": null}`).dies(),
		}},
		{"5 vnc_password null crashes, the empty string removes it", steps{
			create(kvm, `{"vnc_password": "secret"}`),
			update(`{"vnc_password": null}`).dies(),
			update(`{"vnc_password": ""}`),
			shows(`{"vnc_password": null}`),
		}},
		{"5 cpu_cap 0 removes it", steps{
			create(zone, `{"cpu_cap": 150}`),
			update(`{"cpu_cap": 0}`),
			shows(`{"cpu_cap": null}`),
		}},
		{"5 an integer 0 for what is absent waits in vain", steps{
			create(zone, `{}`),
			update(`{"cpu_cap": 0, "alias": "applied"}`).timesOut(),
			update(`{"zlog_max_size": 0}`).timesOut(),
			shows(`{"alias": "applied", "cpu_cap": null, "zlog_max_size": null}`),
		}},
		{"5 an integer 0 for what HVM lacks waits in vain", steps{
			create(kvm, `{}`),
			update(`{"vnc_port": 0}`).timesOut(),
			update(`{"virtio_txburst": 0}`).timesOut(),
			shows(`{"vnc_port": null, "virtio_txburst": null}`),
		}},
		{"5 booleans at their default vanish", steps{
			create(zone, `{"do_not_inventory": true, "archive_on_delete": true, "maintain_resolvers": true, "restart_init": false}`),
			shows(`{"do_not_inventory": true, "archive_on_delete": true, "maintain_resolvers": true, "restart_init": false}`),
			update(`{"do_not_inventory": false, "archive_on_delete": false, "maintain_resolvers": false, "restart_init": true}`),
			shows(`{"do_not_inventory": null, "archive_on_delete": null, "maintain_resolvers": null, "restart_init": null}`),
		}},
		{"5 firewall_enabled is shown when false", steps{
			create(zone, `{"firewall_enabled": true}`),
			update(`{"firewall_enabled": false}`),
			shows(`{"firewall_enabled": false}`),
		}},
		{"5 flags of nics are stored and shown when false", steps{
			create(zone, `{"nics": [{$NIC1, "dhcp_server": false, "allow_ip_spoofing": true}]}`),
			update(`{"update_nics": [{"mac": "$MAC1", "allow_ip_spoofing": false}]}`),
			shows(`{"nics.0.dhcp_server": false, "nics.0.allow_ip_spoofing": false}`),
		}},
		{"5 tmpfs 0 is a value", steps{
			create(zone, `{"tmpfs": 0}`),
			shows(`{"tmpfs": 0}`),
			update(`{"tmpfs": 100}`),
			update(`{"tmpfs": 0}`),
			shows(`{"tmpfs": 0}`),
		}},
		{"5 an empty list of namespaces waits in vain", steps{
			create(zone, `{"internal_metadata_namespaces": ["x"]}`),
			update(`{"internal_metadata_namespaces": [], "alias": "applied"}`).timesOut(),
			shows(`{"alias": "applied"}`),
		}},
	}
}
