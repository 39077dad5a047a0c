package vm

import (
	"regexp"

	"github.com/specadm/specadm/drivers/lab/pool"
	"github.com/specadm/specadm/drivers/lab/vm/property"
)

var snapshotForm = regexp.MustCompile(`^[A-Za-z0-9_.:%-]{1,64}$`)

// snapshotOf is the ZFS snapshot behind a snapshot of a VM.
func snapshotOf(m *machine, name string) string {
	return zonerootOf(m.config) + "@" + snapshotPrefix + name
}

func (v *vmadm) runCreateSnapshot(args arguments) error {
	m, err := v.snapshotTarget(args)
	if err != nil {
		return err
	}
	if err := canSnapshot(m); err != nil {
		return err
	}
	name := args.at(1)
	if findByKey(m.object.Objects("snapshots"), "name", name) != nil {
		return failf("snapshot with name %q already exists.", name)
	}
	if err := v.checkpoint("vmadm create-snapshot: snapshot"); err != nil {
		return err
	}
	p, err := v.pool(zonerootOf(m.config))
	if err != nil {
		return err
	}
	if err := p.Snapshot(snapshotOf(m, name), m.brand.ID == property.Bhyve, nil); err != nil {
		return commandFailed(err)
	}
	v.say("Created snapshot %s for VM %s", name, m.name)
	return nil
}

// snapshotTarget finds the VM of a snapshot command and checks the name.
func (v *vmadm) snapshotTarget(args arguments) (*machine, error) {
	if args.at(1) == "" {
		return nil, &misuse{}
	}
	if !snapshotForm.MatchString(args.at(1)) {
		return nil, failf("Invalid snapshot name")
	}
	return v.find(args.uuid())
}

// canSnapshot refuses brands and layouts whose snapshots would not hold all of the VM.
func canSnapshot(m *machine) error {
	if err := supportsSnapshots(m); err != nil {
		return err
	}
	if len(m.config.Datasets) > 0 {
		return failf("Cannot currently snapshot zones that have datasets")
	}
	return nil
}

func supportsSnapshots(m *machine) error {
	if m.brand.ID == property.KVM {
		return failf("snapshots for kvm VMs currently unsupported")
	}
	return nil
}

func (v *vmadm) runDeleteSnapshot(args arguments) error {
	m, err := v.snapshotTarget(args)
	if err != nil {
		return err
	}
	name := args.at(1)
	if findByKey(m.object.Objects("snapshots"), "name", name) == nil {
		return failf("No snapshot named %q for %s", name, m.name)
	}
	if err := v.checkpoint("vmadm delete-snapshot: destroy"); err != nil {
		return err
	}
	p, err := v.pool(zonerootOf(m.config))
	if err != nil {
		return err
	}
	if err := p.Destroy(snapshotOf(m, name), pool.DestroyOptions{Recursive: m.brand.ID == property.Bhyve}); err != nil {
		return commandFailed(err)
	}
	v.say("Deleted snapshot %s for VM %s", name, m.name)
	return nil
}

// runRollbackSnapshot puts the datasets back, newer snapshots being lost, and starts the VM whatever it did before (reference 15).
func (v *vmadm) runRollbackSnapshot(args arguments) error {
	m, err := v.snapshotTarget(args)
	if err != nil {
		return err
	}
	if err := supportsSnapshots(m); err != nil {
		return err
	}
	name := args.at(1)
	if findByKey(m.object.Objects("snapshots"), "name", name) == nil {
		return failf("No snapshot named %q for %s", name, m.name)
	}
	if err := v.halt(m.config, exitedKilled); err != nil {
		return err
	}
	if err := v.checkpoint("vmadm rollback-snapshot: rollback"); err != nil {
		return err
	}
	if err := v.rollback(m, snapshotPrefix+name); err != nil {
		return commandFailed(err)
	}
	if _, err := v.start(m.name); err != nil {
		return err
	}
	v.say("Rolled back snapshot %s for VM %s", name, m.name)
	return nil
}

// rollback rolls back the zoneroot, and for bhyve all below it that has the snapshot. The list of those is taken in the system's pool
// even when the VM lives in another (reference 15).
func (v *vmadm) rollback(m *machine, snapshot string) error {
	datasets := []string{zonerootOf(m.config)}
	if m.brand.ID == property.Bhyve {
		root := defaultZpool + "/" + m.name
		p, err := v.pool(root)
		if err != nil {
			return err
		}
		below, err := p.List(pool.ListOptions{Names: []string{root}, Recursive: true})
		if err != nil {
			return err
		}
		datasets = nil
		for _, dataset := range below {
			if p.Exists(dataset.Name + "@" + snapshot) {
				datasets = append(datasets, dataset.Name)
			}
		}
	}
	for _, dataset := range datasets {
		p, err := v.pool(dataset)
		if err != nil {
			return err
		}
		if err := p.Rollback(dataset+"@"+snapshot, pool.RollbackOptions{Recent: true}); err != nil {
			return err
		}
	}
	return nil
}
