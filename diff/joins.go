package diff

import (
	"slices"

	"github.com/specadm/specadm/spec"
)

// joined is a list as the platform keeps it while a switch is on that puts values into it, such as the namespace of docker (reference
// 13). on tells whether a switch is. The list is returned as it is where none puts anything into it; null stands for the empty list.
func (s *schema) joined(row *spec.Property, list any, on func(*spec.Property) bool) any {
	rows := s.table.All()
	for i := range rows {
		put := rows[i].Joins[row.Name]
		if len(put) == 0 || !on(&rows[i]) {
			continue
		}
		values, _ := row.Normal(list).([]any)
		values = slices.Clone(values)
		for _, value := range put {
			if !slices.Contains(values, any(value)) {
				values = append(values, value)
			}
		}
		list = row.Normal(values)
	}
	return list
}

// switchedOn reports whether a switch is on once the manifest holds.
func (x *comparison) switchedOn(row *spec.Property) bool {
	if wanted, declared := x.wanted[row.Name]; declared {
		return wanted == true
	}
	return x.found.object[row.Name] == true
}

// join stores what switches put into lists.
func (s *simulation) join() {
	on := func(row *spec.Property) bool { return s.object[row.Name] == true }
	for name := range s.object {
		if row := s.schema.row(name); row != nil && row.Kind == spec.List {
			s.object[name] = s.schema.joined(row, s.object[name], on)
		}
	}
}
