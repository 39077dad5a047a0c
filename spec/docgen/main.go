// Docgen writes docs/properties.md, what specadm can do with every property, from the property table and from what the convergence test of
// reconcile has seen. It is run by go generate ./spec and never at run time. Start reading at page.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	root := ".." // go generate runs in the directory of the directive
	if len(os.Args) > 1 {
		root = os.Args[1]
	}
	text, err := generate(root)
	if err == nil {
		err = os.WriteFile(filepath.Join(root, "docs", "properties.md"), []byte(text), 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "docgen:", err)
		os.Exit(1)
	}
}

// generate gives the text of the page; root is the top of the repository.
func generate(root string) (string, error) {
	golden, err := os.ReadFile(filepath.Join(root, "reconcile", "testdata", "convergence.golden"))
	if err != nil {
		return "", err
	}
	lives, err := parseLives(string(golden))
	if err != nil {
		return "", err
	}
	return page(lives)
}
