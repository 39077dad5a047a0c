package property

// operationRows are the forms in which an update names collections.
func operationRows() []Property {
	return []Property{
		{Name: "add_disks", Type: ObjectArray, Access: onUpdate(Machines)},
		{Name: "add_filesystems", Type: ObjectArray, Access: onUpdate(Zones | KVM)},
		{Name: "add_nics", Type: ObjectArray, Access: onUpdate(All)},
		{Name: "add_pci_devices", Type: ObjectArray, Access: everywhere(Bhyve)},
		{Name: "remove_customer_metadata", Type: List, Access: onUpdate(All)},
		{Name: "remove_disks", Type: List, Access: onUpdate(Machines)},
		{Name: "remove_filesystems", Type: List, Access: onUpdate(All)},
		{Name: "remove_internal_metadata", Type: List, Access: onUpdate(All)},
		{Name: "remove_nics", Type: List, Access: onUpdate(All)},
		{Name: "remove_pci_devices", Type: List, Access: onUpdate(Bhyve)},
		{Name: "remove_routes", Type: List, Access: onUpdate(All)},
		{Name: "remove_tags", Type: List, Access: onUpdate(All)},
		{Name: "set_customer_metadata", Type: FlatObject, Access: onUpdate(All)},
		{Name: "set_internal_metadata", Type: FlatObject, Access: onUpdate(All)},
		{Name: "set_routes", Type: FlatObject, Access: onUpdate(All)},
		{Name: "set_tags", Type: FlatObject, Access: onUpdate(All)},
		{Name: "update_disks", Type: ObjectArray, Access: onUpdate(Machines)},
		{Name: "update_filesystems", Type: ObjectArray, Access: onUpdate(Zones | KVM)},
		{Name: "update_nics", Type: ObjectArray, Access: onUpdate(All)},
		{Name: "update_pci_devices", Type: ObjectArray, Access: onUpdate(Bhyve)},
	}
}
