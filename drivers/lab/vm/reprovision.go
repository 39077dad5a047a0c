package vm

import (
	"fmt"
	"slices"

	"github.com/specadm/specadm/drivers/lab/node"
	"github.com/specadm/specadm/drivers/lab/pool"
	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/property"
)

func (v *vmadm) runReprovision(args arguments) error {
	value, err := v.readPayload(args, "Will not take payload from stdin when stdin is a tty.")
	if err != nil {
		return err
	}
	payload, ok := value.(*js.Object)
	if !ok {
		return crashf("TypeError: Cannot read property of a payload that is no object")
	}
	if err := v.reprovision(args.uuid(), payload); err != nil {
		return failf("Failed to reprovision VM %s: %s", args.uuid(), err)
	}
	v.say("Successfully reprovisioned VM %s", args.uuid())
	return nil
}

// reprovision replaces the zoneroot, or the boot disk of a bhyve VM, by another image. Configuration, quota and the delegated dataset stay;
// the VM ends running (reference 16.4).
func (v *vmadm) reprovision(name string, payload *js.Object) error {
	m, err := v.find(name)
	if err != nil {
		return err
	}
	if !m.brand.Reprovision {
		return failf("brand %q does not yet support reprovision", m.brand.Name)
	}
	if m.object.Bool("indestructible_zoneroot") {
		return failf("indestructible_zoneroot is set, cannot reprovision")
	}
	zpool := pool.PoolName(zonerootOf(m.config))
	image, ok, err := v.node.Image(zpool, payload.String("image_uuid"))
	if err != nil {
		return err
	}
	types := m.brand.ImageTypes
	if m.brand.Machine {
		types = m.brand.DiskImageTypes
	}
	if !ok || !slices.Contains(types, image.Type) {
		return failf("Invalid value(s) for: image_uuid")
	}
	if m.brand.Machine {
		if err := hasImageToBoot(m); err != nil {
			return err
		}
	}
	p, err := v.pool(zpool)
	if err != nil {
		return err
	}
	if err := v.halt(m.config, m.gracefulStatus()); err != nil {
		return err
	}
	m.config.SetAttr("provisioning", "true")
	if err := v.zones.Write(m.config); err != nil {
		return err
	}
	replace := v.replaceZoneroot
	if m.brand.Machine {
		replace = v.replaceBootDisk
	}
	err = v.checkpoint("vmadm reprovision: replace")
	if err == nil {
		err = replace(p, m, image)
	}
	if err != nil {
		if failed := v.markFailed(m.config, "provisioning"); failed != nil {
			return fmt.Errorf("%w (and cannot mark the VM failed: %w)", err, failed)
		}
		return inParallel(commandFailed(err))
	}
	m.config.RemoveAttr("provisioning")
	m.config.RemoveAttr("failed")
	if err := v.zones.Write(m.config); err != nil {
		return err
	}
	return inParallel(v.boot(m.config))
}

// replaceZoneroot clones the image in place of the zoneroot; the delegated dataset steps aside meanwhile.
func (v *vmadm) replaceZoneroot(p *pool.Pool, m *machine, image node.Image) error {
	root := zonerootOf(m.config)
	data, aside := root+delegatedDataset, root+"-reprovisioning-data"
	delegated := p.Exists(data)
	if delegated {
		if err := p.Rename(data, aside, pool.RenameOptions{}); err != nil {
			return err
		}
	}
	if err := p.Destroy(root, pool.DestroyOptions{Recursive: true}); err != nil {
		return err
	}
	if err := createZoneroot(p, root, p.Name, image.UUID); err != nil {
		return err
	}
	if delegated {
		if err := p.Rename(aside, data, pool.RenameOptions{}); err != nil {
			return err
		}
	}
	m.config.SetAttr("dataset-uuid", image.UUID)
	quota, _ := m.object.Number("quota")
	if err := p.Set(root, map[string]string{"quota": bytesText(quota * 1024)}); err != nil {
		return err
	}
	kept := m.object.Clone()
	for _, key := range []string{"zfs_data_recsize", "zfs_data_compression", "indestructible_delegated", "zfs_root_compression"} {
		kept.Delete(key)
	}
	if compression := m.object.String("zfs_root_compression"); compression != "" {
		if err := p.Set(root, map[string]string{"compression": compression}); err != nil {
			return err
		}
	}
	if err := v.setDatasetProperties(m.config, kept, nil); err != nil {
		return err
	}
	return v.restoreFiles(m.config, m.object)
}

// hasImageToBoot refuses a VM whose disk0 does not boot or was not made from an image (reference 16.4).
func hasImageToBoot(m *machine) error {
	disks := m.object.Objects("disks")
	if len(disks) == 0 || !disks[0].Bool("boot") || !disks[0].Has("image_uuid") {
		return failf("disk0 must be the boot disk and made from an image")
	}
	return nil
}

// replaceBootDisk clones the image in place of disk0; it keeps its size.
func (v *vmadm) replaceBootDisk(p *pool.Pool, m *machine, image node.Image) error {
	disk := m.object.Objects("disks")[0]
	dataset := disk.String("zfs_filesystem")
	size, _ := disk.Number("size")
	if err := destroyVolume(p, dataset); err != nil {
		return err
	}
	fresh := js.NewObject(
		js.Pair{Key: "image_uuid", Value: image.UUID},
		js.Pair{Key: "uuid", Value: disk.String("uuid")},
		js.Pair{Key: "size", Value: max(size, float64(image.ImageSize))})
	if err := makeRoomFor(p, m, []volumeSize{{size: int64(max(size, float64(image.ImageSize))) * mib, block: blockBytes}}); err != nil {
		return err
	}
	if err := cloneVolume(p, fresh, p.Name, dataset); err != nil {
		return err
	}
	for i := range m.config.Devices {
		if device := &m.config.Devices[i]; device.Match == disk.String("path") {
			device.Attrs.Set("image-uuid", image.UUID)
			device.Attrs.Set("image-size", fmt.Sprint(image.ImageSize))
		}
	}
	if m.brand.ID == property.Bhyve && image.Requirements.Bootrom != "" {
		m.config.SetAttr("bootrom", image.Requirements.Bootrom)
	}
	return nil
}
