package lab

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/specadm/specadm/drivers/lab/node"
)

// staleFolder holds copies of the world as it was, each with a view.json, for reads that are to see it late.
const staleFolder = "stale"

// pretendedFolder holds copies that calls without effect work on.
const pretendedFolder = "pretended"

// worldParts are what a node consists of in the folder of a lab: all but programs, log, faults and lock.
func worldParts() []string { return []string{"node.json", "pools", "dev", "etc", "var"} }

// copyWorld copies a node, which must be locked and saved.
func copyWorld(from, to string) error {
	if err := os.MkdirAll(to, 0o755); err != nil {
		return fmt.Errorf("cannot copy the lab: %w", err)
	}
	if err := os.WriteFile(filepath.Join(to, "lock"), nil, 0o644); err != nil {
		return fmt.Errorf("cannot copy the lab: %w", err)
	}
	for _, part := range worldParts() {
		source := filepath.Join(from, part)
		info, err := os.Stat(source)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil && info.IsDir() {
			err = os.CopyFS(filepath.Join(to, part), os.DirFS(source))
		} else if err == nil {
			err = copyFile(source, filepath.Join(to, part))
		}
		if err != nil {
			return fmt.Errorf("cannot copy the lab: %w", err)
		}
	}
	return nil
}

func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o644)
}

// view says how long a copy of the world is shown.
type view struct {
	// Until is the time up to which all reads see the copy, in nanoseconds since the epoch; Reads is how many see it after that.
	Until int64 `json:"until"`
	Reads int   `json:"reads"`
}

func (v view) isOver(now time.Time) bool { return v.Reads <= 0 && now.UnixNano() >= v.Until }

// keepView keeps the world as it is now for late readers and returns its folder. It is shown from the moment that it has a view.
func keepView(n *node.Node) (string, error) {
	name := strconv.FormatInt(time.Now().UnixNano(), 10)
	copied := filepath.Join(n.Dir(), staleFolder, name)
	return copied, copyWorld(n.Dir(), copied)
}

func (v view) write(folder string) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "view.json"), data, 0o644)
}

// lateView finds the oldest world that vminfod still remembers, counts if this is a read, and removes those that are over. None is "".
func lateView(dir string, read bool) (string, error) {
	entries, err := os.ReadDir(filepath.Join(dir, staleFolder))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	found := ""
	now := time.Now()
	for _, entry := range entries { // in order of age: names are times
		folder := filepath.Join(dir, staleFolder, entry.Name())
		var v view
		data, err := os.ReadFile(filepath.Join(folder, "view.json"))
		if errors.Is(err, fs.ErrNotExist) {
			continue // its call is still under way
		}
		if err := cmp.Or(err, json.Unmarshal(data, &v)); err != nil {
			return "", err
		}
		if v.isOver(now) {
			if err := os.RemoveAll(folder); err != nil {
				return "", err
			}
			continue
		}
		if found != "" {
			continue
		}
		found = folder
		if read && now.UnixNano() >= v.Until {
			v.Reads--
			if err := v.write(folder); err != nil {
				return "", err
			}
		}
	}
	return found, nil
}
