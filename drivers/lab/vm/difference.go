package vm

import (
	"strings"

	"github.com/specadm/specadm/drivers/lab/vm/js"
)

// difference is one change between two objects, as events report it (reference 20).
type difference struct {
	path     []js.Value // names; nil for an element of an array
	action   string     // added, removed or changed
	old, new js.Value
	ident    string // path of a disk or mac of a nic, for elements that are matched by it
}

func (d difference) prettyPath() string {
	parts := make([]string, len(d.path))
	for i, part := range d.path {
		parts[i] = "*"
		if name, ok := part.(string); ok {
			parts[i] = name
		}
	}
	return strings.Join(parts, ".")
}

func (d difference) json() *js.Object {
	object := js.NewObject(
		js.Pair{Key: "prettyPath", Value: d.prettyPath()},
		js.Pair{Key: "path", Value: d.path},
		js.Pair{Key: "action", Value: d.action})
	if d.action != "added" {
		object.Set("oldValue", d.old)
	}
	if d.action != "removed" {
		object.Set("newValue", d.new)
	}
	if d.ident != "" {
		object.Set("ident", d.ident)
	}
	return object
}

// text is the form for people.
func (d difference) text() string {
	line := d.prettyPath() + " " + d.action + " :: "
	switch d.action {
	case "added":
		return line + js.Stringify(d.new)
	case "removed":
		return line + js.Stringify(d.old)
	default:
		return line + js.Stringify(d.old) + " -> " + js.Stringify(d.new)
	}
}

// identOf is the member by which the elements of an array are matched, empty where they are not.
func identOf(path []js.Value) string {
	if len(path) != 1 {
		return ""
	}
	switch path[0] {
	case "disks":
		return "path"
	case "nics":
		return "mac"
	default:
		return ""
	}
}

// compareObjects lists what differs, in the order of the keys of the newer object, removed keys last.
func compareObjects(old, new *js.Object, path []js.Value, ident string) []difference {
	var all []difference
	for _, key := range new.Keys() {
		value, _ := new.Get(key)
		before, had := old.Get(key)
		all = append(all, compareValuesAt(before, value, had, append(path[:len(path):len(path)], key), ident)...)
	}
	for _, key := range old.Keys() {
		if value, _ := old.Get(key); !new.Has(key) {
			all = append(all, difference{path: append(path[:len(path):len(path)], key), action: "removed", old: value, ident: ident})
		}
	}
	return all
}

func compareValuesAt(old, new js.Value, had bool, path []js.Value, ident string) []difference {
	if !had {
		return []difference{{path: path, action: "added", new: new, ident: ident}}
	}
	if js.Equal(old, new) {
		return nil
	}
	oldObject, wasObject := old.(*js.Object)
	newObject, isObject := new.(*js.Object)
	if wasObject && isObject {
		return compareObjects(oldObject, newObject, path, ident)
	}
	oldArray, wasArray := old.([]js.Value)
	newArray, isArray := new.([]js.Value)
	if wasArray && isArray {
		return compareArrays(oldArray, newArray, path, ident)
	}
	return []difference{{path: path, action: "changed", old: old, new: new, ident: ident}}
}

// compareArrays matches elements by their key where they have one; other elements that differ are removed and added.
func compareArrays(old, new []js.Value, path []js.Value, ident string) []difference {
	key := identOf(path)
	inside := append(path[:len(path):len(path)], nil)
	var all []difference
	for _, element := range old {
		if counterpart(element, new, key) == nil {
			all = append(all, difference{path: inside, action: "removed", old: element, ident: elementIdent(element, key, ident)})
		}
	}
	for _, element := range new {
		before := counterpart(element, old, key)
		if before == nil {
			all = append(all, difference{path: inside, action: "added", new: element, ident: elementIdent(element, key, ident)})
			continue
		}
		after, isObject := element.(*js.Object)
		if earlier, wasObject := before.(*js.Object); key != "" && isObject && wasObject {
			all = append(all, compareObjects(earlier, after, inside, after.String(key))...)
		}
	}
	return all
}

// counterpart is the element of an array that an element corresponds to: the one with the same key, or an equal one.
func counterpart(element js.Value, among []js.Value, key string) js.Value {
	object, isObject := element.(*js.Object)
	for _, other := range among {
		if candidate, ok := other.(*js.Object); ok && isObject && key != "" {
			if candidate.String(key) == object.String(key) {
				return other
			}
			continue
		}
		if js.Equal(element, other) {
			return other
		}
	}
	return nil
}

func elementIdent(element js.Value, key, otherwise string) string {
	if object, ok := element.(*js.Object); ok && key != "" {
		return object.String(key)
	}
	return otherwise
}
