package vm

import (
	"fmt"
	"strings"

	"github.com/specadm/specadm/drivers/lab/pool"
	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/property"
	"github.com/specadm/specadm/drivers/lab/vm/zone"
)

const coresQuota = 100 * gib

// createDatasets makes what must be there before the zone is configured: the zoneroot of a bhyve VM and all volumes (reference 8.3). What
// was made is removed again when a later one fails.
func (v *vmadm) createDatasets(c *creation) error {
	if !c.brand.Machine {
		return nil
	}
	p, err := v.pool(c.zpool)
	if err != nil {
		return err
	}
	if c.brand.ID == property.Bhyve {
		if err := p.Create(c.zoneroot(), pool.CreateOptions{}); err != nil {
			return commandFailed(err)
		}
		planned := plannedVolumes(c.payload.Objects("disks"), c.zpool)
		if err := spaceOf(c.payload).arrange(p, c.zoneroot(), planned); err != nil {
			return v.removeDatasets(p, c, 0, commandFailed(err))
		}
	}
	used := map[int]bool{}
	for i, disk := range c.payload.Objects("disks") {
		if !isCreated(disk) {
			continue
		}
		if err := v.newVolume(disk, c.name, c.zpool, c.brand, used); err != nil {
			return v.removeDatasets(p, c, i, err)
		}
	}
	if c.brand.ID != property.Bhyve {
		return nil
	}
	recordNocloudPath(c.payload)
	if err := v.reserveVolumes(c.payload.Objects("disks")); err != nil {
		return v.removeDatasets(p, c, len(c.payload.Objects("disks")), commandFailed(err))
	}
	return nil
}

// spaceOf reads the space that an object or a complete payload asks for.
func spaceOf(object *js.Object) bhyveSpace {
	quota, _ := object.Number("quota")
	flexible, given := object.Number("flexible_disk_size")
	return bhyveSpace{quotaGiB: quota, flexibleMiB: flexible, flexible: given && flexible > 0}
}

// plannedVolumes are the sizes of the volumes that disks of a payload will get on the pool.
func plannedVolumes(disks []*js.Object, zpool string) []volumeSize {
	var volumes []volumeSize
	for _, disk := range disks {
		if own := disk.String("zpool"); !isCreated(disk) || (own != "" && own != zpool) {
			continue
		}
		size, given := disk.Number("size")
		if !given {
			size, _ = disk.Number("image_size")
		}
		block := float64(blockBytes)
		if own, given := disk.Number("block_size"); given {
			block = own
		}
		volumes = append(volumes, volumeSize{size: int64(size) * mib, block: int64(block)})
	}
	return volumes
}

// reserveVolumes forces the refreservation "auto" on the volumes of a bhyve VM (reference 12.4).
func (v *vmadm) reserveVolumes(disks []*js.Object) error {
	for _, disk := range disks {
		dataset := volumeOf(disk.String("path"))
		if dataset == "" {
			continue
		}
		p, err := v.pool(dataset)
		if err != nil {
			return err
		}
		if !p.Exists(dataset) {
			continue
		}
		if err := reserveVolume(p, dataset); err != nil {
			return err
		}
	}
	return nil
}

// removeDatasets undoes createDatasets after the disk of this index failed, and returns why it did.
func (v *vmadm) removeDatasets(p *pool.Pool, c *creation, failed int, why error) error {
	for _, disk := range c.payload.Objects("disks")[:failed] {
		dataset := volumeOf(disk.String("path"))
		if !isCreated(disk) || dataset == "" {
			continue
		}
		if err := destroyVolume(p, dataset); err != nil {
			return fmt.Errorf("%w (and cannot remove %s: %w)", why, dataset, err)
		}
	}
	if p.Exists(c.zoneroot()) {
		if err := p.Destroy(c.zoneroot(), pool.DestroyOptions{Recursive: true}); err != nil {
			return fmt.Errorf("%w (and cannot remove %s: %w)", why, c.zoneroot(), err)
		}
	}
	return why
}

