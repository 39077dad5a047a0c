// Package age encrypts and decrypts secrets with filippo.io/age, and keeps the identity of a node in a file.
//
// It is the only place that knows the library. It must never print or log a plaintext, nor know what a secret is for. Start reading at
// Identity.
package age

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// Identity is what a node decrypts with. It may hold several keys, such as a new one and the one before it.
type Identity struct{ keys []age.Identity }

// ErrNone says that there is no identity file.
var ErrNone = errors.New("there is no identity")

// ErrOpen says that others than its owner may read an identity file.
var ErrOpen = errors.New("others may read the identity")

// ErrNotFor says that a ciphertext was encrypted for others.
var ErrNotFor = errors.New("it is not encrypted for this identity")

// Limits on what is read.
const (
	maxIdentityBytes = 1 << 20
	maxSecretBytes   = 1 << 20
)

// Open reads an identity file, as age-keygen writes it too. ErrNone: there is none; ErrOpen: its mode lets others read it.
func Open(path string) (*Identity, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w: %s", ErrNone, path)
	case err != nil:
		return nil, fmt.Errorf("cannot read the identity: %w", err)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("cannot read the identity: %s is no regular file", path)
	case info.Mode().Perm()&0o077 != 0:
		return nil, fmt.Errorf("%w: %s has mode %04o", ErrOpen, path, info.Mode().Perm())
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the identity: %w", err)
	}
	defer file.Close()
	keys, err := age.ParseIdentities(io.LimitReader(file, maxIdentityBytes))
	if err != nil { // the library quotes what it cannot read, which may be a mistyped key
		return nil, fmt.Errorf("cannot read the identity: %s is no file of age identities", path)
	}
	return &Identity{keys}, nil
}

// Create makes an identity and writes it to a file that must not exist yet, for its owner's eyes only.
func Create(path string) (*Identity, error) {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, fmt.Errorf("cannot make an identity: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("cannot make an identity: %w", err)
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("cannot make an identity: %s exists, and what is encrypted for it would be lost", path)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot make an identity: %w", err)
	}
	_, err = fmt.Fprintf(file, "# public key: %s\n%s\n", key.Recipient(), key)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot make an identity: %w", err), os.Remove(path))
	}
	return &Identity{[]age.Identity{key}}, nil
}

// Recipients lists the public keys of the identity, in the order of the file.
func (i *Identity) Recipients() []string {
	var list []string
	for _, key := range i.keys {
		switch key := key.(type) {
		case *age.X25519Identity:
			list = append(list, key.Recipient().String())
		case *age.HybridIdentity:
			list = append(list, key.Recipient().String())
		}
	}
	return list
}

// Decrypt decrypts an age file, binary or armored. ErrNotFor: it is for others.
func (i *Identity) Decrypt(ciphertext []byte) ([]byte, error) {
	var from io.Reader = bytes.NewReader(ciphertext)
	if bytes.HasPrefix(bytes.TrimSpace(ciphertext), []byte(armor.Header)) {
		from = armor.NewReader(bytes.NewReader(bytes.TrimSpace(ciphertext)))
	}
	plain, err := age.Decrypt(from, i.keys...)
	var no *age.NoIdentityMatchError
	if errors.As(err, &no) {
		return nil, ErrNotFor
	}
	if err != nil {
		return nil, fmt.Errorf("cannot decrypt: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(plain, maxSecretBytes+1))
	if err != nil {
		return nil, fmt.Errorf("cannot decrypt: %w", err)
	}
	if len(text) > maxSecretBytes {
		return nil, fmt.Errorf("cannot decrypt: it holds more than %d KiB", maxSecretBytes>>10)
	}
	return text, nil
}

// Encrypt encrypts for every one of the recipients (age1...), of which there must be one. The result is a binary age file.
func Encrypt(plaintext []byte, recipients ...string) ([]byte, error) {
	if len(plaintext) > maxSecretBytes {
		return nil, fmt.Errorf("cannot encrypt: it has more than %d KiB", maxSecretBytes>>10)
	}
	var keys []age.Recipient
	for _, recipient := range recipients {
		parsed, err := age.ParseRecipients(strings.NewReader(recipient))
		if err != nil { // the library quotes it, which may be an identity by mistake
			return nil, errors.New("cannot encrypt: a recipient is no age1... key")
		}
		keys = append(keys, parsed...)
	}
	var out bytes.Buffer
	to, err := age.Encrypt(&out, keys...)
	if err != nil {
		return nil, fmt.Errorf("cannot encrypt: %w", err)
	}
	_, err = to.Write(plaintext)
	if err := errors.Join(err, to.Close()); err != nil {
		return nil, fmt.Errorf("cannot encrypt: %w", err)
	}
	return out.Bytes(), nil
}
