// Package getopt splits the arguments of the stand-in programs into options and operands, as their real counterparts do.
//
// It knows no program: what an option means is the caller's matter. It must not become lenient, since a misplaced option that the lab
// accepts and a node refuses is a defect that only the node would show.
package getopt

import (
	"fmt"
	"slices"
	"strings"
)

// Option is one option that was given, with its argument where it takes one.
type Option struct {
	Letter rune
	Value  string
}

// Options are the options of one call, in order.
type Options []Option

// Has tells whether the option was given.
func (o Options) Has(letter rune) bool {
	return slices.ContainsFunc(o, func(option Option) bool { return option.Letter == letter })
}

// Value is the argument of an option, the last one winning, or empty.
func (o Options) Value(letter rune) string {
	for _, option := range slices.Backward(o) {
		if option.Letter == letter {
			return option.Value
		}
	}
	return ""
}

// Values are the arguments of an option that may be repeated.
func (o Options) Values(letter rune) []string {
	var values []string
	for _, option := range o {
		if option.Letter == letter {
			values = append(values, option.Value)
		}
	}
	return values
}

// Parse follows getopt(3C) of illumos: spec lists the letters, a colon after one that takes an argument, and parsing ends at the first
// operand or at "--". Errors have the words that zfs(8) prints.
func Parse(args []string, spec string) (Options, []string, error) {
	var options Options
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' {
		word := args[0][1:]
		args = args[1:]
		if word == "-" {
			break
		}
		for word != "" {
			letter := rune(word[0])
			word = word[1:]
			at := strings.IndexRune(spec, letter)
			if at < 0 || letter == ':' {
				return nil, nil, fmt.Errorf("invalid option '%c'", letter)
			}
			option := Option{Letter: letter}
			if strings.HasPrefix(spec[at+1:], ":") {
				switch {
				case word != "":
					option.Value, word = word, ""
				case len(args) > 0:
					option.Value, args = args[0], args[1:]
				default:
					return nil, nil, fmt.Errorf("missing argument for '%c' option", letter)
				}
			}
			options = append(options, option)
		}
	}
	return options, args, nil
}

// ParseMixed is Parse with options allowed after operands, as the programs written for node (imgadm, fwadm) have it.
func ParseMixed(args []string, spec string) (Options, []string, error) {
	var options Options
	var operands []string
	for {
		more, rest, err := Parse(args, spec)
		if err != nil {
			return nil, nil, err
		}
		options = append(options, more...)
		if len(rest) == 0 {
			return options, operands, nil
		}
		ended := len(rest) < len(args) && args[len(args)-len(rest)-1] == "--"
		if ended {
			return options, append(operands, rest...), nil
		}
		operands = append(operands, rest[0])
		args = rest[1:]
	}
}
