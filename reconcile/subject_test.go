package reconcile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/specadm/specadm/spec"
)

// subject is one property of one brand with two values for it, as YAML.
type subject struct {
	row   *spec.Property
	brand spec.Brand
	a, b  string
	with  string // what else the instance needs, as lines below spec
	near  string // what else the element needs, as members in flow form
	skip  bool
}

// subjectsOf lists what a manifest of the brand may say.
func subjectsOf(brand spec.Brand) []subject {
	table := spec.Properties()
	rows := table.All()
	var subjects []subject
	for i := range rows {
		row := &rows[i]
		declared := row.Kind != spec.Op && row.Kind != spec.ReadOnly && row.Create.Has(brand) && !row.Alias
		identity := row.Role == spec.RoleUUID || row.Role == spec.RoleBrand || row.Name == "zonename"
		if !declared || identity {
			continue
		}
		s := subject{row: row, brand: brand}
		s.values()
		if special, ok := specials(brand)[row.Name]; ok {
			special.row, special.brand = row, brand
			if special.a == "" {
				special.a, special.b = s.a, s.b
			}
			s = special
		}
		if !s.skip {
			subjects = append(subjects, s)
		}
	}
	return subjects
}

// values takes the values from the row.
func (s *subject) values() {
	row := s.row
	s.a = row.Example
	allowed := row.Enum
	if len(row.EnumFor[s.brand]) > 0 {
		allowed = row.EnumFor[s.brand]
	}
	switch {
	case row.Type == spec.Boolean:
		s.a, s.b = "true", "false"
	case len(allowed) > 1:
		other := slices.IndexFunc(allowed, func(one string) bool { return one != s.a && one != "off" })
		s.b = strconv.Quote(allowed[other])
	case row.Type == spec.Integer && row.Syntax == spec.SyntaxPowerOfTwo:
		s.b = "32768"
	case row.Type == spec.Integer:
		number, unit := s.a, ""
		if cut := strings.IndexFunc(s.a, func(r rune) bool { return r < '0' || r > '9' }); cut > 0 {
			number, unit = s.a[:cut], s.a[cut:]
		}
		n, err := strconv.Atoi(number)
		if err != nil {
			n = 1
		}
		s.a, s.b = fmt.Sprint(n+2)+unit, fmt.Sprint(n+3)+unit
	case row.Type == spec.String:
		s.a, s.b = strconv.Quote(s.a), strconv.Quote(s.a+"2")
	}
}

