package diff

import "github.com/specadm/specadm/spec"

// Step is one command to run for one item.
type Step struct {
	Verb    Verb
	Target  string            // uuid of the instance, image or firewall rule; for zfs the dataset
	Payload spec.Object       // of create, update and reprovision, exactly what vmadm reads on standard input; of fwadm, the rule
	Options map[string]string // ZFS properties of the zfs verbs; else see OptionPool
	Paths   []string          // the changes that this step makes, by Change.Path, sorted
	Needs   []int             // earlier steps of the item, by index, without which this one must not run
	Risk    spec.Risk
	Marks   []spec.Mark
	Reason  string // for people; code never reads it
	Since   Since  // see CompareBase
}

// Verb is what a step runs.
type Verb string

// Verbs. They are vmadm's commands, imgadm's import, and, with the program before them, those of others.
const (
	VerbImport      Verb = "import" // imgadm import UUID
	VerbCreate      Verb = "create"
	VerbUpdate      Verb = "update"
	VerbStart       Verb = "start"
	VerbStop        Verb = "stop"
	VerbReboot      Verb = "reboot"
	VerbReprovision Verb = "reprovision"
	VerbDelete      Verb = "delete"
	VerbZFSCreate   Verb = "zfs create" // a missing cores dataset
	VerbZFSSet      Verb = "zfs set"
	VerbZFSInherit  Verb = "zfs inherit" // of the properties in Options

	VerbDeleteImage Verb = "imgadm delete"
	VerbAddRule     Verb = "fwadm add"
	VerbUpdateRule  Verb = "fwadm update"
	VerbDeleteRule  Verb = "fwadm delete"

	VerbSnapshot       Verb = "create-snapshot"
	VerbDeleteSnapshot Verb = "delete-snapshot"
)

// Option names of import and snapshot steps.
const (
	OptionPool     = "pool"     // the pool that gets or loses the image
	OptionSnapshot = "snapshot" // the name of the snapshot
)
