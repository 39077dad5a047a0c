package reconcile

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Digest is the fingerprint of all that manifests are read from: names and contents, but no times, so that touching a file changes nothing.
// Links are followed to where they lead now. referred are the files that manifests refer to; they may be missing.
func Digest(paths []string, referred ...string) (string, error) {
	sum := sha256.New()
	for _, path := range paths {
		root, err := filepath.EvalSymlinks(path)
		if err != nil {
			return "", fmt.Errorf("cannot read the manifests: %w", err)
		}
		err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && path != root && hidden(entry.Name()):
				return filepath.SkipDir
			case entry.IsDir(), path != root && !manifestName(entry.Name()):
				return nil
			}
			relative, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			return digestFile(sum, path, relative)
		})
		if err != nil {
			return "", fmt.Errorf("cannot read the manifests: %w", err)
		}
	}
	for _, path := range referred {
		if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
			continue // loading says so
		}
		if err := digestFile(sum, path, nameFrom(paths, path)); err != nil {
			return "", fmt.Errorf("cannot read what manifests refer to: %w", err)
		}
	}
	return fmt.Sprintf("%x", sum.Sum(nil)), nil
}

// nameFrom is the name of a file as seen from the manifests, so that a checkout elsewhere has the same digest.
func nameFrom(paths []string, file string) string {
	for _, path := range paths {
		if absolute, err := filepath.Abs(path); err == nil {
			if relative, err := filepath.Rel(absolute, file); err == nil {
				return relative
			}
		}
	}
	return file
}

// digestFile adds one file. The length before the content keeps two files from passing for one.
func digestFile(sum hash.Hash, path, name string) error {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // gone since the directory was listed; the look after the reading finds that out
	}
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(sum, "%q %d\n", name, len(content)); err != nil {
		return err
	}
	_, err = io.Copy(sum, strings.NewReader(string(content)))
	return err
}

// watched lists the directories whose changes may change the manifests: all below each path, and those that hold a link on the way to
// it, since a link that is swapped shows only there.
func watched(paths []string) []string {
	var list []string
	for _, path := range paths {
		list = append(list, linkHolders(path)...)
		root, err := filepath.EvalSymlinks(path)
		if err != nil {
			continue // not there now; the directory that will hold it is in the list
		}
		if info, err := os.Stat(root); err == nil && !info.IsDir() {
			list = append(list, filepath.Dir(root))
			continue
		}
		// A directory that cannot be read is not watched; the reading of the manifests reports it.
		_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil, !entry.IsDir():
				return nil
			case path != root && hidden(entry.Name()):
				return filepath.SkipDir
			}
			list = append(list, path)
			return nil
		})
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// linkHolders lists the directories that hold a link on the way to path, and the directory of path itself.
func linkHolders(path string) []string {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil
	}
	holders := []string{filepath.Dir(absolute)}
	for at := absolute; at != filepath.Dir(at); at = filepath.Dir(at) {
		if info, err := os.Lstat(at); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			holders = append(holders, filepath.Dir(at))
		}
	}
	return holders
}

func hidden(name string) bool { return strings.HasPrefix(name, ".") }

// manifestName reports whether a file of a tree is read (design 5).
func manifestName(name string) bool {
	return !hidden(name) && slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(name))
}
