// Package lab is a pretended compute node in a folder: its stand-in programs, scripted faults and the log of calls.
//
// DIR/bin holds vmadm, zfs, zpool, zoneadm, zonecfg, imgadm, nictagadm, sysinfo and fwadm as small shell scripts that start the program
// named at Create with "lab exec DIR PROGRAM ARGS"; that program hands over to Exec. Anything that drives a node by running commands
// works on a lab with DIR/bin first on PATH.
//
// The lab is written from the platform's behaviour and nothing else: neither it nor the packages below it may import anything of the
// product but the drivers' one interface. Start reading at Create and Exec; faults are in Fault.
package lab
