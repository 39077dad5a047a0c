package vm

import (
	"slices"
	"strings"

	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/property"
)

func compressions() []string {
	return []string{"on", "off", "gzip", "gzip-1", "gzip-2", "gzip-3", "gzip-4", "gzip-5", "gzip-6", "gzip-7", "gzip-8", "gzip-9",
		"lz4", "lzjb", "zle"}
}

// checkNewDisk checks a disk that is to be added (reference 12.1).
func checkNewDisk(disk *js.Object, brand property.Brand) error {
	if blankMember(disk, "model") {
		return failf("missing .model option for disk: %s", js.Stringify(disk))
	}
	if err := checkDiskModel(disk, brand); err != nil {
		return err
	}
	nocreate, _ := disk.Get("nocreate")
	if disk.String("path") != "" && disk.String("media") != "cdrom" && !js.Truthy(nocreate) {
		return failf("you cannot specify a path for a disk unless you set nocreate=true")
	}
	if err := checkBlockSize(disk); err != nil {
		return err
	}
	if text, given := disk.Get("size"); given && isCreated(disk) {
		if _, isText := text.(string); isText {
			return crashf("AssertionError: disk.size (number) is required")
		}
	}
	return checkCompression(disk, "compression")
}

func checkDiskModel(disk *js.Object, brand property.Brand) error {
	model, given := disk.Get("model")
	if given && !slices.Contains(brand.DiskModels, js.ToString(model)) {
		return failf("%q is not a valid disk model for %s brand. Valid are: %s", js.ToString(model), brand.Name,
			strings.Join(brand.DiskModels, ","))
	}
	return nil
}

func checkBlockSize(disk *js.Object) error {
	value, given := disk.Get("block_size")
	if !given || blank(value) {
		return nil
	}
	if disk.Has("image_uuid") {
		return failf("setting both .block_size and .image_uuid on a volume is invalid")
	}
	if !goodBlockSize(js.ToNumber(value)) {
		return failf("invalid .block_size(%s), must be 512-131072 and a power of 2.", js.ToString(value))
	}
	return nil
}

// goodBlockSize takes powers of two from 512 to 131072, for volblocksize and recordsize alike.
func goodBlockSize(size float64) bool {
	return size >= 512 && size <= 131072 && js.Integral(size) && int64(size)&(int64(size)-1) == 0
}

// checkCompression checks a compression of a payload against the list of ZFS. On update the real check calls back twice and the process
// dies of it; the caller turns the error into that (reference 24).
func checkCompression(holder *js.Object, key string) error {
	value, given := holder.Get(key)
	if !given || slices.Contains(compressions(), js.ToString(value)) {
		return nil
	}
	return failf("invalid compression type for %s, must be one of: %s", key, strings.Join(compressions(), ", "))
}

// checkRecordSize checks zfs_root_recsize and zfs_data_recsize; 0 and "" mean the default.
func checkRecordSize(holder *js.Object, key string) error {
	value, given := holder.Get(key)
	if !given || value == float64(0) {
		return nil
	}
	if value == nil || !goodBlockSize(js.ToNumber(value)) {
		return failf("invalid %s (%s), must be 512-131072 and a power of 2. (0 to disable)", key, js.ToString(value))
	}
	return nil
}

// checkDiskSet looks at all disks that a bhyve VM will have: one of them boots, slots and uuids are unique (reference 12.1).
func checkDiskSet(disks, devices []*js.Object) error {
	var boots []string
	uuids := map[string]bool{}
	for _, disk := range disks {
		if boot, _ := disk.Get("boot"); js.Truthy(boot) {
			boots = append(boots, bootName(disk))
		}
		id := disk.String("uuid")
		if id != "" && uuids[id] {
			return failf("duplicate disk uuid %s", id)
		}
		uuids[id] = true
	}
	if len(boots) > 1 {
		return failf("multiple boot disks: %s", strings.Join(boots, ", "))
	}
	return checkSlots(disks, devices)
}

// bootName is how the refusal of a second boot disk names one: a disk to be added has no path yet.
func bootName(disk *js.Object) string {
	if path := disk.String("path"); path != "" {
		return path
	}
	return disk.String("pci_slot")
}
