package spec

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// codeByName looks a code up; the table is built once.
var codeByName = sync.OnceValue(func() map[string]Code {
	codes := map[string]Code{}
	for _, code := range Codes() {
		codes[code.Name] = code
	}
	return codes
})

// report collects findings about one object. Pointers are relative to it; the loader gives them their place in a file.
type report struct {
	findings []Finding
}

// add appends a finding with the severity of its code.
func (r *report) add(code, pointer, message, suggestion string) *Finding {
	r.findings = append(r.findings, Finding{
		Code: code, Severity: codeByName()[code].Severity, Message: message, Suggestion: suggestion, Pointer: pointer,
	})
	return &r.findings[len(r.findings)-1]
}

// pointer extends a JSON pointer by one key.
func pointer(parent, key string) string {
	if strings.ContainsAny(key, "~/") {
		key = strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
	}
	return parent + "/" + key
}

// pointerAt extends a JSON pointer by an index.
func pointerAt(parent string, index int) string { return parent + "/" + strconv.Itoa(index) }

// sortFindings puts findings in order of place, then of code.
func sortFindings(findings []Finding) {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Code, b.Code), cmp.Compare(a.Pointer, b.Pointer),
		)
	})
}
