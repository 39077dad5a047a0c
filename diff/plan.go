package diff

import "github.com/specadm/specadm/spec"

// Plan is what Compute decided: every instance that a manifest or a mark concerns, with its changes and the steps that make them
// so. It can be printed, compared and stored; it holds no secret when rendered, since views mask by the property table.
type Plan struct {
	Node     Node
	Owner    string
	Items    []*Item        // in order of name
	Findings []spec.Finding // about the input and the node, in order of place
	Reports  []Report       // what no manifest claims: foreign instances, datasets of no instance
}

// Action is what a plan does to one instance, in one word.
type Action string

// Actions (behaviour 3.10).
const (
	Noop     Action = "noop"
	Create   Action = "create"
	Update   Action = "update"
	RebootIt Action = "reboot" // nothing but a reboot is left to do
	Power    Action = "power"  // nothing but start or stop
	Recreate Action = "recreate"
	Destroy  Action = "destroy"
	Adopt    Action = "adopt" // the mark, and maybe changes
)

// Item is one instance in a plan.
type Item struct {
	Name     string
	UUID     string
	Brand    spec.Brand
	Action   Action
	Manifest *spec.Manifest // nil for instances that no manifest wants
	Running  bool           // found running

	Changes []Change // what differs, sorted by path
	Steps   []Step   // in the order of execution
	Blocked []Reason // why nothing is done to it; Steps is empty then
	Notes   []Reason // cross-checks and consequences worth a line, such as derived limits or a pending reboot

	RebootPending bool // stored values wait for a boot of the instance
}

// Risk is the highest risk among the steps.
func (i *Item) Risk() spec.Risk {
	risk := spec.Live
	for _, s := range i.Steps {
		risk = max(risk, s.Risk)
	}
	return risk
}

// Cause says who moved: the manifest or the node.
type Cause string

// Causes of a change (behaviour 3.7).
const (
	CauseManifest Cause = "manifest" // the repository changed it, or it is new
	CauseDrift    Cause = "drift"    // somebody changed the node
	CauseBoth     Cause = "both"
	CauseDefault  Cause = "default" // it left the manifest and goes back to the platform's default
	CauseUnknown  Cause = ""        // no record tells
)

// Op is what a change does to its path.
type Op string

// Operations.
const (
	OpAdd     Op = "add"
	OpReplace Op = "replace"
	OpRemove  Op = "remove"
)

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
	Sensitive bool          // values are never printed
}

// Verb is what a step runs.
type Verb string

// Verbs. They are vmadm's commands, imgadm's import, and the ZFS repairs of design 9.
const (
	VerbImport    Verb = "import" // imgadm import UUID
	VerbCreate    Verb = "create"
	VerbUpdate    Verb = "update"
	VerbStart     Verb = "start"
	VerbStop      Verb = "stop"
	VerbReboot    Verb = "reboot"
	VerbDelete    Verb = "delete"
	VerbZFSCreate Verb = "zfs create" // a missing cores dataset
	VerbZFSSet    Verb = "zfs set"
)

// Step is one command to run for one instance.
type Step struct {
	Verb    Verb
	Target  string            // uuid of the instance; for import the image uuid, for zfs the dataset
	Payload spec.Object       // of create and update, exactly what vmadm reads on standard input
	Options map[string]string // ZFS properties of "zfs create" and "zfs set"; pool of import
	Paths   []string          // the changes that this step makes, by Change.Path
	Risk    spec.Risk
	Marks   []spec.Mark
	Reason  string // for people; code never reads it
}

// Reason is a sentence with a stable code, for people and machines.
type Reason struct {
	Code   string        `json:"code"`
	Text   string        `json:"text"`
	Try    string        `json:"try,omitempty"`
	Origin spec.Position `json:"origin,omitzero"`
}

// Report is something on the node that no manifest claims.
type Report struct {
	Kind string // "instance", "dataset"
	Name string // uuid or dataset name
	Text string
}
