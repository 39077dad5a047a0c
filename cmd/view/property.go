package view

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/specadm/specadm/spec"
)

// Property explains a row of the property table: what it is, on which brands, what a change disturbs, how it is unset.
func Property(w io.Writer, table *spec.Table, row *spec.Property) error {
	text := &propertyText{row: row}
	text.title()
	text.field("when created", brandsText(row.Create))
	text.field("changed later", brandsText(row.Update))
	if row.Required != 0 {
		text.field("required", brandsText(row.Required))
	}
	text.field("default", text.defaults())
	text.field("a change", text.effects())
	if row.Update != 0 && row.Unset.How != "" {
		text.field("to unset", row.Unset.How)
	}
	text.field("values", text.limits())
	if row.Set {
		text.field("order", "has no meaning")
	}
	if row.Secret {
		text.field("secret", "its value is never shown")
	}
	if row.Key != "" {
		text.field("identified by", row.Key)
	}
	if row.Replacement != "" {
		text.field("instead", row.Replacement)
	}
	text.field("note", row.Note)
	text.field("example", text.example())
	if members := table.Members(row.Name); len(members) > 0 {
		text.out.WriteString("\nmembers of an element:\n")
		for _, member := range members {
			fmt.Fprintf(&text.out, "  %-24s %s\n", member.BaseName(), member.Doc)
		}
	}
	_, err := io.WriteString(w, text.out.String())
	return err
}

type propertyText struct {
	row *spec.Property
	out strings.Builder
}

func (t *propertyText) title() {
	kind := string(t.row.Type)
	switch t.row.Kind {
	case spec.ReadOnly:
		kind += ", read only"
	case spec.Op:
		kind += ", only in an update payload"
	}
	if t.row.Unit != spec.NoUnit {
		kind += ", in " + string(t.row.Unit)
	}
	if t.row.Deprecated {
		kind += ", deprecated"
	}
	fmt.Fprintf(&t.out, "%s (%s)\n%s\n\n", t.row.Name, kind, t.row.Doc)
}

// field prints a line, or nothing when there is nothing to say.
func (t *propertyText) field(name, text string) {
	if text != "" {
		fmt.Fprintf(&t.out, "%-14s %s\n", name, text)
	}
}

func brandsText(brands spec.Brands) string {
	var names []string
	for _, brand := range spec.AllBrands() {
		if brands.Has(brand) {
			names = append(names, string(brand))
		}
	}
	switch len(names) {
	case 0:
		return "no"
	case len(spec.AllBrands()):
		return "every brand"
	}
	return strings.Join(names, ", ")
}

// perBrand groups brands that have the same text: "live on joyent, lx; reboot on kvm".
func perBrand(text func(spec.Brand) string) string {
	var order []string
	brands := map[string][]string{}
	for _, brand := range spec.AllBrands() {
		value := text(brand)
		if value == "" {
			continue
		}
		if !slices.Contains(order, value) {
			order = append(order, value)
		}
		brands[value] = append(brands[value], string(brand))
	}
	if len(order) == 1 && len(brands[order[0]]) == len(spec.AllBrands()) {
		return order[0]
	}
	var parts []string
	for _, value := range order {
		parts = append(parts, value+" on "+strings.Join(brands[value], ", "))
	}
	return strings.Join(parts, "; ")
}

func (t *propertyText) defaults() string {
	text := perBrand(func(brand spec.Brand) string {
		if value, ok := t.row.Default[brand]; ok {
			return valueText(t.row.Name, value, t.row.Unit)
		}
		return ""
	})
	switch {
	case text == "":
		return t.row.DefaultRule
	case t.row.DefaultRule != "":
		return text + "; " + t.row.DefaultRule
	}
	return text
}

func (t *propertyText) effects() string {
	text := perBrand(func(brand spec.Brand) string {
		if !t.row.Update.Has(brand) {
			return ""
		}
		switch t.row.Effect[brand] {
		case spec.EffectLive:
			return "is live"
		case spec.EffectReboot:
			return "needs a reboot"
		case spec.EffectStopped:
			return "needs the instance stopped"
		}
		return ""
	})
	switch t.row.LiveWhen {
	case spec.LiveNonZero:
		text += "; live when neither value is 0"
	case spec.LiveSet:
		text += "; live when it was set before and stays set"
	case spec.LiveMaintained:
		text += "; live with maintain_resolvers"
	}
	return text
}

func (t *propertyText) limits() string {
	var parts []string
	switch {
	case t.row.Min != nil && t.row.Max != nil:
		parts = append(parts, fmt.Sprintf("%d to %d", *t.row.Min, *t.row.Max))
	case t.row.Min != nil:
		parts = append(parts, fmt.Sprintf("at least %d", *t.row.Min))
	case t.row.Max != nil:
		parts = append(parts, fmt.Sprintf("at most %d", *t.row.Max))
	}
	if len(t.row.Enum) > 0 {
		parts = append(parts, "one of "+strings.Join(t.row.Enum, ", "))
	}
	if text := perBrand(func(brand spec.Brand) string { return strings.Join(t.row.EnumFor[brand], " | ") }); text != "" {
		parts = append(parts, text)
	}
	if t.row.MaxItems > 0 {
		parts = append(parts, fmt.Sprintf("at most %d elements", t.row.MaxItems))
	}
	if t.row.Limits != "" {
		parts = append(parts, t.row.Limits)
	}
	return strings.Join(parts, "; ")
}

// example is the line that a manifest would have.
func (t *propertyText) example() string {
	if t.row.Example == "" {
		return ""
	}
	return t.row.BaseName() + ": " + t.row.Example
}
