package view

// Format is a form in which a result is written.
type Format string

// Formats. Which of them a result has, its Formats function says.
const (
	FormatText         Format = "text"
	FormatJSON         Format = "json"
	FormatMarkdown     Format = "markdown"      // a comment below a pull request
	FormatGitHub       Format = "github"        // annotations, as workflow commands of GitHub
	FormatJUnit        Format = "junit"         // XML for the test report of a CI
	FormatSARIF        Format = "sarif"         // SARIF 2.1.0, for code scanning
	FormatGitHubOutput Format = "github-output" // lines of KEY=VALUE for the file that $GITHUB_OUTPUT names
)

// Appends reports whether a file in this format collects lines of several programs, so that it is never written anew.
func (f Format) Appends() bool { return f == FormatGitHubOutput }
