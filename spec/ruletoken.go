package spec

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ruleToken is a word, a quoted text without its quotes, or one of ( ) = and the comma.
type ruleToken struct {
	text   string
	quoted bool
}

// ruleTokens cuts the text of a firewall rule.
func ruleTokens(text string) ([]ruleToken, error) {
	if !utf8.ValidString(text) {
		return nil, fmt.Errorf("it is not UTF-8 text")
	}
	var tokens []ruleToken
	for rest := strings.TrimLeft(text, " \t\r\n"); rest != ""; rest = strings.TrimLeft(rest, " \t\r\n") {
		switch {
		case rest[0] == '"':
			word, after, err := quotedRule(rest)
			if err != nil {
				return nil, err
			}
			tokens = append(tokens, ruleToken{word, true})
			rest = after
		case strings.IndexByte("()=,", rest[0]) >= 0:
			tokens = append(tokens, ruleToken{text: rest[:1]})
			rest = rest[1:]
		default:
			end := strings.IndexAny(rest, " \t\r\n()=,\"")
			if end < 0 {
				end = len(rest)
			}
			tokens = append(tokens, ruleToken{text: rest[:end]})
			rest = rest[end:]
		}
	}
	return tokens, nil
}

// quotedRule reads a quoted text at the start of rest. A backslash stands before what would end it, or spells a character as JSON does.
func quotedRule(rest string) (word, after string, err error) {
	var b strings.Builder
	for i := 1; i < len(rest); i++ {
		switch c := rest[i]; c {
		case '"':
			return b.String(), rest[i+1:], nil
		case '\\':
			i++
			if i == len(rest) {
				break
			}
			switch at := strings.IndexByte("bfnrt", rest[i]); {
			case at >= 0:
				b.WriteByte("\b\f\n\r\t"[at])
			case rest[i] == 'u' && i+4 < len(rest):
				code, err := strconv.ParseUint(rest[i+1:i+5], 16, 16)
				if err != nil {
					return "", "", fmt.Errorf("\\%s is no character", rest[i:i+5])
				}
				b.WriteRune(rune(code))
				i += 4
			default:
				b.WriteByte(rest[i])
			}
		default:
			b.WriteByte(c)
		}
	}
	return "", "", fmt.Errorf("the quotes around %s are not closed", quoted(rest))
}

// ruleKeywords are words that fwadm takes for its own where they stand without quotes.
var ruleKeywords = regexp.MustCompile(`(?i)^(from|to|ip|subnet|any|all|tag|vms?|or|and|block|allow|ports?|tcp|udp|icmp6?|ah|esp|type|code|priority)$`)

var plainRuleWord = regexp.MustCompile(`^[A-Za-z0-9_]+$`)

// quoteRule puts a word in quotes where fwadm would not read it as a word otherwise; one with a dash it might cut.
func quoteRule(text string) string {
	if plainRuleWord.MatchString(text) && !ruleKeywords.MatchString(text) {
		return text
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(text) + `"`
}
