package vm

import (
	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/property"
	"github.com/specadm/specadm/drivers/lab/vm/zone"
)

// claims are what a payload asks for that only one VM of the node may have. nics are added ones and, with only the members that are
// given, updated ones; the mac of an updated nic is its key and no claim.
type claims struct {
	added, updated []*js.Object
	vncPort        float64
}

// checkConflicts compares the claims with all VMs of the node, the VM itself among them, except failed ones that do not run
// (reference 11.3).
func (v *vmadm) checkConflicts(c claims) error {
	if len(c.added)+len(c.updated) == 0 && c.vncPort <= 0 {
		return nil
	}
	for _, name := range v.zones.Names() {
		config, err := v.zones.Config(name)
		if err != nil {
			return err
		}
		if _, failed := config.Attr("failed"); failed && v.zones.Runtime(name).State != zone.Running {
			continue
		}
		if c.conflictsWith(config) {
			return failf("Conflict detected with another vm, please check the MAC, IP, and VRID")
		}
	}
	return nil
}

func (c claims) conflictsWith(config *zone.Config) bool {
	if port, _ := config.Attr("vnc-port"); c.vncPort > 0 && js.ToNumber(port) == c.vncPort {
		return true
	}
	for _, network := range config.Networks {
		theirs := nicObject(network)
		for _, nic := range c.added {
			if nic.String("mac") == theirs.String("mac") || sameVRID(nic, theirs) || sharesAddress(nic, theirs) {
				return true
			}
		}
		for _, nic := range c.updated {
			if sameVRID(nic, theirs) || sharesAddress(nic, theirs) {
				return true
			}
		}
	}
	return false
}

func sameVRID(a, b *js.Object) bool {
	first, given := a.Number("vrrp_vrid")
	second, known := b.Number("vrrp_vrid")
	return given && known && first == second
}

// sharesAddress compares tag, VLAN and the text of the addresses with their prefix; what is missing on both sides is equal.
func sharesAddress(a, b *js.Object) bool {
	for _, member := range []string{"nic_tag", "vlan_id"} {
		first, _ := a.Get(member)
		second, _ := b.Get(member)
		if js.ToString(first) != js.ToString(second) {
			return false
		}
	}
	for _, ip := range nicIPs(a) {
		for _, other := range nicIPs(b) {
			if ip == other && !dynamic(ip) {
				return true
			}
		}
	}
	return false
}

// checkDisplay checks what a payload says of the display (reference 4).
func checkDisplay(payload *js.Object) error {
	if vga, given := payload.Get("vga"); given && !goodVGA(js.ToString(vga)) {
		return failf("Invalid VGA type: %q, supported types: cirrus,std,vmware,qxl,xenfb", js.ToString(vga))
	}
	if password := payload.String("vnc_password"); len(password) > 8 {
		return failf("VNC password is too long, maximum length is 8")
	}
	return nil
}

func goodVGA(name string) bool {
	for _, known := range []string{"cirrus", "std", "vmware", "qxl", "xenfb"} {
		if name == known {
			return true
		}
	}
	return false
}

// zfsChecks checks record sizes and compressions of the instance and its delegated dataset.
func zfsChecks(payload *js.Object) error {
	for _, key := range []string{"zfs_root_recsize", "zfs_data_recsize"} {
		if err := checkRecordSize(payload, key); err != nil {
			return err
		}
	}
	for _, key := range []string{"zfs_root_compression", "zfs_data_compression"} {
		if err := checkCompression(payload, key); err != nil {
			return err
		}
	}
	return nil
}

// checkBhyve wants a processor that can run bhyve (reference 8.1).
func (v *vmadm) checkBhyve(brand property.Brand) error {
	if brand.ID != property.Bhyve {
		return nil
	}
	capable, known := v.sysinfo["Bhyve Capable"]
	switch {
	case !known:
		return failf(`sysinfo does not have "Bhyve Capable" property`)
	case capable != true:
		return failf("Bhyve not supported")
	default:
		return nil
	}
}
