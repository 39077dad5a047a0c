package reconcile

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/drivers"
	"github.com/specadm/specadm/spec"
)

// fleet is a node in sync with its manifests: the files, and what vmadm and zfs print.
type fleet struct {
	dir            string
	manifests      []string
	lookup, zfsGet []byte
}

func newFleet(b *testing.B, n int) fleet {
	f := fleet{dir: b.TempDir()}
	for i := range n {
		file := filepath.Join(f.dir, fmt.Sprintf("web%05d.yaml", i))
		if err := os.WriteFile(file, []byte(fleetManifest(i)), 0o600); err != nil {
			b.Fatal(err)
		}
		f.manifests = append(f.manifests, file)
	}
	repo, err := spec.Load([]string{f.dir}, spec.LoadOptions{})
	if err != nil || len(repo.Findings) > 0 {
		b.Fatal(err, repo.Findings)
	}
	// What creating them leaves is what a plan in sync finds.
	plan := diff.Compute(repo, diff.Found{}, diff.Options{})
	var objects []spec.Object
	for _, item := range plan.Items {
		object := diff.Simulate(nil, item.Steps)
		for i, nic := range object["nics"].([]any) {
			nic.(spec.Object)["mac"] = fmt.Sprintf("c2:4f:19:%02x:%02x:%02x", len(objects)>>8, len(objects)&255, i)
		}
		for name, value := range fleetFields() {
			object[name] = value
		}
		objects = append(objects, object)
		f.zfsGet = fmt.Appendf(f.zfsGet, "zones/%[1]s\ttype\tfilesystem\t-\nzones/%[1]s\tquota\t21474836480\tlocal\nzones/%[1]s\trefquota\t0\tdefault\n", item.UUID)
	}
	f.lookup, err = json.MarshalIndent(objects, "", "  ")
	if err != nil {
		b.Fatal(err)
	}
	return f
}

// fleetManifest is a manifest of usual size.
func fleetManifest(i int) string {
	return fmt.Sprintf(`apiVersion: specadm/v1
kind: Instance
metadata:
  name: web%05[1]d
  labels: {role: web}
spec:
  state: running
  brand: joyent
  image_uuid: 01b2c898-945f-11e1-a523-af1afbe22822
  max_physical_memory: 512MiB   # and swap alike
  cpu_cap: 200
  quota: 20GiB
  resolvers: [192.0.2.53, 198.51.100.53]
  nics:
  - nic_tag: external
    vlan_id: 30
    ips: [10.%[2]d.%[3]d.10/24]
    gateways: [10.%[2]d.%[3]d.1]
    primary: true
  - nic_tag: admin
    ips: [172.%[2]d.%[3]d.11/24]
  customer_metadata:
    user-script: |
      #!/bin/sh
      pkgin -y in nginx
      svcadm enable nginx
  tags:
    role: web
    rank: %[1]d
`, i, i>>8, i&255)
}

// fleetFields are the fields of a real lookup that no manifest manages.
func fleetFields() spec.Object {
	return spec.Object{
		"limit_priv": "default", "v": 1, "create_timestamp": "2026-04-02T08:15:30.101Z", "max_lwps": 2000, "max_msg_ids": 4096,
		"max_sem_ids": 4096, "max_shm_ids": 4096, "max_shm_memory": 512, "zfs_io_priority": 100, "zone_state": "running", "hvm": false,
		"billing_id": "00000000-0000-0000-0000-000000000000", "zonedid": 41, "last_modified": "2026-04-02T09:00:11.000Z", "pid": 4711,
		"firewall_enabled": false, "server_uuid": "4c4c4544-0046-3510-8052-b4c04f4e3232", "platform_buildstamp": "20260312T000000Z",
		"routes": spec.Object{}, "zfs_root_recsize": 131072, "zpool": "zones", "snapshots": []any{}, "boot_timestamp": "2026-04-02T08:15:30.101Z",
	}
}

// canned is a node that prints what the fleet says.
type canned struct{ fleet }

func (c canned) Run(_ context.Context, command drivers.Command) (drivers.Result, error) {
	out := map[string][]byte{"vmadm": c.lookup, "zfs": c.zfsGet}[command.Program]
	if command.Stdout != nil {
		_, err := command.Stdout.Write(out)
		return drivers.Result{}, err
	}
	return drivers.Result{Stdout: out}, nil
}

// line runs the straight line up to the plan.
func (f fleet) line(b *testing.B) {
	repo, err := spec.Load([]string{f.dir}, spec.LoadOptions{})
	if err != nil {
		b.Fatal(err)
	}
	found, err := Observe(b.Context(), canned{f})
	if err != nil {
		b.Fatal(err)
	}
	if plan := diff.Compute(repo, found, diff.Options{}); !plan.Empty() {
		b.Fatalf("not in sync: %+v", plan.Items[0])
	}
}

// decode reads the same bytes and decodes them, with yaml.v3 and encoding/json alone.
func (f fleet) decode(b *testing.B) {
	for _, file := range f.manifests {
		data, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		var document any
		if err := yaml.Unmarshal(data, &document); err != nil {
			b.Fatal(err)
		}
	}
	var objects []map[string]any
	if err := json.Unmarshal(f.lookup, &objects); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkLine measures files to plan for a node in sync, against decoding the same bytes alone in the same run: the metric x-decode is
// the ratio of the two.
func BenchmarkLine(b *testing.B) {
	for _, n := range []int{100, 1000, 10000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			f := newFleet(b, n)
			f.line(b)
			var line, decode time.Duration
			b.ReportAllocs()
			for b.Loop() {
				start := time.Now()
				f.line(b)
				middle := time.Now()
				f.decode(b)
				line += middle.Sub(start)
				decode += time.Since(middle)
			}
			b.ReportMetric(float64(line.Microseconds())/float64(b.N), "line-µs/op")
			b.ReportMetric(float64(decode.Microseconds())/float64(b.N), "decode-µs/op")
			b.ReportMetric(float64(line)/float64(decode), "x-decode")
		})
	}
}
