package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// usageError is a mistake in the command line. It always leaves with ExitUsage.
type usageError struct {
	message string
	try     string // what may have been meant, or where to read on
}

func (e *usageError) Error() string { return e.message }

func usagef(format string, args ...any) error {
	return &usageError{message: fmt.Sprintf(format, args...)}
}

// flagError turns what pflag says into a usageError, with the nearest flag where the name is unknown.
func flagError(command *cobra.Command, err error) error {
	usage := &usageError{message: err.Error(), try: fmt.Sprintf("%s --help", command.CommandPath())}
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) {
		names := []string{}
		visit := func(f *pflag.Flag) { names = append(names, f.Name) }
		command.Flags().VisitAll(visit)
		command.InheritedFlags().VisitAll(visit)
		if near := nearest(unknown.GetSpecifiedName(), names); near != "" {
			usage.try = "--" + near
		}
	}
	return usage
}

// group makes a command that only holds others: alone, or with a word that is none of them, it is a usage error.
func group(command *cobra.Command) *cobra.Command {
	command.Args = cobra.ArbitraryArgs
	command.RunE = func(command *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownCommand(command, args[0])
		}
		return &usageError{message: fmt.Sprintf("%s needs a command", command.CommandPath()), try: command.CommandPath() + " --help"}
	}
	return command
}

// findCommand refuses a command line whose command does not exist, before its flags are looked at.
func findCommand(root *cobra.Command, args []string) error {
	command, rest, err := root.Find(args)
	takesOwn := strings.Contains(command.Use, " ") // arguments besides commands
	if err != nil || takesOwn || !command.HasSubCommands() || len(rest) == 0 || strings.HasPrefix(rest[0], "-") || strings.HasPrefix(rest[0], "__") {
		return err
	}
	return unknownCommand(command, rest[0])
}

func unknownCommand(command *cobra.Command, word string) error {
	usage := &usageError{
		message: fmt.Sprintf("unknown command %q for %q", word, command.CommandPath()),
		try:     command.CommandPath() + " --help",
	}
	names := []string{}
	for _, child := range command.Commands() {
		names = append(append(names, child.Name()), child.Aliases...)
	}
	if near := nearest(word, names); near != "" {
		usage.try = findChild(command, near).CommandPath()
	}
	return usage
}

// arguments checks the number of arguments; most < 0 means any number. The names are those of the usage line.
func arguments(least, most int, names string) cobra.PositionalArgs {
	return func(command *cobra.Command, args []string) error {
		try := command.CommandPath() + " --help"
		switch {
		case len(args) < least:
			return &usageError{message: fmt.Sprintf("%s needs %s", command.CommandPath(), names), try: try}
		case most == 0 && len(args) > 0:
			return &usageError{message: fmt.Sprintf("%s takes no argument, not %q", command.CommandPath(), args[0]), try: try}
		case most >= 0 && len(args) > most:
			return &usageError{message: fmt.Sprintf("%s takes no more than %s, not %q", command.CommandPath(), names, args[most]), try: try}
		}
		return nil
	}
}

// oneOf checks the value of a flag that has a fixed list of values.
func oneOf(flag, value string, allowed ...string) error {
	for _, a := range allowed {
		if value == a {
			return nil
		}
	}
	usage := &usageError{message: fmt.Sprintf("--%s %q is none of %s", flag, value, strings.Join(allowed, ", "))}
	if near := nearest(value, allowed); near != "" {
		usage.try = fmt.Sprintf("--%s %s", flag, near)
	}
	return usage
}

// nearest is the word that differs least from what was typed, "" when none is near enough to have been meant.
func nearest(typed string, words []string) string {
	best, least := "", len([]rune(typed))/2+1
	for _, word := range words {
		if word == "" {
			continue
		}
		if d := distance(strings.ToLower(typed), strings.ToLower(word)); d < least {
			best, least = word, d
		}
	}
	if best == "" {
		for _, word := range words {
			if len(typed) > 1 && strings.HasPrefix(word, typed) {
				return word
			}
		}
	}
	return best
}

// distance counts the insertions, deletions, replacements and swaps of neighbours that lead from one word to the other.
func distance(from, to string) int {
	a, b := []rune(from), []rune(to)
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			replace := last[j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			row[j] = min(replace, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
