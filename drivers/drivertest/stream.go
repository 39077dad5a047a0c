package drivertest

import "os"

// streamCases are about what goes where and with which exit status.
func streamCases() []Case {
	return []Case{
		{"2.1 sentences go to standard error, standard output stays empty", steps{
			create(zone, `{}`).says("Successfully created VM $U").prints(""),
			update(`{"alias": "a"}`).says("Successfully updated VM $U").prints(""),
			vmadm("start $U").says("Successfully started VM $U").prints(""),
			vmadm("stop $U -F").says("Successfully completed stop for VM $U").prints(""),
			vmadm("delete $U").says("Successfully deleted VM $U").prints(""),
		}},
		{"2.1 data go to standard output, nothing to standard error", steps{
			create(zone, `{}`),
			vmadm("get $U").says("").matches(`^\{\n  "`),
			vmadm("list -H -o uuid uuid=$U").says("").prints("$U"),
			vmadm("lookup uuid=$U").says("").prints("$U"),
		}},
		{"2.1 help is usage on standard error and exit 2", steps{
			vmadm("help").exits(2).prints("").mentions("create"),
			vmadm("-h").exits(2).prints("").mentions("create"),
			vmadm("-?").exits(2).prints("").mentions("create"),
		}},
		{"2.1 a broken pipe on standard output makes it exit 0", steps{
			create(zone, `{}`),
			toBrokenPipe("list", "-o", "uuid"),
			toBrokenPipe("lookup", "-j"),
		}},
		{"2.1 list without instances prints the header alone", steps{
			onOwnNode(`{}`),
			vmadm("list").says("").prints("UUID                                  TYPE  RAM      STATE             ALIAS"),
			vmadm("list -p").says("").prints(""),
		}},
	}
}

// toBrokenPipe runs vmadm with a standard output that nobody reads, and expects exit 0.
func toBrokenPipe(args ...string) step {
	return stepFunc(func(s *script) {
		reader, writer, err := os.Pipe()
		if err != nil {
			s.t.Fatal(err)
		}
		if err := reader.Close(); err != nil {
			s.t.Fatal(err)
		}
		got := s.run(run{program: "vmadm", args: args, stdout: writer})
		if err := writer.Close(); err != nil {
			s.t.Fatal(err)
		}
		if got.exit != 0 {
			s.t.Fatalf("vmadm %v into a broken pipe must exit 0, but exits %d: %s", args, got.exit, got.stderr)
		}
	})
}

// argumentCases are about uuids, options and the other names of commands.
func argumentCases() []Case {
	return []Case{
		{"2.2 no command is usage and exit 2", steps{
			vmadm("").exits(2).prints("").mentions("create"),
		}},
		{"2.2 an unknown command is named before the usage", steps{
			vmadm("frobnicate").exits(2).prints("").mentions(`Invalid command: "frobnicate".`),
		}},
		{"2.2 a word that is no uuid is wrong use", steps{
			vmadm("get web0").exits(2).mentions("Invalid or missing UUID for get"),
			vmadm("start web0").exits(2).mentions("Invalid or missing UUID for start"),
			vmadm("delete web0").exits(2).mentions("Invalid or missing UUID for delete"),
			vmadm("update web0 alias=x").exits(2).mentions("Invalid or missing UUID for update"),
		}},
		{"2.2 a missing uuid is wrong use", steps{
			vmadm("stop").exits(2).mentions("Invalid or missing UUID for stop"),
			vmadm("get").exits(2).mentions("Invalid or missing UUID for get"),
		}},
		{"2.2 only the form of a uuid is checked, not its characters", steps{
			vmadm("get zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz").exits(1).
				says("zoneadm: zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz: No such zone configured"),
			vmadm("get zzzzzzzzzzzzz-zzzz-zzzz-zzzz-zzzzzzz").exits(2),
		}},
		{"2.2 unknown options are ignored", steps{
			create(zone, `{}`),
			vmadm("get $U --frobnicate").says(""),
			vmadm("stop $U --force"),
		}},
		{"2.2 -v and -d are accepted everywhere", steps{
			create(zone, `{}`),
			vmadm("get $U -v"),
			vmadm("lookup uuid=$U -d"),
			vmadm("-v -d lookup uuid=$U").prints("$U"),
		}},
		{"2.2 boot, halt, json and destroy are other names", steps{
			create(zone, `{}`),
			vmadm("boot $U").says("Successfully started VM $U"),
			vmadm("halt $U").says("Successfully completed stop for VM $U"),
			vmadm("json $U").printsJSON(`{"uuid": "$U", "state": "stopped"}`),
			vmadm("destroy $U").says("Successfully deleted VM $U"),
		}},
		{"2.2 halt is a plain stop, not a forced one", steps{
			create(zone, `{}`),
			vmadm("halt $U"),
			vmadm("halt $U -F").exits(1),
		}},
	}
}

