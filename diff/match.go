package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/specadm/specadm/spec"
)

// match says which instance a manifest means.
type match struct {
	uuid     string
	object   spec.Object     // nil: none, it is to be created
	mark     *spec.OwnerMark // of the instance, when it is ours
	adopt    bool            // it carries no mark and is taken over
	previous string          // uuid of the instance of an earlier generation, which a new one replaces
	blocked  *Reason         // why neither can be told
}

// match finds the instance of a manifest (design 7): by owner mark, else by uuid, else, with adoption wanted, by alias. Whatever
// leaves more than one answer blocks.
func (c *computer) match(m *spec.Manifest) match {
	marked, previous, blocked := c.byMark(m)
	switch {
	case blocked != nil:
		return match{uuid: m.UUID, blocked: blocked}
	case marked != "" && m.OwnUUID && marked != m.UUID:
		return match{uuid: m.UUID, blocked: &Reason{
			Code: CodeCannotConverge, Origin: m.Position("/spec/" + c.schema.name(spec.RoleUUID)),
			Text: fmt.Sprintf("%s is instance %s, and the uuid of an instance cannot change", m.Name, marked),
			Try:  fmt.Sprintf("write spec.uuid: %s, or raise metadata.generation and leave spec.uuid out to have it made anew", marked),
		}}
	case marked != "":
		return match{uuid: marked, object: c.found.Instances[marked], mark: c.marks[marked]}
	}
	if object, ok := c.found.Instances[m.UUID]; ok {
		return c.byUUID(m, object)
	}
	switch {
	case previous != "" && (m.State == spec.Absent || m.State == spec.Released): // whichever generation it is of
		return match{uuid: previous, object: c.found.Instances[previous], mark: c.marks[previous]}
	case previous != "":
		return match{uuid: m.UUID, previous: previous}
	}
	if m.OwnUUID {
		return match{uuid: m.UUID}
	}
	return c.byAlias(m)
}

// byMark finds the one instance whose mark names this manifest and its generation, or else the one of an earlier generation.
func (c *computer) byMark(m *spec.Manifest) (current, previous string, blocked *Reason) {
	var owned []string
	for _, name := range c.namesOf(m) {
		owned = append(owned, c.owned[claim{c.repo.Owner, name}]...)
	}
	for _, uuid := range owned {
		at := &current
		if c.marks[uuid].Generation != m.Generation {
			at = &previous
		}
		if *at != "" {
			return "", "", &Reason{
				Code: CodeAmbiguous, Origin: m.Source,
				Text: fmt.Sprintf("the instances %s and %s both carry the mark of %s", *at, uuid, strings.Join(c.namesOf(m), " or ")),
				Try:  "delete one of them, or remove its key " + spec.MarkKey + " from internal_metadata",
			}
		}
		*at = uuid
	}
	return current, previous, nil
}

func (c *computer) byUUID(m *spec.Manifest, object spec.Object) match {
	found := match{uuid: m.UUID, object: object}
	mark := c.marks[m.UUID]
	switch {
	case mark == nil && c.mayAdopt(m):
		found.adopt = true
	case mark == nil && c.halfMade(object):
		found.blocked = &Reason{
			Code: CodeState, Origin: m.Source,
			Text: fmt.Sprintf("instance %s is in state %s and has no owner mark, as a create leaves it that failed half way", m.UUID, c.text(object, spec.RoleState)),
			Try:  fmt.Sprintf("once nothing works on it any more, vmadm delete %s, and apply again", m.UUID),
		}
	case mark == nil:
		found.blocked = &Reason{
			Code: CodeForeign, Origin: m.Position("/spec/" + c.schema.name(spec.RoleUUID)),
			Text: fmt.Sprintf("instance %s exists and specadm did not make it", m.UUID),
			Try:  fmt.Sprintf("take it over with --adopt %s or policy.adopt: true", m.Name),
		}
	case mark.Owner != c.repo.Owner:
		found.blocked = &Reason{
			Code: CodeOwnedElsewhere, Origin: m.Source,
			Text: fmt.Sprintf("instance %s belongs to owner %q (as %s)", m.UUID, mark.Owner, mark.Name),
			Try:  "change it where it is managed, or release it there first",
		}
	case mark.Name != m.Name && c.hasManifest(m.Kind, mark.Name):
		found.blocked = &Reason{
			Code: CodeOwnedElsewhere, Origin: m.Source,
			Text: fmt.Sprintf("instance %s belongs to the manifest %s", m.UUID, mark.Name),
			Try:  "give this manifest a uuid of its own, or raise its metadata.generation",
		}
	default: // ours; a new name is a rename
		found.mark = mark
	}
	return found
}

