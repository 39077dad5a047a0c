package spec

// MinSwap is the least max_swap that vmadm stores, in MiB (reference 9.2, step 3).
const MinSwap = 256

// MemoryOverhead is what vmadm adds to ram for max_physical_memory when a payload has only ram, in MiB (reference 9.2, step 1).
func MemoryOverhead(b Brand) int64 {
	switch b {
	case KVM:
		return 1024
	case Bhyve:
		return 1280
	}
	return 0
}
