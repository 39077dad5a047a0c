package spec

import (
	"regexp"
	"strings"
)

// templateToken matches what text templates leave behind: {{ x }}, {% x %}, ${X}, #{x}, <%= x %>, <<X>>, $X, %X%, @X@ and <X>.
var templateToken = regexp.MustCompile(`\{\{.*?\}\}|\{%.*?%\}|\$\{[^}]*\}|#\{[^}]*\}|<%.*?%>|<<.+?>>|\$[A-Za-z_][A-Za-z0-9_]*|%[A-Za-z_][A-Za-z0-9_]*%|@[A-Z_][A-Z0-9_]*@|<[A-Za-z_][A-Za-z0-9_ -]*>`)

// token is the template token at the start of a text; empty when there is none.
func token(text string) string {
	if at := templateToken.FindStringIndex(firstLine(text)); at != nil && at[0] == 0 {
		return text[:at[1]]
	}
	return ""
}

// tokenIn is the first template token in a text; empty when there is none.
func tokenIn(text string) string {
	if !strings.ContainsAny(text, "{$<%@#") {
		return ""
	}
	return templateToken.FindString(text)
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