// installZone runs the brand's install script and sets what comes after it: ZFS properties, config files (reference 8.2, step 5).
func (v *vmadm) installZone(c *creation) error {
	if err := v.checkpoint("vmadm create: zoneadm install"); err != nil {
		return inParallel(err)
	}
	if err := v.verifyFilesystems(c.config); err != nil {
		return inParallel(failf("Command failed: %s\n%s\nzoneadm: zone %s failed to verify", installCommand(c), err, c.name))
	}
	if err := v.setZoneState(c.name, zone.Incomplete); err != nil {
		return err
	}
	if err := v.brandInstall(c); err != nil {
		return inParallel(commandFailed(err))
	}
	if err := v.makeVolumes(c.config); err != nil {
		return err
	}
	if err := v.setZoneState(c.name, zone.Installed); err != nil {
		return err
	}
	if err := v.writeMetadata(c.config, c.payload.Object("customer_metadata"), c.payload.Object("internal_metadata")); err != nil {
		return err
	}
	for _, file := range []struct{ key, path string }{{"tags", tagsPath(c.config)}, {"routes", routesPath(c.config)}} {
		if err := v.writeMap(file.path, c.payload.Object(file.key)); err != nil {
			return err
		}
	}
	if err := v.checkpoint("vmadm create: set zfs properties"); err != nil {
		return inParallel(err)
	}
	return inParallel(v.setDatasetProperties(c.config, c.payload, nil))
}

// installCommand is the command line that the failure of an install names.
func installCommand(c *creation) string {
	quota, _ := c.payload.Number("quota")
	command := fmt.Sprintf("/usr/sbin/zoneadm -z %s install -q %.0f", c.name, quota)
	if image := c.payload.String("image_uuid"); image != "" {
		command += " -t " + image
	}
	if !c.payload.Bool("delegate_dataset") {
		return command + " -x nodataset"
	}
	return command
}

// brandInstall makes the datasets that the brand's script makes. Which snapshot of the image it clones is unconfirmed (reference 8.3).
func (v *vmadm) brandInstall(c *creation) error {
	p, err := v.pool(c.zpool)
	if err != nil {
		return err
	}
	if !p.Exists(c.zoneroot()) {
		if err := createZoneroot(p, c.zoneroot(), c.zpool, c.payload.String("image_uuid")); err != nil {
			return err
		}
	}
	if quota, _ := c.payload.Number("quota"); c.brand.ID != property.Bhyve && quota > 0 {
		if err := p.Set(c.zoneroot(), map[string]string{"quota": fmt.Sprintf("%.0f", quota*gib)}); err != nil {
			return err
		}
	}
	if c.payload.Bool("delegate_dataset") {
		options := pool.CreateOptions{Properties: map[string]string{"zoned": "on"}}
		if err := p.Create(c.zoneroot()+delegatedDataset, options); err != nil {
			return err
		}
	}
	return createCores(p, c.config)
}

func createZoneroot(p *pool.Pool, zoneroot, zpool, image string) error {
	if image == "" {
		return p.Create(zoneroot, pool.CreateOptions{})
	}
	origin, err := imageSnapshot(p, zpool+"/"+image)
	if err != nil {
		return err
	}
	return p.Clone(origin, zoneroot, pool.CreateOptions{})
}

// imageSnapshot is @final, or the only thing there is to clone.
func imageSnapshot(p *pool.Pool, dataset string) (string, error) {
	if p.Exists(dataset + "@final") {
		return dataset + "@final", nil
	}
	d, err := p.Get(dataset)
	if err != nil {
		return "", err
	}
	if len(d.Snapshots) == 0 {
		return "", pool.NoSuchDataset(dataset + "@final")
	}
	return d.Snapshots[len(d.Snapshots)-1].Name, nil
}

func isFinal(snapshot string) bool { return strings.Contains(snapshot, "@final") }

// coresOf is the dataset for core dumps of a zone, mounted inside its zoneroot.
func coresOf(config *zone.Config) string {
	return pool.PoolName(zonerootOf(config)) + "/cores/" + config.Name
}

// createCores makes the dataset for core dumps if it is missing, as the brand script does at install and attach (unconfirmed).
func createCores(p *pool.Pool, config *zone.Config) error {
	dataset := coresOf(config)
	if p.Exists(dataset) {
		return nil
	}
	return p.Create(dataset, pool.CreateOptions{Parents: true, Properties: map[string]string{
		"quota": fmt.Sprint(int64(coresQuota)), "mountpoint": config.Path + "/cores"}})
}
