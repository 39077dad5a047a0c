// Package platform holds the smaller programs of a lab: imgadm, nictagadm, sysinfo and fwadm (reference 19), as far as a reconciler
// needs them.
//
// Each is one function from a call to an exit status. They work on an open node and know nothing of vmadm; where they have to know zones
// (nictagadm vms, fwadm status) they read the zone configurations. Start reading at Imgadm.
package platform
