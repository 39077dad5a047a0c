package spec

import "fmt"

// Severity ranks a finding.
type Severity int

// Severities; an Error keeps its manifest from being applied.
const (
	Warning Severity = iota
	Error
)

func (s Severity) String() string {
	if s == Error {
		return "error"
	}
	return "warning"
}

// MarshalText gives the form used in JSON output.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText gives, as in a saved plan.
func (s *Severity) UnmarshalText(text []byte) error {
	for _, severity := range []Severity{Warning, Error} {
		if severity.String() == string(text) {
			*s = severity
			return nil
		}
	}
	return fmt.Errorf("%q is no severity", text)
}

// Position is a place in a file. Lines and columns count from 1; 0 means unknown. Columns count characters, not bytes.
type Position struct {
	File      string `json:"file"`
	Line      int    `json:"line,omitempty"`
	Column    int    `json:"column,omitempty"`
	EndLine   int    `json:"endLine,omitempty"`
	EndColumn int    `json:"endColumn,omitempty"`
}

func (p Position) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Finding is one remark about input: what is wrong, where, and what to try. Findings are collected, never thrown one by one.
type Finding struct {
	Code       string     `json:"code"` // stable, such as SA1203; explained by Explain
	Severity   Severity   `json:"severity"`
	Message    string     `json:"message"` // what and why, one sentence without a full stop
	Suggestion string     `json:"suggestion,omitempty"`
	Position              // embedded: file, line, column, endLine, endColumn
	Pointer    string     `json:"pointer,omitempty"` // JSON pointer within the document, such as /spec/nics/0/ips
	Item       string     `json:"item,omitempty"`    // metadata.name, when known
	Snippet    string     `json:"snippet,omitempty"` // the line itself, secrets masked
	Related    []Position `json:"related,omitempty"` // the other place of a clash
}

// HasErrors reports whether any finding is an Error.
func HasErrors(findings []Finding) bool {
	for _, f := range findings {
		if f.Severity == Error {
			return true
		}
	}
	return false
}
