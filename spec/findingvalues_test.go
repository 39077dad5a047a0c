package spec

import "strings"

func valueCases() []findingCase {
	return []findingCase{
		{"unknown properties and wrong case", "", zone + "  Quota: 10\n  nics: [{nic_tag: a, vlan: 3}]\n", []string{"7:3 error SA1203 /spec/Quota", "8:23 error SA1203 /spec/nics/0/vlan"}},
		{"unknown properties of a payload are dropped with a word", "a.json", `{"alias": "a", "brand": "kvm", "colour": 1}`, []string{"1:32 warning SA1203 /colour"}},
		{"types", "", zone + "  autoboot: maybe\n  quota: [1]\n  resolvers: {a: b}\n  nics: 7\n  tags: [x]\n",
			[]string{"7:13 error SA1301 /spec/autoboot", "8:10 error SA1301 /spec/quota", "9:14 error SA1301 /spec/resolvers", "10:9 error SA1301 /spec/nics", "11:9 error SA1301 /spec/tags"}},
		{"limits", "", zone + "  max_swap: 100\n  cpu_shares: 70000\n  uuid: ''\n  owner_uuid: x\n", []string{"7:13 error SA1302 /spec/max_swap", "8:15 error SA1302 /spec/cpu_shares", "9:9 error SA1302 /spec/uuid"}},
		{"a property of another brand", "", zone + "  vcpus: 2\n", []string{"7:3 error SA1303 /spec/vcpus"}},
		{"a read-only property", "", zone + "  zonepath: /zones/x\n", []string{"7:3 error SA1304 /spec/zonepath"}},
		{"missing properties", "", header + "spec: {brand: lx}\n", []string{"4:7 error SA1305 /spec/image_uuid", "4:7 error SA1305 /spec/kernel_version"}},
		{"texts for numbers and booleans", "", zone + "  quota: '20'\n  autoboot: 'true'\n", []string{"7:10 warning SA1306 /spec/quota", "8:13 warning SA1306 /spec/autoboot"}},
		{"sizes", "", zone + "  quota: 20GiB\n  max_physical_memory: 512MB\n  max_swap: 1.5MiB\n  max_lwps: 1GiB\n",
			[]string{"8:24 warning SA1307 /spec/max_physical_memory", "9:13 error SA1302 /spec/max_swap", "10:13 error SA1302 /spec/max_lwps"}},
		{"old names in a manifest", "", strings.Replace(zone, "image_uuid", "dataset_uuid", 1), []string{"6:3 warning SA1308 /spec/dataset_uuid"}},
		{"old names in a payload", "a.json", `{"alias": "a", "brand": "joyent", "dataset_uuid": "01b2c898-945f-11e1-a523-af1afbe22822"}`, nil},
		{"null in a payload", "a.json", `{"alias": "a", "brand": "kvm", "autoboot": null, "hostname": null}`, []string{"1:44 error SA1309 /autoboot"}},
		{"null in a manifest", "", zone + "  autoboot: null\n  resolvers:\n  tags: {a: null}\n", nil},
		{"contradicting disks", "", bhyve + "  disk_driver: virtio\n  disks:\n  - {image_uuid: 01b2c898-945f-11e1-a523-af1afbe22822, size: 10GiB, block_size: 8192}\n  - {size: 5GiB, image_size: 1}\n  - {size: 1, path: /x}\n  - {}\n",
			[]string{"8:62 warning SA1311 /spec/disks/0/size", "8:81 error SA1310 /spec/disks/0/block_size", "9:30 error SA1310 /spec/disks/1/image_size", "10:21 error SA1310 /spec/disks/2/path", "11:5 error SA1305 /spec/disks/3/size"}},
		{"bootrom beside an image", "", bhyve + "  bootrom: /rom\n  disks: [{boot: true, model: nvme, image_uuid: 01b2c898-945f-11e1-a523-af1afbe22822}]\n", []string{"6:12 error SA1312 /spec/bootrom"}},
		{"forms of texts", "", zone + "  resolvers: [192.0.2]\n  zfs_root_compression: zip\n  zfs_root_recsize: 3000\n  routes: {10.0.0.0/4: 10.0.0.1, 10.9.0.0/16: x}\n" +
			"  nics: [{nic_tag: a b, mac: xx, ips: [10.0.0.1], gateways: ['fd00::1'], netmask: 255.0.255.0, allowed_ips: [z], allowed_dhcp_cids: ['12'], blocked_outgoing_ports: [0]}]\n",
			[]string{"7:15 error SA1401 /spec/resolvers/0", "8:25 error SA1401 /spec/zfs_root_compression", "9:21 error SA1401 /spec/zfs_root_recsize",
				"10:24 error SA1401 /spec/routes/10.0.0.0~14", "10:47 error SA1401 /spec/routes/10.9.0.0~116",
				"11:20 error SA1401 /spec/nics/0/nic_tag", "11:30 error SA1401 /spec/nics/0/mac", "11:40 error SA1401 /spec/nics/0/ips/0", "11:62 error SA1401 /spec/nics/0/gateways/0",
				"11:83 error SA1401 /spec/nics/0/netmask", "11:110 error SA1401 /spec/nics/0/allowed_ips/0", "11:134 error SA1401 /spec/nics/0/allowed_dhcp_cids/0", "11:166 error SA1401 /spec/nics/0/blocked_outgoing_ports/0"}},
		{"an old address with a prefix, or none at all", "", zone + "  nics: [{nic_tag: a, ip: 10.0.0.1/24, netmask: 255.255.255.0}, {nic_tag: a, ip: ten, netmask: 255.0.0.0}]\n",
			[]string{"7:23 warning SA1308 /spec/nics/0/ip", "7:27 error SA1401 /spec/nics/0/ip", "7:78 warning SA1308 /spec/nics/1/ip", "7:82 error SA1401 /spec/nics/1/ip"}},
		{"a password that is too long", "", bhyve + "  vnc_password: longer-than-8\n", []string{"6:17 error SA1401 /spec/vnc_password", "6:17 warning SA1903 /spec/vnc_password"}},
		{"texts that zonecfg would misread", "", zone + "  hostname: 'a;b'\n  dns_domain: \"a\\nb\"\n", []string{"7:13 error SA1402 /spec/hostname", "8:15 error SA1402 /spec/dns_domain"}},
		{"a slot that is none, and one that is reserved", "", bhyve + "  disk_driver: virtio\n  disks: [{size: 1, pci_slot: '0:40:0'}, {size: 1, pci_slot: '0:6:0'}, {size: 1, guest_block_size: 500}]\n",
			[]string{"7:31 error SA1401 /spec/disks/0/pci_slot", "7:62 error SA1401 /spec/disks/1/pci_slot", "7:100 error SA1301 /spec/disks/2/guest_block_size"}},
	}
}

