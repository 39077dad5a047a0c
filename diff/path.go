package diff

import (
	"strconv"
	"strings"

	"github.com/specadm/specadm/spec"
)

// site is the place of one value in an instance: a plain property, an entry of a map, a whole element of a collection, or a member
// of an element.
type site struct {
	row    *spec.Property // the property, or the member; of an entry the map, of a whole element the collection
	parent *spec.Property // the collection of a member; else nil
	key    string         // of the entry or the element, as the platform knows it
	index  int            // of the element in the manifest; -1 when the manifest does not name it
}

// path is the form that people, marks and steps use.
func (s site) path() string {
	switch {
	case s.parent != nil:
		return memberPath(s.parent.Name, s.key, s.row.BaseName())
	case s.row.Kind == spec.Map:
		return s.row.Name + "." + s.key
	case s.row.Kind == spec.Objects:
		return elementPath(s.row.Name, s.key)
	}
	return s.row.Name
}

func elementPath(collection, key string) string { return collection + "[" + key + "]" }

func memberPath(collection, key, member string) string {
	return collection + "[" + key + "]." + member
}

// pointer is the JSON pointer of the site within its manifest, or of what is nearest to it there.
func (s site) pointer() string {
	switch {
	case s.parent != nil && s.index >= 0:
		return elementPointer(s.parent.Name, s.index) + "/" + s.row.BaseName()
	case s.parent != nil:
		return "/spec/" + s.parent.Name
	case s.row.Kind == spec.Map:
		return "/spec/" + s.row.Name + "/" + escapePointer(s.key)
	case s.row.Kind == spec.Objects && s.index >= 0:
		return elementPointer(s.row.Name, s.index)
	}
	return "/spec/" + s.row.Name
}

func elementPointer(collection string, index int) string {
	return "/spec/" + collection + "/" + strconv.Itoa(index)
}

func escapePointer(key string) string {
	return strings.ReplaceAll(strings.ReplaceAll(key, "~", "~0"), "/", "~1")
}
