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

func TestSection2SentencesAndExitStatuses(t *testing.T) {
	t.Parallel()
	for name, steps := range map[string][]step{
		"wrong use exits with 2": {
			{command: "", exit: 2, stderr: "*"},
			{command: "help", exit: 2, stderr: "*"},
			{command: "-h", exit: 2, stderr: "*"},
			{command: "frobnicate", exit: 2, stderr: "*"},
			{command: "get nonsense", exit: 2, stderr: "*"},
			{command: "start @@ colour=red", exit: 2, stderr: "*"},
			{command: "start @@ cdrom=/x.iso", exit: 2, stderr: "*"},
		},
		"an unknown instance is called unknown in several ways": {
			{command: "get @@", exit: 1, stderr: "zoneadm: @@: No such zone configured"},
			{command: "start @@", exit: 1, stderr: "Unable to start VM @@: bad statusCode: 404"},
			{command: "stop @@", exit: 1, stderr: "VM @@ not found"},
			{command: "stop @@ -F", exit: 1, stderr: "bad statusCode: 404"},
			{command: "reboot @@", exit: 1, stderr: "bad statusCode: 404"},
			{command: "kill @@", exit: 1, stderr: "bad statusCode: 404"},
			{command: "send @@", exit: 1, stderr: "bad statusCode: 404"},
			{command: "delete @@", exit: 1, stderr: "Failed to delete VM @@: VM @@ not found"},
			refused(`{}`, "VM @@ not found"),
		},
		"the life of a zone": {
			created(zonePayload("")),
			{command: "create", stdin: zonePayload(""), exit: 1, stderr: "VM with UUID @@ already exists"},
			{command: "stop @@", stderr: "VM @@ is already not 'running' (currently: stopped)"},
			{command: "halt @@ -F", exit: 1, stderr: "first of 1 error: VM @@ is already not 'running' (currently: stopped)"},
			{command: "reboot @@", exit: 1, stderr: `Cannot reboot vm from state "stopped", must be "running"`},
			{command: "reboot @@ -F", exit: 1, stderr: `Cannot reset vm from state "stopped", must be "running".`},
			{command: "boot @@", stderr: "Successfully started VM @@"},
			{command: "start @@", stderr: "Unable to start VM @@: VM @@ is already 'running'"},
			{command: "reboot @@", stderr: "Successfully completed reboot for VM @@"},
			{command: "stop @@ -t 5", exit: 1, stderr: "first of 1 error: Timeout option is only supported for bhyve, KVM and docker containers."},
			{command: "stop @@", stderr: "Successfully completed stop for VM @@"},
			{command: "kill @@", exit: 1, stderr: "Cannot find running init PID for VM @@"},
			{command: "kill -s NOSIG @@", exit: 1, stderr: `Unknown signal "NOSIG"`},
			{command: "start @@", stderr: "Successfully started VM @@"},
			{command: "kill -SIGUSR1 @@", stderr: `Sent signal "SIGUSR1" to init process for VM @@`},
			{command: "stop -F @@", stderr: "Successfully completed stop for VM @@"},
			{command: "destroy @@", stderr: "Successfully deleted VM @@"},
			{command: "list", stdout: "UUID                                  TYPE  RAM      STATE             ALIAS\n"},
		},
		"payloads that are no payloads": {
			{command: "create -f /no/such/file", exit: 1, stderr: "File: /no/such/file does not exist."},
			{command: "create", stdin: "{", exit: 1, stderr: "Invalid JSON payload: Unexpected end of input"},
			{command: "create", stdin: `{"a":x}`, exit: 1, stderr: "Invalid JSON payload: Unexpected token x"},
			{command: "create", stdin: `{"brand":"sngl"}`, exit: 134, stderr: "*"},
			{command: "create", stdin: `{"brand":"joyent"}`, exit: 1, stderr: "Missing required properties: image_uuid"},
		},
		"key=value arguments are read instead of standard input": {
			created(zonePayload("")),
			{command: "update @@ alias=web quota=20", stdin: "not read", stderr: "Successfully updated VM @@"},
			{command: "list -H -o alias,quota", stdout: "web         20\n"},
		},
		"sysrq and info": {
			created(bhyvePayload(`"autoboot":true,"vnc_password":"x"`)),
			{command: "sysrq @@ nmi", stderr: "Sent NMI to VM @@"},
			{command: "sysrq @@ screenshot", exit: 1, stderr: `Unsupported sysrq "screenshot"`},
			{command: "info @@ vnc", stdout: "*"},
			{command: "stop @@", stderr: "Successfully completed stop for VM @@"},
			{command: "info @@", exit: 1,
				stderr: `Unable to get VM info for VM @@: Unable to get info for vm from state "stopped", must be "running" or "stopping".`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, steps...)
		})
	}
}

