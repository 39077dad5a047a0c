//go:build !race

package main

// program is main; see race_test.go.
func program() { main() }
