package vm

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/specadm/specadm/drivers/lab/node"
	"github.com/specadm/specadm/drivers/lab/pool"
	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/property"
	"github.com/specadm/specadm/drivers/lab/vm/zone"
)

// importedPoolBytes is the size of a pool that only an imported VM knows of.
const importedPoolBytes = 1 << 40

// Import puts a VM that `vmadm get` printed elsewhere into the lab, so that get shows the same document here, except for what belongs to
// a node or a moment: server_uuid, zoneid, zonedid, pid, timestamps of boots and snapshots. Images, nic tags and pools that the document
// names and the lab lacks are added. The document must have uuid and brand. Nothing is saved.
func Import(n *node.Node, document map[string]any) error {
	object, _ := js.FromGo(document).(*js.Object)
	v := &vmadm{call: &node.Call{Node: n}, node: n}
	if err := v.reopen(); err != nil {
		return err
	}
	i, err := v.beginImport(object)
	if err == nil {
		err = i.run()
	}
	if err != nil {
		return fmt.Errorf("cannot import VM %s: %w", object.String("uuid"), err)
	}
	return nil
}

// importing is one document on its way into the lab.
type importing struct {
	*vmadm
	creation
	pool *pool.Pool
}

func (v *vmadm) beginImport(object *js.Object) (*importing, error) {
	brand, ok := property.BrandOf(object.String("brand"))
	if !ok {
		return nil, fmt.Errorf("unknown brand %q", object.String("brand"))
	}
	name := object.String("uuid")
	if !looksLikeUUID(name) {
		return nil, fmt.Errorf("no uuid")
	}
	if v.zones.Has(name) {
		return nil, fmt.Errorf("the lab has it already")
	}
	renameAliases(object)
	normalizeTypes(object)
	zpool := firstText(object.String("zpool"), pool.PoolName(strings.TrimPrefix(object.String("zonepath"), "/")), defaultZpool)
	if !brand.Machine {
		object.Delete(ramKey) // only lookup shows it
	}
	if !object.Has("limit_priv") {
		object.Set("limit_priv", []js.Value{brand.LimitPriv})
	}
	nics := slices.DeleteFunc(object.Objects("nics"), func(nic *js.Object) bool { return nic.String("interface") != "" })
	nameInterfaces(nics, brand.NicPrefix, map[string]bool{})
	i := &importing{vmadm: v, creation: creation{payload: object, brand: brand, name: name, zpool: zpool}}
	return i, i.addNeeds()
}

// addNeeds adds the pools, images and nic tags that the document names.
func (i *importing) addNeeds() error {
	for _, zpool := range i.pools() {
		if slices.Contains(i.node.PoolNames(), zpool) {
			continue
		}
		if err := i.node.AddPool(zpool, importedPoolBytes); err != nil {
			return err
		}
	}
	var err error
	if i.pool, err = i.vmadm.pool(i.zpool); err != nil {
		return err
	}
	if err := i.addImage(i.zpool, i.payload.String("image_uuid"), i.zonerootImageType(), 0); err != nil {
		return err
	}
	for _, disk := range i.payload.Objects("disks") {
		size, given := disk.Number("image_size")
		if !given {
			size, _ = disk.Number("size")
		}
		if err := i.addImage(firstText(disk.String("zpool"), i.zpool), disk.String("image_uuid"), "zvol", size); err != nil {
			return err
		}
	}
	for _, nic := range i.payload.Objects("nics") {
		i.addTag(nic.String("nic_tag"))
	}
	return nil
}

func (i *importing) pools() []string {
	pools := []string{i.zpool}
	for _, disk := range i.payload.Objects("disks") {
		if zpool := disk.String("zpool"); zpool != "" {
			pools = appendNew(pools, zpool)
		}
	}
	return pools
}

func (i *importing) zonerootImageType() string {
	switch {
	case i.payload.Bool("docker") && i.brand.ID == property.LX:
		return "docker"
	case i.brand.ID == property.LX:
		return "lx-dataset"
	default:
		return "zone-dataset"
	}
}

func (i *importing) addImage(zpool, id, kind string, sizeMiB float64) error {
	if id == "" {
		return nil
	}
	if _, ok, err := i.node.Image(zpool, id); err != nil || ok {
		return err
	}
	manifest := map[string]any{"v": 2, "uuid": id, "name": "imported", "version": "1.0.0", "type": kind, "os": "other"}
	if kind == "zvol" {
		manifest["image_size"] = max(1, int64(sizeMiB))
	}
	raw, err := json.Marshal(manifest)
	if err != nil {
		return err
	}
	image, err := node.ParseImage(raw)
	if err != nil {
		return err
	}
	return i.node.InstallImage(zpool, "", image)
}

func (i *importing) addTag(name string) {
	if _, ok := i.node.NicTag(name); ok || name == "" {
		return
	}
	tag := node.NicTag{Name: name, Type: "etherstub"}
	if rule, _, overlay := strings.Cut(name, "/"); overlay {
		tag = node.NicTag{Name: rule, Type: "overlay rule"}
	}
	settings := i.node.Settings()
	settings.NicTags = append(settings.NicTags, tag)
	i.node.SettingsChanged()
}

