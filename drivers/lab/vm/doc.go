// Package vm is the pretend vmadm of a lab, with zoneadm and zonecfg, which read and write the same zones.
//
// It is written from the reference of the platform's behaviour and follows the platform's layering: a VM is a zone configuration, ZFS
// properties and files inside the zoneroot, and what `vmadm get` prints is put together from these every time, so that a change from
// outside shows. It must never import anything of the product that it is there to test. Section numbers in comments are those of the
// reference; "unconfirmed" and "derived" are its words.
//
// Start reading at Vmadm, then create.go and update.go for what changes a VM, object.go for what is shown.
package vm
