package vm_test

import (
	"strings"
	"testing"
)

func TestSection13Resources(t *testing.T) {
	t.Parallel()
	const device = `{"path":"/devices/pci@0","pci_slot":"8:0:0"}`
	for name, test := range map[string]struct {
		steps []step
		want  map[string]any
	}{
		"filesystems are added, replaced in part and removed": {[]step{
			created(zonePayload(`"filesystems":[{"source":"/tmp","target":"/a","type":"lofs","options":["ro"]},{"source":"/tmp","target":"/b","type":"lofs"}]`)),
			updated(`{"update_filesystems":[{"target":"/a","options":"rw,nodevices"},{"target":"/none","source":"/x"}],"remove_filesystems":["/b"],
				"add_filesystems":[{"source":"/var","target":"/c","type":"lofs"}]}`)},
			map[string]any{"filesystems": []any{
				map[string]any{"source": "/tmp", "target": "/a", "type": "lofs", "options": []any{"rw", "nodevices"}},
				map[string]any{"source": "/var", "target": "/c", "type": "lofs"}}}},
		"zonecfg refuses to remove what is not there, and does the rest": {[]step{
			created(zonePayload("")),
			refused(`{"alias":"kept","remove_filesystems":["/x"]}`, "first of 1 error: Command failed: /usr/sbin/zonecfg -z @@\nNo such resource with that id")},
			map[string]any{"alias": "kept"}},
		"zonecfg wants a type": {[]step{
			created(zonePayload("")),
			refused(`{"add_filesystems":[{"source":"/tmp","target":"/a"}]}`, "first of 1 error: Command failed: /usr/sbin/zonecfg -z @@\nfs: type not specified")},
			map[string]any{"filesystems": nil}},
		"a missing source leaves the zone configured": {[]step{
			{command: "create", stdin: zonePayload(`"filesystems":[{"source":"/no/where","target":"/a","type":"lofs"}]`), exit: 1, stderr: "*"}},
			map[string]any{"state": "configured", "zone_state": "configured", "provisioning": true, "quota": nil, "zpool": nil}},
		"a missing source keeps a zone from booting": {[]step{
			created(zonePayload("")),
			updated(`{"add_filesystems":[{"source":"/no/where","target":"/a","type":"lofs"}]}`),
			{command: "start @@", exit: 1, stderr: "*"}},
			map[string]any{"state": "stopped", "autoboot": true}},
		"passthrough devices": {[]step{
			created(bhyvePayload(`"pci_devices":[` + device + `]`)),
			updated(`{"add_pci_devices":[{"path":"/devices/pci@1","pci_slot":"9:0:0"}],"update_pci_devices":[{"path":"/devices/pci@0","pci_slot":"7:0:0"}]}`)},
			map[string]any{"pci_devices": []any{
				map[string]any{"path": "/devices/pci@0", "pci_slot": "7:0:0", "model": "passthru"},
				map[string]any{"path": "/devices/pci@1", "pci_slot": "9:0:0", "model": "passthru"}}}},
		"passthrough devices of a running instance": {[]step{
			created(bhyvePayload(`"autoboot":true,"pci_devices":[` + device + `]`)),
			refused(`{"update_pci_devices":[`+device+`]}`, `updates to pci_devices are only allowed when state is "stopped", currently: running (running)`)},
			map[string]any{"state": "running"}},
		"a key in both set and remove ends up set, and types stay": {[]step{
			created(zonePayload(`"tags":{"a":1,"b":2},"customer_metadata":{"x":"1"}`)),
			updated(`{"set_tags":{"a":true,"c":"3"},"remove_tags":["a","b","none"],"remove_customer_metadata":["x"]}`)},
			map[string]any{"tags": map[string]any{"a": true, "c": "3"}, "customer_metadata": map[string]any{}}},
		"routes are merged": {[]step{
			created(zonePayload(`"nics":[` + nic1 + `],"routes":{"10.1.0.0/16":"10.0.0.9","10.2.0.0/16":"nics[0]"}`)),
			updated(`{"set_routes":{"10.3.0.1":"macs[` + mac1 + `]"},"remove_routes":["10.1.0.0/16"]}`)},
			map[string]any{"routes": map[string]any{"10.2.0.0/16": "nics[0]", "10.3.0.1": "macs[" + mac1 + "]"}}},
		"routes are checked": {[]step{
			created(zonePayload(`"nics":[` + nic1 + `]`)),
			refused(`{"set_routes":{"home":"10.0.0.9"}}`, `Invalid route destination: "home" (must be IP address or CIDR)`),
			refused(`{"set_routes":{"10.1.0.0/7":"10.0.0.9"}}`, `Invalid route destination: "10.1.0.0/7" (must be IP address or CIDR)`),
			refused(`{"set_routes":{"10.1.0.0/16":"gw"}}`, `Invalid route gateway: "gw" (must be IP address, MAC address, or nic)`),
			refused(`{"set_routes":{"10.1.0.0/16":"nics[3]"}}`, `Route gateway: "nics[3]" refers to non-existent or DHCP nic`)},
			map[string]any{"routes": map[string]any{}}},
		"docker on lx": {[]step{
			created(strings.NewReplacer("joyent-minimal", "lx", "01b2c898-945f-11e1-a523-af1afbe22822", "3d51f2d5-46f2-4da5-bb04-3238f2f64768").Replace(
				zonePayload(`"kernel_version":"4.3","docker":true,"internal_metadata":{"docker:id":"x"},"internal_metadata_namespaces":"foo"`)))},
			map[string]any{"init_name": "/native/usr/vm/sbin/dockerinit", "restart_init": false, "internal_metadata": map[string]any{"docker:id": "x"},
				"internal_metadata_namespaces": []any{"foo", "docker"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, test.steps...).expect(test.want)
		})
	}
}
