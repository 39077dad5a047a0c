package main

import (
	"fmt"
	"sort"
	"strings"

	"github.com/specadm/specadm/spec"
)

// join makes the rows of the table, in order of name. Every row of either side must have its counterpart.
func join(platform []platformRow, extra map[string]columns) ([]spec.Property, error) {
	byName := map[string]platformRow{}
	for _, row := range platform {
		byName[row.Name] = row
	}
	var rows []spec.Property
	for _, row := range platform {
		own, ok := extra[row.Name]
		if !ok {
			return nil, fmt.Errorf("columns.yaml has no row for %s", row.Name)
		}
		property, err := joinRow(row, own, byName)
		if err != nil {
			return nil, fmt.Errorf("cannot join %s: %w", row.Name, err)
		}
		rows = append(rows, property)
	}
	for name := range extra {
		if _, ok := byName[name]; !ok {
			return nil, fmt.Errorf("columns.yaml has a row for %s, which the platform does not know", name)
		}
	}
	sort.Slice(rows, func(i, j int) bool { return rows[i].Name < rows[j].Name })
	return rows, nil
}

func joinRow(row platformRow, own columns, byName map[string]platformRow) (spec.Property, error) {
	example, err := own.example()
	if err != nil {
		return spec.Property{}, err
	}
	unset, possible, err := own.unset()
	if err != nil {
		return spec.Property{}, err
	}
	changed := operation(row, byName)
	p := spec.Property{
		Name: row.Name, Parent: row.Parent, Kind: spec.Kind(row.Kind), Type: spec.Type(row.Type), Unit: spec.Unit(row.Unit), Key: row.KeyField,
		Create: brands(row.Create), Update: brands(changed.Update), Required: brands(row.RequiredCreate),
		DefaultRule: row.DefaultRule, Absent: plain(row.AbsentValue), KeepZero: row.KeepZero,
		Get: map[spec.Brand]spec.Presence{}, Effect: map[spec.Brand]spec.Effect{}, LiveWhen: spec.LiveWhen(own.LiveWhen),
		Unset: spec.Unset{Possible: possible, Value: plain(unset), How: row.Unset.How},
		Min:   row.Constraints.Min, Max: row.Constraints.Max, Pattern: row.Constraints.Pattern, Syntax: spec.Syntax(own.Syntax),
		MaxItems: row.Constraints.MaxItems, MaxLength: own.MaxLength, Limits: row.Constraints.Text,
		ListHeader: row.ListHeader, ListWidth: row.ListWidth, Filter: row.Filterable,
		Nested: row.Flattenable == "array_hash_key" || row.Flattenable == "hash_key",
		Set:    own.Set, Secret: own.Secret, Texts: own.Texts, Net: own.Net, Generated: own.Generated, Volatile: own.Volatile, Bare: own.Bare,
		Delegated: own.Delegated, Imaged: own.Imaged, Joins: own.Joins,
		Deprecated: row.Deprecated || own.Deprecated, Alias: own.Alias, Replacement: own.Replacement, KnownAs: own.KnownAs, Role: spec.Role(own.Role),
		Doc: own.Doc, Example: example, Note: note(row, own),
	}
	if changed.Name != row.Name { // kvm may add filesystems by the table, but has none (reference 13)
		p.Update &= p.Create
	}
	for _, name := range own.Forced {
		p.Forced |= brands(map[string]bool{name: true})
	}
	for _, value := range row.Constraints.Enum {
		p.Enum = append(p.Enum, fmt.Sprint(value))
	}
	for _, b := range spec.AllBrands() {
		name := string(b)
		p.Get[b] = presence(row.InGet[name])
		if effect := effectOf(changed.Apply[name]); effect != spec.EffectNone && (p.Update.Has(b) || p.Kind == spec.Op) {
			p.Effect[b] = effect
		}
		if value := plain(row.DefaultCreate[name]); value != nil && p.Create.Has(b) {
			set(&p.Default, b, value)
		}
		if values, ok := row.Constraints.EnumByBrand[name]; ok {
			set(&p.EnumFor, b, values)
		}
	}
	return p, nil
}

// operation is the row that says how a property is changed: of maps and objects it is that of their operation, since an update
// ignores the plain name (reference 10.3).
func operation(row platformRow, byName map[string]platformRow) platformRow {
	prefix := map[string]string{"map": "set_", "objects": "add_"}[row.Kind]
	if op, ok := byName[prefix+row.Name]; ok && prefix != "" {
		return op
	}
	return row
}

func brands(in map[string]bool) spec.Brands {
	var set spec.Brands
	for i, b := range spec.AllBrands() {
		if in[string(b)] {
			set |= 1 << i
		}
	}
	return set
}

// effectOf folds the platform's sixteen words for the effect of an update into four. The conditional ones become reboot; the column
// liveWhen says when they are not.
func effectOf(apply string) spec.Effect {
	switch apply {
	case "live", "immediate", "metadata":
		return spec.EffectLive
	case "reboot", "live_if_maintain_resolvers", "live_unless_from_or_to_0", "live_change_only":
		return spec.EffectReboot
	case "stopped_only":
		return spec.EffectStopped
	}
	return spec.EffectNone
}

func presence(inGet string) spec.Presence {
	switch inGet {
	case "running", "halted":
		return spec.Passing
	}
	return spec.Presence(inGet)
}

func note(row platformRow, own columns) string {
	notes := row.Notes
	if own.Note != "" {
		notes = append(notes[:len(notes):len(notes)], own.Note)
	}
	return strings.Join(notes, " ")
}

func set[V any](m *map[spec.Brand]V, b spec.Brand, value V) {
	if *m == nil {
		*m = map[spec.Brand]V{}
	}
	(*m)[b] = value
}
