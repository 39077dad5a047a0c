//go:build race

package main

import (
	"fmt"
	"os"
	"syscall"
)

// raceDetector says that this test was built with the race detector.
const raceDetector = true

// program is main without the second that the race detector has every process sleep when it ends. Only the environment that a process
// is started with can tell it not to, and programs of a lab are started with a clean one.
func program() {
	const quick = "GORACE=atexit_sleep_ms=0"
	if os.Getenv("GORACE") == "" {
		self, err := os.Executable()
		if err == nil {
			err = syscall.Exec(self, os.Args, append(os.Environ(), quick))
		}
		fmt.Fprintln(os.Stderr, "cannot start again with", quick, err)
		os.Exit(1)
	}
	main()
}
