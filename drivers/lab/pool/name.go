package pool

import (
	"fmt"
	"strings"
)

const maxNameLength = 255

// splitSnapshot cuts "dataset@snapshot"; ok is false for a name without @.
func splitSnapshot(name string) (dataset, snapshot string, ok bool) {
	return strings.Cut(name, "@")
}

// parentName is the name one level up, empty for the root of a pool.
func parentName(name string) string {
	at := strings.LastIndexByte(name, '/')
	if at < 0 {
		return ""
	}
	return name[:at]
}

// baseName is the last component.
func baseName(name string) string {
	return name[strings.LastIndexByte(name, '/')+1:]
}

// PoolName is the pool part of a dataset or snapshot name.
func PoolName(name string) string {
	if at := strings.IndexAny(name, "/@"); at >= 0 {
		return name[:at]
	}
	return name
}

// isBelow tells whether a dataset is a descendant of another.
func isBelow(name, ancestor string) bool {
	return len(name) > len(ancestor) && name[len(ancestor)] == '/' && strings.HasPrefix(name, ancestor)
}

// checkName says what is wrong with the name of a dataset or snapshot, in the words of libzfs.
func checkName(name string) error {
	dataset, snapshot, isSnapshot := splitSnapshot(name)
	switch {
	case len(name) > maxNameLength:
		return fmt.Errorf("name is too long")
	case strings.Contains(snapshot, "@"):
		return fmt.Errorf("multiple '@' delimiters in name")
	case strings.HasPrefix(dataset, "/"):
		return fmt.Errorf("leading slash in name")
	case strings.HasSuffix(dataset, "/"):
		return fmt.Errorf("trailing slash in name")
	}
	parts := strings.Split(dataset, "/")
	if isSnapshot {
		parts = append(parts, snapshot)
	}
	for _, part := range parts {
		switch {
		case part == "":
			return fmt.Errorf("empty component in name")
		case part == "." || part == "..":
			return fmt.Errorf("self reference, '%s' is found in name", part)
		}
		for _, letter := range part {
			if !isNameLetter(letter) {
				return fmt.Errorf("invalid character '%c' in name", letter)
			}
		}
	}
	if first := dataset[0]; (first < 'a' || first > 'z') && (first < 'A' || first > 'Z') {
		return fmt.Errorf("name must begin with a letter")
	}
	return nil
}

func isNameLetter(letter rune) bool {
	return letter >= 'a' && letter <= 'z' || letter >= 'A' && letter <= 'Z' || letter >= '0' && letter <= '9' ||
		strings.ContainsRune("-_.: %", letter)
}
