package vm

import (
	"github.com/specadm/specadm/drivers/lab/vm/property"
)

func (v *vmadm) runStop(args arguments) error {
	name := args.uuid()
	if args.has("F") {
		if err := v.stopByForce(name); err != nil {
			return err
		}
	} else if done, err := v.stop(name, args.has("t")); err != nil || !done {
		return err
	}
	v.say("Successfully completed stop for VM %s", name)
	return nil
}

// stop shuts a VM down (reference 14). autoboot goes before anything is looked at, so it is gone even when there was nothing to stop,
// which is a success of its own kind.
func (v *vmadm) stop(name string, timed bool) (bool, error) {
	m, err := v.find(name)
	if err != nil {
		return false, err
	}
	if err := v.saveAutoboot(m, false); err != nil {
		return false, err
	}
	if m.state() != "running" {
		v.say("VM %s is already not 'running' (currently: %s)", name, m.state())
		return false, nil
	}
	if timed && !m.brand.Machine && !m.docker() {
		return false, inParallel(failf("Timeout option is only supported for bhyve, KVM and docker containers."))
	}
	if err := v.checkpoint("vmadm stop: shut down"); err != nil {
		return false, inParallel(err)
	}
	return true, v.halt(m.config, m.gracefulStatus())
}

// gracefulStatus is how init exits when the VM is shut down: bhyve and docker are sent a signal, the others end by themselves.
func (m *machine) gracefulStatus() int {
	if m.brand.ID == property.Bhyve || m.docker() {
		return exitedTerminated
	}
	return exitedPlainly
}

// stopByForce is zoneadm halt -X.
func (v *vmadm) stopByForce(name string) error {
	if !v.zones.Has(name) {
		return failf("bad statusCode: 404")
	}
	m, err := v.load(name)
	if err != nil {
		return err
	}
	if err := v.saveAutoboot(m, false); err != nil {
		return err
	}
	if !v.zones.Runtime(name).State.Live() {
		return inParallel(failf("VM %s is already not 'running' (currently: %s)", name, m.state()))
	}
	if err := v.checkpoint("vmadm stop: halt"); err != nil {
		return inParallel(err)
	}
	return v.halt(m.config, exitedKilled)
}
