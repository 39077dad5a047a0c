package reconcile

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// State is the directory in which specadm keeps the lock, the journal and the key of one node. Losing it costs cause labels in the next
// plan, and nothing else.
type State struct{ dir string }

// OpenState names a state directory. Nothing is touched: readers work without one.
func OpenState(dir string) State { return State{dir} }

// Dir is the directory.
func (s State) Dir() string { return s.dir }

// keySize is the length of the key in bytes.
const keySize = 32

// Key is the secret of this node that keys the digests in owner marks. It is nil while there is none, and for those who may not read it:
// causes are unknown then.
func (s State) Key() ([]byte, error) {
	key, err := os.ReadFile(s.path("key"))
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("cannot read the key of this node: %w", err)
	case len(key) != keySize:
		return nil, nil // cut off by a crash; the next run that writes makes a new one
	}
	return key, nil
}

// prepare makes the directory and the key where they are missing, so that a directory that cannot be written is found out before the
// node is touched.
func (s State) prepare() error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return &StateError{Dir: s.dir, Cause: err}
	}
	key, err := s.Key()
	if err != nil || key != nil {
		return err
	}
	fresh := make([]byte, keySize)
	rand.Read(fresh) // never fails (crypto/rand)
	if err := writeFile(s.path("key"), fresh); err != nil {
		return &StateError{Dir: s.dir, Cause: err}
	}
	return nil
}

// StateError says that the state directory cannot be written.
type StateError struct {
	Dir   string
	Cause error
	Begun bool // commands were run before; what they did stands. false: nothing on the node was changed
}

func (e *StateError) Error() string {
	so := "nothing was changed"
	if e.Begun {
		so = "nothing more is begun"
	}
	return fmt.Sprintf("cannot write to the state directory %s, so %s: %v; --state-dir names another", e.Dir, so, e.Cause)
}

func (e *StateError) Unwrap() error { return e.Cause }

func (s State) path(name string) string { return filepath.Join(s.dir, name) }

// writeFile writes a file for the owner's eyes only; after a crash it is there as a whole or not at all.
func writeFile(path string, data []byte) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".new-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}
