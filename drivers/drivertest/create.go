package drivertest

// createCases are about what create needs, generates and refuses.
func createCases() []Case {
	const unknownID = "6d4dcb63-0b57-4b34-a5c8-2f4f5a4c9d10"
	return []Case{
		{"8.1 a missing brand becomes joyent", steps{
			create(bare, `{"uuid": "$U", "image_uuid": "$IMAGE", "autoboot": false}`),
			shows(`{"brand": "joyent"}`),
		}},
		{"8.1 an unknown brand crashes", steps{
			create(bare, `{"uuid": "$U", "brand": "xen", "image_uuid": "$IMAGE"}`).dies(),
			gone(),
		}},
		{"8.1 lx needs a kernel version", steps{
			create(base(`{"uuid": "$U", "brand": "lx", "image_uuid": "$LX"}`), `{}`).exits(1).says("Missing required properties: kernel_version"),
		}},
		{"8.1 a disk needs a model", steps{
			create(bhyve, `{"disks": [{"size": 64}]}`).fails("missing .model option for disk: "),
			create(kvm, `{"disks": [{"size": 64}]}`).fails("missing .model option for disk: "),
			gone(),
		}},
		{"8.1 disk_driver stands in for the model of disks", steps{
			create(bhyve, `{"disk_driver": "nvme", "disks": [{"size": 64}, {"size": 64, "model": "ahci"}]}`),
			shows(`{"disks.*.model": ["nvme", "ahci"], "disk_driver": "nvme"}`),
		}},
		{"8.1 a nic of HVM needs a model", steps{
			create(kvm, `{"nics": [{$NIC1}]}`).fails("missing .model option for NIC: "),
			create(bhyve, `{"nics": [{$NIC1}]}`).fails("missing .model option for NIC: "),
		}},
		{"8.1 nic_driver stands in for the model of nics", steps{
			create(bhyve, `{"nic_driver": "virtio", "nics": [{$NIC1}, {$NIC2, "model": "e1000"}]}`),
			shows(`{"nics.*.model": ["virtio", "e1000"]}`),
		}},
		{"8.1 a disk needs a size or an image", steps{
			create(bhyve, `{"disks": [{"model": "virtio"}]}`).fails(""),
			create(kvm, `{"disks": [{"model": "virtio"}]}`).fails(""),
			gone(),
		}},
		{"8.1 images are never downloaded", steps{
			create(zone, `{"image_uuid": "`+unknownID+`"}`).exits(1).says("Invalid value(s) for: image_uuid"),
			create(bhyve, `{"disks": [{"model": "virtio", "image_uuid": "`+unknownID+`", "image_size": 64}]}`).fails("disks.0.image_uuid"),
			gone(),
		}},
		{"8.1 an image of another type is a bad value", steps{
			create(zone, `{"image_uuid": "$ZVOL"}`).exits(1).says("Invalid value(s) for: image_uuid"),
			create(lx, `{"image_uuid": "$IMAGE"}`).exits(1).says("Invalid value(s) for: image_uuid"),
		}},
		{"8.1 a wrong image size is a bad value", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "image_uuid": "$ZVOL", "image_size": 1}]}`).exits(1).says("Invalid value(s) for: disks.0.image_size"),
		}},
		{"8.1 the old names of image_uuid and zpool are translated", steps{
			create(bare, `{"uuid": "$U", "brand": "joyent-minimal", "dataset_uuid": "$IMAGE", "zfs_storage_pool_name": "$POOL", "autoboot": false}`),
			shows(`{"image_uuid": "$IMAGE", "zpool": "$POOL", "dataset_uuid": null}`),
		}},
		{"8.1 bhyve needs a processor that can", steps{
			onOwnNode(`{"sysinfo": {"Bhyve Capable": false}}`),
			create(bhyve, `{}`).fails("Bhyve not supported"),
		}},
		{"8.1 bhyve needs sysinfo to say whether the processor can", steps{
			onOwnNode(`{"sysinfo": {"Bhyve Capable": null}}`),
			create(bhyve, `{}`).fails(`sysinfo does not have "Bhyve Capable" property`),
		}},
		{"8.1 the image of the boot disk brings its bootrom", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "boot": true, "image_uuid": "$UEFI"}]}`),
			shows(`{"bootrom": "uefi"}`),
		}},
		{"8.1 the image of another disk brings none", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "size": 64, "boot": true}, {"model": "virtio", "image_uuid": "$UEFI"}]}`),
			shows(`{"bootrom": null}`),
		}},
		{"8.1 another bootrom than the image's is a bad value", steps{
			create(bhyve, `{"bootrom": "bios", "disks": [{"model": "virtio", "boot": true, "image_uuid": "$UEFI"}]}`).exits(1).says("Invalid value(s) for: bootrom"),
		}},
		{"8.1 with an image as boot disk the bootrom is bios or uefi", steps{
			create(bhyve, `{"bootrom": "/opt/rom.fd", "disks": [{"model": "virtio", "boot": true, "image_uuid": "$ZVOL"}]}`).exits(1).says("Invalid value(s) for: bootrom"),
			create(bhyve, `{"bootrom": "bios", "disks": [{"model": "virtio", "boot": true, "image_uuid": "$ZVOL"}]}`),
			shows(`{"bootrom": "bios"}`),
		}},
		{"8.1 without an image any bootrom is stored", steps{
			create(bhyve, `{"bootrom": "/opt/rom.fd"}`),
			shows(`{"bootrom": "/opt/rom.fd"}`),
		}},
		{"8.1 nocloud adds a small disk and makes room for it", steps{
			create(bhyve, `{"flexible_disk_size": 1024, "internal_metadata": {"cloudinit_datasource": "nocloud"}, "disks": [{"model": "nvme", "size": 64, "boot": true}]}`),
			shows(`{"disks.*.size": [64, 16], "disks.1.block_size": 512, "disks.1.model": "virtio", "disks.1.boot": false, "flexible_disk_size": 1040,
				"internal_metadata.cloudinit_datasource": "nocloud", "internal_metadata.cloudinit_nocloud_path": "~^/dev/zvol/rdsk/"}`),
		}},
		{"8.1 nocloud adds nothing to kvm", steps{
			create(kvm, `{"internal_metadata": {"cloudinit_datasource": "nocloud"}, "disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			shows(`{"disks.*.size": [64]}`),
		}},
		{"8.2 a uuid is generated unless given", steps{
			create(bare, `{"brand": "joyent-minimal", "image_uuid": "$IMAGE", "autoboot": false}`),
			shows(`{"uuid": "~^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$", "zonename": "$U", "zonepath": "/$POOL/$U"}`),
		}},
		{"8.2 a zonename other than the uuid crashes", steps{
			create(zone, `{"zonename": "web0"}`).dies(),
		}},
		{"8.2 a zonename equal to the uuid is fine", steps{
			create(zone, `{"zonename": "$U"}`),
			shows(`{"zonename": "$U"}`),
		}},
		{"8.2 a MAC is generated, locally administered", steps{
			create(zone, `{"nics": [{"nic_tag": "$TAG"}, {"nic_tag": "$TAG"}]}`),
			shows(`{"nics.0.mac": "~^[1-9a-f]2(:[0-9a-f]{2}){5}$", "nics.1.mac": "~^[1-9a-f]2(:[0-9a-f]{2}){5}$"}`),
		}},
		{"8.2 interfaces are numbered in order, whatever was given", steps{
			create(zone, `{"nics": [{$NIC1, "interface": "net7"}, {$NIC2, "interface": "net3"}]}`),
			shows(`{"nics.*.interface": ["net0", "net1"], "nics.*.mac": ["$MAC1", "$MAC2"]}`),
		}},
		{"8.2 the first nic becomes primary when none is", steps{
			create(zone, `{"nics": [{$NIC1}, {$NIC2}]}`),
			shows(`{"nics.*.primary": [true, null]}`),
		}},
		{"8.2 nothing sets a hostname or a VNC port", steps{
			create(kvm, `{"alias": "a"}`),
			shows(`{"hostname": null, "vnc_port": null}`),
		}},
		{"8.2 spice_opts is dropped without an image", steps{
			create(kvm, `{"spice_opts": "x", "spice_password": "y"}`),
			shows(`{"spice_opts": null, "spice_password": "y"}`),
			other(create(kvm, `{"image_uuid": "$IMAGE", "spice_opts": "x"}`), shows(`{"spice_opts": "x"}`)),
		}},
		{"8.2 a rejected payload leaves nothing behind", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "size": 64}], "nics": [{"nic_tag": "nosuchtag", "model": "virtio"}]}`).fails(`Invalid nic tag "nosuchtag"`),
			gone(),
			noDataset("$DS"),
			noDataset("$DS/disk0"),
		}},
		{"8.4 autoboot is the default, and create waits until it runs", steps{
			create(base(`{"uuid": "$U", "brand": "joyent-minimal", "image_uuid": "$IMAGE"}`), `{}`),
			shows(`{"state": "running", "autoboot": true, "provisioning": null, "transition_to": null, "transition_expire": null}`),
		}},
		{"8.4 lx, kvm and bhyve run after create too", steps{
			create(lx, `{"autoboot": true}`), shows(`{"state": "running"}`),
			other(create(bhyve, `{"autoboot": true}`), shows(`{"state": "running"}`)),
		}},
		{"8.4 kvm runs after create", steps{
			create(kvm, `{"autoboot": true}`), shows(`{"state": "running", "autoboot": true}`),
		}},
		{"8.4 without autoboot it ends stopped", steps{
			create(bhyve, `{}`),
			shows(`{"state": "stopped", "autoboot": false, "provisioning": null, "transition_to": null}`),
		}},
		{"8.4 an instance whose provisioning takes too long is halted and failed", steps{
			onOwnNode(`{}`),
			withFault(`{"program": "vmadm", "verb": "create", "at": "vmadm create: wait for provisioning", "effect": "fail"}`),
			create(zone, `{"autoboot": true}`).fails("timed out waiting for /var/svc/provisioning to move for $U"),
			shows(`{"state": "failed", "zone_state": "installed", "failed": "provisioning", "transition_to": null}`),
			vmadm("delete $U"),
			gone(),
		}},
		{"8.4 a failure before there is a zone removes the volumes made so far", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "size": 64, "boot": true}, {"model": "virtio", "size": 99999999}]}`).fails(""),
			gone(),
			noDataset("$DS"),
			other(
				create(kvm, `{"disks": [{"model": "virtio", "size": 64, "boot": true}, {"model": "virtio", "size": 99999999}]}`).fails(""),
				gone(),
				noDataset("$POOL/$U-disk0"),
			),
		}},
		{"8.4 a failure of the install leaves an instance that delete clears", steps{
			onOwnNode(`{}`),
			withFault(`{"program": "vmadm", "verb": "create", "at": "vmadm create: zoneadm install", "effect": "fail", "stderr": "no"}`),
			create(zone, `{}`).fails(""),
			shows(`{"state": "~^(configured|incomplete|failed|provisioning)$"}`),
			vmadm("delete $U"),
			gone(),
			noDataset("$DS"),
		}},
		{"8.4 nowait returns at once and succeeds", steps{
			create(zone, `{"autoboot": true, "nowait": true}`),
			shows(`{"state": "~^(provisioning|running)$", "autoboot": true}`),
		}},
	}
}

