package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/specadm/specadm/spec"
)

// life is what the convergence test has seen of one property on some brands, stage by stage.
type life struct {
	brands []spec.Brand
	stages []stage
}

// stage is one stage: its name, and "ok" or the codes of what kept it from converging.
type stage struct{ name, end string }

// parseLives reads convergence.golden, lines like
//
//	quota  created: ok  changed: ok  unset: CANNOT_CONVERGE  [joyent kvm]
func parseLives(golden string) (map[string][]life, error) {
	lives := map[string][]life{}
	for line := range strings.Lines(golden) {
		line = strings.TrimSuffix(line, "\n")
		words := strings.Split(line, "  ")
		brands, bracketed := strings.CutPrefix(words[len(words)-1], "[")
		if len(words) < 3 || !bracketed || !strings.HasSuffix(brands, "]") {
			return nil, fmt.Errorf("cannot read line %q of convergence.golden", line)
		}
		var one life
		for _, brand := range strings.Fields(strings.TrimSuffix(brands, "]")) {
			if !spec.Brand(brand).Valid() {
				return nil, fmt.Errorf("cannot read line %q of convergence.golden: no brand %q", line, brand)
			}
			one.brands = append(one.brands, spec.Brand(brand))
		}
		for _, word := range words[1 : len(words)-1] {
			name, end, ok := strings.Cut(word, ": ")
			if !ok {
				return nil, fmt.Errorf("cannot read line %q of convergence.golden", line)
			}
			one.stages = append(one.stages, stage{name, end})
		}
		lives[words[0]] = append(lives[words[0]], one)
	}
	return lives, nil
}

// testedText says whether a property converges through its whole life; on some brands only some stages of it may.
func testedText(lives []life) string {
	var parts []string
	for _, one := range lives {
		text := one.text()
		if len(lives) > 1 {
			text += " (" + brandsText(one.brands) + ")"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

// text is yes, with the stages that do not converge and their codes, or no when none does.
func (l life) text() string {
	ends := map[string][]string{}
	var order []string
	good := 0
	for _, s := range l.stages {
		switch {
		case s.end == "ok":
			good++
			continue
		case ends[s.end] == nil:
			order = append(order, s.end)
		}
		ends[s.end] = append(ends[s.end], s.name)
	}
	switch {
	case len(order) == 0:
		return "yes"
	case good == 0:
		return "no: " + strings.Join(order, ", ")
	}
	var parts []string
	for _, end := range order {
		parts = append(parts, strings.Join(ends[end], ", ")+" "+end)
	}
	return "yes, but " + strings.Join(parts, ", ")
}

// brandsText lists brands in few words.
func brandsText(brands []spec.Brand) string {
	var zones, machines []string
	for _, brand := range spec.AllBrands() {
		switch {
		case !slices.Contains(brands, brand):
		case brand.HVM():
			machines = append(machines, string(brand))
		default:
			zones = append(zones, string(brand))
		}
	}
	if len(zones) == 4 {
		zones = []string{"zones"}
	}
	if len(machines) == 2 {
		machines = []string{"VMs"}
	}
	if words := append(zones, machines...); len(words) != 2 || words[0] != "zones" || words[1] != "VMs" {
		return strings.Join(words, ", ")
	}
	return "all"
}
