package vm

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/property"
	"github.com/specadm/specadm/drivers/lab/vm/zone"
)

// configure writes the plain properties of a payload into the configuration: what the table says is an attribute or a resource control,
// and the few settings that have elements of their own.
func configure(config *zone.Config, payload *js.Object, brand property.Brand) {
	for _, row := range property.TheTable().Rows() {
		if _, _, member := row.Member(); member {
			continue
		}
		value, given := payload.Get(row.Name)
		if !given {
			continue
		}
		switch kind, name := row.Place(); kind {
		case "attr":
			configureAttr(config, row, name, value)
		case "rctl":
			configureRctl(config, row, name, value)
		}
	}
	if flag, given := payload.Get("autoboot"); given {
		setAutoboot(config, brand, flag == true)
	}
	if payload.Has("limit_priv") {
		config.LimitPriv = joined(payload.Array("limit_priv"))
	}
	if payload.Has("fs_allowed") {
		allowed := joined(payload.Array("fs_allowed"))
		config.FSAllowed = &allowed
	}
}

func joined(elements []js.Value) string { return js.ToString(elements) }

// setAutoboot sets the flag where the brand keeps it.
func setAutoboot(config *zone.Config, brand property.Brand, flag bool) {
	if brand.AutobootAttr == "" {
		config.Autoboot = flag
		return
	}
	config.SetAttr(brand.AutobootAttr, fmt.Sprint(flag))
}

// configureAttr stores a value as text, or removes the attribute for a value that means none (reference 5).
func configureAttr(config *zone.Config, row property.Property, name string, value js.Value) {
	text := ""
	switch v := value.(type) {
	case nil:
	case []js.Value:
		text = joined(v)
	default:
		text = js.ToString(v)
	}
	none := text == "" || (row.Absent != nil && value == row.Absent) || (value == float64(0) && !row.KeepZero)
	if none {
		config.RemoveAttr(name)
		return
	}
	if row.Base64 {
		text = base64.StdEncoding.EncodeToString([]byte(text))
	}
	config.SetAttr(name, text)
}

// configureRctl stores a limit; null clears it, and so does 0 for the cap of the CPU.
func configureRctl(config *zone.Config, row property.Property, name string, value js.Value) {
	limit, ok := value.(float64)
	if !ok || (limit == 0 && row.ZeroClears) {
		config.RemoveRctl(name)
		return
	}
	if row.Bytes {
		limit *= mib
	}
	config.SetRctl(name, js.FormatNumber(limit))
}

// networkOf is the net resource of a nic of a payload or object. Members that mean nothing are left out; an empty allowed_ips is kept as
// an empty attribute, as the platform does (reference 11.5).
func networkOf(nic *js.Object) zone.Network {
	network := zone.Network{
		Physical:  nic.String("interface"),
		MAC:       paddedMAC(nic.String("mac")),
		GlobalNIC: nic.String("nic_tag"),
	}
	if vlan, given := nic.Get("vlan_id"); given && !blank(vlan) {
		network.VLAN = js.ToString(vlan)
	}
	complete := nic.Clone()
	singularForms(complete)
	leading := []string{"gateway", "gateways", "netmask", "ip", "ips"}
	for _, member := range append(leading, restOfNic(leading)...) {
		value, given := complete.Get(member)
		if !given || (blank(value) && member != "allowed_ips") || value == nil {
			continue
		}
		network.Attrs.Set(member, js.ToString(value))
	}
	return network
}

// restOfNic are the members that are net-attrs besides the leading ones, primary last.
func restOfNic(leading []string) []string {
	var members []string
	for _, row := range property.TheTable().Rows() {
		parent, member, _ := row.Member()
		if kind, _ := row.Place(); parent == "nics" && kind == "net-attr" && member != "primary" && !slices.Contains(leading, member) {
			members = append(members, member)
		}
	}
	return append(members, "primary")
}

// deviceOf is the device resource of a disk of a payload.
func deviceOf(disk *js.Object) zone.Device {
	device := zone.Device{Match: disk.String("path")}
	for _, row := range property.TheTable().Rows() {
		parent, member, _ := row.Member()
		kind, name := row.Place()
		value, given := disk.Get(member)
		if parent != "disks" || kind != "net-attr" || !given || blank(value) {
			continue
		}
		if member == "boot" {
			value = js.Truthy(value) // also the text "false" (reference 5)
		}
		device.Attrs.Set(name, js.ToString(value))
	}
	return device
}

// passthroughOf is the device resource of a PCI device of a payload.
func passthroughOf(device *js.Object) zone.Device {
	resource := zone.Device{Match: device.String("path")}
	resource.Attrs.Set("model", passthrough)
	resource.Attrs.Set("pci-slot", device.String("pci_slot"))
	return resource
}

// filesystemOf is the fs resource of a filesystem of a payload.
func filesystemOf(filesystem *js.Object) zone.Filesystem {
	resource := zone.Filesystem{
		Directory: filesystem.String("target"),
		Special:   filesystem.String("source"),
		Raw:       filesystem.String("raw"),
		Type:      filesystem.String("type"),
	}
	if options, ok := filesystem.Get("options"); ok && !blank(options) {
		resource.Options = strings.Split(js.ToString(options), ",")
	}
	return resource
}
