package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/specadm/specadm/"

// mayImport is the table of docs/architecture.md: package to what it may import besides the standard library. Packages of this
// module are named by their folder, others by the path of their module. A name that ends in "/..." means the folder and all below.
// A new edge is a design decision: change the table, this test and the reason together.
func mayImport() map[string][]string {
	return map[string][]string{
		"spec":               {"go.yaml.in/yaml/v3", "sigs.k8s.io/yaml", "github.com/google/uuid"},
		"spec/tablegen":      {"spec", "sigs.k8s.io/yaml", "go.yaml.in/yaml/v3"},
		"spec/docgen":        {"spec"},
		"diff":               {"spec"},
		"drivers":            {},
		"drivers/local":      {"drivers"},
		"drivers/vmadm":      {"drivers", "spec"},
		"drivers/zfs":        {"drivers", "github.com/mistifyio/go-zfs/v4"},
		"drivers/imgadm":     {"drivers"},
		"drivers/fwadm":      {"drivers"},
		"drivers/age":        {"filippo.io/age"},
		"drivers/drivertest": {"drivers/...", "spec", "github.com/google/go-cmp", "github.com/google/uuid"},
		"drivers/lab/getopt": {},
		"drivers/lab/pool":   {"drivers/lab/getopt"},
		"drivers/lab/node":   {"drivers/lab/pool", "github.com/google/uuid", "golang.org/x/sys"},
		"drivers/lab/vm": {
			"drivers/lab/node", "drivers/lab/pool", "drivers/lab/getopt", "drivers/lab/vm/...", "github.com/google/uuid", "golang.org/x/term",
		},
		"drivers/lab/vm/js":       {},
		"drivers/lab/vm/property": {"drivers/lab/vm/js"},
		"drivers/lab/vm/zone":     {"drivers/lab/node", "drivers/lab/vm/js", "drivers/lab/vm/property"},
		"drivers/lab/platform":    {"drivers/lab/node", "drivers/lab/pool", "drivers/lab/getopt", "drivers/lab/vm/zone", "github.com/google/uuid"},
		"drivers/lab": {
			"drivers", "drivers/lab/node", "drivers/lab/pool", "drivers/lab/vm", "drivers/lab/platform", "drivers/lab/getopt",
		},
		"reconcile": {
			"spec", "diff", "drivers", "drivers/vmadm", "drivers/zfs", "drivers/imgadm", "drivers/fwadm",
			"github.com/fsnotify/fsnotify", "github.com/hashicorp/go-multierror", "golang.org/x/sys", "github.com/google/uuid",
		},
		"cmd/view": {"spec", "diff", "reconcile"},
		"cmd/cli": {
			"cmd/view", "spec", "diff", "reconcile", "drivers/...", "github.com/spf13/cobra", "github.com/spf13/pflag", "golang.org/x/term",
			"sigs.k8s.io/yaml", "github.com/hashicorp/go-multierror",
		},
		"cmd/specadm": {"cmd/cli"},
	}
}

func TestPackagesImportOnlyWhatTheTableAllows(t *testing.T) {
	t.Parallel()
	table := mayImport()
	seen := map[string]bool{}
	for folder, imports := range packages(t, "../..") {
		allowed, ok := table[folder]
		if !ok {
			t.Errorf("package %s is not in the table", folder)
			continue
		}
		seen[folder] = true
		for _, name := range imports {
			if !isStandard(name) && !allows(allowed, strings.TrimPrefix(name, module)) {
				t.Errorf("%s imports %s, which the table does not allow", folder, strings.TrimPrefix(name, module))
			}
		}
	}
	for folder := range table {
		if !seen[folder] {
			t.Errorf("the table names package %s, which does not exist", folder)
		}
	}
}

// allows reports whether a list names an import, or the module or folder that it belongs to.
func allows(allowed []string, name string) bool {
	return slices.ContainsFunc(allowed, func(a string) bool {
		folder, all := strings.CutSuffix(a, "/...")
		external := strings.Contains(strings.Split(a, "/")[0], ".")
		return name == folder || (all || external) && strings.HasPrefix(name, folder+"/")
	})
}

// isStandard reports whether an import path belongs to the standard library: its first part has no dot.
func isStandard(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	return !strings.Contains(first, ".")
}

// packages finds the packages below a folder with the imports of their files, those of tests left out.
func packages(t *testing.T, root string) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "testdata" || entry.Name() == ".git" || entry.Name() == "bin") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		folder := path.Dir(filepath.ToSlash(relative))
		if found[folder] == nil {
			found[folder] = []string{}
		}
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if !slices.Contains(found[folder], name) {
				found[folder] = append(found[folder], name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
