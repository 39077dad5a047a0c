package vm

import (
	"crypto/rand"
	"encoding/hex"

	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/property"
)

const zeroUUID = "00000000-0000-0000-0000-000000000000"

// The serial ports of a bhyve VM that asks for none (reference 6.3).
const (
	defaultCOM1 = "/dev/zconsole"
	defaultCOM2 = "socket,/tmp/vm.ttyb"
)

const mostCPUShares = 65535

// setDefaults gives a normalised create payload what vmadm chooses where nothing is said (reference 9.1). A key with a null value counts
// as said.
func setDefaults(payload *js.Object, brand property.Brand) {
	fill := func(key string, value js.Value) {
		if !payload.Has(key) {
			payload.Set(key, value)
		}
	}
	fill("autoboot", true)
	fill("zpool", defaultZpool)
	fill("v", float64(1))
	fill("owner_uuid", zeroUUID)
	fill("billing_id", zeroUUID)
	fill("limit_priv", []js.Value{brand.LimitPriv})
	fill("cpu_shares", float64(100))
	fill("zfs_io_priority", float64(100))
	fill("max_lwps", float64(2000))
	fill("quota", brand.QuotaGiB)
	if shares, given := payload.Number("cpu_shares"); given && shares > mostCPUShares {
		payload.Set("cpu_shares", float64(mostCPUShares))
	}
	if brand.Machine {
		fill("vcpus", float64(1))
	} else {
		fill("dns_domain", "local")
	}
	for _, disk := range payload.Objects("disks") {
		if !disk.Has("media") {
			disk.Set("media", "disk")
		}
	}
}

// resetConsoles writes what every payload for a bhyve VM carries along: both serial ports go back to their defaults unless one of them is
// named, and the log of the platform is configured (reference 10.4).
func resetConsoles(payload *js.Object, brand property.Brand) {
	if brand.ID != property.Bhyve {
		return
	}
	if !payload.Has("com1") && !payload.Has("com2") {
		payload.Set("com1", defaultCOM1)
		payload.Set("com2", defaultCOM2)
	}
	payload.Set("zlog_mode", "g--")
	payload.Set("zlog_name", "platform.log")
}

// dockerNamespace is the metadata namespace that docker VMs have.
const dockerNamespace = "docker"

// addDocker adds what docker: true brings along (reference 13). metadataKey is where the payload carries internal metadata, old the VM
// that is updated, nil on create.
func addDocker(payload, old *js.Object, brand property.Brand, metadataKey string) {
	if !payload.Bool("docker") {
		return
	}
	payload.Set("restart_init", false)
	payload.Set("init_name", brand.DockerInit)
	namespaces := payload.Array("internal_metadata_namespaces")
	if !payload.Has("internal_metadata_namespaces") {
		namespaces = old.Array("internal_metadata_namespaces")
	}
	known := false
	for _, namespace := range namespaces {
		known = known || namespace == dockerNamespace
	}
	if !known {
		namespaces = append(append([]js.Value{}, namespaces...), dockerNamespace)
	}
	payload.Set("internal_metadata_namespaces", namespaces)
	metadata := orEmpty(payload.Object(metadataKey))
	if !metadata.Has("docker:id") && !old.Object("internal_metadata").Has("docker:id") {
		metadata.Set("docker:id", dockerID())
		payload.Set(metadataKey, metadata)
	}
	payload.Set("zlog_mode", "g--")
}

// dockerID is 64 random hex digits.
func dockerID() string {
	id := make([]byte, 32)
	rand.Read(id) // never fails: crypto/rand aborts the program first
	return hex.EncodeToString(id)
}

// dockerFiles are the files that vmadm keeps for a docker VM and mounts into it.
func dockerFiles(zonepath string, brand property.Brand) []*js.Object {
	hosts := "/etc/inet/hosts"
	if brand.ID == property.LX {
		hosts = "/etc/hosts"
	}
	var filesystems []*js.Object
	for _, file := range []struct{ name, target string }{
		{"hosts", hosts}, {"resolv.conf", "/etc/resolv.conf"}, {"hostname", "/etc/hostname"},
	} {
		filesystems = append(filesystems, js.NewObject(
			js.Pair{Key: "source", Value: zonepath + "/config/" + file.name},
			js.Pair{Key: "target", Value: file.target},
			js.Pair{Key: "type", Value: "lofs"},
			js.Pair{Key: "options", Value: []js.Value{"rw"}}))
	}
	return filesystems
}
