package diff

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/specadm/specadm/spec"
)

// readMark gives the owner mark of a found instance, or nil when it has none that counts. Garbage is no mark, and neither is the
// mark of another instance, which a clone carries along. Its paths have the keys that the elements have now.
func readMark(schema *schema, uuid string, found spec.Object) *spec.OwnerMark {
	mark, ok := spec.MarkOf(found)
	if !ok || mark.UUID != uuid {
		return nil
	}
	if mark.Tombstone != nil && mark.Tombstone.Since.IsZero() {
		mark.Tombstone = nil // written by hand: nobody knows since when
	}
	mark.Fields = schema.resolve(mark.Fields, found)
	for i, path := range mark.Secrets {
		mark.Secrets[i] = schema.resolvePath(path, found)
	}
	slices.Sort(mark.Secrets)
	return &mark
}

// Owned lists the marks that count, in order of owner, name and uuid.
func Owned(found Found) []spec.OwnerMark {
	schema := newSchema()
	var marks []spec.OwnerMark
	for uuid, object := range found.Instances {
		if mark := readMark(schema, uuid, object); mark != nil {
			marks = append(marks, *mark)
		}
	}
	slices.SortFunc(marks, func(a, b spec.OwnerMark) int {
		return cmp.Or(strings.Compare(a.Owner, b.Owner), strings.Compare(a.Name, b.Name), strings.Compare(a.UUID, b.UUID))
	})
	return marks
}

// encodeMark gives the text that is stored. Its keys are sorted, so the same mark has the same bytes.
func encodeMark(mark spec.OwnerMark) string {
	encoded, err := json.Marshal(mark)
	if err != nil {
		panic(fmt.Sprintf("an owner mark of strings cannot be encoded: %v", err))
	}
	return string(encoded)
}

// digestLength is how many hex digits of a digest a mark keeps: enough to tell two values of one property apart, too few to search
// for a secret with.
const digestLength = 8

// digest tells later whether a value in normal form is the one that was applied. Without a key nothing is told: "".
func digest(key []byte, value any) string {
	if len(key) == 0 {
		return ""
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("a value of an instance cannot be encoded: %v", err))
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(encoded)
	return hex.EncodeToString(mac.Sum(nil))[:digestLength]
}

// KeyName tells keys apart without telling anything of them; "" for none.
func KeyName(key []byte) string {
	if len(key) == 0 {
		return ""
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("name\x00")) // apart from markers and digests
	return hex.EncodeToString(mac.Sum(nil))[:16]
}

// forgetDigests takes the digests out of a mark that was written with another key, as after the state directory was lost: they fit nothing,
// which would look as if everything had moved.
func forgetDigests(mark *spec.OwnerMark, key []byte) {
	if mark.Key == "" || mark.Key == KeyName(key) {
		return
	}
	for path := range mark.Fields {
		mark.Fields[path] = ""
	}
}

// causeOf says who moved, by comparing both sides with what the mark remembers of the value last applied. Without a mark, as when an
// instance is taken over, nothing was applied yet: the manifest is new.
func causeOf(key []byte, mark *spec.OwnerMark, path string, wanted, found any) Cause {
	if mark == nil {
		return CauseManifest
	}
	applied, managed := mark.Fields[path]
	switch {
	case !managed:
		return CauseManifest
	case applied == "" || len(key) == 0:
		return CauseUnknown
	case applied == digest(key, wanted):
		return CauseDrift
	case applied == digest(key, found):
		return CauseManifest
	}
	return CauseBoth
}

// newMark is the mark that an instance shall carry for what its manifest manages.
func (c *computer) newMark(item *Item, paths []declared, pending *spec.PendingReboot) spec.OwnerMark {
	mark := spec.OwnerMark{
		Owner: c.repo.Owner, Name: item.Name, UUID: item.UUID, Generation: item.Manifest.Generation, Key: KeyName(c.opts.Key),
		Fields: make(map[string]string, len(paths)), Reboot: pending,
		Protect: c.protectionOf(item.Manifest, c.found.Instances[item.UUID]),
	}
	for _, path := range paths {
		mark.Fields[path.text] = digest(c.opts.Key, path.row.Canonical(path.value))
	}
	mark.Secrets = cameSecret(item.Manifest, paths)
	return mark
}

// putMark adds the mark to what a payload says about internal metadata, under its plain name (create) or set_X (update).
func (c *computer) putMark(payload spec.Object, name string, mark spec.OwnerMark) {
	entries, _ := payload[name].(map[string]any)
	with := make(map[string]any, len(entries)+1)
	for key, value := range entries {
		with[key] = value
	}
	with[spec.MarkKey] = encodeMark(mark)
	payload[name] = with
}

// carries reports whether a found mark says already what another one would say, apart from digests and from a boot that is over.
func carries(found, wanted spec.OwnerMark) bool {
	same := func(string, string) bool { return true }
	return found.Owner == wanted.Owner && found.Name == wanted.Name && found.Generation == wanted.Generation && found.Protect == wanted.Protect &&
		found.Tombstone == nil && maps.EqualFunc(found.Fields, wanted.Fields, same) && slices.Equal(found.Secrets, wanted.Secrets)
}
