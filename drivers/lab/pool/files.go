package pool

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// snapshotFolder is where a filesystem shows its snapshots, as on a node.
const snapshotFolder = ".zfs/snapshot"

func (p *Pool) filesystemRoot() string { return filepath.Join(p.dir, "pools", p.Name) }
func (p *Pool) volumeRoot() string     { return filepath.Join(p.dir, "dev/zvol/rdsk", p.Name) }

// Path is the real directory of a filesystem or of its snapshot, or the real file of a volume or of its snapshot: the directories lie in
// DIR/pools as the datasets lie in the pool, whatever their mountpoint, and the files in DIR/dev/zvol/rdsk.
func (p *Pool) Path(name string) (string, error) {
	d, err := p.Get(name)
	if err != nil {
		return "", err
	}
	return p.path(d), nil
}

func (p *Pool) path(d *Dataset) string {
	switch d.Type {
	case Filesystem:
		return filepath.Join(p.dir, "pools", filepath.FromSlash(d.Name))
	case Volume:
		return filepath.Join(p.dir, "dev/zvol/rdsk", filepath.FromSlash(d.Name))
	}
	head := p.head(d)
	if head.Type == Volume {
		return p.path(head) + "@" + d.SnapshotName()
	}
	return filepath.Join(p.path(head), snapshotFolder, d.SnapshotName())
}

// volumes is the directory that holds the volumes below a filesystem.
func (p *Pool) volumes(name string) string {
	return filepath.Join(p.dir, "dev/zvol/rdsk", filepath.FromSlash(name))
}

// addFiles makes the empty directory or file of a new dataset. What already lies there is set aside: the remains of a process that was
// killed, or files that a real mount would have hidden.
func (p *Pool) addFiles(d *Dataset) error {
	path := p.path(d)
	if err := p.clear(path); err != nil {
		return err
	}
	if d.Type == Filesystem {
		if err := p.clear(p.volumes(d.Name)); err != nil {
			return err
		}
		return os.MkdirAll(path, 0o755)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, nil, 0o644)
}

// dropFiles marks the files of a dataset for removal by Save.
func (p *Pool) dropFiles(d *Dataset) {
	p.discard = append(p.discard, p.path(d))
	if d.Type == Filesystem {
		p.discard = append(p.discard, p.volumes(d.Name))
	}
}

// clear makes a path free for something new: what was marked for removal goes at once, anything else to DIR/lost+found.
func (p *Pool) clear(path string) error {
	if slices.Contains(p.discard, path) {
		p.discard = slices.DeleteFunc(p.discard, func(other string) bool { return other == path })
		return os.RemoveAll(path)
	}
	err := os.Remove(path) // an empty directory needs no keeping
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	lost := filepath.Join(p.dir, "lost+found")
	if err := os.MkdirAll(lost, 0o755); err != nil {
		return err
	}
	aside, err := os.MkdirTemp(lost, filepath.Base(path)+".")
	if err != nil {
		return err
	}
	return os.Rename(path, filepath.Join(aside, filepath.Base(path)))
}

func (p *Pool) discardFiles() error {
	for _, path := range p.discard {
		if err := os.RemoveAll(path); err != nil {
			return fmt.Errorf("cannot remove the files of a destroyed dataset: %w", err)
		}
	}
	p.discard = nil
	return nil
}

// file is one entry of a dataset's content.
type file struct {
	// Path is relative to the dataset, "." for the content of a volume.
	Path string      `json:"path"`
	Mode fs.FileMode `json:"mode"`
	// Link is the target of a symbolic link.
	Link string `json:"link,omitempty"`
	Data []byte `json:"data,omitempty"`
}

// files reads the content of a dataset or snapshot: everything but snapshots and child datasets, parents first.
func (p *Pool) files(d *Dataset) ([]file, error) {
	root := p.path(d)
	if d.Type == Volume || d.Type == Snapshot && p.head(d).Type == Volume {
		data, err := os.ReadFile(root)
		if err != nil {
			return nil, fmt.Errorf("cannot read the content of %s: %w", d.Name, err)
		}
		return []file{{Path: ".", Mode: 0o644, Data: data}}, nil
	}
	var found []file
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == root {
			return err
		}
		relative, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if p.isForeign(d, relative) {
			return filepath.SkipDir
		}
		one, err := readEntry(path, entry)
		one.Path = filepath.ToSlash(relative)
		found = append(found, one)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("cannot read the content of %s: %w", d.Name, err)
	}
	return found, nil
}

