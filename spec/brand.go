package spec

// Brand is the kind of an instance, spelled as vmadm spells it.
type Brand string

// The brands that vmadm can create (reference 1).
const (
	Joyent        Brand = "joyent"
	JoyentMinimal Brand = "joyent-minimal"
	Builder       Brand = "builder"
	LX            Brand = "lx"
	KVM           Brand = "kvm"
	Bhyve         Brand = "bhyve"
)

// AllBrands lists the brands in the order of the documentation.
func AllBrands() []Brand { return []Brand{Joyent, JoyentMinimal, Builder, LX, KVM, Bhyve} }

// Valid reports whether vmadm can create instances of this brand.
func (b Brand) Valid() bool { return b.bit() != 0 }

// HVM reports whether instances of this brand are hardware virtual machines (kvm and bhyve) rather than zones.
func (b Brand) HVM() bool { return HVMBrands.Has(b) }

func (b Brand) bit() Brands {
	switch b {
	case Joyent:
		return inJoyent
	case JoyentMinimal:
		return inJoyentMinimal
	case Builder:
		return inBuilder
	case LX:
		return inLX
	case KVM:
		return inKVM
	case Bhyve:
		return inBhyve
	}
	return 0
}

// Brands is a set of brands.
type Brands uint8

const (
	inJoyent Brands = 1 << iota
	inJoyentMinimal
	inBuilder
	inLX
	inKVM
	inBhyve
)

// The sets that the property table uses most.
const (
	NoBrand    Brands = 0
	ZoneBrands        = inJoyent | inJoyentMinimal | inBuilder | inLX
	HVMBrands         = inKVM | inBhyve
	EveryBrand        = ZoneBrands | HVMBrands
)

// Has reports whether the set contains the brand.
func (s Brands) Has(b Brand) bool { return s&b.bit() != 0 }

// List lists the members in the order of the documentation.
func (s Brands) List() []Brand {
	var members []Brand
	for _, b := range AllBrands() {
		if s.Has(b) {
			members = append(members, b)
		}
	}
	return members
}

// InterfacePrefix is what the names of the nics of the brand begin with (reference 1, nic name prefix).
func InterfacePrefix(b Brand) string {
	if b == LX {
		return "eth"
	}
	return "net"
}
