package vm

import (
	"fmt"
	"time"

	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/zone"
)

// provisionTime is the platform's time limit for provisioning, shown as the end of the transition; the lab does not wait for it.
const provisionTime = 300 * time.Second

// provisionLimit is how long provisioning may take: longer for much memory (reference 8.4).
func provisionLimit(payload *js.Object) time.Duration {
	if ram, _ := payload.Number(ramKey); ram >= 8192 {
		return provisionTime * time.Duration(ram/4096)
	}
	return provisionTime
}

// Exit statuses of the init of a zone: 0 after a plain halt, else minus the signal (reference 6.1).
const (
	exitedPlainly    = 0
	exitedTerminated = -15
	exitedKilled     = -9
)

// transition is the text of the attribute that announces where a VM is going (reference 7).
func transition(from, to string, expires time.Time) string {
	return fmt.Sprintf("%s:%s:%d", from, to, expires.UnixMilli())
}

// endTransition removes the transition and the marker of provisioning.
func (v *vmadm) endTransition(config *zone.Config) error {
	config.RemoveAttr("transition")
	config.RemoveAttr("provisioning")
	return v.zones.Write(config)
}

// markFailed halts a VM and marks it failed; only delete and reprovision get it out of that state (reference 8.4).
func (v *vmadm) markFailed(config *zone.Config, why string) error {
	config.RemoveAttr("transition")
	config.RemoveAttr("provisioning")
	config.SetAttr("failed", why)
	if err := v.zones.Write(config); err != nil {
		return err
	}
	return v.halt(config, exitedKilled)
}

// setZoneState changes what zoneadm reports, for a zone that is not live.
func (v *vmadm) setZoneState(name string, state zone.State) error {
	runtime := v.zones.Runtime(name)
	runtime.State = state
	return v.zones.SetRuntime(name, runtime)
}

// boot starts a zone (zoneadm boot). A filesystem whose source is missing keeps it from getting ready.
func (v *vmadm) boot(config *zone.Config) error {
	if err := v.verifyFilesystems(config); err != nil {
		return commandFailed(fmt.Errorf("/usr/sbin/zoneadm -z %s boot -X\n%s\nzoneadm: zone %s failed to verify", config.Name, err, config.Name))
	}
	if _, marked := config.Attr("provisioning"); marked {
		config.RemoveAttr("provisioning")
		if err := v.zones.Write(config); err != nil {
			return err
		}
	}
	serial := v.node.NextSerial()
	return v.zones.SetRuntime(config.Name, zone.Runtime{State: zone.Running, ID: serial, PID: 1000 + serial, Booted: v.node.Now()})
}

// halt ends a live zone and records how its init exited; for any other it does nothing.
func (v *vmadm) halt(config *zone.Config, status int) error {
	if !v.zones.Runtime(config.Name).State.Live() {
		return nil
	}
	if v.zones.Runtime(config.Name).IsProvisioned(v.node.Now()) {
		if err := v.endTransition(config); err != nil {
			return err
		}
	}
	line := fmt.Sprintf("%d %d\n", v.node.Now().UnixMilli(), status)
	if err := v.node.WriteFile(lastExitedPath(config), []byte(line)); err != nil {
		return err
	}
	return v.zones.SetRuntime(config.Name, zone.Runtime{State: zone.Installed})
}

// saveAutoboot writes the flag when it changes.
func (v *vmadm) saveAutoboot(m *machine, flag bool) error {
	if autoboot(m.config, m.brand) == flag {
		return nil
	}
	setAutoboot(m.config, m.brand, flag)
	return v.zones.Write(m.config)
}
