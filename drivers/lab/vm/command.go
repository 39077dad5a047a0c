package vm

// command is one of vmadm's.
type command struct {
	names []string
	// flags are the options, see parseArguments.
	flags     string
	needsUUID bool
	// awaited commands return only when their effect shows in what is read.
	awaited bool
	run     func(v *vmadm, args arguments) error
}

func commands() []command {
	return []command{
		{names: []string{"create"}, awaited: true, flags: "f:", run: (*vmadm).runCreate},
		{names: []string{"create-snapshot"}, awaited: true, needsUUID: true, run: (*vmadm).runCreateSnapshot},
		{names: []string{"console"}, needsUUID: true, run: (*vmadm).runConsole},
		{names: []string{"delete", "destroy"}, awaited: true, needsUUID: true, run: (*vmadm).runDelete},
		{names: []string{"delete-snapshot"}, awaited: true, needsUUID: true, run: (*vmadm).runDeleteSnapshot},
		{names: []string{"events"}, flags: "fjr", run: (*vmadm).runEvents},
		{names: []string{"get", "json"}, needsUUID: true, run: (*vmadm).runGet},
		{names: []string{"info"}, needsUUID: true, run: (*vmadm).runInfo},
		{names: []string{"install"}, awaited: true, needsUUID: true, run: (*vmadm).runInstall},
		{names: []string{"kill"}, awaited: true, flags: "s:", needsUUID: true, run: (*vmadm).runKill},
		{names: []string{"list"}, flags: "pHho:s:", run: (*vmadm).runList},
		{names: []string{"lookup"}, flags: "j1o:", run: (*vmadm).runLookup},
		{names: []string{"reboot"}, awaited: true, flags: "Ft:", needsUUID: true, run: (*vmadm).runReboot},
		{names: []string{"receive", "recv"}, awaited: true, flags: "f:", run: (*vmadm).runReceive},
		{names: []string{"reprovision"}, awaited: true, flags: "f:", needsUUID: true, run: (*vmadm).runReprovision},
		{names: []string{"rollback-snapshot"}, awaited: true, needsUUID: true, run: (*vmadm).runRollbackSnapshot},
		{names: []string{"send"}, awaited: true, needsUUID: true, run: (*vmadm).runSend},
		{names: []string{"start", "boot"}, awaited: true, needsUUID: true, run: (*vmadm).runStart},
		{names: []string{"stop", "halt"}, awaited: true, flags: "Ft:", needsUUID: true, run: (*vmadm).runStop},
		{names: []string{"sysrq"}, needsUUID: true, run: (*vmadm).runSysrq},
		{names: []string{"update"}, flags: "f:", needsUUID: true, run: (*vmadm).runUpdate},
		{names: []string{"validate"}, flags: "f:", run: (*vmadm).runValidate},
	}
}

// findCommand finds a command by its name or alias.
func findCommand(name string) (command, bool) {
	for _, command := range commands() {
		for _, known := range command.names {
			if known == name {
				return command, true
			}
		}
	}
	return command{}, false
}

// usage is what wrong use prints (reference 2.5).
const usage = `Usage: vmadm <command> [options]

create [-f <filename>]
create-snapshot <uuid> <snapname>
console <uuid>
delete <uuid>
delete-snapshot <uuid> <snapname>
events [-fjr] [uuid]
get <uuid>
info <uuid> [type,...]
install <uuid>
kill [-s SIGNAL|-SIGNAL] <uuid>
list [-p] [-H] [-o field,...] [-s field,...] [field=value ...]
lookup [-j|-1] [-o field,...] [field=value ...]
reboot <uuid> [-F]
receive [-f <filename>]
reprovision <uuid> [-f <filename>]
rollback-snapshot <uuid> <snapname>
send <uuid> [target]
start <uuid> [option=value ...]
stop <uuid> [-F] [-t timeout]
sysrq <uuid> <nmi|screenshot>
update <uuid> [-f <filename>]
 -or- update <uuid> property=value [property=value ...]
validate create [-f <filename>]
validate update <brand> [-f <filename>]`
