package drivertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"time"
)

// commandLimit is more than the sum of vmadm's own time limits for any one command (reference 21).
const commandLimit = 15 * time.Minute

// run is one command as it is started.
type run struct {
	program string
	args    []string
	stdin   io.Reader
	stdout  io.Writer // nil: kept in the answer
}

// answer is what a command left behind.
type answer struct {
	stdout, stderr []byte
	exit           int // -1 when a signal ended it
}

// run runs a command on the node and writes it into the transcript.
func (s *script) run(r run) answer {
	s.t.Helper()
	got, err := s.node.execute(r)
	if err != nil {
		s.t.Fatal(err)
	}
	s.transcript = append(s.transcript, r.line(got))
	return got
}

// execute runs a command. An exit status other than 0 is no error.
func (n Node) execute(r run) (answer, error) {
	ctx, cancel := context.WithTimeout(context.Background(), commandLimit)
	defer cancel()
	var stdout, stderr bytes.Buffer
	command := exec.CommandContext(ctx, n.program(r.program), r.args...)
	command.Env = n.environment()
	command.Stdin, command.Stdout, command.Stderr = r.stdin, &stdout, &stderr
	if r.stdout != nil {
		command.Stdout = r.stdout
	}
	err := command.Run()
	if ctx.Err() != nil {
		return answer{}, fmt.Errorf("%s does not end within %s", r.what(), commandLimit)
	}
	if ended := (*exec.ExitError)(nil); err != nil && !errors.As(err, &ended) {
		return answer{}, fmt.Errorf("cannot run %s: %w", r.program, err)
	}
	return answer{stdout: stdout.Bytes(), stderr: stderr.Bytes(), exit: command.ProcessState.ExitCode()}, nil
}

func (r run) what() string { return r.program + " " + strings.Join(r.args, " ") }

// line is the command and its answer for the reader of a failed case.
func (r run) line(got answer) string {
	text := "  $ " + r.what()
	if payload, ok := r.stdin.(*strings.Reader); ok && payload.Size() > 0 {
		content := make([]byte, payload.Size())
		if n, err := payload.ReadAt(content, 0); err == nil || errors.Is(err, io.EOF) {
			text += " <<< " + string(content[:n])
		}
	}
	text += fmt.Sprintf("\n      exit %d", got.exit)
	for _, output := range [][]byte{got.stderr, got.stdout} {
		if shown := strings.TrimSpace(string(output)); shown != "" {
			if len(shown) > 400 {
				shown = shown[:400] + " ..."
			}
			text += "\n      " + strings.ReplaceAll(shown, "\n", "\n      ")
		}
	}
	return text
}

// call is a step that runs a command. Without further words it must exit 0.
type call struct {
	program, line string
	args          []string // after those of line, words not split
	input         func(s *script) io.Reader
	exit          int
	died          bool
	anyFailure    bool
	checks        []check
	output        string // file that takes standard output
}

// check judges the answer to a call.
type check func(s *script, got answer) error

// vmadm, zfs and the like are calls of the programs of those names; the line is split at spaces.
func vmadm(line string) call     { return call{program: "vmadm", line: line} }
func zfs(line string) call       { return call{program: "zfs", line: line} }
func imgadm(line string) call    { return call{program: "imgadm", line: line} }
func nictagadm(line string) call { return call{program: "nictagadm", line: line} }
func fwadm(line string) call     { return call{program: "fwadm", line: line} }
func zoneadm(line string) call   { return call{program: "zoneadm", line: line} }
func zonecfg(line string) call   { return call{program: "zonecfg", line: line} }

func (c call) play(s *script) {
	s.t.Helper()
	c.answer(s)
}

// answer runs the call and judges what it answered.
func (c call) answer(s *script) answer {
	s.t.Helper()
	r := c.prepare(s)
	got := s.run(r)
	if file, ok := r.stdout.(*os.File); ok {
		if err := file.Close(); err != nil {
			s.t.Fatal(err)
		}
	}
	c.judge(s, r, got)
	return got
}

// prepare is the command of the call, with its words expanded.
func (c call) prepare(s *script) run {
	s.t.Helper()
	r := run{program: c.program, args: strings.Fields(s.expand(c.line)), stdin: strings.NewReader("")}
	for _, arg := range c.args {
		r.args = append(r.args, s.expand(arg))
	}
	if c.input != nil {
		r.stdin = c.input(s)
	}
	if c.output != "" {
		file, err := os.Create(s.expand(c.output))
		if err != nil {
			s.t.Fatal(err)
		}
		r.stdout = file
	}
	return r
}

