package diff

import (
	"fmt"

	"github.com/specadm/specadm/spec"
)

// masked decides about a place where a marker stands for what was found, as in a snapshot, or for what is wanted. With the key of the node,
// equal markers are equal values. Else nobody can tell, which is noted, and nothing is planned. It reports whether the place is done with.
func (x *comparison) masked(s site, found, wanted any) bool {
	if !x.computer.found.Masked || found == nil || wanted == nil {
		return false // what is to go, goes, whatever it is
	}
	if sealed := x.item.Manifest.StandIn(s.pointer()); sealed != nil {
		x.notCompared(s.path(), sealed.Position, sealed.Why)
		return true
	}
	if !spec.IsMarker(found) || !x.sensitive(s) && !x.found.cameSecret(s.path()) {
		return false
	}
	same, known := spec.NewMask(x.opts.Key).Compare(found, s.row.Canonical(wanted))
	if !known {
		x.notCompared(s.path(), x.item.Manifest.Position(s.pointer()), "it is a secret, and the key of the node is not on this machine")
	}
	return same || !known
}

// notCompared notes that nobody here can tell whether a secret is as wanted.
func (x *comparison) notCompared(path string, origin spec.Position, why string) {
	x.item.Notes = append(x.item.Notes, Reason{Code: CodeNotCompared, Path: path, Origin: origin, Text: path + " is not evaluated here: " + why})
}

// hidden blocks an item with secrets where a plan has to see values: in what is no text of a map, such as an address or a size.
func (c *computer) hidden(item *Item, found match) {
	if !c.found.Masked || found.mark == nil {
		return
	}
	for _, path := range found.mark.Secrets {
		name, _, _ := spec.SplitPath(path)
		if row := c.schema.row(name); row == nil || row.Kind == spec.Map || row.Secret {
			continue
		}
		item.Blocked = append(item.Blocked, Reason{
			Code: CodeSecret, Path: path, Origin: item.Manifest.Source, Text: fmt.Sprintf("%s is not evaluated here: it came encrypted, and a snapshot does not hold it", path),
			Try: "plan it on the node",
		})
	}
}

// veiled is a found secret as a plan shows it.
func (c *computer) veiled(mask spec.Mask, found any) any {
	if c.found.Masked && spec.IsMarker(found) {
		return mask.Again(found)
	}
	return mask.Marker(found)
}
