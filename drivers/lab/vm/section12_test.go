package vm_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	zvolImage = "71101322-43a5-11e1-8f01-cf2a3031a7f4" // of 5120 MiB
	uefiImage = "45d86edd-8cf4-6c7c-4ef1-8e27b24c550e" // of 1024 MiB
	bhyve0    = "/dev/zvol/rdsk/zones/" + web0 + "/disk0"
	bhyve1    = "/dev/zvol/rdsk/zones/" + web0 + "/disk1"
	kvm0      = "/dev/zvol/rdsk/zones/" + web0 + "-disk0"
	kvm1      = "/dev/zvol/rdsk/zones/" + web0 + "-disk1"
	twoDisks  = `"disks":[{"model":"virtio","size":2048,"boot":true},{"model":"virtio","size":1024}]`
)

// disks is the list of a few members of each disk of web0, missing ones left out.
func (l *testLab) disks(members ...string) []map[string]any {
	l.t.Helper()
	var all []map[string]any
	for _, disk := range objects(l.get(web0)["disks"]) {
		few := map[string]any{}
		for _, member := range members {
			if value, ok := disk[member]; ok {
				few[member] = value
			}
		}
		all = append(all, few)
	}
	return all
}

func TestSection12RefusedDisks(t *testing.T) {
	t.Parallel()
	create := func(brand func(string) string, members string, exit int, sentence string) []step {
		return []step{{command: "create", stdin: brand(members), exit: exit, stderr: sentence}}
	}
	disks := func(list string) string { return `"disks":[` + list + `]` }
	nine := strings.Repeat(`{"size":10,"model":"virtio"},`, 8) + `{"size":10,"model":"virtio"}`
	for name, steps := range map[string][]step{
		"a model of another brand":  create(bhyvePayload, disks(`{"size":10,"model":"sata"}`), 1, `"sata" is not a valid disk model for bhyve brand. Valid are: virtio,ahci,nvme`),
		"a path":                    create(kvmPayload, disks(`{"size":10,"model":"virtio","path":"/dev/x"}`), 1, "you cannot specify a path for a disk unless you set nocreate=true"),
		"block size of an image":    create(kvmPayload, disks(`{"image_uuid":"`+zvolImage+`","block_size":4096,"model":"virtio"}`), 1, "setting both .block_size and .image_uuid on a volume is invalid"),
		"smaller than its image":    create(kvmPayload, disks(`{"image_uuid":"`+zvolImage+`","size":100,"model":"virtio"}`), 1, "Invalid value(s) for: size"),
		"another size of the image": create(kvmPayload, disks(`{"image_uuid":"`+zvolImage+`","image_size":1,"model":"virtio"}`), 1, "Invalid value(s) for: disks.0.image_size"),
		"an image that is not here": create(kvmPayload, disks(`{"image_uuid":"`+other+`","model":"virtio","image_size":1}`), 1, "Invalid value(s) for: disks.0.image_uuid"),
		"neither size nor image":    create(kvmPayload, disks(`{"model":"virtio"}`), 1, "Missing required properties: disks.0.size"),
		"a reserved slot":           create(bhyvePayload, disks(`{"size":10,"model":"virtio","pci_slot":"0:6:0"}`), 1, `pci_slot "0:6:0" invalid: PCI device 6 is reserved`),
		"a slot for two":            create(bhyvePayload, disks(`{"size":10,"model":"virtio","pci_slot":"0:5:0"},{"size":10,"model":"virtio","pci_slot":"5"}`), 1, `VM has multiple disks in pci_slot "5"`),
		"nine disks":                create(bhyvePayload, disks(nine), 1, "VM has more than 8 disk devices on PCI device 4"),
		"two boot disks":            create(bhyvePayload, disks(`{"size":10,"model":"virtio","boot":true},{"size":10,"model":"virtio","boot":true}`), 1, "*"),
		"a size in quotes":          create(kvmPayload, disks(`{"size":"10","model":"virtio"}`), 134, "*"),
		"a size of nothing":         create(bhyvePayload, disks(`{"size":0,"model":"virtio"}`), 1, "first of 1 error: Command failed: cannot create 'zones/@@/disk0': volume size cannot be zero"),
		"a disk that is not there":  {created(kvmPayload(twoDisks)), {command: "update @@", stdin: `{"update_disks":[{"path":"/x","boot":true}]}`, exit: 134, stderr: "*"}},
		"a removed one likewise":    {created(kvmPayload(twoDisks)), timeout(`{"remove_disks":["/x"]}`)},
		"another medium":            {created(kvmPayload(twoDisks)), timeout(`{"update_disks":[{"path":"` + kvm1 + `","media":"cdrom"}]}`)},
		"a smaller size": {created(bhyvePayload(twoDisks)), refused(`{"update_disks":[{"path":"`+bhyve1+`","size":512}]}`,
			"first of 1 error: cannot resize disk: new size must be greater than current size. (1024 > 512)")},
		"more than there is room for": {created(bhyvePayload(twoDisks + `,"flexible_disk_size":4096`)), refused(`{"update_disks":[{"path":"`+bhyve1+`","size":8192}]}`,
			"first of 1 error: Command failed: cannot set property for 'zones/@@/disk1': size is greater than available space")},
		"a new disk and room for it at once": {created(bhyvePayload(twoDisks + `,"flexible_disk_size":4096`)),
			refused(`{"flexible_disk_size":9000,"add_disks":[{"size":4096,"model":"virtio"}]}`, "first of 1 error: Command failed: cannot create 'zones/@@/disk2': out of space")},
		"a running instance": {created(kvmPayload(twoDisks + `,"autoboot":true`)),
			refused(`{"add_disks":[{"size":10,"model":"virtio"}]}`, `updates to disks are only allowed when state is "stopped", currently: running (running)`),
			refused(`{"update_disks":[{"path":"`+kvm1+`","model":"ide"}]}`, `at least one specified update to disks is only allowed when state is "stopped", currently: running (running)`),
			updated(`{"update_disks":[{"path":"` + kvm1 + `","compression":"lz4","refreservation":0}]}`)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, steps...)
		})
	}
}