// payloadCases are about where a payload comes from.
func payloadCases() []Case {
	return []Case{
		{"2.3 a payload comes from a file, from a dash, or from standard input", steps{
			create(zone, `{}`),
			write("$TMP/payload.json", `{"alias": "from-file"}`),
			vmadm("update $U -f $TMP/payload.json"),
			shows(`{"alias": "from-file"}`),
			vmadm("update $U -f -").with(`{"alias": "from-dash"}`),
			shows(`{"alias": "from-dash"}`),
			vmadm("update $U").with(`{"alias": "from-stdin"}`),
			shows(`{"alias": "from-stdin"}`),
		}},
		{"2.3 an absent file", steps{
			create(zone, `{}`),
			vmadm("create -f $TMP/absent.json").exits(1).says("File: $TMP/absent.json does not exist."),
			vmadm("update $U -f $TMP/absent.json").exits(1).says("File: $TMP/absent.json does not exist."),
			vmadm("validate create -f $TMP/absent.json").exits(1).says("File: $TMP/absent.json does not exist."),
		}},
		{"2.3 nobody types a payload", steps{
			create(zone, `{}`),
			vmadm("create").typed().exits(2).mentions("Will not create from stdin when stdin is a tty."),
			vmadm("update $U").typed().exits(2).mentions("Will not update from stdin when stdin is a tty."),
			vmadm("validate create").typed().exits(2).mentions("stdin when stdin is a tty."),
			vmadm("receive").typed().exits(2).mentions("stdin when stdin is a tty."),
			vmadm("reprovision $U").typed().exits(2).mentions("Will not take payload from stdin when stdin is a tty."),
			vmadm("update $U alias=given").typed(),
			shows(`{"alias": "given"}`),
		}},
		{"2.3 what is not JSON", steps{
			create(zone, `{}`),
			vmadm("create").with(`{"brand"`).fails("Invalid JSON payload: "),
			update(`alias=x`).fails("Invalid JSON payload: "),
		}},
		{"2.3 an array is an object whose keys are indexes", steps{
			create(zone, `{"alias": "a"}`),
			update(`[{"alias": "b"}]`),
			shows(`{"alias": "a"}`),
			vmadm("create").with(`[]`).exits(1).says("Missing required properties: image_uuid"),
		}},
		{"2.3 null has no properties to read", steps{
			create(zone, `{}`),
			update(`null`).dies(),
			vmadm("create").with(`null`).dies(),
			vmadm("validate create").with(`null`).dies(),
		}},
		{"2.3 an update with key=value reads neither file nor standard input", steps{
			create(zone, `{}`),
			vmadm("update $U alias=from-args").with(`{"hostname": "from-stdin"}`),
			vmadm("update $U -f $TMP/absent.json package_name=p"),
			shows(`{"alias": "from-args", "hostname": null, "package_name": "p"}`),
		}},
		{"2.3 key= is the empty string and null is a word", steps{
			create(zone, `{"alias": "a", "hostname": "h"}`),
			vmadm("update $U alias= hostname=null"),
			shows(`{"alias": null, "hostname": "null"}`),
		}},
		{"2.3 a value may hold an equals sign", steps{
			create(zone, `{}`),
			vmadm("update $U hostname=a=b"),
			shows(`{"hostname": "a=b"}`),
		}},
		{"2.3 numbers, booleans and lists are converted by type", steps{
			create(zone, `{}`),
			vmadm("update $U quota=20 autoboot=true resolvers=192.0.2.1,192.0.2.2 cpu_cap=33"),
			shows(`{"quota": 20, "autoboot": true, "resolvers": ["192.0.2.1", "192.0.2.2"], "cpu_cap": 33}`),
		}},
	}
}

