package vm

import (
	"fmt"
	"math"

	"github.com/specadm/specadm/drivers/lab/pool"
)

// bhyveSpace is what the datasets of a bhyve VM may use (reference 12.4).
type bhyveSpace struct {
	// quotaGiB is the room of the zoneroot itself; below 1 counts as 1.
	quotaGiB float64
	// flexibleMiB is flexible_disk_size, valid when flexible is true.
	flexibleMiB float64
	flexible    bool
}

// volumeSize is the size of a volume that is there or about to be, both in bytes.
type volumeSize struct{ size, block int64 }

// total is what the zoneroot and the volumes below it may use together, in bytes. With a flexible size the sizes of the volumes come
// out of it, and only their metadata is added.
func (s bhyveSpace) total(volumes []volumeSize) int64 {
	total := int64(s.room())
	if s.flexible {
		total += int64(s.flexibleMiB * mib)
	}
	for _, volume := range volumes {
		total += pool.VolumeReservation(volume.size, volume.block)
		if s.flexible {
			total -= volume.size
		}
	}
	return total
}

// room is the refquota of the zoneroot, in bytes.
func (s bhyveSpace) room() float64 { return math.Max(1, s.quotaGiB) * gib }

// arrange sets quotas and reservations of the zoneroot for these volumes. What the zoneroot itself keeps is part of the total, so it
// goes down before the total does, and up after it; a reservation never is beyond its quota on the way.
func (s bhyveSpace) arrange(p *pool.Pool, zoneroot string, volumes []volumeSize) error {
	kept, err := p.Number(zoneroot, "refreservation")
	if err != nil {
		return err
	}
	quota := map[string]string{"refquota": fmt.Sprintf("%.0f", s.room())}
	reservation := map[string]string{"refreservation": fmt.Sprintf("%.0f", s.room()-mib)}
	own := []map[string]string{quota, reservation}
	shrinks := float64(kept) > s.room()-mib
	if shrinks {
		own = []map[string]string{reservation, quota}
	} else if err := setTotal(p, zoneroot, s.total(volumes)); err != nil {
		return err
	}
	for _, settings := range own {
		if err := p.Set(zoneroot, settings); err != nil {
			return err
		}
	}
	if shrinks {
		return setTotal(p, zoneroot, s.total(volumes))
	}
	return nil
}

// readVolume reads the size of an existing volume.
func readVolume(p *pool.Pool, dataset string) (volumeSize, error) {
	size, err := p.Number(dataset, "volsize")
	if err != nil {
		return volumeSize{}, err
	}
	block, err := p.Number(dataset, "volblocksize")
	return volumeSize{size: size, block: block}, err
}

// setTotal sets quota and reservation to one value, in the order in which neither is ever beyond the other.
func setTotal(p *pool.Pool, zoneroot string, total int64) error {
	quota, err := p.Number(zoneroot, "quota")
	if err != nil {
		return err
	}
	order := []string{"quota", "reservation"}
	if quota > total {
		order = []string{"reservation", "quota"}
	}
	for _, name := range order {
		if err := p.Set(zoneroot, map[string]string{name: fmt.Sprint(total)}); err != nil {
			return err
		}
	}
	return nil
}
