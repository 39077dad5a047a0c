package reconcile

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestLockKeepsASecondRunOutAndNamesTheFirst(t *testing.T) {
	t.Parallel()
	state := OpenState(t.TempDir())
	holder := Holder{PID: 4711, User: "admin", Command: "specadm apply", Start: time.Date(2026, 4, 2, 10, 0, 0, 0, time.UTC)}
	first, err := state.lock(t.Context(), holder, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = state.lock(t.Context(), Holder{PID: 1}, 0, nil)
	var locked *LockedError
	if !errors.As(err, &locked) {
		t.Fatalf("got %v, want a *LockedError", err)
	}
	if d := cmp.Diff(LockedError{Holder: holder}, *locked); d != "" {
		t.Error(d)
	}
	want := "another run works on this node: process 4711 (specadm apply) of admin, since 2026-04-02T10:00:00Z"
	if err.Error() != want {
		t.Errorf("says %q, want %q", err, want)
	}
	if err := first.release(); err != nil {
		t.Fatal(err)
	}
	second, err := state.lock(t.Context(), Holder{PID: 1}, 0, nil)
	if err != nil {
		t.Fatalf("the lock was not given back: %v", err)
	}
	if err := second.release(); err != nil {
		t.Error(err)
	}
}

func TestLockWaitsForTheRunBeforeIt(t *testing.T) {
	t.Parallel()
	state := OpenState(t.TempDir())
	first, err := state.lock(t.Context(), Holder{}, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan error)
	go func() {
		second, err := state.lock(t.Context(), Holder{}, time.Minute, nil)
		if err == nil {
			err = second.release()
		}
		got <- err
	}()
	if err := first.release(); err != nil {
		t.Fatal(err)
	}
	if err := <-got; err != nil {
		t.Error(err)
	}
}

func TestLockStopsWaitingWhenInterrupted(t *testing.T) {
	t.Parallel()
	state := OpenState(t.TempDir())
	first, err := state.lock(t.Context(), Holder{}, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer first.file.Close()
	stop := make(chan struct{})
	close(stop)
	var locked *LockedError
	if _, err := state.lock(t.Context(), Holder{}, time.Minute, stop); !errors.As(err, &locked) {
		t.Errorf("after the first signal: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := state.lock(ctx, Holder{}, time.Minute, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("after the second signal: %v", err)
	}
}

func TestStateKeepsItsKey(t *testing.T) {
	t.Parallel()
	state := OpenState(filepath.Join(t.TempDir(), "var", "db", "specadm"))
	if key, err := state.Key(); key != nil || err != nil {
		t.Errorf("a key before there was one: %x, %v", key, err)
	}
	if err := state.prepare(); err != nil {
		t.Fatal(err)
	}
	key, err := state.Key()
	if err != nil || len(key) != 32 {
		t.Fatalf("key %x, %v", key, err)
	}
	if err := state.prepare(); err != nil {
		t.Fatal(err)
	}
	if again, err := state.Key(); err != nil || string(again) != string(key) {
		t.Errorf("the key changed: %x, %v", again, err)
	}
	if other := OpenState(t.TempDir()); other.prepare() != nil || mustKey(t, other) == string(key) {
		t.Error("two nodes have the same key")
	}
	if info, err := os.Stat(state.path("key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key is not for its owner alone: %v, %v", info.Mode(), err)
	}
	if err := os.WriteFile(state.path("key"), []byte("cut"), 0o600); err != nil {
		t.Fatal(err)
	}
	if cut, err := state.Key(); cut != nil || err != nil {
		t.Errorf("a key that was cut off counts: %x, %v", cut, err)
	}
	if err := state.prepare(); err != nil || len(mustKey(t, state)) != 32 {
		t.Errorf("a key that was cut off was not replaced: %v", err)
	}
}

func mustKey(t *testing.T, state State) string {
	t.Helper()
	key, err := state.Key()
	if err != nil {
		t.Fatal(err)
	}
	return string(key)
}

func TestStateThatCannotBeWrittenIsFoundOutFirst(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	err := OpenState(filepath.Join(file, "specadm")).prepare()
	var failure *StateError
	if !errors.As(err, &failure) || !errors.Is(err, syscall.ENOTDIR) {
		t.Errorf("got %v, want a *StateError", err)
	}
	_, err = OpenState(filepath.Join(file, "specadm")).lock(t.Context(), Holder{}, 0, nil)
	var path *fs.PathError
	if !errors.As(err, &failure) || !errors.As(err, &path) {
		t.Errorf("got %v, want a *StateError", err)
	}
}
