package cli

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/reconcile"
	"github.com/specadm/specadm/spec"
)

// staleError refuses a saved plan or an expected digest that does not fit any more. It leaves with ExitStale.
type staleError struct{ message string }

func (e *staleError) Error() string { return e.message }

func stalef(format string, args ...any) error {
	return &staleError{fmt.Sprintf(format, args...) + "; nothing was done"}
}

// savePlan writes a plan to a file, to be applied once within validFor.
func savePlan(file string, document view.PlanDocument, referred []string, validFor time.Duration) error {
	for _, path := range document.Source.Paths {
		if inTree(path, file) {
			return &usageError{
				message: fmt.Sprintf("%s lies within %s, where it would be read as a manifest", file, path),
				try:     "a file outside of it, or one whose name does not end in .json or .yaml",
			}
		}
	}
	digest, err := reconcile.Digest(document.Source.Paths, referred...)
	if err != nil {
		return err
	}
	if document, err = document.Saved(rand.Text(), digest, document.CreatedAt.Add(validFor)); err != nil {
		return err
	}
	var text strings.Builder
	if err := view.JSON(&text, document); err != nil {
		return err
	}
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		return usagef("cannot save the plan: %v", err)
	}
	return nil
}

// inTree reports whether a file would be read as a manifest below a path.
func inTree(path, file string) bool {
	root, err := realPath(path)
	if err != nil {
		return false
	}
	folder, err := realPath(filepath.Dir(file))
	if err != nil {
		return false // writing says why
	}
	file = filepath.Join(folder, filepath.Base(file))
	below, err := filepath.Rel(root, file)
	manifest := slices.Contains([]string{".json", ".yaml", ".yml"}, filepath.Ext(file))
	return err == nil && below != ".." && !strings.HasPrefix(below, ".."+string(filepath.Separator)) && manifest
}

// realPath is the absolute path that links lead to.
func realPath(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(path)
}

// savedPlan is the saved plan among the arguments of apply; nil when they are manifests.
func savedPlan(paths []string) (*view.PlanDocument, error) {
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil || !view.IsPlan(text) {
			continue // a folder, a manifest, or what loading will complain about
		}
		if len(paths) > 1 {
			return nil, usagef("%s is a saved plan, which is applied alone", path)
		}
		document, err := readPlan(path)
		if err == nil && document.ID == "" {
			err = &usageError{message: path + " was printed, not saved, so it cannot be applied", try: "specadm plan --out FILE saves a plan"}
		}
		return &document, err
	}
	return nil, nil
}

// useSaved makes the options of an apply those of a saved plan.
func (o *applyOptions) useSaved(saved *view.PlanDocument) error {
	if len(o.manifests.only)+len(o.manifests.exclude)+len(o.manifests.adopt)+len(o.manifests.now) > 0 {
		return usagef("--only, --exclude, --adopt and --now were said when the plan was saved")
	}
	if saved.Tool != tool() {
		return stalef("the plan was made by specadm %s, and this is %s", toolText(saved.Tool), toolText(tool()))
	}
	if _, err := reconcile.Digest(saved.Source.Paths); err != nil {
		return stalef("the manifests that the plan was made from are not here: %v", err)
	}
	o.manifests.accept = func(repository *spec.Repository) error {
		digest, err := reconcile.Digest(saved.Source.Paths, repository.Referred...)
		if err == nil && digest != saved.Source.Digest {
			err = stalef("the manifests, or the files that they refer to, changed since the plan was made")
		}
		return err
	}
	o.manifests.paths, o.manifests.only, o.manifests.adopt = saved.Source.Paths, saved.Scope, saved.Adopt
	o.manifests.now = saved.Now
	o.saved = saved
	return nil
}

func toolText(t view.Tool) string {
	if t.Commit == "" {
		return t.Version
	}
	return t.Version + " (" + t.Commit + ")"
}

// promised holds a plan that is about to be executed against what was promised: the saved plan, or the digest that is expected.
func (o *applyOptions) promised(preview *reconcile.Preview) error {
	if o.saved == nil && o.expect == "" {
		return nil
	}
	now, err := o.document(preview, nil, view.Exit{})
	if err != nil {
		return err
	}
	stale := o.holds(now)
	if stale == nil {
		return nil
	}
	// A plan that was made before the node had a key tells no secrets apart.
	unkeyed, err := now.Unkeyed()
	if err != nil {
		return err
	}
	if o.holds(unkeyed) == nil {
		return nil
	}
	return stale
}

// holds is nil when a plan is the one that was promised.
func (o *applyOptions) holds(now view.PlanDocument) error {
	if !view.SameDigest(now.Digest, o.expect) {
		return stalef("the plan has digest %s now, not %s", view.ShortDigest(now.Digest), o.expect)
	}
	if o.saved == nil {
		return nil
	}
	if saved := o.saved.Node; saved.UUID != now.Node.UUID {
		return stalef("the plan was made for node %s (%s), and this is %s (%s)", saved.Hostname, saved.UUID, now.Node.Hostname, now.Node.UUID)
	}
	if differs := view.Differs(*o.saved, now); differs != nil {
		return stalef("%s is not as it was when the plan was made: %s", differs.Item, differs.Text)
	}
	return nil
}

// asReconcile is what the engine needs to know of the saved plan.
func (o *applyOptions) asReconcile() (items []string, saved *reconcile.SavedPlan) {
	if o.saved == nil {
		return nil, nil
	}
	return o.saved.Touches(), &reconcile.SavedPlan{ID: o.saved.ID, Expires: o.saved.ExpiresAt}
}