// bhyvePayload is a create payload of a bhyve VM with more members, stopped unless they say otherwise.
func bhyvePayload(members string) string {
	payload := `{"uuid":"` + web0 + `","brand":"bhyve","ram":1024,"vcpus":1`
	if !strings.Contains(members, "autoboot") {
		payload += `,"autoboot":false`
	}
	if members != "" {
		payload += "," + members
	}
	return payload + "}"
}

func kvmPayload(members string) string {
	return strings.Replace(bhyvePayload(members), "bhyve", "kvm", 1)
}

// expect compares some members of the object of web0.
func (l *testLab) expect(wanted map[string]any) {
	l.t.Helper()
	object := l.get(web0)
	got := map[string]any{}
	for key := range wanted {
		got[key] = object[key]
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		l.t.Errorf("object (-want +got):\n%s", diff)
	}
}

func TestSection9MemoryFollowsTheRules(t *testing.T) {
	t.Parallel()
	const phys, locked, swap, tmpfs, ram = "max_physical_memory", "max_locked_memory", "max_swap", "tmpfs", "ram"
	for name, test := range map[string]struct {
		payload, update string
		want            map[string]any
	}{
		"kvm has 1024 over ram":                {kvmPayload(`"quota":1`), ``, map[string]any{ram: 1024., phys: 2048., locked: 2048., swap: 2048.}},
		"too little over ram is raised":        {bhyvePayload(`"max_physical_memory":1024`), ``, map[string]any{phys: 1280., locked: 1280., swap: 1280.}},
		"differences stay and tmpfs scales":    {zonePayload(`"max_physical_memory":512,"max_swap":1024,"tmpfs":256`), `{"max_physical_memory":1024}`, map[string]any{phys: 1024., locked: 1024., swap: 1536., tmpfs: 512.}},
		"ram of a zone is its memory":          {zonePayload(`"ram":512`), `{"ram":768}`, map[string]any{phys: 768., locked: 768., swap: 768., tmpfs: 768., ram: nil}},
		"ram resets a memory of one's own":     {bhyvePayload(`"max_physical_memory":4096`), `{"ram":2048}`, map[string]any{ram: 2048., phys: 3328., locked: 3328., swap: 3328.}},
		"locked memory is capped":              {zonePayload(`"ram":512`), `{"max_locked_memory":9999}`, map[string]any{locked: 512.}},
		"swap is never below memory":           {zonePayload(`"ram":512`), `{"max_swap":300}`, map[string]any{swap: 512.}},
		"shared memory does not follow":        {zonePayload(`"ram":512`), `{"ram":1024}`, map[string]any{"max_shm_memory": 512.}},
		"shares are capped on create":          {zonePayload(`"cpu_shares":70000`), ``, map[string]any{"cpu_shares": 65535.}},
		"shares are not capped on update":      {zonePayload(""), `{"cpu_shares":70000}`, map[string]any{"cpu_shares": 70000.}},
		"no tmpfs is a value":                  {zonePayload(`"tmpfs":0`), `{"ram":1024}`, map[string]any{tmpfs: 0.}},
		"a swap of exactly 256 meets memory":   {zonePayload(`"ram":128`), `{"ram":1024}`, map[string]any{swap: 1024.}},
		"tmpfs is capped by the memory it has": {zonePayload(`"ram":512`), `{"tmpfs":9999}`, map[string]any{tmpfs: 512.}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			steps := []step{created(test.payload)}
			if test.update != "" {
				steps = append(steps, updated(test.update))
			}
			play(t, steps...).expect(test.want)
		})
	}
}

