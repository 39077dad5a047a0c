package spec

import (
	"fmt"
)

// elementsOf gives the elements of the collection that plays a role; nil when the object does not declare it.
func (c *checker) elementsOf(o Object, role Role) []Object {
	list, _ := o[c.table.Role(role).Name].([]any)
	elements := make([]Object, len(list))
	for i, element := range list {
		elements[i], _ = element.(map[string]any)
	}
	return elements
}

// member gives the value of the member that plays a role; nil when it is not there.
func (c *checker) member(element Object, role Role) any {
	return element[c.table.Role(role).BaseName()]
}

// has reports whether an element gives the member that plays a role a value.
func (c *checker) has(element Object, role Role) bool {
	value := c.member(element, role)
	return value != nil && value != ""
}

// seen remembers where values stood, to report the second place of each.
type seen map[any]string

// twice reports a value that stood before in the same instance.
func (c *checker) twice(s seen, what string, value any, at string) {
	if value == nil || value == "" {
		return
	}
	if first, ok := s[value]; ok {
		c.add("SA1405", at, fmt.Sprintf("%s %v stands twice, first at %s", what, value, first), "")
		return
	}
	s[value] = at
}
