package spec

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNormaliseGivesBothSidesOneForm(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name       string
		have, want Object
	}{
		{"texts become numbers and booleans", Object{"ram": "512", "autoboot": "true", "docker": "1", "quota": float64(10)},
			Object{"ram": int64(512), "autoboot": true, "docker": true, "quota": int64(10)}},
		{"a fraction stays", Object{"quota": 5.5}, Object{"quota": 5.5}},
		{"an empty text for a number says nothing", Object{"cpu_cap": ""}, Object{"cpu_cap": nil}},
		{"an empty text for a text stays", Object{"alias": ""}, Object{"alias": ""}},
		{"comma texts become lists in their order", Object{"limit_priv": "default,-proc_info"}, Object{"limit_priv": []any{"default", "-proc_info"}}},
		{"empty elements are dropped", Object{"fs_allowed": []any{""}}, Object{"fs_allowed": []any{}}},
		{"old names become new ones", Object{"dataset_uuid": "a", "zfs_storage_pool_name": "data"}, Object{"image_uuid": "a", "zpool": "data"}},
		{"a new name wins over the old one", Object{"dataset_uuid": "a", "image_uuid": "b"}, Object{"image_uuid": "b"}},
		{"unknown properties are kept", Object{"colour": "blue"}, Object{"colour": "blue"}},
		{"MACs are lower-case and padded", Object{"nics": []any{Object{"mac": "2:8:20:AA:bb:1"}}}, Object{"nics": []any{Object{"mac": "02:08:20:aa:bb:01"}}}},
		{"ip and netmask become ips, gateway gateways",
			Object{"nics": []any{Object{"ip": "10.7.0.20", "netmask": "255.255.252.0", "gateway": "10.7.0.1"}}},
			Object{"nics": []any{Object{"ips": []any{"10.7.0.20/22"}, "gateways": []any{"10.7.0.1"}}}}},
		{"dhcp needs no netmask", Object{"nics": []any{Object{"ip": "dhcp"}}}, Object{"nics": []any{Object{"ips": []any{"dhcp"}}}}},
		{"old forms beside new ones disappear, as get shows them",
			Object{"nics": []any{Object{"ip": "10.7.0.20", "netmask": "255.255.255.0", "gateway": "10.7.0.1", "ips": []any{"10.7.0.20/24", "addrconf"}, "gateways": []any{"10.7.0.1"}}}},
			Object{"nics": []any{Object{"ips": []any{"10.7.0.20/24", "addrconf"}, "gateways": []any{"10.7.0.1"}}}}},
		{"IPv6 has one spelling", Object{"nics": []any{Object{"ips": []any{"FD00:0::0001/64"}}}}, Object{"nics": []any{Object{"ips": []any{"fd00::1/64"}}}}},
		{"ports are numbers", Object{"nics": []any{Object{"blocked_outgoing_ports": "25,26"}}}, Object{"nics": []any{Object{"blocked_outgoing_ports": []any{int64(25), int64(26)}}}}},
		{"null stays null", Object{"nics": nil, "alias": nil, "resolvers": nil}, Object{"nics": nil, "alias": nil, "resolvers": nil}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			before := Clone(test.have)
			have := Normalise(test.have)
			if diff := cmp.Diff(test.want, have); diff != "" {
				t.Errorf("want (-), have (+):\n%s", diff)
			}
			if diff := cmp.Diff(have, Normalise(have)); diff != "" {
				t.Errorf("not the same when done twice:\n%s", diff)
			}
			if diff := cmp.Diff(before, test.have); diff != "" {
				t.Errorf("the argument was changed:\n%s", diff)
			}
		})
	}
}

func TestEqualKnowsWhatOrderMeans(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, property string
		a, b           any
		want           bool
	}{
		{"privileges in another order", "limit_priv", "default,dtrace_user", []any{"dtrace_user", "default"}, true},
		{"resolvers in another order", "resolvers", []any{"192.0.2.1", "192.0.2.2"}, []any{"192.0.2.2", "192.0.2.1"}, false},
		{"a number and its text", "ram", "512", int64(512), true},
		{"a whole fraction", "quota", 10.0, int64(10), true},
		{"MACs", "nics.*.mac", "0A:0:0:0:0:1", "0a:00:00:00:00:01", true},
		{"an empty list and none", "resolvers", []any{}, nil, false},
		{"a list with an empty text and an empty list", "nics.*.allowed_ips", []any{""}, []any{}, true},
		{"texts that differ", "alias", "a", "b", false},
		{"maps", "tags", Object{"a": int64(1)}, Object{"a": 1.0}, true},
		{"maps of another size", "tags", Object{"a": int64(1)}, Object{}, false},
		{"a list where a text belongs", "alias", []any{}, "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p, _ := Properties().Lookup(test.property)
			if have := p.Equal(test.a, test.b); have != test.want {
				t.Errorf("Equal(%v, %v) = %v", test.a, test.b, have)
			}
			if have := p.Equal(test.b, test.a); have != test.want {
				t.Errorf("Equal(%v, %v) = %v", test.b, test.a, have)
			}
		})
	}
}

func TestSecretFollowsTableAndNames(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{
		"vnc_password": true, "customer_metadata.root_pw": true, "customer_metadata.admin_pw": true, "internal_metadata.api-token": true,
		"customer_metadata.ssh_host_rsa_key": true, "customer_metadata.ssh_host_rsa_key.pub": false, "tags.role": false,
		"customer_metadata.root_authorized_keys": false, "customer_metadata.user-script": false, "alias": false, "nics.*.mac": false,
		"customer_metadata": false, "no.such": false,
	} {
		if have := Properties().Secret(path); have != want {
			t.Errorf("Secret(%q) = %v", path, have)
		}
	}
}
