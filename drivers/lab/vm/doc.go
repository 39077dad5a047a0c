// Package vm is the pretend vmadm of a lab, with zoneadm and zonecfg, which read and write the same zones.
//
// It is written from the reference of the platform's behaviour and follows the platform's layering: a VM is a zone configuration, ZFS
// properties and files inside the zoneroot, and what `vmadm get` prints is put together from these every time, so that a change from
// outside shows. It must never import anything of the product that it is there to test. Section numbers in comments are those of the
// reference; "unconfirmed" and "derived" are its words.
//
// A scripted fault can strike before these steps; the name of a checkpoint is the command, a colon and the step:
//
//	vmadm create             create datasets, zoneadm install, set zfs properties, boot, wait for provisioning
//	vmadm update             change volumes, write metadata, write zone configuration, resize disks, set quota, set zfs properties,
//	                         set disk properties
//	vmadm start              boot
//	vmadm stop               shut down, halt (with -F)
//	vmadm reboot             shut down, boot
//	vmadm delete             uninstall, destroy disks
//	vmadm create-snapshot    snapshot
//	vmadm delete-snapshot    destroy
//	vmadm rollback-snapshot  rollback
//	vmadm send               send dataset
//	vmadm receive            receive dataset
//	vmadm reprovision        replace
//	vmadm events             next
//
// A failure at "vmadm create: wait for provisioning" is a guest that never gets ready, one at "vmadm events: next" the end of the stream.
//
// Start reading at Vmadm, then create.go and update.go for what changes a VM, object.go for what is shown.
package vm
