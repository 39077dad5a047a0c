package drivertest

// identityCases are about what names an instance.
func identityCases() []Case {
	return []Case{
		{"17 an alias finds all that have it", steps{
			create(zone, `{"alias": "same"}`),
			other(create(zone, `{"alias": "same"}`)),
			vmadm("lookup -1 $MINE alias=same").fails("Requested unique lookup but found 2 results."),
		}},
		{"17 tags are a safe mark, whose values are compared as text", steps{
			create(zone, `{"tags": {"managed-by": "x", "n": 1}}`),
			vmadm("lookup $MINE tags.managed-by=x tags.n=1").prints("$U"),
		}},
		{"17 internal_metadata is a safe mark", steps{
			create(zone, `{"internal_metadata": {"owner": "x"}}`),
			vmadm("lookup $MINE internal_metadata.owner=x").prints("$U"),
		}},
		{"17 labels are free text", steps{
			create(zone, `{"owner_uuid": "team-a", "billing_id": "cost centre 7"}`),
			shows(`{"owner_uuid": "team-a", "billing_id": "cost centre 7"}`),
		}},
	}
}

// driftCases are about what get shows of datasets that were changed from outside.
func driftCases() []Case {
	return []Case{
		{"18 a changed quota shows, also in fractions", steps{
			create(zone, `{}`),
			zfs("set quota=5G $DS"),
			shows(`{"quota": 5}`),
			zfs("set quota=1536M $DS"),
			shows(`{"quota": 1.5}`),
			zfs("set quota=none $DS"),
			shows(`{"quota": 0}`),
		}},
		{"18 of bhyve only refquota shows as quota", steps{
			create(bhyve, `{"quota": 2}`),
			zfs("set quota=9G $DS"),
			shows(`{"quota": 2}`),
			zfs("set refquota=3G $DS"),
			shows(`{"quota": 3}`),
		}},
		{"18 changed record size, compression and limits show", steps{
			create(zone, `{}`),
			zfs("set recordsize=16K $DS"),
			zfs("set compression=gzip-9 $DS"),
			zfs("set filesystem_limit=9 $DS"),
			zfs("set snapshot_limit=8 $DS"),
			shows(`{"zfs_root_recsize": 16384, "zfs_root_compression": "gzip-9", "zfs_filesystem_limit": 9, "zfs_snapshot_limit": 8}`),
			zfs("set compression=off $DS"),
			zfs("set filesystem_limit=none $DS"),
			shows(`{"zfs_root_compression": null, "zfs_filesystem_limit": null}`),
		}},
		{"18 compression inherited from the pool shows as if it were set", steps{
			onOwnNode(`{}`),
			create(zone, `{}`),
			zfs("set compression=lz4 $POOL"),
			shows(`{"zfs_root_compression": "lz4"}`),
			other(create(zone, `{"zfs_root_compression": "off"}`), shows(`{"zfs_root_compression": null}`)),
		}},
		{"18 properties that vmadm does not map are invisible", steps{
			create(zone, `{}`),
			vmadm("get $U").into("$TMP/before"),
			zfs("set sync=disabled $DS"),
			zfs("set atime=off $DS"),
			showsSameAs("$TMP/before"),
		}},
		{"18 a changed volume size shows, and the quota stays", steps{
			create(bhyve, `{"flexible_disk_size": 1024, "disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			zfs("set volsize=128M $DS/disk0"),
			shows(`{"disks.0.size": 128, "quota": 1}`),
		}},
		{"18 the zoneroot is what is mounted at the zonepath, whatever its name", steps{
			onOwnNode(`{}`),
			create(zone, `{"quota": 5}`),
			zfs("set mountpoint=/elsewhere $DS"),
			shows(`{"state": "stopped", "zfs_filesystem": null, "zpool": null, "quota": null, "zfs_root_recsize": null}`),
			zfs("set mountpoint=legacy $DS"),
			shows(`{"zfs_filesystem": "$DS", "quota": 5}`),
			zfs("inherit mountpoint $DS"),
			zfs("set zoned=on $DS"),
			shows(`{"zfs_filesystem": null}`),
			zfs("set zoned=off $DS"),
			zfs("rename $DS $POOL/renamed"),
			shows(`{"zfs_filesystem": null}`),
			zfs("set mountpoint=/$DS $POOL/renamed"),
			shows(`{"zfs_filesystem": "$POOL/renamed", "zpool": "$POOL", "quota": 5}`),
		}},
		{"18 a destroyed volume is missing", steps{
			create(kvm, `{"disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			zfs("destroy $POOL/$U-disk0"),
			shows(`{"disks.0.path": "$KVM0", "disks.0.missing": true, "disks.0.size": null, "disks.0.zfs_filesystem": null}`),
		}},
		{"18 a renamed volume is missing", steps{
			create(kvm, `{"disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			afterwards(zfs("destroy $POOL/$U-disk9")),
			zfs("rename $POOL/$U-disk0 $POOL/$U-disk9"),
			shows(`{"disks.0.missing": true}`),
			zfs("rename $POOL/$U-disk9 $POOL/$U-disk0"),
			shows(`{"disks.0.missing": null, "disks.0.size": 64}`),
		}},
		{"18 other datasets of an instance are not shown", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			vmadm("get $U").into("$TMP/before"),
			zfs("create -s -V 8M $DS/disk7"),
			showsSameAs("$TMP/before"),
		}},
		{"18 a snapshot held by hand does not make it indestructible", steps{
			create(zone, `{}`),
			zfs("snapshot $DS@mine"),
			zfs("hold keep $DS@mine"),
			shows(`{"indestructible_zoneroot": null}`),
			zfs("release keep $DS@mine"),
		}},
		{"18 a value equal to what vmadm remembers is not set", steps{
			onOwnNode(`{}`),
			create(zone, `{"quota": 10}`),
			withFault(`{"program": "zfs", "verb": "set", "effect": "stale", "forMS": 600000}`),
			zfs("set quota=5G $DS"),
			shows(`{"quota": 10}`),
			update(`{"quota": 10}`),
			dataset("$DS", `{"quota": "5368709120"}`),
		}},
	}
}
