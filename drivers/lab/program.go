package lab

import (
	"slices"
	"strings"

	"github.com/specadm/specadm/drivers/lab/node"
	"github.com/specadm/specadm/drivers/lab/platform"
	"github.com/specadm/specadm/drivers/lab/pool"
	"github.com/specadm/specadm/drivers/lab/vm"
)

// program is one stand-in.
type program struct {
	run func(*node.Call) int
	// mutates tells whether a call is of a kind that changes the node, whatever comes of it.
	mutates func(verb string, args []string) bool
}

// programs are the stand-ins by name.
func programs() map[string]program {
	return map[string]program{
		"vmadm":     {vm.Vmadm, vmadmMutates},
		"zoneadm":   {vm.Zoneadm, verbNotIn("list", "verify", "help", "")},
		"zonecfg":   {vm.Zonecfg, verbNotIn("export", "info", "verify", "help", "")},
		"zfs":       {zfs, func(_ string, args []string) bool { return pool.ZfsMutates(args) }},
		"zpool":     {zpool, func(_ string, args []string) bool { return pool.ZpoolMutates(args) }},
		"imgadm":    {platform.Imgadm, imgadmMutates},
		"nictagadm": {platform.Nictagadm, verbIn("add", "delete", "update")},
		"sysinfo":   {platform.Sysinfo, verbIn()},
		"fwadm":     {platform.Fwadm, verbIn("add", "update", "delete", "enable", "disable", "start", "stop")},
	}
}

func zfs(call *node.Call) int {
	return pool.Zfs(call.Node, call.Args, pool.Streams{Stdin: call.Stdin, Stdout: call.Stdout, Stderr: call.Stderr})
}

func zpool(call *node.Call) int {
	return pool.Zpool(call.Node, call.Args, pool.Streams{Stdin: call.Stdin, Stdout: call.Stdout, Stderr: call.Stderr})
}

func verbIn(verbs ...string) func(string, []string) bool {
	return func(verb string, _ []string) bool { return slices.Contains(verbs, verb) }
}

func verbNotIn(verbs ...string) func(string, []string) bool {
	return func(verb string, _ []string) bool { return !slices.Contains(verbs, verb) }
}

// vmadmMutates counts send too: it stops the VM (reference 16.1).
func vmadmMutates(verb string, _ []string) bool {
	return slices.Contains([]string{"create", "create-snapshot", "delete", "delete-snapshot", "install", "kill", "reboot", "receive",
		"reprovision", "rollback-snapshot", "send", "start", "stop", "sysrq", "update"}, verb)
}

func imgadmMutates(verb string, args []string) bool {
	changesSources := func(arg string) bool { return strings.HasPrefix(arg, "-a") || strings.HasPrefix(arg, "-d") }
	return verb == "import" || verb == "delete" || verb == "sources" && slices.ContainsFunc(args, changesSources)
}

// verb is the subcommand of a call, under its usual name.
func verb(program string, args []string) string {
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		takesValue := (program == "zoneadm" || program == "zonecfg") && (args[0] == "-z" || args[0] == "-u" || args[0] == "-R")
		if program == "zonecfg" && strings.HasPrefix(args[0], "-f") {
			return "-f"
		}
		if takesValue && len(args) > 1 {
			args = args[1:]
		}
		args = args[1:]
	}
	if len(args) == 0 {
		return ""
	}
	word := args[0]
	if program == "zonecfg" {
		word, _, _ = strings.Cut(word, " ") // one operand may hold a whole script
		word = strings.TrimRight(word, ";")
	}
	if program != "vmadm" {
		return word
	}
	switch word {
	case "boot":
		return "start"
	case "halt":
		return "stop"
	case "destroy":
		return "delete"
	case "json":
		return "get"
	case "recv":
		return "receive"
	}
	return word
}
