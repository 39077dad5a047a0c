package spec

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Scrubber takes known secrets out of texts that somebody else wrote, such as what vmadm says about a payload. It knows the ways in which
// programs print a text: as it is, as JSON, as JavaScript, and a text of several lines line by line.
type Scrubber struct {
	mask    Mask
	markers map[string]string // by what a program may print
	longest []string          // keys of markers, longest first; nil: to be made
}

// NewScrubber makes a scrubber that knows no secret yet.
func NewScrubber(mask Mask) *Scrubber { return &Scrubber{mask: mask, markers: map[string]string{}} }

// Texts shorter than these are taken out only where they stand alone, and not at all as one line of several.
const (
	shortSecret = 4
	shortLine   = 8
)

// Add makes secrets known. Values may be anything that stands in an instance.
func (s *Scrubber) Add(values ...any) {
	for _, value := range values {
		marker, ok := s.mask.Marker(value).(string)
		if !ok || marker == "" {
			continue
		}
		text, isText := value.(string)
		if !isText {
			text = fmt.Sprint(value)
		}
		if _, known := s.markers[text]; known {
			continue
		}
		s.longest = nil
		s.form(text, marker)
		lines := strings.Split(text, "\n")
		for _, line := range lines {
			if line = strings.TrimSpace(line); len(lines) > 1 && len(line) >= shortLine {
				s.form(line, marker)
			}
		}
	}
}

// form enters the ways to print a text.
func (s *Scrubber) form(text, marker string) {
	javaScript := strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`, "\t", `\t`, "\r", `\r`).Replace(text)
	html, err := json.Marshal(text)
	if err != nil {
		html = []byte(`""`)
	}
	plain := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(html))
	goText := strconv.Quote(text)
	for _, form := range []string{text, strings.TrimSpace(text), javaScript, inner(string(html)), inner(plain), inner(goText)} {
		if form != "" {
			s.markers[form] = marker
		}
	}
}

func inner(quoted string) string { return quoted[1 : len(quoted)-1] }

// Text is a text without the secrets that are known.
func (s *Scrubber) Text(text string) string {
	if len(s.markers) == 0 || text == "" {
		return text
	}
	if s.longest == nil {
		for form := range s.markers {
			s.longest = append(s.longest, form)
		}
		slices.SortFunc(s.longest, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	}
	for _, form := range s.longest {
		switch {
		case !strings.Contains(text, form):
		case len(form) >= shortSecret:
			text = strings.ReplaceAll(text, form, s.markers[form])
		default:
			alone := regexp.MustCompile(`(^|[^\pL\pN_])` + regexp.QuoteMeta(form) + `($|[^\pL\pN_])`)
			text = alone.ReplaceAllString(text, "${1}"+s.markers[form]+"${2}")
		}
	}
	return text
}

// Bytes is Text for the output of a command.
func (s *Scrubber) Bytes(text []byte) []byte {
	if len(s.markers) == 0 || len(text) == 0 {
		return text
	}
	return []byte(s.Text(string(text)))
}
