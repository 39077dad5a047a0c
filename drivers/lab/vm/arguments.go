package vm

import (
	"strings"
)

// arguments is a command line after the command: options by letter, and the rest. Parsing is lenient: unknown options are ignored
// (reference 2.2).
type arguments struct {
	options map[string]string
	rest    []string
}

// parseArguments reads options anywhere among the arguments. flags has a letter for each option that the command knows, with a colon
// after those that take a value.
func parseArguments(args []string, flags string) arguments {
	a := arguments{options: map[string]string{}}
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if len(arg) < 2 || arg[0] != '-' {
			a.rest = append(a.rest, arg)
			continue
		}
		if strings.HasPrefix(arg, "--") {
			continue
		}
		letters := arg[1:]
		for j := 0; j < len(letters); j++ {
			letter := letters[j : j+1]
			known := strings.Index(flags, letter)
			if known < 0 || letter == ":" {
				continue
			}
			if !strings.HasPrefix(flags[known+1:], ":") {
				a.options[letter] = ""
				continue
			}
			value := letters[j+1:]
			if value == "" && i+1 < len(args) {
				i++
				value = args[i]
			}
			a.options[letter] = value
			break
		}
	}
	return a
}

func (a arguments) has(letter string) bool {
	_, ok := a.options[letter]
	return ok
}

// at is a positional argument, empty when there are fewer.
func (a arguments) at(index int) string {
	if index >= len(a.rest) {
		return ""
	}
	return a.rest[index]
}

func (a arguments) uuid() string { return a.at(0) }

// noUUID is the misuse of a command that needs the uuid of a VM.
func noUUID(command string) error { return &misuse{line: "Invalid or missing UUID for " + command} }

// looksLikeUUID wants 36 characters with dashes in the four usual places, and does not look at the others (reference 2.2).
func looksLikeUUID(text string) bool {
	return len(text) == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-'
}
