package vm

import (
	"fmt"
	"slices"

	"github.com/specadm/specadm/drivers/lab/pool"
	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/property"
	"github.com/specadm/specadm/drivers/lab/vm/zone"
)

// diskForms are the operations on disks.
func diskForms() []string { return []string{"add_disks", "update_disks", "remove_disks"} }

// checkDiskUpdate fills in and checks the forms for disks (reference 12).
func (v *vmadm) checkDiskUpdate(u *change) error {
	if !u.brand.Machine || !slices.ContainsFunc(diskForms(), u.payload.Has) {
		return nil
	}
	if err := u.checkDiskState(); err != nil {
		return err
	}
	current := u.object.Objects("disks")
	for _, disk := range u.payload.Objects("update_disks") {
		if err := checkUpdatedDisk(disk, current, u.brand); err != nil {
			return err
		}
	}
	remaining := u.disksAfter(current)
	added := u.payload.Objects("add_disks")
	driver := firstText(u.payload.String("disk_driver"), u.object.String("disk_driver"))
	if len(current) > 0 {
		driver = firstText(driver, current[0].String("model"))
	}
	devices := u.object.Objects("pci_devices")
	if err := fillDisks(added, remaining, devices, driver, u.brand); err != nil {
		return err
	}
	for _, disk := range added {
		if err := checkNewDisk(disk, u.brand); err != nil {
			return err
		}
	}
	if u.brand.ID != property.Bhyve {
		return nil
	}
	return checkDiskSet(slices.Concat(remaining, added), devices)
}

// checkDiskState refuses what needs a stopped VM: adding, removing, and updating anything but compression and refreservation. A VM that
// is being provisioned but whose zone is only installed counts as stopped.
func (u *change) checkDiskState() error {
	stopped := u.state() == "stopped" || (u.state() == "provisioning" && u.zoneState() == string(zone.Installed))
	if stopped {
		return nil
	}
	if len(u.payload.Array("add_disks"))+len(u.payload.Array("remove_disks")) > 0 {
		return failf("updates to disks are only allowed when state is \"stopped\", currently: %s (%s)", u.state(), u.zoneState())
	}
	for _, disk := range u.payload.Objects("update_disks") {
		for _, member := range disk.Keys() {
			if !slices.Contains([]string{"path", "compression", "refreservation"}, member) {
				return failf("at least one specified update to disks is only allowed when state is \"stopped\", currently: %s (%s)",
					u.state(), u.zoneState())
			}
		}
	}
	return nil
}

// checkUpdatedDisk checks an element of update_disks; a path that the VM does not have is not expected by the real code (observed).
func checkUpdatedDisk(disk *js.Object, current []*js.Object, brand property.Brand) error {
	if findByKey(current, "path", disk.String("path")) == nil {
		return crashf("AssertionError: index (number) is required")
	}
	if size, given := disk.Get("size"); given {
		if _, isNumber := size.(float64); !isNumber {
			return crashf("AssertionError: disk.size (number) is required")
		}
	}
	if err := checkDiskModel(disk, brand); err != nil {
		return err
	}
	if err := checkCompression(disk, "compression"); err != nil {
		return &crash{text: err.Error()}
	}
	return nil
}

// disksAfter are the current disks without the removed ones, with the updates laid over.
func (u *change) disksAfter(current []*js.Object) []*js.Object {
	var after []*js.Object
	for _, disk := range current {
		path := disk.String("path")
		if slices.Contains(u.payload.Array("remove_disks"), js.Value(path)) {
			continue
		}
		merged := disk.Clone()
		if update := findByKey(u.payload.Objects("update_disks"), "path", path); update != nil {
			for _, member := range update.Keys() {
				value, _ := update.Get(member)
				merged.Set(member, value)
			}
		}
		after = append(after, merged)
	}
	return after
}