// byAlias looks for an instance that goes by the name of the manifest, to take it over or to keep from making a second one.
func (c *computer) byAlias(m *spec.Manifest) match {
	alias := c.aliasOf(m)
	var unmarked, renamed, elsewhere []string
	for _, uuid := range c.withAlias(alias) {
		switch mark := c.marks[uuid]; {
		case mark == nil:
			unmarked = append(unmarked, uuid)
		case mark.Owner == c.repo.Owner && !c.hasManifest(m.Kind, mark.Name):
			renamed = append(renamed, uuid)
		case mark.Owner != c.repo.Owner && mark.Name == m.Name:
			elsewhere = append(elsewhere, uuid)
		}
	}
	found := match{uuid: m.UUID}
	switch {
	case len(renamed) > 0:
		found.blocked = &Reason{
			Code: CodeAliasTaken, Origin: m.Source,
			Text: fmt.Sprintf("instance %s has alias %s and carries the mark of %s, which no manifest wants", renamed[0], alias, c.marks[renamed[0]].Name),
			Try:  fmt.Sprintf("if it was renamed, write metadata.formerly: [%s]", c.marks[renamed[0]].Name),
		}
	case len(elsewhere) > 0: // two owners, or one by a new name, or a file read without its kind: Repository: nothing is made once more for that
		found.blocked = &Reason{
			Code: CodeOwnedElsewhere, Origin: m.Source,
			Text: fmt.Sprintf("instance %s has alias %s and belongs to owner %q, who calls it %s too; these manifests are of owner %q", elsewhere[0], alias,
				c.marks[elsewhere[0]].Owner, m.Name, c.repo.Owner),
			Try: fmt.Sprintf("read the folder in which kind: Repository names %s, or release it there first; for another instance beside it, "+
				"give this manifest another name, or a spec.uuid of its own", c.marks[elsewhere[0]].Owner),
		}
	case len(unmarked) > 1:
		found.blocked = &Reason{
			Code: CodeAmbiguous, Origin: m.Source,
			Text: fmt.Sprintf("%d instances have alias %s: %s", len(unmarked), alias, strings.Join(unmarked, ", ")),
			Try:  "write the uuid of the right one into spec.uuid",
		}
	case len(unmarked) == 1 && c.mayAdopt(m):
		found.uuid, found.object, found.adopt = unmarked[0], c.found.Instances[unmarked[0]], true
	case len(unmarked) == 1:
		found.blocked = &Reason{
			Code: CodeAliasTaken, Origin: m.Source,
			Text: fmt.Sprintf("an instance with alias %s exists (uuid %s) that specadm did not make", alias, unmarked[0]),
			Try:  fmt.Sprintf("adopt it with --adopt %s or write its uuid into spec.uuid", m.Name),
		}
	}
	return found
}

// aliasOf is the alias that an instance of the manifest has or would get.
func (c *computer) aliasOf(m *spec.Manifest) string {
	if alias, ok := m.Spec[c.schema.name(spec.RoleAlias)].(string); ok && alias != "" {
		return alias
	}
	return m.Name
}

func (c *computer) withAlias(alias string) []string {
	if c.aliases == nil {
		c.aliases = map[string][]string{}
		name := c.schema.name(spec.RoleAlias)
		for uuid, object := range c.found.Instances {
			if alias, ok := object[name].(string); ok && alias != "" {
				c.aliases[alias] = append(c.aliases[alias], uuid)
			}
		}
		for _, uuids := range c.aliases {
			slices.Sort(uuids)
		}
	}
	return c.aliases[alias]
}

func (c *computer) hasManifest(kind spec.ManifestKind, name string) bool {
	return slices.ContainsFunc(c.repo.Manifests, func(m *spec.Manifest) bool { return m.Kind == kind && m.Name == name })
}