// specials lists the properties whose values need company or a form of their own.
func specials(brand spec.Brand) map[string]subject {
	delegated := "delegate_dataset: true\n"
	sized := "{model: virtio, size: 100}, "
	m := map[string]subject{
		"billing_id":                    {a: "0f4c1d2e-9b1f-4c6a-8a53-3f2f0a7f1c11", b: "1f4c1d2e-9b1f-4c6a-8a53-3f2f0a7f1c11"},
		"owner_uuid":                    {a: "0f4c1d2e-9b1f-4c6a-8a53-3f2f0a7f1c11", b: "1f4c1d2e-9b1f-4c6a-8a53-3f2f0a7f1c11"},
		"boot":                          {a: "order=cd", b: "order=dc"},
		"bootrom":                       {a: "uefi", b: "bios"},
		"com1":                          {a: "socket,/tmp/a", b: "socket,/tmp/b"},
		"com2":                          {a: "socket,/tmp/a", b: "socket,/tmp/b"},
		"cpu_type":                      {a: "host", b: "qemu64"},
		"customer_metadata":             {a: "{one: text}", b: "{one: other}"},
		"internal_metadata":             {a: "{'x:one': text}", b: "{'x:one': other}"},
		"tags":                          {a: "{role: web, count: 1, 'on': true}", b: "{role: db, count: 2, 'on': false}"},
		"routes":                        {a: "{10.9.0.0/16: 10.2.121.2}", b: "{10.9.0.0/16: 10.2.121.3}"},
		"disk_driver":                   {a: "virtio", b: "scsi"},
		"nic_driver":                    {a: "virtio", b: "e1000"},
		"dns_domain":                    {a: "example.org", b: "example.com"},
		"fs_allowed":                    {a: "[ufs, pcfs]", b: "[ufs]"},
		"limit_priv":                    {a: "[default, dtrace_proc]", b: "[default, dtrace_user, dtrace_proc]"},
		"internal_metadata_namespaces":  {a: "[docker, x]", b: "[x]"},
		"resolvers":                     {a: "[192.0.2.53, 192.0.2.54]", b: "[192.0.2.54, 192.0.2.53]"},
		"indestructible_delegated":      {a: "true", b: "false", with: delegated},
		"zfs_data_compression":          {a: "lz4", b: "gzip", with: delegated},
		"zfs_data_recsize":              {a: "16KiB", b: "32KiB", with: delegated},
		"image_uuid":                    {a: joyentImage, b: secondZone},
		"init_name":                     {a: "/sbin/init", b: "/sbin/init2"},
		"kernel_version":                {a: `"5.10.0"`, b: `"4.3.0"`},
		"max_physical_memory":           {a: "512MiB", b: "1GiB"},
		"max_locked_memory":             {a: "512MiB", b: "256MiB", with: "max_physical_memory: 1GiB\n"},
		"max_swap":                      {a: "1GiB", b: "2GiB"},
		"tmpfs":                         {a: "128MiB", b: "64MiB"},
		"ram":                           {a: "512MiB", b: "1GiB"},
		"qemu_opts":                     {a: `"-smbios type=1"`, b: `"-smbios type=2"`},
		"spice_opts":                    {a: "ipv4", b: "ipv6"},
		"spice_password":                {a: "one", b: "two"},
		"vga":                           {a: "cirrus", b: "vmware"},
		"zpool":                         {a: "zones", b: "tank"},
		"nics":                          {a: "[{nic_tag: admin, ips: [10.INDEX.0.1/24]@}, {nic_tag: external, ips: [10.INDEX.1.1/24]@}]", b: "[{nic_tag: admin, ips: [10.INDEX.0.1/24]@}, {nic_tag: external, vlan_id: 3, ips: [10.INDEX.2.1/24]@}]"},
		"nics.*.ips":                    {a: "[10.INDEX.0.1/24, addrconf]", b: "[10.INDEX.0.2/24]"},
		"nics.*.gateways":               {a: "[10.INDEX.0.254]", b: "[10.INDEX.0.253]"},
		"nics.*.allowed_ips":            {a: "[10.2.121.80]", b: "[10.2.121.81, 10.2.121.82/31]"},
		"nics.*.allowed_dhcp_cids":      {a: `["0x01c24f19a07b31"]`, b: `["0x02c24f19a07b31"]`},
		"nics.*.blocked_outgoing_ports": {a: "[25, 26]", b: "[27]"},
		"nics.*.interface":              {a: "net0", b: "net5"},
		"nics.*.mac":                    {a: fmt.Sprintf("'c2:4f:19:a0:%02x:31'", len(brand)+int(brand[0])), b: fmt.Sprintf("'c2:4f:19:a0:%02x:32'", len(brand)+int(brand[0]))},
		"nics.*.model":                  {a: "virtio", b: "e1000"},
		"nics.*.mtu":                    {a: "1500", b: "9000"},
		"nics.*.network_uuid":           {a: "0f4c1d2e-9b1f-4c6a-8a53-3f2f0a7f1c11", b: "1f4c1d2e-9b1f-4c6a-8a53-3f2f0a7f1c11"},
		"nics.*.nic_tag":                {a: "external", b: "stub0"},
		"nics.*.primary":                {a: "true", b: "false"},
		"nics.*.vrrp_vrid":              {a: "7", b: "8", near: "vrrp_primary_ip: 10.INDEX.9.1, "},
		"nics.*.vrrp_primary_ip":        {a: "10.INDEX.9.1", b: "10.INDEX.9.2", near: "vrrp_vrid: 9, "},
		"disks":                         {a: "[{model: virtio, size: 100}]", b: "[{model: virtio, size: 100}, {model: virtio, size: 200}]"},
		"disks.*.block_size":            {a: "8192", b: "4096", near: "size: 100, "},
		"disks.*.boot":                  {near: "size: 100, "},
		"disks.*.compression":           {a: "lz4", b: "gzip", near: "size: 100, "},
		"disks.*.guest_block_size":      {a: `"512"`, b: "512/4096", near: "size: 100, "},
		"disks.*.image_uuid":            {a: bhyveImage, b: secondDisk},
		"disks.*.image_size":            {a: "10240", b: "10240", near: "image_uuid: " + bhyveImage + ", "},
		"disks.*.image_name":            {a: "one", b: "two", near: "image_uuid: " + bhyveImage + ", "},
		"disks.*.media":                 {a: "disk", b: "cdrom", near: "path: /zones/iso/a.iso, nocreate: true, "},
		"disks.*.nocreate":              {a: "true", b: "false", near: "media: cdrom, path: /zones/iso/a.iso, "},
		"disks.*.path":                  {a: "/zones/iso/a.iso", b: "/zones/iso/b.iso", near: "media: cdrom, "},
		"disks.*.model":                 {near: "size: 100, "},
		"disks.*.notrim":                {near: "size: 100, "},
		"disks.*.pci_slot":              {a: `"0:4:3"`, b: `"0:4:5"`, near: "size: 100, "},
		"disks.*.refreservation":        {a: "100", b: "50", near: "size: 100, "},
		"disks.*.size":                  {a: "100", b: "200"},
		"disks.*.uuid":                  {a: "0f4c1d2e-9b1f-4c6a-8a53-3f2f0a7f1c11", b: "1f4c1d2e-9b1f-4c6a-8a53-3f2f0a7f1c11", near: "size: 100, "},
		"disks.*.zpool":                 {a: "zones", b: "tank", near: "size: 100, "},
		"flexible_disk_size":            {a: "20GiB", b: "30GiB", with: "disks: [" + sized + "]\n"},
		"filesystems":                   {a: "[{source: /zones, target: /share, type: lofs}]", b: "[{source: /zones, target: /other, type: lofs}]"},
		"filesystems.*.options":         {a: "[ro, nodevices]", b: "[ro]", near: "source: /zones, target: /share, type: lofs, "},
		"filesystems.*.raw":             {a: "/dev/a", b: "/dev/b", near: "source: /zones, target: /share, type: lofs, "},
		"filesystems.*.source":          {a: "/zones", b: "/tmp", near: "target: /share, type: lofs, "},
		"filesystems.*.target":          {a: "/share", b: "/other", near: "source: /zones, type: lofs, "},
		"filesystems.*.type":            {a: "lofs", b: "zfs", near: "source: /zones, target: /share, "},
		"pci_devices":                   {a: `[{path: "/devices/pci0", pci_slot: "8:0:0"}]`, b: `[{path: "/devices/pci1", pci_slot: "8:0:0"}]`},
		"pci_devices.*.path":            {a: "/devices/pci0", b: "/devices/pci1", near: `pci_slot: "8:0:0", `},
		"pci_devices.*.pci_slot":        {a: `"8:0:0"`, b: `"8:1:0"`, near: `path: "/devices/pci2", `},
	}
	if brand.HVM() {
		m["image_uuid"] = subject{a: joyentImage, b: secondZone, skip: brand == spec.Bhyve} // no image is of a type that bhyve takes here
		m["max_physical_memory"] = subject{a: "2GiB", b: "3GiB"}
		m["max_locked_memory"] = subject{a: "2GiB", b: "3GiB", with: "max_physical_memory: 4GiB\n"}
		m["max_swap"] = subject{a: "8GiB", b: "9GiB"}
	}
	if brand == spec.LX {
		m["image_uuid"] = subject{a: lxImage, b: secondLX}
		m["nics.*.interface"] = subject{a: "eth0", b: "eth5"}
	}
	if brand == spec.Bhyve {
		m["disk_driver"] = subject{a: "virtio", b: "nvme"}
	}
	return m
}

