package node

import (
	"errors"
	"path/filepath"
	"time"

	"github.com/specadm/specadm/drivers/lab/pool"
)

var errUnwritten = errors.New("not written yet")

// Node is an open lab. It holds the lock of the lab from Open to Close, except between Unlock and Relock.
type Node struct {
	dir string
}

// Open waits for the lock of the lab in dir and opens it.
func Open(dir string) (*Node, error) { return nil, errUnwritten }

// Dir is the directory of the lab.
func (n *Node) Dir() string { return n.dir }

// Path is the real path of a path on the node: "/etc/zones/U.json" is DIR/etc/zones/U.json, "/dev/zvol/rdsk/zones/x" is a volume's file,
// and what lies below the mountpoint of a pool's root (/zones/U/config) is in DIR/pools.
func (n *Node) Path(path string) string { return filepath.Join(n.dir, path) }

// Save writes all that was changed through this Node and not yet written: settings, pools, images.
func (n *Node) Save() error { return errUnwritten }

// Unlock saves and gives up the lock, for a program that waits, sleeps or streams.
func (n *Node) Unlock() error { return errUnwritten }

// Relock takes the lock again and forgets all that was read before. Pools, datasets and images got earlier are stale.
func (n *Node) Relock() error { return errUnwritten }

// Close gives up the lock without saving.
func (n *Node) Close() error { return errUnwritten }

// Now is the time on the node.
func (n *Node) Now() time.Time { return time.Now() }

// Settings are the settings of the lab. Call SettingsChanged after changing them.
func (n *Node) Settings() *Settings { return nil }

// SettingsChanged makes Save write the settings.
func (n *Node) SettingsChanged() {}

// PoolNames lists the pools, the first one being the pool of the system (sysinfo Zpool).
func (n *Node) PoolNames() []string { return nil }

// Pool opens a pool by name, or by the name of a dataset in it. An unknown one is a *pool.Error.
func (n *Node) Pool(name string) (*pool.Pool, error) { return nil, errUnwritten }

// Checkpoint marks a point between two steps of a program, where a scripted fault may fail the step (the error, to be reported as if the
// next step had failed with it), kill the process with what is done so far saved, hang it, or change something behind its back. Names are
// "PROGRAM VERB: STEP" free text chosen by the program, such as "set quota"; without such a fault it is nil at once.
func (n *Node) Checkpoint(name string) error { return nil }

// WriteFile writes a file of the node (a path as for Path) atomically, making its directory.
func (n *Node) WriteFile(path string, data []byte) error { return errUnwritten }

// ReadFile reads a file of the node; an absent one is an fs.ErrNotExist.
func (n *Node) ReadFile(path string) ([]byte, error) { return nil, errUnwritten }

// RemoveFile removes a file of the node; an absent one is no error.
func (n *Node) RemoveFile(path string) error { return errUnwritten }
