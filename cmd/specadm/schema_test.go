package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/tools/txtar"
	"sigs.k8s.io/yaml"

	"github.com/specadm/specadm/spec"
)

// schemas compiles what specadm schema prints, once for each kind of document.
type schemas struct {
	sync.Mutex
	compiled map[string]*jsonschema.Schema
}

// schema is that of manifests for "", else of an output.
func (s *schemas) schema(name string) (*jsonschema.Schema, error) {
	s.Lock()
	defer s.Unlock()
	if schema := s.compiled[name]; schema != nil {
		return schema, nil
	}
	args := []string{"schema"}
	if name != "" {
		args = append(args, "--output", name)
	}
	text, err := exec.Command("specadm", args...).Output()
	if err != nil {
		return nil, err
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("schema.json", document); err != nil {
		return nil, err
	}
	schema, err := compiler.Compile("schema.json")
	if err == nil {
		s.compiled[name] = schema
	}
	return schema, err
}

// checkOutput holds a JSON document of ours, or lines of them, against the schema that it names. Other text is none of its business.
func (s *schemas) checkOutput(text string) error {
	decoder := json.NewDecoder(strings.NewReader(text))
	for decoder.More() {
		var raw json.RawMessage
		var head struct{ Schema string }
		if decoder.Decode(&raw) != nil || json.Unmarshal(raw, &head) != nil || !strings.HasPrefix(head.Schema, "specadm/") {
			return nil
		}
		schema, err := s.schema(strings.TrimPrefix(head.Schema, "specadm/"))
		if err != nil {
			return err
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
		if err != nil {
			return err
		}
		if err := schema.Validate(value); err != nil {
			return err
		}
	}
	return nil
}

// checked runs a command of a script and then holds what it printed against its schema.
func (s *schemas) checked(command func(*testscript.TestScript, bool, []string)) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		command(ts, neg, args)
		ts.Check(s.checkOutput(ts.ReadFile("stdout")))
	}
}

// valid FILE...: documents of ours are as their schemas say.
func (s *schemas) cmdValid(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: valid FILE...")
	}
	for _, file := range args {
		text := ts.ReadFile(file)
		if !strings.Contains(text, `"specadm/`) {
			ts.Fatalf("%s is no document of specadm", file)
		}
		ts.Check(s.checkOutput(text))
	}
}

// TestManifestsThatLoadAreAsTheSchemaSays takes the examples and every manifest of the scripts: what loads without an error has to pass
// the schema, or editors would complain about what is right.
func TestManifestsThatLoadAreAsTheSchemaSays(t *testing.T) {
	t.Parallel()
	s := &schemas{compiled: map[string]*jsonschema.Schema{}}
	schema, err := s.schema("")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	examples, err := filepath.Glob("../../manifests/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, example := range examples {
		if files[example], err = os.ReadFile(example); err != nil {
			t.Fatal(err)
		}
	}
	scripts, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, script := range scripts {
		archive, err := txtar.ParseFile(script)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range archive.Files {
			if strings.HasSuffix(file.Name, ".yaml") {
				files[script+": "+file.Name] = file.Data
			}
		}
	}
	checked := 0
	for name, text := range files {
		if spec.HasErrors(spec.Parse(name, text, spec.LoadOptions{}).Findings) {
			continue
		}
		for _, document := range strings.Split("\n"+string(text), "\n---\n") {
			if !strings.Contains(document, "\napiVersion:") {
				continue // a payload of vmadm, or nothing
			}
			checked++
			if err := validYAML(t, schema, document); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if checked < 30 {
		t.Errorf("only %d manifests were checked", checked)
	}
}

func validYAML(t *testing.T, schema *jsonschema.Schema, document string) error {
	t.Helper()
	text, err := yaml.YAMLToJSON([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(value)
}

// TestTheSchemaRefusesWhatDoesNotLoad changes one thing in a good manifest.
func TestTheSchemaRefusesWhatDoesNotLoad(t *testing.T) {
	t.Parallel()
	s := &schemas{compiled: map[string]*jsonschema.Schema{}}
	schema, err := s.schema("")
	if err != nil {
		t.Fatal(err)
	}
	const good = `
apiVersion: specadm/v1
kind: Instance
metadata: {name: web0}
spec:
  state: running
  brand: joyent
  image_uuid: 01b2c898-945f-11e1-a523-af1afbe22822
  max_physical_memory: 512MiB
  nics:
  - {nic_tag: external, ips: [192.0.2.10/24], primary: true}
policy: {maxRisk: reboot}
`
	if err := validYAML(t, schema, good); err != nil {
		t.Fatal(err)
	}
	const repository = "\napiVersion: specadm/v1\nkind: Repository\nmetadata: {name: shop}\nspec: {owner: shop, prune: {enabled: true, max: 2}}\n"
	if err := validYAML(t, schema, repository); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, from, text, to string }{
		{"unknown property", good, "  brand:", "  colour: red\n  brand:"},
		{"unknown brand", good, "joyent", "solaris"},
		{"unknown state", good, "running", "sleeping"},
		{"unknown member of a nic", good, "primary:", "primarry:"},
		{"a list that is none", good, "[192.0.2.10/24]", "{a: b}"},
		{"a risk that is none", good, "reboot", "rebooot"},
		{"no name", good, "name: web0", "labels: {}"},
		{"another version", good, "specadm/v1", "specadm/v0"},
		{"another kind", good, "kind: Instance", "kind: Instanse"},
		{"unknown policy", good, "maxRisk:", "maxrisk:"},
		{"a quantity that is none", good, "512MiB", "[512]"},
		{"unknown field of a repository", repository, "prune:", "prunne:"},
		{"too many percent", repository, "max: 2", "maxPercent: 101"},
	} {
		if changed := strings.Replace(c.from, c.text, c.to, 1); changed == c.from {
			t.Fatalf("%s changes nothing", c.name)
		} else if validYAML(t, schema, changed) == nil {
			t.Errorf("%s passes the schema:\n%s", c.name, changed)
		}
	}
}
