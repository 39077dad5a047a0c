package zfs

import (
	"bytes"
	"fmt"
)

// parseRows reads the lines of zfs get -H -o name,property,value,source. Names, properties and most values repeat from line to line, so
// equal strings are made only once.
func parseRows(output []byte, each func(Row)) error {
	known := map[string]string{}
	intern := func(text []byte) string {
		if shared, ok := known[string(text)]; ok { // no allocation: the compiler knows this form
			return shared
		}
		fresh := string(text)
		known[fresh] = fresh
		return fresh
	}
	for number := 1; len(output) > 0; number++ {
		line, rest, ended := bytes.Cut(output, []byte{'\n'})
		if !ended {
			return fmt.Errorf("its output breaks off in line %d", number)
		}
		output = rest
		name, rest, _ := bytes.Cut(line, []byte{'\t'})
		property, rest, ok := bytes.Cut(rest, []byte{'\t'})
		end := bytes.LastIndexByte(rest, '\t') // a value of a user property may hold a tab
		if !ok || end < 0 || len(name) == 0 || len(property) == 0 {
			return fmt.Errorf("line %d of its output has not four fields: %q", number, line)
		}
		each(Row{Dataset: intern(name), Property: intern(property), Value: intern(rest[:end]), Source: intern(rest[end+1:])})
	}
	return nil
}
