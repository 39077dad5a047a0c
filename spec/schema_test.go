package spec

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSchemaSaysWhatTheTableSays(t *testing.T) {
	t.Parallel()
	spec := schemaBelowSpec(t, KindInstance)
	at := func(p *Property) map[string]any {
		name := p.Name
		properties := spec
		if p.Kind == Member {
			collection, ok := spec[p.Parent].(map[string]any)
			if !ok {
				return nil
			}
			name, properties = p.BaseName(), collection["items"].(map[string]any)["properties"].(map[string]any)
		}
		found, _ := properties[name].(map[string]any)
		return found
	}
	for _, p := range Properties().All() {
		holder := &p
		if p.Kind == Member {
			holder, _ = Properties().Lookup(p.Parent)
		}
		if !holder.declarable() || p.Kind == Member && (p.Create|p.Update) == NoBrand {
			continue
		}
		entry := at(&p)
		if entry["description"] != p.Doc || entry["title"] != p.BaseName() {
			t.Errorf("%s: title %v, description %v", p.Name, entry["title"], entry["description"])
		}
		if (p.Example != "") != (entry["examples"] != nil) {
			t.Errorf("%s: example %q, examples %v", p.Name, p.Example, entry["examples"])
		}
		if words := p.words(); words != nil && p.Type == String {
			if diff := cmp.Diff(orNull(words), entry["enum"]); diff != "" {
				t.Errorf("%s: enum:\n%s", p.Name, diff)
			}
		}
		risks, _ := entry["x-specadm-risk"].(map[string]any)
		for _, b := range AllBrands() {
			if have, _ := risks[string(b)].(string); Effect(have) != p.Effect[b] {
				t.Errorf("%s on %s: risk %q, effect %q", p.Name, b, have, p.Effect[b])
			}
		}
	}
	if _, err := json.Marshal(Schema()); err != nil {
		t.Error(err)
	}
}

// schemaBelowSpec is what the schema says about the properties of a kind.
func schemaBelowSpec(t *testing.T, kind ManifestKind) map[string]any {
	t.Helper()
	for _, one := range Schema()["else"].(map[string]any)["allOf"].([]any) {
		branch := one.(map[string]any)
		condition := branch["if"].(map[string]any)["properties"].(map[string]any)["kind"].(map[string]any)
		if condition["const"] == kind.String() {
			return branch["then"].(map[string]any)["properties"].(map[string]any)["spec"].(map[string]any)["properties"].(map[string]any)
		}
	}
	t.Fatalf("the schema does not know kind %s", kind)
	return nil
}

func TestSchemaAndExplainCoverEveryKind(t *testing.T) {
	t.Parallel()
	for _, kind := range ManifestKinds()[1:] {
		below := schemaBelowSpec(t, kind)
		rows := kind.Table().All()
		if len(below) != len(rows) {
			t.Errorf("%s: the schema has %d properties, the table %d", kind, len(below), len(rows))
		}
		overview, _ := Explain(strings.ToLower(kind.String()))
		for i := range rows {
			row := &rows[i]
			if entry, _ := below[row.Name].(map[string]any); entry["description"] != row.Doc || entry["examples"] == nil {
				t.Errorf("%s.%s: the schema says %v", kind, row.Name, entry)
			}
			if text, ok := Explain(kind.String() + "." + row.Name); !ok || !strings.Contains(text, row.Example) {
				t.Errorf("%s.%s is explained as %q", kind, row.Name, text)
			}
			if !strings.Contains(overview, row.Doc) {
				t.Errorf("%s is explained without %s: %q", kind, row.Name, overview)
			}
		}
	}
	if text, ok := Explain("Image.ram"); ok {
		t.Errorf("explains what is not there: %q", text)
	}
}

func TestExplainKnowsPropertiesMembersAndCodes(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"ram", "nics.*.mac", "nics.mac", "SA1203", "sa1203", "add_nics", "pid"} {
		if text, ok := Explain(name); !ok || len(text) < 40 {
			t.Errorf("%s: %q", name, text)
		}
	}
	if text, ok := Explain("no-such-thing"); ok {
		t.Errorf("explains what is not there: %q", text)
	}
}
