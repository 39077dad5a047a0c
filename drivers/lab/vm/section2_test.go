package vm_test

import (
	"testing"
)

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
