package pool

// Value is the value of a property and where it comes from.
type Value struct {
	// Text is exact, as `zfs get -p` prints it.
	Text string
	// Source is "local", "default", "received", "-", or "inherited from NAME".
	Source string
}
