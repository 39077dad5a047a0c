package vm_test

import (
	"testing"
)

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
