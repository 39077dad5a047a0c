package zfs_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const library = "github.com/mistifyio/go-zfs"

// unsound lists what go-zfs must not be asked for on illumos: everything that lists datasets or returns a fresh one panics there, since
// its list of ten columns is parsed as thirteen (docs/adr/0001-go-zfs.md).
func unsound() []string {
	return []string{
		"Datasets", "GetDataset", "Filesystems", "Volumes", "Children", "Snapshots", "Snapshot", "CreateFilesystem", "CreateVolume",
		"Clone", "Rename", "ReceiveSnapshot", "Mount", "Unmount",
	}
}

// unsoundUses lists the uses of the unsound calls in one source file, and tells whether it imports go-zfs at all. Methods are found by
// name, whatever they are called on; the file that imports go-zfs should hold little else.
func unsoundUses(name string, source []byte) (uses []string, imported bool, err error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, source, 0)
	if err != nil {
		return nil, false, err
	}
	imported = slices.ContainsFunc(file.Imports, func(spec *ast.ImportSpec) bool {
		path, err := strconv.Unquote(spec.Path.Value)
		return err == nil && strings.HasPrefix(path, library)
	})
	if !imported {
		return nil, false, nil
	}
	ast.Inspect(file, func(node ast.Node) bool {
		if selector, ok := node.(*ast.SelectorExpr); ok && slices.Contains(unsound(), selector.Sel.Name) {
			uses = append(uses, fmt.Sprintf("%s: %s", files.Position(selector.Sel.Pos()), selector.Sel.Name))
		}
		return true
	})
	return uses, true, nil
}

func TestUnsoundCallsOfGoZFSAreNotUsed(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	importers := 0
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() || filepath.Ext(path) != ".go" {
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !bytes.Contains(source, []byte(library)) {
			return nil // most files are not worth parsing
		}
		uses, imported, err := unsoundUses(path, source)
		if imported {
			importers++
			if filepath.Dir(path) != filepath.Join(root, "drivers", "zfs") {
				t.Errorf("%s imports go-zfs; only drivers/zfs may", path)
			}
		}
		for _, use := range uses {
			t.Errorf("%s: it panics on illumos", use)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if importers == 0 {
		t.Error("no file imports go-zfs: this test looks in the wrong place")
	}
}

func TestUnsoundUsesFindsThem(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		source string
		want   []string
	}{
		{"a function", `package a; import "github.com/mistifyio/go-zfs/v4"; func f() { zfs.Datasets("") }`, []string{"f.go:1:68: Datasets"}},
		{"a method, under another name of the package", `package a; import z "github.com/mistifyio/go-zfs/v4"; func f(d z.Dataset) { d.Children(1) }`,
			[]string{"f.go:1:79: Children"}},
		{"a method value", `package a; import z "github.com/mistifyio/go-zfs/v3"; func f(d z.Dataset) any { return d.Snapshots }`,
			[]string{"f.go:1:90: Snapshots"}},
		{"sound calls", `package a; import z "github.com/mistifyio/go-zfs/v4"; func f(d z.Dataset) { d.SetProperty("a", "b"); d.Destroy(0) }`, nil},
		{"the same names elsewhere", `package a; import z "example.com/zfs"; func f() { z.Datasets() }`, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, _, err := unsoundUses("f.go", []byte(c.source))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}
