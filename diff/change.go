package diff

import "github.com/specadm/specadm/spec"

// Change is one difference between wanted and found.
type Change struct {
	Path      string // property path with keys, such as "ram", "tags.role", "nics[c2:4f:19:a0:7b:31].ips"
	Op        Op
	Before    any // found; nil when it is added
	After     any // wanted; nil when it is removed
	Unit      spec.Unit
	Cause     Cause
	Effect    spec.Effect   // on the instance as it runs now; live when it is stopped
	Risk      spec.Risk     // of making it so and in force
	Marks     []spec.Mark   // DATA, NET
	Origin    spec.Position // the manifest line that wants it
	Sensitive bool          // values are markers (spec.Mask), since the real ones are never printed
	Unknown   bool          // what is wanted could not be revealed on this machine
	Since     Since         // see CompareBase
}

// Op is what a change does to its path.
type Op string

// Operations.
const (
	OpAdd     Op = "add"
	OpReplace Op = "replace"
	OpRemove  Op = "remove"
)

// Cause says who moved: the manifest or the node.
type Cause string

// Causes of a change (behaviour 3.7).
const (
	CauseManifest Cause = "manifest" // the repository changed it, or it is new
	CauseDrift    Cause = "drift"    // somebody changed the node
	CauseBoth     Cause = "both"
	CauseDefault  Cause = "default" // it left the manifest and goes back to the platform's default
	CauseUndo     Cause = "undo"    // a run is taken back
	CauseUnknown  Cause = ""        // no record tells
)
