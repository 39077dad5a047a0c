// Package spec holds the nouns of specadm and what is known about them: manifests and how they are read, the property table and
// all that follows from it (validation, normalising, units, documentation, JSON Schema).
//
// It is pure: apart from Load, which reads files, nothing here touches a file, a clock or a node. It must never know a
// particular property by name; what is special about one is a column of its row. Start reading at Manifest (what a user wants),
// Property (what is known about one property) and Load.
package spec
