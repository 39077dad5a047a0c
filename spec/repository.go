package spec

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
	strict "sigs.k8s.io/yaml"
)

// repositoryKind is the kind of the document that names the owner of a tree.
const repositoryKind = "Repository"

// repositoryLine is how a document of that kind begins, where no more than its text is known.
var repositoryLine = regexp.MustCompile(`(?m)^[ \t{]*["']?kind["']?[ \t]*:[ \t]*["']?` + repositoryKind + `\b`)

// Prune says whether instances of this owner that no manifest names any more are removed, and how many at most in one run.
type Prune struct {
	Enabled    bool `json:"enabled,omitempty"`
	Max        int  `json:"max,omitempty"`        // instances; 0: 1
	MaxPercent int  `json:"maxPercent,omitempty"` // of the owner's instances on the node; 0: 10
}

// repositoryDocument is a document of kind Repository.
type repositoryDocument struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name string `json:"name"`
	} `json:"metadata"`
	Spec struct {
		Owner string `json:"owner"` // metadata.name when left out
		Prune Prune  `json:"prune"`
	} `json:"spec"`
}

// parseRepository decodes a document of kind Repository. It is small and stands once in a tree, so it is decoded whole; a mistake has
// the place of the document.
func parseRepository(text string) (*repositoryDocument, error) {
	var document repositoryDocument
	if err := strict.UnmarshalStrict([]byte(text), &document); err != nil {
		message := err.Error()
		for _, prefix := range []string{"error unmarshaling JSON: ", "while decoding JSON: ", "error converting YAML to JSON: ", "json: "} {
			message = strings.TrimPrefix(message, prefix)
		}
		return nil, errors.New(message)
	}
	if document.Spec.Owner == "" {
		document.Spec.Owner = document.Metadata.Name
	}
	if !nameForm.MatchString(document.Spec.Owner) {
		return nil, fmt.Errorf("the owner (spec.owner, else metadata.name) is %s; it must be letters, digits, dots, dashes and underscores", quoted(document.Spec.Owner))
	}
	if p := document.Spec.Prune; p.Max < 0 || p.MaxPercent < 0 || p.MaxPercent > 100 {
		return nil, errors.New("spec.prune.max must be at least 0, and spec.prune.maxPercent 0 to 100")
	}
	return &document, nil
}

// wrongType is how the decoder says that a field holds something else than it should.
var wrongType = regexp.MustCompile(`cannot unmarshal (\w+) into Go struct field \.?(\S+\.)?(\w+) of type \S+`)

// unknownField is how it says that there is no such field.
var unknownField = regexp.MustCompile(`^unknown field "(?:\S+\.)?(\w+)"`)

// repositoryMistake puts a mistake of the decoder into words, and tells the key that it is about; "" where it is about none.
func repositoryMistake(err error) (message, key string) {
	if parts := wrongType.FindStringSubmatch(err.Error()); parts != nil {
		return parts[2] + parts[3] + " cannot be of type " + parts[1], parts[3]
	}
	if parts := unknownField.FindStringSubmatch(err.Error()); parts != nil {
		return err.Error(), parts[1]
	}
	return err.Error(), ""
}

// keyed finds a key anywhere below a node, or gives the node itself.
func keyed(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content) && n.Kind == yaml.MappingNode; i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i]
		}
		if below := keyed(n.Content[i+1], key); below != n.Content[i+1] {
			return below
		}
	}
	return n
}

// repositorySchema is the JSON Schema of a document of kind Repository.
func repositorySchema() map[string]any {
	schema := object(map[string]any{
		"apiVersion": map[string]any{"const": "specadm/v1"},
		"kind":       map[string]any{"const": "Repository"},
		"metadata":   object(map[string]any{"name": map[string]any{"type": "string", "pattern": nameForm.String()}}),
		"spec": object(map[string]any{
			"owner": map[string]any{"type": "string", "pattern": nameForm.String(), "description": "Whose the instances are; metadata.name when left out."},
			"prune": object(map[string]any{
				"enabled":    map[string]any{"type": "boolean", "description": "Remove instances of this owner that no manifest names any more."},
				"max":        map[string]any{"type": "integer", "minimum": 0, "description": "Instances that one run may remove; 1 when left out."},
				"maxPercent": map[string]any{"type": "integer", "minimum": 0, "maximum": 100, "description": "The same in percent; 10 when left out."},
			}),
		}),
	}, "apiVersion", "kind")
	schema["description"] = "Who owns the instances of a tree of manifests."
	return schema
}
