package vm

import (
	"github.com/specadm/specadm/drivers/lab/vm/property"
)

func (v *vmadm) runReboot(args arguments) error {
	name := args.uuid()
	if !v.zones.Has(name) {
		return failf("bad statusCode: 404")
	}
	m, err := v.load(name)
	if err != nil {
		return err
	}
	if err := v.reboot(m, args.has("F")); err != nil {
		return err
	}
	v.say("Successfully completed reboot for VM %s", name)
	return nil
}

// reboot restarts a running VM. bhyve and docker are stopped and started, during which autoboot is false; by force the zone is rebooted, but
// of kvm only the guest (reference 14).
func (v *vmadm) reboot(m *machine, force bool) error {
	state := m.state()
	if force && state != "running" {
		return failf("Cannot reset vm from state %q, must be \"running\".", state)
	}
	if state != "running" && (state != "stopped" || !m.docker()) {
		return failf("Cannot reboot vm from state %q, must be \"running\"", state)
	}
	if err := v.checkBootTags(m); err != nil {
		return failf("Cannot reboot vm: %s", err)
	}
	if err := v.checkpoint("vmadm reboot: shut down"); err != nil {
		return inParallel(err)
	}
	if force && m.brand.ID == property.KVM {
		return nil // vmadmd resets the guest; the zone goes on
	}
	twoHalves := !force && (m.brand.ID == property.Bhyve || m.docker())
	if twoHalves {
		if err := v.saveAutoboot(m, false); err != nil {
			return err
		}
	}
	if err := v.halt(m.config, m.gracefulStatus()); err != nil {
		return err
	}
	if err := v.checkpoint("vmadm reboot: boot"); err != nil {
		return inParallel(err)
	}
	if twoHalves {
		if err := v.prepareBoot(m); err != nil {
			return err
		}
	}
	return inParallel(v.boot(m.config))
}
