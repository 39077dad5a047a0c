package vm

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/zone"
)

// The files of a VM besides its configuration; they lie inside the zoneroot, so they go where its dataset goes (reference 8.3).
func metadataPath(config *zone.Config) string   { return config.Path + "/config/metadata.json" }
func tagsPath(config *zone.Config) string       { return config.Path + "/config/tags.json" }
func routesPath(config *zone.Config) string     { return config.Path + "/config/routes.json" }
func lastExitedPath(config *zone.Config) string { return config.Path + "/lastexited" }

// readFiles adds both metadata maps, tags and routes, when the VM exited, and when anything of it was last modified.
func (r *reader) readFiles(object *js.Object, config *zone.Config) error {
	metadata, err := r.readMap(metadataPath(config))
	if err != nil {
		return err
	}
	for _, kind := range []string{"customer_metadata", "internal_metadata"} {
		object.Set(kind, orEmpty(metadata.Object(kind)))
	}
	for _, file := range []struct{ key, path string }{{"tags", tagsPath(config)}, {"routes", routesPath(config)}} {
		content, err := r.readMap(file.path)
		if err != nil {
			return err
		}
		object.Set(file.key, orEmpty(content))
	}
	return r.readModified(object, config)
}

func orEmpty(object *js.Object) *js.Object {
	if object == nil {
		return &js.Object{}
	}
	return object
}

// readMap reads a file that holds a JSON object; an absent one is nil.
func (r *reader) readMap(path string) (*js.Object, error) {
	data, err := r.node.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	value, err := js.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", path, err)
	}
	object, _ := value.(*js.Object)
	return object, nil
}

// readModified sets last_modified to the newest time among the files of the VM (reference 6.1); it has whole seconds.
func (r *reader) readModified(object *js.Object, config *zone.Config) error {
	var newest time.Time
	for _, path := range []string{zone.ConfigPath(config.Name), metadataPath(config), routesPath(config), tagsPath(config), lastExitedPath(config)} {
		info, err := os.Stat(r.node.Path(path))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if info.ModTime().After(newest) {
			newest = info.ModTime()
		}
	}
	object.Set("last_modified", newest.UTC().Truncate(time.Second).Format(timeForm))
	return nil
}

// readRuntime adds what holds only while the zone runs, or only while it does not (reference 6.1).
func (r *reader) readRuntime(object *js.Object, config *zone.Config, runtime zone.Runtime) error {
	if runtime.State.Live() {
		object.Set("zoneid", float64(runtime.ID))
		if runtime.State == zone.Running {
			object.Set("pid", float64(runtime.PID))
			object.Set("boot_timestamp", runtime.Booted.UTC().Format(timeForm))
			object.Set("init_restarts", float64(runtime.Restarts))
		}
		return nil
	}
	data, err := r.node.ReadFile(lastExitedPath(config))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	when, status, _ := strings.Cut(strings.TrimSpace(string(data)), " ")
	millis, err := strconv.ParseInt(when, 10, 64)
	if err != nil {
		return fmt.Errorf("cannot read %s: %w", lastExitedPath(config), err)
	}
	object.Set("exit_status", js.ToNumber(status))
	object.Set("exit_timestamp", time.UnixMilli(millis).UTC().Format(timeForm))
	return nil
}
