package spec

import (
	"encoding/json"
	"time"
)

// MarkKey is the key of the owner mark in internal_metadata, which the guest cannot write (design 7).
const MarkKey = "specadm:owner"

// OwnerMark is what specadm leaves on an instance that it manages. It rides along with a create or an update as one JSON string; it
// holds paths and keyed digests, never values.
type OwnerMark struct {
	Owner      string            `json:"owner"`
	Name       string            `json:"name"`
	UUID       string            `json:"uuid"` // of the instance that was marked; a clone carries somebody else's
	Generation int               `json:"generation,omitempty"`
	Key        string            `json:"key,omitempty"`     // name of the key of the digests; empty when there was none
	Fields     map[string]string `json:"fields"`            // managed path -> keyed digest of the value last applied; "" when unknown
	Secrets    []string          `json:"secrets,omitempty"` // managed paths whose values came encrypted, sorted; readers mask them
	Reboot     *PendingReboot    `json:"reboot,omitempty"`  // set with a change that waits for a boot
	Protect    Protection        `json:"protect,omitempty"`
	Tombstone  *Tombstone        `json:"tombstone,omitempty"` // set when it was stopped to be deleted
}

// Tombstone says that an instance was stopped to be deleted later, and what it was before, so that it can be brought back until then.
type Tombstone struct {
	Since    time.Time `json:"since"`
	Running  bool      `json:"running"`
	Autoboot bool      `json:"autoboot"`
}

// PendingReboot says that values were stored which the guest does not have yet. It is over as soon as the instance has booted
// again, that is when boot_timestamp differs from Boot.
type PendingReboot struct {
	Boot  string   `json:"boot"`  // boot_timestamp when the change was stored
	Paths []string `json:"paths"` // what waits, sorted
}

// NoCloudPathKey is the key of internal_metadata under which vmadm keeps the path of the disk that it adds for cloud-init (reference
// 8.1).
const NoCloudPathKey = "cloudinit_nocloud_path"

// MarkOf reads the owner mark that a found instance carries; garbage is none. It may be that of another instance, which a clone carries
// along: compare its UUID.
func MarkOf(o Object) (mark OwnerMark, ok bool) {
	metadata, _ := o[Properties().Role(RoleInternalMetadata).Name].(map[string]any)
	encoded, ok := metadata[MarkKey].(string)
	if !ok || json.Unmarshal([]byte(encoded), &mark) != nil || mark.Owner == "" || mark.Name == "" {
		return OwnerMark{}, false
	}
	return mark, true
}
