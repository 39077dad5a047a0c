package drivertest

// imageCases are about imgadm.
func imageCases() []Case {
	const unknownID = "6d4dcb63-0b57-4b34-a5c8-2f4f5a4c9d10"
	return []Case{
		{"19.1 list -j shows manifest, pool and clones", steps{
			create(zone, `{}`),
			imgadm("list -j").printsJSON(`[{"manifest": {"uuid": "$IMAGE", "type": "zone-dataset"}, "zpool": "$POOL", "cloneNames": ["$POOL/$U"]}]`),
		}},
		{"19.1 list takes columns and filters", steps{
			imgadm("list").matches(`^UUID +NAME +VERSION +OS +TYPE +PUB\n`),
			imgadm("list -H -o uuid,type uuid=$IMAGE").matches(`^$IMAGE +zone-dataset\n$`),
			imgadm("list -H -o uuid uuid=~" + unknownID).prints(""),
		}},
		{"19.1 get shows one image", steps{
			imgadm("get $IMAGE").printsJSON(`{"manifest": {"uuid": "$IMAGE"}, "zpool": "$POOL"}`),
			imgadm("get -P $POOL $IMAGE").printsJSON(`{"manifest": {"uuid": "$IMAGE"}, "zpool": "$POOL"}`),
		}},
		{"19.1 get -r shows its clones", steps{
			create(zone, `{}`),
			imgadm("get -r $IMAGE").printsJSON(`{"children": {"clones": ["$POOL/$U"]}}`),
		}},
		{"19.1 get of an image that is not installed exits 3", steps{
			imgadm("get -P $POOL " + unknownID).exits(3).prints("").mentions(`image "` + unknownID + `" was not found on zpool "$POOL"`),
		}},
		{"19.1 an image is a dataset with the snapshot final", steps{
			dataset("$POOL/$IMAGE", `{"type": "filesystem"}`),
			dataset("$POOL/$IMAGE@final", `{"type": "snapshot"}`),
			dataset("$POOL/$ZVOL", `{"type": "volume"}`),
			dataset("$POOL/$ZVOL@final", `{"type": "snapshot"}`),
		}},
		{"19.1 import of an installed image is nothing", steps{
			imgadm("import $IMAGE").matches(`^Image $IMAGE \(.* .*\) is already installed, skipping\n`),
		}},
		{"19.1 import of an image that no source has", steps{
			imgadm("import " + unknownID).exits(1).mentions("imgadm: error (ActiveImageNotFound): "),
		}},
		{"19.1 an image in use is not deleted", steps{
			create(zone, `{}`),
			imgadm("delete $IMAGE").exits(1).mentions("imgadm: error (ImageHasDependentClones): "),
		}},
		{"19.1 a deleted image is gone and can be imported again", steps{
			onOwnNode(`{}`),
			imgadm("delete $IMAGE").matches("Deleted image $IMAGE"),
			imgadm("get $IMAGE").exits(3),
			noDataset("$POOL/$IMAGE"),
			create(zone, `{}`).exits(1).says("Invalid value(s) for: image_uuid"),
			imgadm("import $IMAGE"),
			create(zone, `{}`),
		}},
		{"19.1 sources are listed, added once, and removed", steps{
			onOwnNode(`{}`),
			imgadm("sources -a https://images.example.com"),
			imgadm("sources -a https://images.example.com"),
			imgadm("sources -j").printsJSON(`[{"url": "https://images.example.com", "type": "imgapi"}]`),
			imgadm("sources -d https://images.example.com"),
		}},
	}
}

// nicTagCases are about nictagadm.
func nicTagCases() []Case {
	return []Case{
		{"19.2 list -p prints name, MAC, link and type", steps{
			nictagadm("list -p").matches(`(?m)^$TAG:(-|([0-9a-f]{1,2}\\:){5}[0-9a-f]{1,2}):[^:]+:normal$`),
			nictagadm("list -p -d ,").matches(`(?m)^$TAG,(-|([0-9a-f]{1,2}:){5}[0-9a-f]{1,2}),[^,]+,normal$`),
		}},
		{"19.2 list has a header", steps{
			nictagadm("list").matches(`^NAME +MACADDRESS +LINK +TYPE\n`),
		}},
		{"19.2 exists answers by its status", steps{
			nictagadm("exists $TAG"),
			nictagadm("exists nosuchtag").exits(1),
			nictagadm("exists $TAG nosuchtag").exits(1),
		}},
		{"19.2 exists -l prints the missing names alone", steps{
			nictagadm("exists -l $TAG nosuchtag").exits(1).prints("").says("nosuchtag"),
		}},
		{"19.2 exists without -l says what is invalid", steps{
			nictagadm("exists nosuchtag").exits(1).prints("").mentions("invalid tag: nosuchtag"),
		}},
		{"19.2 vms lists who uses a tag", steps{
			create(zone, `{"nics": [{$NIC1}]}`),
			nictagadm("vms $TAG").matches(`(?m)^$U$`),
		}},
		{"19.2 a tag of an etherstub can be added and deleted", steps{
			onOwnNode(`{}`),
			nictagadm("add -l contract0"),
			nictagadm("exists contract0"),
			nictagadm("list -p -d ,").matches(`(?m)^contract0,-,-,etherstub$`),
			create(zone, `{"nics": [{"nic_tag": "contract0", "mac": "$MAC1"}]}`),
			vmadm("delete $U"),
			nictagadm("delete contract0"),
			nictagadm("exists contract0").exits(1),
		}},
		{"19.2 a tag moves to another MAC", steps{
			onOwnNode(`{}`),
			nictagadm("update $TAG 02:08:20:aa:bb:cc"),
			nictagadm("list -p -d ,").matches(`(?m)^$TAG,02:08:20:aa:bb:cc,[^,]+,normal$`),
			nictagadm("update nosuchtag 02:08:20:aa:bb:cc").exits(1).mentions("Error: "),
			nictagadm("update").exits(2),
		}},
		{"19.2 a name is letters, digits and underscores", steps{
			onOwnNode(`{}`),
			nictagadm("add -l a-b").exits(1).mentions("Error: "),
			nictagadm("add -l a234567890123456789012345678901").exits(1).mentions("Error: "),
		}},
	}
}