// layoutCases are about the datasets that create makes.
func layoutCases() []Case {
	return []Case{
		{"8.3 the root of a zone is a clone of its image", steps{
			create(zone, `{}`),
			dataset("$DS", `{"type": "filesystem", "origin": "~^$POOL/$IMAGE@", "mountpoint": "/$POOL/$U"}`),
		}},
		{"8.3 quota is in GiB", steps{
			create(zone, `{"quota": 7}`),
			dataset("$DS", `{"quota": "7516192768"}`),
		}},
		{"8.3 kvm has its volumes beside the root", steps{
			create(kvm, `{"quota": 3, "disks": [{"model": "virtio", "size": 64, "boot": true}, {"model": "virtio", "size": 32}]}`),
			dataset("$POOL/$U-disk0", `{"type": "volume", "volsize": "67108864", "volblocksize": "8192"}`),
			dataset("$POOL/$U-disk1", `{"type": "volume", "volsize": "33554432"}`),
			dataset("$DS", `{"type": "filesystem", "quota": "3221225472"}`),
			shows(`{"disks.*.path": ["$KVM0", "$KVM1"]}`),
		}},
		{"8.3 bhyve has its volumes below the root", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "size": 64, "boot": true}, {"model": "virtio", "size": 32}]}`),
			dataset("$DS/disk0", `{"type": "volume", "volsize": "67108864", "volblocksize": "8192"}`),
			dataset("$DS/disk1", `{"type": "volume", "volsize": "33554432"}`),
			shows(`{"disks.*.path": ["$BHYVE0", "$BHYVE1"]}`),
		}},
		{"8.3 a delegated dataset", steps{
			create(zone, `{"delegate_dataset": true}`),
			dataset("$DS/data", `{"type": "filesystem", "zoned": "on"}`),
		}},
		{"8.3 every instance has a dataset for cores, mounted in its zone", steps{
			create(zone, `{}`),
			dataset("$POOL/cores/$U", `{"mountpoint": "/$POOL/$U/cores"}`),
			other(create(bhyve, `{}`), dataset("$POOL/cores/$U", `{"mountpoint": "/$POOL/$U/cores"}`)),
		}},
		{"8.3 a cdrom takes no index", steps{
			create(kvm, `{"disks": [{"media": "cdrom", "path": "/x.iso", "model": "ide"}, {"model": "virtio", "size": 64, "boot": true}]}`),
			dataset("$POOL/$U-disk0", `{"volsize": "67108864"}`),
			noDataset("$POOL/$U-disk1"),
		}},
		{"8.3 a volume from an image is a clone of it and as large", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "boot": true, "image_uuid": "$ZVOL"}]}`),
			dataset("$DS/disk0", `{"origin": "~^$POOL/$ZVOL@"}`),
			shows(`{"disks.0.size": $ZVOLSIZE}`),
		}},
		{"8.3 a volume has the block size and compression that it was given", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "size": 64, "block_size": 4096, "compression": "lz4"}]}`),
			dataset("$DS/disk0", `{"volblocksize": "4096", "compression": "lz4"}`),
			shows(`{"disks.0.block_size": 4096, "disks.0.compression": "lz4"}`),
		}},
		{"8.3 properties of the root are set at install", steps{
			create(zone, `{"zfs_root_recsize": 8192, "zfs_root_compression": "gzip-9", "zfs_filesystem_limit": 5, "zfs_snapshot_limit": 6}`),
			dataset("$DS", `{"recordsize": "8192", "compression": "gzip-9", "filesystem_limit": "5", "snapshot_limit": "6"}`),
		}},
		{"8.3 a block size that is no power of two is refused", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "size": 64, "block_size": 5000}]}`).fails(""),
			gone(),
		}},
		{"8.3 a record size that is no power of two is refused", steps{
			create(zone, `{"zfs_root_recsize": 777}`).fails("invalid zfs_root_recsize (777), must be 512-131072 and a power of 2. (0 to disable)"),
		}},
	}
}
