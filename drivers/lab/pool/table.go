package pool

import (
	"bufio"
	"io"
	"strings"
)

// column is one column of a listing.
type column struct {
	heading string
	right   bool // numbers are aligned to the right
}

// table prints rows as zfs and zpool do: columns two spaces apart and the last one not padded, or with tabs and no heading for scripts.
type table struct {
	columns   []column
	rows      [][]string
	scripting bool
}

func (t *table) print(w io.Writer) error {
	out := bufio.NewWriter(w) // Flush reports what any write before met
	if t.scripting {
		for _, row := range t.rows {
			out.WriteString(strings.Join(row, "\t") + "\n")
		}
		return out.Flush()
	}
	if len(t.rows) == 0 {
		return nil
	}
	heading := make([]string, len(t.columns))
	for i, c := range t.columns {
		heading[i] = c.heading
	}
	rows := append([][]string{heading}, t.rows...)
	widths := make([]int, len(t.columns))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], len(cell))
		}
	}
	for _, row := range rows {
		for i, cell := range row {
			padding := strings.Repeat(" ", widths[i]-len(cell))
			switch {
			case t.columns[i].right:
				cell = padding + cell
			case i < len(row)-1:
				cell += padding
			}
			if i > 0 {
				cell = "  " + cell
			}
			out.WriteString(cell)
		}
		out.WriteString("\n")
	}
	return out.Flush()
}
