package zfs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/specadm/specadm/drivers"
	"github.com/specadm/specadm/drivers/local"
)

// scripted answers every command with the same result and keeps the commands.
type scripted struct {
	commands []drivers.Command
	result   drivers.Result
	cause    error
}

func (s *scripted) Run(_ context.Context, command drivers.Command) (drivers.Result, error) {
	s.commands = append(s.commands, command)
	if s.result.Exit == 0 && s.cause == nil {
		return s.result, nil
	}
	return s.result, &drivers.CommandError{Command: command, Result: s.result, Cause: s.cause}
}

func TestMethodsRunTheseCommands(t *testing.T) {
	t.Parallel()
	runner := &scripted{}
	client := New(runner)
	if err := client.Read(t.Context(), []string{"type", "org.example:x"}, func(Row) {}); err != nil {
		t.Error(err)
	}
	if err := client.ReadSnapshots(t.Context(), []string{"userrefs"}, func(Row) {}); err != nil {
		t.Error(err)
	}
	if err := client.CreateFilesystem(t.Context(), "zones/cores/u", map[string]string{"quota": "100G", "mountpoint": "/zones/u/cores"}); err != nil {
		t.Error(err)
	}
	if err := client.Set(t.Context(), "zones/u", map[string]string{"sync": "disabled", "quota": "10737418240"}); err != nil {
		t.Error(err)
	}
	want := []drivers.Command{
		{Program: "zfs", Args: []string{"get", "-Hp", "-o", "name,property,value,source", "-t", "filesystem,volume", "type,org.example:x"}, Timeout: 2 * time.Minute},
		{Program: "zfs", Args: []string{"get", "-Hp", "-o", "name,property,value,source", "-t", "snapshot", "userrefs"}, Timeout: 2 * time.Minute},
		{Program: "zfs", Args: []string{"create", "-o", "mountpoint=/zones/u/cores", "-o", "quota=100G", "zones/cores/u"}, Timeout: 2 * time.Minute, Mutates: true},
		{Program: "zfs", Args: []string{"set", "quota=10737418240", "zones/u"}, Timeout: 2 * time.Minute, Mutates: true},
		{Program: "zfs", Args: []string{"set", "sync=disabled", "zones/u"}, Timeout: 2 * time.Minute, Mutates: true},
	}
	if d := cmp.Diff(want, runner.commands, cmpopts.IgnoreFields(drivers.Command{}, "Library")); d != "" {
		t.Error(d)
	}
}

func TestArgumentsThatAreNoneNeverReachACommandLine(t *testing.T) {
	t.Parallel()
	set := func(name, property string) func(*Client) error {
		return func(c *Client) error { return c.Set(t.Context(), name, map[string]string{property: "x"}) }
	}
	cases := []struct {
		name string
		do   func(*Client) error
		want string
	}{
		{"an option in place of a dataset", set("-r", "quota"), `cannot set a property: "-r" is not the name of a dataset`},
		{"an option below a dataset", set("zones/-r", "quota"), `cannot set a property: "zones/-r" is not the name of a dataset`},
		{"a snapshot", set("zones/u@a", "quota"), `cannot set a property: "zones/u@a" is not the name of a dataset`},
		{"an empty name", set("", "quota"), `cannot set a property: "" is not the name of a dataset`},
		{"an option in place of a property", set("zones/u", "-x"), `cannot set a property of zones/u: "-x" is not the name of a property`},
		{"two properties in one", func(c *Client) error {
			return c.CreateFilesystem(t.Context(), "zones/u", map[string]string{"a=b,c": "d"})
		}, `cannot create zones/u: "a=b,c" is not the name of a property`},
		{"nothing to read", func(c *Client) error { return c.Read(t.Context(), nil, func(Row) {}) },
			"cannot read datasets: no property was asked for"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			runner := &scripted{}
			if err := c.do(New(runner)); err == nil || err.Error() != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
			if len(runner.commands) != 0 {
				t.Errorf("ran %v", runner.commands)
			}
		})
	}
}

