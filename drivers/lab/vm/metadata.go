package vm

import (
	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/zone"
)

// metadataKinds are the maps that share config/metadata.json.
func metadataKinds() []string { return []string{"customer_metadata", "internal_metadata"} }

// merged is a map after the set_ and remove_ forms of an update: a key in both ends up set (reference 13).
func merged(old *js.Object, payload *js.Object, kind string) *js.Object {
	result := orEmpty(old.Clone())
	for _, key := range payload.Array("remove_" + kind) {
		result.Delete(js.ToString(key))
	}
	set := payload.Object("set_" + kind)
	for _, key := range set.Keys() {
		value, _ := set.Get(key)
		result.Set(key, value)
	}
	return result
}

// touches tells whether an update has a form that changes the map.
func touches(payload *js.Object, kind string) bool {
	return payload.Has("set_"+kind) || payload.Has("remove_"+kind)
}

// writeMetadata writes both metadata maps into their file.
func (v *vmadm) writeMetadata(config *zone.Config, customer, internal *js.Object) error {
	return v.writeMap(metadataPath(config), js.NewObject(
		js.Pair{Key: "customer_metadata", Value: orEmpty(customer)},
		js.Pair{Key: "internal_metadata", Value: orEmpty(internal)}))
}

func (v *vmadm) writeMap(path string, content *js.Object) error {
	return v.node.WriteFile(path, []byte(js.StringifyIndent(orEmpty(content))+"\n"))
}

// updateFiles writes the maps that an update changes: metadata and tags first, then routes (reference 10.1, step 4).
func (v *vmadm) updateFiles(m *machine, payload *js.Object) error {
	changed := false
	maps := map[string]*js.Object{}
	for _, kind := range metadataKinds() {
		maps[kind] = merged(m.object.Object(kind), payload, kind)
		changed = changed || touches(payload, kind)
	}
	if changed {
		if err := v.writeMetadata(m.config, maps["customer_metadata"], maps["internal_metadata"]); err != nil {
			return err
		}
	}
	for _, file := range []struct{ kind, path string }{{"tags", tagsPath(m.config)}, {"routes", routesPath(m.config)}} {
		if !touches(payload, file.kind) {
			continue
		}
		if err := v.writeMap(file.path, merged(m.object.Object(file.kind), payload, file.kind)); err != nil {
			return err
		}
	}
	return nil
}
