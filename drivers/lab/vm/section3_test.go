package vm_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSection3ListAndLookup(t *testing.T) {
	t.Parallel()
	lab := play(t,
		created(zonePayload(`"alias":"Web0","ram":512,"tags":{"role":"web","n":1},"autoboot":false,"nics":[`+nic1+`,{"nic_tag":"external","ips":["dhcp"]}]`)),
		step{command: "create", stdin: strings.Replace(bhyvePayload(twoDisks+`,"alias":"db0"`), web0, other, 1), stderr: "Successfully created VM " + other})
	both := func(first, second string) string { return first + "\n" + second + "\n" }
	lab.play(
		step{command: "list", stdout: "UUID                                  TYPE  RAM      STATE             ALIAS\n" +
			both("@@  OS    512      stopped           Web0", other+"  BHYV  1024     stopped           db0")},
		step{command: "list -H -o alias,tags.role,cpu_cap -s -alias", stdout: both("db0         -                     -", "Web0        web                   -")},
		step{command: "list -H -o alias -s -ram", stdout: both("Web0", "db0")}, // a key that is not shown sorts nothing
		step{command: "list -H -o ram,alias -s -ram", stdout: both("1024     db0", "512      Web0")},
		step{command: "list -p -o alias,autoboot,quota,tags.n,disks.1.size", stdout: both("Web0::10:1:", "db0::1::1024")},
		step{command: "list -p -h -o alias alias=db0", stdout: both("ALIAS", "db0")},
		step{command: "list -o colour", exit: 1, stderr: "invalid order field: colour"},
		step{command: "list -o resolvers.0", exit: 1, stderr: "invalid order field: resolvers.0"},
		step{command: "list -o nics.*.ip", exit: 1, stderr: `Invalid order key: "nics.*.ip"`},
		step{command: "list -s colour", exit: 1, stderr: "invalid sort field: colour"},
		step{command: "list nics.*.ips=x", exit: 1, stderr: `Invalid filter key: "nics.*.ips"`},
		step{command: "lookup nics.*.ips=x", exit: 1, stderr: `Invalid lookup key: "nics.*.ips"`},
		step{command: "lookup type=BHYV", stdout: other + "\n"},
		step{command: "lookup type=BHYVE"},
		step{command: "lookup ram=512", stdout: "@@\n"},
		step{command: "lookup alias=~^w.b", stdout: "@@\n"},
		step{command: "lookup alias"},
		step{command: "lookup alias=db0 alias=Web0", stdout: "@@\n"},
		step{command: "lookup tags.n=1 nics.1.ip=dhcp nics.*.mac=2:8:20:5E:0:1", stdout: "@@\n"},
		step{command: "lookup disks.*.size=1024", stdout: other + "\n"},
		step{command: "lookup -1 state=stopped", exit: 1, stderr: "Requested unique lookup but found 2 results."},
		step{command: "lookup -o alias", exit: 1, stderr: "Cannot specify -o without -j"},
		step{command: "lookup -j alias=none", stdout: "[]\n"},
		step{command: "lookup -j -o nics.0.ip alias=Web0", stdout: "[]\n"})
}

func TestSection3LookupShowsTwoFieldsMoreThanGet(t *testing.T) {
	t.Parallel()
	lab := play(t, created(zonePayload(`"ram":512`)))
	var found []map[string]any
	if err := json.Unmarshal([]byte(lab.must("", "lookup", "-j").stdout), &found); err != nil {
		t.Fatal(err)
	}
	want := lab.get(web0)
	want["type"], want["ram"] = "OS", 512.
	if diff := cmp.Diff([]map[string]any{want}, found); diff != "" {
		t.Errorf("objects (-want +got):\n%s", diff)
	}
}