// Images of a lab, besides those of other tests.
const (
	lxImage    = "04179d8e-188a-11e7-af4a-1349e98cbd17"
	secondZone = "01b2c898-945f-11e1-a523-af1afbe22822"
	secondLX   = "04179d8e-188a-11e7-af4a-1349e98cbd17"
	secondDisk = "71101322-43a5-11e1-8f01-cf2a3031a7f4"
)

// manifest is the spec of an instance with the property at a value; "" leaves it out.
func (s subject) manifest(value string, index int) string {
	lines := map[string]string{"brand": string(s.brand)}
	model := ""
	switch {
	case s.brand.HVM():
		lines["ram"] = "256MiB"
		model = ", model: virtio"
	case s.brand == spec.LX:
		lines["image_uuid"], lines["kernel_version"], lines["max_physical_memory"] = lxImage, `"4.3.0"`, "256MiB"
	default:
		lines["image_uuid"], lines["max_physical_memory"] = joyentImage, "256MiB"
	}
	for line := range strings.Lines(s.with) {
		name, text, _ := strings.Cut(strings.TrimSpace(line), ": ")
		lines[name] = text
	}
	if s.row.Name == "ram" {
		delete(lines, "max_physical_memory")
	}
	collection, member, isMember := strings.Cut(s.row.Name, ".*.")
	if isMember {
		lines[collection] = s.elements(collection, member, value, model)
	} else if value != "" {
		lines[s.row.Name] = value
	} else if !s.row.Required.Has(s.brand) {
		delete(lines, s.row.Name)
	}
	var text strings.Builder
	names := make([]string, 0, len(lines))
	for name := range lines {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		line := strings.ReplaceAll(strings.ReplaceAll(lines[name], "INDEX", strconv.Itoa(index+1)), "@", model)
		fmt.Fprintf(&text, "  %s: %s\n", name, line)
	}
	return text.String()
}

