package vm

import (
	"fmt"
	"strings"

	"github.com/specadm/specadm/drivers/lab/node"
	"github.com/specadm/specadm/drivers/lab/vm/zone"
)

// Zonecfg runs the zonecfg command line and returns the exit status: -z ZONE, then -f FILE, commands as arguments, or commands on standard
// input.
func Zonecfg(call *node.Call) int {
	v := &vmadm{call: call, node: call.Node}
	if err := v.zonecfg(call.Args); err != nil {
		if wrong, ok := err.(*misuse); ok {
			v.say("usage: zonecfg -z zone [-f file | command]\n%s", wrong.line)
			return exitMisuse
		}
		v.say("%s", err)
		return exitFailed
	}
	return exitDone
}

func (v *vmadm) zonecfg(args []string) error {
	if len(args) < 2 || args[0] != "-z" {
		return &misuse{line: "no zone given"}
	}
	name, args := args[1], args[2:]
	text := strings.Join(args, " ")
	if len(args) == 0 || args[0] == "-f" {
		file := ""
		if len(args) > 1 {
			file = args[1]
		}
		input, err := v.readInput(file, "no commands given")
		if err != nil {
			return err
		}
		text = string(input)
	}
	if err := v.reopen(); err != nil {
		return err
	}
	return v.runScript(name, text)
}

// runScript applies a script and writes what came of it, also when a command was refused.
func (v *vmadm) runScript(name, text string) error {
	var before *zone.Config
	if v.zones.Has(name) {
		config, err := v.zones.Config(name)
		if err != nil {
			return err
		}
		before = config
	}
	if before != nil && isReadOnly(text) {
		return zone.NewScript(name, before, v.output).Run(text)
	}
	script := zone.NewScript(name, before, v.output)
	refused := script.Run(text)
	if err := v.commitScript(name, script); err != nil {
		return err
	}
	return refused
}

// isReadOnly tells whether a script is only one of the commands that show: these must not touch the file of the zone.
func isReadOnly(text string) bool {
	word := strings.TrimSpace(text)
	return word == "export" || word == "info" || strings.HasPrefix(word, "info ") || strings.HasPrefix(word, "export ")
}

func (v *vmadm) output(text string) { fmt.Fprint(v.call.Stdout, text) }

func (v *vmadm) commitScript(name string, script *zone.Script) error {
	if script.Deleted {
		if v.zones.Runtime(name).State != zone.Configured {
			return failf("%s: Zone %s is installed; deletion not allowed.", name, name)
		}
		return v.zones.Remove(name)
	}
	if script.Config == nil {
		return nil
	}
	if script.Config.DebugID == 0 {
		script.Config.DebugID = v.node.NextSerial()
	}
	return v.zones.Write(script.Config)
}
