package vm_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/specadm/specadm/drivers/lab/node"
	"github.com/specadm/specadm/drivers/lab/vm"
)

// volatile are the keys that belong to a node or a moment.
func volatile() []string {
	return []string{"zoneid", "zonedid", "pid", "last_modified", "server_uuid", "platform_buildstamp", "datacenter_name", "headnode_id",
		"boot_timestamp", "init_restarts"}
}

// importAndGet imports a document into a fresh lab and returns what get shows, without what is volatile.
func importAndGet(t *testing.T, document map[string]any) map[string]any {
	t.Helper()
	lab := newLab(t)
	lab.change(func(n *node.Node) {
		if err := vm.Import(n, document); err != nil {
			t.Fatal(err)
		}
	})
	got := lab.vmadm("", "get", document["uuid"].(string))
	var shown map[string]any
	if err := json.Unmarshal([]byte(got.stdout), &shown); err != nil {
		t.Fatalf("get: %v: %s", err, got.stderr)
	}
	forgetVolatile(shown)
	return shown
}

func forgetVolatile(object map[string]any) {
	for _, key := range volatile() {
		delete(object, key)
	}
	for _, snapshot := range objects(object["snapshots"]) {
		delete(snapshot, "size")
		delete(snapshot, "created_at")
	}
}

func TestImportShowsADocumentOfARealNodeAgain(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/get/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			document := decode(t, text)
			shown := importAndGet(t, document)
			forgetVolatile(document)
			// These documents are older than some keys that every VM shows now.
			for _, key := range []string{"device", "firewall_enabled", "hvm"} {
				delete(shown, key)
			}
			if diff := cmp.Diff(document, shown, cmpopts.IgnoreMapEntries(func(key string, _ any) bool {
				return key == "refreservation" || key == "firewall_enabled"
			})); diff != "" {
				t.Errorf("document (-real +lab):\n%s", diff)
			}
		})
	}
}

func TestImportShowsEveryRecordedObjectAgain(t *testing.T) {
	t.Parallel()
	for _, line := range readLines(t, "testdata/update-cases.jsonl") {
		var scenario struct {
			Name  string
			UUID  string
			Steps []recordedStep
		}
		if err := json.Unmarshal(line, &scenario); err != nil {
			t.Fatal(err)
		}
		if scenario.Steps[0].Get == nil {
			continue
		}
		t.Run(scenario.Name, func(t *testing.T) {
			t.Parallel()
			text, err := json.Marshal(scenario.Steps[0].Get)
			if err != nil {
				t.Fatal(err)
			}
			document := decode(t, []byte(strings.ReplaceAll(string(text), "@@", scenario.UUID)))
			shown := importAndGet(t, document)
			for _, key := range []string{"create_timestamp", "device"} { // not in the recordings
				delete(shown, key)
				delete(document, key)
			}
			forgetVolatile(document)
			if diff := cmp.Diff(document, shown); diff != "" {
				t.Errorf("document (-recorded +lab):\n%s", diff)
			}
		})
	}
}

func TestImportMovesAnInstanceBetweenLabs(t *testing.T) {
	t.Parallel()
	payload := `{"brand":"joyent","image_uuid":"01b2c898-945f-11e1-a523-af1afbe22822","uuid":"` + web0 + `","alias":"web0",
		"delegate_dataset":true,"zfs_data_compression":"lz4","zfs_root_compression":"gzip","indestructible_delegated":true,"tags":{"n":1},
		"filesystems":[{"source":"/tmp","target":"/mnt","type":"lofs","options":["ro"]}],"nics":[{"nic_tag":"admin","ips":["dhcp"]}]}`
	lab := newLab(t)
	lab.must(payload, "create")
	document := lab.get(web0)
	shown := importAndGet(t, document)
	document = lab.get(web0)
	forgetVolatile(document)
	if diff := cmp.Diff(document, shown); diff != "" {
		t.Errorf("document (-here +there):\n%s", diff)
	}
}

func TestImportRefusesWhatItCannotPutIntoTheLab(t *testing.T) {
	t.Parallel()
	for name, document := range map[string]map[string]any{
		"a brand that nobody knows": {"uuid": web0, "brand": "sngl"},
		"a document without a uuid": {"brand": "joyent"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			newLab(t).change(func(n *node.Node) {
				if err := vm.Import(n, document); err == nil {
					t.Error("no error")
				}
			})
		})
	}
}
