package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/specadm/specadm/drivers"
	"github.com/specadm/specadm/drivers/local"
)

// worktree is the Git work tree that manifests come from. What is not known is left empty: it is for people and never decides anything.
type worktree struct {
	commit string
	branch string // "": none, or not known
	dirty  *bool  // the manifests differ from the commit; nil: not known, since there is no git on this machine
}

// worktreeOf finds the work tree that holds all paths; nil when there is none. The commit is read from the files of the repository, since
// nodes rarely have a git.
func worktreeOf(ctx context.Context, paths []string) *worktree {
	var root string
	for _, path := range paths {
		one := worktreeRoot(path)
		if one == "" || root != "" && root != one {
			return nil
		}
		root = one
	}
	dir, ok := gitDir(root)
	if !ok {
		return nil
	}
	tree := &worktree{}
	head := readLine(filepath.Join(dir, "HEAD"))
	if ref, ok := strings.CutPrefix(head, "ref: "); ok {
		tree.branch = strings.TrimPrefix(ref, "refs/heads/")
		head = commitOf(dir, ref)
	}
	if !isHash(head) {
		return nil // nothing is committed yet, or it is kept in a way that we do not read
	}
	tree.commit, tree.dirty = head, isDirty(ctx, paths)
	return tree
}

// worktreeRoot is the nearest folder above a path that has a .git; "" when there is none.
func worktreeRoot(path string) string {
	path, err := filepath.Abs(path)
	if err != nil {
		return ""
	}
	for dir := path; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
	}
}

// gitDir is where a work tree keeps its HEAD: .git, or where a file of that name leads.
func gitDir(root string) (string, bool) {
	if root == "" {
		return "", false
	}
	dir := filepath.Join(root, ".git")
	if link, ok := strings.CutPrefix(readLine(dir), "gitdir: "); ok {
		if dir = link; !filepath.IsAbs(dir) {
			dir = filepath.Join(root, dir)
		}
	}
	return dir, true
}

// commitOf follows a ref, loose or packed, in a repository or in the one that a linked work tree shares.
func commitOf(dir, ref string) string {
	shared := dir
	if common := readLine(filepath.Join(dir, "commondir")); common != "" {
		if shared = common; !filepath.IsAbs(shared) {
			shared = filepath.Join(dir, shared)
		}
	}
	if hash := readLine(filepath.Join(shared, filepath.FromSlash(ref))); hash != "" {
		return hash
	}
	packed, _ := os.ReadFile(filepath.Join(shared, "packed-refs")) // there need not be one
	for line := range strings.Lines(string(packed)) {
		if hash, name, ok := strings.Cut(strings.TrimSpace(line), " "); ok && name == ref {
			return hash
		}
	}
	return ""
}

// isDirty asks git, where there is one that answers, whether the paths are as they were committed. It must not touch the index.
func isDirty(ctx context.Context, paths []string) *bool {
	args := []string{"--no-optional-locks", "status", "--porcelain", "--"}
	for _, path := range paths {
		path, err := filepath.Abs(path)
		if err != nil {
			return nil
		}
		args = append(args, path)
	}
	said, err := askGit(ctx, paths[0], args...)
	if err != nil {
		return nil
	}
	dirty := len(bytes.TrimSpace(said)) > 0
	return &dirty
}

// older reports whether the manifests are of a commit before another one, as far as git tells.
func (m *manifestOptions) older(ctx context.Context, commit string) bool {
	tree := worktreeOf(ctx, m.shownPaths())
	if tree == nil || tree.commit == commit {
		return false
	}
	_, err := askGit(ctx, m.shownPaths()[0], "merge-base", "--is-ancestor", tree.commit, commit)
	return err == nil
}

// askGit runs git in the folder of a path.
func askGit(ctx context.Context, path string, args ...string) ([]byte, error) {
	runner, err := local.New(local.Options{Timeout: 10 * time.Second})
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		path = filepath.Dir(path)
	}
	result, err := runner.Run(ctx, drivers.Command{Program: "git", Args: append([]string{"-C", path}, args...)})
	return result.Stdout, err
}

// readLine is the first line of a small file; "" when it cannot be read.
func readLine(file string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimSpace(line)
}

func isHash(text string) bool {
	return len(text) >= 40 && strings.Trim(text, "0123456789abcdef") == ""
}
