package view

// Style is how text is shown. The zero value suits pipes and files: no colour, ASCII, no limit of width.
type Style struct {
	Color   bool
	Unicode bool // characters beyond ASCII may be used
	Width   int  // columns; 0: do not wrap
}

// ink is a colour of the terminal.
type ink string

const (
	plain  ink = ""
	bold   ink = "1"
	dim    ink = "2"
	red    ink = "31"
	green  ink = "32"
	yellow ink = "33"
	cyan   ink = "36"
)

func (s Style) paint(i ink, text string) string {
	if !s.Color || i == plain || text == "" {
		return text
	}
	return "\x1b[" + string(i) + "m" + text + "\x1b[0m"
}
