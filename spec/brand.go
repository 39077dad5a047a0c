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
func (b Brand) HVM() bool { return b == KVM || b == Bhyve }

func (b Brand) bit() Brands {
	for i, brand := range AllBrands() {
		if b == brand {
			return 1 << i
		}
	}
	return 0
}

// Brands is a set of brands.
type Brands uint8

// Has reports whether the set contains the brand.
func (s Brands) Has(b Brand) bool { return s&b.bit() != 0 }
