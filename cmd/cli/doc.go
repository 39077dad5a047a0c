// Package cli is the command line of specadm: one file per command, always in the same order: help with an example and exit
// codes, options, flags, run.
//
// A command collects values, calls reconcile and hands the result to a view. It must never decide what is done to a node, nor
// print anything that a view could print. Every setting is a flag; the environment only fills flags. Start reading at Main, then
// plan.go; exit.go has the exit codes.
package cli
