package reconcile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// Holder says who holds a lock. It is for the message only: what counts is the kernel's lock, which ends with its process.
type Holder struct {
	PID     int       `json:"pid"`
	User    string    `json:"user,omitempty"`
	Command string    `json:"command,omitempty"`
	Start   time.Time `json:"start"`
}

func (h Holder) String() string {
	if h.PID == 0 {
		return "another run"
	}
	text := fmt.Sprintf("process %d", h.PID)
	if h.Command != "" {
		text += " (" + h.Command + ")"
	}
	if h.User != "" {
		text += " of " + h.User
	}
	return text + ", since " + h.Start.UTC().Format(time.RFC3339)
}

// LockedError says that another run holds the lock of the node.
type LockedError struct {
	Holder Holder        // zero when it cannot be told
	Waited time.Duration // how long we waited for it
}

func (e *LockedError) Error() string {
	text := "another run works on this node: " + e.Holder.String()
	if e.Waited > 0 {
		return text + fmt.Sprintf("; waited %s", e.Waited)
	}
	return text
}

// lock is the lock of a node: one run changes it at a time. Readers take none.
type lock struct{ file *os.File }

// lock takes the lock, waiting at most wait, and no longer than until stop is closed, for another run to end. The directory must exist.
func (s State) lock(ctx context.Context, holder Holder, wait time.Duration, stop <-chan struct{}) (*lock, error) {
	file, err := os.OpenFile(s.path("lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, &StateError{Dir: s.dir, Cause: err}
	}
	if err := await(ctx, file, wait, stop); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	text, err := json.Marshal(holder)
	if err == nil {
		err = file.Truncate(0)
	}
	if err == nil {
		_, err = file.WriteAt(append(text, '\n'), 0)
	}
	if err != nil {
		return nil, errors.Join(&StateError{Dir: s.dir, Cause: err}, file.Close())
	}
	return &lock{file}, nil
}

// await asks for the kernel's lock until it is ours. flock cannot wait for a limited time, so it is asked again and again.
func await(ctx context.Context, file *os.File, wait time.Duration, stop <-chan struct{}) error {
	const pause = 50 * time.Millisecond
	start := time.Now()
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, syscall.EINTR):
			continue
		case !errors.Is(err, syscall.EWOULDBLOCK):
			return fmt.Errorf("cannot lock %s: %w", file.Name(), err)
		case time.Since(start)+pause > wait:
			return &LockedError{Holder: readHolder(file), Waited: wait}
		}
		select {
		case <-stop:
			return &LockedError{Holder: readHolder(file), Waited: time.Since(start).Round(time.Second)}
		case <-ctx.Done():
			return fmt.Errorf("cannot wait for the lock: %w", context.Cause(ctx))
		case <-time.After(pause):
		}
	}
}

// readHolder reads who holds the lock; the zero Holder when the file does not tell (the run has just begun, or is an older version).
func readHolder(file *os.File) Holder {
	var holder Holder
	text := make([]byte, 4096)
	n, err := file.ReadAt(text, 0)
	if n == 0 && err != nil || json.Unmarshal(text[:n], &holder) != nil {
		return Holder{}
	}
	return holder
}

// release gives the lock back and leaves the file, whose removal would let two runs lock different files.
func (l *lock) release() error {
	err := l.file.Truncate(0)
	// Closing alone is not enough: a child on its way from fork to exec holds a copy of the file, and with it the lock.
	unlock := syscall.Flock(int(l.file.Fd()), syscall.LOCK_UN)
	return errors.Join(err, unlock, l.file.Close())
}
