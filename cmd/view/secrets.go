package view

import (
	"fmt"
	"io"
	"strings"

	"github.com/specadm/specadm/spec"
)

// SecretsDocument is the answer of secret check. It holds no value.
type SecretsDocument struct {
	Schema        string           `json:"schema"`
	SchemaVersion string           `json:"schemaVersion"`
	Failed        int              `json:"failed"` // references that could not be revealed
	References    []SecretDocument `json:"references"`
}

// SecretDocument is one value by reference.
type SecretDocument struct {
	Item      string        `json:"item"`
	Path      string        `json:"path"`
	Encrypted bool          `json:"encrypted"`
	Cause     string        `json:"cause,omitempty"` // why it could not be revealed; empty: it was
	Try       string        `json:"try,omitempty"`
	Origin    spec.Position `json:"origin"`
}

// NewSecretsDocument lists the references of all manifests, in order of name.
func NewSecretsDocument(repository *spec.Repository) SecretsDocument {
	document := SecretsDocument{Schema: "specadm/secrets", SchemaVersion: "1.0", References: []SecretDocument{}}
	for _, manifest := range repository.Manifests {
		for _, reference := range manifest.References {
			if reference.Why != "" {
				document.Failed++
			}
			document.References = append(document.References, SecretDocument{
				Item: manifest.Name, Path: reference.Path, Encrypted: reference.Secret, Cause: reference.Why, Try: reference.Try, Origin: reference.Position,
			})
		}
	}
	return document
}

// Secrets prints a line for each reference that could not be revealed, and the totals.
func Secrets(w io.Writer, document SecretsDocument) error {
	var out strings.Builder
	encrypted := 0
	for _, one := range document.References {
		if one.Encrypted {
			encrypted++
		}
		if one.Cause == "" {
			continue
		}
		fmt.Fprintf(&out, "%s: %s of %s: %s\n", one.Origin, one.Path, one.Item, one.Cause)
		if one.Try != "" {
			fmt.Fprintf(&out, "      try: %s\n", one.Try)
		}
	}
	total := fmt.Sprintf("%s, %d encrypted", Count(len(document.References), "value")+" by reference", encrypted)
	if document.Failed > 0 {
		fmt.Fprintf(&out, "%s, %d cannot be read here\n", total, document.Failed)
	} else {
		fmt.Fprintf(&out, "%s, all can be read here\n", total)
	}
	_, err := io.WriteString(w, out.String())
	return err
}
