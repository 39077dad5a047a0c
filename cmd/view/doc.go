// Package view turns values into what people and machines read: text, JSON, and what CI systems take (Markdown, annotations, JUnit, SARIF).
//
// It must never decide anything, read a node or a file, or print a secret: secrets come as markers, and what is marked sensitive is hidden. Text goes to
// a terminal or a pipe and has no wrapping of its own there; JSON has a schema name and a version. Start reading at Plan, and at
// PlanReport for the formats.
package view
