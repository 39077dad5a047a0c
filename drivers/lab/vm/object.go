package vm

import (
	"encoding/base64"
	"math"
	"strings"

	"github.com/specadm/specadm/drivers/lab/node"
	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/property"
	"github.com/specadm/specadm/drivers/lab/vm/zone"
)

// reader assembles VM objects from where the platform keeps their parts: the zone configuration, what zoneadm knows, files in the
// zoneroot and ZFS properties (reference 6, 18). One reader serves one reading of the world.
type reader struct {
	node    *node.Node
	zones   *zone.Store
	sysinfo map[string]any
	// remembered is what reads show in place of the world, nil for the world itself (see openView).
	remembered *js.Object
}

func newReader(n *node.Node) (*reader, error) {
	zones, err := zone.OpenStore(n)
	if err != nil {
		return nil, err
	}
	r := &reader{node: n, zones: zones, sysinfo: n.Sysinfo()}
	return r, r.openView()
}

// object returns the object of a VM as vmadm get prints it. An unknown VM is zone.ErrUnknown.
func (r *reader) object(name string) (*js.Object, error) {
	config, err := r.zones.Config(name)
	if err != nil {
		return nil, err
	}
	brand, _ := property.BrandOf(config.Brand)
	runtime := r.zones.Runtime(name)
	object := js.NewObject(
		js.Pair{Key: "zonename", Value: name},
		js.Pair{Key: "autoboot", Value: autoboot(config, brand)},
		js.Pair{Key: "brand", Value: config.Brand},
		js.Pair{Key: "limit_priv", Value: config.LimitPriv})
	if config.FSAllowed != nil {
		object.Set("fs_allowed", *config.FSAllowed)
	}
	readAttrs(object, config)
	readRctls(object, config)
	if !object.Has("resolvers") {
		object.Set("resolvers", []js.Value{})
	}
	if !object.Has("firewall_enabled") {
		object.Set("firewall_enabled", false)
	}
	readResources(object, config, brand)
	object.Set("uuid", name)
	object.Set("zonepath", config.Path)
	object.Set("zonedid", float64(config.DebugID))
	object.Set("hvm", brand.Machine)
	object.Set("zone_state", string(runtime.State))
	r.readNode(object)
	if err := r.readFiles(object, config); err != nil {
		return nil, err
	}
	if err := r.readRuntime(object, config, runtime); err != nil {
		return nil, err
	}
	if err := r.readDatasets(object, config, brand, runtime.State); err != nil {
		return nil, err
	}
	r.setState(object, config, runtime)
	if object.String("state") == receiving {
		r.readMissing(object, config)
	}
	return object, nil
}

// autoboot is the flag, which kvm keeps in an attribute so that the platform does not boot the zone by itself.
func autoboot(config *zone.Config, brand property.Brand) bool {
	if brand.AutobootAttr == "" {
		return config.Autoboot
	}
	value, _ := config.Attr(brand.AutobootAttr)
	return value == "true"
}

// readAttrs translates the attributes by the table, in the order of the configuration. Values that read like the absent one are left
// out, except false for what shows it.
func readAttrs(object *js.Object, config *zone.Config) {
	for _, attr := range config.Attrs {
		row, ok := rowByPlace("attr", attr.Name)
		if !ok || row.Name == "vm_autoboot" {
			continue
		}
		value := attrValue(row, attr.Value)
		if row.Absent != nil && value == row.Absent && row.Name != "firewall_enabled" {
			continue
		}
		object.Set(row.Name, value)
	}
	// An internal attribute, shown as the state and the two fields below (reference 7).
	object.Delete("transition")
}

// attrValue converts the text of an attribute by the type of its property.
func attrValue(row property.Property, text string) js.Value {
	if row.Base64 {
		if decoded, err := base64.StdEncoding.DecodeString(text); err == nil {
			return string(decoded)
		}
	}
	switch {
	case row.Type == property.Integer:
		return js.ToNumber(text)
	case row.Type == property.Boolean || row.Shown == property.Boolean:
		return text == "true" || text == "1"
	case row.Type == property.List && row.Name != "limit_priv":
		elements, _ := toList(text)
		return js.Strings(elements)
	default:
		return text
	}
}

// readRctls translates the resource controls; memory limits are kept in bytes and shown in MiB.
func readRctls(object *js.Object, config *zone.Config) {
	for _, rctl := range config.Rctls {
		row, ok := rowByPlace("rctl", rctl.Name)
		if !ok {
			continue
		}
		limit := js.ToNumber(rctl.Limit)
		if row.Bytes {
			limit = math.Round(limit / mib)
		}
		object.Set(row.Name, limit)
	}
}

// rowByPlace finds the row that is stored there.
func rowByPlace(kind, name string) (property.Property, bool) {
	return property.TheTable().Stored(kind + " " + name)
}

// readResources reads the elements of the configuration: nics, disks, pci devices, filesystems, datasets.
func readResources(object *js.Object, config *zone.Config, brand property.Brand) {
	if len(config.Filesystems) > 0 {
		object.Set("filesystems", js.Objects(filesystemObjects(config)))
	}
	if len(config.Datasets) > 0 {
		object.Set("datasets", js.Strings(config.Datasets))
	}
	if len(config.Devices) > 0 {
		object.Set("device", nil) // an artefact of the platform's parser (reference 6.3)
	}
	object.Set("nics", js.Objects(nicObjects(config)))
	if brand.Machine {
		object.Set("disks", js.Objects(diskObjects(config)))
	}
	if devices := pciObjects(config); len(devices) > 0 {
		object.Set("pci_devices", js.Objects(devices))
	}
}

// readNode adds what sysinfo says of the node.
func (r *reader) readNode(object *js.Object) {
	for _, field := range []struct{ key, from string }{
		{"server_uuid", "UUID"}, {"platform_buildstamp", "Live Image"}, {"datacenter_name", "Datacenter Name"}, {"headnode_id", "Headnode ID"},
	} {
		if text, ok := r.sysinfo[field.from].(string); ok && text != "" {
			object.Set(field.key, text)
		}
	}
}

// setState computes the state (reference 7); later rules win.
func (r *reader) setState(object *js.Object, config *zone.Config, runtime zone.Runtime) {
	shown := string(runtime.State)
	if runtime.State == zone.Installed {
		shown = "stopped"
	}
	if text, ok := config.Attr("transition"); ok && !runtime.IsProvisioned(r.node.Now()) {
		if parts := strings.Split(text, ":"); len(parts) == 3 {
			shown = parts[0]
			object.Set("transition_to", parts[1])
			object.Set("transition_expire", js.ToNumber(parts[2]))
		}
	}
	if shown == "stopped" && object.Bool("provisioning") {
		shown = "provisioning"
	}
	if object.Has("failed") {
		shown = "failed"
	}
	object.Set("state", shown)
}
