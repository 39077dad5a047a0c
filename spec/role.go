package spec

// Role is the part that a property plays in a rule that concerns several properties. Rules are written in terms of roles, so that a
// property's name stands in the table only.
type Role string

// Roles of properties of an instance.
const (
	RoleNone              Role = ""
	RoleAlias             Role = "alias"
	RoleAutoboot          Role = "autoboot"
	RoleBrand             Role = "brand"
	RoleHostname          Role = "hostname"
	RoleUUID              Role = "uuid"
	RoleState             Role = "state"
	RoleImage             Role = "image"
	RoleDelegate          Role = "delegate" // asks for a delegated dataset
	RoleQuota             Role = "quota"
	RoleRAM               Role = "ram"      // R of reference 9.2
	RolePhysical          Role = "physical" // P
	RoleLocked            Role = "locked"   // L
	RoleSwap              Role = "swap"     // S
	RoleTmpfs             Role = "tmpfs"    // T
	RoleSharedMemory      Role = "shared-memory"
	RoleFlexible          Role = "flexible" // space that disks share
	RoleSerial            Role = "serial"   // com1 and com2: reset by any update that carries neither
	RoleVNCPort           Role = "vnc-port"
	RoleMaintainResolvers Role = "maintain-resolvers"
	RoleInternalMetadata  Role = "internal-metadata" // where the owner mark lives
	RoleBootROM           Role = "bootrom"
	RoleDisks             Role = "disks"
	RoleDiskDriver        Role = "disk-driver" // default of RoleDiskModel
	RoleNICs              Role = "nics"
	RoleFilesystems       Role = "filesystems"
	RolePCIDevices        Role = "pci-devices"
	RoleAddPCIDevices     Role = "add-pci-devices" // alone among the operations, also taken by create
	RoleRoutes            Role = "routes"
	RoleBootTimestamp     Role = "boot-timestamp" // tells one boot from the next
	RoleHidden            Role = "hidden"         // a copy that inventories leave out
	RoleIndestructible    Role = "indestructible" // a held snapshot forbids deletion
	RoleHeldRoot          Role = "held-root"      // the same of the zoneroot; forbids a reprovision too
	RoleZoneroot          Role = "zoneroot"       // the dataset of the instance
	RoleDatasets          Role = "datasets"       // delegated ones
	RolePool              Role = "pool"
	RoleSnapshots         Role = "snapshots"
	RoleNICDriver         Role = "nic-driver"  // default of RoleNICModel
	RoleDescription       Role = "description" // of a firewall rule; carries the owner mark
	RoleScope             Role = "scope"       // whose instances a firewall rule concerns
)

// Roles of members.
const (
	RoleDiskBlockSize Role = "disk-block-size"
	RoleDiskBoot      Role = "disk-boot"
	RoleDiskImage     Role = "disk-image"
	RoleDiskImageName Role = "disk-image-name"
	RoleDiskImageSize Role = "disk-image-size"
	RoleDiskMedia     Role = "disk-media"
	RoleDiskModel     Role = "disk-model"
	RoleDiskNoCreate  Role = "disk-nocreate"
	RoleDiskPath      Role = "disk-path"
	RoleDiskSize      Role = "disk-size"
	RoleDiskUUID      Role = "disk-uuid"
	RoleDiskMissing   Role = "disk-missing" // the volume of the disk is not there
	RoleDiskPool      Role = "disk-pool"
	RoleDiskShrink    Role = "disk-shrink" // allows an update to cut off the end of the volume
	RoleDiskVolume    Role = "disk-volume" // the dataset of the disk
	RolePCISlot       Role = "pci-slot"    // of disks and of pci_devices
	RoleFSSource      Role = "filesystem-source"
	RoleSnapshotName  Role = "snapshot-name"
	RoleNICAllowedIPs Role = "nic-allowed-ips"
	RoleNICGateway    Role = "nic-gateway"
	RoleNICGateways   Role = "nic-gateways"
	RoleNICIP         Role = "nic-ip"
	RoleNICIPs        Role = "nic-ips"
	RoleNICInterface  Role = "nic-interface"
	RoleNICMAC        Role = "nic-mac"
	RoleNICModel      Role = "nic-model"
	RoleNICNetmask    Role = "nic-netmask"
	RoleNICPrimary    Role = "nic-primary"
	RoleNICTag        Role = "nic-tag"
	RoleNICVLAN       Role = "nic-vlan"
	RoleNICVRID       Role = "nic-vrid"
	RoleNICVRRPIP     Role = "nic-vrrp-ip"
)
