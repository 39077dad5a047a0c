package zone

import (
	"fmt"
	"slices"
	"strings"
)

// Script is what a run of zonecfg does to one zone: it begins with the configuration that is there, if any, and every command changes it.
type Script struct {
	// Config is the configuration as it stands; nil before create and after delete.
	Config *Config
	// Deleted tells that the zone is to be removed.
	Deleted bool
	// Print receives what export and info say.
	Print func(text string)

	name     string
	resource string // the resource that is being added or changed, "" at the top
	open     *resource
	selected int // index of the selected resource, -1 for a new one
}

// NewScript starts with the configuration of a zone, nil for one that does not exist.
func NewScript(name string, config *Config, print func(string)) *Script {
	return &Script{Config: config, Print: print, name: name}
}

// ErrNoResource is zonecfg's refusal to remove or select what is not there.
const ErrNoResource = Refusal("No such resource with that id")

// resource is the resource between add or select and end.
type resource struct {
	settings Attrs
	attrs    Attrs    // add property
	options  []string // add options
	limit    string   // add value
	action   string
}

// Run executes a script: commands end with a line or a semicolon. A refused command does not stop the others; the first refusal is
// returned (derived from the zonecfg of illumos).
func (s *Script) Run(text string) error {
	var first error
	for _, words := range splitCommands(text) {
		if err := s.command(words); err != nil && first == nil {
			first = err
		}
	}
	return first
}

func (s *Script) command(words []string) error {
	verb, args := words[0], words[1:]
	switch verb {
	case "create":
		return s.create(slices.Contains(args, "-F"))
	case "verify", "commit", "exit", "revert":
		return nil
	}
	if s.Config == nil {
		return fmt.Errorf("%s: %w", s.name, ErrUnknown)
	}
	switch verb {
	case "delete":
		s.Config, s.Deleted = nil, true
		return nil
	case "export":
		s.Print(s.Config.Export())
		return nil
	case "info":
		s.Print(s.Config.Info())
		return nil
	case "end":
		return s.end()
	case "cancel":
		s.resource, s.open = "", nil
		return nil
	}
	if len(args) == 0 {
		return fmt.Errorf("%s: syntax error", verb)
	}
	switch verb {
	case "set":
		return s.set(args)
	case "clear":
		return s.clear(args[0])
	case "add":
		return s.add(args)
	case "select":
		return s.selectOne(args)
	case "remove":
		return s.remove(args)
	default:
		return fmt.Errorf("%s: unknown command", verb)
	}
}

func (s *Script) create(force bool) error {
	if s.Config != nil && !force {
		return fmt.Errorf("%s: Zone already exists; use -F to overwrite", s.name)
	}
	debugID := int64(0)
	if s.Config != nil {
		debugID = s.Config.DebugID
	}
	s.Config, s.Deleted = &Config{Name: s.name, DebugID: debugID}, false
	return nil
}

// set changes a setting of the zone, or of the open resource.
func (s *Script) set(args []string) error {
	name, value, ok := strings.Cut(strings.Join(args, ""), "=")
	if !ok {
		return fmt.Errorf("set: syntax error")
	}
	if s.open != nil {
		s.open.settings.Set(name, value)
		return nil
	}
	switch name {
	case "zonepath":
		s.Config.Path = value
	case "brand":
		s.Config.Brand = value
	case "autoboot":
		s.Config.Autoboot = value == "true"
	case "limitpriv":
		s.Config.LimitPriv = value
	case "fs-allowed":
		s.Config.FSAllowed = &value
	case "ip-type", "uuid", "zonename", "bootargs", "scheduling-class", "pool":
	default:
		if rctl, ok := rctlAlias(name); ok {
			s.Config.SetRctl(rctl, value)
			return nil
		}
		return fmt.Errorf("set: unknown property %s", name)
	}
	return nil
}

// rctlAlias is the resource control that a short setting of zonecfg stands for.
func rctlAlias(name string) (string, bool) {
	known := []string{"cpu-shares", "max-lwps", "max-msg-ids", "max-sem-ids", "max-shm-ids", "max-shm-memory", "zfs-io-priority"}
	return "zone." + name, slices.Contains(known, name)
}

func (s *Script) clear(name string) error {
	switch name {
	case "fs-allowed":
		s.Config.FSAllowed = nil
	case "limitpriv":
		s.Config.LimitPriv = ""
	default:
		rctl, ok := rctlAlias(name)
		if !ok {
			return fmt.Errorf("clear: unknown property %s", name)
		}
		s.Config.RemoveRctl(rctl)
	}
	return nil
}

// add opens a new resource, or adds a property, option or value to the open one.
func (s *Script) add(args []string) error {
	if s.open == nil {
		if !slices.Contains(resourceKinds(), args[0]) {
			return fmt.Errorf("add: unknown resource %s", args[0])
		}
		s.resource, s.open, s.selected = args[0], &resource{}, -1
		return nil
	}
	switch args[0] {
	case "property":
		pair := parseComplex(strings.Join(args[1:], ""))
		name, _ := pair.Get("name")
		value, _ := pair.Get("value")
		s.open.attrs.Set(name, value)
	case "options":
		list := strings.Trim(strings.Join(args[1:], ""), "[]")
		s.open.options = append(s.open.options, strings.Split(list, ",")...)
	case "value":
		value := parseComplex(strings.Join(args[1:], ""))
		s.open.limit, _ = value.Get("limit")
		s.open.action, _ = value.Get("action")
	default:
		return fmt.Errorf("add: unknown property %s", args[0])
	}
	return nil
}

func resourceKinds() []string { return []string{"fs", "net", "device", "rctl", "attr", "dataset"} }

// parseComplex reads (name=value,name=value); values in quotes are already without them, so only the commas before a name split.
func parseComplex(text string) Attrs {
	var attrs Attrs
	text = strings.TrimSuffix(strings.TrimPrefix(text, "("), ")")
	for text != "" {
		name, rest, ok := strings.Cut(text, "=")
		if !ok {
			break
		}
		end := len(rest)
		for _, next := range []string{",name=", ",value=", ",priv=", ",limit=", ",action="} {
			if at := strings.Index(rest, next); at >= 0 && at < end {
				end = at
			}
		}
		attrs.Set(name, rest[:end])
		text = strings.TrimPrefix(rest[end:], ",")
	}
	return attrs
}

// splitCommands splits a script into commands and these into words. Quotes keep blanks and semicolons together and are removed; a # begins
// a comment at the start of a word.
func splitCommands(text string) [][]string {
	var commands [][]string
	var words []string
	var word strings.Builder
	inWord, inQuotes, inComment := false, false, false
	endWord := func() {
		if inWord {
			words = append(words, word.String())
		}
		word.Reset()
		inWord = false
	}
	endCommand := func() {
		endWord()
		if len(words) > 0 {
			commands = append(commands, words)
		}
		words = nil
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case inComment:
			inComment = c != '\n'
		case inQuotes && c == '\\' && i+1 < len(text):
			i++
			word.WriteByte(text[i])
		case c == '"':
			inQuotes = !inQuotes
			inWord = true
		case inQuotes:
			word.WriteByte(c)
		case c == '#' && !inWord:
			inComment = true
		case c == '\n' || c == ';':
			endCommand()
		case c == ' ' || c == '\t' || c == '\r':
			endWord()
		default:
			inWord = true
			word.WriteByte(c)
		}
	}
	endCommand()
	return commands
}
