package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/drivers"
	"github.com/specadm/specadm/drivers/local"
	"github.com/specadm/specadm/reconcile"
	"github.com/specadm/specadm/spec"
)

// revision is the manifests as a Git revision has them. git is asked for objects that the repository has; nothing is fetched and nothing in the
// work tree is touched.
type revision struct {
	name   string // as it was asked for
	commit string
	root   string // of the work tree
	runner drivers.Runner
}

// openRevision finds a revision of the repository that holds all paths.
func openRevision(ctx context.Context, name string, paths []string) (*revision, error) {
	r := &revision{name: name}
	for _, path := range paths {
		root := worktreeRoot(path)
		switch {
		case root == "":
			return nil, r.failed(path + " is in no Git repository")
		case r.root != "" && r.root != root:
			return nil, r.failed("the paths are in different Git repositories")
		}
		r.root = root
	}
	if strings.HasPrefix(name, "-") {
		return nil, r.failed("no revision begins with a dash")
	}
	runner, err := local.New(local.Options{})
	if err != nil {
		return nil, err
	}
	r.runner = runner
	_, err = r.git(ctx, nil, "rev-parse", "--git-dir")
	switch {
	case errors.Is(err, drivers.ErrNoProgram):
		return nil, r.failed("there is no git on PATH")
	case err != nil:
		return nil, r.failed(err.Error())
	}
	commit, err := r.git(ctx, nil, "rev-parse", "--verify", "--quiet", name+"^{commit}")
	if err != nil {
		return nil, &usageError{message: r.failed("there is no such commit in " + r.root).Error(), try: "git fetch origin, and in CI a checkout with its history (fetch-depth: 0)"}
	}
	r.commit = string(bytes.TrimSpace(commit))
	return r, nil
}

func (r *revision) failed(why string) error {
	return &usageError{message: fmt.Sprintf("cannot read the manifests of --base %s: %s", r.name, why)}
}

func (r *revision) git(ctx context.Context, stdin []byte, args ...string) ([]byte, error) {
	result, err := r.runner.Run(ctx, drivers.Command{Program: "git", Args: append([]string{"--no-optional-locks", "-C", r.root}, args...), Stdin: stdin})
	return result.Stdout, err
}

