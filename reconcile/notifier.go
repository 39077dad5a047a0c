package reconcile

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/fsnotify/fsnotify"
)

// Notifier says that something below the watched directories may have changed. It need not say what, and may miss changes: Watch also
// looks by itself now and then.
type Notifier interface {
	Watch(directories []string) error // replaces what was watched before; directories that are gone are left out
	Changed() <-chan struct{}
	Close() error
}

// fileNotifier watches with the means of the kernel.
type fileNotifier struct {
	watcher *fsnotify.Watcher
	changed chan struct{}
}

// newFileNotifier starts watching nothing.
func newFileNotifier() (*fileNotifier, error) {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("cannot watch files: %w", err)
	}
	n := &fileNotifier{watcher, make(chan struct{}, 1)}
	go n.collapse()
	return n, nil
}

// collapse makes one sign of any number of events, so that the kernel's queue is always drained. An error, such as a queue that ran over,
// means that events were lost, and is a sign too.
func (n *fileNotifier) collapse() {
	for {
		select {
		case _, ok := <-n.watcher.Events:
			if !ok {
				return
			}
		case _, ok := <-n.watcher.Errors:
			if !ok {
				return
			}
		}
		select {
		case n.changed <- struct{}{}:
		default:
		}
	}
}

func (n *fileNotifier) Changed() <-chan struct{} { return n.changed }

// Watch adds what is not watched yet and drops what is no longer wanted. Adding again matters: a directory that was removed and made anew
// under the same name is another one.
func (n *fileNotifier) Watch(directories []string) error {
	for _, path := range n.watcher.WatchList() {
		if !slices.Contains(directories, path) {
			if err := n.watcher.Remove(path); err != nil && !errors.Is(err, fsnotify.ErrNonExistentWatch) {
				return fmt.Errorf("cannot stop watching %s: %w", path, err)
			}
		}
	}
	for _, path := range directories {
		if err := n.watcher.Add(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("cannot watch %s: %w", path, err)
		}
	}
	return nil
}

func (n *fileNotifier) Close() error { return n.watcher.Close() }
