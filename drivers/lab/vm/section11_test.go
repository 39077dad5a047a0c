package vm_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	mac1   = "02:08:20:5e:00:01"
	mac2   = "02:08:20:5e:00:02"
	other  = "2f2c0c9a-5a0e-4b2e-9d4b-6a8c2a7f0e12"
	nic1   = `{"mac":"` + mac1 + `","nic_tag":"admin","ips":["10.0.0.1/24"],"gateways":["10.0.0.254"]}`
	nic2   = `{"mac":"` + mac2 + `","nic_tag":"admin","ips":["10.0.0.2/24"]}`
	onNic1 = `{"update_nics":[{"mac":"` + mac1 + `",`
)

// nics is the list of a few members of each nic of web0, missing ones left out.
func (l *testLab) nics(members ...string) []map[string]any {
	l.t.Helper()
	var all []map[string]any
	for _, nic := range objects(l.get(web0)["nics"]) {
		few := map[string]any{}
		for _, member := range members {
			if value, ok := nic[member]; ok {
				few[member] = value
			}
		}
		all = append(all, few)
	}
	return all
}

func TestSection11RefusedNics(t *testing.T) {
	t.Parallel()
	add := func(nic string) string { return `{"add_nics":[` + nic + `]}` }
	for name, step := range map[string]step{
		"no tag":                    refused(add(`{"mac":"`+mac2+`"}`), `invalid or missing .nic_tag option for NIC: {"mac":"`+mac2+`"}`),
		"a tag that is not there":   refused(add(`{"nic_tag":"dmz"}`), `Invalid nic tag "dmz"`),
		"a bare address":            refused(add(`{"mac":"`+mac2+`","nic_tag":"admin","ips":["10.0.0.9"]}`), `Invalid IP for NIC: {"mac":"`+mac2+`","nic_tag":"admin","ips":["10.0.0.9"]}`),
		"an IPv4 prefix below 8":    refused(add(`{"mac":"`+mac2+`","nic_tag":"admin","ips":["10.0.0.9/7"]}`), `Invalid IP for NIC: {"mac":"`+mac2+`","nic_tag":"admin","ips":["10.0.0.9/7"]}`),
		"no netmask":                refused(add(`{"mac":"`+mac2+`","nic_tag":"admin","ip":"10.0.0.9"}`), `Missing .netmask option for NIC: {"mac":"`+mac2+`","nic_tag":"admin","ip":"10.0.0.9"}`),
		"an IPv6 gateway":           refused(add(`{"nic_tag":"admin","gateways":["fe80::1"]}`), `Static gateways must be IPv4 addresses: fe80::1`),
		"too many allowed_ips":      refused(add(`{"nic_tag":"admin","allowed_ips":["`+strings.Repeat(`10.0.0.1","`, 13)+`10.0.0.2"]}`), `Maximum of 13 allowed_ips per nic`),
		"a MAC of its own":          refused(add(`{"mac":"`+mac1+`","nic_tag":"admin"}`), `Cannot add multiple NICs with the same MAC: `+mac1),
		"an address of its own":     refused(add(`{"nic_tag":"admin","ips":["10.0.0.1/24"]}`), `Cannot add multiple NICs with the same IP: 10.0.0.1/24`),
		"a small MTU":               refused(add(`{"mac":"`+mac2+`","nic_tag":"admin","mtu":1400}`), `nic 0 (`+mac2+`): MTU is below the supported MTU (1500) of nic tag "admin"`),
		"no mac to update":          refused(`{"update_nics":[{"vlan_id":3}]}`, `NIC object needs a .mac property to update`),
		"an unknown mac to update":  refused(`{"update_nics":[{"mac":"`+mac2+`"}]}`, `There is no existing NIC with that mac address`),
		"a mac in capitals":         refused(`{"update_nics":[{"mac":"02:08:20:5E:00:01"}]}`, `There is no existing NIC with that mac address`),
		"primary taken away":        refused(onNic1+`"primary":false}]}`, `invalid value for NIC's primary flag: false (must be true)`),
		"a slash in an updated tag": refused(onNic1+`"nic_tag":"sdn/1"}]}`, `invalid or missing .nic_tag option for NIC: {"mac":"`+mac1+`","nic_tag":"sdn/1"}`),
		"its own address with its tag": refused(onNic1+`"nic_tag":"admin","ips":["10.0.0.1/24"]}]}`,
			"Conflict detected with another vm, please check the MAC, IP, and VRID"),
		"keeping the address of a removed nic": refused(`{"remove_nics":["`+mac1+`"],"add_nics":[`+strings.Replace(nic1, mac1, mac2, 1)+`]}`,
			"Cannot add multiple NICs with the same IP: 10.0.0.1/24"),
		"removing what is not there": refused(`{"remove_nics":["`+mac2+`"]}`,
			"first of 1 error: Command failed: /usr/sbin/zonecfg -z @@\nNo such resource with that id"),
		"removing with capitals": timeout(`{"remove_nics":["02:08:20:5E:00:01"]}`),
		"a route through a nic that goes": refused(`{"set_routes":{"10.9.0.0/16":"nics[0]"},"remove_nics":["`+mac1+`"]}`,
			`Route gateway: "nics[0]" refers to non-existent or DHCP nic`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, created(zonePayload(`"nics":[`+nic1+`]`)), step)
		})
	}
}