// isForeign tells what lies in the directory of a filesystem without belonging to it.
func (p *Pool) isForeign(d *Dataset, relative string) bool {
	if d.Type != Filesystem {
		return false
	}
	path := filepath.Join(p.path(d), relative)
	return relative == ".zfs" || p.index[d.Name+"/"+relative] != nil || slices.Contains(p.discard, path)
}

func readEntry(path string, entry fs.DirEntry) (file, error) {
	info, err := entry.Info()
	if err != nil {
		return file{}, err
	}
	one := file{Mode: info.Mode()}
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		one.Link, err = os.Readlink(path)
	case info.Mode().IsRegular():
		one.Data, err = os.ReadFile(path)
	}
	return one, err
}

// fill makes the content of a dataset or snapshot exactly what is given.
func (p *Pool) fill(d *Dataset, files []file) error {
	if err := p.empty(d); err != nil {
		return fmt.Errorf("cannot write the content of %s: %w", d.Name, err)
	}
	root := p.path(d)
	for _, one := range files {
		if p.isForeign(d, one.Path) {
			continue
		}
		if err := one.write(filepath.Join(root, filepath.FromSlash(one.Path))); err != nil {
			return fmt.Errorf("cannot write the content of %s: %w", d.Name, err)
		}
	}
	d.Content = contentBytes(files)
	return nil
}

// empty removes the content of a dataset, leaving its snapshots and child datasets.
func (p *Pool) empty(d *Dataset) error {
	root := p.path(d)
	if d.Type != Filesystem {
		if err := os.RemoveAll(root); err != nil {
			return err
		}
		if d.Type == Snapshot && p.head(d).Type == Filesystem {
			return os.MkdirAll(root, 0o755)
		}
		return os.MkdirAll(filepath.Dir(root), 0o755)
	}
	entries, err := os.ReadDir(root)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if p.isForeign(d, entry.Name()) {
			continue
		}
		if err := os.RemoveAll(filepath.Join(root, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}

func (f file) write(path string) error {
	switch {
	case f.Mode.IsDir():
		return os.MkdirAll(path, f.Mode.Perm()|0o700)
	case f.Mode&fs.ModeSymlink != 0:
		return os.Symlink(f.Link, path)
	case f.Mode.IsRegular():
		if err := os.WriteFile(path, f.Data, f.Mode.Perm()|0o200); err != nil {
			return err
		}
		return os.Chmod(path, f.Mode.Perm())
	}
	return nil // sockets, pipes and devices have no content
}

func contentBytes(files []file) int64 {
	total := int64(0)
	for _, one := range files {
		total += int64(len(one.Data))
	}
	return total
}

// settle reads the content of a dataset and accounts for what has grown since it was last read.
func (p *Pool) settle(d *Dataset) ([]file, error) {
	files, err := p.files(d)
	if err != nil {
		return nil, err
	}
	if grown := contentBytes(files) - d.Content; grown > 0 {
		d.Referenced += grown
		d.Written += grown
	}
	d.Content = contentBytes(files)
	p.touch()
	return files, nil
}

// modified tells whether a dataset differs from its newest snapshot.
func (p *Pool) modified(d *Dataset) (bool, error) {
	newest := d.latest()
	if newest == nil || d.Written > 0 {
		return true, nil
	}
	now, err := p.files(d)
	if err != nil {
		return false, err
	}
	then, err := p.files(newest)
	if err != nil {
		return false, err
	}
	return !slices.EqualFunc(now, then, file.equal), nil
}

func (f file) equal(other file) bool {
	return f.Path == other.Path && f.Mode == other.Mode && f.Link == other.Link && string(f.Data) == string(other.Data)
}

// moveFiles renames the real directories and files of a dataset that gets another name; its descendants lie inside.
func (p *Pool) moveFiles(from, to string) error {
	if err := p.discardFiles(); err != nil {
		return err
	}
	for _, root := range []string{"pools", "dev/zvol/rdsk"} {
		old := filepath.Join(p.dir, root, filepath.FromSlash(from))
		if _, err := os.Lstat(old); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		wanted := filepath.Join(p.dir, root, filepath.FromSlash(to))
		if err := p.clear(wanted); err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(wanted), 0o755); err != nil {
			return err
		}
		if err := os.Rename(old, wanted); err != nil {
			return err
		}
	}
	return nil
}

// writeFile replaces a file in one step.
func writeFile(path string, data []byte) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), strings.TrimPrefix(filepath.Base(path), ".")+".*")
	if err != nil {
		return err
	}
	_, err = temporary.Write(data)
	err = errors.Join(err, temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temporary.Name()))
	}
	return nil
}
