// Package zone holds the configurations of the zones of a lab and what zoneadm knows about each: its state and, while it runs, its ids.
//
// A configuration stands for /etc/zones/UUID.xml of the platform and is kept as JSON; the index stands for /etc/zones/index and the
// kernel. The package knows the shape of a configuration and zonecfg's language for it, and nothing of what vmadm means by an attribute.
// Start reading at Config and Store.
package zone
