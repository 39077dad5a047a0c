package vm

import (
	"fmt"
	"slices"

	"github.com/specadm/specadm/drivers/lab/pool"
	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/zone"
)

// setDatasetProperties sets what a payload says of record sizes, limits, compression and indestructible flags, in the order of an update
// (reference 10.1, step 7). old is the object of the VM, nil on create. What old shows already is not set again.
func (v *vmadm) setDatasetProperties(config *zone.Config, payload, old *js.Object) error {
	root := zonerootOf(config)
	p, err := v.pool(root)
	if err != nil {
		return err
	}
	data := ""
	if slices.Contains(config.Datasets, root+delegatedDataset) {
		data = root + delegatedDataset
	}
	set := datasetSetter{pool: p, payload: payload, old: old}
	set.recordSize(root, "zfs_root_recsize")
	set.limit(root, "zfs_filesystem_limit", filesystemLimitOfZFS)
	set.limit(root, "zfs_snapshot_limit", snapshotLimitOfZFS)
	set.recordSize(data, "zfs_data_recsize")
	set.compression(root, "zfs_root_compression")
	set.dataCompression(data)
	set.indestructible(root, "indestructible_zoneroot")
	set.indestructible(data, "indestructible_delegated")
	return commandFailed(set.err)
}

// datasetSetter sets properties until the first error, which it keeps. Datasets that are empty do not exist and are passed over.
type datasetSetter struct {
	pool         *pool.Pool
	payload, old *js.Object
	err          error
}

func (d *datasetSetter) set(dataset, name, text string) {
	if d.err == nil && dataset != "" {
		d.err = d.pool.Set(dataset, map[string]string{name: text})
	}
}

// changed returns the wanted value when the payload has one that the object does not show.
func (d *datasetSetter) changed(key string) (js.Value, bool) {
	value, given := d.payload.Get(key)
	if !given {
		return nil, false
	}
	now, known := d.old.Get(key)
	return value, !known || value != now
}

func (d *datasetSetter) recordSize(dataset, key string) {
	value, changed := d.changed(key)
	if !changed {
		return
	}
	size, _ := value.(float64)
	if size == 0 {
		size = defaultRecordSize
	}
	d.set(dataset, "recordsize", fmt.Sprintf("%.0f", size))
}

func (d *datasetSetter) limit(dataset, key, name string) {
	value, changed := d.changed(key)
	if !changed {
		return
	}
	text := unlimited
	if number, ok := value.(float64); ok {
		text = fmt.Sprintf("%.0f", number)
	}
	d.set(dataset, name, text)
}

func (d *datasetSetter) compression(dataset, key string) {
	if value, changed := d.changed(key); changed {
		d.set(dataset, "compression", js.ToString(value))
	}
}

// dataCompression sets the compression of the delegated dataset. A payload that only names that of the zoneroot sets this one too, to
// what it is.
func (d *datasetSetter) dataCompression(dataset string) {
	if d.payload.Has("zfs_data_compression") {
		d.compression(dataset, "zfs_data_compression")
		return
	}
	if !d.payload.Has("zfs_root_compression") || d.err != nil || dataset == "" {
		return
	}
	text := d.old.String("zfs_data_compression")
	if text == "" {
		text = uncompressed
	}
	d.set(dataset, "compression", text)
}

// indestructible holds a snapshot, or releases it. Both directions do so whatever the object shows; clearing a flag that is not set fails
// since the holds of a missing snapshot cannot be listed (reference 10.5, derived).
func (d *datasetSetter) indestructible(dataset, key string) {
	value, given := d.payload.Get(key)
	if !given || d.err != nil || dataset == "" || (d.old == nil && value != true) {
		return
	}
	snapshot := dataset + "@" + indestructibleName
	if value == true {
		d.err = makeIndestructible(d.pool, snapshot)
		return
	}
	holds, err := d.pool.Holds(snapshot)
	if err != nil {
		d.err = err
		return
	}
	for _, hold := range holds {
		if d.err = d.pool.Release(hold.Tag, snapshot, false); d.err != nil {
			return
		}
	}
	d.err = d.pool.Destroy(snapshot, pool.DestroyOptions{})
}

func makeIndestructible(p *pool.Pool, snapshot string) error {
	if !p.Exists(snapshot) {
		if err := p.Snapshot(snapshot, false, nil); err != nil {
			return err
		}
	}
	holds, err := p.Holds(snapshot)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(holds, func(hold pool.Hold) bool { return hold.Tag == indestructibleHold }) {
		return nil
	}
	return p.Hold(indestructibleHold, snapshot, false)
}
