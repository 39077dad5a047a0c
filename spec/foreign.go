package spec

import (
	"maps"
	"slices"
)

// Foreign lists what a live instance has beyond the platform's defaults and a manifest does not speak of, by path: plain properties, entries of
// maps, and whole collections. Nothing is ever done to it. The result is sorted.
func (m *Manifest) Foreign(found Object) []string {
	x := exporter{table: Properties(), found: found}
	x.brand = Brand(x.text(RoleBrand))
	identity := []Role{RoleUUID, RoleState, RoleBrand}
	var paths []string
	for i := range x.table.rows {
		row := &x.table.rows[i]
		entries, _ := found[row.Name].(map[string]any)
		declared, said := m.Spec[row.Name]
		switch {
		case !slices.Contains([]Kind{Scalar, List, Map, Objects}, row.Kind), slices.Contains(identity, row.Role), !x.exports(row):
		case row.Kind == Map:
			wanted, _ := declared.(map[string]any)
			for _, key := range slices.Sorted(maps.Keys(entries)) {
				if _, said := wanted[key]; !said && !(row.Role == RoleInternalMetadata && key == MarkKey) {
					paths = append(paths, row.Name+"."+key)
				}
			}
		case said:
		default:
			if list, isList := found[row.Name].([]any); !isList || len(list) > 0 {
				paths = append(paths, row.Name)
			}
		}
	}
	slices.Sort(paths)
	return paths
}
