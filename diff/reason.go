package diff

import "github.com/specadm/specadm/spec"

// Reason is a sentence with a stable code, for people and machines.
type Reason struct {
	Code   string        `json:"code"`
	Text   string        `json:"text"`
	Path   string        `json:"path,omitempty"` // of the one field that it is about
	Try    string        `json:"try,omitempty"`
	Origin spec.Position `json:"origin,omitzero"`
}

// Codes of the reasons why nothing is done to an instance.
const (
	CodeBroken         = "BROKEN_MANIFEST" // its manifest has errors
	CodeForeign        = "FOREIGN"         // it carries no owner mark and is not adopted
	CodeAliasTaken     = "ALIAS_TAKEN"     // an instance with this alias exists and is not ours
	CodeOwnedElsewhere = "OWNED_ELSEWHERE" // it carries the mark of another owner or manifest
	CodeClaimedTwice   = "CLAIMED_TWICE"   // two manifests want it
	CodeAmbiguous      = "AMBIGUOUS"       // more than one answer is possible; the manifest has to say which
	CodeHiddenCopy     = "HIDDEN_COPY"     // do_not_inventory is set
	CodeState          = "STATE"           // its state allows no change
	CodeCannotConverge = "CANNOT_CONVERGE" // the platform cannot make it so
	CodeSecret         = "SECRET"          // what it wants could not be revealed here
	CodeIndestructible = "INDESTRUCTIBLE"  // a held snapshot forbids what is wanted
	CodeInUse          = "IN_USE"          // instances need the image
	CodeProtected      = "PROTECTED"       // deleting it is forbidden
	CodePruneLimit     = "PRUNE_LIMIT"     // more instances would go than one run may take
	CodeLaw            = "BROKEN_LAW"      // the plan breaks a law of its own; an error of specadm
)

// Codes of notes.
const (
	CodeMark          = "OWNER_MARK"     // nothing but the mark is written
	CodeClamped       = "CLAMPED"        // the platform keeps another value than the wanted one, as documented
	CodeStays         = "STAYS"          // left the manifest, and the platform cannot unset it
	CodeFollows       = "FOLLOWS"        // changes along with something else
	CodeRebootPending = "REBOOT_PENDING" // stored values wait for a boot
	CodeReplacement   = "REPLACEMENT"    // what a replacement keeps and loses
	CodeDeletes       = "DELETES"        // datasets that go with a deletion
	CodeCores         = "CORES"          // the dataset for core dumps is missing
	CodeVolume        = "VOLUME"         // disks without volume, volumes without disk
	CodeTombstone     = "TOMBSTONE"      // it is stopped, and will be deleted
	CodeNotPruned     = "NOT_PRUNED"     // why instances that no manifest wants stay
	CodeExpired       = "EXPIRED"        // a rule that counts no more
	CodeReleased      = "RELEASED"       // it belongs to no manifest any more
	CodeNotCompared   = "NOT_COMPARED"   // wanted, but nothing on the node tells whether it is so
)