// elements is a collection whose last element has the member at the value.
func (s subject) elements(collection, member, value, model string) string {
	more := s.near
	if value != "" {
		more += member + ": " + value + ", "
	}
	has := func(name string) bool { return member == name || strings.Contains(s.near, name+": ") }
	add := func(name, text string) {
		if !has(name) {
			more += name + ": " + text + ", "
		}
	}
	switch collection {
	case "nics":
		add("nic_tag", "admin")
		add("ips", "[10.INDEX.0.1/24]")
		if model != "" {
			add("model", "virtio")
		}
		other := ""
		if strings.HasPrefix(member, "vrrp_") {
			other = "{nic_tag: admin, ips: [10.INDEX.9.1/24, 10.INDEX.9.2/24]" + model + "}, "
		}
		return "[" + other + "{" + more + "}]"
	case "disks":
		add("model", "virtio")
		if member == "size" && value == "" {
			add("image_uuid", bhyveImage)
		}
		return "[{model: virtio, size: 50}, {" + more + "}]"
	}
	return "[{" + more + "}]"
}

// valueIn finds the value of the subject in an instance.
func (s subject) valueIn(object spec.Object) (any, bool) {
	collection, member, isMember := strings.Cut(s.row.Name, ".*.")
	if !isMember {
		value, ok := object[s.row.Name]
		return value, ok
	}
	list, _ := object[collection].([]any)
	if len(list) == 0 {
		return nil, false
	}
	element, _ := list[len(list)-1].(map[string]any)
	value, ok := element[member]
	return value, ok
}

// byHand is the payload of vmadm update with which somebody sets the other value; nil where there is none.
func (s subject) byHand(wanted, found spec.Object) spec.Object {
	collection, member, isMember := strings.Cut(s.row.Name, ".*.")
	value, _ := s.valueIn(wanted)
	switch {
	case value == nil || !s.row.Update.Has(s.brand):
		return nil
	case isMember:
		parent, _ := spec.Properties().Lookup(collection)
		list, _ := found[collection].([]any)
		if len(list) == 0 || member == parent.Key {
			return nil
		}
		element, _ := list[len(list)-1].(map[string]any)
		return spec.Object{"update_" + collection: []any{spec.Object{parent.Key: element[parent.Key], member: value}}}
	case s.row.Kind == spec.Map:
		return spec.Object{"set_" + s.row.Name: value}
	case s.row.Kind == spec.Objects:
		list, _ := value.([]any)
		return spec.Object{"add_" + s.row.Name: list[len(list)-1:]}
	}
	return spec.Object{s.row.Name: value}
}
