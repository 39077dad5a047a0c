package spec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// fleetYAML is a file with n manifests of zones, of the size that people write.
func fleetYAML(n int) []byte {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `---
apiVersion: specadm/v1
kind: Instance
metadata:
  name: web%d
  labels: {role: web, tier: front}
spec:
  state: running
  brand: joyent
  image_uuid: 01b2c898-945f-11e1-a523-af1afbe22822
  hostname: web%d.example.org
  max_physical_memory: 512MiB
  max_swap: 1GiB
  quota: 20GiB
  cpu_cap: 200
  autoboot: true
  resolvers: [192.0.2.53, 192.0.2.54]
  nics:
  - nic_tag: external
    vlan_id: 20
    ips: [10.%d.%d.%d/8]
    gateways: [10.0.0.1]
    primary: true
  customer_metadata:
    root_authorized_keys: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0 ops"
    user-script: |
      #!/bin/sh
      pkgin -y in nginx
  tags: {role: web, index: %d}
policy:
  maxRisk: reboot
`, i, i, i>>16&255, i>>8&255, i&255, i)
	}
	return []byte(b.String())
}

// fleetJSON is a file with a list of n payloads of virtual machines.
func fleetJSON(n int) []byte {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `%s
  {
    "alias": "vm%d", "hostname": "vm%d.example.org", "brand": "bhyve", "ram": 2048, "vcpus": 2, "bootrom": "uefi", "autoboot": true,
    "resolvers": ["192.0.2.53", "192.0.2.54"],
    "disks": [{"boot": true, "model": "virtio", "image_uuid": "462d1d03-8457-e134-a408-cf9ea2b9be96"}, {"model": "virtio", "size": 20480}],
    "nics": [{"nic_tag": "external", "vlan_id": 20, "ips": ["10.%d.%d.%d/8"], "gateways": ["10.0.0.1"], "model": "virtio", "primary": true}],
    "customer_metadata": {"root_authorized_keys": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0 ops", "user-script": "#!/bin/sh\npkgin -y in nginx\n"},
    "tags": {"role": "web", "index": %d}
  }`, map[bool]string{true: "[", false: ","}[i == 0], i, i, i>>16&255, i>>8&255, i&255, i)
	}
	return []byte(b.String() + "\n]\n")
}

func benchmarkSizes() []int { return []int{100, 1_000, 10_000} }

// BenchmarkLoad reads, checks and normalises manifests; BenchmarkDecode only decodes the same bytes with the usual libraries.
func BenchmarkLoad(b *testing.B) {
	for _, n := range benchmarkSizes() {
		for file, data := range map[string][]byte{"fleet.yaml": fleetYAML(n), "fleet.json": fleetJSON(n)} {
			b.Run(fmt.Sprintf("%s/%d", file, n), func(b *testing.B) {
				b.SetBytes(int64(len(data)))
				b.ReportAllocs()
				for b.Loop() {
					repository := Parse(file, data, LoadOptions{})
					if len(repository.Manifests) != n || len(repository.Findings) != 0 {
						b.Fatalf("%d manifests, findings %+v", len(repository.Manifests), repository.Findings[:1])
					}
				}
			})
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	for _, n := range benchmarkSizes() {
		b.Run(fmt.Sprintf("fleet.yaml/%d", n), func(b *testing.B) {
			data := fleetYAML(n)
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				decoder := yaml.NewDecoder(bytes.NewReader(data))
				for {
					var document any
					if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
						break
					} else if err != nil {
						b.Fatal(err)
					}
				}
			}
		})
		b.Run(fmt.Sprintf("fleet.json/%d", n), func(b *testing.B) {
			data := fleetJSON(n)
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				var document any
				if err := json.Unmarshal(data, &document); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
