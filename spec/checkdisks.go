package spec

import (
	"fmt"
	"strings"
)

// disks checks what validate and create say about disks as a whole (reference 4 and 12.1). name is the property that holds them:
// the collection, or an operation that adds to it.
func (c *checker) disks(o Object, name string) {
	list, _ := o[name].([]any)
	driver := o[c.table.Role(RoleDiskDriver).Name]
	flexible := o[c.table.Role(RoleFlexible).Name]
	uuids, paths := seen{}, seen{}
	boots, unslotted, bootImage := 0, 0, false
	var total int64
	for i, element := range list {
		disk, _ := element.(map[string]any)
		at := pointerAt("/"+name, i)
		c.disk(disk, flexible, driver, at)
		c.twice(uuids, "disk uuid", c.member(disk, RoleDiskUUID), at)
		c.twice(paths, "disk path", c.member(disk, RoleDiskPath), at)
		if c.member(disk, RoleDiskBoot) == true {
			if boots++; boots == 2 {
				c.add("SA1404", pointer(at, c.table.Role(RoleDiskBoot).BaseName()), "a second disk is the boot disk", "mark one of them only")
			}
			bootImage = bootImage || c.has(disk, RoleDiskImage)
		}
		if size, ok := c.member(disk, RoleDiskSize).(int64); ok {
			total += size
		}
		if c.isDisk(disk) && c.member(disk, RolePCISlot) == nil {
			unslotted++
		}
	}
	slot := c.table.Role(RolePCISlot)
	if slot.Create.Has(c.brand) && unslotted > 8 {
		c.add("SA1406", pointerAt("/"+name, len(list)-1), fmt.Sprintf("%d disks have no %s; the platform finds places for 8", unslotted, slot.BaseName()),
			"give the disks beyond the eighth a slot, such as pci_slot: 0:5:0")
	}
	if room, ok := flexible.(int64); ok && total > room && room > 0 {
		c.add("SA1410", "/"+c.table.Role(RoleFlexible).Name, fmt.Sprintf("the disks have %s together, more than flexible_disk_size, %s",
			FormatSize(total, MiB), FormatSize(room, MiB)), "write at least "+FormatSize(total, MiB))
	}
	rom := c.table.Role(RoleBootROM)
	if text, ok := o[rom.Name].(string); ok && bootImage && text != "" && text != "bios" && text != "uefi" {
		c.add("SA1312", "/"+rom.Name, fmt.Sprintf("%s is %s; with a boot disk from an image create takes only bios and uefi", rom.Name, quoted(text)), "")
	}
}

// isDisk tells disks from CD-ROMs and the like.
func (c *checker) isDisk(disk Object) bool {
	media := c.member(disk, RoleDiskMedia)
	return media == nil || media == "" || media == "disk"
}

// disk checks one disk by itself.
func (c *checker) disk(disk Object, flexible, driver any, at string) {
	place := func(role Role) string { return pointer(at, c.table.Role(role).BaseName()) }
	if model := c.table.Role(RoleDiskModel); model.Create.Has(c.brand) && !c.has(disk, RoleDiskModel) && (driver == nil || driver == "") &&
		!c.reportedAt(place(RoleDiskModel)) {
		c.add("SA1403", at, fmt.Sprintf("a disk of a %s instance needs model", c.brand), "one of "+strings.Join(model.EnumFor[c.brand], ", "))
	}
	if c.member(disk, RoleDiskNoCreate) == true || !c.isDisk(disk) {
		if !c.has(disk, RoleDiskPath) {
			c.add("SA1407", at, "a cdrom, and a disk with nocreate, needs path", "such as path: /zones/iso/install.iso")
		}
		return
	}
	if c.has(disk, RoleDiskPath) {
		c.add("SA1310", place(RoleDiskPath), "a new disk gets its path from the platform", "leave path out, or use an existing volume with nocreate: true")
	}
	if c.has(disk, RoleDiskImage) || c.reportedAt(place(RoleDiskImage)) {
		if c.member(disk, RoleDiskBlockSize) != nil {
			c.add("SA1310", place(RoleDiskBlockSize), "block_size cannot be given with image_uuid; the disk has that of the image", "leave block_size out")
		}
		if c.member(disk, RoleDiskSize) != nil && flexible == nil {
			c.add("SA1311", place(RoleDiskSize), "vmadm validate refuses size beside image_uuid without flexible_disk_size; create takes it", "")
		}
		return
	}
	if c.member(disk, RoleDiskSize) == nil && !c.reportedAt(place(RoleDiskSize)) {
		c.add("SA1305", place(RoleDiskSize), "a disk without image_uuid needs size", "such as size: 20GiB")
	}
	for _, role := range []Role{RoleDiskImageSize, RoleDiskImageName} {
		if c.member(disk, role) != nil {
			c.add("SA1310", place(role), c.table.Role(role).BaseName()+" goes with image_uuid only", "leave it out")
		}
	}
}

// passthrough checks devices that are passed through; name is the property that holds them.
func (c *checker) passthrough(o Object, name string) {
	list, _ := o[name].([]any)
	collection := c.table.Role(RolePCIDevices)
	for i, element := range list {
		device, _ := element.(map[string]any)
		at := pointerAt("/"+name, i)
		for _, member := range c.table.Members(collection.Name) {
			if member.Required.Has(c.brand) && device[member.BaseName()] == nil && !c.reportedAt(pointer(at, member.BaseName())) {
				c.add("SA1305", pointer(at, member.BaseName()), fmt.Sprintf("an element of %s needs %s", collection.Name, member.BaseName()), exampleOf(member))
			}
		}
	}
}

// filesystems checks what zonecfg would refuse: vmadm itself does not look at the presence of members (reference 13).
func (c *checker) filesystems(o Object) {
	collection := c.table.Role(RoleFilesystems)
	targets := seen{}
	for i, filesystem := range c.elementsOf(o, RoleFilesystems) {
		at := pointerAt("/"+collection.Name, i)
		for _, member := range c.table.Members(collection.Name) {
			value := filesystem[member.BaseName()]
			if member.Required.Has(c.brand) && (value == nil || value == "") && !c.reportedAt(pointer(at, member.BaseName())) {
				c.add("SA1407", at, fmt.Sprintf("an element of %s needs %s", collection.Name, member.BaseName()), exampleOf(member))
			}
		}
		c.twice(targets, collection.Key, filesystem[collection.Key], at)
	}
}

// slots checks that no two devices of the instance ask for one PCI slot.
func (c *checker) slots(o Object) {
	taken := seen{}
	for _, row := range c.table.Roles(RolePCISlot) {
		list, _ := o[row.Parent].([]any)
		for i, element := range list {
			device, _ := element.(map[string]any)
			if text, ok := device[row.BaseName()].(string); ok {
				c.twice(taken, "PCI slot", text, pointer(pointerAt("/"+row.Parent, i), row.BaseName()))
			}
		}
	}
}
