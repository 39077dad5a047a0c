package drivertest

// diskCases are about adding disks.
func diskCases() []Case {
	const (
		onlyStopped = `updates to disks are only allowed when state is "stopped", currently: running (running)`
		disk        = `{"model": "virtio", "size": 64}`
	)
	return []Case{
		{"12.1 disks are added and removed only while stopped", steps{
			create(bhyve, `{"autoboot": true, "disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			update(`{"add_disks": [` + disk + `]}`).exits(1).says(onlyStopped),
			update(`{"remove_disks": ["$BHYVE0"]}`).exits(1).says(onlyStopped),
			shows(`{"disks.*.size": [64]}`),
		}},
		{"12.1 kvm too", steps{
			create(kvm, `{"autoboot": true, "disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			update(`{"add_disks": [` + disk + `]}`).exits(1).says(onlyStopped),
			vmadm("stop $U -F"),
			update(`{"add_disks": [` + disk + `]}`),
			shows(`{"disks.*.path": ["$KVM0", "$KVM1"]}`),
		}},
		{"12.1 a path needs nocreate", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "size": 64, "path": "/dev/zvol/rdsk/$POOL/x"}]}`).fails("you cannot specify a path for a disk unless you set nocreate=true"),
		}},
		{"12.1 nocreate takes a volume that exists", steps{
			create(kvm, `{}`),
			afterwards(zfs("destroy $DS-extra")),
			zfs("create -V 32M $DS-extra"),
			update(`{"add_disks": [{"model": "virtio", "nocreate": true, "path": "/dev/zvol/rdsk/$DS-extra"}]}`),
			shows(`{"disks.0.path": "/dev/zvol/rdsk/$DS-extra"}`),
			update(`{"remove_disks": ["/dev/zvol/rdsk/$DS-extra"]}`),
			noDataset("$DS-extra"),
		}},
		{"12.1 models by brand", steps{
			create(bhyve, `{"disks": [{"model": "sata", "size": 64}]}`).fails(`"sata" is not a valid disk model for bhyve brand. Valid are: virtio,ahci,nvme`),
			create(kvm, `{"disks": [{"model": "nvme", "size": 64}]}`).fails(`"nvme" is not a valid disk model for kvm brand. Valid are: virtio,scsi,ide`),
			create(bhyve, `{"disks": [{"model": "ahci", "size": 64}, {"model": "nvme", "size": 64}, `+disk+`]}`),
			shows(`{"disks.*.model": ["ahci", "nvme", "virtio"]}`),
		}},
		{"12.1 a size below the image's is a bad value", steps{
			create(bhyve, `{"flexible_disk_size": 200000, "disks": [{"model": "virtio", "image_uuid": "$ZVOL", "size": 1}]}`).fails("Invalid value(s) for: "),
			gone(),
		}},
		{"12.1 block_size and image exclude each other", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "image_uuid": "$ZVOL", "block_size": 4096}]}`).fails("setting both .block_size and .image_uuid on a volume is invalid"),
		}},
		{"12.1 refreservation 0 makes a sparse volume on kvm", steps{
			create(kvm, `{"disks": [{"model": "virtio", "size": 64, "refreservation": 0}]}`),
			shows(`{"disks.0.refreservation": 0}`),
			dataset("$POOL/$U-disk0", `{"refreservation": "~^(0|none)$"}`),
		}},
		{"12.1 refreservation is overridden on bhyve", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "size": 64, "refreservation": 0}]}`),
			shows(`{"disks.0.refreservation": "~^(6[5-9]|[7-9][0-9])$"}`),
		}},
		{"12.1 refreservation auto is refused", steps{
			create(kvm, `{"disks": [{"model": "virtio", "size": 64, "refreservation": "auto"}]}`).exits(1).mentions("Invalid value(s) for: disks.*.refreservation"),
		}},
		{"12.1 bhyve slots: the boot disk first, the others the lowest free", steps{
			create(bhyve, `{"disks": [`+disk+`, {"model": "virtio", "size": 64, "boot": true}, `+disk+`, {"media": "cdrom", "path": "/x.iso", "model": "ahci"}]}`),
			shows(`{"disks.0.pci_slot": "0:4:1", "disks.1.pci_slot": "0:4:0", "disks.2.pci_slot": "0:4:2", "disks.*.media": ["disk", "disk", "disk", "cdrom"], "disks.3.pci_slot": "~^0:3:"}`),
		}},
		{"12.1 a ninth disk needs a slot of its own", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "size": 8, "boot": true}, {"model": "virtio", "size": 8}, {"model": "virtio", "size": 8}, {"model": "virtio", "size": 8}, {"model": "virtio", "size": 8},
				{"model": "virtio", "size": 8}, {"model": "virtio", "size": 8}, {"model": "virtio", "size": 8}, {"model": "virtio", "size": 8}]}`).fails("VM has more than 8 disk devices on PCI device 4"),
			gone(),
		}},
		{"12.1 reserved slots are refused", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "size": 64, "pci_slot": "0:6:0"}]}`).fails(`pci_slot "0:6:0" invalid: PCI device 6 is reserved`),
			create(bhyve, `{"disks": [{"model": "virtio", "size": 64, "pci_slot": "0:31:0"}]}`).fails("PCI device 31 is reserved"),
		}},
		{"12.1 a slot is used once", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "size": 64, "pci_slot": "0:5:0"}, {"model": "virtio", "size": 64, "pci_slot": "0:5:0"}]}`).fails(`VM has multiple disks in pci_slot "0:5:0"`),
		}},
		{"12.1 one boot disk", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "size": 64, "boot": true}, {"model": "virtio", "size": 64, "boot": true}]}`).fails("multiple boot disks: "),
		}},
		{"12.1 disk uuids are unique", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "size": 64, "uuid": "$V"}, {"model": "virtio", "size": 64, "uuid": "$V"}]}`).fails("duplicate disk uuid $V"),
			create(bhyve, `{"disks": [{"model": "virtio", "size": 64, "uuid": "$V"}]}`),
			shows(`{"disks.0.uuid": "$V"}`),
		}},
		{"12.1 an added disk takes the lowest free index", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "size": 64, "boot": true}, `+disk+`, `+disk+`]}`),
			update(`{"remove_disks": ["$BHYVE1"]}`),
			shows(`{"disks.*.path": ["$BHYVE0", "$BHYVE2"]}`),
			noDataset("$DS/disk1"),
			update(`{"add_disks": [{"model": "nvme", "size": 32}]}`),
			shows(`{"disks.*.path": ["$BHYVE0", "$BHYVE1", "$BHYVE2"], "disks.*.model": ["virtio", "nvme", "virtio"], "disks.*.size": [64, 32, 64], "disks.1.pci_slot": "0:4:1"}`),
		}},
	}
}

// diskUpdateCases are about changing and removing disks.
func diskUpdateCases() []Case {
	return []Case{
		{"12.2 compression changes in any state", steps{
			create(bhyve, `{"autoboot": true, "disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			update(`{"update_disks": [{"path": "$BHYVE0", "compression": "gzip"}]}`),
			shows(`{"disks.0.compression": "gzip"}`),
			dataset("$DS/disk0", `{"compression": "gzip"}`),
		}},
		{"12.2 refreservation changes in any state", steps{
			create(kvm, `{"autoboot": true, "disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			update(`{"update_disks": [{"path": "$KVM0", "refreservation": 16}]}`),
			shows(`{"disks.0.refreservation": 16}`),
			dataset("$POOL/$U-disk0", `{"refreservation": "16777216"}`),
		}},
		{"12.2 anything else needs it stopped", steps{
			create(bhyve, `{"autoboot": true, "disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			update(`{"update_disks": [{"path": "$BHYVE0", "compression": "gzip", "boot": false}]}`).fails(`at least one specified update to disks is only allowed when state is "stopped", currently: `),
			shows(`{"disks.0.boot": true, "disks.0.compression": "off"}`),
		}},
		{"12.2 size grows on bhyve", steps{
			create(bhyve, `{"flexible_disk_size": 1024, "disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			update(`{"update_disks": [{"path": "$BHYVE0", "size": 128}]}`),
			shows(`{"disks.0.size": 128, "free_space": 896}`),
			dataset("$DS/disk0", `{"volsize": "134217728"}`),
		}},
		{"12.2 size is silently dropped on kvm", steps{
			create(kvm, `{"disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			update(`{"update_disks": [{"path": "$KVM0", "size": 128}]}`).says("Successfully updated VM $U"),
			shows(`{"disks.0.size": 64}`),
		}},
		{"12.2 size is dropped on kvm even while it runs", steps{
			create(kvm, `{"autoboot": true, "disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			update(`{"update_disks": [{"path": "$KVM0", "size": 128}]}`).says("Successfully updated VM $U"),
		}},
		{"12.2 a smaller size is refused", steps{
			create(bhyve, `{"flexible_disk_size": 1024, "disks": [{"model": "virtio", "size": 128, "boot": true}]}`),
			update(`{"update_disks": [{"path": "$BHYVE0", "size": 64}]}`).fails("cannot resize disk: new size must be greater than current size. ("),
			shows(`{"disks.0.size": 128}`),
		}},
		{"12.2 a smaller size is taken with dangerous_allow_shrink", steps{
			create(bhyve, `{"flexible_disk_size": 1024, "disks": [{"model": "virtio", "size": 128, "boot": true}]}`),
			update(`{"update_disks": [{"path": "$BHYVE0", "size": 64, "dangerous_allow_shrink": true}]}`),
			shows(`{"disks.0.size": 64}`),
		}},
		{"12.2 the same size is nothing", steps{
			create(bhyve, `{"flexible_disk_size": 1024, "disks": [{"model": "virtio", "size": 128, "boot": true}]}`),
			update(`{"update_disks": [{"path": "$BHYVE0", "size": 128}]}`),
			shows(`{"disks.0.size": 128}`),
		}},
		{"12.2 growth needs room in the quota", steps{
			create(bhyve, `{"flexible_disk_size": 256, "disks": [{"model": "virtio", "size": 128, "boot": true}]}`),
			update(`{"update_disks": [{"path": "$BHYVE0", "size": 4096}]}`).fails("cannot set property for '$DS/disk0': size is greater than available space"),
			shows(`{"disks.0.size": 128}`),
		}},
		{"12.2 boot and model change while stopped", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "size": 64, "boot": true}, {"model": "virtio", "size": 64}]}`),
			update(`{"update_disks": [{"path": "$BHYVE0", "boot": false, "model": "nvme"}, {"path": "$BHYVE1", "boot": true}]}`),
			shows(`{"disks.*.boot": [false, true], "disks.*.model": ["nvme", "virtio"]}`),
		}},
		{"12.2 notrim, guest_block_size and pci_slot change while stopped", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			update(`{"update_disks": [{"path": "$BHYVE0", "notrim": true, "guest_block_size": "4096", "pci_slot": "0:5:0"}]}`),
			shows(`{"disks.0.notrim": true, "disks.0.guest_block_size": "4096", "disks.0.pci_slot": "0:5:0"}`),
		}},
		{"12.2 block_size, image and pool are dropped", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			update(`{"update_disks": [{"path": "$BHYVE0", "block_size": 4096, "image_uuid": "$ZVOL", "image_size": 1, "zpool": "other", "nocreate": true}]}`),
			shows(`{"disks.0.block_size": 8192, "disks.0.image_uuid": null, "disks.0.image_size": null, "disks.0.zpool": "$POOL"}`),
		}},
		{"12.2 an unknown path in update_disks crashes", steps{
			create(kvm, `{"disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			update(`{"update_disks": [{"path": "/nosuchpath", "compression": "lz4"}]}`).dies(),
			update(`{"update_disks": [{"compression": "lz4"}]}`).dies(),
			shows(`{"disks.0.compression": "off"}`),
		}},
		{"12.2 remove_disks destroys the volume with its snapshots", steps{
			create(kvm, `{"disks": [{"model": "virtio", "size": 64, "boot": true}, {"model": "virtio", "size": 64}]}`),
			zfs("snapshot $POOL/$U-disk1@before"),
			update(`{"remove_disks": ["$KVM1"]}`),
			noDataset("$POOL/$U-disk1"),
			shows(`{"disks.*.path": ["$KVM0"]}`),
		}},
		{"12.2 remove_disks leaves the image that the volume came from", steps{
			create(kvm, `{"disks": [{"model": "virtio", "boot": true, "image_uuid": "$ZVOL"}]}`),
			update(`{"remove_disks": ["$KVM0"]}`),
			noDataset("$POOL/$U-disk0"),
			dataset("$POOL/$ZVOL", `{"type": "volume"}`),
		}},
		{"12.2 a disk that is no volume only leaves the configuration", steps{
			create(kvm, `{"disks": [{"media": "cdrom", "path": "/x.iso", "model": "ide"}]}`),
			update(`{"remove_disks": ["/x.iso"]}`),
			shows(`{"disks": []}`),
		}},
		{"12.2 a compression that does not exist is refused", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			update(`{"update_disks": [{"path": "$BHYVE0", "compression": "magic"}]}`).refused(),
			shows(`{"disks.0.compression": "off"}`),
		}},
		{"12.3 the uuid of a bhyve disk stays", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "size": 64, "boot": true, "uuid": "$V"}]}`),
			update(`{"alias": "a"}`),
			vmadm("start $U"),
			shows(`{"disks.0.uuid": "$V"}`),
		}},
	}
}

