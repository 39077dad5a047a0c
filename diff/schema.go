package diff

import "github.com/specadm/specadm/spec"

// schema is the property table arranged for comparing: every lookup that is made per value is one map access.
type schema struct {
	table    *spec.Table
	members  map[string]map[string]*spec.Property // collection -> member -> row
	identity map[string]*spec.Property            // collection -> row of its key member
}

func newSchema() *schema {
	s := &schema{table: spec.Properties(), members: map[string]map[string]*spec.Property{}, identity: map[string]*spec.Property{}}
	rows := s.table.All()
	for i := range rows {
		collection := &rows[i]
		if collection.Kind != spec.Objects {
			continue
		}
		members := map[string]*spec.Property{}
		for _, row := range s.table.Members(collection.Name) {
			members[row.BaseName()] = row
		}
		s.members[collection.Name] = members
		s.identity[collection.Name] = members[collection.Key]
	}
	return s
}

// row finds the row of a property; nil for one that the platform does not know.
func (s *schema) row(name string) *spec.Property {
	row, _ := s.table.Lookup(name)
	return row
}

// name is the name of the property that plays a role.
func (s *schema) name(role spec.Role) string { return s.table.Role(role).Name }

// member is the bare name of the member that plays a role.
func (s *schema) member(role spec.Role) string { return s.table.Role(role).BaseName() }
