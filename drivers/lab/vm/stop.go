package vm

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"

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

// reboot restarts a running VM. bhyve and docker are stopped and started, during which autoboot is false (reference 14).
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

// signals are the names that kill takes, with or without SIG, and by number.
func signals() []string {
	return []string{"", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "EMT", "FPE", "KILL", "BUS", "SEGV", "SYS", "PIPE", "ALRM", "TERM",
		"USR1", "USR2", "CLD", "PWR", "WINCH", "URG", "POLL", "STOP", "TSTP", "CONT", "TTIN", "TTOU"}
}

func (v *vmadm) runKill(args arguments) error {
	name, word := args.uuid(), v.killWord(args)
	number, ok := signalNumber(word)
	if !ok {
		return failf("Unknown signal %q", word)
	}
	if !v.zones.Has(name) {
		return failf("bad statusCode: 404")
	}
	m, err := v.load(name)
	if err != nil {
		return err
	}
	if !m.object.Has("pid") {
		return failf("Cannot find running init PID for VM %s", name)
	}
	if fatalToInit(signals()[number]) {
		if err := v.halt(m.config, -number); err != nil {
			return err
		}
	}
	v.say("Sent signal %q to init process for VM %s", word, name)
	return nil
}

// killWord is the signal as it was typed: the value of -s, or an option that is no known letter.
func (v *vmadm) killWord(args arguments) string {
	if args.has("s") {
		return args.options["s"]
	}
	for _, arg := range v.call.Args[1:] {
		if len(arg) > 1 && arg[0] == '-' && arg != "-v" && arg != "-d" {
			return arg[1:]
		}
	}
	return "SIGTERM"
}

func signalNumber(word string) (int, bool) {
	for number, name := range signals() {
		if number > 0 && slices.Contains([]string{name, "SIG" + name, strconv.Itoa(number)}, word) {
			return number, true
		}
	}
	return 0, false
}

// fatalToInit tells whether the signal ends a zone when its init gets it; init ignores what it does not handle.
func fatalToInit(name string) bool {
	return slices.Contains([]string{"KILL", "TERM", "INT", "QUIT", "ABRT"}, name)
}

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

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
