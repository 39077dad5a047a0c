package node

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/specadm/specadm/drivers/lab/pool"
)

const (
	imageFolder   = "/var/imgadm/images"
	catalogueFile = "/var/imgadm/catalogue.json"

	mib = 1 << 20
	// guessedImageBytes is what an image holds whose manifest does not say.
	guessedImageBytes = 400 * mib
)

// Image is an image on the node, or one that could be imported.
type Image struct {
	Manifest
	// Raw is the whole manifest as given.
	Raw json.RawMessage
	// Zpool is where it is installed, empty for one that is not.
	Zpool string
	// Source is the URL that it came from, may be empty.
	Source string
}

// Manifest holds the members of an image manifest that the lab acts on (reference 19.1).
type Manifest struct {
	UUID    string `json:"uuid"`
	Name    string `json:"name"`
	Version string `json:"version"`
	OS      string `json:"os"`
	// Type is zone-dataset, lx-dataset, docker, zvol or other.
	Type string `json:"type"`
	// ImageSize is in MiB, of a zvol.
	ImageSize    int64          `json:"image_size"`
	DiskDriver   string         `json:"disk_driver"`
	NicDriver    string         `json:"nic_driver"`
	Origin       string         `json:"origin"`
	PublishedAt  string         `json:"published_at"`
	Tags         map[string]any `json:"tags"`
	Requirements struct {
		Brand   string `json:"brand"`
		Bootrom string `json:"bootrom"`
	} `json:"requirements"`
	Files []struct {
		Size int64 `json:"size"`
	} `json:"files"`
}

// ParseImage reads one manifest.
func ParseImage(raw json.RawMessage) (Image, error) {
	image := Image{Raw: raw}
	if err := json.Unmarshal(raw, &image.Manifest); err != nil {
		return Image{}, fmt.Errorf("cannot read an image manifest: %w", err)
	}
	if image.UUID == "" || image.Type == "" {
		return Image{}, fmt.Errorf("cannot read an image manifest: it has no uuid or no type: %s", raw)
	}
	if image.Type == "zvol" && image.ImageSize <= 0 {
		return Image{}, fmt.Errorf("cannot read the manifest of image %s: a zvol needs image_size", image.UUID)
	}
	return image, nil
}

// ParseImages reads a JSON array of manifests.
func ParseImages(data []byte) ([]Image, error) {
	var raws []json.RawMessage
	if err := json.Unmarshal(data, &raws); err != nil {
		return nil, fmt.Errorf("cannot read image manifests: %w", err)
	}
	images := make([]Image, len(raws))
	for i, raw := range raws {
		var err error
		if images[i], err = ParseImage(raw); err != nil {
			return nil, err
		}
	}
	return images, nil
}

// Dataset is where the image is installed.
func (i Image) Dataset() string { return i.Zpool + "/" + i.UUID }

// installedImage is the form of POOL-UUID.json, which is imgadm's own.
type installedImage struct {
	Manifest json.RawMessage `json:"manifest"`
	Zpool    string          `json:"zpool"`
	Source   string          `json:"source,omitempty"`
}

func imagePath(zpool, uuid string) string { return imageFolder + "/" + zpool + "-" + uuid + ".json" }

// Images lists the installed images by pool and uuid.
func (n *Node) Images() ([]Image, error) {
	entries, err := os.ReadDir(n.Path(imageFolder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot list images: %w", err)
	}
	var images []Image
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".json") {
			continue
		}
		image, err := n.readImage(imageFolder + "/" + entry.Name())
		if err != nil {
			return nil, err
		}
		images = append(images, image)
	}
	slices.SortFunc(images, func(a, b Image) int {
		return cmp.Or(strings.Compare(a.Zpool, b.Zpool), strings.Compare(a.UUID, b.UUID))
	})
	return images, nil
}

// Image finds an installed image on a pool.
func (n *Node) Image(zpool, uuid string) (Image, bool, error) {
	if strings.ContainsAny(uuid, "/\x00") {
		return Image{}, false, nil
	}
	image, err := n.readImage(imagePath(zpool, uuid))
	if errors.Is(err, fs.ErrNotExist) {
		return Image{}, false, nil
	}
	return image, err == nil, err
}

func (n *Node) readImage(name string) (Image, error) {
	data, err := n.ReadFile(name)
	if err != nil {
		return Image{}, err
	}
	var stored installedImage
	if err := json.Unmarshal(data, &stored); err != nil {
		return Image{}, fmt.Errorf("cannot read %s: %w", filepath.Base(name), err)
	}
	image, err := ParseImage(stored.Manifest)
	image.Zpool, image.Source = stored.Zpool, stored.Source
	return image, err
}

