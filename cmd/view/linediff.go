package view

import (
	"slices"
	"strings"
)

// editKind is what happened to a line.
type editKind byte

const (
	keptLine    editKind = ' '
	removedLine editKind = '-'
	addedLine   editKind = '+'
	skippedLine editKind = '.' // stands for kept lines that are not shown
)

// edit is one line of a line diff.
type edit struct {
	kind editKind
	text string
}

// mostLines limits what lineDiff compares line by line: the work is the product of both lengths.
const mostLines = 1000

// lineDiff compares two texts line by line and keeps context lines around what changed.
func lineDiff(before, after string, context int) []edit {
	a, b := splitLines(before), splitLines(after)
	if len(a) > mostLines || len(b) > mostLines {
		return []edit{{kind: skippedLine, text: "too long to compare line by line"}}
	}
	return shorten(lineEdits(a, b), context)
}

// lineEdits follows the longest common subsequence.
func lineEdits(a, b []string) []edit {
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var edits []edit
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			edits = append(edits, edit{keptLine, a[i]})
			i, j = i+1, j+1
		case i < len(a) && (j == len(b) || common[i+1][j] >= common[i][j+1]):
			edits = append(edits, edit{removedLine, a[i]})
			i++
		default:
			edits = append(edits, edit{addedLine, b[j]})
			j++
		}
	}
	return edits
}

// shorten drops kept lines that are far from any change; between two changes one skipped line stands for them.
func shorten(edits []edit, context int) []edit {
	near := make([]bool, len(edits))
	for i, e := range edits {
		if e.kind == keptLine {
			continue
		}
		for j := max(0, i-context); j <= min(len(edits)-1, i+context); j++ {
			near[j] = true
		}
	}
	var short []edit
	for i, e := range edits {
		switch {
		case near[i]:
			short = append(short, e)
		case len(short) > 0 && near[i-1] && slices.Contains(near[i:], true):
			short = append(short, edit{skippedLine, "..."})
		}
	}
	return short
}

func splitLines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}
