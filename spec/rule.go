package spec

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Mode says what is done about a difference between a manifest and its instance.
type Mode string

// Modes of differences.
const (
	ModeEnforce Mode = "enforce" // it is put right; the default
	ModeWarn    Mode = "warn"    // it is reported and left as it is
	ModeOnce    Mode = "once"    // the manifest counts when the instance is made, and never after
	ModeIgnore  Mode = "ignore"  // it is left as it is, and listed on request
)

// Modes lists the modes.
func Modes() []Mode { return []Mode{ModeEnforce, ModeWarn, ModeOnce, ModeIgnore} }

// Rule says how the differences at a path are dealt with (policy.mode, policy.fields, policy.ignore).
type Rule struct {
	Path    string    `json:"path,omitempty"` // "": every difference of the instance
	Mode    Mode      `json:"mode"`
	Reason  string    `json:"reason,omitempty"`
	Expires time.Time `json:"expires,omitzero"` // from then on the rule counts no more; zero: never
	Source  Position  `json:"-"`
}

// Expired reports whether a rule counts no more.
func (r Rule) Expired(now time.Time) bool { return !r.Expires.IsZero() && !now.Before(r.Expires) }

// RuleOf is the rule for a path of a change: the one that names it most precisely and has not expired, of two such the later one; else to
// enforce it. Plan, apply and status all ask here.
func (p Policy) RuleOf(path string, now time.Time) Rule {
	rule, precise := Rule{Mode: ModeEnforce}, -1
	for _, one := range p.Rules {
		if fits := one.fits(path); fits >= precise && fits >= 0 && !one.Expired(now) {
			rule, precise = one, fits
		}
	}
	return rule
}

// fits is how precisely a rule names the path of a change: the number of parts that it names, -1 when it means something else. A part that
// the rule leaves out, or writes as *, stands for all: nics, nics.ips and nics.*.ips all fit nics[c2:4f:19:a0:7b:31].ips.
func (r Rule) fits(path string) int {
	if r.Path == "" {
		return 0
	}
	property, key, member := SplitPath(path)
	named, of, at := SplitPath(r.Path)
	if named != property {
		return -1
	}
	precise := 1
	if strings.Contains(path, "[") && !strings.Contains(r.Path, "[") { // nics.ips
		at = strings.TrimPrefix(of, "*.")
		of = ""
	}
	for _, part := range [][2]string{{of, key}, {at, member}} {
		switch {
		case part[0] == "" || part[0] == "*":
		case part[0] == part[1]:
			precise++
		default:
			return -1
		}
	}
	return precise
}

// SplitPath takes the path of a change apart: the property, the key of its entry or element, and the member. Parts that a path does not
// have are empty. It accepts anything, since rules and marks are text that anybody may have written.
func SplitPath(path string) (property, key, member string) {
	cut := strings.IndexAny(path, ".[")
	if cut < 0 {
		return path, "", ""
	}
	property, rest := path[:cut], path[cut+1:]
	if path[cut] == '.' {
		return property, rest, ""
	}
	end := strings.LastIndexByte(rest, ']')
	if end < 0 {
		return property, rest, ""
	}
	return property, rest[:end], strings.TrimPrefix(rest[end+1:], ".")
}

// UnmarshalText reads the name of a mode.
func (m *Mode) UnmarshalText(text []byte) error {
	if *m = Mode(text); !slices.Contains(Modes(), *m) {
		return fmt.Errorf("%q is no mode", text)
	}
	return nil
}

func modeNames() []string {
	var names []string
	for _, mode := range Modes() {
		names = append(names, string(mode))
	}
	return names
}

// Fits reports whether a rule, expired or not, names the path of a change.
func (r Rule) Fits(path string) bool { return r.Path != "" && r.fits(path) >= 0 }