// changeVolumes destroys the volumes of removed disks, then makes those of added ones (reference 10.1, step 3).
func (v *vmadm) changeVolumes(u *change) error {
	current := u.object.Objects("disks")
	used := map[int]bool{}
	for _, disk := range u.disksAfter(current) {
		if number, ok := diskNumber(disk.String("path")); ok {
			used[number] = true
		}
	}
	for _, path := range u.payload.Array("remove_disks") {
		disk := findByKey(current, "path", js.ToString(path))
		dataset := disk.String("zfs_filesystem")
		if dataset == "" {
			continue // not a volume: it only leaves the configuration
		}
		p, err := v.pool(dataset)
		if err != nil {
			return err
		}
		if err := destroyVolume(p, dataset); err != nil {
			return commandFailed(err)
		}
	}
	return v.addVolumes(u, used)
}

func (v *vmadm) addVolumes(u *change, used map[int]bool) error {
	added := slices.DeleteFunc(u.payload.Objects("add_disks"), func(disk *js.Object) bool { return !isCreated(disk) })
	if len(added) == 0 {
		return nil
	}
	zpool := u.object.String("zpool")
	if u.brand.ID == property.Bhyve {
		p, err := v.pool(zonerootOf(u.config))
		if err != nil {
			return err
		}
		if err := makeRoomFor(p, u.machine, plannedVolumes(added, zpool)); err != nil {
			return commandFailed(err)
		}
	}
	for _, disk := range added {
		if err := v.newVolume(disk, u.name, zpool, u.brand, used); err != nil {
			return err
		}
	}
	if u.brand.ID == property.Bhyve {
		return commandFailed(v.reserveVolumes(added))
	}
	return nil
}

// makeRoomFor raises the quota of a bhyve VM for volumes that are about to come, by what the rules of reference 12.4 give them: all of
// them without flexible_disk_size, only their metadata with it.
func makeRoomFor(p *pool.Pool, m *machine, planned []volumeSize) error {
	present, err := presentVolumes(p, m, nil)
	if err != nil {
		return err
	}
	return raiseTotal(p, zonerootOf(m.config), spaceOf(m.object).total(slices.Concat(present, planned)))
}

// raiseTotal sets quota and reservation when they are below the total.
func raiseTotal(p *pool.Pool, root string, total int64) error {
	if now, err := p.Number(root, "quota"); err != nil || now >= total {
		return err
	}
	return setTotal(p, root, total)
}

// presentVolumes are the sizes of the volumes of a VM that the pool of its zoneroot has now; those in grown count with that size.
func presentVolumes(p *pool.Pool, m *machine, grown map[string]int64) ([]volumeSize, error) {
	var volumes []volumeSize
	for _, disk := range m.object.Objects("disks") {
		dataset := disk.String("zfs_filesystem")
		if dataset == "" || !p.Exists(dataset) {
			continue
		}
		volume, err := readVolume(p, dataset)
		if err != nil {
			return nil, err
		}
		if size, ok := grown[dataset]; ok {
			volume.size = size
		}
		volumes = append(volumes, volume)
	}
	return volumes, nil
}

// applyDisks writes the disks of an update into the configuration. The media of a disk is never written (reference 12.2).
func applyDisks(u *change) {
	u.config.Devices = slices.DeleteFunc(u.config.Devices, func(device zone.Device) bool {
		return slices.Contains(u.payload.Array("remove_disks"), js.Value(device.Match))
	})
	for _, update := range u.payload.Objects("update_disks") {
		fields := update.Clone()
		fields.Delete("media")
		fields.Delete("image_name")
		for i := range u.config.Devices {
			if device := &u.config.Devices[i]; device.Match == update.String("path") {
				for _, attr := range deviceOf(fields).Attrs {
					device.Attrs.Set(attr.Name, attr.Value)
				}
			}
		}
	}
	for _, disk := range u.payload.Objects("add_disks") {
		u.config.Devices = append(u.config.Devices, deviceOf(disk))
	}
}

