package vm

import (
	"github.com/specadm/specadm/drivers/lab/vm/property"
)

func (v *vmadm) runSysrq(args arguments) error {
	request := args.at(1)
	if request != "nmi" && request != "screenshot" {
		return &misuse{}
	}
	m, err := v.find(args.uuid())
	if err != nil {
		return err
	}
	if m.brand.ID == property.Bhyve && request != "nmi" {
		return failf("Unsupported sysrq %q", request)
	}
	if m.state() != "running" || !m.brand.Machine {
		return failf("Unable to send request to vm from state %q, must be \"running\".", m.state())
	}
	if request == "nmi" {
		v.say("Sent NMI to VM %s", m.name)
		return nil
	}
	v.say("Sent screenshot sysrq to VM %s", m.name)
	return nil
}

// runConsole has nobody to connect to: the lab runs no guests.
func (v *vmadm) runConsole(args arguments) error {
	if _, err := v.find(args.uuid()); err != nil {
		return err
	}
	return failf("[The lab runs no guests: VM %s has no console]", args.uuid())
}