func instanceCases() []findingCase {
	nineDisks := bhyve + "  disk_driver: virtio\n  disks:\n" + strings.Repeat("  - {size: 1GiB}\n", 9)
	manyAddresses := strings.TrimSuffix(strings.Repeat("10.0.0.0/24, ", 20), ", ")
	return []findingCase{
		{"devices without a model", "", bhyve + "  nics: [{nic_tag: a}]\n  disks: [{size: 1GiB}]\n", []string{"6:10 error SA1403 /spec/nics/0", "7:11 error SA1403 /spec/disks/0"}},
		{"a driver of the instance will do", "", bhyve + "  nic_driver: virtio\n  nics: [{nic_tag: a}]\n", nil},
		{"two primaries and two boot disks", "", bhyve + "  nic_driver: virtio\n  disk_driver: virtio\n  nics: [{nic_tag: a, primary: true}, {nic_tag: b, primary: true}]\n  disks: [{size: 1, boot: true}, {size: 1, boot: true}]\n",
			[]string{"8:61 error SA1404 /spec/nics/1/primary", "9:50 error SA1404 /spec/disks/1/boot"}},
		{"a nic without a tag", "", zone + "  nics: [{ips: [dhcp]}]\n", []string{"7:10 error SA1305 /spec/nics/0"}},
		{"the same twice", "", zone + "  nics: [{nic_tag: a, mac: '2:0:0:0:0:1', ips: [10.0.0.1/24]}, {nic_tag: b, mac: '02:00:00:00:00:01', ips: [10.0.0.1/24]}]\n  filesystems: [{source: /a, target: /x, type: lofs}, {source: /b, target: /x, type: lofs}]\n",
			[]string{"7:64 error SA1405 /spec/nics/1", "7:64 error SA1405 /spec/nics/1", "8:55 error SA1405 /spec/filesystems/1"}},
		{"one slot for two devices", "", bhyve + "  disk_driver: virtio\n  disks: [{size: 1, pci_slot: '0:5:0'}]\n  pci_devices: [{path: /devices/x, pci_slot: '0:5:0'}, {path: /devices/y}]\n",
			[]string{"8:46 error SA1405 /spec/pci_devices/0/pci_slot", "8:56 error SA1305 /spec/pci_devices/1/pci_slot"}},
		{"a ninth disk", "", nineDisks, []string{"16:5 error SA1406 /spec/disks/8"}},
		{"too many addresses", "", zone + "  nics: [{nic_tag: a, ips: [" + manyAddresses + ", dhcp]}]\n", []string{"7:28 error SA1406 /spec/nics/0/ips"}},
		{"incomplete elements", "", zone + "  filesystems: [{source: /a}]\n  nics: [{nic_tag: a, ips: [dhcp], vrrp_vrid: 7}]\n",
			[]string{"7:17 error SA1407 /spec/filesystems/0", "7:17 error SA1407 /spec/filesystems/0", "8:10 error SA1407 /spec/nics/0"}},
		{"a cdrom without a path", "", bhyve + "  disks: [{model: ahci, media: cdrom}]\n", []string{"6:11 error SA1407 /spec/disks/0"}},
		{"memory that the platform adjusts", "", zone + "  max_physical_memory: 1GiB\n  max_swap: 512MiB\n  tmpfs: 2GiB\n", []string{"8:13 warning SA1408 /spec/max_swap", "9:10 warning SA1408 /spec/tmpfs"}},
		{"a route to a nic without an address", "", zone + "  nics: [{nic_tag: a, ips: [dhcp]}]\n  routes: {10.9.0.0/16: 'nics[0]', 10.8.0.0/16: 'nics[1]'}\n", []string{"8:25 error SA1409 /spec/routes/10.9.0.0~116", "8:49 error SA1409 /spec/routes/10.8.0.0~116"}},
		{"a route to a nic with one", "", zone + "  nics: [{nic_tag: a, mac: '02:00:00:00:00:01', ips: [10.0.0.2/24]}]\n  routes: {10.9.0.0/16: 'nics[0]', 10.8.0.0/16: 'macs[02:00:00:00:00:01]'}\n", nil},
		{"disks that do not fit", "", bhyve + "  flexible_disk_size: 1GiB\n  disks: [{size: 2GiB, model: virtio}]\n", []string{"6:23 error SA1410 /spec/flexible_disk_size"}},
		{"an empty list for a text", "", zone + "  hostname: []\n", []string{"7:13 error SA1411 /spec/hostname"}},
		{"ZFS properties of vmadm", "", zone + "  zfs: {'.': {quota: 1G, sync: disabled, compression: lz4}, data: {recordsize: 16K}, x: 1}\n",
			[]string{"7:22 error SA1601 /spec/zfs/./quota", "7:55 error SA1601 /spec/zfs/./compression", "7:80 warning SA1601 /spec/zfs/data/recordsize", "7:89 error SA1205 /spec/zfs/x"}},
		{"ZFS properties that do not exist, and datasets", "", zone + "  zfs: {'.': {synk: x, 'acme:note': hello, atime: null, exec: ''}, ../up: {sync: disabled}}\n",
			[]string{"7:21 error SA1603 /spec/zfs/./synk", "7:63 error SA1205 /spec/zfs/./exec", "7:75 error SA1205 /spec/zfs/..~1up"}},
		{"snapshots with unusable names", "", zone + "  snapshots: [ok, 'a b', ok, 1, -x]\n",
			[]string{"7:19 error SA1604 /spec/snapshots/1", "7:26 error SA1604 /spec/snapshots/2", "7:30 error SA1205 /spec/snapshots/3", "7:33 error SA1604 /spec/snapshots/4"}},
		{"snapshots of kvm", "", header + "spec: {brand: kvm, state: stopped, ram: 512, snapshots: [a]}\n", []string{"4:57 error SA1604 /spec/snapshots"}},
		{"snapshots beside a delegated dataset", "", zone + "  delegate_dataset: true\n  snapshots: [a]\n", []string{"8:14 error SA1604 /spec/snapshots"}},
		{"no primary among several gateways", "", zone + "  nics: [{nic_tag: a, gateways: [10.0.0.1]}, {nic_tag: b, gateways: [10.1.0.1]}]\n", []string{"7:9 warning SA1602 /spec/nics"}},
	}
}

