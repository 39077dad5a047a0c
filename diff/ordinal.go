package diff

import (
	"maps"
	"slices"
	"strings"

	"github.com/specadm/specadm/spec"
)

// ordinal is the placeholder of a found element: # and the number that vmadm gave it when it was made, which is the lowest free one. It is in the
// interface of a nic and in the path of a volume (reference 8.2, 8.3). Others have none: "".
func (s *schema) ordinal(collection *spec.Property, element map[string]any) string {
	name, _ := element[collection.Key].(string)
	switch collection.Role {
	case spec.RoleNICs:
		name, _ = element[s.member(spec.RoleNICInterface)].(string)
	case spec.RoleDisks:
		if !strings.HasPrefix(name, "/dev/zvol/") {
			return ""
		}
	default:
		return ""
	}
	digits := strings.TrimLeft(name[strings.LastIndexFunc(name, func(r rune) bool { return r < '0' || r > '9' })+1:], "0")
	switch {
	case digits != "":
		return "#" + digits
	case strings.HasSuffix(name, "0"):
		return placeholder(0)
	}
	return ""
}

// resolve puts the keys of found elements in the place of their placeholders in the paths of a mark.
func (s *schema) resolve(fields map[string]string, found spec.Object) map[string]string {
	placed := slices.ContainsFunc(slices.Collect(maps.Keys(fields)), func(path string) bool { return strings.Contains(path, "[#") })
	if !placed {
		return fields
	}
	resolved := make(map[string]string, len(fields))
	for path, digest := range fields {
		resolved[s.resolvePath(path, found)] = digest
	}
	return resolved
}

func (s *schema) resolvePath(path string, found spec.Object) string {
	name, key, member := spec.SplitPath(path)
	collection := s.row(name)
	if !strings.HasPrefix(key, "#") || member == "" || collection == nil || collection.Kind != spec.Objects {
		return path
	}
	for _, element := range objectsIn(found[name]) {
		if known, _ := element[collection.Key].(string); known != "" && s.ordinal(collection, element) == key {
			return memberPath(name, known, member)
		}
	}
	return path
}

// placeholders are those that the added elements of a collection are going to have, by their index in the manifest. Names of nics that the same
// update removes are not free yet, the numbers of volumes are.
func (x *comparison) placeholders(collection *spec.Property) map[int]string {
	var used []string
	for _, element := range objectsIn(x.found.object[collection.Name]) {
		freed := slices.ContainsFunc(x.edits, func(e edit) bool {
			goes := e.write == writeDrop && e.site.row == collection && e.key == element[collection.Key]
			return goes && (collection.Role != spec.RoleNICs || x.goesEarly(e))
		})
		if !freed {
			used = append(used, x.schema.ordinal(collection, element))
		}
	}
	made := map[int]string{}
	for _, e := range x.edits {
		element, _ := e.value.(map[string]any)
		if e.write != writeAdd || e.site.row != collection || collection.Role == spec.RoleDisks && !x.isVolume(element) {
			continue
		}
		number := 0
		for slices.Contains(used, placeholder(number)) {
			number++
		}
		used = append(used, placeholder(number))
		made[e.index] = placeholder(number)
	}
	return made
}

// numberAdded gives the added elements that have no key yet their placeholders, so that changes and the mark name them alike.
func (x *comparison) numberAdded() {
	for _, role := range []spec.Role{spec.RoleNICs, spec.RoleDisks} {
		collection := x.schema.table.Role(role)
		made := x.placeholders(collection)
		for i := range x.edits {
			e := &x.edits[i]
			if number := made[e.index]; e.write == writeAdd && e.site.row == collection && strings.HasPrefix(e.key, "#") && number != "" {
				e.key, e.Path = number, elementPath(collection.Name, number)
			}
		}
	}
}

// newKeys completes the keys of the wanted elements with the placeholders of those that are added.
func (x *comparison) newKeys() map[string][]string {
	keys := make(map[string][]string, len(x.keys))
	for name, known := range x.keys {
		keys[name] = slices.Clone(known)
		if !slices.Contains(known, "") {
			continue
		}
		collection := x.schema.row(name)
		made := x.placeholders(collection)
		for i, element := range objectsIn(x.wanted[name]) {
			if own, _ := element[collection.Key].(string); keys[name][i] == "" {
				keys[name][i] = own
			}
			if keys[name][i] == "" {
				keys[name][i] = made[i]
			}
		}
	}
	return keys
}