// judge fails the case when the answer is not what the call must have.
func (c call) judge(s *script, r run, got answer) {
	s.t.Helper()
	switch {
	case c.anyFailure && got.exit == 0:
		s.t.Fatalf("%s must be refused, but exits 0", r.what())
	case c.anyFailure:
	case c.died && got.exit != -1 && got.exit != 134:
		s.t.Fatalf("%s must die of an uncaught exception, but exits %d: %s", r.what(), got.exit, bytes.TrimSpace(got.stderr))
	case !c.died && got.exit != c.exit:
		s.t.Fatalf("%s must exit %d, but exits %d: %s", r.what(), c.exit, got.exit, bytes.TrimSpace(got.stderr))
	}
	for _, check := range c.checks {
		if err := check(s, got); err != nil {
			s.t.Fatalf("%s %v", r.what(), err)
		}
	}
}

func (c call) checked(check check) call {
	c.checks = append(c.checks[:len(c.checks):len(c.checks)], check)
	return c
}

// with gives standard input.
func (c call) with(text string) call {
	c.input = func(s *script) io.Reader { return strings.NewReader(s.expand(text)) }
	return c
}

// from takes standard input from a file.
func (c call) from(path string) call {
	c.input = func(s *script) io.Reader {
		content, err := os.ReadFile(s.expand(path))
		if err != nil {
			s.t.Fatal(err)
		}
		return bytes.NewReader(content)
	}
	return c
}

// typed makes standard input a terminal. Only on Linux is the controlling side of one a terminal as well; elsewhere the case is skipped.
func (c call) typed() call {
	c.input = func(s *script) io.Reader {
		s.t.Helper()
		if runtime.GOOS != "linux" {
			s.t.Skip("a terminal takes more than opening one here")
		}
		terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
		if err != nil {
			s.t.Skipf("there is no terminal to type at: %v", err)
		}
		s.t.Cleanup(func() {
			if err := terminal.Close(); err != nil {
				s.t.Error(err)
			}
		})
		return terminal
	}
	return c
}

// into sends standard output to a file.
func (c call) into(path string) call {
	c.output = path
	return c
}

// and adds an argument that may hold spaces.
func (c call) and(arg string) call {
	c.args = append(c.args[:len(c.args):len(c.args)], arg)
	return c
}

// exits expects this exit status.
func (c call) exits(status int) call {
	c.exit = status
	return c
}

// fails expects exit status 1 and standard error that holds the text.
func (c call) fails(text string) call { return c.exits(1).mentions(text) }

// dies expects an uncaught exception: death by a signal, or the status a shell makes of it.
func (c call) dies() call {
	c.died = true
	return c
}

// refused expects any failure, where the reference says no more than that: an exit status other than 0, or an uncaught exception.
func (c call) refused() call {
	c.anyFailure = true
	return c
}

// timesOut expects the failure that follows 60 s of waiting for a change that does not come (reference 10.3).
func (c call) timesOut() call {
	return c.fails(`vminfod watchForChanges "VM.js update ($U)" timeout exceeded`)
}

// says expects exactly this text on standard error.
func (c call) says(text string) call {
	return c.checked(func(s *script, got answer) error {
		if found, want := strings.TrimSpace(string(got.stderr)), s.expand(text); found != want {
			return fmt.Errorf("must say %q on standard error, but says %q", want, found)
		}
		return nil
	})
}

// mentions expects this text somewhere on standard error.
func (c call) mentions(text string) call {
	return c.checked(func(s *script, got answer) error {
		if want := s.expand(text); !strings.Contains(string(got.stderr), want) {
			return fmt.Errorf("must mention %q on standard error, but says %q", want, bytes.TrimSpace(got.stderr))
		}
		return nil
	})
}

// prints expects exactly these lines on standard output, and "" none.
func (c call) prints(lines ...string) call {
	return c.checked(func(s *script, got answer) error {
		found := strings.TrimSuffix(string(got.stdout), "\n")
		if want := s.expand(strings.Join(lines, "\n")); found != want {
			return fmt.Errorf("must print\n%s\nbut prints\n%s", want, found)
		}
		return nil
	})
}

// matches expects standard output to match a regular expression.
func (c call) matches(pattern string) call {
	return c.checked(func(s *script, got answer) error {
		if want := s.expand(pattern); !regexp.MustCompile(want).Match(got.stdout) {
			return fmt.Errorf("must print what matches %s, but prints\n%s", want, got.stdout)
		}
		return nil
	})
}

// write is a step that makes a file.
func write(path, text string) step {
	return stepFunc(func(s *script) {
		if err := os.WriteFile(s.expand(path), []byte(s.expand(text)), 0o600); err != nil {
			s.t.Fatal(err)
		}
	})
}
