package drivertest

import "fmt"

// memory expects the five limits that hang together, in MiB. tmpfs is -1 for brands that have none.
func memory(physical, locked, swap, tmpfs, shm int) step {
	wanted := fmt.Sprintf(`"max_physical_memory": %d, "max_locked_memory": %d, "max_swap": %d, "max_shm_memory": %d`, physical, locked, swap, shm)
	if tmpfs < 0 {
		return shows(`{` + wanted + `, "tmpfs": null}`)
	}
	return shows(fmt.Sprintf(`{%s, "tmpfs": %d}`, wanted, tmpfs))
}

// defaultCases are about what create fills in.
func defaultCases() []Case {
	return []Case{
		{"9.1 defaults of OS brands", steps{
			create(zone, `{}`),
			shows(`{"cpu_shares": 100, "zfs_io_priority": 100, "max_lwps": 2000, "max_msg_ids": 4096, "max_sem_ids": 4096, "max_shm_ids": 4096,
				"quota": 10, "limit_priv": "default", "dns_domain": "local", "cpu_cap": null, "zfs_root_recsize": 131072,
				"owner_uuid": "00000000-0000-0000-0000-000000000000", "billing_id": "00000000-0000-0000-0000-000000000000"}`),
			memory(256, 256, 256, 256, 256),
		}},
		{"9.1 defaults of kvm", steps{
			create(kvm, `{"disks": [{"model": "virtio", "size": 64}]}`),
			shows(`{"ram": 256, "vcpus": 1, "quota": 10, "limit_priv": "default,-file_link_any,-net_access,-proc_fork,-proc_info,-proc_session", "disks.0.media": "disk"}`),
			memory(1280, 1280, 1280, -1, 1280),
		}},
		{"9.1 defaults of bhyve", steps{
			create(bhyve, `{}`),
			shows(`{"ram": 256, "vcpus": 1, "quota": 1, "limit_priv": "default,-file_link_any,-net_access,-proc_fork,-proc_info,-proc_session"}`),
			memory(1536, 1536, 1536, -1, 1536),
		}},
		{"9.1 cpu_shares over 65535 become 65535 on create", steps{
			create(zone, `{"cpu_shares": 70000}`),
			shows(`{"cpu_shares": 65535}`),
		}},
		{"9.1 0 in an attribute is not stored", steps{
			create(zone, `{"cpu_cap": 0, "zlog_max_size": 0}`),
			shows(`{"cpu_cap": null, "zlog_max_size": null}`),
			other(create(kvm, `{"vnc_port": 0, "virtio_txburst": 0}`), shows(`{"vnc_port": null, "virtio_txburst": null}`)),
		}},
		{"9.1 limit_priv is stored in the order given", steps{
			create(zone, `{"limit_priv": ["default", "dtrace_user", "dtrace_proc"]}`),
			shows(`{"limit_priv": "default,dtrace_user,dtrace_proc"}`),
		}},
	}
}

