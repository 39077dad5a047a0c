package reconcile

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/drivers"
	"github.com/specadm/specadm/spec"
)

// Snapshot is what a node has, without its secrets, so that a plan can be made where the node is not.
type Snapshot struct {
	TakenAt time.Time
	Found   diff.Found // Masked; with every ZFS property that can be set, and all images and firewall rules
	Key     string     // tells the key that markers and owner marks were made with; "": there was none
	Down    []string   // items that an interrupted run had stopped and not started again

	Applied map[string]string // by owner: the commit whose manifests were applied last
}

// TakeSnapshot looks at the whole node. It changes nothing and writes nothing.
func TakeSnapshot(ctx context.Context, options Options) (*Snapshot, error) {
	unfinished, err := options.State.Unfinished()
	if err != nil {
		return nil, err
	}
	key, err := options.State.Key()
	if err != nil {
		return nil, err
	}
	snapshot := &Snapshot{TakenAt: options.Clock.orReal().Now().UTC().Truncate(time.Second), Key: diff.KeyName(key)}
	if unfinished != nil {
		snapshot.Down = unfinished.Down
	}
	if snapshot.Applied, err = options.State.applied(); err != nil {
		return nil, err
	}
	runner := drivers.ReadOnly(options.Runner)
	node, err := ObserveNode(ctx, runner)
	if err != nil {
		return nil, &NodeError{err}
	}
	found, err := observe(ctx, runner, []string{"all"})
	if err != nil {
		return nil, &NodeError{err}
	}
	kinds := map[spec.ManifestKind]bool{spec.KindImage: true, spec.KindFirewallRule: true}
	if err := observeKinds(ctx, runner, kinds, &found); err != nil {
		return nil, &NodeError{err}
	}
	found.Node = node
	hideSecrets(&found, spec.NewMask(key))
	snapshot.Found = found
	return snapshot, nil
}

// hideSecrets puts markers in the place of secrets, and drops what no plan reads: the counters of datasets.
func hideSecrets(found *diff.Found, mask spec.Mask) {
	found.Masked = true
	for uuid, object := range found.Instances {
		found.Instances[uuid] = mask.Instance(object)
	}
	always := zfsProperties()
	for _, dataset := range found.Datasets {
		maps.DeleteFunc(dataset.Properties, func(property string, setting diff.Setting) bool {
			return setting.Source == "-" && !slices.Contains(always, property)
		})
		for property, setting := range dataset.Properties {
			setting.Value = mask.Named(property, setting.Value)
			dataset.Properties[property] = setting
		}
	}
}

// applied is by owner the commit whose manifests were applied last, as far as the history knows.
func (s State) applied() (map[string]string, error) {
	runs, err := s.History()
	if err != nil {
		return nil, err
	}
	commits := map[string]string{}
	for _, run := range runs {
		if run.Commit != "" {
			commits[run.Owner] = run.Commit
		}
	}
	return commits, nil
}

// keyOf is the key of this machine if it is that of the node, else nil: causes and secrets are not known then.
func (s *Snapshot) keyOf(key []byte) []byte {
	if s.Key == "" || diff.KeyName(key) != s.Key {
		return nil
	}
	return key
}

// Keyed reports whether a state directory holds the key that the snapshot was made with.
func (s *Snapshot) Keyed(state State) (bool, error) {
	key, err := state.Key()
	return s.keyOf(key) != nil, err
}

// planAgainst makes a plan as the node would have made it when the snapshot was taken.
func planAgainst(ctx context.Context, options Options) (*Preview, error) {
	options.Node = options.Against.Found.Node
	pass, err := newPass(ctx, options, nil)
	if err != nil {
		return nil, err
	}
	pass.restart = options.Against.Down
	return pass.preview(ctx)
}

// seen is what a look at the node for these manifests would have shown: nothing but the properties and kinds that they speak of.
func (s *Snapshot) seen(p *pass) diff.Found {
	found := s.Found
	kinds := kindsOf(p.Node, p.repositories()...)
	if !kinds[spec.KindImage] {
		found.Images = nil
	}
	if !kinds[spec.KindFirewallRule] {
		found.Rules = nil
	}
	properties := append(zfsProperties(), p.properties...)
	found.Datasets = make(map[string]diff.Dataset, len(s.Found.Datasets))
	for name, dataset := range s.Found.Datasets {
		one := diff.Dataset{Name: name, Properties: make(map[string]diff.Setting, len(properties))}
		for _, property := range properties {
			setting, ok := dataset.Properties[property]
			if !ok {
				setting = diff.Setting{Value: "-", Source: "-"} // as zfs get prints what a dataset does not have
			}
			one.Properties[property] = setting
		}
		found.Datasets[name] = one
	}
	return found
}
