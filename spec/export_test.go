package spec

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

func TestExport(t *testing.T) {
	t.Parallel()
	zone := Object{
		"uuid": "1f2c0c9a-5a0e-4b2e-9d4b-6a8c2a7f0e11", "brand": "joyent-minimal", "state": "running", "alias": "Web 0", "autoboot": true,
		"image_uuid": "5f2bb34e-8c1d-4d5c-9f0f-2f5a3c0a7d10", "cpu_shares": int64(100), "max_lwps": int64(2000), "max_physical_memory": int64(512),
		"max_locked_memory": int64(512), "max_swap": int64(1024), "tmpfs": int64(512), "max_shm_memory": int64(512), "quota": int64(20),
		"resolvers": []any{"192.0.2.53"}, "zone_state": "running", "zoneid": int64(3), "firewall_enabled": false, "limit_priv": "default",
		"nics": []any{map[string]any{
			"interface": "net0", "mac": "c2:4f:19:a0:7b:31", "nic_tag": "admin", "gateway": "192.0.2.1", "gateways": []any{"192.0.2.1"},
			"netmask": "255.255.255.0", "ip": "192.0.2.10", "ips": []any{"192.0.2.10/24", "addrconf"}, "primary": true,
		}},
		"tags": map[string]any{"role": "web", "rank": int64(1)}, "internal_metadata": map[string]any{MarkKey: "{}"},
		"customer_metadata": map[string]any{"user-script": "#!/bin/sh\necho hello\n", "answer": "yes"}, "routes": map[string]any{},
	}
	got, _, err := Export(zone, false, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := `apiVersion: specadm/v1
kind: Instance
metadata:
  name: web-0
spec:
  uuid: 1f2c0c9a-5a0e-4b2e-9d4b-6a8c2a7f0e11
  state: running
  brand: joyent-minimal
  image_uuid: 5f2bb34e-8c1d-4d5c-9f0f-2f5a3c0a7d10
  alias: Web 0
  max_physical_memory: 512MiB
  max_swap: 1GiB
  quota: 20GiB
  resolvers: [192.0.2.53]
  customer_metadata:
    answer: "yes"
    user-script: |
      #!/bin/sh
      echo hello
  tags:
    rank: 1
    role: web
  nics:
    - gateways: [192.0.2.1]
      ips: [192.0.2.10/24, addrconf]
      mac: c2:4f:19:a0:7b:31
      nic_tag: admin
      primary: true
policy:
  adopt: true
`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestExportRefusesAnUnknownBrand(t *testing.T) {
	t.Parallel()
	_, _, err := Export(Object{"uuid": "1f2c0c9a-5a0e-4b2e-9d4b-6a8c2a7f0e11", "brand": "sngl"}, false, nil)
	if err == nil || !strings.Contains(err.Error(), `brand "sngl"`) {
		t.Errorf("got %v", err)
	}
}

func TestEveryPropertyIsExplainedWithAnExampleThatIsYAML(t *testing.T) {
	t.Parallel()
	for _, row := range Properties().All() {
		text, ok := ExplainProperty(row.Name)
		if !ok || !strings.Contains(text, row.Doc) {
			t.Errorf("%s: %q", row.Name, text)
		}
		var value any
		if err := yaml.Unmarshal([]byte(row.Example), &value); err != nil {
			t.Errorf("%s: example %q: %v", row.Name, row.Example, err)
		}
	}
}

func TestSchemaHasEveryPropertyThatAManifestMayHave(t *testing.T) {
	t.Parallel()
	properties := schemaBelowSpec(t, KindInstance)
	want := map[string]bool{"state": true, "zfs": true, "snapshots": true}
	for _, row := range Properties().All() {
		if row.Kind != Member && row.Kind != Op && row.Kind != ReadOnly && !row.Deprecated && (row.Create|row.Update) != NoBrand {
			want[row.Name] = true
		}
	}
	got := map[string]bool{}
	for name := range properties {
		got[name] = true
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
