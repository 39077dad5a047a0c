package view_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/specadm/specadm/cmd/view"
)

// strict is the schema of an output that allows no member which it does not name, so that a test finds those that it forgot.
func strict(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	schema, err := view.OutputSchema(name)
	if err != nil {
		t.Fatal(err)
	}
	forbidOthers(schema)
	return compiled(t, schema)
}

func forbidOthers(schema any) {
	switch s := schema.(type) {
	case map[string]any:
		if _, ok := s["properties"].(map[string]any); ok && s["type"] == "object" {
			s["additionalProperties"] = false
		}
		for _, value := range s {
			forbidOthers(value)
		}
	case []any:
		for _, value := range s {
			forbidOthers(value)
		}
	}
}

// compiled compiles a schema from its JSON, as its readers do.
func compiled(t *testing.T, schema any) *jsonschema.Schema {
	t.Helper()
	var text bytes.Buffer
	if err := view.JSON(&text, schema); err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(&text)
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("schema.json", document); err != nil {
		t.Fatal(err)
	}
	result, err := compiler.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func checkJSON(t *testing.T, schema *jsonschema.Schema, text string) {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(value); err != nil {
		t.Error(err)
	}
}

func TestEveryDocumentIsAsItsSchemaSays(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{
		"plan": "plan.json.golden", "outcome": "outcome.json.golden", "findings": "findings.json.golden", "watch": "watch.json.golden",
	} {
		schema := strict(t, name)
		text, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		if name == "watch" {
			for line := range strings.Lines(string(text)) {
				checkJSON(t, schema, line)
			}
			continue
		}
		checkJSON(t, schema, string(text))
		renamed := strings.Replace(string(text), `"schemaVersion"`, `"schemaVersoin"`, 1)
		if value, err := jsonschema.UnmarshalJSON(strings.NewReader(renamed)); err != nil || schema.Validate(value) == nil {
			t.Errorf("%s: the schema accepts a document with a misspelt member (%v)", name, err)
		}
	}
}

// TestEveryKindOfDocumentHasASchema looks for the names of schemas in the sources.
func TestEveryKindOfDocumentHasASchema(t *testing.T) {
	t.Parallel()
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`"specadm/([a-z]+)"`)
	found := 0
	for _, source := range sources {
		text, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range named.FindAllStringSubmatch(string(text), -1) {
			if found++; !strings.HasSuffix(source, "_test.go") && !slices.Contains(view.OutputNames(), match[1]) {
				t.Errorf("%s: specadm/%s has no schema", source, match[1])
			}
		}
	}
	if found == 0 {
		t.Error("no source names a schema")
	}
	if _, err := view.OutputSchema("nothing"); err == nil {
		t.Error("there is a schema of nothing")
	}
}

// TestSARIFIsAsTheStandardSays validates against what OASIS SARIF 2.1.0 demands of the parts that are used; see testdata/sarif.schema.json.
func TestSARIFIsAsTheStandardSays(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/sarif.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	schema := compiled(t, document)
	for _, log := range []string{
		written(t, samplePlanReport(t), view.FormatSARIF), written(t, sampleFindingsReport(), view.FormatSARIF),
	} {
		checkJSON(t, schema, log)
		for _, wrong := range [][2]string{{`"level": "error"`, `"level": "fatal"`}, {`"startLine": 9`, `"startLine": 0`}, {`"uri": "c.yaml"`, `"uri": "a b.yaml"`}} {
			if !strings.Contains(log, wrong[0]) {
				t.Fatalf("the log has no %s", wrong[0])
			}
			value, err := jsonschema.UnmarshalJSON(strings.NewReader(strings.ReplaceAll(log, wrong[0], wrong[1])))
			if err != nil || schema.Validate(value) == nil {
				t.Errorf("a log with %s passes (%v)", wrong[1], err)
			}
		}
	}
}
