package vm

import (
	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/property"
)

func (v *vmadm) runUpdate(args arguments) error {
	name := args.uuid()
	payload, err := v.updatePayload(args)
	if err != nil {
		return err
	}
	if err := v.update(name, payload); err != nil {
		return err
	}
	v.say("Successfully updated VM %s", name)
	return nil
}

// updatePayload takes key=value arguments if there are any; then neither file nor standard input is read (reference 2.3).
func (v *vmadm) updatePayload(args arguments) (*js.Object, error) {
	if len(args.rest) > 1 {
		return fromArguments(args.rest[1:]), nil
	}
	value, err := v.readPayload(args, "Will not update from stdin when stdin is a tty.")
	if err != nil {
		return nil, err
	}
	payload, ok := asObject(value)
	if !ok {
		return nil, crashf("TypeError: Cannot read property of a payload that is no object")
	}
	return payload, nil
}

// update changes a VM (reference 10.1). There is no rollback: what was done before an error stays.
func (v *vmadm) update(name string, payload *js.Object) error {
	m, err := v.findRemembered(name)
	if err != nil {
		return err
	}
	u := &change{machine: m, payload: payload}
	if err := v.prepareUpdate(u); err != nil {
		return err
	}
	before := m.object.Clone()
	if err := v.applyUpdate(u); err != nil {
		return inParallel(err)
	}
	return inParallel(v.confirm(name, u.expectation, before))
}

// change is an update on its way. Everything that is derived in prepareUpdate is used in applyUpdate.
type change struct {
	*machine
	payload     *js.Object
	expectation expectation
	// nics are the nics that the VM will have.
	nics []*js.Object
}

// prepareUpdate normalises and validates; an error leaves the VM as it was (reference 10.1, step 2).
func (v *vmadm) prepareUpdate(u *change) error {
	if err := checkNulls(u.payload, u.brand); err != nil {
		return err
	}
	normalizeTypes(u.payload)
	u.payload.Rename("pci_devices", "add_pci_devices") // the plain key acts as add (reference 13)
	if ram, given := u.payload.Get(ramKey); given && ram == nil {
		u.payload.Delete(ramKey)
	}
	given := u.payload.Clone()
	arrangeMemory(u.payload, u.object, u.brand)
	verdict, err := check(v.node, u.payload, u.brand, property.Update)
	if err != nil {
		return err
	}
	if err := verdict.fatal(); err != nil {
		return err
	}
	prune(u.payload, u.brand, property.Update)
	if err := v.checkUpdate(u); err != nil {
		return err
	}
	if !u.brand.Machine {
		u.payload.Delete(ramKey)
		given.Delete(ramKey)
	}
	addDocker(u.payload, u.object, u.brand, "set_internal_metadata")
	resetConsoles(u.payload, u.brand)
	normalizeZFS(u.payload)
	u.expectation = expect(given, u.payload, u.object, u.brand)
	return nil
}

// checkNulls finds null where the real code does not expect it (reference 5).
func checkNulls(payload *js.Object, brand property.Brand) error {
	for _, row := range property.TheTable().Rows() {
		value, given := payload.Get(row.Name)
		if !given || !row.NullCrashes || !row.Access.Allows(property.Update, brand.Name) {
			continue
		}
		if value == nil || (row.Type == property.Integer && blank(value)) {
			return crashf("AssertionError: %s is required", row.Name)
		}
	}
	return nil
}

// checkUpdate makes the checks beyond the table, of everything that the payload touches.
func (v *vmadm) checkUpdate(u *change) error {
	for _, key := range []string{"zfs_root_recsize", "zfs_data_recsize"} {
		if err := checkRecordSize(u.payload, key); err != nil {
			return err
		}
	}
	for _, key := range []string{"zfs_root_compression", "zfs_data_compression"} {
		if err := checkCompression(u.payload, key); err != nil {
			return &crash{text: err.Error()} // the check calls back twice (observed)
		}
	}
	if err := checkDisplay(u.payload); err != nil {
		return err
	}
	if err := v.checkDiskUpdate(u); err != nil {
		return err
	}
	if err := checkPCIUpdate(u); err != nil {
		return err
	}
	if err := v.checkNicUpdate(u); err != nil {
		return err
	}
	routes := merged(u.object.Object("routes"), u.payload, "routes")
	return checkRoutes(routes, u.nics)
}

// normalizeZFS turns the values that stand for a default of a dataset into it.
func normalizeZFS(payload *js.Object) {
	for _, key := range []string{"zfs_root_recsize", "zfs_data_recsize"} {
		if value, given := payload.Get(key); given && value == float64(0) {
			payload.Set(key, float64(defaultRecordSize))
		}
	}
	if value, given := payload.Get("quota"); given && value == nil {
		payload.Set("quota", float64(0))
	}
}

// applyUpdate changes the world, in the order of reference 10.1 from step 3 on.
func (v *vmadm) applyUpdate(u *change) error {
	steps := []struct {
		name string
		do   func(*change) error
	}{
		{"change volumes", v.changeVolumes},
		{"write metadata", func(u *change) error { return v.updateFiles(u.machine, u.payload) }},
		{"write zone configuration", v.writeConfig},
		{"resize disks", v.resizeDisks},
		{"set quota", v.setQuota},
		{"set zfs properties", func(u *change) error { return v.setDatasetProperties(u.config, u.payload, u.object) }},
		{"set disk properties", v.setDiskProperties},
	}
	for _, step := range steps {
		if err := v.checkpoint("vmadm update: " + step.name); err != nil {
			return err
		}
		if err := step.do(u); err != nil {
			return err
		}
	}
	return nil
}

// writeConfig is the one batch for zonecfg. A line that zonecfg refuses fails the batch, after the others were applied (derived from the
// zonecfg of illumos).
func (v *vmadm) writeConfig(u *change) error {
	configure(u.config, u.payload, u.brand)
	refused := applyNics(u)
	if err := applyFilesystems(u); err != nil && refused == nil {
		refused = err
	}
	applyDisks(u)
	if err := applyPCIDevices(u); err != nil && refused == nil {
		refused = err
	}
	if err := v.zones.Write(u.config); err != nil {
		return err
	}
	if refused != nil {
		return zonecfgFailed(u.name, refused)
	}
	return v.makeVolumes(u.config)
}

// zonecfgFailed is the failure of a batch for zonecfg of which it refused a line.
func zonecfgFailed(name string, refused error) error {
	return commandFailed(failf("/usr/sbin/zonecfg -z %s\n%s", name, refused))
}

// noSuchResource is zonecfg's refusal to remove what is not there.
func noSuchResource() error { return failf("No such resource with that id") }
