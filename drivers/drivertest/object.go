package drivertest

// objectCases are about the members of vmadm get.
func objectCases() []Case {
	const (
		common = `zonename autoboot brand limit_priv v create_timestamp cpu_shares max_lwps max_msg_ids max_sem_ids max_shm_ids
			max_shm_memory zfs_io_priority max_physical_memory max_locked_memory max_swap billing_id owner_uuid resolvers nics
			firewall_enabled uuid zone_state zonepath zonedid hvm last_modified server_uuid platform_buildstamp state
			customer_metadata internal_metadata tags routes snapshots quota zfs_root_recsize zfs_filesystem zpool
			[datacenter_name] [headnode_id] [zfs_root_compression] [device] `
		os  = common + `image_uuid tmpfs dns_domain `
		hvm = common + `ram vcpus disks `
	)
	return []Case{
		{"6.1 a new joyent-minimal zone shows these members and no others", steps{
			create(zone, `{}`), showsOnly(os),
		}},
		{"6.1 a new joyent zone shows these members and no others", steps{
			create(joyent, `{}`), showsOnly(os),
		}},
		{"6.1 a new builder zone shows these members and no others", steps{
			create(builder, `{}`), showsOnly(os),
		}},
		{"6.2 a new lx zone shows kernel_version too", steps{
			create(lx, `{}`), showsOnly(os + `kernel_version`), shows(`{"kernel_version": "$KERNEL"}`),
		}},
		{"6.3 a new kvm machine shows these members and no others", steps{
			create(kvm, `{}`), showsOnly(hvm), shows(`{"disks": [], "hvm": true, "vcpus": 1, "ram": 256}`),
		}},
		{"6.3 a new bhyve machine shows consoles and the log too", steps{
			create(bhyve, `{}`), showsOnly(hvm + `com1 com2 zlog_mode zlog_name`),
			shows(`{"com1": "/dev/zconsole", "com2": "socket,/tmp/vm.ttyb", "zlog_mode": "g--", "zlog_name": "platform.log"}`),
		}},
		{"6.1 values of a new zone", steps{
			create(zone, `{}`),
			shows(`{"uuid": "$U", "zonename": "$U", "zonepath": "/$POOL/$U", "zpool": "$POOL", "zfs_filesystem": "$POOL/$U", "v": 1,
				"hvm": false, "brand": "joyent-minimal", "state": "stopped", "zone_state": "installed", "server_uuid": "$SERVER",
				"nics": [], "resolvers": [], "snapshots": [], "routes": {}, "customer_metadata": {}, "internal_metadata": {},
				"limit_priv": "default", "firewall_enabled": false, "image_uuid": "$IMAGE"}`),
		}},
		{"6.1 times are ISO 8601", steps{
			create(zone, `{}`),
			shows(`{"create_timestamp": "~^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$", "last_modified": "~^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$"}`),
		}},
		{"6.1 a zone that never ran has no exit status", steps{
			create(zone, `{}`),
			shows(`{"exit_status": null, "exit_timestamp": null, "zoneid": null, "pid": null, "boot_timestamp": null}`),
		}},
		{"6.1 a running zone shows its ids and boot time", steps{
			create(zone, `{}`),
			vmadm("start $U"),
			shows(`{"zoneid": "~^\\d+$", "pid": "~^\\d+$", "boot_timestamp": "~^\\d{4}-.*Z$", "init_restarts": "~^\\d+$", "exit_status": null}`),
		}},
		{"6.1 a zone that ran shows how it ended", steps{
			create(zone, `{}`),
			vmadm("start $U"),
			vmadm("stop $U"),
			shows(`{"exit_status": 0, "exit_timestamp": "~^\\d{4}-.*Z$", "zoneid": null, "pid": null, "boot_timestamp": null}`),
		}},
		{"6.1 texts are there only when set", steps{
			create(zone, `{"alias": "a", "hostname": "h", "cpu_cap": 50, "package_name": "p", "package_version": "1.0"}`),
			shows(`{"alias": "a", "hostname": "h", "cpu_cap": 50, "package_name": "p", "package_version": "1.0"}`),
		}},
		{"6.1 some members of a payload are never shown", steps{
			create(zone, `{"nowait": true, "delegate_dataset": true, "mdata_exec_timeout": 30, "ram": 512}`),
			shows(`{"type": null, "nowait": null, "delegate_dataset": null, "mdata_exec_timeout": null, "create_only": null, "ram": null}`),
		}},
		{"6.1 namespaces are shown when there are any", steps{
			create(zone, `{"internal_metadata_namespaces": ["foo", "bar"]}`),
			shows(`{"internal_metadata_namespaces": ["foo", "bar"]}`),
		}},
		{"6.1 compression is shown when it is not off", steps{
			create(zone, `{"zfs_root_compression": "lz4"}`),
			shows(`{"zfs_root_compression": "lz4"}`),
		}},
		{"6.2 a delegated dataset", steps{
			create(zone, `{"delegate_dataset": true, "zfs_data_compression": "gzip", "zfs_data_recsize": 4096}`),
			shows(`{"datasets": ["$DS/data"], "zfs_data_compression": "gzip", "zfs_data_recsize": 4096}`),
		}},
		{"6.2 a delegated dataset without properties shows the default record size", steps{
			create(zone, `{"delegate_dataset": true}`),
			shows(`{"datasets": ["$DS/data"], "zfs_data_recsize": 131072}`),
		}},
		{"6.2 without a delegated dataset there is nothing of it", steps{
			create(zone, `{}`),
			shows(`{"datasets": null, "zfs_data_compression": null, "zfs_data_recsize": null}`),
		}},
		{"6.2 fs_allowed is shown as one text", steps{
			create(zone, `{"fs_allowed": ["ufs", "pcfs"]}`),
			shows(`{"fs_allowed": "ufs,pcfs"}`),
		}},
		{"6.2 init_name and zlog_max_size are shown when set", steps{
			create(zone, `{"init_name": "/sbin/init2", "zlog_max_size": 4096}`),
			shows(`{"init_name": "/sbin/init2", "zlog_max_size": 4096}`),
		}},
		{"6.2 nics of lx are called eth", steps{
			create(lx, `{"nics": [{$NIC1}, {$NIC2}]}`),
			shows(`{"nics.*.interface": ["eth0", "eth1"]}`),
		}},
		{"6.3 HVM takes no dns_domain", steps{
			create(bhyve, `{"dns_domain": "example.org"}`),
			shows(`{"dns_domain": null}`),
			other(create(kvm, `{"dns_domain": "example.org"}`), shows(`{"dns_domain": null}`)),
		}},
		{"6.3 texts of kvm are shown when set", steps{
			create(kvm, `{"vga": "cirrus", "cpu_type": "host", "boot": "order=cd", "disk_driver": "virtio", "nic_driver": "e1000", "vnc_password": "secret", "vnc_port": $PORT, "qemu_extra_opts": "-no-fd"}`),
			shows(`{"vga": "cirrus", "cpu_type": "host", "boot": "order=cd", "disk_driver": "virtio", "nic_driver": "e1000", "vnc_password": "secret", "vnc_port": $PORT, "qemu_extra_opts": "-no-fd"}`),
		}},
		{"6.3 texts of bhyve are shown when set", steps{
			create(bhyve, `{"bootrom": "uefi", "bhyve_extra_opts": "-w -x", "nic_driver": "virtio"}`),
			shows(`{"bootrom": "uefi", "bhyve_extra_opts": "-w -x", "nic_driver": "virtio"}`),
		}},
		{"6.3 free_space goes with flexible_disk_size", steps{
			create(bhyve, `{"flexible_disk_size": 1024, "disks": [{"model": "virtio", "size": 256, "boot": true}]}`),
			shows(`{"flexible_disk_size": 1024, "free_space": 768}`),
			other(create(bhyve, `{}`), shows(`{"flexible_disk_size": null, "free_space": null}`)),
		}},
	}
}

