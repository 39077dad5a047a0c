package main

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// trapCount is the number of traps that concern a single node. Later ones, of moves and of fleets, may be on the page too.
const trapCount = 30

var (
	trapRow  = regexp.MustCompile(`(?m)^\| (T[0-9]+) \|.*\| ([^|]*) \|$`)
	quoted   = regexp.MustCompile("`([^`]+)`")
	trapName = regexp.MustCompile(`\btrap (T[0-9]+)\b`)
)

// TestEveryTrapIsHeldByTheTestsThatItsPageNames compares docs/traps.md with the tests: each trap of a single node has a row, and the tests
// of a row are those that name its trap.
func TestEveryTrapIsHeldByTheTestsThatItsPageNames(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../docs/traps.md")
	if err != nil {
		t.Fatal(err)
	}
	page := map[string][]string{}
	for _, row := range trapRow.FindAllStringSubmatch(string(data), -1) {
		if page[row[1]] != nil {
			t.Errorf("docs/traps.md has two rows for %s", row[1])
		}
		for _, name := range quoted.FindAllStringSubmatch(row[2], -1) {
			file := name[1]
			if !strings.Contains(file, "/") {
				file = path.Join("cmd/specadm/testdata/script", file)
			}
			page[row[1]] = append(page[row[1]], file)
		}
		slices.Sort(page[row[1]])
	}
	for i := range trapCount {
		if id := fmt.Sprintf("T%d", i+1); len(page[id]) == 0 {
			t.Errorf("docs/traps.md names no test for trap %s", id)
		}
	}
	if d := cmp.Diff(page, testsOfTraps(t, "../..")); d != "" {
		t.Errorf("docs/traps.md (-), tests that name a trap (+):\n%s", d)
	}
}

// testsOfTraps finds the tests and scripts that name a trap, by trap.
func testsOfTraps(t *testing.T, root string) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && file != root:
			return filepath.SkipDir
		case entry.IsDir() || !strings.HasSuffix(file, "_test.go") && filepath.Ext(file) != ".txtar":
			return nil
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, file)
		for _, match := range trapName.FindAllStringSubmatch(string(text), -1) {
			if !slices.Contains(found[match[1]], name) {
				found[match[1]] = append(found[match[1]], name)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tests := range found {
		slices.Sort(tests)
	}
	return found
}
