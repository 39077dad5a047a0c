package vm

import (
	"errors"

	"github.com/google/uuid"

	"github.com/specadm/specadm/drivers/lab/pool"
	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/property"
	"github.com/specadm/specadm/drivers/lab/vm/zone"
)

// receiving is the state of a VM whose datasets are still on their way.
const receiving = "receiving"

func receivingPath(name string) string { return "/etc/zones/" + name + "-receiving.json" }

// runReceive makes a VM of what send wrote. It always reads standard input (reference 2.3, 16.2).
func (v *vmadm) runReceive(arguments) error {
	if err := v.refuseTerminal("Will not receive from stdin when stdin is a tty."); err != nil {
		return err
	}
	if err := v.node.Unlock(); err != nil {
		return err
	}
	b, readErr := readBundle(v.call.Stdin)
	if err := v.node.Relock(); err != nil {
		return err
	}
	if err := v.reopen(); err != nil {
		return err
	}
	if readErr != nil {
		return readErr
	}
	c, err := v.beginReceive(b.object)
	if err != nil {
		return err
	}
	for _, s := range b.streams {
		if err := v.checkpoint("vmadm receive: receive dataset"); err != nil {
			return err
		}
		if err := v.receiveDataset(s); err != nil {
			return failf("vmunbundle exited with code 1")
		}
	}
	if len(b.streams) == 0 {
		// A bare object: the datasets are to be brought by hand, then comes vmadm install.
		v.say("Successfully received VM %s", c.name)
		return nil
	}
	if err := v.install(c.name); err != nil {
		return err
	}
	v.say("Successfully received VM %s", c.name)
	return nil
}

// beginReceive configures the VM in state receiving and keeps the payload for install.
func (v *vmadm) beginReceive(payload *js.Object) (*creation, error) {
	brand, ok := property.BrandOf(payload.String("brand"))
	if !ok {
		return nil, crashf("TypeError: Cannot read property 'features' of undefined")
	}
	name := payload.String("uuid")
	if v.zones.Has(name) {
		return nil, failf("VM with UUID %s already exists", name)
	}
	if name == "" {
		name = uuid.NewString()
		payload.Set("uuid", name)
	} else if !uuidForm.MatchString(name) {
		return nil, failf("Invalid value(s) for: uuid")
	}
	renameAliases(payload)
	normalizeTypes(payload)
	prune(payload, brand, property.Receive)
	for _, disk := range payload.Objects("disks") {
		disk.Set("nocreate", true)
	}
	zpool := payload.String("zpool")
	if zpool == "" {
		zpool = defaultZpool
	}
	nics := payload.Objects("nics")
	if err := v.checkConflicts(claims{added: nics}); err != nil {
		return nil, err
	}
	nameInterfaces(nics, brand.NicPrefix, map[string]bool{})
	resetConsoles(payload, brand)
	c := &creation{payload: payload, brand: brand, name: name, zpool: zpool}
	if err := v.node.WriteFile(receivingPath(name), []byte(js.StringifyIndent(payload)+"\n")); err != nil {
		return nil, err
	}
	c.config = v.newConfig(c)
	for _, dataset := range payload.Array("datasets") {
		c.config.Datasets = append(c.config.Datasets, js.ToString(dataset))
	}
	c.config.SetAttr("transition", transition(receiving, "stopped", v.node.Now().Add(provisionTime)))
	return c, v.zones.Write(c.config)
}

// receiveDataset is zfs receive -F, after which nothing of the way that it came stays.
func (v *vmadm) receiveDataset(s namedStream) error {
	p, err := v.pool(s.name)
	if err != nil {
		return err
	}
	if p.Exists(s.name) {
		return failf("dataset %s exists", s.name)
	}
	if _, err := p.Receive(s.name, s.stream, pool.ReceiveOptions{Force: true}); err != nil {
		return err
	}
	return p.Destroy(s.name+sendingSnapshot, pool.DestroyOptions{Recursive: true})
}

func (v *vmadm) runInstall(args arguments) error {
	name := args.uuid()
	if !v.zones.Has(name) {
		return failf("VM %s not found", name)
	}
	if err := v.install(name); err != nil {
		return err
	}
	v.say("Successfully installed VM %s", name)
	return nil
}

// install finishes a VM in state receiving: the brand's script makes the dataset for core dumps, properties are restored from the payload
// that receive kept, and the VM boots if it did at the source (reference 16.4).
func (v *vmadm) install(name string) error {
	m, err := v.load(name)
	if err != nil {
		return err
	}
	if m.state() != receiving {
		return failf("Cannot install vm from state %q, must be \"receiving\".", m.state())
	}
	payload, err := v.readMap(receivingPath(name))
	if err != nil || payload == nil {
		return errors.Join(failf("cannot read %s", receivingPath(name)), err)
	}
	root := zonerootOf(m.config)
	p, err := v.pool(root)
	if err != nil {
		return err
	}
	if !p.Exists(root) {
		return inParallel(commandFailed(pool.NoSuchDataset(root)))
	}
	if err := createCores(p, m.config); err != nil {
		return inParallel(commandFailed(err))
	}
	if err := v.restoreSpace(p, m, payload); err != nil {
		return inParallel(commandFailed(err))
	}
	if err := v.setDatasetProperties(m.config, payload, nil); err != nil {
		return inParallel(err)
	}
	if err := v.restoreFiles(m.config, payload); err != nil {
		return err
	}
	if err := v.setZoneState(name, zone.Installed); err != nil {
		return err
	}
	if err := v.endTransition(m.config); err != nil {
		return err
	}
	if err := v.node.RemoveFile(receivingPath(name)); err != nil {
		return err
	}
	if !payload.Bool("autoboot") {
		return nil
	}
	return inParallel(v.boot(m.config))
}

// restoreSpace sets the quota of a received VM.
func (v *vmadm) restoreSpace(p *pool.Pool, m *machine, payload *js.Object) error {
	quota, _ := payload.Number("quota")
	if m.brand.ID != property.Bhyve {
		return p.Set(zonerootOf(m.config), map[string]string{"quota": bytesText(quota * 1024)})
	}
	var volumes []volumeSize
	for _, disk := range payload.Objects("disks") {
		dataset := volumeOf(disk.String("path"))
		if dataset == "" || !p.Exists(dataset) {
			continue
		}
		volume, err := readVolume(p, dataset)
		if err != nil {
			return err
		}
		volumes = append(volumes, volume)
	}
	return spaceOf(payload).arrange(p, zonerootOf(m.config), volumes)
}

// restoreFiles writes metadata, tags and routes from the payload.
func (v *vmadm) restoreFiles(config *zone.Config, payload *js.Object) error {
	if err := v.writeMetadata(config, payload.Object("customer_metadata"), payload.Object("internal_metadata")); err != nil {
		return err
	}
	if err := v.writeMap(tagsPath(config), payload.Object("tags")); err != nil {
		return err
	}
	return v.writeMap(routesPath(config), payload.Object("routes"))
}
