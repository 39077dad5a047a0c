package drivertest

import (
	"maps"
	"slices"
	"strings"
)

// permission says which brands take properties on create and which on update, each brand being a letter: joyent, joyent-minimal (m), builder,
// lx, kvm, bhyve (v).
type permission struct {
	create, update string
	properties     string // JSON object with values of the right type
}

// permissions are the columns create and update of the table of properties (reference 1). Operations on objects are empty here.
func permissions() []permission {
	return []permission{
		{"jmblkv", "jmblkv", `{"alias": "a", "archive_on_delete": true, "autoboot": false, "billing_id": "b", "cpu_cap": 50, "cpu_shares": 100, "do_not_inventory": true,
			"firewall_enabled": true, "hostname": "h", "indestructible_delegated": true, "indestructible_zoneroot": true, "internal_metadata_namespaces": ["x"],
			"limit_priv": ["default"], "max_locked_memory": 512, "max_lwps": 2000, "max_msg_ids": 4096, "max_physical_memory": 512, "max_sem_ids": 4096,
			"max_shm_ids": 4096, "max_shm_memory": 512, "max_swap": 512, "owner_uuid": "o", "quota": 10, "ram": 256, "resolvers": ["192.0.2.1"],
			"zfs_filesystem_limit": 9, "zfs_io_priority": 100, "zfs_root_compression": "lz4", "zfs_root_recsize": 4096, "zfs_snapshot_limit": 9}`},
		{"jmblk", "jmblk", `{"package_name": "p", "package_version": "1"}`},
		{"jmbl", "jmbl", `{"dns_domain": "d", "fs_allowed": ["ufs"], "init_name": "/sbin/init", "maintain_resolvers": true, "restart_init": true, "tmpfs": 64,
			"zfs_data_compression": "lz4", "zfs_data_recsize": 4096, "zlog_max_size": 4096}`},
		{"ml", "ml", `{"docker": true}`},
		{"l", "l", `{"kernel_version": "3.13.0"}`},
		{"kv", "kv", `{"boot": "order=cd", "disk_driver": "virtio", "nic_driver": "virtio", "vcpus": 2, "vnc_password": "secret", "vnc_port": 5900}`},
		{"k", "k", `{"cpu_type": "host", "qemu_extra_opts": "-x", "qemu_opts": "-y", "spice_opts": "z", "spice_password": "secret", "spice_port": 5901, "vga": "std",
			"virtio_txburst": 128, "virtio_txtimer": 200}`},
		{"v", "v", `{"bhyve_extra_opts": "-x", "bootrom": "uefi", "com1": "/dev/zconsole", "com2": "/dev/zconsole", "flexible_disk_size": 1024, "pci_devices": []}`},

		{"jmblkv", "", `{"brand": "joyent", "customer_metadata": {}, "internal_metadata": {}, "nics": [], "routes": {}, "tags": {}, "uuid": "1f2c0c9a-5a0e-4b2e-9d4b-6a8c2a7f0e11",
			"zonename": "z", "zpool": "$POOL"}`},
		{"jmbl", "", `{"delegate_dataset": true, "filesystems": [], "mdata_exec_timeout": 30, "nowait": true}`},
		{"kv", "", `{"disks": []}`},
		{"jmblk", "", `{"zfs_storage_pool_name": "$POOL"}`},

		{"", "jmblkv", `{"add_nics": [], "update_nics": [], "remove_nics": [], "set_tags": {}, "remove_tags": [], "set_customer_metadata": {}, "remove_customer_metadata": [],
			"set_internal_metadata": {}, "remove_internal_metadata": [], "set_routes": {}, "remove_routes": [], "remove_filesystems": []}`},
		{"", "jmblk", `{"add_filesystems": [], "update_filesystems": []}`},
		{"", "kv", `{"add_disks": [], "update_disks": [], "remove_disks": []}`},
		{"", "v", `{"update_pci_devices": [], "remove_pci_devices": []}`},
		{"v", "v", `{"add_pci_devices": []}`},

		{"", "", `{"app_svc_dependent": true, "boot_timestamp": "t", "create_only": true, "create_timestamp": "t", "datacenter_name": "d", "datasets": [], "default_gateway": "g",
			"device": "d", "exit_status": 0, "exit_timestamp": "t", "failed": "f", "free_space": 1, "headnode_id": "h", "hvm": true, "init_restarts": 0, "last_modified": "t",
			"missing": {}, "pid": 1, "platform_buildstamp": "p", "provisioning": true, "server_uuid": "s", "snapshots": [], "state": "running", "transition": {},
			"transition_expire": 1, "transition_to": "running", "type": "OS", "v": 1, "vm_autoboot": true, "zfs_filesystem": "z", "zlog_mode": "g--", "zlog_name": "l",
			"zone_state": "running", "zonedid": 1, "zoneid": 1, "zonepath": "/z"}`},
	}
}

// permissionCases go through the table of properties, each brand and action twice: all that it takes, and all that it does not.
func permissionCases() []Case {
	brands := []struct {
		letter string
		from   base
	}{{"j", joyent}, {"m", zone}, {"b", builder}, {"l", lx}, {"k", kvm}, {"v", bhyve}}
	var cases []Case
	for _, brand := range brands {
		name := map[string]string{"j": "joyent", "m": "joyent-minimal", "b": "builder", "l": "lx", "k": "kvm", "v": "bhyve"}[brand.letter]
		cases = append(cases,
			Case{"1 create of " + name + " takes these properties and no others", steps{
				permitted("create", brand.from, func(p permission) bool { return strings.Contains(p.create, brand.letter) }),
				forbidden("create", brand.from, func(p permission) bool { return strings.Contains(p.create, brand.letter) }),
			}},
			Case{"1 update of " + name + " takes these properties and no others", steps{
				permitted("update "+name, bare, func(p permission) bool { return strings.Contains(p.update, brand.letter) }),
				forbidden("update "+name, bare, func(p permission) bool { return strings.Contains(p.update, brand.letter) }),
			}},
		)
	}
	return cases
}

