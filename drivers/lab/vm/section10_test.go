package vm_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

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
		"bad values are refused":                     {refused(`{"cpu_shares":-1,"quota":"x"}`, "Invalid value(s) for: cpu_shares,quota")},
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

func TestSection10ConsolesOfBhyveAreReset(t *testing.T) {
	t.Parallel()
	lab := play(t, created(bhyvePayload(`"com1":"socket,/tmp/a","com2":"socket,/tmp/b"`)))
	lab.expect(map[string]any{"com1": "socket,/tmp/a", "com2": "socket,/tmp/b", "zlog_mode": "g--", "zlog_name": "platform.log"})
	lab.must(`{"com1":"socket,/tmp/c"}`, "update", web0)
	lab.expect(map[string]any{"com1": "socket,/tmp/c", "com2": "socket,/tmp/b"})
	lab.must(`{"alias":"x"}`, "update", web0)
	lab.expect(map[string]any{"com1": "/dev/zconsole", "com2": "socket,/tmp/vm.ttyb"})
}

func TestSection10IndestructibleFlagsAreHolds(t *testing.T) {
	t.Parallel()
	lab := play(t, created(zonePayload(`"delegate_dataset":true,"indestructible_delegated":true`)),
		updated(`{"indestructible_zoneroot":true}`), updated(`{"indestructible_zoneroot":true}`))
	lab.expect(map[string]any{"indestructible_zoneroot": true, "indestructible_delegated": true})
	want := []string{"zones/" + web0 + "@indestructible", "zones/" + web0 + "/data@indestructible"}
	if diff := cmp.Diff(want, lab.datasets("@indestructible")); diff != "" {
		t.Errorf("snapshots (-want +got):\n%s", diff)
	}
	lab.play(updated(`{"indestructible_zoneroot":false,"indestructible_delegated":false}`))
	lab.expect(map[string]any{"indestructible_zoneroot": nil, "indestructible_delegated": nil})
	if left := lab.datasets("@indestructible"); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
