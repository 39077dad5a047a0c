// Package spec holds the nouns of specadm and what is known about them: manifests and how they are read, the property table and
// all that follows from it (validation, normalising, units, documentation, JSON Schema).
//
// It is pure: apart from Load, which reads files, nothing here touches a file, a clock or a node. It must never know a
// particular property by name; what is special about one is a column of its row. Start reading at Manifest (what a user wants),
// Property (what is known about one property) and Load.
//
// Reading goes twice over a document. The node pass (reading) turns what was written into plain values and reports what is not what it
// looks like; JSON and YAML give the same nodes. The typed pass (checker) holds the values against the table, gives them its types and
// form, and says what validate, create and update would say. Findings of both carry a JSON pointer, which leads back to a place.
package spec
