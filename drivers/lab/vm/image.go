package vm

import (
	"slices"

	"github.com/specadm/specadm/drivers/lab/node"
	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/property"
)

const (
	datasourceTag = "org.smartos:cloudinit_datasource"
	datasourceKey = "cloudinit_datasource"
	nocloudPath   = "cloudinit_nocloud_path"
	nocloudHash   = "cloudinit_nocloud_hash"
	nocloud       = "nocloud"
	// nocloudMiB is the size of the volume that brings cloud-init its data.
	nocloudMiB = 16
)

// followImages lets the images of the disks change the VM: firmware, cloud-init (reference 8.1).
func (v *vmadm) followImages(c *creation) error {
	disks := c.payload.Objects("disks")
	for _, disk := range disks {
		image, ok, err := v.diskImage(c, disk)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if disk == bootDisk(disks) && image.Requirements.Bootrom != "" && c.brand.ID == property.Bhyve {
			c.payload.Set("bootrom", image.Requirements.Bootrom)
		}
		if source, ok := image.Tags[datasourceTag].(string); ok {
			metadata := orEmpty(c.payload.Object("internal_metadata"))
			metadata.Set(datasourceKey, source)
			c.payload.Set("internal_metadata", metadata)
		}
	}
	if c.brand.ID == property.Bhyve && c.payload.Object("internal_metadata").String(datasourceKey) == nocloud {
		addNocloudDisk(c.payload)
	}
	return nil
}

func (v *vmadm) diskImage(c *creation, disk *js.Object) (node.Image, bool, error) {
	id := disk.String("image_uuid")
	if id == "" {
		return node.Image{}, false, nil
	}
	zpool := disk.String("zpool")
	if zpool == "" {
		zpool = c.zpool
	}
	return v.node.Image(zpool, id)
}

// bootDisk is the disk that is marked for booting, else the first.
func bootDisk(disks []*js.Object) *js.Object {
	index := slices.IndexFunc(disks, func(disk *js.Object) bool {
		boot, _ := disk.Get("boot")
		return js.Truthy(boot)
	})
	return disks[max(index, 0)]
}

// addNocloudDisk adds the small disk from which cloud-init reads, and room for it.
func addNocloudDisk(payload *js.Object) {
	disk := js.NewObject(
		js.Pair{Key: "size", Value: float64(nocloudMiB)},
		js.Pair{Key: "block_size", Value: float64(512)},
		js.Pair{Key: "model", Value: "virtio"},
		js.Pair{Key: "boot", Value: false},
		js.Pair{Key: "media", Value: "disk"})
	payload.Set("disks", append(slices.Clone(payload.Array("disks")), disk))
	if flexible, given := payload.Number("flexible_disk_size"); given {
		payload.Set("flexible_disk_size", flexible+nocloudMiB)
	} else if quota, _ := payload.Number("quota"); quota == 0 {
		payload.Set("quota", float64(1))
	}
}

// recordNocloudPath remembers which disk cloud-init reads, once the volumes are made.
func recordNocloudPath(payload *js.Object) {
	metadata := payload.Object("internal_metadata")
	disks := payload.Objects("disks")
	if metadata.String(datasourceKey) != nocloud || len(disks) == 0 {
		return
	}
	metadata.Set(nocloudPath, disks[len(disks)-1].String("path"))
}
