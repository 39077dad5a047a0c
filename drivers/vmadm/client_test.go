package vmadm

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/drivers"
	"github.com/specadm/specadm/spec"
)

const web0 = "1f2c0c9a-5a0e-4b2e-9d4b-6a8c2a7f0e11"

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
	read := func(args ...string) drivers.Command {
		return drivers.Command{Program: "vmadm", Args: args, Timeout: 2 * time.Minute}
	}
	write := func(limit time.Duration, args ...string) drivers.Command {
		return drivers.Command{Program: "vmadm", Args: args, Timeout: limit, Mutates: true}
	}
	payload := func(command drivers.Command, stdin string) drivers.Command {
		command.Stdin, command.Secret = []byte(stdin+"\n"), true
		return command
	}
	cases := []struct {
		name string
		do   func(*Client) error
		want drivers.Command
	}{
		{"lookup asks for everything", func(c *Client) error { _, err := c.Lookup(t.Context()); return err }, read("lookup", "-j")},
		{"get asks for one", func(c *Client) error { _, err := c.Get(t.Context(), web0); return err }, read("get", web0)},
		{"create of a zone waits 300 seconds for the guest", func(c *Client) error {
			return c.Create(t.Context(), spec.Object{"uuid": web0, "brand": "joyent", "ram": int64(16384), "alias": "<web>"})
		}, payload(write(20*time.Minute, "create"), `{"alias":"<web>","brand":"joyent","ram":16384,"uuid":"`+web0+`"}`)},
		{"create of a large virtual machine waits longer", func(c *Client) error {
			return c.Create(t.Context(), spec.Object{"uuid": web0, "brand": "bhyve", "ram": int64(16384)})
		}, payload(write(35*time.Minute, "create"), `{"brand":"bhyve","ram":16384,"uuid":"`+web0+`"}`)},
		{"update sends its payload on standard input", func(c *Client) error {
			return c.Update(t.Context(), web0, spec.Object{"quota": int64(20), "autoboot": false, "cpu_cap": nil})
		}, payload(write(15*time.Minute, "update", web0), `{"autoboot":false,"cpu_cap":null,"quota":20}`)},
		{"start", func(c *Client) error { return c.Start(t.Context(), web0) }, write(7*time.Minute, "start", web0)},
		{"stop asks the guest", func(c *Client) error { return c.Stop(t.Context(), web0, StopOptions{}) }, write(7*time.Minute, "stop", web0)},
		{"stop by force with a limit", func(c *Client) error {
			return c.Stop(t.Context(), web0, StopOptions{Force: true, Wait: 30 * time.Second})
		}, write(7*time.Minute+30*time.Second, "stop", web0, "-F", "-t", "30")},
		{"reboot", func(c *Client) error { return c.Reboot(t.Context(), web0) }, write(12*time.Minute, "reboot", web0)},
		{"trap T24: delete has no -F", func(c *Client) error { return c.Delete(t.Context(), web0) }, write(15*time.Minute, "delete", web0)},
		{"reprovision", func(c *Client) error {
			return c.Reprovision(t.Context(), web0, "01b2c898-945f-11e1-a523-af1afbe22822")
		}, drivers.Command{Program: "vmadm", Args: []string{"reprovision", web0}, Timeout: 20 * time.Minute, Mutates: true,
			Stdin: []byte(`{"image_uuid":"01b2c898-945f-11e1-a523-af1afbe22822"}` + "\n")}},
		{"create-snapshot", func(c *Client) error { return c.CreateSnapshot(t.Context(), web0, "before") },
			write(15*time.Minute, "create-snapshot", web0, "before")},
		{"rollback-snapshot", func(c *Client) error { return c.RollbackSnapshot(t.Context(), web0, "before") },
			write(15*time.Minute, "rollback-snapshot", web0, "before")},
		{"delete-snapshot", func(c *Client) error { return c.DeleteSnapshot(t.Context(), web0, "before") },
			write(15*time.Minute, "delete-snapshot", web0, "before")},
		{"validate create takes the brand from the payload", func(c *Client) error {
			_, err := c.ValidateCreate(t.Context(), spec.Object{"brand": "lx"})
			return err
		}, payload(read("validate", "create"), `{"brand":"lx"}`)},
		{"validate update names the brand", func(c *Client) error {
			_, err := c.ValidateUpdate(t.Context(), spec.KVM, spec.Object{})
			return err
		}, payload(read("validate", "update", "kvm"), `{}`)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			runner := &scripted{result: drivers.Result{Stdout: []byte("{}")}}
			if c.want.Args[0] == "lookup" {
				runner.result.Stdout = []byte("[]")
			}
			if err := c.do(New(runner)); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff([]drivers.Command{c.want}, runner.commands); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestArgumentsThatAreNoneNeverReachACommandLine(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		do   func(*Client) error
		want string
	}{
		{"an empty uuid", func(c *Client) error { return c.Start(t.Context(), "") },
			`cannot start: "" is not the uuid of an instance`},
		{"an option in place of a uuid", func(c *Client) error { return c.Delete(t.Context(), "--help-------------------------------") },
			`cannot delete: "--help-------------------------------" is not the uuid of an instance`},
		{"a create that lets vmadm choose the uuid", func(c *Client) error { return c.Create(t.Context(), spec.Object{"brand": "lx"}) },
			`cannot create: "" is not the uuid of an instance`},
		{"a snapshot named like an option", func(c *Client) error { return c.CreateSnapshot(t.Context(), web0, "-r") },
			`cannot create-snapshot of ` + web0 + `: "-r" is no name of a snapshot: 1 to 64 letters, digits, - _ . : %`},
		{"a payload that is no JSON", func(c *Client) error { return c.Update(t.Context(), web0, spec.Object{"quota": func() {}}) },
			`cannot update: cannot write the payload: json: unsupported type: func()`},
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

func TestFailuresAreTold(t *testing.T) {
	t.Parallel()
	exit := func(status int, stderr string) scripted {
		return scripted{result: drivers.Result{Exit: status, Stderr: []byte(stderr + "\n")}}
	}
	died := func(cause error) scripted { return scripted{result: drivers.Result{Exit: -1}, cause: cause} }
	cases := []struct {
		name string
		end  scripted
		want Error
	}{
		// Texts of reference 2.4 and recordings of vmadm update, create and start.
		{"unknown to update and stop", exit(1, "VM "+web0+" not found"), Error{Kind: NotFound, Message: "VM " + web0 + " not found"}},
		{"unknown to delete", exit(1, "Failed to delete VM "+web0+": VM "+web0+" not found"),
			Error{Kind: NotFound, Message: "Failed to delete VM " + web0 + ": VM " + web0 + " not found"}},
		{"unknown to start and reboot", exit(1, "Unable to start VM "+web0+": bad statusCode: 404"),
			Error{Kind: NotFound, Message: "Unable to start VM " + web0 + ": bad statusCode: 404"}},
		{"unknown to get", exit(1, "zoneadm: "+web0+": No such zone configured"),
			Error{Kind: NotFound, Message: "zoneadm: " + web0 + ": No such zone configured"}},
		{"uuid taken", exit(1, "VM with UUID "+web0+" already exists"),
			Error{Kind: AlreadyExists, Message: "VM with UUID " + web0 + " already exists"}},
		{"bad values", exit(1, "Invalid value(s) for: quota,disks.*.refreservation"),
			Error{Kind: BadPayload, Message: "Invalid value(s) for: quota,disks.*.refreservation", Properties: []string{"quota", "disks.*.refreservation"}}},
		{"missing properties", exit(1, "Missing required properties: image_uuid"),
			Error{Kind: BadPayload, Message: "Missing required properties: image_uuid", Properties: []string{"image_uuid"}}},
		{"no JSON", exit(1, "Invalid JSON payload: Unexpected token }"), Error{Kind: BadPayload, Message: "Invalid JSON payload: Unexpected token }"}},
		{"the wait of 60 seconds", exit(1, `first of 1 error: vminfod watchForChanges "VM.js update (`+web0+`)" timeout exceeded`),
			Error{Kind: TimedOut, Message: `vminfod watchForChanges "VM.js update (` + web0 + `)" timeout exceeded`}},
		{"a guest that never finished provisioning", exit(1, "first of 1 error: first of 2 errors: timed out waiting for /var/svc/provisioning to move for "+web0),
			Error{Kind: TimedOut, Message: "timed out waiting for /var/svc/provisioning to move for " + web0}},
		{"an address in use", exit(1, "Conflict detected with another vm, please check the MAC, IP, and VRID"),
			Error{Kind: Conflict, Message: "Conflict detected with another vm, please check the MAC, IP, and VRID"}},
		{"a full pool", exit(1, "first of 1 error: Command failed: cannot set property for 'zones/U/disk1': size is greater than available space"),
			Error{Kind: NoSpace, Message: "Command failed: cannot set property for 'zones/U/disk1': size is greater than available space"}},
		{"an indestructible root", exit(1, "Failed to delete VM "+web0+": indestructible_zoneroot is set, cannot delete"),
			Error{Kind: Protected, Message: "Failed to delete VM " + web0 + ": indestructible_zoneroot is set, cannot delete"}},
		{"a reboot of what is stopped", exit(1, `Cannot reboot vm from state "stopped", must be "running"`),
			Error{Kind: WrongState, Message: `Cannot reboot vm from state "stopped", must be "running"`}},
		{"a start from a passing state", exit(1, `Unable to start VM `+web0+`: Cannot start vm from state "stopping", must be "stopped".`),
			Error{Kind: WrongState, Message: `Unable to start VM ` + web0 + `: Cannot start vm from state "stopping", must be "stopped".`}},
		{"a forced stop of what is stopped", exit(1, "first of 1 error: VM "+web0+" is already not 'running' (currently: stopped)"),
			Error{Kind: WrongState, Message: "VM " + web0 + " is already not 'running' (currently: stopped)"}},
		{"disks of a running instance", exit(1, `updates to disks are only allowed when state is "stopped", currently: running (running)`),
			Error{Kind: WrongState, Message: `updates to disks are only allowed when state is "stopped", currently: running (running)`}},
		{"not in the global zone", exit(2, "FATAL: cannot run because: can only be run from the global zone."),
			Error{Kind: NotGlobalZone, Message: "FATAL: cannot run because: can only be run from the global zone."}},
		{"a wrong command line", exit(2, "Invalid or missing UUID for update\n\nUsage: vmadm <command> [options]\n\ncreate [-f <filename>]\nconsole <uuid>"),
			Error{Kind: Usage, Message: "Invalid or missing UUID for update; ; Usage: vmadm <command> [options]; ; (2 more lines)"}},
		{"a sentence nobody has seen", exit(1, "payload specifies more than 1 primary NIC"),
			Error{Kind: Unknown, Message: "payload specifies more than 1 primary NIC"}},
		{"silence", exit(1, ""), Error{Kind: Unknown, Message: "vmadm left with status 1 and without a word"}},
		{"an abort", exit(134, "assert.js:20"), Error{Kind: Crashed, Message: "vmadm update " + web0 + ": exit status 134: assert.js:20"}},
		{"a signal", died(errors.New("died of signal: aborted")),
			Error{Kind: Crashed, Message: "vmadm update " + web0 + ": died of signal: aborted"}},
		{"our own deadline", died(context.DeadlineExceeded), Error{Kind: TimedOut, Message: "context deadline exceeded"}},
		{"an interrupt", died(context.Canceled), Error{Kind: Interrupted, Message: "context canceled"}},
		{"the write gate", died(drivers.ErrReadOnly), Error{Kind: NotStarted, Message: "this run only reads"}},
		{"no vmadm", died(drivers.ErrNoProgram), Error{Kind: NotStarted, Message: "no such program on PATH"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			runner := c.end
			err := New(&runner).Update(t.Context(), web0, spec.Object{})
			var got *Error
			if !errors.As(err, &got) {
				t.Fatalf("got %v, want an *Error", err)
			}
			var command *drivers.CommandError
			if !errors.As(err, &command) {
				t.Errorf("%v does not hold the command", err)
			}
			if got.Cause = nil; KindOf(err) != c.want.Kind {
				t.Errorf("KindOf is %q", KindOf(err))
			}
			c.want.Action, c.want.UUID = "update", web0
			if d := cmp.Diff(&c.want, got); d != "" {
				t.Error(d)
			}
			if want := "cannot update " + web0 + ": " + c.want.Message; err.Error() != want {
				t.Errorf("says %q, want %q", err, want)
			}
		})
	}
}

func TestValidateReadsTheVerdict(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		result drivers.Result
		want   Verdict
		err    string
	}{
		{"valid", drivers.Result{Stderr: []byte("VALID 'create' payload for bhyve brand VMs.\n")}, Verdict{}, ""},
		{"not valid", drivers.Result{Exit: 1, Stderr: []byte(`{
  "bad_values": ["quota"],
  "bad_properties": ["disks.0.size", "nics.*.colour"],
  "missing_properties": ["image_uuid"]
}`)}, Verdict{BadValues: []string{"quota"}, BadProperties: []string{"disks.0.size", "nics.*.colour"}, MissingProperties: []string{"image_uuid"}}, ""},
		{"no known brand", drivers.Result{Exit: 1, Stderr: []byte(`{"bad_brand":"undefined"}`)}, Verdict{BadBrand: "undefined"}, ""},
		{"no verdict", drivers.Result{Exit: 1, Stderr: []byte("Invalid JSON payload: x")}, Verdict{}, "cannot validate create: Invalid JSON payload: x"},
		{"a failure that looks like a verdict of nothing", drivers.Result{Exit: 1, Stderr: []byte("{}")}, Verdict{}, "cannot validate create: {}"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := New(&scripted{result: c.result}).ValidateCreate(t.Context(), spec.Object{})
			if (err != nil || c.err != "") && (err == nil || err.Error() != c.err) {
				t.Errorf("got %v, want %q", err, c.err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}
