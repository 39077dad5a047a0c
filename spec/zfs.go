package spec

import (
	"fmt"
	"regexp"
	"slices"

	"go.yaml.in/yaml/v3"
)

// Inherited, as a value of Manifest.ZFS, takes a property back to what the dataset inherits; a manifest says null.
const Inherited = ""

// ownedZFS lists the ZFS properties that vmadm sets on datasets of an instance, with the property to use instead; empty: none, the
// platform decides (reference 8.3, 12.4 and 18).
func ownedZFS() map[string]string {
	return map[string]string{
		"quota": "quota", "refquota": "quota", "reservation": "", "refreservation": "disks[].refreservation", "volsize": "disks[].size",
		"volblocksize": "disks[].block_size", "filesystem_limit": "zfs_filesystem_limit", "snapshot_limit": "zfs_snapshot_limit",
		"mountpoint": "", "zoned": "", "canmount": "", "userrefs": "indestructible_zoneroot or indestructible_delegated",
	}
}

// sharedZFS lists those that vmadm sets on the zoneroot and on the delegated dataset only, and on disks.
func sharedZFS() map[string]map[string]string {
	return map[string]map[string]string{
		"compression": {".": "zfs_root_compression", "data": "zfs_data_compression"},
		"recordsize":  {".": "zfs_root_recsize", "data": "zfs_data_recsize"},
	}
}

// settableZFS lists the native properties of zfs(8) on illumos that can be set at any time. zfs answers nothing at all when it is asked
// for one that it does not know, so nothing else gets through, but for user properties, whose names hold a colon.
func settableZFS() []string {
	return []string{
		"aclinherit", "aclmode", "atime", "checksum", "compression", "copies", "dedup", "devices", "exec", "logbias", "nbmand",
		"primarycache", "readonly", "recordsize", "redundant_metadata", "secondarycache", "setuid", "sharenfs", "sharesmb", "snapdir",
		"sync", "xattr",
	}
}

// userZFS is what the name of a user property looks like.
var userZFS = regexp.MustCompile(`^[a-z0-9_.-]*:[a-z0-9_.:-]+$`)

// datasetForm is a dataset below the instance: . for its zoneroot, else names joined by slashes.
var datasetForm = regexp.MustCompile(`^(\.|[A-Za-z0-9_][A-Za-z0-9_.:-]*(/[A-Za-z0-9_][A-Za-z0-9_.:-]*)*)$`)

// diskDataset is the dataset of a disk below an instance.
var diskDataset = regexp.MustCompile(`^disk[0-9]+$`)

// zfs reads spec.zfs: dataset below the instance to ZFS property to value. Values keep the spelling of the manifest; null is Inherited.
func (d *document) zfs(value any, n *yaml.Node) map[string]map[string]string {
	datasets, ok := value.(map[string]any)
	if !ok {
		if value != nil {
			d.add("SA1205", n, "spec.zfs must be an object of datasets", `such as zfs: {".": {sync: disabled}}`)
		}
		return nil
	}
	read := make(map[string]map[string]string, len(datasets))
	for dataset, value := range datasets {
		d.enter(dataset)
		at := locate(n, pointer("", dataset))
		properties, ok := value.(map[string]any)
		switch {
		case !datasetForm.MatchString(dataset):
			d.add("SA1205", at, fmt.Sprintf("%s is not the name of a dataset below the instance", quoted(dataset)), ". is the zoneroot, data the delegated dataset, disk0 the first disk")
		case !ok:
			d.add("SA1205", at, d.here()+" must be an object of ZFS properties", "such as {sync: disabled}")
		}
		read[dataset] = map[string]string{}
		for name, value := range properties {
			d.enter(name)
			at := locate(n, pointer(pointer("", dataset), name))
			switch value.(type) {
			case map[string]any, []any:
				d.add("SA1205", at, d.here()+" must be a text, a number or a boolean", "")
			case reported:
			default:
				d.checkZFS(dataset, name, value, at)
				read[dataset][name] = textZFS(value)
			}
			d.leave()
		}
		d.leave()
	}
	return read
}

// textZFS is a value as zfs writes it: a boolean, which YAML makes of true and JSON has, is on or off.
func textZFS(value any) string {
	switch value {
	case true:
		return "on"
	case false:
		return "off"
	}
	return plainText(value)
}

// checkZFS reports a property that vmadm sets itself, one that zfs does not have, and an empty value.
func (d *document) checkZFS(dataset, name string, value any, n *yaml.Node) {
	instead, owned := ownedZFS()[name]
	shared, isShared := sharedZFS()[name][dataset]
	if isShared {
		instead, owned = shared, true
	}
	if name == "compression" && diskDataset.MatchString(dataset) {
		instead, owned = "disks[].compression", true
	}
	switch {
	case !owned && !slices.Contains(settableZFS(), name) && !userZFS.MatchString(name):
		suggestion := "user properties have a colon in their name"
		if word, ok := suggestWord(name, settableZFS()); ok {
			suggestion = "write " + word
		}
		d.add("SA1603", n, fmt.Sprintf("%s is no ZFS property that can be set", quoted(name)), suggestion)
	case value == "":
		d.add("SA1205", n, d.here()+" is empty", "null goes back to what the dataset inherits")
	}
	if !owned {
		return
	}
	suggestion := "leave it to the platform"
	if instead != "" {
		suggestion = "use " + instead
	}
	finding := d.add("SA1601", n, fmt.Sprintf("vmadm sets the ZFS property %s of this dataset itself", name), suggestion)
	if isShared && dataset != "." { // a delegated dataset belongs to the zone, so nothing sets it back
		finding.Severity = Warning
	}
}
