package reconcile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// tree makes a directory from "path content" lines; "path -> target" makes a link, "path/" a directory.
func tree(t *testing.T, lines ...string) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		write(t, root, line)
	}
	return root
}

func write(t *testing.T, root, line string) {
	t.Helper()
	name, content, _ := strings.Cut(line, " ")
	path := filepath.Join(root, name)
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	target, link := strings.CutPrefix(content, "-> ")
	switch {
	case err != nil:
	case strings.HasSuffix(name, "/"):
		err = os.MkdirAll(path, 0o755)
	case link:
		err = os.Symlink(target, path)
	default:
		err = os.WriteFile(path, []byte(content), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestDigestTellsWhetherManifestsDiffer(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name  string
		do    func(t *testing.T, root string)
		equal bool
	}{
		{"nothing was done", func(*testing.T, string) {}, true},
		{"a file was touched", func(t *testing.T, root string) {
			if err := os.Chtimes(filepath.Join(root, "a.yaml"), time.Unix(1, 0), time.Unix(1, 0)); err != nil {
				t.Fatal(err)
			}
		}, true},
		{"a file changed", func(t *testing.T, root string) { write(t, root, "a.yaml b") }, false},
		{"a file was added below", func(t *testing.T, root string) { write(t, root, "sub/sub/n.yml x") }, false},
		{"a file was added that is no manifest", func(t *testing.T, root string) { write(t, root, "sub/README.md x") }, true},
		{"an editor left its file", func(t *testing.T, root string) { write(t, root, ".a.yaml.swp x"); write(t, root, ".git/config.yaml x") }, true},
		{"a file was renamed", func(t *testing.T, root string) {
			if err := os.Rename(filepath.Join(root, "a.yaml"), filepath.Join(root, "b.yaml")); err != nil {
				t.Fatal(err)
			}
		}, false},
		{"content moved from one file to the next", func(t *testing.T, root string) {
			write(t, root, "a.yaml aa")
			write(t, root, "sub/b.json ")
		}, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			root := tree(t, "a.yaml a", "sub/b.json a")
			before, err := Digest([]string{root})
			if err != nil {
				t.Fatal(err)
			}
			c.do(t, root)
			after, err := Digest([]string{root})
			if err != nil {
				t.Fatal(err)
			}
			if (before == after) != c.equal {
				t.Errorf("equal: %v, want %v", before == after, c.equal)
			}
		})
	}
}

func TestDigestFollowsASwappedLink(t *testing.T) {
	t.Parallel()
	root := tree(t, "one/a.yaml 1", "two/a.yaml 2", "same/a.yaml 1", "current -> one")
	at := func(target string) string {
		link := filepath.Join(root, "current")
		if err := os.Remove(link); err != nil {
			t.Fatal(err)
		}
		write(t, root, "current -> "+target)
		sum, err := Digest([]string{link})
		if err != nil {
			t.Fatal(err)
		}
		return sum
	}
	one, two, same := at("one"), at("two"), at("same")
	if one == two || one != same {
		t.Errorf("one %s, two %s, same as one %s", one, two, same)
	}
	if _, err := Digest([]string{filepath.Join(root, "missing")}); err == nil {
		t.Error("a tree that is not there has a digest")
	}
}

func TestWatchedListsTheTreeAndTheWayToIt(t *testing.T) {
	t.Parallel()
	root := tree(t, "data/v1/m/a.yaml x", "data/v1/m/sub/", "data/v1/m/.git/objects/", "data/current -> v1", "plain/", "file.yaml x")
	cases := []struct{ name, path, want string }{
		{"a directory", "plain", ". plain"},
		{"below a link", "data/current/m", "data data/current data/v1/m data/v1/m/sub"},
		{"a link itself", "data/current", "data data/v1 data/v1/m data/v1/m/sub"},
		{"a file", "file.yaml", "."},
		{"what is not there yet", "missing", "."},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, path := range watched([]string{filepath.Join(root, c.path)}) {
				relative, err := filepath.Rel(root, path)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, relative)
			}
			if d := cmp.Diff(c.want, strings.Join(got, " ")); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestFileNotifierTellsOfChangesBelowWhatItWatches(t *testing.T) {
	t.Parallel()
	root := tree(t, "one/a.yaml 1", "two/a.yaml 2", "current -> one")
	notifier, err := newFileNotifier()
	if err != nil {
		t.Fatal(err)
	}
	defer notifier.Close()
	link := filepath.Join(root, "current")
	if err := notifier.Watch(watched([]string{link})); err != nil {
		t.Fatal(err)
	}
	steps := []struct {
		name string
		do   func()
	}{
		{"a file is written", func() { write(t, root, "one/a.yaml 3") }},
		{"a directory is made", func() { write(t, root, "one/sub/") }},
		{"a file is written in the new directory", func() { write(t, root, "one/sub/b.yaml 1") }},
		{"the link is swapped", func() {
			write(t, root, "next -> two")
			if err := os.Rename(filepath.Join(root, "next"), link); err != nil {
				t.Fatal(err)
			}
		}},
		{"a file is written where the link leads now", func() { write(t, root, "two/a.yaml 3") }},
		{"the directory is removed and made anew", func() {
			if err := os.RemoveAll(filepath.Join(root, "two")); err != nil {
				t.Fatal(err)
			}
			write(t, root, "two/")
		}},
	}
	for _, step := range steps {
		step.do()
		select {
		case <-notifier.Changed():
		case <-time.After(10 * time.Second):
			t.Fatalf("not told when %s", step.name)
		}
		if err := notifier.Watch(watched([]string{link})); err != nil {
			t.Fatal(err)
		}
		for drained := false; !drained; { // one act makes several events
			select {
			case <-notifier.Changed():
			case <-time.After(20 * time.Millisecond):
				drained = true
			}
		}
	}
}
