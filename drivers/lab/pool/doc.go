// Package pool holds the pretend ZFS pools of a lab: datasets with properties, sources and inheritance, snapshots, clones, holds, space
// arithmetic, streams, and the zfs and zpool command lines over them.
//
// Every filesystem is a real directory and every volume a real file, so that losing data is visible. What a guest would have written is a
// number (see Pool.Write), so that a pool of a terabyte costs nothing.
//
// The package knows nothing of zones or of vmadm, and must never import anything of the product: it follows zfs, not what the
// product believes about zfs. Start reading at Pool, then Dataset, then Zfs.
package pool
