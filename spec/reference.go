package spec

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Reference is a value that stands elsewhere or is encrypted: {file: PATH} or {age: BLOB} in the place of a plain value of the property table.
type Reference struct {
	Position        // where it stands in the manifest
	Path     string // of the value, such as customer_metadata.root_pw or nics[#0].mac
	Secret   bool   // it was encrypted, so its value is never shown, whatever the path
	Why      string // why it could not be revealed here; empty: it was. The value is missing then, and nobody knows what is wanted
	Try      string
	StandsIn bool // the value is a marker, since it could not be revealed (LoadOptions.StandIn)

	pointer string // below spec, in either format
}

// NotRevealed is how LoadOptions.Reveal says why it cannot decrypt, and what to try.
type NotRevealed struct{ Why, Try string }

func (e *NotRevealed) Error() string { return e.Why }

// maxReferenced is how large a file may be, in bytes, that a manifest refers to. vmadm keeps metadata in one JSON file per instance.
const maxReferenced = 1 << 20

// StandIn is the reference at a JSON pointer below the manifest (/spec/...) for which a marker stands in; nil when there is none.
func (m *Manifest) StandIn(pointer string) *Reference {
	for i := range m.References {
		if reference := &m.References[i]; reference.StandsIn && reference.pointer == pointer {
			return reference
		}
	}
	return nil
}

// Sealed lists the references that could not be revealed here.
func (m *Manifest) Sealed() []Reference {
	var sealed []Reference
	for _, reference := range m.References {
		if reference.Why != "" {
			sealed = append(sealed, reference)
		}
	}
	return sealed
}

// HoldsSecret reports whether the value at a JSON pointer below the manifest (/spec/...) was encrypted, or holds one that was.
func (m *Manifest) HoldsSecret(pointer string) bool {
	for _, reference := range m.References {
		if rest, below := strings.CutPrefix(reference.pointer, pointer); reference.Secret && below && (rest == "" || rest[0] == '/') {
			return true
		}
	}
	return false
}

// Secrets lists the secret values that the manifest wants: those that were encrypted, those of the table, and those whose names tell.
func (m *Manifest) Secrets() []any {
	secrets := Secrets(m.Spec)
	for _, text := range m.revealed {
		secrets = append(secrets, text)
	}
	return secrets
}

// referenced recognises a reference: an object with the one key file or age.
func referenced(n *yaml.Node) (kind string, value *yaml.Node) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind != yaml.MappingNode || len(n.Content) != 2 {
		return "", nil
	}
	if kind = n.Content[0].Value; kind != "file" && kind != "age" {
		return "", nil
	}
	if value = n.Content[1]; value.Kind == yaml.AliasNode {
		value = value.Alias
	}
	return kind, value
}

// isPlain reports whether the property is one plain value, for which a reference may stand.
func (p *Property) isPlain() bool {
	switch p.Type {
	case String, UUID, Integer, Boolean, Zpool:
		return true
	}
	return false
}

// reference reads what a reference leads to. A value that cannot be revealed here is remembered and left out.
func (r *reading) reference(n *yaml.Node, kind string, value *yaml.Node, row *Property) any {
	if value.Kind != yaml.ScalarNode || value.Tag != "!!str" || value.Value == "" {
		r.add("SA1902", value, kind+" must be followed by a text", referenceForm)
		return reported{}
	}
	reference := Reference{Position: r.position(n), Path: pathText(r.path), pointer: r.pointer()}
	if r.format == Payload {
		reference.pointer = "/spec" + reference.pointer
	} else {
		reference.Path = pathText(r.path[1:])
	}
	data, failed := []byte(nil), error(nil)
	switch kind {
	case "file":
		if data, failed = r.source.read(value.Value); failed != nil {
			r.add("SA1901", value, "cannot read "+value.Value+": "+failed.Error(), "a path is relative to the manifest and stays in its repository")
			return reported{}
		}
		reference.Secret = isEncrypted(data)
	case "age":
		if data, failed = DecodeBlob(value.Value); failed != nil {
			r.add("SA1902", value, failed.Error(), "make one with specadm secret encrypt")
			return reported{}
		}
		reference.Secret = true
	}
	if reference.Secret {
		data, failed = r.reveal(data)
	}
	var not *NotRevealed
	switch {
	case errors.As(failed, &not):
		reference.Why, reference.Try = not.Why, not.Try
	case failed != nil:
		reference.Why = failed.Error()
	case isPlainText(data):
	case reference.Secret:
		reference.Why, reference.Try = "what it decrypts to is not UTF-8 text", "encrypt it as base64, and decode it in the guest"
	default:
		r.add("SA1901", value, value.Value+" is not UTF-8 text", "write it as base64, and decode it in the guest")
		return reported{}
	}
	reference.StandsIn = reference.Why != "" && r.options.StandIn && (row.Kind == Map || row.Secret)
	r.references = append(r.references, reference)
	switch {
	case reference.StandsIn:
		return maskedText
	case reference.Why != "":
		return reported{}
	}
	return r.revealedValue(string(data), reference.Secret, row)
}

