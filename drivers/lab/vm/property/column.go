package property

// Column is how vmadm list shows a field (reference 3.1).
type Column struct {
	Field  string
	Header string
	Width  int
}

// columns are the fields of an instance that list may show and that list and lookup may filter by; nested fields have NestedWidth.
func columns() []Column {
	return []Column{
		{"alias", "ALIAS", 10},
		{"autoboot", "AUTOBOOT", 8},
		{"billing_id", "BILLING_ID", 36},
		{"boot_timestamp", "BOOT_TIMESTAMP", 24},
		{"brand", "BRAND", 14},
		{"cpu_cap", "CPU_CAP", 7},
		{"cpu_shares", "CPU_SHARE", 9},
		{"cpu_type", "CPU_TYPE", 8},
		{"create_timestamp", "CREATE_TIMESTAMP", 24},
		{"dns_domain", "DOMAIN", 32},
		{"do_not_inventory", "DNI", 5},
		{"docker", "DOCKER", 6},
		{"exit_status", "EXIT", 4},
		{"exit_timestamp", "EXIT_TIMESTAMP", 24},
		{"firewall_enabled", "FIREWALL_ENABLED", 16},
		{"flexible_disk_size", "FLEX_DISK_SIZE", 14},
		{"free_space", "FREE_SPACE", 14},
		{"hostname", "HOSTNAME", 32},
		{"hvm", "HVM", 5},
		{"image_uuid", "IMAGE_UUID", 36},
		{"indestructible_delegated", "INDESTR_DATA", 12},
		{"indestructible_zoneroot", "INDESTR_ROOT", 12},
		{"max_locked_memory", "MAX_LOCKED", 10},
		{"max_lwps", "MAX_LWP", 7},
		{"max_physical_memory", "MAX_PHYS", 8},
		{"max_swap", "MAX_SWAP", 8},
		{"owner_uuid", "OWNER_UUID", 36},
		{"package_name", "PACKAGE_NAME", 32},
		{"package_version", "PACKAGE_VER", 11},
		{"pid", "PID", 6},
		{"qemu_extra_opts", "QEMU_EXTRA_OPTS", 15},
		{"quota", "QUOTA", 5},
		{"ram", "RAM", 7},
		{"state", "STATE", 16},
		{"tmpfs", "TMPFS", 5},
		{"type", "TYPE", 4},
		{"uuid", "UUID", 36},
		{"vcpus", "VCPUS", 5},
		{"zfs_io_priority", "IO_PRIORITY", 11},
		{"zone_state", "ZONE_STATE", 10},
		{"zoneid", "ZONEID", 6},
		{"zonename", "ZONENAME", 12},
		{"zonepath", "ZONEPATH", 40},
		{"zpool", "ZPOOL", 12},
	}
}
