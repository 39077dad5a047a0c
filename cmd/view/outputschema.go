package view

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/reconcile"
	"github.com/specadm/specadm/spec"
)

// output is one kind of document that a command prints as JSON.
type output struct {
	name        string // as in specadm/NAME
	description string
	document    any
}

func outputs() []output {
	return []output{
		{"plan", "what plan, diff and show print with -o json, and what plan saves", PlanDocument{}},
		{"outcome", "what apply prints with -o json", OutcomeDocument{}},
		{"findings", "what validate prints with -o json", FindingsDocument{}},
		{"status", "what status prints with -o json", StatusDocument{}},
		{"datasets", "what datasets prints with -o json", DatasetsDocument{}},
		{"destroyed", "what datasets destroy prints with -o json", DestroyedDocument{}},
		{"snapshot", "what snapshot prints, and what plan --against reads", SnapshotDocument{}},
		{"secrets", "what secret check prints with -o json", SecretsDocument{}},
		{"history", "what history prints with -o json", HistoryDocument{}},
		{"run", "what history show prints with -o json, and a line of the history", reconcile.Run{}},
		{"undo", "what undo prints with -o json", UndoDocument{}},
		{"undoplan", "what undo --dry-run prints with -o json", UndoPlanDocument{}},
		{"chain", "what history verify prints with -o json", ChainDocument{}},
		{"watch", "one line of what watch prints with -o json", WatchDocument{}},
	}
}

// OutputNames lists the kinds of JSON documents that have a schema.
func OutputNames() []string {
	var names []string
	for _, o := range outputs() {
		names = append(names, o.name)
	}
	return names
}

// OutputSchema is the JSON Schema (draft-07) of a kind of document, made from the Go type that is printed. Minor versions add members, so
// it allows members that it does not name.
func OutputSchema(name string) (map[string]any, error) {
	all := outputs()
	i := slices.IndexFunc(all, func(o output) bool { return o.name == name })
	if i < 0 {
		return nil, fmt.Errorf("no output is named %q", name)
	}
	s := schemaMaker{definitions: map[string]any{}}
	root := s.object(reflect.TypeOf(all[i].document))
	root["$schema"] = "http://json-schema.org/draft-07/schema#"
	root["title"] = "specadm/" + name
	root["description"] = all[i].description
	root["properties"].(map[string]any)["schema"] = map[string]any{"const": "specadm/" + name}
	if len(s.definitions) > 0 {
		root["definitions"] = s.definitions
	}
	return root, nil
}

// words are the texts that a type can have, where all are known.
func words(t reflect.Type) []any {
	list := map[reflect.Type][]any{
		reflect.TypeFor[Class]():         texts(allClasses()),
		reflect.TypeFor[Side]():          texts([]Side{DriftSide, ChangesSide}),
		reflect.TypeFor[Sync]():          texts(itemSyncs()),
		reflect.TypeFor[diff.Since]():    texts([]diff.Since{diff.New, diff.Existing}),
		reflect.TypeFor[spec.Risk]():     {"live", "reboot", "stop", "recreate", "destroy"},
		reflect.TypeFor[spec.Severity](): {spec.Error.String(), spec.Warning.String()},
		reflect.TypeFor[diff.Op]():       texts([]diff.Op{diff.OpAdd, diff.OpReplace, diff.OpRemove}),
		reflect.TypeFor[diff.Cause](): texts([]diff.Cause{
			diff.CauseManifest, diff.CauseDrift, diff.CauseBoth, diff.CauseDefault, diff.CauseUndo, "unknown",
		}),
		reflect.TypeFor[reconcile.Result](): texts([]reconcile.Result{
			reconcile.Unchanged, reconcile.Changed, reconcile.Failed, reconcile.Skipped, reconcile.Held, reconcile.Blocked,
		}),
		reflect.TypeFor[reconcile.Ending](): texts([]reconcile.Ending{
			reconcile.EndingFinished, reconcile.EndingStopped, reconcile.EndingInterrupted,
		}),
		reflect.TypeFor[reconcile.ChangeResult](): texts([]reconcile.ChangeResult{
			reconcile.ChangeMade, reconcile.ChangeMissed, reconcile.ChangeUnknown,
		}),
		reflect.TypeFor[reconcile.StepOutcome](): texts([]reconcile.StepOutcome{
			reconcile.StepDone, reconcile.StepFailed, reconcile.StepHeld, reconcile.StepSkipped,
		}),
	}
	return list[t]
}

func texts[T ~string](values []T) []any {
	var list []any
	for _, value := range values {
		list = append(list, string(value))
	}
	return list
}

// schemaMaker turns Go types into schemas; structs that are met below the root become definitions.
type schemaMaker struct{ definitions map[string]any }

func (s schemaMaker) schema(t reflect.Type) map[string]any {
	if list := words(t); list != nil {
		return map[string]any{"type": "string", "enum": list}
	}
	if t == reflect.TypeFor[time.Time]() {
		return map[string]any{"type": "string", "format": "date-time"}
	}
	if t.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
		return map[string]any{"type": "string"}
	}
	switch t.Kind() {
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return map[string]any{"type": "integer"}
	case reflect.Pointer:
		return s.schema(t.Elem()) // of members that are left out when nil
	case reflect.Slice:
		return map[string]any{"type": "array", "items": s.schema(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": s.schema(t.Elem())}
	case reflect.Struct:
		if _, ok := s.definitions[t.Name()]; !ok {
			s.definitions[t.Name()] = nil // it may hold itself
			s.definitions[t.Name()] = s.object(t)
		}
		return map[string]any{"$ref": "#/definitions/" + t.Name()}
	}
	return map[string]any{} // any value
}

// object is the schema of a struct by its json tags.
func (s schemaMaker) object(t reflect.Type) map[string]any {
	properties, required := map[string]any{}, []any{}
	for _, field := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if !field.IsExported() || name == "-" || field.Anonymous && name == "" {
			continue // the members of what is embedded are visible fields of their own
		}
		if name == "" {
			name = field.Name
		}
		properties[name] = s.schema(field.Type)
		if !strings.Contains(options, "omit") {
			required = append(required, name)
		}
	}
	return map[string]any{"type": "object", "properties": properties, "required": required}
}
