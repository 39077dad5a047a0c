package spec

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Limits on what is read (SA1002). Real manifests are far below them.
const (
	maxFileBytes  = 64 << 20
	maxDocuments  = 100_000
	maxDepth      = 64
	maxAliasNodes = 10_000
)

// source is the text of one file.
type source struct {
	file     string
	text     string
	root     string   // the folder that references must not leave; "": there are no files to refer to
	referred []string // files that were referred to, whether they are there or not
	starts   []int    // byte offsets of lines; made when a finding first needs one
}

// line gives a line by its number from 1, without its end; empty beyond the file.
func (s *source) line(number int) string {
	if s.starts == nil {
		s.starts = []int{0}
		for i := range len(s.text) {
			if s.text[i] == '\n' {
				s.starts = append(s.starts, i+1)
			}
		}
	}
	if number < 1 || number > len(s.starts) {
		return ""
	}
	line := s.text[s.starts[number-1]:]
	if end := strings.IndexByte(line, '\n'); end >= 0 {
		line = line[:end]
	}
	return strings.TrimSuffix(line, "\r")
}

// newSource checks that the data is text within the limits, and drops a byte order mark.
func newSource(file string, data []byte) (*source, *Finding) {
	s := &source{file: file}
	var r report
	switch {
	case len(data) > maxFileBytes:
		r.add("SA1002", "", fmt.Sprintf("the file has %d MiB; at most %d are read", len(data)>>20, maxFileBytes>>20), "split it")
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}), bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		r.add("SA1003", "", "the file is UTF-16, not UTF-8", "save it as UTF-8")
	default:
		if at := firstNonText(data); at >= 0 {
			finding := r.add("SA1003", "", "the file is not UTF-8 text", "save it as UTF-8")
			before := data[:at]
			finding.Line = 1 + bytes.Count(before, []byte("\n"))
			finding.Column = 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
		}
	}
	if len(r.findings) > 0 {
		r.findings[0].File = file
		return nil, &r.findings[0]
	}
	s.text = strings.TrimPrefix(string(data), "\ufeff")
	return s, nil
}

// firstNonText is the offset of the first byte that is not UTF-8 text, or a control character; -1 when there is none.
func firstNonText(data []byte) int {
	if utf8.Valid(data) {
		for i, b := range data {
			if b < ' ' && b != '\n' && b != '\r' && b != '\t' {
				return i
			}
		}
		return -1
	}
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

const maskedText = "(secret)"

// maxSnippetLine is how long a line may be, in bytes, to be shown: a file on one line has no line worth showing.
const maxSnippetLine = 4096

// secretLine finds, in a line of which nothing is known because its document cannot be read, a key that names a secret.
var secretLine = regexp.MustCompile(`(?i)(pw|passw(or)?d|passphrase|secret|token|credential|private|_key|-key)[\w.-]*["']?\s*[:=]`)

// snippet is a line as it may be shown beside a finding. hide is the column from which it is secret; 0: nothing is.
func (s *source) snippet(line, hide int) string {
	text := s.line(line)
	if len(text) > maxSnippetLine {
		return ""
	}
	if hide > 0 {
		text = firstRunes(text, hide-1) + maskedText
	} else if at := secretLine.FindStringIndex(text); at != nil {
		text = text[:at[1]] + " " + maskedText
	}
	if utf8.RuneCountInString(text) > 240 {
		text = firstRunes(text, 237) + "..."
	}
	return text
}

func firstRunes(text string, n int) string {
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}

func firstRunesAfter(text string, n int) string { return text[len(firstRunes(text, n)):] }

// hideUnread is the column from which a line is secret when its document cannot be read: all of it below a key that names a secret.
// Keys on the line itself are for snippet to find.
func (s *source) hideUnread(number int) int {
	indent := func(line string) int { return len(line) - len(strings.TrimLeft(line, " \t")) }
	line := s.line(number)
	for above := number - 1; above > 0 && above > number-500; above-- {
		parent := s.line(above)
		if strings.TrimSpace(parent) == "" || indent(parent) >= indent(line) {
			continue
		}
		if secretLine.MatchString(parent) {
			return 1
		}
		line = parent
	}
	return 0
}
