package age

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
	"filippo.io/age/armor"
)

func TestWhatIsEncryptedDecryptsForEachRecipientAndNobodyElse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var identities []*Identity
	for _, name := range []string{"new/a", "b", "c"} {
		identity, err := Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		again, err := Open(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if again.Recipients()[0] != identity.Recipients()[0] || !strings.HasPrefix(again.Recipients()[0], "age1") {
			t.Errorf("%v is not %v", again.Recipients(), identity.Recipients())
		}
		identities = append(identities, again)
	}
	for _, secret := range []string{"hunter2", "several\nlines\n", "\x00\xff", strings.Repeat("x", maxSecretBytes)} {
		blob, err := Encrypt([]byte(secret), identities[0].Recipients()[0], identities[1].Recipients()[0])
		if err != nil {
			t.Fatal(err)
		}
		var armored bytes.Buffer
		writer := armor.NewWriter(&armored)
		if _, err := writer.Write(blob); err != nil {
			t.Fatal(err)
		}
		if err := writer.Close(); err != nil {
			t.Fatal(err)
		}
		for _, ciphertext := range [][]byte{blob, armored.Bytes(), append([]byte("\n"), armored.Bytes()...)} {
			for _, identity := range identities[:2] {
				if plain, err := identity.Decrypt(ciphertext); err != nil || string(plain) != secret {
					t.Errorf("%d bytes become %d (%v)", len(secret), len(plain), err)
				}
			}
			if _, err := identities[2].Decrypt(ciphertext); !errors.Is(err, ErrNotFor) {
				t.Errorf("a stranger gets %v", err)
			}
		}
		blob[len(blob)-1] ^= 1
		if _, err := identities[0].Decrypt(blob); err == nil || errors.Is(err, ErrNotFor) {
			t.Errorf("a changed ciphertext gives %v", err)
		}
	}
}

func TestAnIdentityFileIsPrivateAndNeverOverwritten(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "identity")
	if _, err := Open(path); !errors.Is(err, ErrNone) {
		t.Errorf("no file gives %v", err)
	}
	if _, err := Create(path); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v (%v)", info.Mode(), err)
	}
	if _, err := Create(path); err == nil || !strings.Contains(err.Error(), "exists") {
		t.Errorf("a second one gives %v", err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("it was overwritten (%v)", err)
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o660} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path); !errors.Is(err, ErrOpen) {
			t.Errorf("mode %o gives %v", mode, err)
		}
	}
}

func TestAnIdentityIsInNoMessage(t *testing.T) {
	t.Parallel()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "identity")
	if err := os.WriteFile(path, []byte("x"+key.String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, opened := Open(path)
	_, encrypted := Encrypt([]byte("x"), key.String())
	_, nobody := Encrypt([]byte("x"))
	for _, err := range []error{opened, encrypted, nobody} {
		if err == nil || strings.Contains(err.Error(), key.String()[20:]) {
			t.Errorf("%v", err)
		}
	}
}

func FuzzDecrypt(f *testing.F) {
	identity, err := Create(filepath.Join(f.TempDir(), "identity"))
	if err != nil {
		f.Fatal(err)
	}
	blob, err := Encrypt([]byte("hunter2"), identity.Recipients()...)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(blob)
	f.Add([]byte("age-encryption.org/v1\n"))
	f.Add([]byte(armor.Header + "\nYWdl\n"))
	f.Fuzz(func(t *testing.T, ciphertext []byte) {
		if plain, err := identity.Decrypt(ciphertext); err == nil && string(plain) != "hunter2" {
			t.Errorf("%q decrypts to %q", ciphertext, plain)
		}
	})
}
