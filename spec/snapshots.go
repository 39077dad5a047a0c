package spec

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// snapshotForm is what vmadm takes as the name of a snapshot (reference 15). The first character is no dash, which the command line would
// take for an option.
var snapshotForm = regexp.MustCompile(`^[A-Za-z0-9_.:%][A-Za-z0-9_.:%-]{0,63}$`)

// snapshots reads spec.snapshots: the names of snapshots that shall exist. nil is not managed; an empty list wants none of those that
// specadm made.
func (d *document) snapshots(value any, n *yaml.Node) []string {
	if value == nil {
		return nil
	}
	list, ok := value.([]any)
	if !ok {
		if _, known := value.(reported); !known {
			d.add("SA1205", n, "spec.snapshots must be a list of names", "such as [before-upgrade]")
		}
		return nil
	}
	names := make([]string, 0, len(list))
	for i, one := range list {
		d.enter(strconv.Itoa(i))
		at := locate(n, pointerAt("", i))
		name, isText := one.(string)
		switch {
		case !isText:
			if _, known := one.(reported); !known {
				d.add("SA1205", at, "the name of a snapshot must be a text", "")
			}
		case !snapshotForm.MatchString(name):
			d.add("SA1604", at, fmt.Sprintf("%s is no name for a snapshot", quoted(name)), "1 to 64 letters, digits, - _ . : %")
		case slices.Contains(names, name):
			d.add("SA1604", at, fmt.Sprintf("the snapshot %s stands twice", quoted(name)), "keep one of them")
		default:
			names = append(names, name)
		}
		d.leave()
	}
	return names
}

// refuseSnapshots reports snapshots of an instance that the platform takes none of (reference 15).
func (d *document) refuseSnapshots(m *Manifest, n *yaml.Node) {
	d.enter("snapshots")
	defer d.leave()
	delegated := m.Spec[d.table.Role(RoleDelegate).Name] == true
	switch {
	case len(m.Snapshots) == 0:
	case m.Brand == KVM:
		d.add("SA1604", n, "vmadm takes no snapshots of kvm instances", "leave snapshots out; use zfs snapshot for its disks")
	case delegated:
		d.add("SA1604", n, "vmadm takes no snapshots of an instance with a delegated dataset", "leave snapshots out; use zfs snapshot")
	}
}
