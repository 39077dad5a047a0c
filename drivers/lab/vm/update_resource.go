package vm

import (
	"slices"
	"strings"

	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/property"
	"github.com/specadm/specadm/drivers/lab/vm/zone"
)

// checkPCIUpdate checks the forms for passthrough devices, which need a stopped VM (reference 13).
func checkPCIUpdate(u *change) error {
	forms := []string{"add_pci_devices", "update_pci_devices", "remove_pci_devices"}
	if u.brand.ID != property.Bhyve || !slices.ContainsFunc(forms, func(form string) bool { return len(u.payload.Array(form)) > 0 }) {
		return nil
	}
	if u.state() != "stopped" {
		return failf("updates to pci_devices are only allowed when state is \"stopped\", currently: %s (%s)", u.state(), u.zoneState())
	}
	var devices []*js.Object
	for _, device := range u.object.Objects("pci_devices") {
		if slices.Contains(u.payload.Array("remove_pci_devices"), js.Value(device.String("path"))) {
			continue
		}
		if update := findByKey(u.payload.Objects("update_pci_devices"), "path", device.String("path")); update != nil {
			device = update
		}
		devices = append(devices, device)
	}
	devices = append(devices, u.payload.Objects("add_pci_devices")...)
	return checkSlots(u.disksAfter(u.object.Objects("disks")), devices)
}

// applyPCIDevices writes the passthrough devices of an update into the configuration.
func applyPCIDevices(u *change) error {
	var refused error
	for _, path := range u.payload.Array("remove_pci_devices") {
		before := len(u.config.Devices)
		u.config.Devices = slices.DeleteFunc(u.config.Devices, func(device zone.Device) bool { return device.Match == path })
		if len(u.config.Devices) == before {
			refused = noSuchResource()
		}
	}
	for _, update := range u.payload.Objects("update_pci_devices") {
		for i := range u.config.Devices {
			if u.config.Devices[i].Match == update.String("path") {
				u.config.Devices[i] = passthroughOf(update)
			}
		}
	}
	for _, device := range u.payload.Objects("add_pci_devices") {
		u.config.Devices = append(u.config.Devices, passthroughOf(device))
	}
	return refused
}

// applyFilesystems writes the filesystems of an update into the configuration. Updating an unknown target does nothing; removing one is
// refused by zonecfg (reference 13).
func applyFilesystems(u *change) error {
	var refused error
	for _, target := range u.payload.Array("remove_filesystems") {
		before := len(u.config.Filesystems)
		u.config.Filesystems = slices.DeleteFunc(u.config.Filesystems, func(f zone.Filesystem) bool { return f.Directory == target })
		if len(u.config.Filesystems) == before {
			refused = noSuchResource()
		}
	}
	for _, update := range u.payload.Objects("update_filesystems") {
		for i := range u.config.Filesystems {
			if filesystem := &u.config.Filesystems[i]; filesystem.Directory == update.String("target") {
				mergeFilesystem(filesystem, withVolume(update, u.config.Path))
			}
		}
	}
	for _, filesystem := range u.payload.Objects("add_filesystems") {
		resource := filesystemOf(withVolume(filesystem, u.config.Path))
		if err := incomplete(resource); err != nil {
			refused = err
			continue
		}
		u.config.Filesystems = append(u.config.Filesystems, resource)
	}
	if u.payload.Bool("docker") && !u.object.Bool("docker") {
		for _, filesystem := range dockerFiles(u.config.Path, u.brand) {
			mounted := func(f zone.Filesystem) bool { return f.Directory == filesystem.String("target") }
			if !slices.ContainsFunc(u.config.Filesystems, mounted) { // docker may be switched on once more
				u.config.Filesystems = append(u.config.Filesystems, filesystemOf(filesystem))
			}
		}
	}
	return refused
}

// mergeFilesystem replaces the members that the update names.
func mergeFilesystem(filesystem *zone.Filesystem, update *js.Object) {
	replace := func(member string, field *string) {
		if update.Has(member) {
			*field = update.String(member)
		}
	}
	replace("source", &filesystem.Special)
	replace("raw", &filesystem.Raw)
	replace("type", &filesystem.Type)
	if options, given := update.Get("options"); given {
		filesystem.Options = nil
		if !blank(options) {
			filesystem.Options = strings.Split(js.ToString(options), ",")
		}
	}
}
