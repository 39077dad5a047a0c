package cli

import (
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// Streams is what a command talks to: standard output carries the answer, standard error the conversation.
type Streams struct {
	In  io.Reader
	Out io.Writer
	Err io.Writer

	Terminal    bool // Out is a terminal
	Interactive bool // In and Err are terminals: questions can be asked
	Width       int  // columns of the terminal; 0 when Out is none

	Getenv func(string) string
}

// System is the streams of this process.
func System() Streams {
	s := Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Getenv: os.Getenv}
	out := int(os.Stdout.Fd())
	s.Terminal = term.IsTerminal(out)
	s.Interactive = term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stderr.Fd()))
	if s.Terminal {
		if width, _, err := term.GetSize(out); err == nil {
			s.Width = width
		}
	}
	return s
}

// unicode reports whether the terminal shows characters beyond ASCII.
func (s Streams) unicode() bool {
	if !s.Terminal {
		return false
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value := s.Getenv(name); value != "" {
			value = strings.ToLower(value)
			return strings.Contains(value, "utf-8") || strings.Contains(value, "utf8")
		}
	}
	return false
}
