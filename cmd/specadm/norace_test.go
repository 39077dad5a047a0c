//go:build !race

package main

const raceDetector = false

// program is main; see race_test.go.
func program() { main() }
