package vm

import (
	"slices"

	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/zone"
)

// checkNicUpdate normalises and checks the forms for nics and works out the nics that the VM will have, in u.nics (reference 11).
func (v *vmadm) checkNicUpdate(u *change) error {
	current := u.object.Objects("nics")
	added, updated := u.payload.Objects("add_nics"), u.payload.Objects("update_nics")
	if err := u.normalizeNics(current, added, updated); err != nil {
		return err
	}
	if err := u.checkNicForms(current, added, updated); err != nil {
		return err
	}
	port, _ := u.payload.Number("vnc_port")
	if err := v.checkConflicts(claims{added: added, updated: updated, vncPort: port}); err != nil {
		return err
	}
	u.nics = u.nicsAfter(current, added, updated)
	if slices.ContainsFunc(slices.Concat(added, updated), func(nic *js.Object) bool { return nic.Has("vrrp_primary_ip") }) {
		if err := checkVRRP(u.nics); err != nil {
			return err
		}
	}
	touched := slices.DeleteFunc(slices.Clone(u.nics), func(nic *js.Object) bool {
		return findNic(added, nic.String("mac")) == nil && !tagTouched(findNic(updated, nic.String("mac")))
	})
	return checkNicTags(v.node, touched)
}

func tagTouched(update *js.Object) bool { return update.Has("nic_tag") || update.Has("mtu") }

func (u *change) normalizeNics(current, added, updated []*js.Object) error {
	for _, nic := range updated {
		if err := normalizeUpdated(nic, current); err != nil {
			return err
		}
	}
	macs := map[string]bool{}
	for _, nic := range current {
		macs[nic.String("mac")] = true
	}
	driver := firstText(u.payload.String("nic_driver"), u.object.String("nic_driver"))
	if len(current) > 0 {
		driver = firstText(driver, current[0].String("model"))
	}
	for _, nic := range added {
		if err := normalizeNic(nic, nil); err != nil {
			return err
		}
		giveMAC(nic, macs)
		if !nic.Has("model") && driver != "" && u.brand.Machine {
			nic.Set("model", driver)
		}
	}
	return nil
}

// normalizeUpdated finds the nic that an element of update_nics is about, by mac or by what its vrrp_vrid makes the mac.
func normalizeUpdated(nic *js.Object, current []*js.Object) error {
	if blankMember(nic, "mac") && !blankMember(nic, "vrrp_vrid") {
		giveMAC(nic, nil)
	}
	if blankMember(nic, "mac") {
		return failf("NIC object needs a .mac property to update")
	}
	old := findNic(current, nic.String("mac"))
	if old == nil {
		return failf("There is no existing NIC with that mac address")
	}
	for _, member := range nic.Keys() {
		// A single member cannot be unset (reference 11.5); lists can, by empty ones.
		if value, _ := nic.Get(member); blank(value) && !isListMember("nics", member) && member != "gateway" {
			nic.Delete(member)
		}
	}
	return normalizeNic(nic, old)
}

func firstText(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// checkNicForms makes the checks that look at the payload, and those for duplicates, which count all current nics: also those that the
// same payload removes (reference 11.2).
func (u *change) checkNicForms(current, added, updated []*js.Object) error {
	set := newNicSet()
	for _, nic := range current {
		var except []string
		if update := findNic(updated, nic.String("mac")); update.Has("ips") {
			except = []string{"ips"}
		}
		if err := set.add(nic, except...); err != nil {
			return err
		}
	}
	for _, nic := range added {
		if err := checkNic(nic, u.brand, false); err != nil {
			return err
		}
		if err := set.add(nic); err != nil {
			return err
		}
	}
	for _, nic := range updated {
		if err := checkNic(nic, u.brand, true); err != nil {
			return err
		}
		if err := set.add(nic, "mac"); err != nil {
			return err
		}
	}
	return checkOnePrimary(slices.Concat(added, updated))
}

// nicsAfter applies the forms to the nics of the VM: removal, update, addition, and who is primary then.
func (u *change) nicsAfter(current, added, updated []*js.Object) []*js.Object {
	used := map[string]bool{}
	for _, nic := range current {
		used[nic.String("interface")] = true
	}
	nameInterfaces(added, u.brand.NicPrefix, used)
	var after []*js.Object
	primaryRemoved := false
	for _, nic := range current {
		if u.removesNic(nic.String("mac")) {
			primaryRemoved = primaryRemoved || nic.Bool("primary")
			continue
		}
		after = append(after, mergeNic(nic, findNic(updated, nic.String("mac"))))
	}
	remaining := slices.Clone(after)
	after = append(after, added...)
	for _, marked := range slices.Concat(added, updated) {
		if marked.Bool("primary") {
			setPrimary(after, marked.String("mac"))
			return after
		}
	}
	if primaryRemoved {
		setPrimary(after, successor(remaining))
	}
	return after
}

// removesNic tells whether remove_nics names a nic; zonecfg does not mind how the mac is spelt (observed).
func (u *change) removesNic(mac string) bool {
	return slices.ContainsFunc(u.payload.Array("remove_nics"), func(named js.Value) bool {
		return paddedMAC(js.ToString(named)) == paddedMAC(mac)
	})
}

// mergeNic lays an update over a nic. The singular forms of an object are derived and do not count.
func mergeNic(nic, update *js.Object) *js.Object {
	after := nic.Clone()
	if after.Has("ips") {
		after.Delete("ip")
		after.Delete("netmask")
	}
	if after.Has("gateways") {
		after.Delete("gateway")
	}
	for _, member := range update.Keys() {
		value, _ := update.Get(member)
		after.Set(member, value)
	}
	if update.Has("ips") {
		after.Delete("ip")
		after.Delete("netmask")
	}
	if update.Has("gateways") {
		after.Delete("gateway")
	}
	return after
}

func setPrimary(nics []*js.Object, mac string) {
	for _, nic := range nics {
		nic.Delete("primary")
		if nic.String("mac") == mac {
			nic.Set("primary", true)
		}
	}
}

// successor is the mac of the nic that becomes primary after the primary one was removed: the first with an address that is not
// private, else the first with one; a nic without addresses never (reference 11.4).
func successor(nics []*js.Object) string {
	fallback := ""
	for _, nic := range nics {
		for _, ip := range nicIPs(nic) {
			if !private(ip) {
				return nic.String("mac")
			}
			if fallback == "" {
				fallback = nic.String("mac")
			}
		}
	}
	return fallback
}

// applyNics writes the nics of an update into the configuration: removed ones go, changed ones are removed and added again at the end.
func applyNics(u *change) error {
	var refused error
	for _, mac := range u.payload.Array("remove_nics") {
		if !slices.ContainsFunc(u.config.Networks, func(n zone.Network) bool { return n.MAC == paddedMAC(js.ToString(mac)) }) {
			refused = noSuchResource()
		}
	}
	var kept, changed []zone.Network
	for _, network := range u.config.Networks {
		nic := findNic(u.nics, network.MAC)
		switch {
		case nic == nil:
		case findNic(u.payload.Objects("update_nics"), network.MAC) != nil:
			changed = append(changed, networkOf(nic))
		default:
			setPrimaryAttr(&network, nic.Bool("primary"))
			kept = append(kept, network)
		}
	}
	for _, nic := range u.payload.Objects("add_nics") {
		changed = append(changed, networkOf(nic))
	}
	u.config.Networks = append(kept, changed...)
	return refused
}

func setPrimaryAttr(network *zone.Network, primary bool) {
	if primary {
		network.Attrs.Set("primary", "true")
		return
	}
	network.Attrs.Remove("primary")
}
