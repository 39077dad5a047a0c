// Package property is the pretend vmadm's table of properties: one row for each property of an instance, each member of a nested
// object and each operation of an update, and one for each brand.
//
// What can be said in a column is said here; code that compares the name of a property means that a column is missing. The rows
// follow the platform's own table (reference 1), which a test compares. The package must never hold behaviour beyond reading rows.
// Start reading at Property, then Table.
package property
