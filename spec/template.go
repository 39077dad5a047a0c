package spec

import (
	"regexp"
	"strings"
)

// tokenForm matches what text templates leave behind: {{ x }}, {% x %}, ${X}, #{x}, <%= x %>, <<X>>, $X, %X%, @X@ and <X>.
const tokenForm = `\{\{.*?\}\}|\{%.*?%\}|\$\{[^}]*\}|#\{[^}]*\}|<%.*?%>|<<.+?>>|\$[A-Za-z_][A-Za-z0-9_]*|%[A-Za-z_][A-Za-z0-9_]*%|@[A-Z_][A-Z0-9_]*@|<[A-Za-z_][A-Za-z0-9_ -]*>`

var (
	templateToken = regexp.MustCompile(tokenForm)
	tokenAtStart  = regexp.MustCompile(`^(?:` + tokenForm + `)`)
)

// token is the template token at the start of a text; empty when there is none.
func token(text string) string {
	if text == "" || !strings.ContainsRune("{$<%@#", rune(text[0])) {
		return ""
	}
	line, _, _ := strings.Cut(text[:min(len(text), 1000)], "\n")
	return tokenAtStart.FindString(line)
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
