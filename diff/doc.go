// Package diff compares what manifests want with what a node has, and turns the differences into a plan in vmadm's own terms.
//
// It is pure: values in, values out, the same bytes for the same input. It must never read a node, a clock or a file, nor know a
// particular property by name; it reads rows of the property table. Start reading at Compute, then Plan.
package diff
