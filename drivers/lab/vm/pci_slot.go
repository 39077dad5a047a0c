package vm

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/specadm/specadm/drivers/lab/vm/js"
)

// slot is where a bhyve VM sees a PCI device: bus 0-255, device 0-31, function 0-7.
type slot struct{ bus, device, function int }

func (s slot) String() string { return fmt.Sprintf("%d:%d:%d", s.bus, s.device, s.function) }

// The devices on bus 0 to which vmadm gives disks.
const (
	cdromDevice = 3
	diskDevice  = 4
)

// reserved tells whether the machine itself uses the device (reference 12.1).
func (s slot) reserved() bool {
	return s.bus == 0 && (s.device == 0 || s.device == 6 || s.device == 30 || s.device == 31)
}

// parseSlot reads DEVICE, DEVICE:FUNCTION or BUS:DEVICE:FUNCTION.
func parseSlot(text string) (slot, error) {
	parts := strings.Split(text, ":")
	if !slotForm.MatchString(text) {
		return slot{}, fmt.Errorf("pci_slot %q invalid", text)
	}
	numbers := make([]int, len(parts))
	for i, part := range parts {
		number, err := strconv.Atoi(part)
		if err != nil {
			return slot{}, fmt.Errorf("pci_slot %q invalid: %w", text, err)
		}
		numbers[i] = number
	}
	var s slot
	switch len(numbers) {
	case 1:
		s = slot{device: numbers[0]}
	case 2:
		s = slot{device: numbers[0], function: numbers[1]}
	default:
		s = slot{bus: numbers[0], device: numbers[1], function: numbers[2]}
	}
	if s.bus > 255 || s.device > 31 || s.function > 7 {
		return slot{}, fmt.Errorf("pci_slot %q invalid: out of range", text)
	}
	return s, nil
}

// assignSlots gives the disks that have no pci_slot one: the boot disk 0:4:0, the others the lowest free function of device 4,
// cdroms of device 3. present are the disks and passthrough devices that the VM has already (reference 12.1).
func assignSlots(disks, present []*js.Object) error {
	used := map[slot]bool{}
	for _, holder := range append(append([]*js.Object{}, present...), disks...) {
		text := holder.String("pci_slot")
		if text == "" {
			continue
		}
		if s, err := parseSlot(text); err == nil {
			used[s] = true
		}
	}
	for _, disk := range disks {
		if boot, _ := disk.Get("boot"); !js.Truthy(boot) || !blankMember(disk, "pci_slot") {
			continue
		}
		if first := (slot{device: diskDevice}); !used[first] {
			disk.Set("pci_slot", first.String())
			used[first] = true
		}
	}
	for _, disk := range disks {
		if !blankMember(disk, "pci_slot") {
			continue
		}
		free, err := freeSlot(disk, used)
		if err != nil {
			return err
		}
		disk.Set("pci_slot", free.String())
		used[free] = true
	}
	return nil
}

func freeSlot(disk *js.Object, used map[slot]bool) (slot, error) {
	device := diskDevice
	if disk.String("media") == "cdrom" {
		device = cdromDevice
	}
	for function := range 8 {
		if s := (slot{device: device, function: function}); !used[s] {
			return s, nil
		}
	}
	return slot{}, failf("VM has more than 8 disk devices on PCI device %d", device)
}

// checkSlots refuses reserved and doubly used slots among all disks and passthrough devices that the VM will have.
func checkSlots(disks, devices []*js.Object) error {
	used := map[slot]bool{}
	for _, holder := range append(append([]*js.Object{}, disks...), devices...) {
		text := holder.String("pci_slot")
		if text == "" {
			continue
		}
		s, err := parseSlot(text)
		if err != nil {
			return failf("%s", err)
		}
		if s.reserved() {
			return failf("pci_slot %q invalid: PCI device %d is reserved", text, s.device)
		}
		if used[s] {
			return failf("VM has multiple disks in pci_slot %q", text)
		}
		used[s] = true
	}
	return nil
}

// blankMember tells whether an element lacks a member, or has one that means nothing.
func blankMember(element *js.Object, member string) bool {
	value, given := element.Get(member)
	return !given || blank(value)
}
