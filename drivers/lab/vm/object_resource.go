package vm

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/property"
	"github.com/specadm/specadm/drivers/lab/vm/zone"
)

// passthrough is the model of a device that is given to the VM as it is.
const passthrough = "passthru"

// nicObjects are the nics as get shows them, sorted by the number in netN; the names of lx are not sorted (reference 6.4).
func nicObjects(config *zone.Config) []*js.Object {
	nics := make([]*js.Object, 0, len(config.Networks))
	for _, network := range config.Networks {
		nics = append(nics, nicObject(network))
	}
	slices.SortStableFunc(nics, func(a, b *js.Object) int { return cmp.Compare(netNumber(a), netNumber(b)) })
	return nics
}

func netNumber(nic *js.Object) int {
	digits, ok := strings.CutPrefix(nic.String("interface"), "net")
	number, err := strconv.Atoi(digits)
	if !ok || err != nil {
		return 0
	}
	return number
}

func nicObject(network zone.Network) *js.Object {
	nic := js.NewObject(
		js.Pair{Key: "interface", Value: network.Physical},
		js.Pair{Key: "mac", Value: network.MAC})
	if network.VLAN != "" {
		nic.Set("vlan_id", js.ToNumber(network.VLAN))
	}
	if network.GlobalNIC != "" {
		nic.Set("nic_tag", network.GlobalNIC)
	}
	for _, attr := range network.Attrs {
		row, _ := property.TheTable().Find(property.MemberName("nics", attr.Name))
		switch {
		case attr.Name == "primary":
		case attr.Name == "blocked_outgoing_ports":
			nic.Set(attr.Name, portNumbers(attr.Value))
		case row.Type == property.List:
			nic.Set(attr.Name, js.Strings(strings.Split(attr.Value, ",")))
		default:
			nic.Set(attr.Name, attrValue(row, attr.Value))
		}
	}
	singularForms(nic)
	if primary, _ := network.Attrs.Get("primary"); primary == "true" {
		nic.Set("primary", true)
	}
	return nic
}

func portNumbers(text string) []js.Value {
	ports := []js.Value{}
	for part := range strings.SplitSeq(text, ",") {
		ports = append(ports, js.ToNumber(part))
	}
	return ports
}

// singularForms derives gateway, ip and netmask from the lists, from the first of each that is IPv4 (reference 6.4).
func singularForms(nic *js.Object) {
	for _, gateway := range nic.Array("gateways") {
		if isIPv4(js.ToString(gateway)) {
			nic.Set("gateway", gateway)
			break
		}
	}
	for _, ip := range nicIPs(nic) {
		if ip == dhcp {
			nic.Set("ip", dhcp)
			return
		}
		prefix, err := netip.ParsePrefix(ip)
		if err != nil || !prefix.Addr().Is4() {
			continue
		}
		nic.Set("ip", prefix.Addr().String())
		nic.Set("netmask", netmask(prefix.Bits()))
		return
	}
}

// diskObjects are the disks as the configuration knows them, by the N in diskN; those without one come last.
func diskObjects(config *zone.Config) []*js.Object {
	disks := []*js.Object{}
	for _, device := range config.Devices {
		if model, _ := device.Attrs.Get("model"); model == passthrough {
			continue
		}
		disks = append(disks, diskObject(device))
	}
	slices.SortStableFunc(disks, func(a, b *js.Object) int {
		first, second := diskOrder(a), diskOrder(b)
		return cmp.Compare(first, second)
	})
	return disks
}

func diskOrder(disk *js.Object) int {
	number, ok := diskNumber(disk.String("path"))
	if !ok {
		return int(^uint(0) >> 1)
	}
	return number
}

func diskObject(device zone.Device) *js.Object {
	disk := js.NewObject(js.Pair{Key: "path", Value: device.Match}, js.Pair{Key: "boot", Value: false})
	for _, attr := range device.Attrs {
		row, ok := property.TheTable().Find(property.MemberName("disks", strings.ReplaceAll(attr.Name, "-", "_")))
		if !ok || row.Name == "disks.*.image_name" { // image_name is no longer shown
			continue
		}
		_, member, _ := row.Member()
		disk.Set(member, attrValue(row, attr.Value))
	}
	return disk
}

// pciObjects are the devices that are passed through.
func pciObjects(config *zone.Config) []*js.Object {
	var devices []*js.Object
	for _, device := range config.Devices {
		if model, _ := device.Attrs.Get("model"); model != passthrough {
			continue
		}
		slot, _ := device.Attrs.Get("pci-slot")
		devices = append(devices, js.NewObject(
			js.Pair{Key: "path", Value: device.Match},
			js.Pair{Key: "pci_slot", Value: slot},
			js.Pair{Key: "model", Value: passthrough}))
	}
	return devices
}

// filesystemObjects are the filesystems, with only the members that were given.
func filesystemObjects(config *zone.Config) []*js.Object {
	filesystems := make([]*js.Object, 0, len(config.Filesystems))
	for _, f := range config.Filesystems {
		filesystem := js.NewObject(
			js.Pair{Key: "source", Value: f.Special},
			js.Pair{Key: "target", Value: f.Directory},
			js.Pair{Key: "type", Value: f.Type})
		if f.Raw != "" {
			filesystem.Set("raw", f.Raw)
		}
		if len(f.Options) > 0 {
			filesystem.Set("options", js.Strings(f.Options))
		}
		filesystems = append(filesystems, filesystem)
	}
	return filesystems
}
