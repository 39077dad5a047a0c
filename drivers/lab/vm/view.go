package vm

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/zone"
)

// viewPath holds the objects as they were when the lab was last at rest, for labs with a cache delay. It stands for the memory of vminfod.
const viewPath = "/var/run/vminfod.json"

// openView decides what reads show: the world as it is, or with a cache delay the remembered one until the newest change is old enough
// (reference 21, 23.14).
func (r *reader) openView() error {
	delay := r.cacheDelay()
	if delay == 0 {
		return nil
	}
	if time.Since(r.lastChange()) >= delay {
		return r.remember()
	}
	remembered, err := r.readMap(viewPath)
	if err == nil && remembered == nil {
		return r.remember() // nobody has looked before
	}
	r.remembered = remembered
	return err
}

func (r *reader) cacheDelay() time.Duration {
	return time.Duration(r.node.Settings().CacheDelayMS) * time.Millisecond
}

// lastChange is the newest time among the files that VMs are read from.
func (r *reader) lastChange() time.Time {
	var newest time.Time
	for _, path := range r.files(r.zones.Names()) {
		if info, err := os.Stat(r.node.Path(path)); err == nil && info.ModTime().After(newest) {
			newest = info.ModTime()
		}
	}
	return newest
}

// files lists the files from which the objects of these VMs are read; those of a VM that is gone are guessed from its name.
func (r *reader) files(names []string) []string {
	paths := []string{"/node.json", "/etc/zones/index.json"}
	for _, name := range r.node.PoolNames() {
		paths = append(paths, "/pools/"+name+".json")
	}
	for _, name := range names {
		config := &zone.Config{Name: name, Path: "/" + defaultZpool + "/" + name}
		if known, err := r.zones.Config(name); err == nil {
			config = known
		}
		paths = append(paths, zone.ConfigPath(name), metadataPath(config), tagsPath(config), routesPath(config), lastExitedPath(config))
	}
	return paths
}

func (r *reader) remember() error {
	view := &js.Object{}
	for _, name := range r.zones.Names() {
		object, err := r.object(name)
		if err != nil {
			return err
		}
		view.Set(name, object)
	}
	text := js.Stringify(view)
	if before, err := r.node.ReadFile(viewPath); err == nil && string(before) == text {
		return nil
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return r.node.WriteFile(viewPath, []byte(text))
}

// names lists the VMs that reads show.
func (r *reader) names() []string {
	if r.remembered != nil {
		return r.remembered.Keys()
	}
	return r.zones.Names()
}

// shown is the object of a VM that reads show. An unknown VM is zone.ErrUnknown.
func (r *reader) shown(name string) (*js.Object, error) {
	if r.remembered == nil {
		return r.object(name)
	}
	object := r.remembered.Object(name)
	if object == nil {
		return nil, fmt.Errorf("zoneadm: %s: %w", name, zone.ErrUnknown)
	}
	return object.Clone(), nil
}

// has tells whether reads show a VM.
func (r *reader) has(name string) bool {
	if r.remembered == nil {
		return r.zones.Has(name)
	}
	return r.remembered.Has(name)
}
