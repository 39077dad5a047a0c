package pool

import (
	"errors"
	"io"
	"time"
)

var errUnwritten = errors.New("not written yet")

// Pool is one zpool of a lab with all of its datasets.
//
// Names are full dataset names ("zones/U/disk0", "zones/U@final"). Every method checks everything before it changes anything; an error is
// an *Error whose text is the sentence that zfs itself would print. A changed pool reaches the disk with Save.
type Pool struct {
	Name string
}

// Open reads the pool of this name of the lab in dir.
func Open(dir, name string) (*Pool, error) { return nil, errUnwritten }

// New makes an empty pool of size bytes with its root dataset, in memory; Save writes it.
func New(dir, name string, size int64) (*Pool, error) { return nil, errUnwritten }

// Save writes the pool when it was changed.
func (p *Pool) Save() error { return errUnwritten }

// Now is the clock that creation times and holds are taken from; nil means time.Now.
func (p *Pool) SetClock(now func() time.Time) {}

// Exists tells whether there is a dataset or snapshot of this name.
func (p *Pool) Exists(name string) bool { return false }

// Get returns the dataset or snapshot of this name.
func (p *Pool) Get(name string) (*Dataset, error) { return nil, errUnwritten }

// Property returns the value of a property as `zfs get -p` prints it, with its source. User properties (a:b) that are set nowhere have
// the value "-".
func (p *Pool) Property(name, property string) (Value, error) { return Value{}, errUnwritten }

// Number returns a numeric property, 0 for "none", "-" and an unset one.
func (p *Pool) Number(name, property string) (int64, error) { return 0, errUnwritten }

// Set sets properties ("quota" to "20G" or "21474836480") of a dataset as one zfs set does.
func (p *Pool) Set(name string, properties map[string]string) error { return errUnwritten }

// Inherit removes the local value of a property, with received also going back to the received value (zfs inherit -S).
func (p *Pool) Inherit(name, property string, received bool) error { return errUnwritten }

// CreateOptions are the options of zfs create and zfs clone.
type CreateOptions struct {
	// VolumeBytes above 0 makes a volume of this size.
	VolumeBytes int64
	// Sparse leaves out the refreservation of a volume (-s).
	Sparse bool
	// Parents creates missing ancestors and makes an existing dataset a success (-p).
	Parents bool
	// Properties are local from the start; volblocksize belongs here too.
	Properties map[string]string
}

// Create makes a filesystem, or a volume when o.VolumeBytes is set.
func (p *Pool) Create(name string, o CreateOptions) error { return errUnwritten }

// Clone makes a dataset from a snapshot; it carries the files of the snapshot. VolumeBytes and Sparse are not used.
func (p *Pool) Clone(snapshot, name string, o CreateOptions) error { return errUnwritten }

// DestroyOptions are the options of zfs destroy.
type DestroyOptions struct {
	Recursive bool // -r: children and snapshots
	Clones    bool // -R: also clones, wherever they are
	Defer     bool // -d: a snapshot with holds or clones goes when the last of them does
}

// Destroy removes a dataset or snapshot and its files.
func (p *Pool) Destroy(name string, o DestroyOptions) error { return errUnwritten }

// Snapshot takes a snapshot named DATASET@SNAPSHOT, recursively also of all descendants.
func (p *Pool) Snapshot(name string, recursive bool) error { return errUnwritten }

// RollbackOptions are the options of zfs rollback.
type RollbackOptions struct {
	Recent bool // -r: destroy the snapshots that are newer
	Clones bool // -R: destroy their clones too
}

// Rollback puts a dataset back to one of its snapshots.
func (p *Pool) Rollback(snapshot string, o RollbackOptions) error { return errUnwritten }

// RenameOptions are the options of zfs rename.
type RenameOptions struct {
	Parents   bool // -p
	Recursive bool // -r: a snapshot, in all descendants
}

// Rename renames a dataset with its descendants, or a snapshot.
func (p *Pool) Rename(from, to string, o RenameOptions) error { return errUnwritten }

// Promote turns a clone and its origin around.
func (p *Pool) Promote(name string) error { return errUnwritten }

// Hold puts a hold on a snapshot.
func (p *Pool) Hold(tag, snapshot string, recursive bool) error { return errUnwritten }

// Release removes a hold.
func (p *Pool) Release(tag, snapshot string, recursive bool) error { return errUnwritten }

// Hold is one user reference on a snapshot.
type Hold struct {
	Tag string
	At  time.Time
}

// Holds lists the holds of a snapshot by tag.
func (p *Pool) Holds(snapshot string) ([]Hold, error) { return nil, errUnwritten }

// ListOptions say which datasets List returns.
type ListOptions struct {
	// Names to start from; none means the whole pool.
	Names []string
	// Types to return; none means filesystems and volumes.
	Types []Type
	// Recursive goes below Names, to Depth levels, 0 meaning all.
	Recursive bool
	Depth     int
}

// List returns datasets, each before its descendants, in order of names; snapshots after their dataset in order of creation.
func (p *Pool) List(o ListOptions) ([]*Dataset, error) { return nil, errUnwritten }

// Path is the real directory of a filesystem, or the real file of a volume.
func (p *Pool) Path(name string) (string, error) { return "", errUnwritten }

// Write accounts for bytes that a guest wrote into a dataset. It fails where a quota leaves no room, as the write would.
func (p *Pool) Write(name string, bytes int64) error { return errUnwritten }

// SendOptions are the options of zfs send.
type SendOptions struct {
	Replicate    bool   // -R: all descendants and their snapshots, with properties
	Properties   bool   // -p
	From         string // -i or -I: snapshot to start from
	Intermediate bool   // -I: with all snapshots between
}

// Send collects a stream of a snapshot. The stream can be written after the lab is unlocked.
func (p *Pool) Send(snapshot string, o SendOptions) (*Stream, error) { return nil, errUnwritten }

// Stream is what Send collected, or what ReadStream read.
type Stream struct{}

// WriteTo writes the stream.
func (s *Stream) WriteTo(w io.Writer) (int64, error) { return 0, errUnwritten }

// ReadStream reads a stream to its end; a truncated one is an error.
func ReadStream(r io.Reader) (*Stream, error) { return nil, errUnwritten }

// ReceiveOptions are the options of zfs receive.
type ReceiveOptions struct {
	Force    bool // -F: roll back first, destroy what is in the way
	DropPool bool // -d: name from the stream without its pool, below the target
	LastOnly bool // -e: only the last element of the name, below the target
	DryRun   bool // -n
}

// Receive makes the datasets and snapshots of a stream and returns their names.
func (p *Pool) Receive(target string, s *Stream, o ReceiveOptions) ([]string, error) {
	return nil, errUnwritten
}

// VolumeReservation is the refreservation that "auto" stands for: the size of a volume and its worst case of metadata, in bytes
// (reference 12.4).
func VolumeReservation(volumeBytes, blockBytes int64) int64 {
	blocks, indirect := volumeBytes/blockBytes, int64(7)
	for blocks > 1 {
		blocks = (blocks + 1023) / 1024
		indirect += blocks
	}
	return volumeBytes + indirect*2*131072
}
