package spec

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func corpusFiles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/corpus/*/*")
	if err != nil || len(files) < 100 {
		t.Fatalf("found %d files of the corpus: %v", len(files), err)
	}
	return files
}

// Every document that people wrote gives a manifest or findings to act on. The golden file lists them by file.
func TestEveryDocumentFromTheFieldGivesAManifestOrFindings(t *testing.T) {
	t.Parallel()
	var golden strings.Builder
	for _, file := range corpusFiles(t) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		repository := Parse(filepath.Base(file), data, LoadOptions{})
		if len(repository.Manifests) == 0 && len(repository.Findings) == 0 {
			t.Errorf("%s: silently dropped", file)
		}
		lines := strings.Count(string(data), "\n") + 1
		for _, f := range repository.Findings {
			if f.Line < 1 || f.Line > lines || f.Column < 1 || f.Message == "" {
				t.Errorf("%s: finding has no place or text: %+v", file, f)
			}
		}
		fmt.Fprintf(&golden, "%s\n", file)
		for _, m := range repository.Manifests {
			state := "usable"
			if m.Broken {
				state = "broken"
			}
			fmt.Fprintf(&golden, "  %s %s, %d properties\n", m.Name, state, len(m.Spec))
		}
		for _, f := range repository.Findings {
			fmt.Fprintf(&golden, "  %d:%d %s %s %s: %s\n", f.Line, f.Column, f.Severity, f.Code, f.Pointer, f.Message)
			if f.Suggestion != "" {
				fmt.Fprintf(&golden, "      try: %s\n", f.Suggestion)
			}
		}
		if HasErrors(repository.Findings) && slices.ContainsFunc(repository.Manifests, func(m *Manifest) bool { return !m.Broken }) &&
			len(repository.Manifests) == 1 {
			t.Errorf("%s: has errors and a usable manifest", file)
		}
	}
	compareGolden(t, "testdata/corpus.golden", golden.String())
}
