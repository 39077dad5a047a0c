package node

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/uuid"

	"github.com/specadm/specadm/drivers/lab/pool"
)

//go:embed installed.json
var installedImages []byte

//go:embed importable.json
var importableImages []byte

const (
	systemPool     = "zones"
	systemPoolGiB  = 1024
	memoryMiB      = 65536
	defaultWaitMS  = 50
	imageServerURL = "https://images.smartos.org"
)

// Blueprint is what a new lab is made from; the zero value makes one with built-in images of every type.
type Blueprint struct {
	// Hostname is "lab" when empty.
	Hostname string `json:"hostname"`
	// UUID is the server uuid, a random one when empty.
	UUID string `json:"uuid"`
	// Images is a JSON array of the manifests of the images to install, nil for the built-in ones.
	Images json.RawMessage `json:"images,omitempty"`
}

// Create makes the world of a node in dir, which may exist but must not hold one: a pool zones with the datasets of a fresh SmartOS,
// images, nic tags.
func Create(dir string, b Blueprint) (err error) {
	if _, err := os.Lstat(filepath.Join(dir, settingsFile)); err == nil {
		return fmt.Errorf("cannot create a lab in %s: there is one", dir)
	}
	if b.Images == nil {
		b.Images = installedImages
	}
	images, err := ParseImages(b.Images)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(dir, "pools"), 0o755); err != nil {
		return fmt.Errorf("cannot create a lab: %w", err)
	}
	n, err := newNode(dir, newSettings(b))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, n.Close()) }()
	if err := n.AddPool(systemPool, systemPoolGiB<<30); err != nil {
		return err
	}
	if err := n.addSystemDatasets(); err != nil {
		return err
	}
	if err := n.addImages(images); err != nil {
		return err
	}
	return n.Save()
}

func newSettings(b Blueprint) Settings {
	return Settings{
		Hostname:      cmp.Or(b.Hostname, "lab"),
		UUID:          cmp.Or(b.UUID, uuid.NewString()),
		UpdateWaitMS:  defaultWaitMS,
		PlatformImage: "20260312T000000Z",
		MemoryMiB:     memoryMiB,
		ZpoolGiB:      systemPoolGiB,
		NicTags: []NicTag{
			{Name: "admin", MAC: "02:08:20:00:00:01", Link: "ixgbe0", Type: "normal"},
			{Name: "external", MAC: "02:08:20:00:00:02", Link: "ixgbe1", Type: "normal"},
			{Name: "stub0", Type: "etherstub"},
		},
		ImageSources: []ImageSource{{URL: imageServerURL, Type: "imgapi"}},
	}
}

// addSystemDatasets makes what SmartOS has on its pool from the start.
func (n *Node) addSystemDatasets() error {
	p, err := n.Pool(systemPool)
	if err != nil {
		return err
	}
	datasets := []struct {
		name    string
		options pool.CreateOptions
	}{
		{"config", pool.CreateOptions{Properties: map[string]string{"mountpoint": "legacy"}}},
		{"cores", pool.CreateOptions{Properties: map[string]string{"mountpoint": "/zones/global/cores", "quota": "10G", "compression": "gzip"}}},
		{"dump", pool.CreateOptions{VolumeBytes: 4 << 30, Properties: map[string]string{"volblocksize": "128K"}}},
		{"opt", pool.CreateOptions{Properties: map[string]string{"mountpoint": "legacy"}}},
		{"swap", pool.CreateOptions{VolumeBytes: memoryMiB * mib}},
		{"usbkey", pool.CreateOptions{Properties: map[string]string{"mountpoint": "legacy"}}},
		{"var", pool.CreateOptions{Properties: map[string]string{"mountpoint": "legacy"}}},
	}
	for _, dataset := range datasets {
		if err := p.Create(systemPool+"/"+dataset.name, dataset.options); err != nil {
			return err
		}
	}
	return nil
}

// addImages installs images and fills the catalogue with them and all built-in ones.
func (n *Node) addImages(images []Image) error {
	for _, data := range [][]byte{importableImages, installedImages} {
		importable, err := ParseImages(data)
		if err != nil {
			return err
		}
		if err := n.AddToCatalogue(importable); err != nil {
			return err
		}
	}
	for _, image := range images {
		if err := n.InstallImage(systemPool, imageServerURL, image); err != nil {
			return err
		}
	}
	return nil
}
