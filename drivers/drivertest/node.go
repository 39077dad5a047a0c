package drivertest

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// RealPatience fits a real node, where most changes show within seconds (reference 21).
const RealPatience = 10 * time.Second

// Node is a node under test.
type Node struct {
	// Bin is the directory that comes first on PATH for every program; empty for a node whose programs are on PATH already.
	Bin string
	// Patience is how long a read may lag behind the write before it (reference 21). Zero where reads are never late.
	Patience time.Duration
	// Lab holds the powers of a simulated node; nil on a real one.
	Lab Lab
}

// Lab is what can only be asked of a simulated node. A case that asks is skipped on a real one.
type Lab interface {
	// Own makes a node of the case's own, without instances, that ends with the test. Settings are members of the lab's settings file that
	// differ from the suite's.
	Own(t testing.TB, settings map[string]any) Node
	// Fault adds a scripted fault to the node, in the lab's own words (one entry of its faults file).
	Fault(t testing.TB, fault map[string]any)
	// Write writes bytes into a volume, as its guest would.
	Write(t testing.TB, volume string, bytes int64)
}

// program is the path of one of the node's programs; a bare name is left to PATH.
func (n Node) program(name string) string {
	if n.Bin == "" {
		return name
	}
	return filepath.Join(n.Bin, name)
}

// environment is that of every command: the node's programs first, and words in a known language.
func (n Node) environment() []string {
	path := os.Getenv("PATH")
	if n.Bin != "" {
		path = n.Bin + string(os.PathListSeparator) + path
	}
	return append(os.Environ(), "PATH="+path, "LC_ALL=C")
}
