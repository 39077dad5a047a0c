package cli

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// quiet runs a command line without a terminal or environment and hands back what it printed.
func quiet(t *testing.T, args ...string) (code ExitCode, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	streams := Streams{In: strings.NewReader(""), Out: &out, Err: &err, Getenv: func(string) string { return "" }}
	code = ExitCode(Main(args, streams))
	return code, out.String(), err.String()
}

// everyCommand calls visit for every command of the tree with the words that lead to it.
func everyCommand(visit func(command *cobra.Command, words []string)) {
	var walk func(command *cobra.Command, words []string)
	walk = func(command *cobra.Command, words []string) {
		visit(command, words)
		for _, child := range command.Commands() {
			walk(child, append(append([]string{}, words...), child.Name()))
		}
	}
	root := newRoot(Streams{In: strings.NewReader(""), Out: &bytes.Buffer{}, Err: &bytes.Buffer{}, Getenv: func(string) string { return "" }})
	walk(root, nil)
}

func TestEveryUsageErrorLeavesWithTen(t *testing.T) {
	t.Parallel()
	seen := 0
	everyCommand(func(command *cobra.Command, words []string) {
		if strings.Join(words, " ") == "lab exec" {
			return // hands everything on to the stand-in program
		}
		seen++
		bad := [][]string{
			{"--no-such-flag"},
			{"-Z"},
			{"--node"},
		}
		if command.HasSubCommands() && !strings.Contains(command.Use, " ") { // "history [NAME]" takes a word of its own
			bad = append(bad, []string{"no-such-command"})
			if command.Args(command, []string{"x"}) == nil { // it only holds others
				bad = append(bad, []string{})
			}
		}
		if err := command.Args; err != nil && !command.HasSubCommands() {
			many := strings.Fields(strings.Repeat("x ", 9))
			if err(command, many) != nil {
				bad = append(bad, many)
			}
			if err(command, nil) != nil {
				bad = append(bad, []string{})
			}
		}
		if flag := command.Flags().Lookup("output"); flag != nil && flag.DefValue == "text" {
			least := []string{"-o", "no-such-format"}
			if command.Args(command, nil) != nil {
				least = append(least, "x")
			}
			bad = append(bad, least)
		}
		for _, args := range bad {
			line := append(append([]string{}, words...), args...)
			t.Run(fmt.Sprintf("%q", line), func(t *testing.T) {
				t.Parallel()
				code, stdout, stderr := quiet(t, line...)
				if code != ExitUsage {
					t.Errorf("exit %d, want %d; %s", code, ExitUsage, stderr)
				}
				if stdout != "" {
					t.Errorf("a usage error wrote to standard output: %s", stdout)
				}
				if !strings.HasPrefix(stderr, "specadm: ") {
					t.Errorf("standard error: %q", stderr)
				}
			})
		}
	})
	if seen < 10 {
		t.Errorf("only %d commands in the tree", seen)
	}
}

func TestEveryCommandExplainsItself(t *testing.T) {
	t.Parallel()
	everyCommand(func(command *cobra.Command, words []string) {
		if command.HasSubCommands() {
			return
		}
		t.Run(strings.Join(words, " "), func(t *testing.T) {
			t.Parallel()
			if command.Short == "" || !strings.Contains(command.Long, "Exit codes:") || !strings.Contains(command.Example, "specadm") {
				t.Errorf("help lacks a summary, its exit codes or an example:\n%s\n%s\n%s", command.Short, command.Long, command.Example)
			}
			if code, stdout, _ := quiet(t, append(words, "--help")...); code != ExitOK || !strings.Contains(stdout, command.Example) {
				t.Errorf("--help leaves with %d and prints %q", code, stdout)
			}
		})
	})
}

func TestTyposGiveTheNearest(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		args []string
		want string
	}{
		{"a command", []string{"lookpu"}, "try: specadm lookup\n"},
		{"an alias of a command", []string{"jsn"}, "try: specadm get\n"},
		{"a flag", []string{"list", "--sortyb", "ram"}, "try: --sortby\n"},
		{"a global flag", []string{"version", "--nod", "local"}, "try: --node\n"},
		{"a value", []string{"version", "-o", "jsno"}, "try: --output json\n"},
		{"a help topic", []string{"help", "exit-code"}, "try: specadm help exit-codes\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			code, _, stderr := quiet(t, c.args...)
			if code != ExitUsage || !strings.HasSuffix(stderr, c.want) {
				t.Errorf("exit %d, %q; want it to end with %q", code, stderr, c.want)
			}
		})
	}
}

func TestExitCodesAreListedWithTheirMeaning(t *testing.T) {
	t.Parallel()
	code, stdout, _ := quiet(t, "help", "exit-codes")
	if code != ExitOK {
		t.Errorf("exit %d", code)
	}
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	if len(lines) != len(allExitCodes()) || strings.Contains(stdout, "unknown\n") {
		t.Errorf("%d lines for %d codes:\n%s", len(lines), len(allExitCodes()), stdout)
	}
	last := ExitCode(-1)
	for _, c := range allExitCodes() {
		if c <= last {
			t.Errorf("%d stands after %d", c, last)
		}
		last = c
	}
}
