package drivertest

import "strings"

// snapshotCases are about snapshots that vmadm makes.
func snapshotCases() []Case {
	return []Case{
		{"15 create-snapshot and delete-snapshot", steps{
			create(zone, `{}`),
			vmadm("create-snapshot $U before-upgrade").says("Created snapshot before-upgrade for VM $U").prints(""),
			shows(`{"snapshots.*.name": ["before-upgrade"]}`),
			dataset("$DS@vmsnap-before-upgrade", `{"type": "snapshot"}`),
			vmadm("delete-snapshot $U before-upgrade").says("Deleted snapshot before-upgrade for VM $U").prints(""),
			shows(`{"snapshots": []}`),
			noDataset("$DS@vmsnap-before-upgrade"),
		}},
		{"15 a name has 1 to 64 of few characters", steps{
			create(zone, `{}`),
			vmadm("create-snapshot $U a/b").fails("Invalid snapshot name"),
			vmadm("create-snapshot $U").and("a b").fails("Invalid snapshot name"),
			vmadm("create-snapshot $U " + strings.Repeat("x", 65)).fails("Invalid snapshot name"),
			vmadm("create-snapshot $U " + strings.Repeat("x", 64)),
			vmadm("create-snapshot $U a-b_c.d:e%f"),
			shows(`{"snapshots.*.name": "~a-b_c.d:e%f"}`),
		}},
		{"15 a percent sign is part of the name, not a range", steps{
			create(zone, `{}`),
			vmadm("create-snapshot $U one"),
			vmadm("create-snapshot $U one%two"),
			vmadm("create-snapshot $U two"),
			vmadm("delete-snapshot $U one%two").says("Deleted snapshot one%two for VM $U"),
			shows(`{"snapshots.*.name": ["two", "one"]}`),
			vmadm("create-snapshot $U one%two"),
			vmadm("rollback-snapshot $U one").says("Rolled back snapshot one for VM $U"),
			shows(`{"snapshots.*.name": ["one"]}`),
		}},
		{"15 kvm has none", steps{
			create(kvm, `{}`),
			vmadm("create-snapshot $U one").fails("snapshots for kvm VMs currently unsupported"),
			vmadm("rollback-snapshot $U one").fails("snapshots for kvm VMs currently unsupported"),
			shows(`{"snapshots": []}`),
		}},
		{"15 nor has an instance with a delegated dataset", steps{
			create(zone, `{"delegate_dataset": true}`),
			vmadm("create-snapshot $U one").fails("Cannot currently snapshot zones that have datasets"),
		}},
		{"15 a name is used once", steps{
			create(zone, `{}`),
			vmadm("create-snapshot $U one"),
			vmadm("create-snapshot $U one").fails(`snapshot with name "one" already exists.`),
		}},
		{"15 of bhyve the volumes are taken too", steps{
			create(bhyve, `{"flexible_disk_size": 1024, "disks": [{"model": "virtio", "size": 64, "boot": true}, {"model": "virtio", "size": 32}]}`),
			vmadm("create-snapshot $U one"),
			dataset("$DS/disk0@vmsnap-one", `{"type": "snapshot"}`),
			dataset("$DS/disk1@vmsnap-one", `{"type": "snapshot"}`),
			shows(`{"snapshots.*.name": ["one"]}`),
			vmadm("delete-snapshot $U one"),
			noDataset("$DS/disk0@vmsnap-one"),
		}},
		{"15 bhyve without flexible_disk_size has no room for one", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			guestWrites("$DS/disk0", 48),
			vmadm("create-snapshot $U one").fails("out of space"),
			shows(`{"snapshots": []}`),
		}},
		{"15 with flexible_disk_size it has, and what it holds is no longer free", steps{
			create(bhyve, `{"flexible_disk_size": 256, "disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			guestWrites("$DS/disk0", 64),
			vmadm("create-snapshot $U one"),
			guestWrites("$DS/disk0", 32),
			shows(`{"snapshots.*.name": ["one"], "free_space": 160}`),
		}},
		{"15 a running zone can be taken", steps{
			create(zone, `{"autoboot": true}`),
			vmadm("create-snapshot $U one"),
			shows(`{"snapshots.*.name": ["one"], "state": "running"}`),
		}},
		{"15 an unknown snapshot cannot be deleted", steps{
			create(zone, `{}`),
			vmadm("delete-snapshot $U nosuch").fails(`No snapshot named "nosuch" for $U`),
		}},
		{"15 rollback starts the instance, even one that was stopped", steps{
			create(zone, `{}`),
			vmadm("create-snapshot $U one"),
			vmadm("rollback-snapshot $U one").says("Rolled back snapshot one for VM $U").prints(""),
			shows(`{"state": "running"}`),
		}},
		{"15 rollback starts as start does: not what is failed, and not on a nic tag that is gone", steps{
			onOwnNode(`{}`),
			create(zone, `{"nics": [{$NIC1}]}`),
			vmadm("create-snapshot $U one"),
			other(
				create(zone, `{}`),
				vmadm("create-snapshot $U one"),
				failed(),
				vmadm("rollback-snapshot $U one").fails(`Cannot start vm from state "failed", must be "stopped".`),
			),
			nictagadm("delete -f $TAG"),
			vmadm("rollback-snapshot $U one").fails(`Invalid nic tag "$TAG"`),
			shows(`{"state": "stopped"}`),
		}},
		{"15 rollback takes newer snapshots away", steps{
			create(zone, `{}`),
			vmadm("create-snapshot $U one"),
			vmadm("create-snapshot $U two"),
			vmadm("rollback-snapshot $U one"),
			shows(`{"snapshots.*.name": ["one"]}`),
			noDataset("$DS@vmsnap-two"),
		}},
		{"15 rollback brings back tags and metadata, but neither configuration nor quota", steps{
			create(zone, `{"alias": "before", "quota": 5, "tags": {"t": "before"}, "customer_metadata": {"c": "before"}}`),
			vmadm("create-snapshot $U one"),
			update(`{"alias": "after", "quota": 6, "set_tags": {"t": "after"}, "set_customer_metadata": {"c": "after"}}`),
			vmadm("rollback-snapshot $U one"),
			shows(`{"alias": "after", "quota": 6, "tags.t": "before", "customer_metadata.c": "before"}`),
		}},
		{"15 of bhyve all below the zoneroot is rolled back, in the system's pool alone", steps{
			onOwnNode(`{}`),
			call{program: "zpool", line: "create elsewhere c9t0d0"},
			create(bhyve, `{"flexible_disk_size": 1024, "disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			vmadm("create-snapshot $U one"),
			vmadm("create-snapshot $U two"),
			vmadm("rollback-snapshot $U one"),
			noDataset("$DS/disk0@vmsnap-two"),
			other(
				create(bhyve, `{"zpool": "elsewhere"}`),
				vmadm("create-snapshot $U one"),
				vmadm("rollback-snapshot $U one").fails("cannot open '$DS': dataset does not exist"),
			),
		}},
		{"15 a snapshot taken with zfs shows only under vmadm's prefix", steps{
			create(zone, `{}`),
			zfs("snapshot $DS@nightly"),
			zfs("snapshot $DS@vmsnap-by-hand"),
			shows(`{"snapshots.*.name": ["by-hand"]}`),
		}},
	}
}