func TestSection12ChangedDisks(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		payload, update string
		members         []string
		want            []map[string]any
	}{
		"the lowest free index is used again": {kvmPayload(twoDisks), `{"remove_disks":["` + kvm0 + `"],"add_disks":[{"size":10,"model":"ide"}]}`,
			[]string{"path", "size", "model"}, []map[string]any{{"path": kvm0, "size": 10., "model": "ide"}, {"path": kvm1, "size": 1024., "model": "virtio"}}},
		"kvm drops a size": {kvmPayload(twoDisks), `{"update_disks":[{"path":"` + kvm1 + `","size":4096}]}`, []string{"size"}, []map[string]any{{"size": 2048.}, {"size": 1024.}}},
		"bhyve grows":      {bhyvePayload(twoDisks), `{"update_disks":[{"path":"` + bhyve1 + `","size":4096}]}`, []string{"size", "refreservation"}, []map[string]any{{"size": 2048., "refreservation": 2114.}, {"size": 4096., "refreservation": 4226.}}},
		"shrinking takes the word for it": {bhyvePayload(twoDisks), `{"update_disks":[{"path":"` + bhyve1 + `","size":512,"dangerous_allow_shrink":true}]}`,
			[]string{"size"}, []map[string]any{{"size": 2048.}, {"size": 512.}}},
		"image and block size are dropped": {bhyvePayload(twoDisks), `{"update_disks":[{"path":"` + bhyve1 + `","block_size":4096,"image_uuid":"` + zvolImage + `"}]}`,
			[]string{"block_size", "image_uuid"}, []map[string]any{{"block_size": 8192.}, {"block_size": 8192.}}},
		"an added disk takes the model of the first": {kvmPayload(`"disks":[{"model":"scsi","size":10}]`), `{"add_disks":[{"size":10}]}`, []string{"model"}, []map[string]any{{"model": "scsi"}, {"model": "scsi"}}},
		"a cdrom takes no index and has no volume": {bhyvePayload(`"disks":[{"media":"cdrom","path":"/x.iso","model":"ahci"},{"size":10,"model":"virtio"}]`), `{}`,
			[]string{"path", "media", "missing", "pci_slot"}, []map[string]any{{"path": bhyve0, "media": "disk", "pci_slot": "0:4:0"}, {"path": "/x.iso", "media": "cdrom", "missing": true, "pci_slot": "0:3:0"}}},
		"the boot disk gets the first slot": {bhyvePayload(`"disks":[{"size":10,"model":"virtio"},{"size":10,"model":"virtio","boot":true}]`), `{}`,
			[]string{"pci_slot", "boot"}, []map[string]any{{"pci_slot": "0:4:1", "boot": false}, {"pci_slot": "0:4:0", "boot": true}}},
		"a sparse volume on kvm":     {kvmPayload(`"disks":[{"size":10,"model":"virtio","refreservation":0}]`), `{}`, []string{"refreservation"}, []map[string]any{{"refreservation": 0.}}},
		"any text is true for boot":  {kvmPayload(`"disks":[{"size":10,"model":"virtio","boot":"false"}]`), `{}`, []string{"boot"}, []map[string]any{{"boot": true}}},
		"an image with another size": {kvmPayload(`"disks":[{"image_uuid":"` + zvolImage + `","size":6000,"model":"virtio"}]`), `{}`, []string{"size", "image_size"}, []map[string]any{{"size": 6000., "image_size": 5120.}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lab := play(t, created(test.payload), updated(test.update))
			if diff := cmp.Diff(test.want, lab.disks(test.members...)); diff != "" {
				t.Errorf("disks (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSection12SpaceOfBhyve(t *testing.T) {
	t.Parallel()
	const mib, gib = 1 << 20, 1 << 30
	const metadata = (2114-2048)*mib + (1058-1024)*mib // rounded up, of the two disks
	for name, test := range map[string]struct {
		payload string
		total   int64
	}{
		"volumes are added to the quota":              {bhyvePayload(twoDisks + `,"quota":3`), 3*gib + 3072*mib},
		"a flexible size holds them but for metadata": {bhyvePayload(twoDisks + `,"quota":3,"flexible_disk_size":10240`), 3*gib + 10240*mib},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lab := play(t, created(test.payload))
			root := "zones/" + web0
			for _, property := range []string{"quota", "reservation"} {
				if got := lab.number(root, property); got <= test.total || got > test.total+metadata {
					t.Errorf("%s is %d, want up to %d over %d", property, got, metadata, test.total)
				}
			}
			if got := lab.number(root, "refquota"); got != 3*gib {
				t.Errorf("refquota is %d", got)
			}
			if got := lab.number(root, "refreservation"); got != 3*gib-mib {
				t.Errorf("refreservation is %d", got)
			}
		})
	}
}
