package spec

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// minimal is the least that an element of a collection needs, so that one member's example can be tried in it.
func minimal(collection string, b Brand) map[string]string {
	elements := map[string]map[string]string{
		"nics": {"nic_tag": "external"}, "disks": {"size": "1GiB"},
		"filesystems": {"source": "/a", "target": "/b", "type": "lofs"}, "pci_devices": {"path": "/devices/x", "pci_slot": `"8:1:0"`},
	}
	element := elements[collection]
	if b.HVM() && (collection == "nics" || collection == "disks") {
		element["model"] = "virtio"
	}
	return element
}

// The examples of the table are what people copy: each must be right for every brand that has the property.
func TestEveryExampleIsAValidManifest(t *testing.T) {
	t.Parallel()
	for _, b := range AllBrands() {
		for _, row := range Properties().All() {
			if row.Example == "" || !row.Create.Has(b) || row.Role == RoleBrand || row.Alias || row.Kind == Member && row.Parent == "snapshots" {
				continue
			}
			t.Run(string(b)+" "+row.Name, func(t *testing.T) {
				t.Parallel()
				line := row.BaseName() + ": " + row.Example
				if row.Kind == Member {
					line = row.Parent + ":\n  - " + strings.Join(memberLines(&row, b), "\n    ")
				}
				text := fmt.Sprintf("%sspec:\n  brand: %s\n  %s\n", header, b, line)
				if !strings.HasPrefix(line, "image_uuid") && !b.HVM() {
					text += "  image_uuid: 01b2c898-945f-11e1-a523-af1afbe22822\n"
				}
				if b == LX && !strings.HasPrefix(line, "kernel_version") {
					text += "  kernel_version: 5.10.0\n"
				}
				if b.HVM() && row.Role == RoleNICs {
					text += "  nic_driver: virtio\n"
				}
				repository := Parse("a.yaml", []byte(text), LoadOptions{})
				if HasErrors(repository.Findings) {
					t.Errorf("%+v in\n%s", repository.Findings, text)
				}
			})
		}
	}
}

// memberLines are the entries of an element that shows the example of one member.
func memberLines(row *Property, b Brand) []string {
	element := minimal(row.Parent, b)
	switch row.Role { // what goes with the member, or not
	case RoleDiskImage, RoleDiskImageSize:
		element = map[string]string{"image_uuid": "462d1d03-8457-e134-a408-cf9ea2b9be96", "model": "virtio"}
	case RoleDiskPath, RoleDiskMedia:
		element = map[string]string{"path": "/zones/iso/install.iso", "media": "cdrom", "model": "virtio"}
	case RoleNICVRID, RoleNICVRRPIP:
		element["vrrp_vrid"], element["vrrp_primary_ip"] = "7", "10.2.121.70"
	}
	element[row.BaseName()] = row.Example
	var lines []string
	for name, value := range element {
		lines = append(lines, name+": "+value)
	}
	slices.Sort(lines)
	return lines
}
