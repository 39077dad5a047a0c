package spec

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSchemaSaysWhatTheTableSays(t *testing.T) {
	t.Parallel()
	spec := Schema()["else"].(map[string]any)["properties"].(map[string]any)["spec"].(map[string]any)["properties"].(map[string]any)
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
