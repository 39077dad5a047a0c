package node

import "encoding/json"

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
}

// Images lists the installed images by pool and uuid.
func (n *Node) Images() ([]Image, error) { return nil, errUnwritten }

// Image finds an installed image on a pool.
func (n *Node) Image(zpool, uuid string) (Image, bool, error) { return Image{}, false, errUnwritten }

// Catalogue lists every image that can be imported, by uuid.
func (n *Node) Catalogue() ([]Image, error) { return nil, errUnwritten }