const referenceForm = "write {file: PATH} or {age: BLOB}"

// revealedValue gives a text the type of its property. In a map it stays as it is. Properties have no line breaks, so the one at the end of
// a file is not meant.
func (r *reading) revealedValue(text string, secret bool, row *Property) any {
	if row.Kind != Map {
		text = strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
	}
	if secret {
		r.revealed = append(r.revealed, text)
	}
	if number, err := strconv.ParseInt(text, 10, 64); err == nil && row.Type == Integer {
		return number
	}
	if row.Type == Boolean && (text == "true" || text == "false") {
		return text == "true"
	}
	return text
}

// reveal decrypts.
func (r *reading) reveal(ciphertext []byte) ([]byte, error) {
	if r.options.Reveal == nil {
		return nil, &NotRevealed{Why: "there is no identity to decrypt it with", Try: "--identity FILE"}
	}
	return r.options.Reveal(ciphertext)
}

// isPlainText reports whether a program can pass on the bytes as text.
func isPlainText(data []byte) bool { return utf8.Valid(data) && bytes.IndexByte(data, 0) < 0 }

// Headers of age files (c2sp.org/age).
const (
	ageHeader   = "age-encryption.org/v1\n"
	ageArmorTop = "-----BEGIN AGE ENCRYPTED FILE-----"
)

// isEncrypted recognises an age file, binary or armored.
func isEncrypted(data []byte) bool {
	return bytes.HasPrefix(data, []byte(ageHeader)) || bytes.HasPrefix(bytes.TrimSpace(data), []byte(ageArmorTop))
}

// EncodeBlob writes an age file as the text behind age: standard base64 on one line.
func EncodeBlob(ciphertext []byte) string { return base64.StdEncoding.EncodeToString(ciphertext) }

// DecodeBlob reads the text behind age:, which is base64 of an age file, on one line or folded, or an armored age file. It tells whether it
// is one, not whether it decrypts.
func DecodeBlob(text string) ([]byte, error) {
	if strings.HasPrefix(strings.TrimSpace(text), ageArmorTop) {
		return []byte(text), nil
	}
	data, err := base64.StdEncoding.Strict().DecodeString(strings.Join(strings.Fields(text), ""))
	switch {
	case err != nil:
		return nil, errors.New("the text behind age is not base64")
	case !isEncrypted(data):
		return nil, errors.New("the text behind age is not an age file in base64")
	}
	return data, nil
}

// pathText joins steps from the properties to a value the way plans and marks do.
func pathText(steps []string) string {
	text := ""
	for i, step := range steps {
		if row, ok := Properties().Lookup(steps[0]); ok && i == 1 && row.Kind == Objects {
			text += "[#" + step + "]"
			continue
		}
		if i > 0 {
			text += "."
		}
		text += step
	}
	return text
}

// repositoryRoot is the folder that references from below a path must not leave: the checkout that it belongs to, else the path itself, or
// the folder of a file.
func repositoryRoot(path string) string {
	start, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	if info, err := os.Stat(start); err == nil && !info.IsDir() {
		start = filepath.Dir(start)
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			return start
		}
	}
}

// read gives the content of a file that the manifest refers to. Links that lead out of the repository are not followed.
func (s *source) read(path string) ([]byte, error) {
	if s.root == "" {
		return nil, errors.New("the manifest is no file")
	}
	manifest, err := filepath.Abs(s.file)
	if err != nil {
		return nil, err
	}
	if filepath.IsAbs(path) {
		return nil, errors.New("it is an absolute path")
	}
	whole := filepath.Join(filepath.Dir(manifest), path)
	inside, err := filepath.Rel(s.root, whole)
	switch {
	case err != nil:
		return nil, err
	case !filepath.IsLocal(inside):
		return nil, fmt.Errorf("it is outside of the repository, %s", s.root)
	case inside == ".git" || strings.HasPrefix(inside, ".git"+string(filepath.Separator)):
		return nil, errors.New("it is Git's own")
	}
	s.referred = append(s.referred, whole)
	root, err := os.OpenRoot(s.root)
	if err != nil {
		return nil, bare(err)
	}
	defer root.Close()
	info, err := root.Stat(inside)
	switch {
	case err != nil:
		return nil, bare(err)
	case !info.Mode().IsRegular():
		return nil, errors.New("it is no regular file")
	case info.Size() > maxReferenced:
		return nil, fmt.Errorf("it has %d KiB; at most %d are read", info.Size()>>10, maxReferenced>>10)
	}
	file, err := root.Open(inside)
	if err != nil {
		return nil, bare(err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxReferenced+1))
	if err != nil {
		return nil, bare(err)
	}
	if len(data) > maxReferenced {
		return nil, errors.New("it grows while it is read")
	}
	return data, nil
}

// bare is an error without the path that the message names already.
func bare(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
