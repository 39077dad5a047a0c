package vm

import (
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/property"
)

const volumePrefix = "/dev/zvol/rdsk/"

// volumeOf is the dataset behind the path of a disk, empty for a path that is no zvol.
func volumeOf(path string) string {
	dataset, ok := strings.CutPrefix(path, volumePrefix)
	if !ok {
		return ""
	}
	return dataset
}

// volumeName is the dataset of disk number index of a VM (reference 8.3).
func volumeName(zpool, name string, brand property.Brand, index int) string {
	if brand.ID == property.KVM {
		return zpool + "/" + name + "-disk" + strconv.Itoa(index)
	}
	return zpool + "/" + name + "/disk" + strconv.Itoa(index)
}

// diskNumber is the N of a path that ends in diskN; ok is false for any other path.
func diskNumber(path string) (number int, ok bool) {
	cut := strings.LastIndex(path, "disk")
	if cut < 0 {
		return 0, false
	}
	number, err := strconv.Atoi(path[cut+len("disk"):])
	return number, err == nil && number >= 0
}

// isCreated tells whether vmadm makes a volume for a disk of a payload; cdroms and disks that exist take no index (reference 8.3).
func isCreated(disk *js.Object) bool {
	media, given := disk.Get("media")
	nocreate, _ := disk.Get("nocreate")
	return (!given || blank(media) || media == "disk") && !js.Truthy(nocreate)
}

// fillDisks gives added disks what vmadm chooses for them: the driver as model, and on bhyve the PCI slot and a uuid. present are the
// disks that stay, devices the passthrough devices.
func fillDisks(disks, present, devices []*js.Object, driver string, brand property.Brand) error {
	for _, disk := range disks {
		if !disk.Has("model") && driver != "" {
			disk.Set("model", driver)
		}
	}
	if brand.ID != property.Bhyve {
		return nil
	}
	if err := assignSlots(disks, append(append([]*js.Object{}, present...), devices...)); err != nil {
		return err
	}
	for _, disk := range disks {
		if !disk.Has("uuid") {
			disk.Set("uuid", uuid.NewString())
		}
	}
	return nil
}
