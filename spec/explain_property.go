package spec

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// ExplainProperty says all that is known about one property, for people. Members go by "nics.*.mac", also written "nics.mac".
func ExplainProperty(name string) (string, bool) {
	table := Properties()
	row, ok := table.Lookup(name)
	if !ok {
		collection, member, _ := strings.Cut(name, ".")
		if row, ok = table.Member(collection, member); !ok {
			return "", false
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n%s\n\n", row.Name, row.Doc)
	line := func(label, format string, args ...any) {
		fmt.Fprintf(&b, "%-10s %s\n", label+":", fmt.Sprintf(format, args...))
	}
	line("type", "%s", row.typeText())
	if row.Kind == Op {
		line("use", "write %s in a manifest; specadm works out the operation", row.Replacement)
		return b.String(), true
	}
	if row.Create != NoBrand || row.Update != NoBrand {
		line("create", "%s", row.Create)
		line("update", "%s", row.updateText())
		line("default", "%s", row.defaultText())
		line("null", "%s", row.unsetText())
	} else {
		line("read-only", "the platform fills it in; it cannot stand in a manifest")
	}
	if limits := row.limitsText(); limits != "" {
		line("limits", "%s", limits)
	}
	if row.Deprecated || row.Replacement != "" {
		line("instead", "%s", row.insteadText())
	}
	if row.Secret {
		line("secret", "shown only as a marker; write {age: BLOB} (specadm secret encrypt) or {file: PATH}")
	}
	if row.Example != "" {
		line("example", "%s: %s", row.BaseName(), row.Example)
	}
	if row.Note != "" {
		fmt.Fprintf(&b, "\n%s\n", row.Note)
	}
	return b.String(), true
}

// String lists the brands of a set the way people say it.
func (s Brands) String() string {
	switch s {
	case NoBrand:
		return "no brand"
	case EveryBrand:
		return "every brand"
	}
	var names []string
	for _, b := range s.List() {
		names = append(names, string(b))
	}
	return strings.Join(names, ", ")
}

func (p *Property) typeText() string {
	text := map[Type]string{
		Strings: "list", Flat: "map of text, numbers and booleans", Array: "list of objects", Zpool: "name of a zpool",
	}[p.Type]
	if text == "" {
		text = string(p.Type)
	}
	switch {
	case p.Type == Integer && (p.Unit == MiB || p.Unit == GiB || p.Unit == Bytes):
		text += fmt.Sprintf(", in %s; suffixes such as 512MiB and 2GiB are understood", p.Unit)
	case p.Unit != NoUnit:
		text += ", " + string(p.Unit)
	}
	return text
}

// updateText groups the brands by what a change disturbs.
func (p *Property) updateText() string {
	if p.Update == NoBrand {
		return "no; it is decided when the instance is created"
	}
	groups := map[Effect]Brands{}
	for _, b := range p.Update.List() {
		groups[p.Effect[b]] |= b.bit()
	}
	if len(groups) == 1 && p.Update == EveryBrand {
		for effect := range groups {
			return effectText(effect)
		}
	}
	var parts []string
	for _, effect := range slices.Sorted(maps.Keys(groups)) {
		parts = append(parts, fmt.Sprintf("%s: %s", groups[effect], effectText(effect)))
	}
	return strings.Join(parts, "; ")
}

func effectText(e Effect) string {
	switch e {
	case EffectLive:
		return "live"
	case EffectReboot:
		return "stored at once, in force after a reboot"
	case EffectStopped:
		return "only while the instance is stopped"
	}
	return "through its members"
}

func (p *Property) defaultText() string {
	values := map[string]Brands{}
	for b, value := range p.Default {
		values[fmt.Sprint(value)] |= b.bit()
	}
	switch {
	case len(values) == 0 && p.DefaultRule != "":
		return p.DefaultRule
	case len(values) == 0 && p.Absent != nil:
		return fmt.Sprint(p.Absent)
	case len(values) == 0:
		return "none"
	}
	var parts []string
	for _, value := range slices.Sorted(maps.Keys(values)) {
		parts = append(parts, fmt.Sprintf("%s (%s)", value, values[value]))
	}
	return strings.Join(parts, ", ")
}

func (p *Property) unsetText() string {
	switch {
	case p.Update == NoBrand:
		return "as if it were left out"
	case p.Kind == Map || p.Kind == Objects:
		return "removes every entry"
	case p.Default != nil:
		return "goes back to the default"
	case p.Unset.Possible && p.Unset.Value == nil:
		return "removes it"
	case p.Unset.Possible:
		return fmt.Sprintf("sets it to %#v", p.Unset.Value)
	case p.Unset.How != "":
		return "not possible; " + p.Unset.How
	}
	return "not possible"
}

func (p *Property) limitsText() string {
	var parts []string
	if p.Min != nil {
		parts = append(parts, fmt.Sprintf("at least %d", *p.Min))
	}
	if p.Max != nil {
		parts = append(parts, fmt.Sprintf("at most %d", *p.Max))
	}
	if p.Enum != nil {
		parts = append(parts, "one of "+strings.Join(p.Enum, ", "))
	}
	for _, b := range AllBrands() {
		if values := p.EnumFor[b]; values != nil {
			parts = append(parts, fmt.Sprintf("%s: one of %s", b, strings.Join(values, ", ")))
		}
	}
	if p.Pattern != "" {
		parts = append(parts, "matches "+p.Pattern)
	}
	if p.MaxItems > 0 {
		parts = append(parts, fmt.Sprintf("at most %d entries", p.MaxItems))
	}
	if p.MaxLength > 0 {
		parts = append(parts, fmt.Sprintf("at most %d characters", p.MaxLength))
	}
	if p.Limits != "" {
		parts = append(parts, p.Limits)
	}
	return strings.Join(parts, "; ")
}

func (p *Property) insteadText() string {
	switch {
	case p.Deprecated && p.Replacement != "":
		return "an old name; write " + p.Replacement
	case p.Deprecated:
		return "an old form that need not be written any more"
	}
	return fmt.Sprintf("write %s where a brand does not have this property", p.Replacement)
}
