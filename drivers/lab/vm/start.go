package vm

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/zone"
)

func (v *vmadm) runStart(args arguments) error {
	if err := checkStartOptions(args.rest[1:]); err != nil {
		return err
	}
	name := args.uuid()
	started, err := v.start(name)
	if err != nil {
		return failf("Unable to start VM %s: %s", name, err)
	}
	if started {
		v.say("Successfully started VM %s", name)
	}
	return nil
}

// checkStartOptions takes order=, cdrom=PATH,MODEL and disk=PATH,MODEL, which hold for one boot (reference 2.5).
func checkStartOptions(options []string) error {
	for _, option := range options {
		key, value, _ := strings.Cut(option, "=")
		switch key {
		case "order":
		case "cdrom", "disk":
			if path, model, _ := strings.Cut(value, ","); path == "" || model == "" {
				return &misuse{line: "Malformed argument to start: " + option}
			}
		default:
			return &misuse{line: "Invalid argument to start: " + option}
		}
	}
	return nil
}

// start boots a VM (reference 14). One that runs already is a success, but not a start.
func (v *vmadm) start(name string) (bool, error) {
	if !v.zones.Has(name) {
		return false, failf("bad statusCode: 404")
	}
	m, err := v.load(name)
	if err != nil {
		return false, err
	}
	if m.state() == "running" {
		v.say("Unable to start VM %s: VM %s is already 'running'", name, name)
		return false, nil
	}
	if m.state() != "stopped" && (m.state() != "provisioning" || m.zoneState() != string(zone.Installed)) {
		return false, failf("Cannot start vm from state %q, must be \"stopped\".", m.state())
	}
	if err := v.checkBootTags(m); err != nil {
		return false, err
	}
	if err := v.prepareBoot(m); err != nil {
		return false, err
	}
	if err := v.checkpoint("vmadm start: boot"); err != nil {
		return false, inParallel(err)
	}
	if err := v.boot(m.config); err != nil {
		return false, inParallel(err)
	}
	return true, nil
}

// checkBootTags refuses to boot with a nic on a tag that the node does not have.
func (v *vmadm) checkBootTags(m *machine) error {
	for _, nic := range m.object.Objects("nics") {
		if tag := nic.String("nic_tag"); tag != "" {
			if _, ok := v.node.NicTag(tag); !ok {
				return failf("Invalid nic tag %q", tag)
			}
		}
	}
	return nil
}

// prepareBoot sets autoboot, before the boot is known to work, gives the disks of old bhyve VMs slots and uuids, and renews the data of
// cloud-init.
func (v *vmadm) prepareBoot(m *machine) error {
	if !m.docker() || m.object.Object("internal_metadata").String("docker:restartpolicy") != "" {
		setAutoboot(m.config, m.brand, true)
	}
	if err := completeDisks(m); err != nil {
		return err
	}
	if err := v.zones.Write(m.config); err != nil {
		return err
	}
	return v.renewNocloud(m)
}

// completeDisks is the implicit update by which disks that are older than slots and uuids get them (reference 12.3).
func completeDisks(m *machine) error {
	disks := m.object.Objects("disks")
	if err := fillDisks(disks, nil, m.object.Objects("pci_devices"), "", m.brand); err != nil {
		return err
	}
	for _, disk := range disks {
		for i := range m.config.Devices {
			device := &m.config.Devices[i]
			if device.Match != disk.String("path") {
				continue
			}
			for _, member := range []struct{ name, attr string }{{"pci_slot", "pci-slot"}, {"uuid", "uuid"}} {
				if text := disk.String(member.name); text != "" {
					device.Attrs.Set(member.attr, text)
				}
			}
		}
	}
	return nil
}

// renewNocloud records the digest of what cloud-init is given (reference 8.1).
func (v *vmadm) renewNocloud(m *machine) error {
	metadata := m.object.Object("internal_metadata")
	if !metadata.Has(nocloudPath) {
		return nil
	}
	renewed := metadata.Clone()
	renewed.Set(nocloudHash, digest(m.object.String("hostname")+js.Stringify(m.object.Object("customer_metadata"))))
	return v.writeMetadata(m.config, m.object.Object("customer_metadata"), renewed)
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
