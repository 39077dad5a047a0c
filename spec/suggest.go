package spec

import (
	"slices"
	"strings"
)

// suggestName finds the property that somebody who wrote an unknown name may have meant, among those that may stand in a create
// payload of the brand. An empty brand admits all. Members are suggested within their collection.
func (t *Table) suggestName(name, collection string, b Brand) (*Property, bool) {
	admits := func(p *Property) bool {
		if collection != "" && p.Parent != collection || (p.Kind == Member) != (collection != "") {
			return false
		}
		return p.Kind != Op && !p.Deprecated && (b == "" && p.Create != NoBrand || p.Create.Has(b))
	}
	squashed := squash(name)
	var known, near *Property
	best := min(3, 1+(len(squashed)+1)/3) // of a short word, not every letter can be wrong
	for i := range t.rows {
		p := &t.rows[i]
		if !admits(p) {
			continue
		}
		base := squash(p.BaseName())
		if base == squashed {
			return p, true
		}
		isKnown := slices.ContainsFunc(p.KnownAs, func(word string) bool { return squash(word) == squashed })
		if isKnown && (known == nil || p.shownOn(b) < known.shownOn(b)) {
			known = p
		}
		distance := editDistance(squashed, base)
		for _, word := range p.KnownAs {
			distance = min(distance, 1+editDistance(squashed, squash(word)))
		}
		if distance < best {
			best, near = distance, p
		}
	}
	if known != nil {
		return known, true
	}
	return near, near != nil
}

// shownOn counts the brands that show the property, as a measure of how special it is to the given one; a property that the brand
// itself does not show comes last.
func (p *Property) shownOn(b Brand) int {
	if b != "" && p.Get[b] == Never && p.Get[Joyent] != p.Get[KVM] {
		return 100
	}
	n := 0
	for _, presence := range p.Get {
		if presence != Never {
			n++
		}
	}
	return n
}

// suggestWord finds the word of a list that is nearest to a misspelt one.
func suggestWord(word string, words []string) (string, bool) {
	best, found := 1+len(word)/3, ""
	for _, candidate := range words {
		if d := editDistance(squash(word), squash(candidate)); d < best {
			best, found = d, candidate
		}
	}
	return found, found != ""
}

// squash drops what people vary between naming styles: imageUUID, image-uuid and image_uuid are one word.
func squash(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == ' ' || r == '.' {
			return -1
		}
		return r
	}, strings.ToLower(name))
}

// editDistance counts the insertions, deletions, replacements and swaps of neighbours between two words. Words of very different
// length, and very long ones, are not compared at all.
func editDistance(a, b string) int {
	if len(a)-len(b) > 3 || len(b)-len(a) > 3 || len(a) > 64 {
		return 64
	}
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, above, row := rows[(i+2)%3], rows[(i+3)%3], rows[(i+1)%3]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return rows[(len(a)+1)%3][len(b)]
}
