package pool

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// emptyBytes is what an empty dataset references.
const emptyBytes = 24 << 10

// Pool is one zpool of a lab with all of its datasets.
//
// Names are full dataset names ("zones/U/disk0", "zones/U@final"). Every method checks everything before it changes anything; an error is
// an *Error whose text is the sentence that zfs itself would print, or a failure of the real files. A changed pool reaches the disk with
// Save. A Pool is not safe for concurrent use: the lock of the lab guards it.
type Pool struct {
	Name string

	dir     string
	content content
	index   map[string]*Dataset
	now     func() time.Time
	changed bool
	discard []string
	usage   *usage
}

// content is what the file of the pool holds.
type content struct {
	Bytes    int64      `json:"bytes"`
	GUID     uint64     `json:"guid"`
	Txg      int64      `json:"txg"`
	Datasets []*Dataset `json:"datasets"`
}

// Open reads the pool of this name of the lab in dir. A nil clock is time.Now.
func Open(dir, name string, now func() time.Time) (*Pool, error) {
	p := newPool(dir, name, now)
	data, err := os.ReadFile(p.file())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, refuse(ErrNotExist, "cannot open '%s': no such pool", name)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read pool %s: %w", name, err)
	}
	if err := json.Unmarshal(data, &p.content); err != nil {
		return nil, fmt.Errorf("cannot read pool %s: %s: %w", name, p.file(), err)
	}
	for _, d := range p.content.Datasets {
		p.index[d.Name] = d
	}
	return p, nil
}

// New makes a pool of this size with its root dataset; Save writes it.
func New(dir, name string, bytes int64, now func() time.Time) (*Pool, error) {
	p := newPool(dir, name, now)
	p.content = content{Bytes: bytes, GUID: rand.Uint64()}
	root := p.newDataset(name, Filesystem)
	if err := p.addFiles(root); err != nil {
		return nil, err
	}
	p.add(root)
	return p, nil
}

func newPool(dir, name string, now func() time.Time) *Pool {
	if now == nil {
		now = time.Now
	}
	return &Pool{Name: name, dir: dir, index: map[string]*Dataset{}, now: now}
}

func (p *Pool) file() string { return filepath.Join(p.dir, "pools", p.Name+".json") }

// Save writes the pool when it was changed, then removes the files of datasets that are gone. A process that dies before leaves the pool
// as it was, with perhaps the files of a dataset too many.
func (p *Pool) Save() error {
	if !p.changed {
		return nil
	}
	slices.SortFunc(p.content.Datasets, compareDatasets)
	data, err := json.Marshal(p.content)
	if err != nil {
		return fmt.Errorf("cannot save pool %s: %w", p.Name, err)
	}
	if err := writeFile(p.file(), data); err != nil {
		return fmt.Errorf("cannot save pool %s: %w", p.Name, err)
	}
	p.changed = false
	return p.discardFiles()
}

// Remove deletes the pool with its files at once (zpool destroy).
func (p *Pool) Remove() error {
	for _, path := range []string{p.file(), p.filesystemRoot(), p.volumeRoot()} {
		if err := os.RemoveAll(path); err != nil {
			return fmt.Errorf("cannot destroy pool %s: %w", p.Name, err)
		}
	}
	p.changed = false
	return nil
}

// Exists tells whether there is a dataset or snapshot of this name.
func (p *Pool) Exists(name string) bool { return p.find(name) != nil }

// Get returns the dataset or snapshot of this name.
func (p *Pool) Get(name string) (*Dataset, error) {
	if d := p.find(name); d != nil {
		return d, nil
	}
	return nil, NoSuchDataset(name)
}

func (p *Pool) find(name string) *Dataset {
	dataset, _, isSnapshot := splitSnapshot(name)
	d := p.index[dataset]
	if d == nil || !isSnapshot {
		return d
	}
	for _, snapshot := range d.Snapshots {
		if snapshot.Name == name {
			return snapshot
		}
	}
	return nil
}

// head is the dataset that a snapshot belongs to.
func (p *Pool) head(snapshot *Dataset) *Dataset {
	dataset, _, _ := splitSnapshot(snapshot.Name)
	return p.index[dataset]
}

// filesystem is the dataset of this name when it is a filesystem or volume, not a snapshot.
func (p *Pool) filesystem(name string) (*Dataset, error) {
	d, err := p.Get(name)
	if err == nil && d.Type == Snapshot {
		return nil, refuse(ErrInvalid, "cannot open '%s': operation not applicable to datasets of this type", name)
	}
	return d, err
}

// newDataset has a new identity but is not in the pool yet.
func (p *Pool) newDataset(name string, kind Type) *Dataset {
	p.content.Txg++
	return &Dataset{Name: name, Type: kind, GUID: rand.Uint64(), Txg: p.content.Txg, Created: p.now().Unix(), Referenced: emptyBytes,
		Written: emptyBytes}
}

func (p *Pool) add(d *Dataset) {
	p.content.Datasets = append(p.content.Datasets, d)
	p.index[d.Name] = d
	p.touch()
}

// remove takes a dataset, not a snapshot, out of the pool.
func (p *Pool) remove(d *Dataset) {
	p.content.Datasets = slices.DeleteFunc(p.content.Datasets, func(other *Dataset) bool { return other == d })
	delete(p.index, d.Name)
	p.touch()
}

// touch says that the pool is no longer what the file says, nor the space what was computed.
func (p *Pool) touch() {
	p.changed = true
	p.usage = nil
}

// below lists the descendants of a dataset, in order of names, without snapshots.
func (p *Pool) below(name string) []*Dataset {
	var found []*Dataset
	for _, d := range p.content.Datasets {
		if isBelow(d.Name, name) {
			found = append(found, d)
		}
	}
	slices.SortFunc(found, compareDatasets)
	return found
}

// tree is a dataset and its descendants, in order of names.
func (p *Pool) tree(d *Dataset) []*Dataset {
	return append([]*Dataset{d}, p.below(d.Name)...)
}

// scope is a dataset alone, or recursively its tree.
func (p *Pool) scope(d *Dataset, recursive bool) []*Dataset {
	if recursive {
		return p.tree(d)
	}
	return []*Dataset{d}
}

// clones lists the datasets made from a snapshot.
func (p *Pool) clones(snapshot *Dataset) []*Dataset {
	var found []*Dataset
	for _, d := range p.content.Datasets {
		if d.Origin == snapshot.Name {
			found = append(found, d)
		}
	}
	slices.SortFunc(found, compareDatasets)
	return found
}

// SetGUID gives a snapshot the identity that it has on other nodes too, as images have.
func (p *Pool) SetGUID(name string, guid uint64) error {
	d, err := p.Get(name)
	if err != nil {
		return err
	}
	d.GUID = guid
	p.touch()
	return nil
}