// sysinfoCases are about sysinfo.
func sysinfoCases() []Case {
	return []Case{
		{"19.3 sysinfo prints one object", steps{
			call{program: "sysinfo"}.printsJSON(`{"UUID": "~^[0-9a-fA-F]{8}-", "Hostname": "~.", "Live Image": "~^\\d{8}T\\d{6}Z$", "MiB of Memory": "~^\\d+$",
				"CPU Total Cores": "~^\\d+$", "Zpool": "$POOL", "Zpool Size in GiB": "~^\\d+$", "Network Interfaces": "~^\\{", "VM Capable": "~^(true|false)$"}`),
		}},
		{"19.3 memory is a text", steps{
			call{program: "sysinfo"}.matches(`"MiB of Memory": *"\d+"`),
		}},
		{"19.3 get shows the node that it was asked on", steps{
			create(zone, `{}`),
			shows(`{"server_uuid": "$SERVER", "platform_buildstamp": "~^\\d{8}T\\d{6}Z$"}`),
		}},
	}
}

// firewallCases are about fwadm. Rules are of one instance of the case, and are deleted by it.
func firewallCases() []Case {
	const rules = `{"rules": [{"uuid": "$V", "rule": "FROM any TO vm $U ALLOW tcp PORT 22", "enabled": true, "owner_uuid": "00000000-0000-0000-0000-000000000000", "description": "contract"}]}`
	return []Case{
		{"19.4 rules are added, read and deleted", steps{
			create(zone, `{"firewall_enabled": true}`),
			write("$TMP/rules", rules),
			afterwards(fwadm("delete $V")),
			fwadm("add -f $TMP/rules").matches(`^Added rules:\n$V true +FROM any TO vm $U ALLOW tcp PORT 22\n`),
			fwadm("get $V").printsJSON(`{"uuid": "$V", "rule": "FROM any TO vm $U ALLOW tcp PORT 22", "enabled": true, "description": "contract", "version": "~."}`),
			fwadm("list -j").printsJSON(`[{"uuid": "$V"}]`),
			fwadm("delete $V"),
			fwadm("get $V").exits(1),
		}},
		{"19.4 rules are disabled and enabled", steps{
			create(zone, `{}`),
			write("$TMP/rules", rules),
			afterwards(fwadm("delete $V")),
			fwadm("add -f $TMP/rules"),
			fwadm("disable $V"),
			fwadm("get $V").printsJSON(`{"enabled": false}`),
			fwadm("enable $V"),
			fwadm("get $V").printsJSON(`{"enabled": true}`),
			fwadm("delete $V"),
		}},
		{"19.4 rules are updated, and the version moves", steps{
			create(zone, `{}`),
			write("$TMP/rules", rules),
			afterwards(fwadm("delete $V")),
			fwadm("add -f $TMP/rules"),
			write("$TMP/change", `{"rule": "FROM any TO vm $U ALLOW tcp PORT 80"}`),
			fwadm("update $V -f $TMP/change"),
			fwadm("get $V").printsJSON(`{"rule": "FROM any TO vm $U ALLOW tcp PORT 80", "enabled": true}`),
			fwadm("delete $V"),
		}},
		{"19.4 start and stop are an update of firewall_enabled", steps{
			create(zone, `{"autoboot": true}`),
			fwadm("status $U").matches("stopped"),
			fwadm("start $U"),
			shows(`{"firewall_enabled": true}`),
			fwadm("status $U").matches("running"),
			fwadm("stop $U"),
			shows(`{"firewall_enabled": false}`),
		}},
		{"19.4 an unknown rule fails", steps{
			fwadm("get $V").exits(1).prints(""),
			fwadm("delete $V").exits(1),
		}},
	}
}
