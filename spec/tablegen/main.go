// Tablegen writes spec/properties.go, the property table as Go literals, from spec/testdata/properties.json (what the platform knows)
// and spec/testdata/columns.yaml (what specadm adds). It is run by go generate ./spec and never at run time; the platform's file must
// not be edited by hand. Start reading at join.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	dir := "." // go generate runs in the directory of the directive
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	source, err := generate(filepath.Join(dir, "testdata"))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "properties.go"), source, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "tablegen:", err)
		os.Exit(1)
	}
}

// generate gives the source text of properties.go from the two tables in dir.
func generate(dir string) ([]byte, error) {
	platform, err := readPlatform(filepath.Join(dir, "properties.json"))
	if err != nil {
		return nil, err
	}
	columns, err := readColumns(filepath.Join(dir, "columns.yaml"))
	if err != nil {
		return nil, err
	}
	rows, err := join(platform, columns)
	if err != nil {
		return nil, err
	}
	return emit(rows)
}
