package drivertest

import (
	"fmt"
	"strconv"
	"strings"
)

const mebibyte = 1 << 20

// spaceAddsUp expects the quotas and reservations of a bhyve instance to follow reference 12.4: with Q the quota in GiB, F flexible_disk_size
// in MiB (0 for none), and the names of its volumes. It reads what each volume reserves, since that depends on the pool.
func spaceAddsUp(quotaGiB, flexibleMiB int64, volumes ...string) step {
	return stepFunc(func(s *script) {
		s.t.Helper()
		total := quotaGiB << 30
		if flexibleMiB > 0 {
			total += flexibleMiB * mebibyte
		}
		for _, volume := range volumes {
			got := zfs("get -Hp -o value volsize,refreservation $DS/" + volume).answer(s)
			fields := strings.Fields(string(got.stdout))
			if len(fields) != 2 {
				s.t.Fatalf("zfs get must print two values, not %q", got.stdout)
			}
			size, err1 := strconv.ParseInt(fields[0], 10, 64)
			reserved, err2 := strconv.ParseInt(fields[1], 10, 64)
			if err1 != nil || err2 != nil || reserved <= size {
				s.t.Fatalf("volume %s of %s bytes must reserve more than that, but reserves %s", volume, fields[0], fields[1])
			}
			total += reserved
			if flexibleMiB > 0 {
				total -= size
			}
		}
		dataset("$DS", fmt.Sprintf(`{"refquota": "%d", "quota": "%d", "reservation": "%d", "refreservation": "%d"}`,
			quotaGiB<<30, total, total, quotaGiB<<30-mebibyte)).play(s)
	})
}
