// Package drivertest states what a SmartOS node must do, case by case.
//
// Every case is named after the section of the vmadm reference that it comes from, and was written by reading that reference; none was
// written by looking at what a node, real or simulated, happens to answer. So the suite is a judge that is independent of the lab, and
// a real node can be put before the same judge: build the tests of this package, and run them in its global zone with
// SPECADM_CONTRACT_NODE=local and -test.timeout 0. That takes hours, since every refusal that vmadm waits for costs a minute there.
//
// A case is a few steps: commands with the exit status and words they must end with, and what vmadm get, zfs get and others must show
// afterwards. Everything goes through processes, as specadm itself works.
//
// The suite must never touch an instance that it did not create. It chooses the uuids itself, marks every instance with a tag
// (see Mark), and deletes what it made. Images and nic tags are those that the node has; a case that needs something that the node lacks,
// or a power that only a lab has, is skipped with that reason.
//
// Start reading at Case and at the cases of one subject, such as memory.go; then script.go, which holds the words that cases are
// written in; then Run.
package drivertest