// elementCases are about the members of nics, disks and the like.
func elementCases() []Case {
	return []Case{
		{"6.4 a nic shows plural and singular forms", steps{
			create(zone, `{"nics": [{"mac": "$MAC1", "nic_tag": "$TAG", "vlan_id": 20, "ips": ["$NET.10/24", "addrconf"], "gateways": ["$NET.1"]}]}`),
			shows(`{"nics": [{"interface": "net0", "mac": "$MAC1", "nic_tag": "$TAG", "vlan_id": 20, "gateway": "$NET.1", "gateways": ["$NET.1"],
				"netmask": "255.255.255.0", "ip": "$NET.10", "ips": ["$NET.10/24", "addrconf"], "primary": true}]}`),
		}},
		{"6.4 a nic given in the old form shows both too", steps{
			create(zone, `{"nics": [{"mac": "$MAC1", "nic_tag": "$TAG", "ip": "$NET.10", "netmask": "255.255.255.128", "gateway": "$NET.1"}]}`),
			shows(`{"nics.0.ips": ["$NET.10/25"], "nics.0.gateways": ["$NET.1"], "nics.0.ip": "$NET.10", "nics.0.netmask": "255.255.255.128", "nics.0.gateway": "$NET.1"}`),
		}},
		{"6.4 a nic with dhcp has an ip and no netmask", steps{
			create(zone, `{"nics": [{"mac": "$MAC1", "nic_tag": "$TAG", "ips": ["dhcp"]}]}`),
			shows(`{"nics": [{"interface": "net0", "mac": "$MAC1", "nic_tag": "$TAG", "ip": "dhcp", "ips": ["dhcp"], "primary": true}]}`),
		}},
		{"6.4 ip dhcp in the old form needs no netmask", steps{
			create(zone, `{"nics": [{"mac": "$MAC1", "nic_tag": "$TAG", "ip": "dhcp"}]}`),
			shows(`{"nics.0.ips": ["dhcp"], "nics.0.ip": "dhcp", "nics.0.netmask": null}`),
		}},
		{"6.4 ip is the first static IPv4 address", steps{
			create(zone, `{"nics": [{"mac": "$MAC1", "nic_tag": "$TAG", "ips": ["2001:db8::5/64", "$NET.10/24", "$NET.11/24"]}]}`),
			shows(`{"nics.0.ip": "$NET.10", "nics.0.netmask": "255.255.255.0", "nics.0.ips": ["2001:db8::5/64", "$NET.10/24", "$NET.11/24"]}`),
		}},
		{"6.4 what a nic was not given is absent", steps{
			create(zone, `{"nics": [{$NIC1}]}`),
			elementShowsOnly("nics.0", "interface mac nic_tag ips ip netmask primary"),
		}},
		{"6.4 primary is true on one nic and absent from the others", steps{
			create(zone, `{"nics": [{$NIC1}, {$NIC2}, {$NIC3, "primary": true}]}`),
			shows(`{"nics.*.primary": [null, null, true]}`),
		}},
		{"6.4 nics are ordered by the number of their interface", steps{
			create(zone, `{"nics": [{$NIC1}, {$NIC2}]}`),
			update(`{"update_nics": [{"mac": "$MAC1", "interface": "net9"}]}`),
			shows(`{"nics.*.interface": ["net1", "net9"], "nics.*.mac": ["$MAC2", "$MAC1"]}`),
		}},
		{"6.4 a nic shows all that it was given", steps{
			create(kvm, `{"nics": [{$NIC1, "model": "e1000", "mtu": 1500, "allowed_ips": ["$NET.0/28"], "blocked_outgoing_ports": [25, 587],
				"network_uuid": "11111111-2222-3333-4444-555555555555", "allow_dhcp_spoofing": true, "allow_mac_spoofing": true, "allow_restricted_traffic": true, "allow_unfiltered_promisc": true}]}`),
			shows(`{"nics.0.model": "e1000", "nics.0.mtu": 1500, "nics.0.allowed_ips": ["$NET.0/28"], "nics.0.blocked_outgoing_ports": [25, 587],
				"nics.0.network_uuid": "11111111-2222-3333-4444-555555555555", "nics.0.allow_dhcp_spoofing": true, "nics.0.allow_mac_spoofing": true,
				"nics.0.allow_restricted_traffic": true, "nics.0.allow_unfiltered_promisc": true}`),
		}},
		{"6.4 a disk of kvm", steps{
			create(kvm, `{"disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			elementShowsOnly("disks.0", "path boot model media zfs_filesystem zpool size compression refreservation block_size"),
			shows(`{"disks.0.path": "$KVM0", "disks.0.boot": true, "disks.0.model": "virtio", "disks.0.media": "disk", "disks.0.size": 64,
				"disks.0.zfs_filesystem": "$POOL/$U-disk0", "disks.0.zpool": "$POOL", "disks.0.block_size": 8192}`),
		}},
		{"6.4 a disk of bhyve has a slot and a uuid", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			elementShowsOnly("disks.0", "path boot model media pci_slot uuid zfs_filesystem zpool size compression refreservation block_size"),
			shows(`{"disks.0.path": "$BHYVE0", "disks.0.pci_slot": "0:4:0", "disks.0.uuid": "~^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$", "disks.0.zfs_filesystem": "$DS/disk0"}`),
		}},
		{"6.4 a disk from an image shows it", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "boot": true, "image_uuid": "$ZVOL", "image_size": $ZVOLSIZE}]}`),
			shows(`{"disks.0.image_uuid": "$ZVOL", "disks.0.image_size": $ZVOLSIZE, "disks.0.size": $ZVOLSIZE}`),
		}},
		{"6.4 a bhyve disk shows notrim and guest_block_size when given", steps{
			create(bhyve, `{"disks": [{"model": "nvme", "size": 64, "notrim": true, "guest_block_size": "512/4096"}]}`),
			shows(`{"disks.0.notrim": true, "disks.0.guest_block_size": "512/4096", "disks.0.model": "nvme"}`),
		}},
		{"6.4 a cdrom is missing as a volume", steps{
			create(kvm, `{"disks": [{"model": "virtio", "size": 64, "boot": true}, {"media": "cdrom", "path": "/x.iso", "model": "ide"}]}`),
			elementShowsOnly("disks.1", "path boot model media missing"),
			shows(`{"disks.1.path": "/x.iso", "disks.1.media": "cdrom", "disks.1.missing": true}`),
		}},
		{"6.4 a filesystem", steps{
			create(zone, `{"filesystems": [{"type": "lofs", "source": "$TMP", "target": "/data", "options": ["ro", "nodevices"]}]}`),
			shows(`{"filesystems": [{"type": "lofs", "source": "$TMP", "target": "/data", "options": ["ro", "nodevices"]}]}`),
		}},
		{"6.4 a pci device is always of the model passthru", steps{
			create(bhyve, `{"pci_devices": [{"path": "/devices/pci@0,0/x", "pci_slot": "8:0:0"}]}`),
			shows(`{"pci_devices": [{"path": "/devices/pci@0,0/x", "pci_slot": "8:0:0", "model": "passthru"}]}`),
		}},
		{"6.4 snapshots have name, size and time, newest first", steps{
			create(zone, `{}`),
			vmadm("create-snapshot $U one"),
			vmadm("create-snapshot $U two"),
			elementShowsOnly("snapshots.0", "name size created_at"),
			shows(`{"snapshots.0.size": "~^[0-9.]+$", "snapshots.0.created_at": "~^\\d{4}-.*Z$"}`),
		}},
	}
}
