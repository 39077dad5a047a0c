package drivertest

import (
	"encoding/json"
	"fmt"
	"io"
	"sort"
	"strings"

	"github.com/google/go-cmp/cmp"
)

// validate runs vmadm validate on the base with the members of a case. The action is "create", or "update BRAND".
func validate(action string, from base, members string) call {
	c := vmadm("validate " + action)
	c.input = func(s *script) io.Reader { return strings.NewReader(encode(s.payload(from, members))) }
	return c.prints("")
}

// valid expects a payload to pass.
func valid(action string, from base, members string) step {
	return validate(action, from, members).mentions("VALID '" + strings.Fields(action)[0] + "' payload for ")
}

// invalid expects a payload to fail with this verdict. The three arrays are always there: those that the case leaves out must be empty.
func invalid(action string, from base, members, verdict string) step {
	return validate(action, from, members).exits(1).checked(func(s *script, got answer) error {
		want := s.decodeObject(verdict)
		if _, ok := want["bad_brand"]; !ok {
			for _, name := range []string{"bad_values", "bad_properties", "missing_properties"} {
				if _, ok := want[name]; !ok {
					want[name] = []any{}
				}
			}
		}
		var found map[string]any
		if err := json.Unmarshal(got.stderr, &found); err != nil {
			return fmt.Errorf("must print JSON on standard error: %w: %s", err, got.stderr)
		}
		if difference := cmp.Diff(sorted(want), sorted(found)); difference != "" {
			return fmt.Errorf("must find (-), but finds (+):\n%s", difference)
		}
		return nil
	})
}

// sorted is a verdict with its names in order: the reference promises none.
func sorted(verdict map[string]any) map[string]any {
	for _, value := range verdict {
		if names, ok := value.([]any); ok {
			sort.Slice(names, func(i, j int) bool { return encode(names[i]) < encode(names[j]) })
		}
	}
	return verdict
}

