package view

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/specadm/specadm/spec"
)

// Filter is one condition of list and lookup: key=value compares the text of the value, key=~regex searches it without regard to
// case (reference 3.2).
type Filter struct {
	Key     string
	Value   string
	Pattern *regexp.Regexp // nil for a comparison
}

// ParseFilters reads the conditions of a command line. All must hold; of a key given twice the last one counts. An argument without
// "=" wants the empty text.
func ParseFilters(table *spec.Table, args []string) ([]Filter, error) {
	var filters []Filter
	for _, arg := range args {
		key, value, _ := strings.Cut(arg, "=")
		if !filterKey(table, key) {
			return nil, fmt.Errorf("invalid filter key: %q", key)
		}
		filter := Filter{Key: key, Value: value}
		if expression, ok := strings.CutPrefix(value, "~"); ok {
			pattern, err := regexp.Compile("(?i)" + expression)
			if err != nil {
				return nil, fmt.Errorf("filter %s: %w", arg, err)
			}
			filter.Pattern = pattern
		} else if isMAC(table, key) {
			filter.Value = normalMAC(value)
		}
		filters = append(withoutKey(filters, key), filter)
	}
	return filters, nil
}

func withoutKey(filters []Filter, key string) []Filter {
	var kept []Filter
	for _, f := range filters {
		if f.Key != key {
			kept = append(kept, f)
		}
	}
	return kept
}

// Match reports whether an instance fulfils all conditions.
func Match(instance spec.Object, filters []Filter) bool {
	for _, f := range filters {
		if !f.match(instance) {
			return false
		}
	}
	return true
}

func (f Filter) match(instance spec.Object) bool {
	for _, path := range expand(instance, f.Key) {
		value, ok := part(instance, path)
		if !ok || value == nil {
			continue
		}
		text := plainText(value)
		if f.Pattern != nil && f.Pattern.MatchString(text) || f.Pattern == nil && text == f.Value {
			return true
		}
	}
	return false
}

// expand replaces the star of nics.*.ip by the numbers of the elements that are there.
func expand(instance spec.Object, key string) []string {
	head, member, ok := strings.Cut(key, ".*.")
	if !ok {
		return []string{key}
	}
	elements, _ := instance[head].([]any)
	paths := make([]string, len(elements))
	for i := range elements {
		paths[i] = head + "." + strconv.Itoa(i) + "." + member
	}
	return paths
}

// filterKey reports whether list and lookup can filter by a key: columns, members of disks and nics that the table allows, and keys
// of maps.
func filterKey(table *spec.Table, key string) bool {
	if OwnColumn(key) {
		return true
	}
	if row, ok := table.Lookup(key); ok && row.ListHeader != "" {
		return true
	}
	head, rest, ok := strings.Cut(key, ".")
	row, known := table.Lookup(head)
	if !ok || !known {
		return false
	}
	if row.Kind == spec.Map {
		return row.Filter && rest != ""
	}
	number, member, ok := strings.Cut(rest, ".")
	if _, err := strconv.ParseUint(number, 10, 31); !ok || err != nil && number != "*" {
		return false
	}
	row, known = table.Lookup(head + ".*." + member)
	return known && row.Filter
}

// isMAC reports whether a key names the key of a nic, which vmadm compares in normal form only.
func isMAC(table *spec.Table, key string) bool {
	head, _, ok := strings.Cut(key, ".")
	if !ok {
		return false
	}
	row, known := table.Lookup(head)
	return known && row.Kind == spec.Objects && row.Key == "mac" && strings.HasSuffix(key, ".mac")
}

// normalMAC is lower case with two digits for each octet.
func normalMAC(text string) string {
	octets := strings.Split(strings.ToLower(text), ":")
	for i, octet := range octets {
		if len(octet) == 1 {
			octets[i] = "0" + octet
		}
	}
	return strings.Join(octets, ":")
}
