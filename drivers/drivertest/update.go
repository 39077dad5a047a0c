package drivertest

// updateCases are about the order of an update, what of it remains when it fails, and when it takes effect.
func updateCases() []Case {
	return []Case{
		{"10.1 an error of validation leaves the instance untouched", steps{
			create(zone, `{"alias": "before", "quota": 5}`),
			update(`{"alias": "after", "set_tags": {"new": "x"}, "quota": "many"}`).exits(1).says("Invalid value(s) for: quota"),
			shows(`{"alias": "before", "quota": 5, "tags.new": null}`),
		}},
		{"10.1 an error of the nic checks leaves the instance untouched", steps{
			create(zone, `{"alias": "before", "nics": [{$NIC1}]}`),
			update(`{"alias": "after", "add_nics": [{"nic_tag": "nosuchtag"}]}`).fails(`Invalid nic tag "nosuchtag"`),
			shows(`{"alias": "before", "nics.*.mac": ["$MAC1"]}`),
		}},
		{"10.1 a failure of ZFS leaves what came before it: configuration and metadata", steps{
			create(bhyve, `{"alias": "before", "flexible_disk_size": 1024, "disks": [{"model": "virtio", "size": 512, "boot": true}]}`),
			update(`{"alias": "after", "set_tags": {"new": "x"}, "flexible_disk_size": 128}`).fails("Command failed: "),
			shows(`{"alias": "after", "tags.new": "x", "disks.0.size": 512}`),
		}},
		{"10.1 a failure while setting the quota leaves what came before it", steps{
			onOwnNode(`{}`),
			create(zone, `{"alias": "before", "quota": 5}`),
			withFault(`{"program": "vmadm", "verb": "update", "at": "vmadm update: set quota", "effect": "fail", "stderr": "no"}`),
			update(`{"alias": "after", "quota": 6, "set_tags": {"new": "x"}, "zfs_root_recsize": 4096}`).fails("no"),
			shows(`{"alias": "after", "tags.new": "x", "quota": 5, "zfs_root_recsize": 131072}`),
		}},
		{"10.1 a failing resize leaves disks added by the same update", steps{
			create(bhyve, `{"flexible_disk_size": 1024, "disks": [{"model": "virtio", "size": 512, "boot": true}]}`),
			update(`{"add_disks": [{"model": "virtio", "size": 64}], "update_disks": [{"path": "$BHYVE0", "size": 99999999}]}`).fails("size is greater than available space"),
			shows(`{"disks.*.size": [512, 64]}`),
		}},
		{"10.1 remove_disks come before add_disks, whose index they free", steps{
			create(kvm, `{"disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			update(`{"remove_disks": ["$KVM0"], "add_disks": [{"model": "ide", "size": 32, "boot": true}]}`),
			shows(`{"disks.*.path": ["$KVM0"], "disks.*.size": [32], "disks.*.model": ["ide"]}`),
		}},
		{"10.1 an empty update succeeds", steps{
			create(zone, `{"alias": "a"}`),
			update(`{}`).says("Successfully updated VM $U"),
			shows(`{"alias": "a"}`),
		}},
		{"10.1 many members change in one update", steps{
			create(zone, `{}`),
			update(`{"alias": "a", "quota": 5, "cpu_cap": 50, "cpu_shares": 200, "zfs_io_priority": 50, "max_lwps": 500, "billing_id": "b", "owner_uuid": "o",
				"resolvers": ["192.0.2.9"], "zfs_root_recsize": 4096, "set_tags": {"t": "u"}, "set_customer_metadata": {"c": "d"}, "do_not_inventory": true}`),
			shows(`{"alias": "a", "quota": 5, "cpu_cap": 50, "cpu_shares": 200, "zfs_io_priority": 50, "max_lwps": 500, "billing_id": "b", "owner_uuid": "o",
				"resolvers": ["192.0.2.9"], "zfs_root_recsize": 4096, "tags.t": "u", "customer_metadata.c": "d", "do_not_inventory": true}`),
			dataset("$DS", `{"quota": "5368709120", "recordsize": "4096"}`),
		}},
		{"10.2 rctls, quota and bookkeeping change while it runs", steps{
			create(zone, `{"autoboot": true}`),
			update(`{"cpu_cap": 200, "ram": 512, "quota": 20, "alias": "a", "firewall_enabled": true}`),
			shows(`{"state": "running", "cpu_cap": 200, "max_physical_memory": 512, "quota": 20, "alias": "a", "firewall_enabled": true}`),
		}},
		{"10.2 ram and vcpus of a running HVM are stored for the next boot", steps{
			create(bhyve, `{"autoboot": true, "ram": 1024}`),
			update(`{"ram": 2048, "vcpus": 2}`),
			shows(`{"state": "running", "ram": 2048, "vcpus": 2}`),
		}},
		{"10.2 autoboot is a flag alone", steps{
			create(zone, `{}`),
			update(`{"autoboot": true}`),
			shows(`{"autoboot": true, "state": "stopped"}`),
		}},
		{"10.2 nics of a running zone may be added and removed", steps{
			create(zone, `{"autoboot": true, "nics": [{$NIC1}]}`),
			update(`{"add_nics": [{$NIC2}]}`),
			shows(`{"nics.*.mac": ["$MAC1", "$MAC2"]}`),
			update(`{"remove_nics": ["$MAC2"]}`),
			shows(`{"nics.*.mac": ["$MAC1"], "state": "running"}`),
		}},
		{"10.2 dns_domain and kernel_version can be updated", steps{
			create(lx, `{}`),
			update(`{"dns_domain": "example.org", "kernel_version": "4.4.0"}`),
			shows(`{"dns_domain": "example.org", "kernel_version": "4.4.0"}`),
		}},
		{"10.4 an update of bhyve without com1 and com2 resets both", steps{
			create(bhyve, `{"com1": "socket,/tmp/vm.com1", "com2": "socket,/tmp/vm.com2"}`),
			shows(`{"com1": "socket,/tmp/vm.com1", "com2": "socket,/tmp/vm.com2"}`),
			update(`{"alias": "a"}`),
			shows(`{"com1": "/dev/zconsole", "com2": "socket,/tmp/vm.ttyb"}`),
		}},
		{"10.4 an update with either keeps the other", steps{
			create(bhyve, `{"com1": "socket,/tmp/vm.com1", "com2": "socket,/tmp/vm.com2"}`),
			update(`{"com1": "socket,/tmp/vm.com3"}`),
			shows(`{"com1": "socket,/tmp/vm.com3", "com2": "socket,/tmp/vm.com2"}`),
		}},
	}
}

// refusedKeyCases are about keys that an update does not take.
func refusedKeyCases() []Case {
	return []Case{
		{"10.3 an unknown key is dropped", steps{
			create(zone, `{"alias": "a"}`),
			update(`{"colour": 1, "alias": "b"}`).says("Successfully updated VM $U"),
			shows(`{"alias": "b", "colour": null}`),
		}},
		{"10.3 an unknown key given as argument is dropped", steps{
			create(zone, `{}`),
			vmadm("update $U colour=red"),
			vmadm("update $U tags.role=web"),
			shows(`{"colour": null, "tags.role": null}`),
		}},
		{"10.3 plain forms of collections are silently ignored", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "size": 64, "boot": true}], "nics": [{$NIC1, "model": "virtio"}], "tags": {"a": "b"}, "customer_metadata": {"c": "d"}}`),
			update(`{"nics": [], "disks": [], "tags": {}, "customer_metadata": {}, "internal_metadata": {"x": "y"}, "routes": {"10.9.0.0/16": "nics[0]"}}`),
			shows(`{"nics.*.mac": ["$MAC1"], "disks.*.size": [64], "tags.a": "b", "customer_metadata": {"c": "d"}, "internal_metadata": {}, "routes": {}}`),
		}},
		{"10.3 identity is silently ignored", steps{
			create(zone, `{}`),
			update(`{"brand": "lx", "hvm": true, "uuid": "$V", "zonename": "x", "server_uuid": "$V", "last_modified": "2000-01-01T00:00:00.000Z"}`),
			shows(`{"brand": "joyent-minimal", "hvm": false, "uuid": "$U", "zonename": "$U"}`),
		}},
		{"10.3 a key that get shows and update does not know applies the rest and times out", steps{
			create(zone, `{"alias": "before"}`),
			update(`{"state": "running", "alias": "after"}`).exits(1).
				says(`first of 1 error: vminfod watchForChanges "VM.js update ($U)" timeout exceeded`),
			shows(`{"alias": "after", "state": "stopped"}`),
		}},
		{"10.3 so do zonepath, v, snapshots and image_uuid", steps{
			create(zone, `{}`),
			update(`{"zonepath": "/elsewhere", "alias": "2"}`).timesOut(),
			update(`{"v": 2}`).timesOut(),
			update(`{"snapshots": [{"name": "x"}]}`).timesOut(),
			update(`{"image_uuid": "$V", "alias": "5"}`).timesOut(),
			shows(`{"alias": "5", "zonepath": "/$POOL/$U", "v": 1, "image_uuid": "$IMAGE"}`),
		}},
		{"10.3 a read-only key that the instance lacks is dropped", steps{
			create(zone, `{}`),
			update(`{"pid": 7, "delegate_dataset": true, "nowait": true}`),
		}},
		{"10.3 old names are for create: an update drops them", steps{
			create(zone, `{}`),
			update(`{"alias": "kept", "dataset_uuid": "$IMAGE", "zfs_storage_pool_name": "$POOL"}`),
			shows(`{"alias": "kept", "image_uuid": "$IMAGE", "zpool": "$POOL"}`),
		}},
		{"10.3 the log of a bhyve instance is not for updates, though they rewrite it", steps{
			create(bhyve, `{}`),
			update(`{"alias": "kept", "zlog_mode": "g--"}`).timesOut(),
			update(`{"zlog_name": "other.log"}`).timesOut(),
			shows(`{"alias": "kept", "zlog_mode": "g--", "zlog_name": "platform.log"}`),
		}},
		{"10.3 datasets of a zone that has one times out", steps{
			create(zone, `{"delegate_dataset": true}`),
			update(`{"datasets": []}`).timesOut(),
			shows(`{"datasets": ["$DS/data"]}`),
		}},
		{"10.3 quota 0 on bhyve times out", steps{
			create(bhyve, `{"quota": 3}`),
			update(`{"quota": 0}`).timesOut(),
			shows(`{"quota": 1}`),
		}},
		{"10.3 properties of a delegated dataset that is not there time out", steps{
			create(zone, `{}`),
			update(`{"zfs_data_recsize": 4096}`).timesOut(),
			update(`{"zfs_data_compression": "gzip"}`).timesOut(),
		}},
		{"10.3 indestructible_delegated without a delegated dataset times out", steps{
			create(zone, `{}`),
			update(`{"indestructible_delegated": true}`).timesOut(),
			shows(`{"indestructible_delegated": null}`),
		}},
		{"10.3 media of a disk times out", steps{
			create(kvm, `{"disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			update(`{"update_disks": [{"path": "$KVM0", "media": "cdrom"}]}`).timesOut(),
			shows(`{"disks.0.media": "disk"}`),
		}},
		{"10.3 remove_disks with an unknown path times out", steps{
			create(kvm, `{"disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			update(`{"remove_disks": ["/nosuchpath"], "alias": "applied"}`).timesOut(),
			shows(`{"disks.*.size": [64], "alias": "applied"}`),
		}},
	}
}

// indestructibleCases are about the two flags that guard datasets.
func indestructibleCases() []Case {
	return []Case{
		{"10.5 indestructible_zoneroot is a snapshot with a hold", steps{
			create(zone, `{}`),
			update(`{"indestructible_zoneroot": true}`),
			shows(`{"indestructible_zoneroot": true, "snapshots": []}`),
			dataset("$DS@indestructible", `{"type": "snapshot", "userrefs": "1"}`),
			zfs("holds -H $DS@indestructible").matches(`^$DS@indestructible\tdo_not_destroy\t`),
		}},
		{"10.5 true twice is no error", steps{
			create(zone, `{"indestructible_zoneroot": true}`),
			update(`{"indestructible_zoneroot": true}`),
			shows(`{"indestructible_zoneroot": true}`),
		}},
		{"10.5 false releases and destroys the snapshot", steps{
			create(zone, `{"indestructible_zoneroot": true}`),
			update(`{"indestructible_zoneroot": false}`),
			shows(`{"indestructible_zoneroot": null}`),
			noDataset("$DS@indestructible"),
		}},
		{"10.5 false without the snapshot fails", steps{
			create(zone, `{}`),
			update(`{"indestructible_zoneroot": false}`).fails(""),
		}},
		{"10.5 indestructible_delegated guards the delegated dataset", steps{
			create(zone, `{"delegate_dataset": true, "indestructible_delegated": true}`),
			shows(`{"indestructible_delegated": true, "indestructible_zoneroot": null}`),
			dataset("$DS/data@indestructible", `{"userrefs": "1"}`),
			vmadm("delete $U").fails("Failed to delete VM $U: "),
			update(`{"indestructible_delegated": false}`),
			vmadm("delete $U"),
		}},
		{"10.5 an indestructible instance cannot be deleted", steps{
			create(zone, `{"indestructible_zoneroot": true}`),
			vmadm("delete $U").exits(1).says("Failed to delete VM $U: indestructible_zoneroot is set, cannot delete"),
			shows(`{"state": "stopped"}`),
		}},
	}
}
