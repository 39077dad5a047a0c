package diff

import "github.com/specadm/specadm/spec"

// Plan is what Compute decided: every instance, image and firewall rule that a manifest concerns, with its changes and the steps that make them so. It can
// be printed, compared and stored. Secrets are in the payloads of its steps and nowhere else.
type Plan struct {
	Node     Node
	Owner    string
	Items    []*Item        // in order of name
	Findings []spec.Finding // about the input, in order of place
	Reports  []Report       // what no manifest claims: foreign instances, datasets of no instance; in order of kind and name
}

// Empty reports whether nothing is left to do and nothing stands in the way.
func (p *Plan) Empty() bool {
	for _, item := range p.Items {
		if len(item.Steps) > 0 || len(item.Blocked) > 0 {
			return false
		}
	}
	return true
}

// Item is one instance, image or firewall rule in a plan.
type Item struct {
	Kind     spec.ManifestKind
	Name     string
	UUID     string
	Brand    spec.Brand
	Action   Action
	Manifest *spec.Manifest // never nil in a plan made by Compute
	Running  bool           // found running

	Changes []Change // what differs, sorted by path
	Foreign []string // paths of what the instance has and the manifest does not speak of, sorted; only on request
	Aside   []Aside  // what differs and stays, by a rule of the manifest, sorted by path
	Steps   []Step   // in the order of execution
	Blocked []Reason // why nothing is done to it; Steps is empty then
	Notes   []Reason // cross-checks and consequences worth a line, such as derived limits or a pending reboot

	Since         Since // see CompareBase
	RebootPending bool  // values that an earlier run has stored wait for a boot of the instance

	After []string // names of items that have to be in place before this one is begun, sorted
}

// Risk is the highest risk among the steps.
func (i *Item) Risk() spec.Risk {
	risk := spec.Live
	for _, s := range i.Steps {
		risk = max(risk, s.Risk)
	}
	return risk
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
	Adopt    Action = "adopt"   // the mark, and maybe changes
	Release  Action = "release" // the mark goes, and nothing else
)

// Report is something on the node that no manifest claims.
type Report struct {
	Kind string // "instance", "dataset", "firewall rule"
	Name string // uuid, dataset name
	Text string
}
