package vm

import (
	"regexp"
	"strings"

	"github.com/specadm/specadm/drivers/lab/node"
	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/property"
)

var (
	tagFormOnAdd    = regexp.MustCompile(`^[a-zA-Z0-9_/]+$`)
	tagFormOnUpdate = regexp.MustCompile(`^[a-zA-Z0-9_]+$`)
)

// The most addresses that a nic may have (reference 11.1).
const (
	mostIPs        = 20
	mostAllowedIPs = 13
	mostAddresses  = 32
)

// checkNic checks a normalised nic of a payload. On update only the members that are given are checked.
func checkNic(nic *js.Object, brand property.Brand, update bool) error {
	form := tagFormOnAdd
	if update {
		form = tagFormOnUpdate
	}
	if tag, given := nic.Get("nic_tag"); !given && !update || given && !form.MatchString(js.ToString(tag)) {
		return failf("invalid or missing .nic_tag option for NIC: %s", js.Stringify(nic))
	}
	if !update && brand.Machine && blankMember(nic, "model") {
		return failf("missing .model option for NIC: %s", js.Stringify(nic))
	}
	if err := checkNicAddresses(nic); err != nil {
		return err
	}
	if vrid, given := nic.Get("vrrp_vrid"); given && !blank(vrid) && !update && blankMember(nic, "vrrp_primary_ip") {
		return failf("VRRP nics must specify primary IP")
	}
	return checkPrimaryFlag(nic, update)
}

func checkNicAddresses(nic *js.Object) error {
	ips := nicIPs(nic)
	for _, ip := range ips {
		if _, ok := parseNicAddress(ip); !ok && !dynamic(ip) {
			return failf("Invalid IP for NIC: %s", js.Stringify(nic))
		}
	}
	if len(ips) > mostIPs {
		return failf("Maximum of %d ips per nic", mostIPs)
	}
	for _, gateway := range nic.Array("gateways") {
		if !isIPv4(js.ToString(gateway)) {
			return failf("Static gateways must be IPv4 addresses: %s", js.ToString(gateway))
		}
	}
	allowed := nic.Array("allowed_ips")
	var bad []string
	for _, ip := range allowed {
		if !goodAllowedIP(js.ToString(ip)) {
			bad = append(bad, js.ToString(ip))
		}
	}
	if len(bad) > 0 {
		return failf("invalid allowed_ips: %s", strings.Join(bad, ","))
	}
	if len(allowed) > mostAllowedIPs {
		return failf("Maximum of %d allowed_ips per nic", mostAllowedIPs)
	}
	total := len(ips) + len(allowed)
	if !blankMember(nic, "vrrp_primary_ip") {
		total++
	}
	if total > mostAddresses {
		return failf("More than %d IPs cannot be associated with a NIC", mostAddresses)
	}
	return nil
}

// checkPrimaryFlag takes only true; false is dropped when the nic is added and refused when it is updated (reference 11.1).
func checkPrimaryFlag(nic *js.Object, update bool) error {
	primary, given := nic.Get("primary")
	marked, _ := toBoolean(primary)
	switch {
	case !given:
		return nil
	case marked:
		nic.Set("primary", true) // payloads with 1 are deprecated, but common
		return nil
	case !update:
		nic.Delete("primary")
		return nil
	default:
		return failf("invalid value for NIC's primary flag: %s (must be true)", js.ToString(primary))
	}
}

// checkOnePrimary refuses two marks in one payload.
func checkOnePrimary(nics []*js.Object) error {
	marked := 0
	for _, nic := range nics {
		if nic.Bool("primary") {
			marked++
		}
	}
	if marked > 1 {
		return failf("payload specifies more than 1 primary NIC")
	}
	return nil
}

// checkNicTags refuses tags that the node does not have, and an MTU below what a physical tag offers (reference 11.1).
func checkNicTags(n *node.Node, nics []*js.Object) error {
	for i, nic := range nics {
		tag := nic.String("nic_tag")
		if tag == "" {
			continue
		}
		known, ok := n.NicTag(tag)
		if !ok {
			return failf("Invalid nic tag %q", tag)
		}
		mtu, given := nic.Number("mtu")
		if least := tagMTU(known); given && known.Type == "normal" && mtu < least {
			return failf("nic %d (%s): MTU is below the supported MTU (%.0f) of nic tag %q", i, nic.String("mac"), least, tag)
		}
	}
	return nil
}

func tagMTU(tag node.NicTag) float64 {
	if tag.MTU > 0 {
		return float64(tag.MTU)
	}
	return 1500
}

// nicSet is the nics that a VM will have, for the rules that look at all of them.
type nicSet struct {
	macs, ips map[string]bool
	vrids     map[float64]bool
}

func newNicSet() *nicSet {
	return &nicSet{macs: map[string]bool{}, ips: map[string]bool{}, vrids: map[float64]bool{}}
}

// add takes a nic in, or refuses what one of the others has already. Members named in except are not looked at.
func (s *nicSet) add(nic *js.Object, except ...string) error {
	skip := map[string]bool{}
	for _, member := range except {
		skip[member] = true
	}
	if mac := nic.String("mac"); mac != "" && !skip["mac"] {
		if s.macs[mac] {
			return failf("Cannot add multiple NICs with the same MAC: %s", mac)
		}
		s.macs[mac] = true
	}
	if vrid, given := nic.Number("vrrp_vrid"); given && !skip["vrrp_vrid"] {
		if s.vrids[vrid] {
			return failf("Cannot add multiple NICs with the same VRID: %.0f", vrid)
		}
		s.vrids[vrid] = true
	}
	if skip["ips"] {
		return nil
	}
	for _, ip := range nicIPs(nic) {
		if dynamic(ip) {
			continue
		}
		if s.ips[ip] {
			return failf("Cannot add multiple NICs with the same IP: %s", ip)
		}
		s.ips[ip] = true
	}
	return nil
}

// checkVRRP wants the primary address of a VRRP nic to belong to another nic of the VM (reference 11.1).
func checkVRRP(nics []*js.Object) error {
	owned := map[string]bool{}
	for _, nic := range nics {
		if nic.Has("vrrp_vrid") {
			continue
		}
		for _, ip := range nicIPs(nic) {
			address, _, _ := strings.Cut(ip, "/")
			owned[address] = true
		}
	}
	for _, nic := range nics {
		if primary := nic.String("vrrp_primary_ip"); primary != "" && !owned[primary] {
			return failf("vrrp_primary_ip must belong to the same VM")
		}
	}
	return nil
}
