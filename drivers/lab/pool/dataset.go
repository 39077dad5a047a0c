package pool

import (
	"cmp"
	"strings"
)

// Type says what a dataset is, in the words of `zfs get type`.
type Type string

// The types of datasets.
const (
	Filesystem Type = "filesystem"
	Volume     Type = "volume"
	Snapshot   Type = "snapshot"
)

// Dataset is a filesystem, volume or snapshot as it is stored. Callers read it and change it through the Pool only; values of properties
// come from Pool.Property, which knows what is inherited and computed.
type Dataset struct {
	Name string `json:"name"`
	Type Type   `json:"type"`
	// Origin is the snapshot that a clone was made from, else empty.
	Origin string `json:"origin,omitempty"`
	// GUID is kept by send and receive, for snapshots.
	GUID uint64 `json:"guid"`
	// Txg orders creations within the pool.
	Txg int64 `json:"txg"`
	// Created is in seconds since the epoch.
	Created int64 `json:"created"`
	// Local and Received are the properties set here, numbers as digits.
	Local    map[string]string `json:"local,omitempty"`
	Received map[string]string `json:"received,omitempty"`

	// Referenced is what the dataset can reach. Written of it came since the snapshot before (or the origin), so that nothing else
	// shares it. Unique is what only this snapshot still holds. All in bytes.
	Referenced int64 `json:"referenced,omitempty"`
	Written    int64 `json:"written,omitempty"`
	Unique     int64 `json:"unique,omitempty"`
	// Content is the size of the real files when they were last counted; growth since then is not yet in Referenced.
	Content int64 `json:"content,omitempty"`

	// Unmounted is set by zfs unmount.
	Unmounted bool `json:"unmounted,omitempty"`
	// Holds are the user references of a snapshot: tag to seconds since the epoch.
	Holds map[string]int64 `json:"holds,omitempty"`
	// Deferred marks a snapshot that goes with its last hold or clone.
	Deferred bool `json:"deferred,omitempty"`
	// Snapshots are in order of creation.
	Snapshots []*Dataset `json:"snapshots,omitempty"`
}

// SnapshotName is the part behind the @, empty for anything but a snapshot.
func (d *Dataset) SnapshotName() string {
	_, snapshot, _ := splitSnapshot(d.Name)
	return snapshot
}

// latest is the newest snapshot, or nil.
func (d *Dataset) latest() *Dataset {
	if len(d.Snapshots) == 0 {
		return nil
	}
	return d.Snapshots[len(d.Snapshots)-1]
}

// setLocal makes a value local.
func (d *Dataset) setLocal(property, value string) {
	if d.Local == nil {
		d.Local = map[string]string{}
	}
	d.Local[property] = value
}

// compareDatasets is the order of zfs list: by name, a dataset before its snapshots, those by age.
func compareDatasets(a, b *Dataset) int {
	aName, _, aSnapshot := splitSnapshot(a.Name)
	bName, _, bSnapshot := splitSnapshot(b.Name)
	if order := strings.Compare(aName, bName); order != 0 {
		return order
	}
	if aSnapshot && bSnapshot {
		return cmp.Or(cmp.Compare(a.Txg, b.Txg), strings.Compare(a.Name, b.Name))
	}
	if aSnapshot {
		return 1
	}
	if bSnapshot {
		return -1
	}
	return 0
}
