package spec

import (
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// chunk is the text of one YAML document within its file.
type chunk struct {
	text   string
	offset int // lines of the file before it
}

// splitYAML cuts a file at its document markers. The YAML reader itself stops at the first mistake; cut like this, a mistake costs only
// its own document. A marker at the start of a line always is one: nothing else may stand there, not even within a text. Comments and
// directives before a marker stay with the document that it starts.
func splitYAML(text string) []chunk {
	var chunks []chunk
	start, offset, begun := 0, 0, false
	for at, lines := 0, 0; at < len(text); lines++ {
		end := len(text)
		if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		line := text[at:end]
		switch {
		case isMarker(line, "---"):
			if begun {
				chunks = append(chunks, chunk{text[start:at], offset})
				start, offset = at, lines
			}
			begun = true
		case isMarker(line, "..."):
			chunks = append(chunks, chunk{text[start:end], offset})
			start, offset, begun = end, lines+1, false
		case !begun:
			trimmed := strings.TrimLeft(line, " \t\r\n")
			begun = trimmed != "" && trimmed[0] != '#' && trimmed[0] != '%'
		}
		at = end
	}
	return append(chunks, chunk{text[start:], offset})
}

// isMarker reports whether a line is a document marker: alone, or followed by white space.
func isMarker(line, marker string) bool {
	return strings.HasPrefix(line, marker) && (len(line) == len(marker) || strings.ContainsRune(" \t\r\n", rune(line[len(marker)])))
}

var yamlLine = regexp.MustCompile(`line ([0-9]+): `)

// readYAML reads one document. The node is nil when the document is empty.
func readYAML(c chunk) (*yaml.Node, *syntaxError) {
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(c.text), &document); err != nil {
		return nil, yamlProblem(c, err)
	}
	if document.Kind != yaml.DocumentNode || len(document.Content) == 0 {
		return nil, nil
	}
	return document.Content[0], nil
}

// yamlProblem finds the place and the reason of a mistake. The reader tells at most a line, which may be the one after.
func yamlProblem(c chunk, err error) *syntaxError {
	lines := strings.Split(c.text, "\n")
	problem := &syntaxError{code: "SA1101", line: 1, message: strings.TrimPrefix(err.Error(), "yaml: ")}
	if match := yamlLine.FindStringSubmatch(problem.message); match != nil {
		problem.line, _ = strconv.Atoi(match[1])
		problem.message = strings.Replace(problem.message, match[0], "", 1)
	}
	if name, ok := strings.CutPrefix(problem.message, "unknown anchor '"); ok {
		name, _, _ = strings.Cut(name, "'")
		problem.code, problem.message = "SA1113", "the alias *"+name+" leads to no anchor"
		problem.line = lineWith(lines, "*"+name, 1)
	}
	problem.line = max(1, min(problem.line, len(lines)))
	if tab := lineWithTab(lines); tab > 0 && tab <= problem.line+1 {
		problem.code, problem.line, problem.message, problem.suggestion = "SA1108", tab, "a tab stands in the indentation", "use spaces"
	} else if near := nearLine(lines, problem.line, hasTypographicQuotes); near > 0 {
		problem.code, problem.line, problem.message, problem.suggestion = "SA1111", near, "a typographic quote stands where YAML wants a straight one", `use straight quotes: "`
	} else if near := nearLine(lines, problem.line, func(line string) bool { return strings.Contains(line, "{{") || strings.Contains(line, "{%") }); near > 0 {
		problem.code, problem.line, problem.message, problem.suggestion = "SA1112", near, "a token of a template stands here that nothing has filled in", "fill the template in first"
	}
	problem.column = 1 + len(lines[problem.line-1]) - len(strings.TrimLeft(lines[problem.line-1], " "))
	if tab := strings.IndexByte(lines[problem.line-1], '\t'); problem.code == "SA1108" {
		problem.column = 1 + tab
	}
	problem.line += c.offset
	return problem
}

func lineWith(lines []string, text string, otherwise int) int {
	for i, line := range lines {
		if strings.Contains(line, text) {
			return i + 1
		}
	}
	return otherwise
}

func lineWithTab(lines []string) int {
	for i, line := range lines {
		indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		if strings.ContainsRune(indent, '\t') && len(indent) < len(line) {
			return i + 1
		}
	}
	return 0
}

// nearLine looks for a line with a property at the reported line and the one before it.
func nearLine(lines []string, line int, has func(string) bool) int {
	for at := line; at >= max(1, line-1); at-- {
		if has(lines[at-1]) {
			return at
		}
	}
	return 0
}

func hasTypographicQuotes(line string) bool { return strings.ContainsAny(line, "“”„‟") }
