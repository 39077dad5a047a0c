package vm

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/specadm/specadm/drivers/lab/pool"
	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/property"
	"github.com/specadm/specadm/drivers/lab/vm/zone"
)

const (
	snapshotPrefix        = "vmsnap-"
	indestructibleName    = "indestructible"
	indestructibleHold    = "do_not_destroy"
	timeForm              = "2006-01-02T15:04:05.000Z"
	defaultZpool          = "zones"
	delegatedDataset      = "/data"
	defaultRecordSize     = 131072
	unlimited             = "none"
	uncompressed          = "off"
	filesystemLimitOfZFS  = "filesystem_limit"
	snapshotLimitOfZFS    = "snapshot_limit"
	noLimitValue          = int64(math.MaxInt64)
	unsignedNoLimit       = "18446744073709551615"
	createTimestampMember = "create_timestamp"
)

// zonerootOf is the dataset that is mounted at the zonepath.
func zonerootOf(config *zone.Config) string { return strings.TrimPrefix(config.Path, "/") }

// readDatasets adds what the pool knows: quota, record size, compression, limits, indestructible flags, snapshots, and the volumes of
// the disks (reference 18). A zone that is only configured shows none of its own.
func (r *reader) readDatasets(object *js.Object, config *zone.Config, brand property.Brand, state zone.State) error {
	object.Set("snapshots", []js.Value{})
	if brand.Machine {
		if err := r.readVolumes(object); err != nil {
			return err
		}
	}
	if state == zone.Configured {
		return nil
	}
	p, root, err := r.zoneroot(config)
	if err != nil || p == nil {
		return err // a zone without a dataset shows no fields of one
	}
	quota := "quota"
	if brand.ID == property.Bhyve {
		quota = "refquota"
	}
	z := zfsFields{pool: p, dataset: root, object: object}
	z.number("quota", quota, gib)
	z.number("zfs_root_recsize", "recordsize", 1)
	z.compression("zfs_root_compression")
	z.limit("zfs_filesystem_limit", filesystemLimitOfZFS)
	z.limit("zfs_snapshot_limit", snapshotLimitOfZFS)
	z.indestructible("indestructible_zoneroot")
	object.Set("zfs_filesystem", root)
	object.Set("zpool", p.Name)
	if !object.Has(createTimestampMember) {
		z.created()
	}
	z.snapshots()
	if err := z.delegated(root + delegatedDataset); err != nil {
		return err
	}
	if _, flexible := object.Number("flexible_disk_size"); flexible {
		z.freeSpace(object.Objects("disks"))
	}
	return z.err
}

// zoneroot finds the dataset that is mounted at the zonepath, whatever its name; a nil pool stands for none (reference 18).
func (r *reader) zoneroot(config *zone.Config) (*pool.Pool, string, error) {
	usual := zonerootOf(config)
	if p, err := r.node.Pool(usual); err == nil && p.Exists(usual) && mountpoint(p, usual) == config.Path {
		return p, usual, nil
	}
	for _, zpool := range r.node.PoolNames() {
		p, err := r.node.Pool(zpool)
		if err != nil {
			return nil, "", err
		}
		all, err := p.List(pool.ListOptions{Types: []pool.Type{pool.Filesystem}})
		if err != nil {
			return nil, "", err
		}
		for _, dataset := range all {
			if mountpoint(p, dataset.Name) == config.Path {
				return p, dataset.Name, nil
			}
		}
	}
	return nil, "", nil
}

// mountpoint is where a dataset counts as mounted: legacy is the path of its name, and what is delegated is mounted nowhere.
func mountpoint(p *pool.Pool, dataset string) string {
	if zoned, err := p.Property(dataset, "zoned"); err != nil || zoned.Text == "on" || strings.HasSuffix(dataset, delegatedDataset) {
		return ""
	}
	value, err := p.Property(dataset, "mountpoint")
	if err == nil && value.Text == "legacy" {
		return "/" + dataset
	}
	return value.Text
}

// readMissing lists what a VM that is being received still waits for (reference 6.1).
func (r *reader) readMissing(object *js.Object, config *zone.Config) {
	absent := func(names []string) []js.Value {
		missing := []js.Value{}
		for _, name := range names {
			if p, err := r.node.Pool(name); err != nil || !p.Exists(name) {
				missing = append(missing, name)
			}
		}
		return missing
	}
	var disks []string
	for _, disk := range object.Objects("disks") {
		if dataset := volumeOf(disk.String("path")); dataset != "" {
			disks = append(disks, dataset)
		}
	}
	object.Set("missing", js.NewObject(
		js.Pair{Key: "datasets", Value: absent(config.Datasets)},
		js.Pair{Key: "disks", Value: absent(disks)},
		js.Pair{Key: "filesystems", Value: absent([]string{zonerootOf(config)})}))
}

// zfsFields reads fields of one dataset into an object; the first error stays.
type zfsFields struct {
	pool    *pool.Pool
	dataset string
	object  *js.Object
	err     error
}

