package vm_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// step is one command with what it must leave. @@ stands for the uuid of web0 in everything but the payload.
type step struct {
	command string // after vmadm
	stdin   string
	exit    int
	stderr  string
	stdout  string // compared unless it is "*"
}

// play runs steps in one lab, which it returns.
func play(t *testing.T, steps ...step) *testLab {
	t.Helper()
	lab := newLab(t)
	lab.play(steps...)
	return lab
}

func (l *testLab) play(steps ...step) {
	t := l.t
	t.Helper()
	for i, s := range steps {
		name := func(text string) string { return strings.ReplaceAll(text, "@@", web0) }
		got := l.vmadm(s.stdin, strings.Fields(name(s.command))...)
		want := outcome{stdout: name(s.stdout), stderr: name(s.stderr), exit: s.exit}
		if want.stderr != "" {
			want.stderr += "\n"
		}
		if s.stdout == "*" {
			got.stdout, want.stdout = "", ""
		}
		if s.stderr == "*" {
			got.stderr, want.stderr = "", ""
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(outcome{})); diff != "" {
			t.Errorf("step %d, vmadm %s (-want +got):\n%s", i, s.command, diff)
		}
	}
}

func created(payload string) step {
	return step{command: "create", stdin: payload, stderr: "Successfully created VM @@"}
}

func updated(payload string) step {
	return step{command: "update @@", stdin: payload, stderr: "Successfully updated VM @@"}
}

// refused is an update that fails with this sentence.
func refused(payload, sentence string) step {
	return step{command: "update @@", stdin: payload, exit: 1, stderr: sentence}
}

// timeout is an update that waits in vain.
func timeout(payload string) step {
	return refused(payload, `first of 1 error: vminfod watchForChanges "VM.js update (@@)" timeout exceeded`)
}
