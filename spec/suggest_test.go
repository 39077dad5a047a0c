package spec

import "testing"

func TestEditDistanceCountsSingleMistakes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"ram", "ram", 0}, {"quota", "qouta", 1}, {"quota", "quotas", 1}, {"quota", "quot", 1}, {"alias", "alies", 1},
		{"kitten", "sitting", 3}, {"", "abc", 3}, {"a", "abcdefg", 64}, {"abcd", "badc", 2},
	} {
		if have := editDistance(test.a, test.b); have != test.want {
			t.Errorf("editDistance(%q, %q) = %d, want %d", test.a, test.b, have, test.want)
		}
	}
}

func TestUnknownNamesLeadToTheRightProperty(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, collection string
		brand            Brand
		want             string
	}{
		{"imageUUID", "", Joyent, "image_uuid"},
		{"max_phsical_memory", "", Joyent, "max_physical_memory"},
		{"Alias", "", LX, "alias"},
		{"memory", "", Joyent, "max_physical_memory"},
		{"memory", "", Bhyve, "ram"},
		{"networks", "", KVM, "nics"},
		{"cpus", "", Bhyve, "vcpus"},
		{"nicTag", "nics", Joyent, "nics.*.nic_tag"},
		{"vlan", "nics", Joyent, "nics.*.vlan_id"},
		{"adress", "nics", Joyent, "nics.*.ips"},
		{"sise", "disks", Bhyve, "disks.*.size"},
		{"colour", "", Joyent, ""},
		{"x", "", Joyent, ""},
		{"vcpu", "", Joyent, ""},
	} {
		have := ""
		if p, ok := Properties().suggestName(test.name, test.collection, test.brand); ok {
			have = p.Name
		}
		if have != test.want {
			t.Errorf("%s on %s: suggests %q, want %q", test.name, test.brand, have, test.want)
		}
	}
}