func clashCases() []findingCase {
	other := func(text string) string { return strings.Replace(text, "name: a", "name: b", 1) }
	network := zone + "  uuid: 11111111-1111-1111-1111-111111111111\n  nics: [{nic_tag: a, mac: '02:00:00:00:00:01', ips: [10.0.0.1/24, dhcp]}]\n"
	return []findingCase{
		{"a name twice", "", zone + "---\n" + zone, []string{"10:18 error SA1501 /metadata/name"}},
		{"uuid, MAC and address twice", "", network + "---\n" + other(network),
			[]string{"16:9 error SA1502 /spec/uuid", "17:28 error SA1503 /spec/nics/0/mac", "17:54 error SA1504 /spec/nics/0/ips"}},
		{"the same address on another VLAN", "", zone + "  nics: [{nic_tag: a, ips: [10.0.0.1/24]}]\n---\n" + other(zone) + "  nics: [{nic_tag: a, vlan_id: 7, ips: [10.0.0.1/24]}]\n", nil},
		{"what an absent instance had is free", "", network + "---\n" + other(strings.Replace(network, "  uuid: 11111111-1111-1111-1111-111111111111\n", "  state: absent\n", 1)), nil},
		{"a VNC port twice", "", bhyve + "  vnc_port: 5901\n---\n" + other(bhyve) + "  vnc_port: 5901\n", []string{"13:13 error SA1505 /spec/vnc_port"}},
		{"a VNC port on two nodes", "", strings.Replace(bhyve, "name: a", "name: a, node: n1", 1) + "  vnc_port: 5901\n---\n" + strings.Replace(bhyve, "name: a", "name: b, node: n2", 1) + "  vnc_port: 5901\n", nil},
		{"two repositories", "", "apiVersion: specadm/v1\nkind: Repository\nmetadata: {name: x}\n---\napiVersion: specadm/v1\nkind: Repository\nmetadata: {name: y}\n", []string{"5:1 error SA1506 "}},
		{"an alias twice", "", zone + "---\n" + other(zone) + "  alias: a\n", []string{"14:10 warning SA1507 /spec/alias"}},
	}
}
