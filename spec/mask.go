package spec

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"strings"
)

// Mask turns secrets into markers, such as secret:k7f2, for everything that is printed or written. Equal values have equal markers, so that
// a change is visible. They are keyed by the node, so that nobody can try out values elsewhere. The zero Mask has no key, as on a machine
// that is no node; it shows every secret as (secret).
type Mask struct{ key []byte }

// NewMask makes the mask of the node with this key; nil gives the zero Mask.
func NewMask(key []byte) Mask { return Mask{key} }

// markerPrefix starts every marker that tells values apart.
const markerPrefix = "secret:"

// Marker is what stands for a secret value. It is the value itself where there is none: nil and "".
func (m Mask) Marker(value any) any {
	switch {
	case value == nil || value == "":
		return value
	case len(m.key) == 0:
		return maskedText
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		return maskedText
	}
	mac := hmac.New(sha256.New, m.key)
	mac.Write([]byte("marker\x00")) // apart from the digests in owner marks, which anybody on the node may read
	mac.Write(encoded)
	return markerPrefix + strings.ToLower(base32.StdEncoding.EncodeToString(mac.Sum(nil)))[:4]
}

// Compare reports whether a marker of this mask stands for a value. known is false where that cannot be told: without a key, or of a marker that
// was made without one.
func (m Mask) Compare(marker, value any) (same, known bool) {
	if len(m.key) == 0 || marker == maskedText {
		return false, false
	}
	return m.Marker(value) == marker, true
}

// Again is a marker as this mask shows it: without a key markers do not tell values apart.
func (m Mask) Again(marker any) any {
	if len(m.key) == 0 {
		return maskedText
	}
	return marker
}

// Named is a text that goes by a free name, such as a user property of a dataset: its marker where the name tells that it is a secret.
func (m Mask) Named(name, text string) string {
	if marker, ok := m.Marker(text).(string); ok && secretName(name) {
		return marker
	}
	return text
}

// IsMarker reports whether a value is what Marker gives for a secret.
func IsMarker(value any) bool {
	text, ok := value.(string)
	return ok && (text == maskedText || strings.HasPrefix(text, markerPrefix) && len(text) == len(markerPrefix)+4)
}

// Instance is a copy of a found instance with markers in the place of its secrets: those of the table, those whose names tell, and
// those that the owner mark names since they came encrypted.
func (m Mask) Instance(o Object) Object {
	masked := make(Object, len(o))
	eachSecret(o, func(name string, value any) { masked[name] = value }, m.Marker)
	return masked
}

// Secrets lists the secret values of a found instance.
func Secrets(o Object) []any {
	var list []any
	eachSecret(o, nil, func(value any) any { list = append(list, value); return value })
	return list
}

// eachSecret calls secret for every secret value of an instance, and put, if not nil, for every property with what secret returned.
func eachSecret(o Object, put func(string, any), secret func(any) any) {
	w := secretWalk{table: Properties(), secret: secret}
	if mark, ok := MarkOf(o); ok {
		w.marked = make(map[string]bool, len(mark.Secrets))
		for _, path := range mark.Secrets {
			w.marked[path] = true
		}
	}
	for name, value := range o {
		value = w.value(name, name, name, value)
		if put != nil {
			put(name, value)
		}
	}
}

type secretWalk struct {
	table  *Table
	marked map[string]bool // by the owner mark
	secret func(any) any
}

// value copies a value at a path as the table spells it (disks.*.path), and as marks do (disks[KEY].path, or disks[#0].path).
func (w secretWalk) value(path, marked, numbered string, value any) any {
	if w.marked[marked] || w.marked[numbered] || w.table.Secret(path) {
		return w.secret(value)
	}
	switch v := value.(type) {
	case map[string]any:
		copied := make(map[string]any, len(v))
		for key, one := range v {
			copied[key] = w.value(path+"."+key, marked+"."+key, numbered+"."+key, one)
		}
		return copied
	case []any:
		copied := make([]any, len(v))
		key := ""
		if row, ok := w.table.Lookup(path); ok {
			key = row.Key
		}
		for i, one := range v {
			element, _ := one.(map[string]any)
			copied[i] = w.value(path+".*", fmt.Sprintf("%s[%v]", path, element[key]), fmt.Sprintf("%s[#%d]", path, i), one)
		}
		return copied
	}
	return value
}