func (z *zfsFields) property(name string) string {
	value, err := z.pool.Property(z.dataset, name)
	if err != nil && z.err == nil {
		z.err = err
	}
	return value.Text
}

// number sets a field to a property in another unit; none is 0.
func (z *zfsFields) number(field, name string, unit float64) {
	number, err := z.pool.Number(z.dataset, name)
	if err != nil && z.err == nil {
		z.err = err
	}
	z.object.Set(field, float64(number)/unit)
}

func (z *zfsFields) compression(field string) {
	if text := z.property("compression"); text != uncompressed {
		z.object.Set(field, text)
	}
}

func (z *zfsFields) limit(field, name string) {
	switch text := z.property(name); text {
	case unlimited, unsignedNoLimit, "-", "":
	default:
		z.object.Set(field, js.ToNumber(text))
	}
}

func (z *zfsFields) created() {
	seconds, err := z.pool.Number(z.dataset, "creation")
	if err != nil && z.err == nil {
		z.err = err
	}
	z.object.Set(createTimestampMember, time.Unix(seconds, 0).UTC().Format(timeForm))
}

// indestructible sets a flag when the snapshot of that name is held.
func (z *zfsFields) indestructible(field string) {
	if held(z.pool, z.dataset) {
		z.object.Set(field, true)
	}
}

// held tells whether a dataset has the snapshot that makes it indestructible.
func held(p *pool.Pool, dataset string) bool {
	snapshot := dataset + "@" + indestructibleName
	if !p.Exists(snapshot) {
		return false
	}
	holds, err := p.Holds(snapshot)
	return err == nil && len(holds) > 0
}

// snapshots lists the snapshots that vmadm made, newest first.
func (z *zfsFields) snapshots() {
	list, err := z.pool.List(pool.ListOptions{Names: []string{z.dataset}, Types: []pool.Type{pool.Snapshot}, Recursive: true, Depth: 1})
	if err != nil {
		z.err = err
		return
	}
	snapshots := []js.Value{}
	for _, snapshot := range list {
		name, ours := strings.CutPrefix(snapshot.Name, z.dataset+"@"+snapshotPrefix)
		if !ours {
			continue
		}
		written, err := z.pool.Number(snapshot.Name, "written")
		if err != nil {
			z.err = err
			return
		}
		created, err := z.pool.Number(snapshot.Name, "creation")
		if err != nil {
			z.err = err
			return
		}
		snapshots = append(snapshots, js.NewObject(
			js.Pair{Key: "name", Value: name},
			js.Pair{Key: "size", Value: float64(written) / mib},
			js.Pair{Key: "created_at", Value: time.Unix(created, 0).UTC().Format(timeForm)}))
	}
	slices.Reverse(snapshots)
	z.object.Set("snapshots", snapshots)
}

// delegated adds the fields of the delegated dataset when there is one.
func (z *zfsFields) delegated(dataset string) error {
	if !z.pool.Exists(dataset) || !slices.Contains(z.object.Array("datasets"), js.Value(dataset)) {
		return z.err
	}
	data := zfsFields{pool: z.pool, dataset: dataset, object: z.object}
	data.compression("zfs_data_compression")
	data.number("zfs_data_recsize", "recordsize", 1)
	data.indestructible("indestructible_delegated")
	return data.err
}

// freeSpace is what flexible_disk_size leaves: without the sizes of the volumes and without what their snapshots hold (reference 12.4).
func (z *zfsFields) freeSpace(disks []*js.Object) {
	flexible, _ := z.object.Number("flexible_disk_size")
	free := flexible * mib
	for _, disk := range disks {
		dataset := disk.String("zfs_filesystem")
		if dataset == "" || !z.pool.Exists(dataset) {
			continue
		}
		for _, name := range []string{"volsize", "usedbysnapshots"} {
			used, err := z.pool.Number(dataset, name)
			if err != nil {
				z.err = err
				return
			}
			free -= float64(used)
		}
	}
	z.object.Set("free_space", math.Floor(free/mib))
}

// readVolumes adds to each disk the fields of its volume, or missing when there is none (reference 6.4).
func (r *reader) readVolumes(object *js.Object) error {
	for _, disk := range object.Objects("disks") {
		dataset := volumeOf(disk.String("path"))
		p, err := r.node.Pool(dataset)
		if dataset == "" || err != nil || !p.Exists(dataset) {
			disk.Set("missing", true)
			continue
		}
		z := zfsFields{pool: p, dataset: dataset, object: disk}
		disk.Set("zfs_filesystem", dataset)
		disk.Set("zpool", p.Name)
		z.number("size", "volsize", mib)
		disk.Set("compression", z.property("compression"))
		z.number("refreservation", "refreservation", mib)
		if reservation, _ := disk.Number("refreservation"); z.err == nil {
			disk.Set("refreservation", math.Ceil(reservation))
		}
		z.number("block_size", "volblocksize", 1)
		if z.err != nil {
			return z.err
		}
	}
	return nil
}
