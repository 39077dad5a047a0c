package spec

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sealedText is what the tests take for an age file that holds a text.
func sealedText(text string) []byte { return []byte(ageHeader + text) }

// unseal reveals what sealedText made.
func unseal(ciphertext []byte) ([]byte, error) {
	text, ok := bytes.CutPrefix(ciphertext, []byte(ageHeader))
	switch {
	case !ok:
		return nil, fmt.Errorf("not sealed: %q", ciphertext)
	case bytes.Equal(text, []byte("for others")):
		return nil, &NotRevealed{Why: "it is for others", Try: "ask them"}
	}
	return text, nil
}

const vm = "apiVersion: specadm/v1\nkind: Instance\nmetadata: {name: a}\nspec:\n  brand: bhyve\n  ram: 1GiB\n"

func loadOne(t *testing.T, path string) (*Repository, *Manifest) {
	t.Helper()
	repository, err := Load([]string{path}, LoadOptions{Reveal: unseal})
	if err != nil {
		t.Fatal(err)
	}
	if len(repository.Manifests) != 1 {
		t.Fatalf("%d manifests: %+v", len(repository.Manifests), repository.Findings)
	}
	return repository, repository.Manifests[0]
}

func TestReferencesBecomeValues(t *testing.T) {
	t.Parallel()
	root := tree(t, map[string]string{
		".git/config":   "token",
		"scripts/setup": "#!/bin/sh\necho hello\n",
		"vnc":           "abc\n",
		"sealed":        string(sealedText("from a file")),
		"m/a.yaml": vm + "  vcpus: {file: ../vcpus}\n  vnc_password: {file: ../vnc}\n  customer_metadata:\n    user-script: {file: ../scripts/setup}\n" +
			"    license: {age: " + EncodeBlob(sealedText("CANARY")) + "}\n    other: {file: ../sealed}\n" +
			"    two: {age: &two '" + EncodeBlob(sealedText("2")) + "'}\n    again: {age: *two}\n    later: {age: " + EncodeBlob(sealedText("for others")) + "}\n",
		"vcpus": "4\n",
	})
	repository, m := loadOne(t, filepath.Join(root, "m"))
	if HasErrors(repository.Findings) {
		t.Fatalf("%+v", repository.Findings)
	}
	want := Object{
		"alias": "a", "brand": "bhyve", "ram": int64(1024), "vcpus": int64(4), "vnc_password": "abc",
		"customer_metadata": map[string]any{
			"user-script": "#!/bin/sh\necho hello\n", "license": "CANARY", "other": "from a file", "two": "2", "again": "2",
		},
	}
	if diff := cmp.Diff(want, m.Spec); diff != "" {
		t.Errorf("want (-), have (+):\n%s", diff)
	}
	sealed := m.Sealed()
	if len(sealed) != 1 || sealed[0].Path != "customer_metadata.later" || sealed[0].Line != 15 || sealed[0].Why != "it is for others" || sealed[0].Try != "ask them" {
		t.Errorf("sealed: %+v", sealed)
	}
	for pointer, secret := range map[string]bool{
		"/spec/customer_metadata/license": true, "/spec/customer_metadata/other": true, "/spec/customer_metadata": true,
		"/spec/customer_metadata/user-script": false, "/spec/vnc_password": false, "/spec/customer_metadata/lic": false,
	} {
		if m.HoldsSecret(pointer) != secret {
			t.Errorf("HoldsSecret(%s) is %v", pointer, !secret)
		}
	}
	if want := 4; len(repository.Referred) != want {
		t.Errorf("referred: %v", repository.Referred)
	}
}

func TestAReferenceStaysInTheRepository(t *testing.T) {
	t.Parallel()
	big := strings.Repeat("x", maxReferenced+1)
	for name, test := range map[string]struct{ path, want string }{
		"a file that is not there": {"none", "no such file or directory"},
		"a folder":                 {"dir", "it is no regular file"},
		"a large file":             {"big", "at most 1024 are read"},
		"a binary":                 {"binary", "is not UTF-8 text"},
		"an absolute path":         {"/etc/passwd", "it is an absolute path"},
		"a path out of it":         {"../../outside", "it is outside of the repository"},
		"a link out of it":         {"link", "path escapes from parent"},
		"a link to a folder":       {"way/outside", "path escapes from parent"},
		"what Git keeps":           {"../.git/config", "it is Git's own"},
		"a pipe":                   {"pipe", "it is no regular file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := tree(t, map[string]string{
				"outside": "x", "repo/.git/config": "x", "repo/m/dir/x": "x", "repo/m/big": big, "repo/m/binary": "a\x00b",
				"repo/m/a.yaml": vm + "  customer_metadata:\n    x: {file: " + test.path + "}\n",
			})
			dir := filepath.Join(root, "repo", "m")
			err := errors.Join(os.Symlink(filepath.Join(root, "outside"), filepath.Join(dir, "link")), os.Symlink(root, filepath.Join(dir, "way")), mkfifo(filepath.Join(dir, "pipe")))
			if err != nil {
				t.Fatal(err)
			}
			repository, m := loadOne(t, filepath.Join(dir, "a.yaml"))
			if len(repository.Findings) != 1 || repository.Findings[0].Code != "SA1901" || repository.Findings[0].Line != 8 || repository.Findings[0].Column != 15 ||
				!strings.Contains(repository.Findings[0].Message, test.want) || !m.Broken {
				t.Errorf("want %q: %+v", test.want, repository.Findings)
			}
		})
	}
}

func TestNoFindingShowsWhatWasDecrypted(t *testing.T) {
	t.Parallel()
	const secret = "CANARY-and-more"
	blob := "{age: " + EncodeBlob(sealedText(secret)) + "}"
	for name, spec := range map[string]string{
		"too long":           "  vnc_password: " + blob + "\n",
		"not a number":       "  vcpus: " + blob + "\n",
		"a member":           "  nics: [{nic_tag: admin, model: virtio, ips: [dhcp], mac: " + blob + "}]\n",
		"a name of a member": "  nics: [{nic_tag: " + blob + ", model: virtio, ips: [x]}]\n",
		"a brand":            "  hostname: " + blob + "\n  resolvers: x\n  uuid: " + blob + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			repository := Parse("a.yaml", []byte(vm+spec), LoadOptions{Reveal: unseal})
			if !HasErrors(repository.Findings) {
				t.Error("no finding")
			}
			if shown := fmt.Sprintf("%+v", repository.Findings); strings.Contains(shown, "CANARY") {
				t.Error(shown)
			}
		})
	}
}

func FuzzDecodeBlob(f *testing.F) {
	f.Add(EncodeBlob(sealedText("x")))
	f.Add(ageArmorTop + "\nYWdl\n-----END AGE ENCRYPTED FILE-----\n")
	f.Add("YWdl LWVuY3J5\n")
	f.Add("=")
	f.Fuzz(func(t *testing.T, text string) {
		data, err := DecodeBlob(text)
		if err != nil {
			return
		}
		if !isEncrypted(data) {
			t.Errorf("%q is no age file", data)
		}
		again, err := DecodeBlob(EncodeBlob(data))
		if bytes.HasPrefix(data, []byte(ageHeader)) && (err != nil || !bytes.Equal(again, data)) {
			t.Errorf("%q becomes %q (%v)", data, again, err)
		}
	})
}
