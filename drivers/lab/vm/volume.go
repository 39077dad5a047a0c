package vm

import (
	"fmt"

	"github.com/specadm/specadm/drivers/lab/pool"
	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/property"
)

const (
	mib = 1 << 20
	gib = 1 << 30
	// blockBytes is the volblocksize of a volume without one of its own; pools with raidz of 4 KiB sectors are not pretended.
	blockBytes = 8192
)

// newVolume makes the volume of an added disk below the pool and sets the path of the disk (reference 8.3). used are indexes that the
// VM has already; the chosen one is added.
func (v *vmadm) newVolume(disk *js.Object, name, zpool string, brand property.Brand, used map[int]bool) error {
	if own := disk.String("zpool"); own != "" {
		zpool = own
	}
	p, err := v.pool(zpool)
	if err != nil {
		return commandFailed(err)
	}
	index := 0
	for used[index] {
		index++
	}
	dataset := volumeName(zpool, name, brand, index)
	if disk.Has("image_uuid") {
		err = cloneVolume(p, disk, zpool, dataset)
	} else {
		err = createVolume(p, disk, dataset)
	}
	if err != nil {
		return commandFailed(err)
	}
	used[index] = true
	disk.Set("path", volumePrefix+dataset)
	return nil
}

func createVolume(p *pool.Pool, disk *js.Object, dataset string) error {
	size, _ := disk.Number("size")
	if size <= 0 {
		return pool.NoVolumeSize(dataset)
	}
	options := pool.CreateOptions{VolumeBytes: int64(size) * mib, Properties: map[string]string{}}
	if block, given := disk.Number("block_size"); given {
		options.Properties["volblocksize"] = fmt.Sprintf("%.0f", block)
	}
	if compression := disk.String("compression"); compression != "" {
		options.Properties["compression"] = compression
	}
	if reservation, given := disk.Number("refreservation"); given {
		options.Sparse = true
		options.Properties["refreservation"] = bytesText(reservation)
	}
	return p.Create(dataset, options)
}

// cloneVolume clones the image at its @final, or at the snapshot named after the uuid of the disk if there is no @final.
func cloneVolume(p *pool.Pool, disk *js.Object, zpool, dataset string) error {
	origin := zpool + "/" + disk.String("image_uuid") + "@final"
	if !p.Exists(origin) {
		origin = zpool + "/" + disk.String("image_uuid") + "@" + disk.String("uuid")
	}
	options := pool.CreateOptions{Properties: map[string]string{}}
	if compression := disk.String("compression"); compression != "" {
		options.Properties["compression"] = compression
	}
	if err := p.Clone(origin, dataset, options); err != nil {
		return err
	}
	if size, given := disk.Number("size"); given {
		if err := p.Set(dataset, map[string]string{"volsize": fmt.Sprint(int64(size) * mib)}); err != nil {
			return err
		}
	}
	if reservation, given := disk.Number("refreservation"); given {
		return p.Set(dataset, map[string]string{"refreservation": bytesText(reservation)})
	}
	return reserveVolume(p, dataset)
}

// bytesText turns MiB into the text that zfs set takes; 0 is none.
func bytesText(sizeMiB float64) string {
	if sizeMiB == 0 {
		return "none"
	}
	return fmt.Sprintf("%.0f", sizeMiB*mib)
}

// reserveVolume sets the refreservation "auto" of a volume.
func reserveVolume(p *pool.Pool, dataset string) error {
	volume, err := readVolume(p, dataset)
	if err != nil {
		return err
	}
	reservation := pool.VolumeReservation(volume.size, volume.block)
	if now, err := p.Number(dataset, "refreservation"); err != nil || now == reservation {
		return err
	}
	return p.Set(dataset, map[string]string{"refreservation": fmt.Sprint(reservation)})
}

// destroyVolume destroys a volume with its snapshots, and the snapshot that it was cloned from unless that is an image's @final
// (reference 12.2).
func destroyVolume(p *pool.Pool, dataset string) error {
	d, err := p.Get(dataset)
	if err != nil {
		return err
	}
	if err := p.Destroy(dataset, pool.DestroyOptions{Recursive: true}); err != nil {
		return err
	}
	if d.Origin == "" || isFinal(d.Origin) {
		return nil
	}
	return p.Destroy(d.Origin, pool.DestroyOptions{})
}
