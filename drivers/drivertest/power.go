package drivertest

// powerCases are about start, stop, reboot and kill.
func powerCases() []Case {
	return []Case{
		{"14 start turns autoboot on, stop turns it off", steps{
			create(zone, `{}`),
			vmadm("start $U"),
			shows(`{"state": "running", "autoboot": true}`),
			vmadm("stop $U"),
			shows(`{"state": "stopped", "autoboot": false}`),
		}},
		{"14 the same for bhyve", steps{
			create(bhyve, `{}`),
			vmadm("start $U"),
			shows(`{"state": "running", "autoboot": true}`),
			vmadm("stop $U -t 5"),
			shows(`{"state": "stopped", "autoboot": false}`),
		}},
		{"14 the same for kvm", steps{
			create(kvm, `{}`),
			vmadm("start $U"),
			shows(`{"state": "running", "autoboot": true}`),
			vmadm("stop $U -t 5"),
			shows(`{"state": "stopped", "autoboot": false}`),
		}},
		{"14 the same for lx", steps{
			create(lx, `{}`),
			vmadm("start $U"),
			vmadm("stop $U"),
			shows(`{"state": "stopped", "autoboot": false}`),
		}},
		{"14 a stop that is refused turns autoboot off too", steps{
			create(zone, `{}`),
			update(`{"autoboot": true}`),
			vmadm("stop $U"),
			shows(`{"autoboot": false}`),
		}},
		{"14 stopped with autoboot on is an update after the stop", steps{
			create(zone, `{"autoboot": true}`),
			vmadm("stop $U"),
			update(`{"autoboot": true}`),
			shows(`{"state": "stopped", "autoboot": true}`),
		}},
		{"14 a start of a running instance changes nothing", steps{
			create(zone, `{"autoboot": true}`),
			remember("zoneid"),
			vmadm("start $U"),
			unchanged("zoneid"),
		}},
		{"14 a forced stop turns autoboot off", steps{
			create(bhyve, `{"autoboot": true}`),
			vmadm("stop $U -F"),
			shows(`{"state": "stopped", "autoboot": false}`),
		}},
		{"14 a zone takes no time limit for a stop, and autoboot is off already", steps{
			create(zone, `{"autoboot": true}`),
			vmadm("stop $U -t 5").exits(1).says("first of 1 error: Timeout option is only supported for bhyve, KVM and docker containers."),
			shows(`{"state": "running", "autoboot": false}`),
		}},
		{"14 a docker instance takes a time limit", steps{
			create(zone, `{"docker": true}`),
			vmadm("start $U"),
			vmadm("stop $U -t 1"),
			shows(`{"state": "stopped", "autoboot": false}`),
		}},
		{"14 a docker instance without restart policy keeps autoboot on start", steps{
			create(zone, `{"docker": true}`),
			vmadm("start $U"),
			shows(`{"autoboot": false}`),
		}},
		{"14 reboot of a stopped docker instance boots it", steps{
			create(zone, `{"docker": true}`),
			vmadm("reboot $U"),
			shows(`{"state": "running"}`),
		}},
		{"14 kill leaves autoboot as it is", steps{
			create(zone, `{"autoboot": true}`),
			vmadm("kill $U"),
			shows(`{"autoboot": true}`),
		}},
		{"14 reboot boots again and keeps autoboot", steps{
			create(zone, `{"autoboot": true}`),
			remember("zoneid"),
			vmadm("reboot $U").says("Successfully completed reboot for VM $U").prints(""),
			changed("zoneid"),
			shows(`{"state": "running", "autoboot": true}`),
		}},
		{"14 reboot of bhyve ends running with autoboot on", steps{
			create(bhyve, `{"autoboot": true}`),
			remember("zoneid"),
			vmadm("reboot $U"),
			changed("zoneid"),
			shows(`{"state": "running", "autoboot": true}`),
		}},
		{"14 reboot -F of a running zone", steps{
			create(zone, `{"autoboot": true}`),
			vmadm("reboot $U -F"),
			shows(`{"state": "running", "autoboot": true}`),
		}},
		{"14 reboot -F of kvm resets the guest, and the zone goes on", steps{
			create(kvm, `{"autoboot": true}`),
			remember("zoneid"),
			vmadm("reboot $U -F").says("Successfully completed reboot for VM $U").prints(""),
			unchanged("zoneid"),
			shows(`{"state": "running", "autoboot": true}`),
		}},
		{"14 nic tags are checked before a boot", steps{
			onOwnNode(`{}`),
			create(zone, `{"nics": [{$NIC1}]}`),
			other(create(zone, `{"autoboot": true, "nics": [{$NIC2}]}`)),
			nictagadm("delete -f $TAG"),
			vmadm("start $U").exits(1).says(`Unable to start VM $U: Invalid nic tag "$TAG"`),
			shows(`{"state": "stopped"}`),
			other(
				vmadm("reboot $U").fails(`Cannot reboot vm: Invalid nic tag "$TAG"`),
				shows(`{"state": "running"}`),
			),
		}},
		{"14 the zone id is a new one at each boot, zonedid is not", steps{
			create(zone, `{"autoboot": true}`),
			remember("zoneid"),
			vmadm("stop $U"),
			vmadm("start $U"),
			changed("zoneid"),
			remember("zonedid"),
			vmadm("stop $U"),
			unchanged("zonedid"),
		}},
		{"14 a transition is gone after a stop of kvm", steps{
			create(kvm, `{"autoboot": true}`),
			vmadm("stop $U -t 5"),
			shows(`{"state": "stopped", "transition_to": null, "transition_expire": null}`),
		}},
	}
}