// resizeDisks changes the sizes of volumes (reference 12.2); shrinking needs the word of the payload.
func (v *vmadm) resizeDisks(u *change) error {
	for _, update := range u.payload.Objects("update_disks") {
		size, given := update.Number("size")
		disk := findByKey(u.object.Objects("disks"), "path", update.String("path"))
		now, known := disk.Number("size")
		if !given || !known || size == now {
			continue
		}
		if allowed, _ := update.Get("dangerous_allow_shrink"); size < now && !js.Truthy(allowed) {
			return failf("cannot resize disk: new size must be greater than current size. (%s > %s)", js.FormatNumber(now), js.FormatNumber(size))
		}
		if err := v.resizeVolume(u, disk.String("zfs_filesystem"), int64(size)*mib); err != nil {
			return commandFailed(err)
		}
	}
	return nil
}

// resizeVolume grows or shrinks a volume, after the quota was raised for it.
func (v *vmadm) resizeVolume(u *change, dataset string, bytes int64) error {
	p, err := v.pool(dataset)
	if err != nil {
		return err
	}
	volumes, err := presentVolumes(p, u.machine, map[string]int64{dataset: bytes})
	if err != nil {
		return err
	}
	if p.Exists(zonerootOf(u.config)) { // a volume on another pool takes none of the room here
		if err := raiseTotal(p, zonerootOf(u.config), spaceOf(u.object).total(volumes)); err != nil {
			return err
		}
	}
	if err := p.Set(dataset, map[string]string{"volsize": fmt.Sprint(bytes)}); err != nil {
		return err
	}
	return reserveVolume(p, dataset)
}

// setQuota sets the quota of the VM. For bhyve a change of it, or of flexible_disk_size, arranges all its space anew (reference 12.4).
func (v *vmadm) setQuota(u *change) error {
	quota, quotaGiven := u.payload.Number("quota")
	now, _ := u.object.Number("quota")
	root := zonerootOf(u.config)
	p, err := v.pool(root)
	if err != nil {
		return err
	}
	if u.brand.ID != property.Bhyve {
		if !quotaGiven || quota == now {
			return nil
		}
		return commandFailed(p.Set(root, map[string]string{"quota": bytesText(quota * 1024)}))
	}
	flexible, flexibleGiven := u.payload.Get("flexible_disk_size")
	if was, _ := u.object.Get("flexible_disk_size"); (!quotaGiven || quota == now) && (!flexibleGiven || flexible == was) {
		return nil
	}
	wanted := u.object.Clone()
	if quotaGiven {
		wanted.Set("quota", quota)
	}
	if flexibleGiven {
		wanted.Set("flexible_disk_size", flexible)
	}
	if err := v.arrangeSpace(u, wanted); err != nil {
		return commandFailed(err)
	}
	return nil
}

// arrangeSpace arranges the zoneroot around the volumes that are there now, and forces their reservations.
func (v *vmadm) arrangeSpace(u *change, wanted *js.Object) error {
	now, err := v.object(u.name)
	if err != nil {
		return err
	}
	root := zonerootOf(u.config)
	p, err := v.pool(root)
	if err != nil {
		return err
	}
	volumes, err := presentVolumes(p, &machine{object: now}, nil)
	if err != nil {
		return err
	}
	if err := spaceOf(wanted).arrange(p, root, volumes); err != nil {
		return err
	}
	return v.reserveVolumes(now.Objects("disks"))
}

// setDiskProperties sets compression and refreservation of volumes, unless the object shows the wanted value already.
func (v *vmadm) setDiskProperties(u *change) error {
	for _, update := range u.payload.Objects("update_disks") {
		disk := findByKey(u.object.Objects("disks"), "path", update.String("path"))
		dataset := disk.String("zfs_filesystem")
		if dataset == "" {
			continue
		}
		p, err := v.pool(dataset)
		if err != nil {
			return err
		}
		settings := map[string]string{}
		if compression, given := update.Get("compression"); given && compression != disk.String("compression") {
			settings["compression"] = js.ToString(compression)
		}
		now, _ := disk.Number("refreservation")
		if reservation, given := update.Get("refreservation"); given && !blank(reservation) && js.ToNumber(reservation) != now {
			settings["refreservation"] = bytesText(js.ToNumber(reservation))
		}
		if len(settings) == 0 {
			continue
		}
		if err := p.Set(dataset, settings); err != nil {
			return commandFailed(err)
		}
	}
	return nil
}
