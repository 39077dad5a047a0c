package spec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// recordedInstances reads what vmadm get and lookup printed on real nodes, as far as it is whole.
func recordedInstances(t *testing.T) map[string]Object {
	t.Helper()
	files, err := filepath.Glob("testdata/get/*")
	if err != nil {
		t.Fatal(err)
	}
	instances := map[string]Object{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		decoder := json.NewDecoder(bytes.NewReader(data))
		decoder.UseNumber()
		var value any
		if decoder.Decode(&value) != nil {
			continue // prose around it
		}
		list, ok := plainNumbers(value).([]any)
		if !ok {
			list = []any{value}
		}
		for i, one := range list {
			o, _ := one.(map[string]any)
			if brand, _ := o["brand"].(string); Brand(brand).Valid() && o["uuid"] != nil {
				instances[fmt.Sprintf("%s %d", filepath.Base(file), i)] = o
			}
		}
	}
	if len(instances) < 5 {
		t.Fatalf("only %d recorded instances are whole", len(instances))
	}
	return instances
}

// What is exported says of every property what the instance has, so that comparing again finds nothing.
func TestAnExportedInstanceLoadsAsItIs(t *testing.T) {
	t.Parallel()
	for name, found := range recordedInstances(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, _, err := Export(found, false, func(text string) ([]byte, error) { return sealedText(text), nil })
			if err != nil {
				t.Fatal(err)
			}
			repository := Parse("export.yaml", text, LoadOptions{Reveal: unseal})
			if HasErrors(repository.Findings) || len(repository.Manifests) != 1 {
				t.Fatalf("findings %+v in\n%s", repository.Findings, text)
			}
			m := repository.Manifests[0]
			if m.UUID != found["uuid"] || !m.Policy.Adopt {
				t.Errorf("uuid %s, adopt %v", m.UUID, m.Policy.Adopt)
			}
			requireSame(t, m.Spec, Normalise(found))
		})
	}
}

// requireSame compares what a manifest declares with what an instance has.
func requireSame(t *testing.T, declared, found Object) {
	t.Helper()
	for name, value := range declared {
		row, _ := Properties().Lookup(name)
		if row.Kind != Objects {
			if !row.Equal(value, found[name]) && !(value == nil && found[name] == nil) {
				t.Errorf("%s: declares %v, instance has %v", name, value, found[name])
			}
			continue
		}
		wanted, _ := value.([]any)
		has, _ := found[name].([]any)
		if len(wanted) != len(has) {
			t.Errorf("%s: declares %d elements, instance has %d", name, len(wanted), len(has))
			continue
		}
		for i, element := range wanted {
			members, _ := has[i].(map[string]any)
			for member, value := range element.(map[string]any) {
				row, _ := Properties().Member(name, member)
				if !row.Equal(value, members[member]) && row.Get[Brand(found["brand"].(string))] != Never {
					t.Errorf("%s[%d].%s: declares %v, instance has %v", name, i, member, value, members[member])
				}
			}
		}
	}
}
