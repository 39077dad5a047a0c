package vm

import (
	"os"
	"regexp"
	"strings"

	"github.com/google/uuid"

	"github.com/specadm/specadm/drivers/lab/pool"
	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/zone"
)

// incomplete is zonecfg's refusal of a fs resource without what it must have: vmadm does not look (reference 13). nil for a complete one.
func incomplete(filesystem zone.Filesystem) error {
	for _, setting := range []struct{ name, value string }{
		{"dir", filesystem.Directory}, {"special", filesystem.Special}, {"type", filesystem.Type},
	} {
		if setting.value == "" {
			return failf("fs: %s not specified", setting.name)
		}
	}
	return nil
}

// verifyFilesystems refuses filesystems whose source is not there: only zoneadm looks (reference 13).
func (v *vmadm) verifyFilesystems(config *zone.Config) error {
	for _, filesystem := range config.Filesystems {
		if strings.HasPrefix(filesystem.Special, config.Path+"/") || v.pathExists(filesystem.Special) {
			continue
		}
		return failf("could not verify fs %s: could not access %s: No such file or directory", filesystem.Directory, filesystem.Special)
	}
	return nil
}

// pathExists looks in the lab, and on the machine that it runs on for what a lab has no copy of, such as /var/tmp.
func (v *vmadm) pathExists(path string) bool {
	for _, candidate := range []string{v.node.Path(path), path} {
		if _, err := os.Stat(candidate); err == nil {
			return true
		}
	}
	return false
}

var volumeSource = regexp.MustCompile(`^(create-volume|https?://.*|[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12})$`)

// withVolume replaces a source that asks for a volume by the path of the volume (reference 13).
func withVolume(filesystem *js.Object, zonepath string) *js.Object {
	source := filesystem.String("source")
	if !volumeSource.MatchString(source) {
		return filesystem
	}
	name := source
	if !uuidForm.MatchString(source) {
		name = uuid.NewString()
	}
	located := filesystem.Clone()
	located.Set("source", zonepath+"/volumes/"+name)
	return located
}

// makeVolumes makes the dataset and the directories behind filesystems that are volumes of the VM itself.
func (v *vmadm) makeVolumes(config *zone.Config) error {
	for _, filesystem := range config.Filesystems {
		if !strings.HasPrefix(filesystem.Special, config.Path+"/volumes/") {
			continue
		}
		dataset := zonerootOf(config) + "/volumes"
		p, err := v.pool(dataset)
		if err != nil {
			return err
		}
		if !p.Exists(dataset) {
			if err := p.Create(dataset, pool.CreateOptions{}); err != nil {
				return err
			}
		}
		if err := os.MkdirAll(v.node.Path(filesystem.Special), 0o755); err != nil {
			return err
		}
	}
	return nil
}
