package vm

import (
	"fmt"
	"slices"
	"strings"

	"github.com/specadm/specadm/drivers/lab/node"
	"github.com/specadm/specadm/drivers/lab/vm/zone"
)

// Zoneadm runs the zoneadm command line and returns the exit status.
func Zoneadm(call *node.Call) int {
	v := &vmadm{call: call, node: call.Node}
	err := v.reopen()
	if err == nil {
		err = v.zoneadm(call.Args)
	}
	if err == nil {
		return exitDone
	}
	if wrong, ok := err.(*misuse); ok {
		v.say("usage: zoneadm [-z zone] list|ready|boot|halt|reboot|shutdown|attach|detach|uninstall\n%s", wrong.line)
		return exitMisuse
	}
	v.say("%s", err)
	return exitFailed
}

func (v *vmadm) zoneadm(args []string) error {
	name := ""
	if len(args) >= 2 && (args[0] == "-z" || args[0] == "-u") {
		name, args = args[1], args[2:]
	}
	if len(args) == 0 {
		return &misuse{line: "no subcommand given"}
	}
	verb, flags := args[0], parseArguments(args[1:], "cipnvFXxrs:")
	if verb == "list" {
		return v.zoneadmList(name, flags)
	}
	if name == "" {
		return &misuse{line: "no zone given"}
	}
	if !v.zones.Has(name) {
		return failf("zoneadm: %s: %s", name, zone.ErrUnknown)
	}
	config, err := v.zones.Config(name)
	if err != nil {
		return err
	}
	do, ok := map[string]func(*zone.Config) error{
		"boot":      v.zoneadmBoot,
		"halt":      v.zoneadmHalt,
		"shutdown":  func(c *zone.Config) error { return v.zoneadmShutdown(c, flags.has("r")) },
		"reboot":    func(c *zone.Config) error { return v.zoneadmShutdown(c, true) },
		"attach":    v.zoneadmAttach,
		"detach":    v.zoneadmDetach,
		"uninstall": v.zoneadmUninstall,
		"verify":    v.verifyFilesystems,
		"ready":     v.zoneadmReady,
	}[verb]
	if !ok {
		return &misuse{line: fmt.Sprintf("%s: unknown subcommand", verb)}
	}
	return do(config)
}

// zoneadmList prints running zones, all with -c, those installed with -i; -p is the form for programs.
func (v *vmadm) zoneadmList(only string, flags arguments) error {
	if only != "" && !v.zones.Has(only) {
		return failf("zoneadm: %s: %s", only, zone.ErrUnknown)
	}
	long := flags.has("p") || flags.has("v")
	if flags.has("v") {
		fmt.Fprintf(v.call.Stdout, "%4s %-16s %-10s %-30s %-8s %-6s\n", "ID", "NAME", "STATUS", "PATH", "BRAND", "IP")
	}
	if only == "" && !flags.has("n") {
		v.zoneadmLine(flags, long, "0", "global", string(zone.Running), "/", "", "liveimg", "shared", "0")
	}
	for _, name := range v.zones.Names() {
		runtime := v.zones.Runtime(name)
		shown := runtime.State.Live() || flags.has("c") || (flags.has("i") && runtime.State == zone.Installed) || name == only
		if !shown || (only != "" && name != only) {
			continue
		}
		config, err := v.zones.Config(name)
		if err != nil {
			return err
		}
		id := "-"
		if runtime.State.Live() {
			id = fmt.Sprint(runtime.ID)
		}
		v.zoneadmLine(flags, long, id, name, string(runtime.State), config.Path, name, config.Brand, "excl", fmt.Sprint(config.DebugID))
	}
	return nil
}

func (v *vmadm) zoneadmLine(flags arguments, long bool, id, name, state, path, uuid, brand, ip, did string) {
	switch {
	case flags.has("p"):
		fmt.Fprintln(v.call.Stdout, strings.Join([]string{id, name, state, path, uuid, brand, ip, did}, ":"))
	case long:
		fmt.Fprintf(v.call.Stdout, "%4s %-16s %-10s %-30s %-8s %-6s\n", id, name, state, path, brand, ip)
	default:
		fmt.Fprintln(v.call.Stdout, name)
	}
}

// mustBe refuses an operation on a zone that is in none of the states.
func (v *vmadm) mustBe(name, verb string, states ...zone.State) error {
	if slices.Contains(states, v.zones.Runtime(name).State) {
		return nil
	}
	return failf("zoneadm: zone '%s': must be %s before %s.", name, states[0], verb)
}

func (v *vmadm) zoneadmBoot(config *zone.Config) error {
	if v.zones.Runtime(config.Name).State == zone.Running {
		return failf("zoneadm: zone '%s': zone is already booted", config.Name)
	}
	if err := v.mustBe(config.Name, "boot", zone.Installed, zone.Ready); err != nil {
		return err
	}
	return v.boot(config)
}

// zoneadmReady makes the kernel's side of a zone without its processes, a state that vmadm itself leaves at once (reference 7).
func (v *vmadm) zoneadmReady(config *zone.Config) error {
	if err := v.mustBe(config.Name, "ready", zone.Installed); err != nil {
		return err
	}
	if err := v.verifyFilesystems(config); err != nil {
		return err
	}
	return v.zones.SetRuntime(config.Name, zone.Runtime{State: zone.Ready, ID: v.node.NextSerial()})
}

func (v *vmadm) zoneadmHalt(config *zone.Config) error {
	if err := v.mustBe(config.Name, "halt", zone.Running, zone.Ready, zone.ShuttingDown, zone.Down); err != nil {
		return failf("zoneadm: zone '%s': zone is already halted", config.Name)
	}
	return v.halt(config, exitedKilled)
}

func (v *vmadm) zoneadmShutdown(config *zone.Config, again bool) error {
	if err := v.mustBe(config.Name, "shutdown", zone.Running); err != nil {
		return err
	}
	if err := v.halt(config, exitedPlainly); err != nil || !again {
		return err
	}
	return v.boot(config)
}

// zoneadmAttach takes a configured zone whose datasets are there into use; the brand's script makes the dataset for core dumps
// (reference 16.3).
func (v *vmadm) zoneadmAttach(config *zone.Config) error {
	if err := v.mustBe(config.Name, "attach", zone.Configured); err != nil {
		return err
	}
	root := zonerootOf(config)
	p, err := v.pool(root)
	if err != nil {
		return err
	}
	if !p.Exists(root) {
		return failf("zoneadm: zone '%s': could not attach: cannot open '%s': dataset does not exist", config.Name, root)
	}
	if err := createCores(p, config); err != nil {
		return err
	}
	return v.setZoneState(config.Name, zone.Installed)
}

func (v *vmadm) zoneadmDetach(config *zone.Config) error {
	if err := v.mustBe(config.Name, "detach", zone.Installed, zone.Incomplete); err != nil {
		return err
	}
	return v.setZoneState(config.Name, zone.Configured)
}

func (v *vmadm) zoneadmUninstall(config *zone.Config) error {
	if err := v.mustBe(config.Name, "uninstall", zone.Installed, zone.Incomplete); err != nil {
		return err
	}
	return v.uninstall(config)
}
