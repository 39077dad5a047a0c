package drivertest

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
)

// shows expects these members in vmadm get of $U. The wanted object maps paths to values: "nics.0.mac", "tags.role"; a star stands for all
// elements ("nics.*.mac" is the list of their MACs). null means that the member is absent. A text that begins with a tilde is a
// regular expression.
func shows(wanted string) step {
	return stepFunc(func(s *script) {
		s.t.Helper()
		want := s.decodeObject(wanted)
		s.eventually(func() string {
			object := s.object()
			return compare(want, func(path string) any { return at(object, strings.Split(path, ".")) })
		})
	})
}

// showsOnly expects vmadm get of $U to have exactly these members, whatever their values. A member in brackets may be absent.
func showsOnly(names string) step {
	return stepFunc(func(s *script) {
		s.t.Helper()
		s.eventually(func() string { return compareKeys(s.object(), names) })
	})
}

// elementShowsOnly is showsOnly for the object at a path.
func elementShowsOnly(path, names string) step {
	return stepFunc(func(s *script) {
		s.t.Helper()
		s.eventually(func() string {
			element, ok := at(s.object(), strings.Split(path, ".")).(map[string]any)
			if !ok {
				return "there is no object at " + path
			}
			return compareKeys(element, names)
		})
	})
}

// gone expects that vmadm knows nothing of $U.
func gone() step {
	return vmadm("get $U").exits(1).says("zoneadm: $U: No such zone configured").prints("")
}

// dataset expects these properties of a dataset, as zfs get -p prints them. null means that the dataset has no such property.
func dataset(name, wanted string) step {
	return stepFunc(func(s *script) {
		s.t.Helper()
		want := s.decodeObject(wanted)
		names := slices.Sorted(maps.Keys(want))
		s.eventually(func() string {
			got := call{program: "zfs", line: "get -Hp -o property,value " + strings.Join(names, ",") + " " + name}.answer(s)
			found := map[string]any{}
			for line := range strings.Lines(string(got.stdout)) {
				property, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
				found[property] = value
			}
			return compare(want, func(property string) any { return found[property] })
		})
	})
}

// noDataset expects that zfs has no such dataset.
func noDataset(name string) step {
	return zfs("list -H -o name " + name).exits(1)
}

// eventually repeats a look until it finds no difference or the node's patience is over.
func (s *script) eventually(difference func() string) {
	s.t.Helper()
	deadline := time.Now().Add(s.node.Patience)
	for {
		found := difference()
		if found == "" {
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("wanted (-) and found (+):\n%s", found)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// object is what vmadm get shows of $U.
func (s *script) object() map[string]any {
	s.t.Helper()
	got := vmadm("get $U").answer(s)
	var object map[string]any
	if err := json.Unmarshal(got.stdout, &object); err != nil {
		s.t.Fatalf("vmadm get prints no JSON object: %v", err)
	}
	return object
}

// compare is the difference between wanted values and those found, "" if there is none.
func compare(want map[string]any, find func(path string) any) string {
	found := map[string]any{}
	for path, value := range want {
		found[path] = find(path)
		if matchesPattern(value, found[path]) {
			found[path] = value
		}
	}
	return cmp.Diff(want, found)
}

// matchesPattern says whether a wanted value is a pattern that the found one fulfils.
func matchesPattern(want, found any) bool {
	pattern, ok := want.(string)
	if !ok || !strings.HasPrefix(pattern, "~") || found == nil {
		return false
	}
	text, ok := found.(string)
	if !ok {
		text = encode(found)
	}
	return regexp.MustCompile(pattern[1:]).MatchString(text)
}

// at is the value at a path in a JSON value, nil where there is none. Keys may hold dots: the longest key that fits is taken.
func at(value any, path []string) any {
	if len(path) == 0 {
		return value
	}
	switch value := value.(type) {
	case map[string]any:
		for n := len(path); n > 0; n-- {
			if member, ok := value[strings.Join(path[:n], ".")]; ok {
				return at(member, path[n:])
			}
		}
	case []any:
		if path[0] == "*" {
			all := make([]any, len(value))
			for i, element := range value {
				all[i] = at(element, path[1:])
			}
			return all
		}
		if i, err := strconv.Atoi(path[0]); err == nil && i >= 0 && i < len(value) {
			return at(value[i], path[1:])
		}
	}
	return nil
}

// compareKeys is the difference between the members of an object and the names given.
func compareKeys(object map[string]any, names string) string {
	var want []string
	for _, name := range strings.Fields(names) {
		if optional := strings.Trim(name, "[]"); optional != name {
			if _, present := object[optional]; !present {
				continue
			}
			name = optional
		}
		want = append(want, name)
	}
	sort.Strings(want)
	return cmp.Diff(want, slices.Sorted(maps.Keys(object)))
}

// contains says whether found holds all of want: members of objects and elements of arrays that want does not name are of no interest.
func contains(want, found any) bool {
	switch want := want.(type) {
	case map[string]any:
		found, ok := found.(map[string]any)
		if !ok {
			return false
		}
		for key, value := range want {
			if !contains(value, found[key]) {
				return false
			}
		}
		return true
	case []any:
		found, ok := found.([]any)
		if !ok {
			return false
		}
		for _, value := range want {
			if !slices.ContainsFunc(found, func(element any) bool { return contains(value, element) }) {
				return false
			}
		}
		return true
	}
	return matchesPattern(want, found) || cmp.Equal(want, found)
}

// printsJSON expects standard output to be JSON that contains the wanted value.
func (c call) printsJSON(wanted string) call {
	return c.checked(func(s *script, got answer) error {
		var found any
		if err := json.Unmarshal(got.stdout, &found); err != nil {
			return fmt.Errorf("must print JSON: %w: %s", err, got.stdout)
		}
		if want := s.decode(wanted); !contains(want, found) {
			return fmt.Errorf("must print JSON that contains\n%s\nbut prints\n%s", encode(want), encode(found))
		}
		return nil
	})
}

// remember keeps a member of vmadm get for a later changed.
func remember(name string) step {
	return stepFunc(func(s *script) {
		s.t.Helper()
		s.words["REMEMBERED"] = encode(s.object()[name])
	})
}

// changed expects a member of vmadm get to differ from what was remembered.
func changed(name string) step {
	return stepFunc(func(s *script) {
		s.t.Helper()
		s.eventually(func() string {
			if found := encode(s.object()[name]); found == s.words["REMEMBERED"] {
				return name + " is still " + found
			}
			return ""
		})
	})
}

// showsSameAs expects vmadm get of $U to show what it showed when its output went into a file.
func showsSameAs(path string) step {
	return stepFunc(func(s *script) {
		s.t.Helper()
		content, err := os.ReadFile(s.expand(path))
		if err != nil {
			s.t.Fatal(err)
		}
		var want map[string]any
		if err := json.Unmarshal(content, &want); err != nil {
			s.t.Fatal(err)
		}
		s.eventually(func() string { return cmp.Diff(want, s.object()) })
	})
}