// Catalogue lists every image that can be imported, by uuid. It stands for what all image sources offer, and keeps every image that the
// lab has ever had.
func (n *Node) Catalogue() ([]Image, error) {
	data, err := n.ReadFile(catalogueFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the catalogue of images: %w", err)
	}
	return ParseImages(data)
}

// AddToCatalogue makes images importable; one that is known is replaced.
func (n *Node) AddToCatalogue(more []Image) error {
	known, err := n.Catalogue()
	if err != nil {
		return err
	}
	raws := map[string]json.RawMessage{}
	for _, image := range append(known, more...) {
		raws[image.UUID] = image.Raw
	}
	sorted := make([]json.RawMessage, 0, len(raws))
	for _, image := range append(known, more...) {
		if raw, ok := raws[image.UUID]; ok {
			sorted = append(sorted, raw)
			delete(raws, image.UUID)
		}
	}
	data, err := json.MarshalIndent(sorted, "", " ")
	if err != nil {
		return fmt.Errorf("cannot write the catalogue of images: %w", err)
	}
	return n.WriteFile(catalogueFile, append(data, '\n'))
}

// InstallImage puts an image on a pool: the dataset POOL/UUID with the snapshot @final, as imgadm import leaves it.
func (n *Node) InstallImage(zpool, source string, image Image) error {
	p, err := n.Pool(zpool)
	if err != nil {
		return err
	}
	image.Zpool = zpool
	if err := n.addImageDataset(p, image); err != nil {
		return err
	}
	final := image.Dataset() + "@final"
	if err := p.Snapshot(final, false, nil); err != nil {
		return err
	}
	// The same image has the same snapshot everywhere, so that increments against it can move between nodes (reference 16.3).
	sum := sha256.Sum256([]byte(image.UUID + "@final"))
	if err := p.SetGUID(final, binary.BigEndian.Uint64(sum[:])); err != nil {
		return err
	}
	data, err := json.MarshalIndent(installedImage{Manifest: image.Raw, Zpool: zpool, Source: source}, "", "  ")
	if err != nil {
		return fmt.Errorf("cannot install image %s: %w", image.UUID, err)
	}
	if err := n.AddToCatalogue([]Image{image}); err != nil {
		return err
	}
	return n.WriteFile(imagePath(zpool, image.UUID), append(data, '\n'))
}

// addImageDataset makes the dataset of an image with a few files to tell it by. How much data it holds is a guess from the manifest.
func (n *Node) addImageDataset(p *pool.Pool, image Image) error {
	dataset := image.Dataset()
	bytes := int64(guessedImageBytes)
	if len(image.Files) > 0 && image.Files[0].Size > 0 {
		bytes = 2 * image.Files[0].Size
	}
	var err error
	switch {
	case image.Origin != "" && p.Exists(image.Zpool+"/"+image.Origin+"@final"):
		err = p.Clone(image.Zpool+"/"+image.Origin+"@final", dataset, pool.CreateOptions{})
	case image.Type == "zvol":
		bytes = min(bytes, image.ImageSize*mib/2)
		err = p.Create(dataset, pool.CreateOptions{VolumeBytes: image.ImageSize * mib, Sparse: true})
	default:
		err = p.Create(dataset, pool.CreateOptions{})
	}
	if err != nil {
		return err
	}
	target, err := p.Path(dataset)
	if err != nil {
		return err
	}
	mark := fmt.Sprintf("Image: %s %s\nUUID: %s\n", image.Name, image.Version, image.UUID)
	if image.Type != "zvol" {
		target = filepath.Join(target, "root/etc/product")
	}
	if err := writeFile(target, []byte(mark)); err != nil {
		return fmt.Errorf("cannot install image %s: %w", image.UUID, err)
	}
	return p.Write(dataset, bytes)
}

// RemoveImage takes an image off a pool. One with clones is refused by zfs.
func (n *Node) RemoveImage(image Image) error {
	p, err := n.Pool(image.Zpool)
	if err != nil {
		return err
	}
	if p.Exists(image.Dataset()) {
		if err := p.Destroy(image.Dataset(), pool.DestroyOptions{Recursive: true}); err != nil {
			return err
		}
	}
	return n.RemoveFile(imagePath(image.Zpool, image.UUID))
}
