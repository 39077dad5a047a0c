package drivertest

// attribute writes an attribute into the zone configuration of $U, where vmadm keeps what a property is made of.
func attribute(name, value string) step {
	return stepFunc(func(s *script) {
		s.t.Helper()
		write("$TMP/attribute", "add attr\nset name="+name+"\nset type=string\nset value=\""+value+"\"\nend\n").play(s)
		zonecfg("-z $U -f $TMP/attribute").play(s)
	})
}

// failed turns $U into an instance whose provisioning failed.
func failed() step { return attribute("failed", "provisioning") }

// stateCases are about how the state comes about and what each allows.
func stateCases() []Case {
	return []Case{
		{"7 an installed zone is stopped", steps{
			create(zone, `{}`),
			shows(`{"state": "stopped", "zone_state": "installed"}`),
		}},
		{"7 a running zone is running", steps{
			create(zone, `{"autoboot": true}`),
			shows(`{"state": "running", "zone_state": "running"}`),
		}},
		{"7 a zone that is ready is neither running nor stopped, and only force halts it", steps{
			create(zone, `{}`),
			zoneadm("-z $U ready"),
			shows(`{"state": "ready", "zone_state": "ready", "pid": null, "boot_timestamp": null}`),
			vmadm("start $U").exits(1).says(`Unable to start VM $U: Cannot start vm from state "ready", must be "stopped".`),
			vmadm("stop $U").says(`VM $U is already not 'running' (currently: ready)`),
			vmadm("kill $U").fails("Cannot find running init PID for VM $U"),
			vmadm("stop $U -F").says("Successfully completed stop for VM $U"),
			shows(`{"state": "stopped", "zone_state": "installed"}`),
		}},
		{"7 the failed attribute decides, whatever the zone does", steps{
			create(zone, `{}`),
			failed(),
			shows(`{"state": "failed", "zone_state": "installed", "failed": "provisioning"}`),
		}},
		{"7 a running zone with the failed attribute is failed", steps{
			create(zone, `{"autoboot": true}`),
			failed(),
			shows(`{"state": "failed", "zone_state": "running"}`),
		}},
		{"7 a transition shows where it comes from, goes to, and when it expires", steps{
			create(kvm, `{}`),
			attribute("transition", "stopping:stopped:4102444800000"),
			shows(`{"state": "stopping", "transition_to": "stopped", "transition_expire": 4102444800000, "zone_state": "installed"}`),
		}},
		{"7 a stopped zone with the provisioning mark is provisioning", steps{
			create(zone, `{}`),
			attribute("provisioning", "true"),
			shows(`{"state": "provisioning", "zone_state": "installed", "provisioning": true}`),
		}},
		{"7 a failed instance can be neither started, stopped nor rebooted, only deleted", steps{
			create(zone, `{}`),
			failed(),
			vmadm("start $U").exits(1).says(`Unable to start VM $U: Cannot start vm from state "failed", must be "stopped".`),
			vmadm("reboot $U").fails(`Cannot reboot vm from state "failed", must be "running"`),
			vmadm("delete $U").says("Successfully deleted VM $U"),
			gone(),
		}},
		{"7 a failed instance is found by its state", steps{
			create(zone, `{}`),
			failed(),
			vmadm("list -p -o state,zone_state $MINE").prints("failed:installed"),
			vmadm("lookup $MINE state=failed").prints("$U"),
		}},
		{"7 an instance in provisioning may be started when it is installed", steps{
			create(zone, `{}`),
			attribute("provisioning", "true"),
			vmadm("start $U").says("Successfully started VM $U"),
			shows(`{"state": "running"}`),
		}},
		{"7 an instance whose zone is only configured has no dataset and can be deleted", steps{
			create(zone, `{}`),
			zonecfg("-z $U export").into("$TMP/zone.cfg"),
			vmadm("delete $U"),
			zonecfg("-z $U -f $TMP/zone.cfg"),
			shows(`{"state": "configured", "zone_state": "configured", "quota": null, "zfs_filesystem": null, "zfs_root_recsize": null}`),
			vmadm("start $U").fails(`Cannot start vm from state "configured", must be "stopped".`),
			vmadm("delete $U"),
			gone(),
		}},
	}
}
