package spec

import (
	"os"
	"strings"
	"testing"
	"unicode/utf8"
)

// Whatever is read, Parse neither panics nor stays silent about it, and findings lie within the text.
func FuzzParse(f *testing.F) {
	for _, file := range corpusFiles(f) {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add("a.json", string(data))
		f.Add("a.yaml", string(data))
	}
	for _, test := range findingCases() {
		f.Add("a.yaml", test.text)
		f.Add("a.txt", test.text)
	}
	f.Fuzz(func(t *testing.T, file, text string) {
		if len(text) > 1<<16 {
			t.Skip("large inputs only slow the search")
		}
		repository := Parse(file, []byte(text), LoadOptions{})
		lines := strings.Split(text, "\n")
		for _, finding := range repository.Findings {
			if finding.Line < 0 || finding.Line > len(lines) || finding.Column < 0 {
				t.Errorf("%s at %v lies outside the %d lines", finding.Code, finding.Position, len(lines))
			}
			if finding.Line > 0 && utf8.ValidString(text) && finding.Column > utf8.RuneCountInString(lines[finding.Line-1])+1 {
				t.Errorf("%s at %v lies outside its line %q", finding.Code, finding.Position, lines[finding.Line-1])
			}
			if finding.Message == "" || finding.Code == "" {
				t.Errorf("empty finding %+v", finding)
			}
		}
		for _, m := range repository.Manifests {
			if m.Name == "" || m.UUID == "" || !uuidForm(m.UUID) {
				t.Errorf("manifest without identity: %+v", m)
			}
			if again := Normalise(m.Spec); !sameValue(again, m.Spec) {
				t.Errorf("spec is not in normal form: %v, then %v", m.Spec, again)
			}
			m.Position("/spec/nics/0/mac")
		}
	})
}
