// Package reconcile makes a node be as its manifests say: it looks, lets diff compute a plan, executes it, and looks again.
//
// With package migrate it is the only code that changes a node. It must never compare properties or build payloads (diff does), know a
// command's arguments or sentences (the drivers do), or print (views do). Nothing that it writes to the state directory is needed for
// a correct result: an instance carries its owner mark, and everything else is read from the node.
//
// Start reading at Apply, then Execute; Watch calls Apply again and again.
package reconcile