// unchanged expects a member of vmadm get to be what was remembered.
func unchanged(name string) step {
	return stepFunc(func(s *script) {
		s.t.Helper()
		if found := encode(s.object()[name]); found != s.words["REMEMBERED"] {
			s.t.Fatalf("%s must stay %s, but is %s", name, s.words["REMEMBERED"], found)
		}
	})
}

// deleteCases are about delete.
func deleteCases() []Case {
	return []Case{
		{"14 delete takes the zone, its datasets and its cores", steps{
			create(zone, `{"delegate_dataset": true}`),
			vmadm("delete $U"),
			gone(),
			noDataset("$DS"),
			noDataset("$POOL/cores/$U"),
		}},
		{"14 delete takes the volumes of kvm", steps{
			create(kvm, `{"disks": [{"model": "virtio", "size": 64, "boot": true}, {"model": "virtio", "size": 64}]}`),
			vmadm("delete $U"),
			noDataset("$POOL/$U-disk0"),
			noDataset("$POOL/$U-disk1"),
			noDataset("$DS"),
		}},
		{"14 delete takes the volumes of bhyve", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			vmadm("delete $U"),
			noDataset("$DS/disk0"),
			noDataset("$DS"),
		}},
		{"14 a running instance is deleted without a stop", steps{
			create(zone, `{"autoboot": true}`),
			vmadm("delete $U").says("Successfully deleted VM $U"),
			gone(),
		}},
		{"14 snapshots do not block a delete", steps{
			create(zone, `{}`),
			vmadm("create-snapshot $U one"),
			zfs("snapshot $DS@other"),
			vmadm("delete $U"),
			noDataset("$DS"),
		}},
		{"14 a delete that cannot uninstall the zone gives up, and can be repeated", steps{
			create(zone, `{}`),
			zfs("snapshot $DS@other"),
			zfs("clone $DS@other $DS-clone"),
			vmadm("delete $U").exits(1).matches("^$").mentions("Failed to delete VM $U: delete failed after ").mentions(" attempts. (check the log for details)"),
			dataset("$DS", `{"type": "filesystem"}`),
			zfs("destroy $DS-clone"),
			vmadm("delete $U"),
			gone(),
			noDataset("$DS"),
		}},
		{"14 the image stays", steps{
			create(zone, `{}`),
			vmadm("delete $U"),
			dataset("$POOL/$IMAGE", `{"type": "filesystem"}`),
			imgadm("get $IMAGE"),
		}},
		{"14 a volume taken with nocreate is destroyed too", steps{
			create(kvm, `{}`),
			afterwards(zfs("destroy $DS-extra")),
			zfs("create -V 32M $DS-extra"),
			update(`{"add_disks": [{"model": "virtio", "nocreate": true, "path": "/dev/zvol/rdsk/$DS-extra"}]}`),
			vmadm("delete $U"),
			noDataset("$DS-extra"),
		}},
		{"14 a deleted uuid may be created again", steps{
			create(zone, `{"alias": "first"}`),
			vmadm("delete $U"),
			create(zone, `{"alias": "second"}`),
			shows(`{"alias": "second"}`),
		}},
	}
}
