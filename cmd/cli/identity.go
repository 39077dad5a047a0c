package cli

import (
	"errors"
	"path/filepath"

	"github.com/specadm/specadm/drivers/age"
	"github.com/specadm/specadm/reconcile"
	"github.com/specadm/specadm/spec"
)

// identityFile is the file of the identity that secrets are decrypted with.
func (g *globalOptions) identityFile() (string, error) {
	if g.identity != "" {
		return g.identity, nil
	}
	dir, err := g.stateDirectory()
	return filepath.Join(dir, "identity"), err
}

// reveal gives what decrypts the secrets of manifests. It reads the identity once, when the first secret is met; without one that can be
// used, it says of every secret why.
func (g *globalOptions) reveal() func([]byte) ([]byte, error) {
	var identity *age.Identity
	var failed error
	return func(ciphertext []byte) ([]byte, error) {
		if identity == nil && failed == nil {
			identity, failed = g.openIdentity()
		}
		if failed != nil {
			return nil, failed
		}
		plaintext, err := identity.Decrypt(ciphertext)
		switch {
		case errors.Is(err, age.ErrNotFor):
			return nil, &spec.NotRevealed{Why: "it is not encrypted for the identity of this node", Try: "encrypt it again with -r " + identity.Recipients()[0]}
		case err != nil:
			return nil, &spec.NotRevealed{Why: err.Error(), Try: "encrypt it again with specadm secret encrypt"}
		}
		return plaintext, nil
	}
}

// openIdentity reads the identity. Its errors are *spec.NotRevealed.
func (g *globalOptions) openIdentity() (*age.Identity, error) {
	file, err := g.identityFile()
	if err != nil {
		return nil, &spec.NotRevealed{Why: err.Error()}
	}
	identity, err := age.Open(file)
	switch {
	case errors.Is(err, age.ErrNone):
		return nil, &spec.NotRevealed{Why: err.Error(), Try: "put the identity there, or name its file with --identity; specadm secret keygen makes a new one"}
	case errors.Is(err, age.ErrOpen):
		return nil, &spec.NotRevealed{Why: err.Error(), Try: "chmod 600 " + quoteWord(file)}
	case err != nil:
		return nil, &spec.NotRevealed{Why: err.Error()}
	case len(identity.Recipients()) == 0:
		return nil, &spec.NotRevealed{Why: file + " holds no key of a kind that is known", Try: "specadm secret keygen"}
	}
	return identity, nil
}

// sealer encrypts for the identity of the node; nil when it has none.
func (g *globalOptions) sealer() (func(string) ([]byte, error), error) {
	file, err := g.identityFile()
	if err != nil {
		return nil, err
	}
	identity, err := age.Open(file)
	if errors.Is(err, age.ErrNone) {
		return nil, nil
	}
	if err != nil {
		return nil, &secretError{err}
	}
	return func(text string) ([]byte, error) { return age.Encrypt([]byte(text), identity.Recipients()[0]) }, nil
}

// mask hides the secrets of the node that is open.
func (n *node) mask() (spec.Mask, error) {
	key, err := reconcile.OpenState(n.stateDir).Key()
	return spec.NewMask(key), err
}
