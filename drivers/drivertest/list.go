package drivertest

import (
	"encoding/json"
	"fmt"
	"strings"
)

// listCases are about the columns of vmadm list.
func listCases() []Case {
	return []Case{
		{"3.1 the default columns have fixed widths", steps{
			create(zone, `{"alias": "web0", "ram": 512}`),
			vmadm("list uuid=$U").prints(
				"UUID                                  TYPE  RAM      STATE             ALIAS",
				"$U  OS    512      stopped           web0"),
		}},
		{"3.1 a missing value prints as a dash", steps{
			create(zone, `{}`),
			vmadm("list -H uuid=$U").prints("$U  OS    256      stopped           -"),
		}},
		{"3.1 the type of bhyve is cut to four characters, and ram is its own", steps{
			create(bhyve, `{"ram": 1024}`),
			vmadm("list -p uuid=$U").prints("$U:BHYV:1024:stopped:"),
		}},
		{"3.1 the types of kvm and lx", steps{
			create(kvm, `{}`),
			vmadm("list -p -o type uuid=$U").prints("KVM"),
			other(create(lx, `{}`), vmadm("list -p -o type uuid=$U").prints("LX")),
		}},
		{"3.1 ram of OS brands is max_physical_memory", steps{
			create(zone, `{"max_physical_memory": 640}`),
			vmadm("list -p -o ram,max_physical_memory uuid=$U").prints("640:640"),
		}},
		{"3.1 false prints as missing, true and 0 as they are", steps{
			create(zone, `{"quota": 0, "firewall_enabled": true}`),
			vmadm("list -p -o autoboot,quota,firewall_enabled,alias uuid=$U").prints(":0:true:"),
			vmadm("list -H -o autoboot,quota,firewall_enabled,alias uuid=$U").prints("-         0      true              -"),
		}},
		{"3.1 values longer than the column are not cut, and line ends are trimmed", steps{
			create(zone, `{"alias": "longer-than-ten"}`),
			vmadm("list -H -o alias,type uuid=$U").prints("longer-than-ten  OS"),
			vmadm("list -H -o type,alias uuid=$U").prints("OS    longer-than-ten"),
		}},
		{"3.1 -p joins with colons and escapes nothing", steps{
			create(zone, `{"nics": [{$NIC1}], "alias": "a:b"}`),
			vmadm("list -p -o alias,nics.0.mac uuid=$U").prints("a:b:$MAC1"),
		}},
		{"3.1 -h prints the header even with -p", steps{
			create(zone, `{}`),
			vmadm("list -p -h -o uuid,state uuid=$U").matches(`(?s)^UUID.*STATE.*\n$U:stopped\n$`),
		}},
		{"3.1 all columns have their header and width", steps{
			headers(`ALIAS 10 alias, AUTOBOOT 8 autoboot, BILLING_ID 36 billing_id, BOOT_TIMESTAMP 24 boot_timestamp, BRAND 14 brand, CPU_CAP 7 cpu_cap,
				CPU_SHARE 9 cpu_shares, CPU_TYPE 8 cpu_type, CREATE_TIMESTAMP 24 create_timestamp, DOMAIN 32 dns_domain, DNI 5 do_not_inventory, DOCKER 6 docker,
				EXIT 4 exit_status, EXIT_TIMESTAMP 24 exit_timestamp, FIREWALL_ENABLED 16 firewall_enabled, FLEX_DISK_SIZE 14 flexible_disk_size,
				FREE_SPACE 14 free_space, HOSTNAME 32 hostname, HVM 5 hvm, IMAGE_UUID 36 image_uuid, INDESTR_DATA 12 indestructible_delegated,
				INDESTR_ROOT 12 indestructible_zoneroot, MAX_LOCKED 10 max_locked_memory, MAX_LWP 7 max_lwps, MAX_PHYS 8 max_physical_memory, MAX_SWAP 8 max_swap,
				OWNER_UUID 36 owner_uuid, PACKAGE_NAME 32 package_name, PACKAGE_VER 11 package_version, PID 6 pid, QEMU_EXTRA_OPTS 15 qemu_extra_opts, QUOTA 5 quota,
				RAM 7 ram, STATE 16 state, TMPFS 5 tmpfs, TYPE 4 type, UUID 36 uuid, VCPUS 5 vcpus, IO_PRIORITY 11 zfs_io_priority, ZONE_STATE 10 zone_state,
				ZONEID 6 zoneid, ZONENAME 12 zonename, ZONEPATH 40 zonepath, ZPOOL 12 zpool`),
		}},
		{"3.1 nested columns are 20 wide", steps{
			create(zone, `{"nics": [{$NIC1}], "tags": {"role": "web"}, "customer_metadata": {"k": "v"}, "internal_metadata": {"i": "j"}, "routes": {"10.9.0.0/16": "nics[0]"}}`),
			vmadm("list -H -o nics.0.ip,tags.role,customer_metadata.k,internal_metadata.i,nics.1.ip uuid=$U").
				matches(`^198\.[0-9.]{1,16} +web {17}  v {19}  j {19}  -\n$`),
		}},
		{"3.1 disks are nested columns too", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "size": 64, "boot": true}, {"model": "nvme", "size": 32}]}`),
			vmadm("list -p -o disks.0.size,disks.0.boot,disks.1.model,disks.1.boot,disks.2.size uuid=$U").prints("64:true:nvme::"),
		}},
		{"3.1 unknown columns and sort keys are refused", steps{
			vmadm("list -o uuid,colour").exits(1).prints("").says("invalid order field: colour"),
			vmadm("list -s colour").exits(1).prints("").says("invalid sort field: colour"),
		}},
		{"3.1 stars and elements of resolvers are no columns", steps{
			vmadm("list -o nics.*.ip").exits(1).says(`Invalid order key: "nics.*.ip"`),
			vmadm("list -o resolvers.0").exits(1).prints(""),
		}},
		{"3.1 numbers sort as numbers", steps{
			create(zone, `{"alias": "large", "ram": 1024}`),
			other(create(zone, `{"alias": "small", "ram": 512}`)),
			vmadm("list -p -o alias,ram -s ram $MINE").prints("small:512", "large:1024"),
			vmadm("list -p -o alias,ram -s -ram $MINE").prints("large:1024", "small:512"),
		}},
		{"3.1 0 and missing values sort last in ascending order", steps{
			create(zone, `{"alias": "none", "quota": 0}`),
			other(create(zone, `{"alias": "some", "quota": 5}`)),
			vmadm("list -p -o alias,quota -s quota $MINE").prints("some:5", "none:0"),
		}},
		{"3.1 the default order is ram, then uuid", steps{
			create(zone, `{"ram": 1024}`),
			other(create(zone, `{"ram": 512}`)),
			vmadm("list -p -o uuid,ram $MINE").prints("$V:512", "$U:1024"),
		}},
		{"3.1 a second sort key decides, each with its own direction", steps{
			create(zone, `{"alias": "a"}`),
			other(create(zone, `{"alias": "b"}`)),
			vmadm("list -p -o alias,ram -s -ram,+alias $MINE").prints("a:256", "b:256"),
			vmadm("list -p -o alias,ram -s ram,-alias $MINE").prints("b:256", "a:256"),
		}},
		{"3.1 strings sort by code unit, missing ones last", steps{
			create(zone, `{"alias": "a"}`),
			other(create(zone, `{"alias": "Z"}`)),
			other(create(bare, `{"brand": "joyent-minimal", "image_uuid": "$IMAGE", "autoboot": false}`)),
			vmadm("list -H -o alias -s alias $MINE").prints("Z", "a", "-"),
		}},
		{"3.1 a sort key that is not a column has no effect", steps{
			create(zone, `{"alias": "a", "ram": 512}`),
			other(create(zone, `{"alias": "b", "ram": 1024}`)),
			sameOutput(vmadm("list -p -o alias -s ram $MINE"), vmadm("list -p -o alias -s -ram $MINE")),
		}},
	}
}

// headers expects the header of vmadm list for columns given as "HEADER WIDTH NAME", separated by commas.
func headers(columns string) step {
	return stepFunc(func(s *script) {
		s.t.Helper()
		var names, header []string
		for column := range strings.SplitSeq(columns, ",") {
			var title, name string
			var width int
			if _, err := fmt.Sscan(column, &title, &width, &name); err != nil {
				s.t.Fatalf("cannot read column %q: %v", column, err)
			}
			names, header = append(names, name), append(header, fmt.Sprintf("%-*s", width, title))
		}
		vmadm("list -o " + strings.Join(names, ",") + " uuid=$U").matches("^" + strings.TrimRight(strings.Join(header, "  "), " ") + "\n").play(s)
	})
}

// sameOutput runs two calls that must print the same.
func sameOutput(one, two call) step {
	return stepFunc(func(s *script) {
		s.t.Helper()
		two.prints(strings.TrimSuffix(string(one.answer(s).stdout), "\n")).play(s)
	})
}

// filterCases are about key=value arguments of list and lookup.
func filterCases() []Case {
	return []Case{
		{"3.2 all filters must match", steps{
			create(zone, `{"alias": "a"}`),
			vmadm("lookup $MINE alias=a brand=joyent-minimal").prints("$U"),
			vmadm("lookup $MINE alias=a brand=joyent").prints(""),
		}},
		{"3.2 values are compared as text, exactly", steps{
			create(zone, `{"alias": "looky", "ram": 512}`),
			vmadm("lookup $MINE ram=512").prints("$U"),
			vmadm("lookup $MINE alias=LOOKY").prints(""),
			vmadm("lookup $MINE alias=look").prints(""),
			vmadm("lookup $MINE alias=looky,other").prints(""),
		}},
		{"3.2 a tilde makes it an unanchored regular expression without case", steps{
			create(zone, `{"alias": "looky"}`),
			vmadm("lookup $MINE alias=~OOK").prints("$U"),
			vmadm("lookup $MINE alias=~^loo").prints("$U"),
			vmadm("lookup $MINE alias=~^ook").prints(""),
		}},
		{"3.2 of a repeated key the last wins", steps{
			create(zone, `{"alias": "a"}`),
			vmadm("lookup $MINE alias=b alias=a").prints("$U"),
			vmadm("lookup $MINE alias=a alias=b").prints(""),
		}},
		{"3.2 a key without a value matches only the empty string", steps{
			create(zone, `{"alias": "a", "tags": {"empty": "", "full": "x"}}`),
			vmadm("lookup $MINE alias").prints(""),
			vmadm("lookup $MINE tags.full").prints(""),
			vmadm("lookup $MINE tags.empty").prints("$U"),
		}},
		{"3.2 members of nics and disks, by index or any", steps{
			create(bhyve, `{"nics": [{$NIC1, "model": "virtio"}], "disks": [{"size": 64, "model": "nvme"}]}`),
			vmadm("lookup $MINE nics.0.ip=$NET.1").prints("$U"),
			vmadm("lookup $MINE nics.1.ip=$NET.1").prints(""),
			vmadm("lookup $MINE nics.*.ip=$NET.1 nics.*.nic_tag=$TAG").prints("$U"),
			vmadm("lookup $MINE disks.*.model=nvme disks.0.size=64").prints("$U"),
		}},
		{"3.2 tags and metadata by key, whatever their type", steps{
			create(zone, `{"tags": {"n": 7, "yes": true}, "customer_metadata": {"c": "d"}, "internal_metadata": {"i": "j"}}`),
			vmadm("lookup $MINE tags.n=7 tags.yes=true customer_metadata.c=d internal_metadata.i=j").prints("$U"),
		}},
		{"3.2 other keys are refused", steps{
			vmadm("list colour=red").exits(1).prints("").says(`Invalid filter key: "colour"`),
			vmadm("lookup colour=red").exits(1).prints("").says(`Invalid lookup key: "colour"`),
			vmadm("lookup nics.*.ips=1").exits(1).says(`Invalid lookup key: "nics.*.ips"`),
			vmadm("lookup disks.0.path=/x").exits(1).says(`Invalid lookup key: "disks.0.path"`),
		}},
		{"3.2 these members of disks and nics are keys", steps{
			vmadm("lookup disks.*.boot=x disks.*.image_name=x disks.0.image_size=x disks.0.image_uuid=x disks.*.size=x disks.*.media=x disks.9.model=x disks.*.zpool=x").prints(""),
			vmadm("lookup nics.*.dhcp_server=x nics.*.gateway=x nics.0.interface=x nics.*.ip=x nics.*.mac=x nics.*.model=x nics.*.netmask=x nics.9.nic_tag=x nics.*.vlan_id=x").prints(""),
			vmadm("list -H disks.*.size=x").prints(""),
		}},
		{"3.2 a MAC is normalised before it is compared", steps{
			create(zone, `{"nics": [{"nic_tag": "$TAG", "mac": "02:08:20:0e:00:0a"}]}`),
			vmadm("lookup $MINE nics.*.mac=2:8:20:E:0:A").prints("$U"),
		}},
		{"3.2 type is compared with its cut form", steps{
			create(bhyve, `{}`),
			vmadm("lookup $MINE type=BHYV").prints("$U"),
			vmadm("lookup $MINE type=BHYVE").prints(""),
		}},
		{"3.2 list filters as lookup does", steps{
			create(zone, `{"alias": "a"}`),
			vmadm("list -H -o uuid $MINE alias=~A state=stopped").prints("$U"),
		}},
	}
}

// lookupCases are about the forms of vmadm lookup and get.
func lookupCases() []Case {
	return []Case{
		{"3.3 no match prints nothing, or an empty array", steps{
			vmadm("lookup uuid=$U").prints("").says(""),
			vmadm("lookup -j uuid=$U").prints("[]").says(""),
		}},
		{"3.3 -j adds type and, for OS brands, ram", steps{
			create(zone, `{"ram": 512}`),
			vmadm("lookup -j $MINE").printsJSON(`[{"uuid": "$U", "type": "OS", "ram": 512, "max_physical_memory": 512}]`),
			shows(`{"type": null, "ram": null}`),
		}},
		{"3.3 -j shows the cut type of bhyve", steps{
			create(bhyve, `{}`),
			vmadm("lookup -j $MINE").printsJSON(`[{"uuid": "$U", "type": "BHYV"}]`),
		}},
		{"3.3 but for these two, -j prints the objects that get prints", steps{
			create(zone, `{"alias": "a", "nics": [{$NIC1}], "tags": {"role": "web"}}`),
			lookupEqualsGet(),
		}},
		{"3.3 -j -o keeps only these members", steps{
			create(zone, `{"alias": "looky"}`),
			vmadm("lookup -j -o alias,ram $MINE").prints("[", "  {", `    "alias": "looky",`, `    "ram": 256`, "  }", "]"),
		}},
		{"3.3 nested names select nothing and empty objects are dropped", steps{
			create(zone, `{"nics": [{$NIC1}]}`),
			vmadm("lookup -j -o nics.0.mac $MINE").prints("[]"),
			vmadm("lookup -j -o alias $MINE").prints("[]"),
		}},
		{"3.3 -o needs -j", steps{
			vmadm("lookup -o alias").exits(1).prints("").says("Cannot specify -o without -j"),
		}},
		{"3.3 -1 needs exactly one", steps{
			vmadm("lookup -1 $MINE").exits(1).prints("").says("Requested unique lookup but found 0 results."),
			create(zone, `{}`),
			vmadm("lookup -1 $MINE").prints("$U"),
			other(create(zone, `{}`)),
			vmadm("lookup -1 $MINE").exits(1).prints("").says("Requested unique lookup but found 2 results."),
		}},
		{"3.4 get indents by two spaces", steps{
			create(zone, `{"nics": [{$NIC1}]}`),
			vmadm("get $U").matches(`(?s)^\{\n  "\w+": .*\n  "nics": \[\n    \{\n      "\w+": .*\n\}\n$`),
		}},
	}
}

// lookupEqualsGet expects lookup -j to print the object of get, with type and ram more.
func lookupEqualsGet() step {
	return stepFunc(func(s *script) {
		s.t.Helper()
		got := vmadm("lookup -j $MINE").answer(s)
		var found []map[string]any
		if err := json.Unmarshal(got.stdout, &found); err != nil || len(found) != 1 {
			s.t.Fatalf("lookup -j must print one object (%v): %s", err, got.stdout)
		}
		delete(found[0], "type")
		delete(found[0], "ram")
		if difference := compare(s.object(), func(path string) any { return found[0][path] }); difference != "" {
			s.t.Fatalf("get (-) and lookup -j (+) differ:\n%s", difference)
		}
	})
}

// infoCases are about vmadm info.
func infoCases() []Case {
	return []Case{
		{"3.5 info needs a running instance", steps{
			create(bhyve, `{}`),
			vmadm("info $U").fails(`Unable to get info for vm from state "stopped", must be "running" or "stopping".`),
		}},
		{"3.5 info shows where VNC listens", steps{
			create(bhyve, `{"disks": [{"size": 64, "model": "virtio", "boot": true}]}`),
			vmadm("start $U"),
			vmadm("info $U vnc").printsJSON(`{"vnc": {"host": "~.", "port": "~^[0-9]+$"}}`),
		}},
	}
}
