package fwadm_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/drivers"
	"github.com/specadm/specadm/drivers/fwadm"
)

const some = "5c3ea269-75b8-42fa-badc-956684fb4d4e"

// scripted answers every command with the same result and keeps the commands.
type scripted struct {
	commands []drivers.Command
	result   drivers.Result
}

func (s *scripted) Run(_ context.Context, command drivers.Command) (drivers.Result, error) {
	s.commands = append(s.commands, command)
	if s.result.Exit == 0 {
		return s.result, nil
	}
	return s.result, &drivers.CommandError{Command: command, Result: s.result}
}

// listed is the shape of reference 19.4, with a key that nobody here knows and a version that is no text.
const listed = `[
  {"uuid": "` + some + `", "rule": "FROM any TO vm 04128191-d2cb-43fc-a970-e4deefe970d8 ALLOW tcp PORT 22", "enabled": true,
   "owner_uuid": "9d5b2d1e-3c1f-4b5e-8f0e-0a5a3a0c7d11", "description": "ssh: [a, b]", "version": 1443131531984.004, "created_by": "fwadm", "new": {"a": 1}},
  {"uuid": "04128191-d2cb-43fc-a970-e4deefe970d8", "rule": "FROM any TO all vms ALLOW icmp TYPE 8 CODE 0", "enabled": false, "global": true, "version": "1.2"}
]`

func TestRulesAreRead(t *testing.T) {
	t.Parallel()
	runner := &scripted{result: drivers.Result{Stdout: []byte(listed)}}
	rules, err := fwadm.New(runner).List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []fwadm.Rule{
		{UUID: some, Rule: "FROM any TO vm 04128191-d2cb-43fc-a970-e4deefe970d8 ALLOW tcp PORT 22", Enabled: true,
			OwnerUUID: "9d5b2d1e-3c1f-4b5e-8f0e-0a5a3a0c7d11", Description: "ssh: [a, b]"},
		{UUID: "04128191-d2cb-43fc-a970-e4deefe970d8", Rule: "FROM any TO all vms ALLOW icmp TYPE 8 CODE 0", Global: true},
	}
	if d := cmp.Diff(want, rules); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]drivers.Command{{Program: "fwadm", Args: []string{"list", "-j"}, Timeout: 5 * time.Minute}}, runner.commands); d != "" {
		t.Error(d)
	}
}

func TestChangesRunTheseCommands(t *testing.T) {
	t.Parallel()
	runner := &scripted{}
	client := fwadm.New(runner)
	fields := map[string]any{"rule": "FROM any TO all vms ALLOW tcp PORT 22", "enabled": true, "global": true}
	if err := errors.Join(client.Add(t.Context(), some, fields), client.Update(t.Context(), some, map[string]any{"enabled": false}), client.Delete(t.Context(), some)); err != nil {
		t.Fatal(err)
	}
	type call struct {
		args  []string
		stdin string
	}
	want := []call{
		{[]string{"add", "-f", "-"}, `{"rules":[{"enabled":true,"global":true,"rule":"FROM any TO all vms ALLOW tcp PORT 22","uuid":"` + some + `"}]}`},
		{[]string{"update", some, "-f", "-"}, `{"rules":[{"enabled":false}]}`},
		{[]string{"delete", some}, ""},
	}
	var have []call
	for _, command := range runner.commands {
		if !command.Mutates || command.Program != "fwadm" || command.Timeout == 0 {
			t.Errorf("%+v", command)
		}
		have = append(have, call{command.Args, string(command.Stdin)})
	}
	if d := cmp.Diff(want, have, cmp.AllowUnexported(call{})); d != "" {
		t.Error(d)
	}
	if _, has := fields["uuid"]; has {
		t.Error("add changes the fields of its caller")
	}
}

func TestFailuresAreTold(t *testing.T) {
	t.Parallel()
	list := func(c *fwadm.Client) error { _, err := c.List(t.Context()); return err }
	update := func(c *fwadm.Client) error { return c.Update(t.Context(), some, map[string]any{"enabled": true}) }
	cases := []struct {
		name   string
		do     func(*fwadm.Client) error
		result drivers.Result
		want   string
	}{
		{"no such rule", update, drivers.Result{Exit: 1, Stderr: []byte("Could not find rule \"" + some + "\"\n")},
			`cannot update firewall rule ` + some + `: Could not find rule "` + some + `"`},
		{"usage", update, drivers.Result{Exit: 2, Stderr: []byte("Must specify rule UUID!\nUsage: fwadm COMMAND\n")},
			`cannot update firewall rule ` + some + `: Must specify rule UUID!`},
		{"nothing is said", update, drivers.Result{Exit: 1}, `cannot update firewall rule ` + some + `: fwadm update ` + some + ` -f -: exit status 1`},
		{"output that breaks off", list, drivers.Result{Stdout: []byte(`[{"uuid":`)},
			"cannot list firewall rules: its output cannot be read: unexpected end of JSON input"},
		{"a rule without uuid", list, drivers.Result{Stdout: []byte(`[{"rule":"x"}]`)}, "cannot list firewall rules: entry 0 has no uuid"},
		{"an option in place of a uuid", func(c *fwadm.Client) error { return c.Delete(t.Context(), "-j") }, drivers.Result{},
			`cannot delete firewall rule: "-j" is not the uuid of a rule`},
		{"a value that JSON does not have", func(c *fwadm.Client) error { return c.Add(t.Context(), some, map[string]any{"rule": func() {}}) }, drivers.Result{},
			`cannot add firewall rule ` + some + `: it cannot be written as JSON: json: unsupported type: func()`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			runner := &scripted{result: c.result}
			if err := c.do(fwadm.New(runner)); err == nil || err.Error() != c.want {
				t.Errorf("have %v\nwant %s", err, c.want)
			}
		})
	}
}

// Whatever fwadm prints, reading it neither panics nor gives a rule without uuid.
func FuzzList(f *testing.F) {
	f.Add(listed)
	f.Add(`[]`)
	f.Add(`null`)
	f.Add(`[{"uuid": 1}]`)
	f.Fuzz(func(t *testing.T, output string) {
		rules, err := fwadm.New(&scripted{result: drivers.Result{Stdout: []byte(output)}}).List(t.Context())
		for _, rule := range rules {
			if err == nil && rule.UUID == "" {
				t.Errorf("%q gives a rule without uuid", output)
			}
		}
		var any json.RawMessage
		if err == nil && json.Unmarshal([]byte(output), &any) != nil {
			t.Errorf("%q is read although it is no JSON", output)
		}
	})
}
