package pool

// Type says what a dataset is, in the words of `zfs get type`.
type Type string

// The types of datasets.
const (
	Filesystem Type = "filesystem"
	Volume     Type = "volume"
	Snapshot   Type = "snapshot"
)

// Dataset is a filesystem, volume or snapshot. Its properties are read through the Pool, which knows what they inherit.
type Dataset struct {
	Name string
	Type Type
	// Origin is the snapshot that a clone was made from, else empty.
	Origin string
}