// load reads the manifests at paths as the revision has them. What it does not have is left out.
func (r *revision) load(ctx context.Context, paths []string, options spec.LoadOptions) (repository *spec.Repository, err error) {
	dir, err := os.MkdirTemp("", "specadm-base-")
	if err != nil {
		return nil, r.failed(err.Error())
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return nil, r.failed(err.Error())
	}
	// References of manifests must not leave the repository, which is where .git is.
	if err := os.Mkdir(filepath.Join(dir, ".git"), 0o700); err != nil {
		return nil, r.failed(err.Error())
	}
	var inside []string
	for _, path := range paths {
		absolute, err := filepath.Abs(path)
		if err != nil {
			return nil, r.failed(err.Error())
		}
		relative, err := filepath.Rel(r.root, absolute)
		if err != nil {
			return nil, r.failed(err.Error())
		}
		inside = append(inside, relative)
	}
	if err := r.extract(ctx, dir, inside); err != nil {
		return nil, err
	}
	var there []string
	for _, path := range inside {
		if path = filepath.Join(dir, path); exists(path) {
			there = append(there, path)
		}
	}
	if len(there) == 0 {
		return &spec.Repository{Owner: spec.DefaultOwner}, nil
	}
	if repository, err = spec.Load(there, options); err != nil || len(repository.Referred) == 0 {
		return repository, err
	}
	var referred []string
	for _, file := range repository.Referred {
		if relative, err := filepath.Rel(dir, file); err == nil && filepath.IsLocal(relative) {
			referred = append(referred, relative)
		}
	}
	if err := r.extract(ctx, dir, referred); err != nil {
		return nil, err
	}
	return spec.Load(there, options)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// blob is a file of a revision.
type blob struct {
	path string
	hash string
	link bool
}

// extract writes files of the revision, at or below paths, into a directory.
func (r *revision) extract(ctx context.Context, dir string, paths []string) error {
	if len(paths) == 0 {
		return nil
	}
	args := []string{"ls-tree", "-r", "-z", "--full-tree", r.commit, "--"}
	if !slices.Contains(paths, ".") {
		for _, path := range paths {
			args = append(args, filepath.ToSlash(path))
		}
	}
	list, err := r.git(ctx, nil, args...)
	if err != nil {
		return r.failed(err.Error())
	}
	var blobs []blob
	var hashes strings.Builder
	for line := range strings.SplitSeq(string(list), "\x00") {
		head, path, ok := strings.Cut(line, "\t")
		words := strings.Fields(head) // mode, type, hash
		if !ok || len(words) != 3 || words[1] != "blob" || !filepath.IsLocal(filepath.FromSlash(path)) {
			continue // the end, or a module of its own
		}
		if wantsFile(path, paths) {
			blobs = append(blobs, blob{filepath.FromSlash(path), words[2], words[0] == "120000"})
			hashes.WriteString(words[2] + "\n")
		}
	}
	texts, err := r.git(ctx, []byte(hashes.String()), "cat-file", "--batch")
	if err != nil {
		return r.failed(err.Error())
	}
	for _, one := range blobs {
		var text []byte
		if text, texts, err = nextBlob(texts, one.hash); err == nil {
			err = one.write(dir, text)
		}
		if err != nil {
			return r.failed(fmt.Sprintf("%s: %v", one.path, err))
		}
	}
	return nil
}

// wantsFile reports whether a file may be read as a manifest, or was asked for by its name.
func wantsFile(path string, paths []string) bool {
	switch filepath.Ext(path) {
	case ".yaml", ".yml", ".json":
		return true
	}
	return slices.Contains(paths, filepath.FromSlash(path))
}

// nextBlob takes one file off the output of cat-file --batch: HASH blob SIZE, a line break, SIZE bytes, a line break.
func nextBlob(output []byte, hash string) (text, rest []byte, err error) {
	head, rest, _ := bytes.Cut(output, []byte("\n"))
	words := strings.Fields(string(head))
	if len(words) != 3 || words[0] != hash {
		return nil, nil, fmt.Errorf("git cat-file printed %q", head)
	}
	size, err := strconv.Atoi(words[2])
	if err != nil || size < 0 || size >= len(rest) {
		return nil, nil, errors.New("git cat-file printed less than it said")
	}
	return rest[:size], rest[size+1:], nil
}

// write makes the file below dir. A link that leads out of the repository is left out.
func (b blob) write(dir string, text []byte) error {
	path := filepath.Join(dir, b.path)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if !b.link {
		return os.WriteFile(path, text, 0o600)
	}
	if filepath.IsAbs(string(text)) || !filepath.IsLocal(filepath.Join(filepath.Dir(b.path), string(text))) {
		return nil
	}
	if err := os.Symlink(string(text), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// baseOptions is --base.
type baseOptions struct {
	name     string // "": none
	revision *revision
}

// open finds the revision; nil results where none was asked for.
func (b *baseOptions) open(ctx context.Context, manifests *manifestOptions) (func() (*spec.Repository, error), error) {
	if b.name == "" {
		return nil, nil
	}
	var err error
	if b.revision, err = openRevision(ctx, b.name, manifests.shownPaths()); err != nil {
		return nil, err
	}
	return func() (*spec.Repository, error) {
		repository, err := b.revision.load(ctx, manifests.shownPaths(), manifests.loadOptions())
		if err != nil {
			return nil, err
		}
		return manifests.within(repository), nil
	}, nil
}

// document describes what a plan was compared with; nil: nothing.
func (b *baseOptions) document(preview *reconcile.Preview) *view.BaseDocument {
	if b.revision == nil {
		return nil
	}
	return view.NewBaseDocument(preview.Plan, b.name, b.revision.commit, preview.LeftBehind)
}