// validateCases are about the verdicts of vmadm validate.
func validateCases() []Case {
	const unknownID = "6d4dcb63-0b57-4b34-a5c8-2f4f5a4c9d10"
	return []Case{
		{"4 a valid payload is said to be so on standard error", steps{
			validate("create", bhyve, `{}`).says("VALID 'create' payload for bhyve brand VMs."),
			validate("update lx", bare, `{"alias": "a"}`).says("VALID 'update' payload for lx brand VMs."),
		}},
		{"4 the verdict is JSON with two spaces on standard error", steps{
			validate("create", zone, `{"quota": "many"}`).exits(1).mentions("{\n  \"bad_values\": [\n    \"quota\"\n  ],\n  \"bad_properties\": [],\n  \"missing_properties\": []\n}"),
		}},
		{"4 validate needs the brand, which create does not", steps{
			invalid("create", bare, `{"image_uuid": "$IMAGE"}`, `{"bad_brand": "undefined"}`),
			invalid("create", bare, `{"brand": "xen"}`, `{"bad_brand": "xen"}`),
			invalid("update xen", bare, `{"alias": "a"}`, `{"bad_brand": "xen"}`),
		}},
		{"4 an unknown property is a bad property", steps{
			invalid("create", zone, `{"colour": "red"}`, `{"bad_properties": ["colour"]}`),
			invalid("update joyent", bare, `{"colour": "red", "package": 1}`, `{"bad_properties": ["colour", "package"]}`),
		}},
		{"4 a property of another brand is a bad property", steps{
			invalid("create", zone, `{"vcpus": 2}`, `{"bad_properties": ["vcpus"]}`),
			invalid("create", kvm, `{"bootrom": "uefi"}`, `{"bad_properties": ["bootrom"]}`),
			invalid("create", kvm, `{"tmpfs": 64}`, `{"bad_properties": ["tmpfs"]}`),
			invalid("create", bhyve, `{"package_name": "p"}`, `{"bad_properties": ["package_name"]}`),
			invalid("create", bhyve, `{"vga": "std"}`, `{"bad_properties": ["vga"]}`),
			invalid("create", joyent, `{"kernel_version": "3.13.0"}`, `{"bad_properties": ["kernel_version"]}`),
			invalid("create", joyent, `{"docker": true}`, `{"bad_properties": ["docker"]}`),
		}},
		{"4 a property of another action is a bad property", steps{
			invalid("create", zone, `{"set_tags": {"a": "b"}}`, `{"bad_properties": ["set_tags"]}`),
			invalid("update joyent", bare, `{"tags": {"a": "b"}}`, `{"bad_properties": ["tags"]}`),
			invalid("update joyent", bare, `{"image_uuid": "$IMAGE"}`, `{"bad_properties": ["image_uuid"]}`),
			invalid("update joyent", bare, `{"nowait": true}`, `{"bad_properties": ["nowait"]}`),
		}},
		{"4 what only get shows is a bad property", steps{
			invalid("update kvm", bare, `{"state": "running", "snapshots": [], "zonepath": "/x"}`, `{"bad_properties": ["state", "snapshots", "zonepath"]}`),
			invalid("create", kvm, `{"hvm": true, "pid": 1}`, `{"bad_properties": ["hvm", "pid"]}`),
		}},
		{"4 members are named once, with a star, for all elements", steps{
			invalid("create", zone, `{"nics": [{"nic_tag": "a", "colour": 1}, {"nic_tag": "a", "colour": 2}]}`, `{"bad_properties": ["nics.*.colour"]}`),
			invalid("create", zone, `{"nics": [{"nic_tag": "a", "vlan_id": "x"}]}`, `{"bad_values": ["nics.*.vlan_id"]}`),
			invalid("update joyent", bare, `{"add_nics": [{"nic_tag": "a", "model": "virtio"}]}`, `{"bad_properties": ["nics.*.model"]}`),
		}},
		{"4 elements of update_X are checked as update, those of add_X as add", steps{
			invalid("update bhyve", bare, `{"update_disks": [{"path": "/x", "block_size": 4096}]}`, `{"bad_properties": ["disks.*.block_size"]}`),
			valid("update bhyve", bare, `{"add_disks": [{"size": 10, "block_size": 4096, "model": "virtio"}]}`),
			invalid("update kvm", bare, `{"update_disks": [{"path": "/x", "size": 4096}]}`, `{"bad_properties": ["disks.*.size"]}`),
			valid("update bhyve", bare, `{"update_disks": [{"path": "/x", "size": 4096, "dangerous_allow_shrink": true}]}`),
		}},
		{"4 allowed_dhcp_cids is not for bhyve", steps{
			invalid("create", bhyve, `{"nics": [{"nic_tag": "a", "model": "virtio", "allowed_dhcp_cids": ["0x01"]}]}`, `{"bad_properties": ["nics.*.allowed_dhcp_cids"]}`),
			valid("create", kvm, `{"nics": [{"nic_tag": "a", "model": "virtio", "allowed_dhcp_cids": ["0x01"]}]}`),
		}},
		{"4 allow_unfiltered_promisc is only for HVM", steps{
			invalid("create", zone, `{"nics": [{"nic_tag": "a", "allow_unfiltered_promisc": true}]}`, `{"bad_properties": ["nics.*.allow_unfiltered_promisc"]}`),
			valid("create", kvm, `{"nics": [{"nic_tag": "a", "model": "virtio", "allow_unfiltered_promisc": true}]}`),
		}},
		{"4 required are the image for OS brands and the kernel for lx", steps{
			invalid("create", bare, `{"brand": "joyent"}`, `{"missing_properties": ["image_uuid"]}`),
			invalid("create", bare, `{"brand": "builder"}`, `{"missing_properties": ["image_uuid"]}`),
			invalid("create", bare, `{"brand": "lx", "image_uuid": "$LX"}`, `{"missing_properties": ["kernel_version"]}`),
			valid("create", bare, `{"brand": "kvm"}`),
			valid("create", bare, `{"brand": "bhyve"}`),
			valid("update lx", bare, `{}`),
		}},
		{"4 a disk without image needs a size and takes neither image_size nor image_name", steps{
			invalid("create", bhyve, `{"disks": [{"model": "virtio"}]}`, `{"missing_properties": ["disks.0.size"]}`),
			invalid("create", kvm, `{"disks": [{"model": "virtio", "size": 10}, {"model": "virtio", "size": 10, "image_size": 10}]}`, `{"bad_properties": ["disks.1.image_size"]}`),
			invalid("create", kvm, `{"disks": [{"model": "virtio", "size": 10, "image_name": "x"}]}`, `{"bad_properties": ["disks.0.image_name"]}`),
			invalid("update bhyve", bare, `{"add_disks": [{"model": "virtio"}]}`, `{"missing_properties": ["add_disks.0.size"]}`),
		}},
		{"4 a disk with image takes neither block_size nor, without flexible_disk_size, size", steps{
			valid("create", bhyve, `{"disks": [{"model": "virtio", "image_uuid": "$ZVOL", "image_size": $ZVOLSIZE}]}`),
			valid("create", bhyve, `{"disks": [{"model": "virtio", "image_uuid": "$ZVOL"}]}`),
			invalid("create", bhyve, `{"disks": [{"model": "virtio", "image_uuid": "$ZVOL", "block_size": 4096}]}`, `{"bad_properties": ["disks.0.block_size"]}`),
			invalid("create", bhyve, `{"disks": [{"model": "virtio", "image_uuid": "$ZVOL", "size": 99999}]}`, `{"bad_properties": ["disks.0.size"]}`),
			valid("create", bhyve, `{"flexible_disk_size": 200000, "disks": [{"model": "virtio", "image_uuid": "$ZVOL", "size": 99999}]}`),
		}},
		// Its name is "size", as in the error of create (12.1).
		{"4 a disk smaller than its image is a bad value", steps{
			invalid("create", bhyve, `{"flexible_disk_size": 200000, "disks": [{"model": "virtio", "image_uuid": "$ZVOL", "size": 1}]}`, `{"bad_values": ["size"]}`),
		}},
		{"4 other media are not checked", steps{
			valid("create", kvm, `{"disks": [{"media": "cdrom", "path": "/x.iso", "model": "ide"}]}`),
		}},
		{"4 images must be installed and of the brand's type", steps{
			invalid("create", zone, `{"image_uuid": "`+unknownID+`"}`, `{"bad_values": ["image_uuid"]}`),
			invalid("create", zone, `{"image_uuid": "$ZVOL"}`, `{"bad_values": ["image_uuid"]}`),
			invalid("create", lx, `{"image_uuid": "$IMAGE"}`, `{"bad_values": ["image_uuid"]}`),
			invalid("create", bhyve, `{"disks": [{"model": "virtio", "image_uuid": "`+unknownID+`", "image_size": 1}]}`, `{"bad_values": ["disks.0.image_uuid"]}`),
			invalid("create", kvm, `{"disks": [{"model": "virtio", "image_uuid": "$IMAGE", "image_size": 1}]}`, `{"bad_values": ["disks.0.image_uuid"]}`),
		}},
		{"4 pci devices need a path below /devices and a slot", steps{
			valid("create", bhyve, `{"pci_devices": [{"path": "/devices/pci@0,0/x", "pci_slot": "8:0:0"}]}`),
			invalid("create", bhyve, `{"pci_devices": [{"path": "/dev/x", "pci_slot": "8:0:0"}]}`, `{"bad_values": ["pci_devices.0.path"]}`),
			invalid("create", bhyve, `{"pci_devices": [{"path": "/devices/x", "pci_slot": "0:4:0:0"}]}`, `{"bad_values": ["pci_devices.0.pci_slot"]}`),
			invalid("update bhyve", bare, `{"add_pci_devices": [{"path": "/devices/x"}]}`, `{"missing_properties": ["add_pci_devices.0.pci_slot"]}`),
			invalid("update bhyve", bare, `{"add_pci_devices": [{"pci_slot": "8:0:0"}]}`, `{"missing_properties": ["add_pci_devices.0.path"]}`),
		}},
		{"4 pools must exist", steps{
			invalid("create", kvm, `{"zpool": "nosuchpool"}`, `{"bad_values": ["zpool"]}`),
			valid("create", kvm, `{"zpool": "$POOL"}`),
		}},
		{"4 models, tags, addresses, routes and compression are not checked", steps{
			valid("create", bhyve, `{"disks": [{"size": 10, "model": "floppy", "compression": "magic"}]}`),
			valid("create", zone, `{"nics": [{"nic_tag": "nosuchtag", "ips": ["nonsense"], "gateways": ["too"]}]}`),
			valid("create", zone, `{"routes": {"nowhere": "nohow"}, "zfs_root_compression": "magic"}`),
			valid("create", zone, `{"nics": [{"nic_tag": "a", "primary": true}, {"nic_tag": "a", "primary": true}]}`),
		}},
		{"4 the length of a VNC password is not checked", steps{
			valid("create", kvm, `{"vnc_password": "much-longer-than-eight"}`),
		}},
		{"4 create and update drop what validate calls a bad property", steps{
			create(zone, `{"vcpus": 2, "colour": "red"}`),
			update(`{"vcpus": 2, "nowait": true}`),
			shows(`{"vcpus": null, "colour": null}`),
		}},
		{"4 create takes an image and a size on a disk, which validate refuses", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "boot": true, "image_uuid": "$ZVOL", "size": 30720}]}`),
			shows(`{"disks.0.size": 30720, "disks.0.image_uuid": "$ZVOL"}`),
		}},
		{"4 arrays must be arrays of objects", steps{
			invalid("create", zone, `{"nics": {}}`, `{"bad_values": ["nics"]}`),
			invalid("create", zone, `{"nics": null}`, `{"bad_values": ["nics"]}`),
			invalid("update joyent", bare, `{"add_nics": "x"}`, `{"bad_values": ["add_nics"]}`),
		}},
	}
}