func TestSection10WhatCannotBeUpdated(t *testing.T) {
	t.Parallel()
	for name, steps := range map[string][]step{
		"plain forms and identities are ignored": {
			updated(`{"nics":[],"tags":{"a":1},"customer_metadata":{},"internal_metadata":{},"routes":{},"brand":"lx","hvm":true,"server_uuid":"x","zonename":"y"}`)},
		"unknown keys are ignored":                   {updated(`{"colour":"red","vcpus":4}`)},
		"what the instance has is waited for":        {timeout(`{"state":"running"}`), timeout(`{"zpool":"zones"}`), timeout(`{"datasets":["x"],"snapshots":[]}`)},
		"no namespaces are waited for":               {timeout(`{"internal_metadata_namespaces":[]}`)},
		"0 for what was not set is waited for":       {timeout(`{"zlog_max_size":0}`), timeout(`{"cpu_cap":0}`)},
		"0 removes what was set":                     {updated(`{"zlog_max_size":5,"cpu_cap":5}`), updated(`{"zlog_max_size":0,"cpu_cap":0}`)},
		"data properties want a delegated dataset":   {timeout(`{"zfs_data_compression":"lz4"}`), timeout(`{"zfs_data_recsize":4096}`), updated(`{"zfs_data_compression":"off"}`)},
		"an indestructible dataset wants to exist":   {timeout(`{"indestructible_delegated":true}`), updated(`{"indestructible_delegated":false}`)},
		"clearing a flag that is not set fails":      {{command: "update @@", stdin: `{"indestructible_zoneroot":false}`, exit: 1, stderr: "*"}},
		"null for memory kills the program":          {{command: "update @@", stdin: `{"max_swap":null}`, exit: 134, stderr: "*"}},
		"a bad compression kills the program":        {{command: "update @@", stdin: `{"zfs_root_compression":"best"}`, exit: 134, stderr: "*"}},
		"bad values are refused":                     {refused(`{"max_swap":255,"quota":"x"}`, "Invalid value(s) for: max_swap,quota")},
		"the same value is no change to wait for":    {updated(`{"alias":"web"}`), updated(`{"alias":"web"}`)},
		"null is refused for booleans and for lists": {refused(`{"autoboot":null,"resolvers":null}`, "Invalid value(s) for: autoboot,resolvers")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, append([]step{created(zonePayload(""))}, steps...)...)
		})
	}
}

func TestSection10TheRestIsAppliedBeforeTheWaitFails(t *testing.T) {
	t.Parallel()
	lab := play(t, created(zonePayload("")), timeout(`{"state":"x","alias":"kept","quota":7,"set_tags":{"a":true}}`))
	lab.expect(map[string]any{"alias": "kept", "quota": 7., "tags": map[string]any{"a": true}})
}

func TestSection5WhatUnsetsAProperty(t *testing.T) {
	t.Parallel()
	lab := play(t,
		created(zonePayload(`"alias":"a","hostname":"h","billing_id":"b","cpu_cap":100,"resolvers":["8.8.8.8"],"do_not_inventory":true,
			"firewall_enabled":true,"zfs_filesystem_limit":5,"zfs_root_recsize":8192,"zfs_root_compression":"lz4","restart_init":false,"tmpfs":128`)),
		updated(`{"alias":null,"hostname":"","billing_id":null,"cpu_cap":null,"resolvers":"","do_not_inventory":"false","firewall_enabled":false,
			"quota":null,"zfs_filesystem_limit":null,"zfs_root_recsize":"","zfs_root_compression":"off","restart_init":true,"tmpfs":null,"max_lwps":""}`))
	lab.expect(map[string]any{"alias": nil, "hostname": nil, "billing_id": nil, "cpu_cap": nil, "resolvers": []any{}, "do_not_inventory": nil,
		"firewall_enabled": false, "quota": 0., "zfs_filesystem_limit": nil, "zfs_root_recsize": 131072., "zfs_root_compression": nil,
		"restart_init": nil, "tmpfs": nil, "max_lwps": nil})
}

func TestSection10ConsolesOfBhyveAreReset(t *testing.T) {
	t.Parallel()
	lab := play(t, created(bhyvePayload(`"com1":"socket,/tmp/a","com2":"socket,/tmp/b"`)))
	lab.expect(map[string]any{"com1": "socket,/tmp/a", "com2": "socket,/tmp/b", "zlog_mode": "g--", "zlog_name": "platform.log"})
	lab.must(`{"com1":"socket,/tmp/c"}`, "update", web0)
	lab.expect(map[string]any{"com1": "socket,/tmp/c", "com2": "socket,/tmp/b"})
	lab.must(`{"alias":"x"}`, "update", web0)
	lab.expect(map[string]any{"com1": "/dev/zconsole", "com2": "socket,/tmp/vm.ttyb"})
}
