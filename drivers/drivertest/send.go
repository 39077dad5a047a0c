package drivertest

import (
	"bytes"
	"os"
)

// sendCases are about vmadm send and receive.
func sendCases() []Case {
	return []Case{
		{"16.1 send leaves the instance stopped, without autoboot", steps{
			create(zone, `{"autoboot": true}`),
			vmadm("send $U").into("$TMP/stream").says("Successfully sent VM $U"),
			shows(`{"state": "stopped", "autoboot": false}`),
			noDataset("$DS@sending"),
		}},
		{"16.1 the stream begins with a record of its own kind", steps{
			create(zone, `{}`),
			vmadm("send $U").into("$TMP/stream"),
			fileBegins("$TMP/stream", "MAGIC-VMBUNDLE\x001\x00"),
		}},
		{"16.2 receive makes the instance again", steps{
			create(zone, `{"alias": "a", "quota": 5, "ram": 512, "nics": [{$NIC1}, {$NIC2, "primary": true}], "tags": {"t": 1}, "customer_metadata": {"c": "d"}, "resolvers": ["192.0.2.1"]}`),
			vmadm("send $U").into("$TMP/stream"),
			vmadm("delete $U"),
			vmadm("receive").from("$TMP/stream").says("Successfully received VM $U"),
			shows(`{"state": "stopped", "autoboot": false, "alias": "a", "quota": 5, "max_physical_memory": 512, "nics.*.mac": ["$MAC1", "$MAC2"], "nics.*.primary": [null, true],
				"tags.t": 1, "customer_metadata": {"c": "d"}, "resolvers": ["192.0.2.1"], "image_uuid": "$IMAGE", "missing": null}`),
			vmadm("start $U"),
		}},
		{"16.2 what ran when it was sent runs when it is received", steps{
			create(zone, `{"autoboot": true}`),
			vmadm("send $U").into("$TMP/stream"),
			vmadm("delete $U"),
			vmadm("recv").from("$TMP/stream"),
			shows(`{"state": "running", "autoboot": true}`),
		}},
		{"16.2 volumes of bhyve ride along", steps{
			create(bhyve, `{"flexible_disk_size": 1024, "disks": [{"model": "virtio", "size": 64, "boot": true}, {"model": "nvme", "size": 32}]}`),
			vmadm("send $U").into("$TMP/stream"),
			vmadm("delete $U"),
			vmadm("receive").from("$TMP/stream"),
			shows(`{"disks.*.path": ["$BHYVE0", "$BHYVE1"], "disks.*.size": [64, 32], "disks.*.model": ["virtio", "nvme"]}`),
		}},
		{"16.2 volumes of kvm are sent too", steps{
			create(kvm, `{"disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			vmadm("send $U").into("$TMP/stream"),
			vmadm("delete $U"),
			vmadm("receive").from("$TMP/stream"),
			shows(`{"disks.*.path": ["$KVM0"], "disks.*.size": [64]}`),
		}},
		{"16.2 the origin is lost, the image is only a label", steps{
			create(zone, `{}`),
			vmadm("send $U").into("$TMP/stream"),
			vmadm("delete $U"),
			vmadm("receive").from("$TMP/stream"),
			shows(`{"image_uuid": "$IMAGE"}`),
			dataset("$DS", `{"origin": "-"}`),
		}},
		{"16.2 receive reads standard input whatever -f says", steps{
			create(zone, `{"alias": "a"}`),
			vmadm("send $U").into("$TMP/stream"),
			vmadm("delete $U"),
			vmadm("receive -f $TMP/absent").from("$TMP/stream"),
			shows(`{"alias": "a"}`),
		}},
		{"16.2 receive refuses what is there", steps{
			create(zone, `{"alias": "a"}`),
			vmadm("send $U").into("$TMP/stream"),
			vmadm("receive").from("$TMP/stream").fails("VM with UUID $U already exists"),
			shows(`{"alias": "a"}`),
		}},
		{"16.2 a stream that is torn in its first record leaves nothing", steps{
			vmadm("receive").with("MAGIC-VMBUNDLE\x001\x000\x00JSON").fails("vmunbundle exited with code 1"),
			vmadm("lookup uuid=$U").prints(""),
		}},
		{"16.2 a truncated stream fails, and the remains can be deleted", steps{
			create(zone, `{}`),
			vmadm("send $U").into("$TMP/stream"),
			vmadm("delete $U"),
			cutOff("$TMP/stream", 100),
			vmadm("receive").from("$TMP/stream").fails(""),
			shows(`{"state": "receiving"}`),
			vmadm("delete $U"),
			gone(),
			noDataset("$DS"),
		}},
	}
}

// fileBegins expects a file to begin with these bytes.
func fileBegins(path, prefix string) step {
	return stepFunc(func(s *script) {
		content, err := os.ReadFile(s.expand(path))
		if err != nil {
			s.t.Fatal(err)
		}
		if !bytes.HasPrefix(content, []byte(prefix)) {
			s.t.Fatalf("the file must begin with %q, but begins with %q", prefix, content[:min(len(content), 64)])
		}
	})
}

// cutOff removes the last bytes of a file.
func cutOff(path string, bytes int64) step {
	return stepFunc(func(s *script) {
		name := s.expand(path)
		info, err := os.Stat(name)
		if err == nil {
			err = os.Truncate(name, max(info.Size()-bytes, 0))
		}
		if err != nil {
			s.t.Fatal(err)
		}
	})
}

// migrationCases are about the way of moving an instance that is documented, here onto its own node.
func migrationCases() []Case {
	return []Case{
		{"16.3 configuration and datasets by hand", steps{
			create(zone, `{"alias": "a", "quota": 5, "nics": [{$NIC1}], "tags": {"t": "u"}}`),
			zonecfg("-z $U export").into("$TMP/zone.cfg"),
			zfs("snapshot -r $DS@migration"),
			zfs("send -R $DS@migration").into("$TMP/stream"),
			vmadm("delete $U"),
			zonecfg("-z $U -f $TMP/zone.cfg"),
			shows(`{"state": "configured", "zone_state": "configured", "zfs_filesystem": null}`),
			zfs("receive $DS").from("$TMP/stream"),
			zoneadm("-z $U attach"),
			shows(`{"state": "stopped", "zone_state": "installed", "alias": "a", "tags.t": "u", "nics.*.mac": ["$MAC1"], "zfs_filesystem": "$DS"}`),
			dataset("$POOL/cores/$U", `{"type": "filesystem"}`),
			vmadm("start $U"),
			shows(`{"state": "running"}`),
		}},
		{"16.3 volumes of bhyve by hand", steps{
			create(bhyve, `{"flexible_disk_size": 1024, "disks": [{"model": "virtio", "size": 64, "boot": true, "uuid": "$V"}]}`),
			zonecfg("-z $U export").into("$TMP/zone.cfg"),
			zfs("snapshot -r $DS@migration"),
			zfs("send -R $DS@migration").into("$TMP/stream"),
			vmadm("delete $U"),
			zonecfg("-z $U -f $TMP/zone.cfg"),
			zfs("receive $DS").from("$TMP/stream"),
			zoneadm("-z $U attach"),
			shows(`{"state": "stopped", "disks.*.size": [64], "disks.*.uuid": ["$V"], "flexible_disk_size": 1024}`),
		}},
		{"16.3 zoneadm lists the state of the zone", steps{
			create(zone, `{}`),
			zoneadm("-z $U list -p").matches(`^-:$U:installed:/$POOL/$U:`),
			vmadm("start $U"),
			zoneadm("-z $U list -p").matches(`^[0-9]+:$U:running:/$POOL/$U:`),
		}},
	}
}

// reprovisionCases are about replacing the root of an instance.
func reprovisionCases() []Case {
	return []Case{
		{"16.4 reprovision replaces the root, keeps the rest, and ends running", steps{
			create(zone, `{"alias": "a", "quota": 5, "delegate_dataset": true, "nics": [{$NIC1}]}`),
			vmadm("reprovision $U").with(`{"image_uuid": "$IMAGE"}`).says("Successfully reprovisioned VM $U"),
			shows(`{"state": "running", "alias": "a", "quota": 5, "datasets": ["$DS/data"], "nics.*.mac": ["$MAC1"], "image_uuid": "$IMAGE"}`),
			dataset("$DS/data", `{"type": "filesystem"}`),
		}},
		{"16.4 of bhyve it replaces disk0", steps{
			create(bhyve, `{"flexible_disk_size": 200000, "disks": [{"model": "virtio", "boot": true, "image_uuid": "$ZVOL"}, {"model": "virtio", "size": 64}]}`),
			vmadm("reprovision $U").with(`{"image_uuid": "$ZVOL"}`),
			shows(`{"state": "running", "disks.0.image_uuid": "$ZVOL", "disks.1.size": 64}`),
		}},
		{"16.4 bhyve needs a boot disk from an image", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "boot": true, "size": 64}]}`),
			vmadm("start $U"),
			vmadm("reprovision $U").with(`{"image_uuid": "$ZVOL"}`).fails("Failed to reprovision VM $U: "),
			shows(`{"state": "running", "failed": null}`),
		}},
		{"16.4 kvm cannot", steps{
			create(kvm, `{"disks": [{"model": "virtio", "boot": true, "image_uuid": "$ZVOL"}]}`),
			vmadm("reprovision $U").with(`{"image_uuid": "$ZVOL"}`).fails("Failed to reprovision VM $U: "),
			shows(`{"state": "stopped"}`),
		}},
		{"16.4 indestructible_zoneroot blocks it", steps{
			create(zone, `{"indestructible_zoneroot": true}`),
			vmadm("reprovision $U").with(`{"image_uuid": "$IMAGE"}`).fails("Failed to reprovision VM $U: "),
			shows(`{"state": "stopped"}`),
		}},
		{"16.4 an image that is not installed is refused", steps{
			create(zone, `{}`),
			vmadm("reprovision $U").with(`{"image_uuid": "6d4dcb63-0b57-4b34-a5c8-2f4f5a4c9d10"}`).fails("Failed to reprovision VM $U: "),
			shows(`{"image_uuid": "$IMAGE"}`),
		}},
		{"16.4 it clears a failed instance", steps{
			create(zone, `{}`),
			failed(),
			vmadm("reprovision $U").with(`{"image_uuid": "$IMAGE"}`),
			shows(`{"state": "running", "failed": null}`),
		}},
	}
}