// memoryCases are about the arithmetic of the memory limits.
func memoryCases() []Case {
	return []Case{
		// create
		{"9.2 OS: ram is max_physical_memory, and the others follow", steps{
			create(zone, `{"ram": 512}`), memory(512, 512, 512, 512, 512),
		}},
		{"9.2 OS: max_physical_memory wins over ram", steps{
			create(zone, `{"ram": 512, "max_physical_memory": 1024}`), memory(1024, 1024, 1024, 1024, 1024),
		}},
		{"9.2 OS: max_swap never ends below 256", steps{
			create(zone, `{"ram": 64}`), memory(64, 64, 256, 64, 64),
		}},
		{"9.2 OS: max_swap below max_physical_memory is raised", steps{
			create(zone, `{"ram": 512, "max_swap": 300}`), memory(512, 512, 512, 512, 512),
		}},
		{"9.2 OS: a larger max_swap is kept", steps{
			create(zone, `{"ram": 512, "max_swap": 1024}`), memory(512, 512, 1024, 512, 512),
		}},
		{"9.2 OS: max_locked_memory is cut to max_physical_memory", steps{
			create(zone, `{"ram": 512, "max_locked_memory": 9999}`), memory(512, 512, 512, 512, 512),
		}},
		{"9.2 OS: tmpfs is cut to max_physical_memory", steps{
			create(zone, `{"ram": 512, "tmpfs": 600}`), memory(512, 512, 512, 512, 512),
		}},
		{"9.2 OS: a smaller max_locked_memory, tmpfs and max_shm_memory are kept", steps{
			create(zone, `{"ram": 512, "max_locked_memory": 128, "tmpfs": 100, "max_shm_memory": 50}`), memory(512, 128, 512, 100, 50),
		}},
		{"9.2 kvm adds 1024 to ram", steps{
			create(kvm, `{"ram": 2048}`), memory(3072, 3072, 3072, -1, 3072),
		}},
		{"9.2 bhyve adds 1280 to ram", steps{
			create(bhyve, `{"ram": 4096}`), memory(5376, 5376, 5376, -1, 5376),
		}},
		{"9.2 HVM: max_physical_memory is at least ram and 256", steps{
			create(bhyve, `{"ram": 1024, "max_physical_memory": 1024}`), memory(1280, 1280, 1280, -1, 1024),
		}},
		{"9.2 HVM: a sufficient max_physical_memory is kept", steps{
			create(kvm, `{"ram": 1024, "max_physical_memory": 2000}`), memory(2000, 2000, 2000, -1, 2000),
		}},
		{"9.2 HVM: max_locked_memory is at least ram and 256", steps{
			create(kvm, `{"ram": 1024, "max_locked_memory": 100}`), memory(2048, 1280, 2048, -1, 2048),
		}},
		{"9.2 HVM: max_swap below max_physical_memory is raised", steps{
			create(kvm, `{"ram": 1024, "max_swap": 300}`), memory(2048, 2048, 2048, -1, 2048),
		}},
		// update
		{"9.2 OS update: the others keep their distance, tmpfs its ratio", steps{
			create(zone, `{"max_physical_memory": 512, "max_swap": 1024}`),
			update(`{"max_physical_memory": 1024}`), memory(1024, 1024, 1536, 1024, 512),
		}},
		{"9.2 OS update: ram counts as max_physical_memory", steps{
			create(zone, `{"max_physical_memory": 512, "max_swap": 1024}`),
			update(`{"ram": 1024}`), memory(1024, 1024, 1536, 1024, 512),
		}},
		{"9.2 OS update: a max_swap of exactly 256 follows without distance", steps{
			create(zone, `{}`),
			update(`{"max_physical_memory": 512}`), memory(512, 512, 512, 512, 256),
		}},
		{"9.2 OS update: a max_swap of 256 keeps its distance while memory is below 256", steps{
			create(zone, `{"ram": 128}`), memory(128, 128, 256, 128, 128),
			update(`{"ram": 200}`), memory(200, 200, 328, 200, 128),
		}},
		{"9.2 OS update: a max_locked_memory below keeps its distance", steps{
			create(zone, `{"ram": 512, "max_locked_memory": 256}`),
			update(`{"ram": 1024}`), memory(1024, 768, 1024, 1024, 512),
		}},
		{"9.2 OS update: tmpfs keeps its ratio and is rounded", steps{
			create(zone, `{"ram": 300, "tmpfs": 100}`),
			update(`{"ram": 500}`), memory(500, 500, 500, 167, 300),
		}},
		{"9.2 OS update: less memory takes the others down", steps{
			create(zone, `{"ram": 1024, "tmpfs": 256}`),
			update(`{"ram": 512}`), memory(512, 512, 512, 128, 1024),
		}},
		{"9.2 OS update: tmpfs is cut to max_physical_memory", steps{
			create(zone, `{"ram": 512, "tmpfs": 100}`),
			update(`{"tmpfs": 600}`), memory(512, 512, 512, 512, 512),
			update(`{"tmpfs": 200}`), memory(512, 512, 512, 200, 512),
		}},
		{"9.2 OS update: given members are not computed", steps{
			create(zone, `{"ram": 512}`),
			update(`{"ram": 1024, "max_locked_memory": 300, "max_swap": 4096, "tmpfs": 50, "max_shm_memory": 60}`), memory(1024, 300, 4096, 50, 60),
		}},
		{"9.2 OS update: max_swap and max_locked_memory are held between their limits", steps{
			create(zone, `{"ram": 512}`),
			update(`{"max_swap": 300}`), memory(512, 512, 512, 512, 512),
			update(`{"max_locked_memory": 9999}`), memory(512, 512, 512, 512, 512),
			update(`{"max_swap": 100}`), memory(512, 512, 512, 512, 512),
		}},
		{"9.2 OS: a max_swap that is still below 256 after the raise is a bad value", steps{
			create(zone, `{"ram": 64, "max_swap": 100}`).exits(1).says("Invalid value(s) for: max_swap"),
			create(zone, `{"ram": 300, "max_swap": 100}`), memory(300, 300, 300, 300, 300),
			update(`{"ram": 64}`), memory(64, 64, 256, 64, 300),
			update(`{"max_swap": 100}`).exits(1).says("Invalid value(s) for: max_swap"),
			memory(64, 64, 256, 64, 300),
		}},
		{"9.2 OS update: a max_locked_memory that would fall below 0 is a bad value", steps{
			create(zone, `{"ram": 1024, "max_locked_memory": 512}`),
			update(`{"alias": "a", "ram": 256}`).exits(1).says("Invalid value(s) for: max_locked_memory"),
			memory(1024, 512, 1024, 1024, 1024), shows(`{"alias": null}`),
		}},
		{"9.2 OS update: numeric text is a number", steps{
			create(zone, `{"ram": 512}`),
			update(`{"max_physical_memory": "600"}`), memory(600, 600, 600, 600, 512),
		}},
		{"9.2 kvm update: ram resets max_physical_memory to its default", steps{
			create(kvm, `{"ram": 1024, "max_physical_memory": 4096}`),
			update(`{"ram": 1200}`), memory(2224, 2224, 2224, -1, 4096), shows(`{"ram": 1200}`),
		}},
		{"9.2 bhyve update: ram moves the others", steps{
			create(bhyve, `{"ram": 1024}`),
			update(`{"ram": 2048}`), memory(3328, 3328, 3328, -1, 2304), shows(`{"ram": 2048}`),
		}},
		{"9.2 HVM update: ram together with max_physical_memory keeps the latter", steps{
			create(kvm, `{"ram": 1024, "max_physical_memory": 4096}`),
			update(`{"ram": 2048, "max_physical_memory": 4096}`), memory(4096, 4096, 4096, -1, 4096),
		}},
		{"9.2 HVM update: too small a max_physical_memory becomes ram and 256", steps{
			create(kvm, `{"ram": 1024}`),
			update(`{"max_physical_memory": 1100}`), memory(1280, 1280, 1280, -1, 2048),
			other(
				create(bhyve, `{"ram": 1024}`),
				update(`{"max_physical_memory": 512}`), memory(1280, 1280, 1280, -1, 2304),
			),
		}},
		{"9.2 HVM update: max_locked_memory is cut and max_swap raised", steps{
			create(bhyve, `{"ram": 1024}`),
			update(`{"max_locked_memory": 99999}`), memory(2304, 2304, 2304, -1, 2304),
			update(`{"max_swap": 1500}`), memory(2304, 2304, 2304, -1, 2304),
			update(`{"max_swap": 5000}`), memory(2304, 2304, 5000, -1, 2304),
		}},
	}
}
