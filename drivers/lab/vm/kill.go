package vm

import (
	"slices"
	"strconv"
)

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
