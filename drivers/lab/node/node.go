package node

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/specadm/specadm/drivers/lab/pool"
)

// Node is an open lab. It holds the lock of the lab from Open to Close, except between Unlock and Relock. It is not safe for concurrent
// use.
type Node struct {
	dir        string
	lock       *os.File
	settings   Settings
	changed    bool // the settings
	pools      map[string]*pool.Pool
	checkpoint func(name string) error
	remembered string
}

// Open waits for the lock of the lab in dir and opens it. A directory without a lab in it is an error that wraps fs.ErrNotExist.
func Open(dir string) (*Node, error) {
	n := &Node{dir: dir}
	if err := n.Relock(); err != nil {
		return nil, err
	}
	return n, nil
}

// newNode opens a directory that is to become a lab, with these settings, and holds its lock. Nothing but the lock is on the disk before
// Save.
func newNode(dir string, settings Settings) (*Node, error) {
	n := &Node{dir: dir, settings: settings, changed: true, pools: map[string]*pool.Pool{}}
	return n, n.takeLock(os.O_CREATE)
}

func (n *Node) takeLock(create int) error {
	lock, err := os.OpenFile(filepath.Join(n.dir, "lock"), os.O_RDWR|create, 0o644)
	if err != nil {
		return fmt.Errorf("cannot open the lab: %w", err)
	}
	for {
		err := unix.Flock(int(lock.Fd()), unix.LOCK_EX)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return errors.Join(fmt.Errorf("cannot lock the lab %s: %w", n.dir, err), lock.Close())
		}
		n.lock = lock
		return nil
	}
}

// Dir is the directory of the lab.
func (n *Node) Dir() string { return n.dir }

// Path is the real path of a path on the node: what lies in a pool (/zones/U/config) is in DIR/pools, the devices of volumes
// (/dev/zvol/rdsk/zones/x) are files in DIR/dev/zvol/rdsk, anything else is below DIR as it is.
func (n *Node) Path(name string) string {
	name = path.Clean("/" + name)
	if volume, ok := strings.CutPrefix(name, "/dev/zvol/dsk/"); ok {
		name = "/dev/zvol/rdsk/" + volume
	}
	if first, _, _ := strings.Cut(name[1:], "/"); slices.Contains(n.settings.Pools, first) {
		name = "/pools" + name
	}
	return filepath.Join(n.dir, filepath.FromSlash(name))
}

// Save writes all that was changed through this Node and not yet written: pools and settings.
func (n *Node) Save() error {
	for _, name := range n.settings.Pools {
		p := n.pools[name]
		if p == nil {
			continue
		}
		if err := p.Save(); err != nil {
			return err
		}
	}
	if !n.changed {
		return nil
	}
	data, err := json.MarshalIndent(n.settings, "", "  ")
	if err != nil {
		return fmt.Errorf("cannot save the settings of the lab: %w", err)
	}
	if err := n.WriteFile(settingsFile, append(data, '\n')); err != nil {
		return fmt.Errorf("cannot save the settings of the lab: %w", err)
	}
	n.changed = false
	return nil
}

// Unlock saves and gives up the lock, for a program that waits, sleeps or streams.
func (n *Node) Unlock() error {
	return errors.Join(n.Save(), n.Close())
}

// Relock takes the lock again and forgets all that was read before. Settings, pools, datasets and images got earlier are stale.
func (n *Node) Relock() error {
	if err := n.takeLock(0); err != nil {
		return err
	}
	n.settings, n.changed, n.pools = Settings{}, false, map[string]*pool.Pool{}
	data, err := os.ReadFile(filepath.Join(n.dir, settingsFile))
	if err == nil {
		err = json.Unmarshal(data, &n.settings)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("cannot open the lab: %w", err), n.Close())
	}
	return nil
}

// Close gives up the lock without saving. Closing twice, or after Unlock, does nothing.
func (n *Node) Close() error {
	if n.lock == nil {
		return nil
	}
	err := n.lock.Close()
	n.lock = nil
	return err
}

// Now is the time on the node.
func (n *Node) Now() time.Time {
	return time.Now().Add(time.Duration(n.settings.ClockSkewMS) * time.Millisecond)
}

// Remember has programs that compare with what vminfod remembers do so with the node in another folder, this one as it was earlier.
func (n *Node) Remember(dir string) { n.remembered = dir }

// Remembered is the folder that Remember set, empty for none: vminfod is up to date.
func (n *Node) Remembered() string { return n.remembered }

// OnCheckpoint has something run at every checkpoint; its error fails the step that follows.
func (n *Node) OnCheckpoint(run func(name string) error) { n.checkpoint = run }

// Checkpoint marks a point between two steps of a program, where a scripted fault may fail the next step (the error, to be reported as if
// that step had failed with it), kill the process with what is done so far saved, hang it, or change something behind its back. Names
// are chosen by the program, such as "vmadm update: set quota". Pools and datasets got before stay good, but their values may have changed.
// Without a fault it is nil at once.
func (n *Node) Checkpoint(name string) error {
	if n.checkpoint == nil {
		return nil
	}
	return n.checkpoint(name)
}

// WriteFile replaces a file of the node (a path as for Path) in one step, making its directory.
func (n *Node) WriteFile(name string, data []byte) error {
	return writeFile(n.Path(name), data)
}

func writeFile(target string, data []byte) error {
	temporary := fmt.Sprintf("%s.%d", target, os.Getpid())
	err := os.WriteFile(temporary, data, 0o644)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		err = os.WriteFile(temporary, data, 0o644)
	}
	if err != nil {
		return err
	}
	return os.Rename(temporary, target)
}

// ReadFile reads a file of the node; an absent one is an fs.ErrNotExist.
func (n *Node) ReadFile(name string) ([]byte, error) {
	return os.ReadFile(n.Path(name))
}

// RemoveFile removes a file of the node; an absent one is no error.
func (n *Node) RemoveFile(name string) error {
	err := os.Remove(n.Path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