// spaceCases are about quota and reservations of bhyve.
func spaceCases() []Case {
	return []Case{
		{"12.4 without flexible_disk_size the quota holds the root and the reservations", steps{
			create(bhyve, `{"quota": 2, "disks": [{"model": "virtio", "size": 64, "boot": true}, {"model": "virtio", "size": 32}]}`),
			spaceAddsUp(2, 0, "disk0", "disk1"),
			shows(`{"quota": 2}`),
		}},
		{"12.4 with flexible_disk_size the quota holds that and what the reservations take over the sizes", steps{
			create(bhyve, `{"quota": 1, "flexible_disk_size": 1024, "disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			spaceAddsUp(1, 1024, "disk0"),
			shows(`{"free_space": 960}`),
		}},
		{"12.4 a quota below 1 counts as 1", steps{
			create(bhyve, `{"quota": 0, "disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			spaceAddsUp(1, 0, "disk0"),
			shows(`{"quota": 1}`),
		}},
		{"12.4 a changed quota changes them all", steps{
			create(bhyve, `{"flexible_disk_size": 1024, "disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			update(`{"quota": 3}`),
			spaceAddsUp(3, 1024, "disk0"),
			shows(`{"quota": 3}`),
		}},
		{"12.4 a quota may be lowered again", steps{
			create(bhyve, `{"quota": 3, "flexible_disk_size": 1024, "disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			update(`{"quota": 2}`),
			spaceAddsUp(2, 1024, "disk0"),
			shows(`{"quota": 2}`),
		}},
		{"12.4 flexible_disk_size may be lowered to what is used", steps{
			create(bhyve, `{"flexible_disk_size": 1024, "disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			update(`{"flexible_disk_size": 64}`),
			spaceAddsUp(1, 64, "disk0"),
			shows(`{"flexible_disk_size": 64, "free_space": 0}`),
		}},
		{"12.4 a changed flexible_disk_size changes them all", steps{
			create(bhyve, `{"flexible_disk_size": 1024, "disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			update(`{"flexible_disk_size": 2048}`),
			spaceAddsUp(1, 2048, "disk0"),
			shows(`{"flexible_disk_size": 2048, "free_space": 1984}`),
		}},
		{"12.4 a volume reserves more than its size", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			shows(`{"disks.0.refreservation": "~^(6[5-9]|[7-9][0-9])$"}`),
			dataset("$DS/disk0", `{"quota": "-", "reservation": "~^(-|0|none)$"}`),
		}},
		{"12.4 an update of quota forces the reservation of volumes", steps{
			create(bhyve, `{"flexible_disk_size": 1024, "disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			update(`{"update_disks": [{"path": "$BHYVE0", "refreservation": 16}]}`),
			update(`{"quota": 2}`),
			shows(`{"disks.0.refreservation": "~^(6[5-9]|[7-9][0-9])$"}`),
		}},
		{"12.4 a flexible_disk_size below what is used fails", steps{
			create(bhyve, `{"flexible_disk_size": 1024, "disks": [{"model": "virtio", "size": 512, "boot": true}]}`),
			update(`{"flexible_disk_size": 256}`).fails(""),
			shows(`{"disks.0.size": 512}`),
		}},
	}
}