func TestSection11UpdatedNics(t *testing.T) {
	t.Parallel()
	both := zonePayload(`"nics":[` + nic1 + `,` + nic2 + `]`)
	for name, test := range map[string]struct {
		payload, update string
		members         []string
		want            []map[string]any
	}{
		"nothing is primary in an instance that had no nic": {zonePayload(""), `{"add_nics":[` + nic1 + `]}`, []string{"interface", "primary"},
			[]map[string]any{{"interface": "net0"}}},
		"the first nic is primary on create": {both, `{}`, []string{"primary"}, []map[string]any{{"primary": true}, {}}},
		"a removed net0 is not used in the same update": {both, `{"remove_nics":["` + mac1 + `"],"add_nics":[{"nic_tag":"admin"}]}`, []string{"interface", "primary"},
			[]map[string]any{{"interface": "net1", "primary": true}, {"interface": "net2"}}},
		"a public address succeeds a primary nic": {
			zonePayload(`"nics":[` + nic1 + `,` + nic2 + `,{"nic_tag":"external","ips":["203.0.113.9/24"]}]`), `{"remove_nics":["` + mac1 + `"]}`,
			[]string{"interface", "primary"}, []map[string]any{{"interface": "net1"}, {"interface": "net2", "primary": true}}},
		"a nic without addresses succeeds nobody": {zonePayload(`"nics":[` + nic1 + `,{"nic_tag":"admin"}]`), `{"remove_nics":["` + mac1 + `"]}`,
			[]string{"interface", "primary"}, []map[string]any{{"interface": "net1"}}},
		"an address moves between two nics": {both, `{"update_nics":[{"mac":"` + mac1 + `","ips":["10.0.0.2/24"]},{"mac":"` + mac2 + `","ips":["10.0.0.1/24"]}]}`,
			[]string{"ip"}, []map[string]any{{"ip": "10.0.0.2"}, {"ip": "10.0.0.1"}}},
		"empty lists clear": {both, onNic1 + `"ips":[],"gateways":[]}]}`, []string{"ip", "ips", "netmask", "gateway", "gateways"},
			[]map[string]any{{}, {"ip": "10.0.0.2", "ips": []any{"10.0.0.2/24"}, "netmask": "255.255.255.0"}}},
		"no allowed_ips is an empty one": {both, onNic1 + `"allowed_ips":[]}]}`, []string{"allowed_ips"}, []map[string]any{{"allowed_ips": []any{""}}, {}}},
		"a single member cannot be unset": {zonePayload(`"nics":[{"mac":"` + mac1 + `","nic_tag":"admin","vlan_id":7}]`), onNic1 + `"vlan_id":null}]}`,
			[]string{"vlan_id"}, []map[string]any{{"vlan_id": 7.}}},
		"false flags are shown": {both, onNic1 + `"allow_ip_spoofing":false,"dhcp_server":true}]}`, []string{"allow_ip_spoofing", "dhcp_server"},
			[]map[string]any{{"allow_ip_spoofing": false, "dhcp_server": true}, {}}},
		"dhcp takes the place of an address": {both, onNic1 + `"ip":"dhcp"}]}`, []string{"ip", "ips", "netmask"},
			[]map[string]any{{"ip": "dhcp", "ips": []any{"dhcp"}}, {"ip": "10.0.0.2", "ips": []any{"10.0.0.2/24"}, "netmask": "255.255.255.0"}}},
		"lx sorts nothing": {
			strings.NewReplacer("joyent-minimal", "lx", `"01b2c898-945f-11e1-a523-af1afbe22822"`, `"04179d8e-188a-11e7-af4a-1349e98cbd17","kernel_version":"3.13.0"`).Replace(both),
			onNic1 + `"vlan_id":3}]}`, []string{"interface", "vlan_id"}, []map[string]any{{"interface": "eth1"}, {"interface": "eth0", "vlan_id": 3.}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lab := play(t, created(test.payload), updated(test.update))
			if diff := cmp.Diff(test.want, lab.nics(test.members...)); diff != "" {
				t.Errorf("nics (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSection11ConflictsWithOthers(t *testing.T) {
	t.Parallel()
	const conflict = "Conflict detected with another vm, please check the MAC, IP, and VRID"
	second := func(nic string) step {
		return step{command: "create", stdin: strings.Replace(zonePayload(`"nics":[`+nic+`]`), web0, other, 1), exit: 1, stderr: conflict}
	}
	fine := func(nic string) step {
		s := second(nic)
		s.exit, s.stderr = 0, "Successfully created VM "+other
		return s
	}
	for name, step := range map[string]step{
		"a mac":                           second(`{"mac":"` + mac1 + `","nic_tag":"external"}`),
		"an address on the tag":           second(`{"nic_tag":"admin","ips":["10.0.0.1/24"]}`),
		"not with another prefix":         fine(`{"nic_tag":"admin","ips":["10.0.0.1/25"]}`),
		"not on another tag":              fine(`{"nic_tag":"external","ips":["10.0.0.1/24"]}`),
		"not in another VLAN":             fine(`{"nic_tag":"admin","vlan_id":4,"ips":["10.0.0.1/24"]}`),
		"the display port of its own too": {command: "update @@", stdin: `{"vnc_port":5901}`, exit: 1, stderr: conflict},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first := created(zonePayload(`"nics":[` + nic1 + `]`))
			if strings.Contains(name, "display") {
				first = created(kvmPayload(`"vnc_port":5901`))
			}
			play(t, first, step)
		})
	}
}

func TestSection11VRRP(t *testing.T) {
	t.Parallel()
	lab := play(t, created(zonePayload(`"nics":[`+nic1+`,{"nic_tag":"admin","ips":["10.0.0.3/24"],"vrrp_vrid":10,"vrrp_primary_ip":"10.0.0.1"}]`)),
		refused(`{"update_nics":[{"mac":"00:00:5e:00:01:0a","vrrp_vrid":10}]}`, "Cannot add multiple NICs with the same VRID: 10"),
		refused(`{"update_nics":[{"mac":"00:00:5e:00:01:0a","vrrp_primary_ip":"10.0.0.9"}]}`, "vrrp_primary_ip must belong to the same VM"))
	want := []map[string]any{{"mac": mac1}, {"mac": "00:00:5e:00:01:0a", "vrrp_vrid": 10., "vrrp_primary_ip": "10.0.0.1"}}
	if diff := cmp.Diff(want, lab.nics("mac", "vrrp_vrid", "vrrp_primary_ip")); diff != "" {
		t.Errorf("nics (-want +got):\n%s", diff)
	}
}
