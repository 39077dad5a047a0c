package spec

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

// ownedZFS lists the ZFS properties that vmadm sets on datasets of an instance, with the property to use instead; empty: none, the
// platform decides (reference 8.3, 12.4 and 18).
func ownedZFS() map[string]string {
	return map[string]string{
		"quota": "quota", "refquota": "quota", "reservation": "", "refreservation": "disks[].refreservation", "volsize": "disks[].size",
		"volblocksize": "disks[].block_size", "filesystem_limit": "zfs_filesystem_limit", "snapshot_limit": "zfs_snapshot_limit",
		"mountpoint": "", "zoned": "", "canmount": "",
	}
}

// sharedZFS lists those that vmadm sets on the zoneroot and on the delegated dataset only.
func sharedZFS() map[string]map[string]string {
	return map[string]map[string]string{
		"compression": {".": "zfs_root_compression", "data": "zfs_data_compression"},
		"recordsize":  {".": "zfs_root_recsize", "data": "zfs_data_recsize"},
	}
}

// zfs reads spec.zfs: dataset below the instance to ZFS property to value. Values keep the spelling of the manifest.
func (d *document) zfs(value any, n *yaml.Node) map[string]map[string]string {
	datasets, ok := value.(map[string]any)
	if !ok {
		d.add("SA1205", n, "spec.zfs must be an object of datasets", `such as zfs: {".": {sync: disabled}}`)
		return nil
	}
	read := make(map[string]map[string]string, len(datasets))
	for dataset, value := range datasets {
		d.enter(dataset)
		properties, ok := value.(map[string]any)
		if !ok {
			d.add("SA1205", locate(n, pointer("", dataset)), d.here()+" must be an object of ZFS properties", "such as {sync: disabled}")
		}
		read[dataset] = map[string]string{}
		for name, value := range properties {
			d.enter(name)
			at := locate(n, pointer(pointer("", dataset), name))
			switch value.(type) {
			case map[string]any, []any, nil:
				d.add("SA1205", at, d.here()+" must be a text, a number or a boolean", "")
			case reported:
			default:
				d.reportOwned(dataset, name, at)
				read[dataset][name] = plainText(value)
			}
			d.leave()
		}
		d.leave()
	}
	return read
}

func (d *document) reportOwned(dataset, name string, n *yaml.Node) {
	instead, owned := ownedZFS()[name]
	shared, isShared := sharedZFS()[name][dataset]
	if isShared {
		instead, owned = shared, true
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
