package vm

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/property"
)

// normalizeNic brings the members of a nic of a payload into the forms that are stored: lists, and ips and gateways in place of ip,
// netmask and gateway. old is the nic that is updated, nil for one that is added.
func normalizeNic(nic, old *js.Object) error {
	normalizeLists("nics", nic)
	if err := pluralIPs(nic, old); err != nil {
		return err
	}
	if gateway, given := nic.Get("gateway"); given {
		nic.Delete("gateway")
		switch {
		case nic.Has("gateways"):
		case !blank(gateway):
			nic.Set("gateways", []js.Value{js.ToString(gateway)})
		case old != nil:
			nic.Set("gateways", []js.Value{})
		}
	}
	return nil
}

// pluralIPs translates ip and netmask into ips unless that is given (reference 11.1).
func pluralIPs(nic, old *js.Object) error {
	if nic.Has("ips") || (!nic.Has("ip") && !nic.Has("netmask")) {
		nic.Delete("ip")
		nic.Delete("netmask")
		return nil
	}
	ip, mask := nic.String("ip"), nic.String("netmask")
	if ip == "" {
		ip = old.String("ip")
	}
	if mask == "" {
		mask = old.String("netmask")
	}
	if mask == "" && ip != "" && !dynamic(ip) {
		return failf("Missing .netmask option for NIC: %s", js.Stringify(nic))
	}
	nic.Delete("ip")
	nic.Delete("netmask")
	switch {
	case ip == "":
	case dynamic(ip):
		nic.Set("ips", []js.Value{ip})
	default:
		bits, ok := maskBits(mask)
		if !ok {
			return failf("Specified netmask value is invalid: %s", mask)
		}
		nic.Set("ips", []js.Value{fmt.Sprintf("%s/%d", ip, bits)})
	}
	return nil
}

// normalizeLists turns comma separated texts into arrays, for those members of an element that are lists.
func normalizeLists(collection string, element *js.Object) {
	for _, member := range element.Keys() {
		if !isListMember(collection, member) {
			continue
		}
		value, _ := element.Get(member)
		if elements, ok := toList(value); ok {
			element.Set(member, js.Strings(elements))
		}
	}
}

func isListMember(collection, member string) bool {
	row, _ := property.TheTable().Find(property.MemberName(collection, member))
	return row.Type == property.List
}

// nicIPs are the addresses of a nic.
func nicIPs(nic *js.Object) []string {
	var ips []string
	for _, ip := range nic.Array("ips") {
		ips = append(ips, js.ToString(ip))
	}
	return ips
}

// giveMAC gives a nic without a mac one: that of its VRRP router, else a random locally administered one (reference 8.2).
func giveMAC(nic *js.Object, taken map[string]bool) {
	if vrid, given := nic.Get("vrrp_vrid"); given && !blank(vrid) {
		nic.Set("mac", fmt.Sprintf("00:00:5e:00:01:%02x", int(js.ToNumber(vrid))&0xff))
		return
	}
	if !blankMember(nic, "mac") {
		return
	}
	for {
		mac := fmt.Sprintf("%x2", 1+rand.IntN(15))
		for range 5 {
			mac += fmt.Sprintf(":%02x", 1+rand.IntN(255))
		}
		if !taken[mac] {
			nic.Set("mac", mac)
			taken[mac] = true
			return
		}
	}
}

// nameInterfaces gives the nics the lowest free interface names, whatever the payload says (reference 8.2); used are names that the VM
// has, also on nics that the same update removes.
func nameInterfaces(nics []*js.Object, prefix string, used map[string]bool) {
	for _, nic := range nics {
		for i := 0; ; i++ {
			name := prefix + strconv.Itoa(i)
			if !used[name] {
				nic.Set("interface", name)
				used[name] = true
				break
			}
		}
	}
}

// findNic is the nic with this mac, compared as a plain text (reference 11.2).
func findNic(nics []*js.Object, mac string) *js.Object {
	index := slices.IndexFunc(nics, func(nic *js.Object) bool { return nic.String("mac") == mac })
	if index < 0 {
		return nil
	}
	return nics[index]
}