// sentenceCases are about the words of success and failure.
func sentenceCases() []Case {
	return []Case{
		{"2.4 create with a uuid that exists", steps{
			create(zone, `{}`),
			create(zone, `{}`).exits(1).says("VM with UUID $U already exists"),
		}},
		{"2.4 create names bad values and missing properties", steps{
			create(zone, `{"quota": "many"}`).exits(1).says("Invalid value(s) for: quota"),
			create(base(`{"uuid": "$U", "brand": "joyent"}`), `{}`).exits(1).says("Missing required properties: image_uuid"),
			gone(),
		}},
		{"2.4 update of an unknown instance", steps{
			update(`{"alias": "a"}`).exits(1).says("VM $U not found"),
		}},
		{"2.4 start of a running instance succeeds with a notice", steps{
			create(zone, `{}`),
			vmadm("start $U"),
			vmadm("start $U").says("Unable to start VM $U: VM $U is already 'running'"),
		}},
		{"2.4 start of an unknown instance", steps{
			vmadm("start $U").exits(1).says("Unable to start VM $U: bad statusCode: 404"),
		}},
		{"2.4 stop of a stopped instance succeeds with a notice", steps{
			create(zone, `{}`),
			vmadm("stop $U").says("VM $U is already not 'running' (currently: stopped)"),
		}},
		{"2.4 stop of an unknown instance", steps{
			vmadm("stop $U").exits(1).says("VM $U not found"),
		}},
		{"2.4 stop -F of a stopped instance fails", steps{
			create(zone, `{}`),
			vmadm("stop $U -F").exits(1).says("first of 1 error: VM $U is already not 'running' (currently: stopped)"),
		}},
		{"2.4 stop -F of an unknown instance", steps{
			vmadm("stop $U -F").fails("bad statusCode: 404"),
		}},
		{"2.4 reboot needs a running instance", steps{
			create(zone, `{}`),
			vmadm("reboot $U").fails(`Cannot reboot vm from state "stopped", must be "running"`),
			vmadm("reboot $U -F").fails(`Cannot reset vm from state "stopped", must be "running".`),
		}},
		{"2.4 reboot of an unknown instance", steps{
			vmadm("reboot $U").fails("bad statusCode: 404"),
		}},
		{"2.4 delete of an unknown instance", steps{
			vmadm("delete $U").exits(1).says("Failed to delete VM $U: VM $U not found"),
		}},
		{"2.4 get of an unknown instance", steps{
			vmadm("get $U").exits(1).prints("").says("zoneadm: $U: No such zone configured"),
		}},
		{"2.4 info of an unknown instance", steps{
			vmadm("info $U").fails("Unable to get VM info for VM $U: "),
		}},
		{"2.4 kill echoes the signal as typed", steps{
			create(zone, `{}`),
			vmadm("start $U"),
			vmadm("kill $U").says(`Sent signal "SIGTERM" to init process for VM $U`),
		}},
		{"2.4 kill takes a signal by option", steps{
			create(zone, `{}`),
			vmadm("start $U"),
			vmadm("kill -s SIGHUP $U").says(`Sent signal "SIGHUP" to init process for VM $U`),
			vmadm("kill -s NOSUCH $U").fails(`Unknown signal "NOSUCH"`),
		}},
		{"2.4 kill without a running init", steps{
			create(zone, `{}`),
			vmadm("kill $U").fails("Cannot find running init PID for VM $U"),
		}},
		{"2.4 kill of an unknown instance", steps{
			vmadm("kill $U").fails("bad statusCode: 404"),
		}},
		{"2.4 sysrq on bhyve knows only nmi", steps{
			create(bhyve, `{}`),
			vmadm("start $U"),
			vmadm("sysrq $U nmi").says("Sent NMI to VM $U"),
			vmadm("sysrq $U screenshot").fails(`Unsupported sysrq "screenshot"`),
		}},
		{"2.4 send of an unknown instance", steps{
			vmadm("send $U").into("$TMP/stream").fails("bad statusCode: 404"),
		}},
		{"2.5 start takes known options only", steps{
			create(bhyve, `{}`),
			vmadm("start $U frob=1").exits(2).mentions("Invalid argument to start: frob=1"),
			shows(`{"state": "stopped"}`),
		}},
		{"2.5 start with a cdrom or disk needs a model", steps{
			create(bhyve, `{}`),
			vmadm("start $U cdrom=/x.iso").exits(2),
			vmadm("start $U disk=/x.img").exits(2),
			shows(`{"state": "stopped"}`),
		}},
		{"2.5 start options hold for that boot only", steps{
			create(kvm, `{}`),
			vmadm("start $U order=cd"),
			shows(`{"state": "running", "boot": null}`),
		}},
	}
}