func TestReadHandsOverEveryValue(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		output string
		want   []Row
		err    string
	}{
		{"an empty node", "", nil, ""},
		{"values with their sources", "zones\tquota\t0\tdefault\nzones/u\tquota\t10737418240\tlocal\nzones/u\tcompression\tlz4\tinherited from zones\nzones/u\tvolsize\t-\t-\n",
			[]Row{{"zones", "quota", "0", "default"}, {"zones/u", "quota", "10737418240", "local"},
				{"zones/u", "compression", "lz4", "inherited from zones"}, {"zones/u", "volsize", "-", "-"}}, ""},
		{"a tab in a value", "zones\tx:y\ta\tb\tlocal\n", []Row{{"zones", "x:y", "a\tb", "local"}}, ""},
		{"an empty value", "zones\tx:y\t\tlocal\n", []Row{{"zones", "x:y", "", "local"}}, ""},
		{"broken off", "zones\tquota\t0\tdefault\nzones/u\tquo", []Row{{"zones", "quota", "0", "default"}},
			"cannot read datasets: its output breaks off in line 2"},
		{"a line of something else", "internal error: out of memory\n", nil,
			`cannot read datasets: line 1 of its output has not four fields: "internal error: out of memory"`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got []Row
			err := New(&scripted{result: drivers.Result{Stdout: []byte(c.output)}}).Read(t.Context(), []string{"quota"}, func(r Row) { got = append(got, r) })
			if (err != nil || c.err != "") && (err == nil || err.Error() != c.err || KindOf(err) != BadOutput) {
				t.Errorf("got %v, want %q", err, c.err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestFailuresAreTold(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		end  scripted
		want Error
	}{
		{"no such dataset", scripted{result: drivers.Result{Exit: 1, Stderr: []byte("cannot open 'zones/u': dataset does not exist\n")}},
			Error{Kind: NotFound, Message: "cannot open 'zones/u': dataset does not exist"}},
		{"it exists", scripted{result: drivers.Result{Exit: 1, Stderr: []byte("cannot create 'zones/u': dataset already exists\n")}},
			Error{Kind: AlreadyExists, Message: "cannot create 'zones/u': dataset already exists"}},
		{"a quota below what is used", scripted{result: drivers.Result{Exit: 1, Stderr: []byte("cannot set property for 'zones/u': size is less than current used or reserved space\n")}},
			Error{Kind: NoSpace, Message: "cannot set property for 'zones/u': size is less than current used or reserved space"}},
		{"not allowed", scripted{result: drivers.Result{Exit: 1, Stderr: []byte("cannot set property for 'zones/u': permission denied\n")}},
			Error{Kind: Refused, Message: "cannot set property for 'zones/u': permission denied"}},
		{"a wrong value", scripted{result: drivers.Result{Exit: 1, Stderr: []byte("cannot set property for 'zones/u': 'sync' must be one of 'standard | always | disabled'\n")}},
			Error{Kind: BadValue, Message: "cannot set property for 'zones/u': 'sync' must be one of 'standard | always | disabled'"}},
		{"silence", scripted{result: drivers.Result{Exit: 1}}, Error{Message: "zfs left with status 1 and without a word"}},
		{"our own deadline", scripted{result: drivers.Result{Exit: -1}, cause: context.DeadlineExceeded}, Error{Kind: TimedOut, Message: "context deadline exceeded"}},
		{"the write gate", scripted{result: drivers.Result{Exit: -1}, cause: drivers.ErrReadOnly}, Error{Message: "this run only reads"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			runner := c.end
			err := New(&runner).Set(t.Context(), "zones/u", map[string]string{"quota": "1", "sync": "x"})
			var got *Error
			if !errors.As(err, &got) {
				t.Fatalf("got %v, want an *Error", err)
			}
			got.Cause, c.want.Action, c.want.Dataset = nil, "set quota of", "zones/u"
			if d := cmp.Diff(&c.want, got); d != "" {
				t.Error(d)
			}
			if len(runner.commands) != 1 {
				t.Errorf("went on after the error: %v", runner.commands)
			}
		})
	}
}

// TestSetFailsAlikeByProcessAndByLibrary runs a real program in both ways; it must not run in parallel, since go-zfs knows only the PATH
// of this process.
func TestSetFailsAlikeByProcessAndByLibrary(t *testing.T) {
	bin := t.TempDir()
	script := "#!/bin/sh\necho \"$*\" >>" + filepath.Join(bin, "calls") + "\ncase $* in *quota=0*) exit 0;; esac\necho \"cannot open 'zones/u': dataset does not exist\" >&2\nexit 1\n"
	if err := os.WriteFile(filepath.Join(bin, "zfs"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, way := range []string{"process", "library"} {
		runner, err := local.New(local.Options{Bin: bin})
		if err != nil {
			t.Fatal(err)
		}
		if way == "library" {
			t.Setenv("PATH", runner.Search())
		}
		client := New(runner)
		if err := client.Set(t.Context(), "zones/u", map[string]string{"quota": "0"}); err != nil {
			t.Errorf("by %s: %v", way, err)
		}
		err = client.Set(t.Context(), "zones/u", map[string]string{"quota": "1"})
		want := "cannot set quota of zones/u: cannot open 'zones/u': dataset does not exist"
		if err == nil || err.Error() != want || KindOf(err) != NotFound {
			t.Errorf("by %s: got %v (%s), want %s", way, err, KindOf(err), want)
		}
		err = New(drivers.ReadOnly(runner)).Set(t.Context(), "zones/u", map[string]string{"quota": "0"})
		if !errors.Is(err, drivers.ErrReadOnly) {
			t.Errorf("by %s: the write gate let it pass: %v", way, err)
		}
	}
	calls, err := os.ReadFile(filepath.Join(bin, "calls"))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.Repeat("set quota=0 zones/u\nset quota=1 zones/u\n", 2), string(calls)); d != "" {
		t.Error(d)
	}
}

// FuzzParseRows: whatever zfs prints is an error or rows that make up the same text again.
func FuzzParseRows(f *testing.F) {
	for _, seed := range []string{"", "zones\tquota\t0\tdefault\n", "zones\tx:y\ta\tb\tlocal\n", "a\tb\n", "zones"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, output []byte) {
		var again strings.Builder
		err := parseRows(output, func(r Row) {
			fmt.Fprintf(&again, "%s\t%s\t%s\t%s\n", r.Dataset, r.Property, r.Value, r.Source)
		})
		if err == nil && again.String() != string(output) {
			t.Errorf("read %q as %q", output, again.String())
		}
	})
}

func BenchmarkParseRows(b *testing.B) {
	var output strings.Builder
	for i := range 1000 {
		for _, property := range []string{"type", "quota", "refquota", "refreservation", "volsize", "volblocksize", "compression", "recordsize", "mountpoint", "origin"} {
			fmt.Fprintf(&output, "zones/%d\t%s\t10737418240\tinherited from zones\n", i, property)
		}
	}
	text := []byte(output.String())
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if err := parseRows(text, func(Row) {}); err != nil {
			b.Fatal(err)
		}
	}
}