func (i *importing) run() error {
	i.config = i.newConfig(&i.creation)
	for _, dataset := range i.payload.Array("datasets") {
		i.config.Datasets = append(i.config.Datasets, js.ToString(dataset))
	}
	if to := i.payload.String("transition_to"); to != "" {
		expires, _ := i.payload.Number("transition_expire")
		i.config.SetAttr("transition", transition(i.payload.String("state"), to, time.UnixMilli(int64(expires))))
	}
	if path := i.payload.String("zonepath"); path != "" {
		i.config.Path = path
	}
	if err := i.zones.Write(i.config); err != nil {
		return err
	}
	state := zone.State(i.payload.String("zone_state"))
	if state == "" {
		state = stateOf(i.payload.String("state"))
	}
	if state != zone.Configured {
		if err := i.addDatasets(); err != nil {
			return err
		}
	}
	return i.enter(state)
}

// stateOf guesses what zoneadm would report of a VM that is only known by its state.
func stateOf(state string) zone.State {
	switch known := zone.State(state); known {
	case zone.Configured, zone.Incomplete, zone.Running, zone.Ready, zone.ShuttingDown, zone.Down:
		return known
	default:
		return zone.Installed
	}
}

// addDatasets makes the datasets and files of the VM with the properties that the document shows.
func (i *importing) addDatasets() error {
	root := zonerootOf(i.config)
	if err := createZoneroot(i.pool, root, i.zpool, i.payload.String("image_uuid")); err != nil {
		return err
	}
	if err := createCores(i.pool, i.config); err != nil {
		return err
	}
	for _, dataset := range i.config.Datasets {
		if err := i.pool.Create(dataset, pool.CreateOptions{Properties: map[string]string{"zoned": "on"}}); err != nil {
			return err
		}
	}
	for _, disk := range i.payload.Objects("disks") {
		if err := i.addVolume(disk); err != nil {
			return err
		}
	}
	if err := i.setProperties(root); err != nil {
		return err
	}
	if err := i.restoreFiles(i.config, i.payload); err != nil {
		return err
	}
	for _, snapshot := range slices.Backward(i.payload.Objects("snapshots")) {
		if !snapshotForm.MatchString(snapshot.String("name")) {
			continue // platforms before 2019 showed other snapshots too, by their whole names
		}
		name := root + "@" + snapshotPrefix + snapshot.String("name")
		if err := i.pool.Snapshot(name, i.brand.ID == property.Bhyve, nil); err != nil {
			return err
		}
	}
	return i.makeVolumes(i.config)
}

// addVolume makes the volume behind a disk, unless the document says that there is none.
func (i *importing) addVolume(disk *js.Object) error {
	dataset := firstText(disk.String("zfs_filesystem"), volumeOf(disk.String("path")))
	if dataset == "" || disk.Bool("missing") {
		return nil
	}
	p, err := i.vmadm.pool(dataset)
	if err != nil {
		return err
	}
	image, known, err := i.node.Image(p.Name, disk.String("image_uuid"))
	if err != nil {
		return err
	}
	if known && image.Type == "zvol" {
		return cloneVolume(p, disk, p.Name, dataset)
	}
	return createVolume(p, disk, dataset)
}

// setProperties sets what the document shows of the datasets, where they do not show it already.
func (i *importing) setProperties(root string) error {
	quota, _ := i.payload.Number("quota")
	if i.brand.ID == property.Bhyve {
		if err := i.restoreSpace(i.pool, &machine{name: i.name, brand: i.brand, config: i.config}, i.payload); err != nil {
			return err
		}
	} else if err := i.pool.Set(root, map[string]string{"quota": bytesText(quota * 1024)}); err != nil {
		return err
	}
	for _, shown := range []struct{ key, dataset string }{
		{"zfs_root_compression", root}, {"zfs_data_compression", root + delegatedDataset},
	} {
		if !i.pool.Exists(shown.dataset) {
			continue
		}
		wanted := firstText(i.payload.String(shown.key), uncompressed)
		if now, err := i.pool.Property(shown.dataset, "compression"); err != nil || now.Text == wanted {
			if err != nil {
				return err
			}
			continue
		}
		if err := i.pool.Set(shown.dataset, map[string]string{"compression": wanted}); err != nil {
			return err
		}
	}
	rest := i.payload.Clone()
	rest.Delete("zfs_root_compression")
	rest.Delete("zfs_data_compression")
	return i.setDatasetProperties(i.config, rest, nil)
}

// enter brings the zone into its state, with the record of its last exit.
func (i *importing) enter(state zone.State) error {
	if when, err := time.Parse(time.RFC3339, i.payload.String("exit_timestamp")); err == nil {
		status, _ := i.payload.Number("exit_status")
		line := fmt.Sprintf("%d %.0f\n", when.UnixMilli(), status)
		if err := i.node.WriteFile(lastExitedPath(i.config), []byte(line)); err != nil {
			return err
		}
	}
	runtime := zone.Runtime{State: state}
	if state.Live() {
		serial := i.node.NextSerial()
		runtime.ID, runtime.PID, runtime.Booted = serial, 1000+serial, i.node.Now()
		if booted, err := time.Parse(time.RFC3339, i.payload.String("boot_timestamp")); err == nil {
			runtime.Booted = booted
		}
		restarts, _ := i.payload.Number("init_restarts")
		runtime.Restarts = int64(restarts)
	}
	return i.zones.SetRuntime(i.name, runtime)
}
