package vm

import (
	"errors"
	"slices"

	"github.com/google/uuid"

	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/property"
	"github.com/specadm/specadm/drivers/lab/vm/zone"
)

func (v *vmadm) runCreate(args arguments) error {
	value, err := v.readPayload(args, "Will not create from stdin when stdin is a tty.")
	if err != nil {
		return err
	}
	payload, ok := asObject(value)
	if !ok {
		return crashf("TypeError: Cannot read property of a payload that is no object")
	}
	name, err := v.create(payload)
	if err != nil {
		return err
	}
	v.say("Successfully created VM %s", name)
	return nil
}

// creation is a VM on its way from a payload into the world.
type creation struct {
	payload *js.Object
	brand   property.Brand
	name    string
	zpool   string
	config  *zone.Config
}

func (c *creation) zoneroot() string { return c.zpool + "/" + c.name }

// create makes a VM (reference 8.2) and returns its uuid, which is known with most errors too.
func (v *vmadm) create(payload *js.Object) (string, error) {
	c, err := v.prepare(payload)
	if err != nil {
		return "", err
	}
	if err := v.checkpoint("vmadm create: create datasets"); err != nil {
		return "", inParallel(err)
	}
	if err := v.createDatasets(c); err != nil {
		return "", inParallel(err)
	}
	c.config = v.newConfig(c)
	for _, filesystem := range c.config.Filesystems {
		if err := incomplete(filesystem); err != nil {
			return "", inParallel(zonecfgFailed(c.name, err))
		}
	}
	c.config.SetAttr("provisioning", "true")
	if err := v.zones.Write(c.config); err != nil {
		return "", err
	}
	if err := v.installZone(c); err != nil {
		return "", err
	}
	if !c.payload.Bool("autoboot") {
		c.config.RemoveAttr("provisioning")
		return c.name, v.zones.Write(c.config)
	}
	return c.name, v.provision(c)
}

// prepare does all that comes before the world changes: names, defaults, validation, and what vmadm fills in for nics and disks.
func (v *vmadm) prepare(payload *js.Object) (*creation, error) {
	if !payload.Has("brand") {
		payload.Set("brand", "joyent")
	}
	brand, ok := property.BrandOf(payload.String("brand"))
	if !ok {
		return nil, crashf("TypeError: Cannot read property 'features' of undefined")
	}
	if name := payload.String("uuid"); v.zones.Has(name) {
		return nil, failf("VM with UUID %s already exists", name)
	}
	if blankMember(payload, "uuid") {
		payload.Set("uuid", uuid.NewString())
	}
	if name, given := payload.Get("zonename"); given && !blank(name) && name != payload.String("uuid") {
		return nil, crashf("AssertionError: zonename must be the uuid")
	}
	renameAliases(payload)
	normalizeTypes(payload)
	arrangeMemory(payload, nil, brand)
	verdict, err := check(v.node, payload, brand, property.Create)
	if err != nil {
		return nil, err
	}
	if err := verdict.fatal(); err != nil {
		return nil, err
	}
	prune(payload, brand, property.Create)
	dropWithoutImage(payload)
	if err := v.checkBhyve(brand); err != nil {
		return nil, err
	}
	setDefaults(payload, brand)
	payload.Set("create_timestamp", v.node.Now().UTC().Format(timeForm))
	if !brand.Machine {
		payload.Delete(ramKey) // zones know it only as max_physical_memory
	}
	resetConsoles(payload, brand)
	addDocker(payload, nil, brand, "internal_metadata")
	c := &creation{payload: payload, brand: brand, name: payload.String("uuid"), zpool: payload.String("zpool")}
	if payload.Bool("docker") {
		files := dockerFiles("/"+c.zoneroot(), brand)
		payload.Set("filesystems", append(slices.Clone(payload.Array("filesystems")), js.Objects(files)...))
	}
	if err := v.prepareDisks(c); err != nil {
		return nil, err
	}
	if err := v.prepareNics(c); err != nil {
		return nil, err
	}
	return c, v.checkCreation(c)
}

