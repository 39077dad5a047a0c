package diff

import (
	"slices"
	"strconv"
	"strings"

	"github.com/specadm/specadm/spec"
)

// declared is one path that a manifest manages, with the value it wants there.
type declared struct {
	site
	text    string // the path
	pointer string
	value   any
}

func textsOf(paths []declared) []string {
	texts := make([]string, len(paths))
	for i, path := range paths {
		texts[i] = path.text
	}
	return texts
}

// placeholder is the key of an element that the platform has not named yet: the number that it is going to have.
func placeholder(number int) string { return "#" + strconv.Itoa(number) }

// declaredPaths lists what a manifest manages, sorted by path. keys gives the key of each element of a collection by its index in the
// manifest; where it has none, the element goes by its own key, else by the number
// that a create gives it.
func (c *computer) declaredPaths(item *Item, keys map[string][]string) []declared {
	var paths []declared
	add := func(s site, value any) {
		paths = append(paths, declared{site: s, text: s.path(), pointer: s.pointer(), value: value})
	}
	for name, value := range item.Manifest.Spec {
		row := c.schema.row(name)
		if row == nil || row.Role == spec.RoleUUID || row.Role == spec.RoleBrand {
			continue
		}
		switch row.Kind {
		case spec.Map:
			entries, _ := value.(map[string]any)
			for key, entry := range entries {
				add(site{row: row, key: key, index: -1}, entry)
			}
		case spec.Objects:
			list, _ := value.([]any)
			volumes := 0
			for i, one := range list {
				element, _ := one.(map[string]any)
				number := i
				if row.Role == spec.RoleDisks {
					number = volumes
					if c.isVolume(element) {
						volumes++
					}
				}
				key := keyAt(keys[name], i)
				if own, ok := element[row.Key].(string); ok && key == "" {
					key = own
				}
				if key == "" {
					key = placeholder(number)
				}
				for member, value := range element {
					if memberRow := c.schema.members[name][member]; memberRow != nil && member != row.Key {
						add(site{row: memberRow, parent: row, key: key, index: i}, value)
					}
				}
			}
		default:
			add(site{row: row, index: -1}, value)
		}
	}
	if state := item.Manifest.State; state == spec.Running || state == spec.Stopped {
		add(site{row: c.schema.table.Role(spec.RoleState), index: -1}, string(state))
	}
	slices.SortFunc(paths, func(a, b declared) int { return strings.Compare(a.text, b.text) })
	return paths
}

func keyAt(keys []string, i int) string {
	if i < len(keys) {
		return keys[i]
	}
	return ""
}
