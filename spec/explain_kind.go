package spec

import (
	"fmt"
	"strings"
)

// ExplainKind says what a kind of manifest is and what may stand below its spec, or with KIND.PROPERTY what one property means, for people.
func ExplainKind(name string) (string, bool) {
	word, property, one := strings.Cut(name, ".")
	kind, ok := kindNamed(word)
	switch {
	case !ok:
		return "", false
	case !one:
		return kind.explain(), true
	case kind == KindInstance:
		return ExplainProperty(strings.TrimPrefix(property, "spec."))
	}
	row, ok := kind.Table().Lookup(strings.TrimPrefix(property, "spec."))
	if !ok {
		return "", false
	}
	return row.explainOf(kind), true
}

func (k ManifestKind) explain() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n%s\n\nbelow spec:\n", k, k.doc())
	for i := range k.Table().rows {
		if row := &k.Table().rows[i]; row.declarable() {
			fmt.Fprintf(&b, "  %-24s %s\n", row.Name, row.Doc)
		}
	}
	return b.String()
}

// explainOf is ExplainProperty for kinds without brands.
func (p *Property) explainOf(kind ManifestKind) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s.%s\n\n%s\n\n", kind, p.Name, p.Doc)
	line := func(label, text string) { fmt.Fprintf(&b, "%-10s %s\n", label+":", text) }
	line("type", p.typeText())
	switch {
	case p.Required != NoBrand:
		line("default", "none; it has to be said")
	case p.Default != nil:
		line("default", plainText(p.Default[Joyent]))
	case p.Absent != "":
		line("default", p.defaultText())
	}
	switch {
	case p.Role == RoleState || p.Role == RoleUUID || p.Role == RolePool:
	case p.Update == NoBrand:
		line("update", "live; the "+kind.Words()+" is made anew under its uuid")
	default:
		line("update", "live")
	}
	if limits := p.limitsText(); limits != "" {
		line("limits", limits)
	}
	line("example", p.Name+": "+p.Example)
	if p.Note != "" {
		fmt.Fprintf(&b, "\n%s\n", p.Note)
	}
	return b.String()
}
