package vm_test

import (
	"testing"
)

func TestSection5WhatUnsetsAProperty(t *testing.T) {
	t.Parallel()
	lab := play(t,
		created(zonePayload(`"alias":"a","hostname":"h","billing_id":"b","cpu_cap":100,"resolvers":["8.8.8.8"],"do_not_inventory":true,
			"firewall_enabled":true,"zfs_filesystem_limit":5,"zfs_root_recsize":8192,"zfs_root_compression":"lz4","restart_init":false,"tmpfs":128`)),
		updated(`{"vnc_password":null}`), // no property of a zone: dropped, where a virtual machine's update crashes
		updated(`{"alias":null,"hostname":"","billing_id":null,"cpu_cap":null,"resolvers":"","do_not_inventory":"false","firewall_enabled":false,
			"quota":null,"zfs_filesystem_limit":null,"zfs_root_recsize":"","zfs_root_compression":"off","restart_init":true,"tmpfs":null,"max_lwps":""}`))
	lab.expect(map[string]any{"alias": nil, "hostname": nil, "billing_id": nil, "cpu_cap": nil, "resolvers": []any{}, "do_not_inventory": nil,
		"firewall_enabled": false, "quota": 0., "zfs_filesystem_limit": nil, "zfs_root_recsize": 131072., "zfs_root_compression": nil,
		"restart_init": nil, "tmpfs": nil, "max_lwps": nil})
}
