package node

import "io"

// Call is one run of a stand-in program. Programs return the exit status.
type Call struct {
	Node    *Node
	Program string
	Args    []string
	Stdin   io.Reader
	Stdout  io.Writer
	Stderr  io.Writer
}
