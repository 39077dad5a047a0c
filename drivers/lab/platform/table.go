package platform

import (
	"fmt"
	"io"
	"strings"
)

// printTable prints lines of cells, the columns left-aligned and two spaces apart, without spaces at the end of a line.
func printTable(w io.Writer, lines [][]string) {
	var widths []int
	for _, line := range lines {
		for at, cell := range line {
			if at == len(widths) {
				widths = append(widths, 0)
			}
			widths[at] = max(widths[at], len(cell))
		}
	}
	for _, line := range lines {
		text := ""
		for at, cell := range line {
			text += fmt.Sprintf("%-*s  ", widths[at], cell)
		}
		fmt.Fprintln(w, strings.TrimRight(text, " "))
	}
}