// checkCreation holds the checks of create that validate does not make (reference 4).
func (v *vmadm) checkCreation(c *creation) error {
	nics := c.payload.Objects("nics")
	if err := checkRoutes(c.payload.Object("routes"), nics); err != nil {
		return err
	}
	if err := zfsChecks(c.payload); err != nil {
		return err
	}
	if err := checkDisplay(c.payload); err != nil {
		return err
	}
	port, _ := c.payload.Number("vnc_port")
	if err := v.checkConflicts(claims{added: nics, vncPort: port}); err != nil {
		return err
	}
	return checkNicTags(v.node, nics)
}

// prepareNics normalises and checks the nics, and names them.
func (v *vmadm) prepareNics(c *creation) error {
	nics := c.payload.Objects("nics")
	driver := c.payload.String("nic_driver")
	macs := map[string]bool{}
	for _, nic := range nics {
		if err := normalizeNic(nic, nil); err != nil {
			return err
		}
		giveMAC(nic, macs)
		if !nic.Has("model") && driver != "" {
			nic.Set("model", driver)
		}
	}
	set := newNicSet()
	for _, nic := range nics {
		if err := checkNic(nic, c.brand, false); err != nil {
			return err
		}
		if err := set.add(nic); err != nil {
			return err
		}
	}
	if err := checkOnePrimary(nics); err != nil {
		return err
	}
	if err := checkVRRP(nics); err != nil {
		return err
	}
	nameInterfaces(nics, c.brand.NicPrefix, map[string]bool{})
	for _, nic := range nics {
		if nic.Bool("primary") {
			return nil
		}
	}
	if len(nics) > 0 {
		nics[0].Set("primary", true)
	}
	return nil
}

// prepareDisks fills in and checks the disks and passthrough devices.
func (v *vmadm) prepareDisks(c *creation) error {
	if !c.brand.Machine {
		return nil
	}
	if err := v.followImages(c); err != nil {
		return err
	}
	disks := c.payload.Objects("disks")
	devices := elements(c.payload, "pci_devices", "add_pci_devices")
	if err := fillDisks(disks, nil, devices, c.payload.String("disk_driver"), c.brand); err != nil {
		return err
	}
	for _, disk := range disks {
		if err := checkNewDisk(disk, c.brand); err != nil {
			return err
		}
	}
	if c.brand.ID != property.Bhyve {
		return nil
	}
	return checkDiskSet(disks, devices)
}

// newConfig makes the zone configuration of a creation.
func (v *vmadm) newConfig(c *creation) *zone.Config {
	config := &zone.Config{Name: c.name, Path: "/" + c.zoneroot(), Brand: c.brand.Name, DebugID: v.node.NextSerial()}
	configure(config, c.payload, c.brand)
	for _, nic := range c.payload.Objects("nics") {
		config.Networks = append(config.Networks, networkOf(nic))
	}
	for _, disk := range c.payload.Objects("disks") {
		config.Devices = append(config.Devices, deviceOf(disk))
	}
	for _, device := range elements(c.payload, "pci_devices", "add_pci_devices") {
		config.Devices = append(config.Devices, passthroughOf(device))
	}
	for _, filesystem := range c.payload.Objects("filesystems") {
		config.Filesystems = append(config.Filesystems, filesystemOf(withVolume(filesystem, config.Path)))
	}
	if c.payload.Bool("delegate_dataset") {
		config.Datasets = []string{c.zoneroot() + delegatedDataset}
	}
	return config
}

// provision boots a new VM and waits until it is provisioned (reference 8.4).
func (v *vmadm) provision(c *creation) error {
	c.config.SetAttr("transition", transition("provisioning", "running", v.node.Now().Add(provisionLimit(c.payload))))
	if err := v.zones.Write(c.config); err != nil {
		return err
	}
	err := v.checkpoint("vmadm create: boot")
	if err == nil {
		err = v.boot(c.config)
	}
	if err != nil {
		return errors.Join(inParallel(err), v.markFailed(c.config, "provisioning"))
	}
	if c.payload.Bool("nowait") {
		runtime := v.zones.Runtime(c.name)
		runtime.Provisioned = runtime.Booted.Add(v.updateWait())
		return v.zones.SetRuntime(c.name, runtime)
	}
	if err := v.checkpoint("vmadm create: wait for provisioning"); err != nil {
		late := failf("timed out waiting for /var/svc/provisioning to move for %s", c.name)
		return errors.Join(inParallel(late), v.markFailed(c.config, "provisioning"))
	}
	return v.endTransition(c.config)
}
