package vm

import (
	"fmt"
	"strings"

	"github.com/specadm/specadm/drivers/lab/pool"
	"github.com/specadm/specadm/drivers/lab/vm/zone"
)

// deleteAttempts is how often vmadm tries to uninstall a zone before it gives up. The platform counts time, about 30 s (reference 14);
// nothing changes in a lab while it waits, so that one attempt tells the end of all.
const deleteAttempts = 6

func (v *vmadm) runDelete(args arguments) error {
	name := args.uuid()
	if err := v.delete(name); err != nil {
		return failf("Failed to delete VM %s: %s", name, err)
	}
	v.say("Successfully deleted VM %s", name)
	return nil
}

// delete halts a VM and destroys all of it, whatever its state (reference 14). Snapshots do not stop it; indestructible flags do.
func (v *vmadm) delete(name string) error {
	m, err := v.find(name)
	if err != nil {
		return err
	}
	for _, flag := range []string{"indestructible_zoneroot", "indestructible_delegated"} {
		if m.object.Bool(flag) {
			return failf("%s is set, cannot delete", flag)
		}
	}
	if sharers, err := v.sharersOf(m); err != nil || len(sharers) > 0 {
		if err != nil {
			return err
		}
		return failf("Unable to delete VM %s the following VMs are sharing its volumes: [%s]", name, strings.Join(sharers, ", "))
	}
	if err := v.saveAutoboot(m, false); err != nil {
		return err
	}
	if err := v.halt(m.config, exitedKilled); err != nil {
		return err
	}
	if err := v.checkpoint("vmadm delete: uninstall"); err != nil {
		return inParallel(err)
	}
	if err := v.uninstall(m.config); err != nil {
		return failf("delete failed after %d attempts. (check the log for details)", deleteAttempts)
	}
	if err := v.checkpoint("vmadm delete: destroy disks"); err != nil {
		return inParallel(err)
	}
	for _, disk := range m.object.Objects("disks") {
		if err := v.destroyDisk(disk.String("zfs_filesystem")); err != nil {
			return inParallel(commandFailed(err))
		}
	}
	if err := v.node.RemoveFile(receivingPath(name)); err != nil {
		return err
	}
	return v.zones.Remove(name)
}

// sharersOf lists the VMs that mount volumes of this one (reference 14).
func (v *vmadm) sharersOf(m *machine) ([]string, error) {
	var sharers []string
	for _, name := range v.zones.Names() {
		if name == m.name {
			continue
		}
		config, err := v.zones.Config(name)
		if err != nil {
			return nil, err
		}
		for _, filesystem := range config.Filesystems {
			if filesystem.Type == "lofs" && strings.HasPrefix(filesystem.Special, m.config.Path+"/volumes/") {
				sharers = append(sharers, name)
				break
			}
		}
	}
	return sharers, nil
}

// uninstall is zoneadm uninstall -F: the zoneroot with all below it goes, and the dataset of core dumps.
func (v *vmadm) uninstall(config *zone.Config) error {
	root := zonerootOf(config)
	p, err := v.pool(root)
	if err != nil {
		return err
	}
	for _, dataset := range []string{coresOf(config), root} {
		if !p.Exists(dataset) {
			continue
		}
		if err := p.Destroy(dataset, pool.DestroyOptions{Recursive: true}); err != nil {
			return commandFailed(fmt.Errorf("/usr/sbin/zoneadm -z %s uninstall -F\n%w", config.Name, err))
		}
	}
	return v.zones.SetRuntime(config.Name, zone.Runtime{State: zone.Configured})
}

// destroyDisk destroys a volume that is still there; one that vmadm did not make goes too (derived).
func (v *vmadm) destroyDisk(dataset string) error {
	if dataset == "" {
		return nil
	}
	p, err := v.pool(dataset)
	if err != nil || !p.Exists(dataset) {
		return err
	}
	return destroyVolume(p, dataset)
}