// permitted expects validate to take all properties of the permissions that hold. Members that the base brings stay as they are.
func permitted(action string, from base, holds func(permission) bool) step {
	return stepFunc(func(s *script) {
		s.t.Helper()
		payload := map[string]any{}
		for _, p := range permissions() {
			if holds(p) {
				maps.Copy(payload, s.decodeObject(p.properties))
			}
		}
		maps.Copy(payload, s.decodeObject(string(from)))
		valid(action, bare, encode(payload)).play(s)
	})
}

// forbidden expects validate to name all properties of the permissions that do not hold.
func forbidden(action string, from base, holds func(permission) bool) step {
	return stepFunc(func(s *script) {
		s.t.Helper()
		payload := map[string]any{}
		for _, p := range permissions() {
			if !holds(p) {
				maps.Copy(payload, s.decodeObject(p.properties))
			}
		}
		invalid(action, from, encode(payload), encode(map[string]any{"bad_properties": slices.Sorted(maps.Keys(payload))})).play(s)
	})
}

// updateAllCases set every plain property that each brand can update, and read it back.
func updateAllCases() []Case {
	const (
		common = `"alias": "a", "archive_on_delete": true, "autoboot": true, "billing_id": "b", "cpu_cap": 50, "cpu_shares": 77, "do_not_inventory": true,
			"firewall_enabled": true, "hostname": "h", "internal_metadata_namespaces": ["x"], "limit_priv": "default,dtrace_user", "max_locked_memory": 2100,
			"max_lwps": 1999, "max_msg_ids": 4001, "max_physical_memory": 2200, "max_sem_ids": 4002, "max_shm_ids": 4003, "max_shm_memory": 500, "max_swap": 2300,
			"owner_uuid": "o", "quota": 3, "resolvers": ["192.0.2.1"], "zfs_filesystem_limit": 9, "zfs_io_priority": 55, "zfs_root_compression": "lz4",
			"zfs_root_recsize": 4096, "zfs_snapshot_limit": 8`
		os = common + `, "package_name": "p", "package_version": "1", "dns_domain": "d", "fs_allowed": "ufs,pcfs", "init_name": "/sbin/other",
			"maintain_resolvers": true, "restart_init": false, "tmpfs": 64, "zfs_data_compression": "gzip", "zfs_data_recsize": 8192, "zlog_max_size": 4096`
		hvm = common + `, "boot": "order=cd", "disk_driver": "virtio", "nic_driver": "virtio", "vcpus": 2, "vnc_password": "secret", "vnc_port": $PORT`
	)
	readBack := func(name string, from base, members, payload string) Case {
		return Case{name, steps{create(from, members), update(payload), shows(payload)}}
	}
	return []Case{
		readBack("10.2 every plain property of joyent can be updated", joyent, `{"delegate_dataset": true}`, `{`+os+`}`),
		readBack("10.2 every plain property of joyent-minimal can be updated", zone, `{"delegate_dataset": true}`, `{`+os+`}`),
		readBack("10.2 every plain property of builder can be updated", builder, `{"delegate_dataset": true}`, `{`+os+`}`),
		readBack("10.2 every plain property of lx can be updated", lx, `{"delegate_dataset": true}`, `{`+os+`, "kernel_version": "4.4.0"}`),
		readBack("10.2 every plain property of kvm can be updated", kvm, `{"ram": 512}`, `{`+hvm+`, "ram": 600, "package_name": "p", "package_version": "1", "cpu_type": "host",
			"qemu_extra_opts": "-x", "qemu_opts": "-y", "spice_opts": "z", "spice_password": "secret", "spice_port": $PORT2, "vga": "std", "virtio_txburst": 128, "virtio_txtimer": 200}`),
		readBack("10.2 every plain property of bhyve can be updated", bhyve, `{"ram": 512, "flexible_disk_size": 256}`, `{`+hvm+`, "ram": 600, "bhyve_extra_opts": "-x", "bootrom": "uefi",
			"com1": "socket,/tmp/one", "com2": "socket,/tmp/two", "flexible_disk_size": 1024}`),
		{"5 texts of kvm are unset by the empty string", steps{
			create(kvm, `{"boot": "order=cd", "disk_driver": "virtio", "nic_driver": "virtio", "cpu_type": "host", "qemu_extra_opts": "-x", "vnc_password": "secret"}`),
			update(`{"boot": "", "disk_driver": null, "nic_driver": "", "cpu_type": null, "qemu_extra_opts": "", "vnc_password": ""}`),
			shows(`{"boot": null, "disk_driver": null, "nic_driver": null, "cpu_type": null, "qemu_extra_opts": null, "vnc_password": null}`),
		}},
		{"5 texts of bhyve are unset by null", steps{
			create(bhyve, `{"bootrom": "uefi", "bhyve_extra_opts": "-x", "nic_driver": "virtio", "flexible_disk_size": 256}`),
			update(`{"bootrom": null, "bhyve_extra_opts": "", "nic_driver": null}`),
			shows(`{"bootrom": null, "bhyve_extra_opts": null, "nic_driver": null, "flexible_disk_size": 256}`),
		}},
	}
}
