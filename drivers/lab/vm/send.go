package vm

import (
	"os"

	"golang.org/x/term"

	"github.com/specadm/specadm/drivers/lab/pool"
	"github.com/specadm/specadm/drivers/lab/vm/property"
)

const sendingSnapshot = "@sending"

// runSend writes a VM to standard output (reference 16.1). It is stopped for that and stays stopped.
func (v *vmadm) runSend(args arguments) error {
	if output, ok := v.call.Stdout.(*os.File); ok && term.IsTerminal(int(output.Fd())) {
		return failf("Cannot send VM to a TTY.")
	}
	name := args.uuid()
	if !v.zones.Has(name) {
		return failf("bad statusCode: 404")
	}
	m, err := v.load(name)
	if err != nil {
		return err
	}
	b := &bundle{object: m.object}
	if m.state() == "running" {
		if err := v.saveAutoboot(m, false); err != nil {
			return err
		}
		if err := v.halt(m.config, m.gracefulStatus()); err != nil {
			return err
		}
	}
	for _, dataset := range m.sentDatasets() {
		if err := v.checkpoint("vmadm send: send dataset"); err != nil {
			return err
		}
		stream, err := v.sendDataset(dataset)
		if err != nil {
			return commandFailed(err)
		}
		b.streams = append(b.streams, namedStream{name: dataset, stream: stream})
	}
	// The receiver may be slow, or in this very lab.
	if err := v.node.Unlock(); err != nil {
		return err
	}
	writeErr := b.writeTo(v.call.Stdout)
	if err := v.node.Relock(); err != nil {
		return err
	}
	if writeErr != nil {
		return writeErr
	}
	v.say("Successfully sent VM %s", name)
	return nil
}

// sentDatasets are the zoneroot, with all below it, and for kvm each volume.
func (m *machine) sentDatasets() []string {
	datasets := []string{zonerootOf(m.config)}
	if m.brand.ID != property.KVM {
		return datasets
	}
	for _, disk := range m.object.Objects("disks") {
		if dataset := disk.String("zfs_filesystem"); dataset != "" {
			datasets = append(datasets, dataset)
		}
	}
	return datasets
}

func (v *vmadm) sendDataset(dataset string) (*pool.Stream, error) {
	p, err := v.pool(dataset)
	if err != nil {
		return nil, err
	}
	if err := p.Snapshot(dataset+sendingSnapshot, true, nil); err != nil {
		return nil, err
	}
	stream, err := p.Send(dataset+sendingSnapshot, pool.SendOptions{Replicate: true})
	if err != nil {
		return nil, err
	}
	return stream, p.Destroy(dataset+sendingSnapshot, pool.DestroyOptions{Recursive: true})
}
