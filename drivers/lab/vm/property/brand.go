package property

import "math/bits"

// Brands is a set of brands.
type Brands uint8

// The brands, and the sets of them that rows name.
const (
	Joyent Brands = 1 << iota
	Minimal
	Builder
	LX
	KVM
	Bhyve

	Zones    = Joyent | Minimal | Builder | LX // the reference calls them OS
	Machines = KVM | Bhyve                     // the reference calls them HVM
	All      = Zones | Machines
)

// Has tells whether the brand of this name is in the set.
func (b Brands) Has(name string) bool {
	brand, ok := BrandOf(name)
	return ok && b&brand.ID != 0
}

// Brand is what vmadm knows of a brand (reference 1).
type Brand struct {
	ID   Brands
	Name string
	// Type is shown by lookup, cut to four letters.
	Type string
	// Machine brands have disks, and RAM of their own.
	Machine bool
	// ImageTypes are the image types for the zoneroot, DiskImageTypes those for disks.
	ImageTypes, DiskImageTypes []string
	DiskModels                 []string
	LimitPriv                  string
	// MemoryOverheadMiB is what max_physical_memory has over ram by default, LeastOverheadMiB at the least.
	MemoryOverheadMiB, LeastOverheadMiB float64
	// QuotaGiB is the default quota.
	QuotaGiB float64
	// NicPrefix names the interfaces: net0, eth0.
	NicPrefix string
	// AutobootAttr is the attribute that holds autoboot where the zone's own flag does not.
	AutobootAttr string
	// Reprovision tells whether the zoneroot or boot disk can be replaced.
	Reprovision bool
	// DockerInit is the init of docker VMs, empty where there are none.
	DockerInit string
	// Info are the words that vmadm info takes.
	Info []string
}

// BrandOf finds a brand by name.
func BrandOf(name string) (Brand, bool) {
	for _, brand := range brands() {
		if brand.Name == name {
			return brand, true
		}
	}
	return Brand{}, false
}

const machinePrivileges = "default,-file_link_any,-net_access,-proc_fork,-proc_info,-proc_session"

func brands() []Brand {
	return []Brand{
		zoneBrand(Brand{ID: Joyent, Name: "joyent", Type: "OS"}),
		zoneBrand(Brand{ID: Minimal, Name: "joyent-minimal", Type: "OS", DockerInit: "/usr/vm/sbin/dockerinit"}),
		zoneBrand(Brand{ID: Builder, Name: "builder", Type: "OS"}),
		zoneBrand(Brand{ID: LX, Name: "lx", Type: "LX", ImageTypes: []string{"docker", "lx-dataset"}, NicPrefix: "eth",
			DockerInit: "/native/usr/vm/sbin/dockerinit"}),
		machineBrand(Brand{ID: KVM, Name: "kvm", Type: "KVM", ImageTypes: []string{"zone-dataset"}, MemoryOverheadMiB: 1024, QuotaGiB: 10,
			DiskModels: []string{"virtio", "scsi", "ide"}, AutobootAttr: "vm-autoboot",
			Info: []string{"all", "block", "blockstats", "chardev", "cpus", "kvm", "pci", "spice", "status", "version", "vnc"}}),
		machineBrand(Brand{ID: Bhyve, Name: "bhyve", Type: "BHYVE", MemoryOverheadMiB: 1280, QuotaGiB: 1,
			DiskModels: []string{"virtio", "ahci", "nvme"}, Reprovision: true, Info: []string{"all", "vnc"}}),
	}
}

// zoneBrand fills in what the container brands share.
func zoneBrand(b Brand) Brand {
	if b.ImageTypes == nil {
		b.ImageTypes = []string{"zone-dataset"}
	}
	if b.NicPrefix == "" {
		b.NicPrefix = "net"
	}
	b.LimitPriv, b.QuotaGiB, b.Reprovision = "default", 10, true
	return b
}

// machineBrand fills in what the virtual machine brands share.
func machineBrand(b Brand) Brand {
	b.Machine, b.LimitPriv, b.LeastOverheadMiB, b.NicPrefix = true, machinePrivileges, 256, "net"
	b.DiskImageTypes = []string{"zvol"}
	return b
}

// Names lists the brands of a set.
func (b Brands) Names() []string {
	names := make([]string, 0, bits.OnesCount8(uint8(b)))
	for _, brand := range brands() {
		if b&brand.ID != 0 {
			names = append(names, brand.Name)
		}
	}
	return names
}
