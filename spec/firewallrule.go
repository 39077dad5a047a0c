package spec

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// FirewallRule is the text of a firewall rule in its parts, each in normal form, so that two texts that say the same are equal. fwadm
// stores another text than it was given: it sorts lists and puts words in quotes (reference 19.4).
type FirewallRule struct {
	From, To []string // targets, such as tag role = web, sorted
	Block    bool     // else it allows
	Protocol string   // tcp, udp, icmp, icmp6, ah, esp
	Services []string // of tcp and udp: ports and ranges; of icmp and icmp6: TYPE n, TYPE n CODE m; or just "all"
	Priority int      // 0: none is said
}

// ParseFirewallRule reads a rule. The error says what was expected where.
func ParseFirewallRule(text string) (FirewallRule, error) {
	tokens, err := ruleTokens(text)
	if err != nil {
		return FirewallRule{}, err
	}
	p := ruleParser{tokens: tokens}
	rule := p.rule()
	switch {
	case p.err != nil:
		return FirewallRule{}, p.err
	case !slices.ContainsFunc(slices.Concat(rule.From, rule.To), concernsInstances):
		return FirewallRule{}, fmt.Errorf("it concerns no instance: neither side names all vms, a vm or a tag")
	}
	return rule, nil
}

func concernsInstances(target string) bool {
	return target == "all vms" || strings.HasPrefix(target, "vm ") || strings.HasPrefix(target, "tag ")
}

// String is the normal form of the text.
func (r FirewallRule) String() string {
	action := "ALLOW"
	if r.Block {
		action = "BLOCK"
	}
	text := fmt.Sprintf("FROM %s TO %s %s %s", joined(r.From, "", "OR"), joined(r.To, "", "OR"), action, r.Protocol)
	isRange := func(service string) bool { return strings.Contains(service, " - ") }
	switch {
	case len(r.Services) == 0:
	case strings.HasPrefix(r.Protocol, "icmp"):
		text += " " + joined(r.Services, "TYPE ", "AND")
	case slices.ContainsFunc(r.Services, isRange):
		text += " PORTS " + strings.Join(r.Services, ", ")
	default:
		text += " " + joined(r.Services, "PORT ", "AND")
	}
	if r.Priority != 0 {
		text += fmt.Sprintf(" PRIORITY %d", r.Priority)
	}
	return text
}

// joined is a list as rules write it: one element bare, several in parentheses.
func joined(list []string, prefix, word string) string {
	text := prefix + strings.Join(list, " "+word+" "+prefix)
	if len(list) > 1 {
		return "(" + text + ")"
	}
	return text
}

// normalRule is the normal form of a text, or the text itself where it is no rule.
func normalRule(text string) string {
	rule, err := ParseFirewallRule(text)
	if err != nil {
		return text
	}
	return rule.String()
}

// ruleParser reads the parts of a rule one after the other. After the first error the rest reads as nothing.
type ruleParser struct {
	tokens []ruleToken
	err    error
}

func (p *ruleParser) rule() FirewallRule {
	var r FirewallRule
	p.expect("FROM")
	r.From = p.targets()
	p.expect("TO")
	r.To = p.targets()
	r.Block = p.expect("ALLOW", "BLOCK") == "BLOCK"
	r.Protocol = strings.ToLower(p.expect("tcp", "udp", "icmp", "icmp6", "ah", "esp"))
	switch r.Protocol {
	case "tcp", "udp":
		r.Services = p.ports()
	case "icmp", "icmp6":
		r.Services = sortedServices(p.list("AND", p.icmpType))
	}
	if p.accept("PRIORITY") {
		r.Priority = p.number("a priority", 0, 100)
	}
	if len(p.tokens) > 0 {
		p.fail("the end")
	}
	return r
}

// next is the next token; an empty one at the end.
func (p *ruleParser) next() ruleToken {
	if len(p.tokens) == 0 || p.err != nil {
		return ruleToken{}
	}
	return p.tokens[0]
}

func (p *ruleParser) take() ruleToken {
	token := p.next()
	if token != (ruleToken{}) {
		p.tokens = p.tokens[1:]
	}
	return token
}

func (p *ruleParser) fail(expected string) {
	if p.err != nil {
		return
	}
	found := "the end"
	if len(p.tokens) > 0 {
		found = quoted(p.tokens[0].text)
	}
	p.err = fmt.Errorf("expected %s, found %s", expected, found)
}

// accept takes a keyword, if it is next.
func (p *ruleParser) accept(word string) bool {
	if token := p.next(); token.quoted || !strings.EqualFold(token.text, word) {
		return false
	}
	p.take()
	return true
}

// expect takes one of several keywords, and gives the one.
func (p *ruleParser) expect(words ...string) string {
	for _, word := range words {
		if p.accept(word) {
			return word
		}
	}
	p.fail(strings.Join(words, " or "))
	return ""
}

// list reads one element, or several in parentheses with a word between them.
func (p *ruleParser) list(word string, element func() string) []string {
	if !p.accept("(") {
		return []string{element()}
	}
	list := []string{element()}
	for p.accept(word) {
		list = append(list, element())
	}
	p.expect(")", word)
	return list
}

func (p *ruleParser) targets() []string {
	targets := p.list("OR", p.target)
	slices.Sort(targets)
	targets = slices.Compact(targets)
	if len(targets) > 1 && (slices.Contains(targets, "any") || slices.Contains(targets, "all vms")) && p.err == nil {
		p.err = fmt.Errorf("any and all vms stand alone, not in a list")
	}
	return targets
}

func (p *ruleParser) target() string {
	switch {
	case p.accept("any"):
		return "any"
	case p.accept("all"):
		p.expect("vms")
		return "all vms"
	case p.accept("vm"):
		uuid := strings.ToLower(p.next().text)
		if !uuidForm(uuid) {
			p.fail("a uuid after vm")
		}
		p.take()
		return "vm " + uuid
	case p.accept("ip"):
		address, err := netip.ParseAddr(p.next().text)
		if err != nil || address.Zone() != "" {
			p.fail("an address after ip")
		}
		p.take()
		return "ip " + address.String()
	case p.accept("subnet"):
		prefix, err := netip.ParsePrefix(p.next().text)
		if err != nil {
			p.fail("an address with its prefix length after subnet")
		}
		p.take()
		return "subnet " + prefix.String()
	case p.accept("tag"):
		tag := "tag " + p.word("the name of a tag")
		if p.accept("=") {
			tag += " = " + p.word("the value of a tag")
		}
		return tag
	}
	p.fail("any, all vms, vm, ip, subnet or tag")
	return ""
}

// word takes a text, quoted or not, and gives it with quotes where it needs them.
func (p *ruleParser) word(what string) string {
	token := p.next()
	if !token.quoted && (token.text == "" || strings.Contains("()=,", token.text)) {
		p.fail(what)
	}
	p.take()
	return quoteRule(token.text)
}

func (p *ruleParser) number(what string, least, most int) int {
	number, err := strconv.Atoi(p.next().text)
	if err != nil || number < least || number > most {
		p.fail(fmt.Sprintf("%s from %d to %d", what, least, most))
		return 0
	}
	p.take()
	return number
}

func (p *ruleParser) ports() []string {
	if !p.accept("PORTS") {
		return sortedServices(p.list("AND", func() string {
			p.expect("PORT", "PORTS")
			return p.allOr(func() string { return strconv.Itoa(p.number("a port", 1, 65535)) })
		}))
	}
	ports := []string{p.allOr(p.portRange)}
	for p.accept(",") {
		ports = append(ports, p.portRange())
	}
	return sortedServices(ports)
}

func (p *ruleParser) allOr(one func() string) string {
	if p.accept("all") {
		return "all"
	}
	return one()
}

// portRange reads a port or two with a dash between them, with or without spaces.
func (p *ruleParser) portRange() string {
	text := ""
	for token := p.next(); token.text != "" && !token.quoted && strings.Trim(token.text, "0123456789-") == ""; token = p.next() {
		text += token.text
		p.take()
	}
	first, last, isRange := strings.Cut(text, "-")
	if !isRange {
		last = first
	}
	from, errFrom := strconv.ParseUint(first, 10, 16)
	to, errTo := strconv.ParseUint(last, 10, 16)
	switch {
	case errFrom != nil || errTo != nil || from == 0 || from > to:
		if p.err == nil && text != "" {
			p.err = fmt.Errorf("expected a port or a range of ports, found %s", quoted(text))
		}
		p.fail("a port or a range of ports")
		return ""
	case from == to:
		return strconv.FormatUint(from, 10)
	}
	return fmt.Sprintf("%d - %d", from, to)
}

func (p *ruleParser) icmpType() string {
	p.expect("TYPE")
	return p.allOr(func() string {
		text := strconv.Itoa(p.number("a type", 0, 255))
		if p.accept("CODE") {
			text += " CODE " + strconv.Itoa(p.number("a code", 0, 255))
		}
		return text
	})
}

// sortedServices sorts by number, and leaves nothing beside "all".
func sortedServices(list []string) []string {
	if slices.Contains(list, "all") {
		return []string{"all"}
	}
	key := func(service string) (first, second int) {
		parts := strings.Fields(service)
		numbers := [2]int{0, -1}
		for i, part := range []int{0, len(parts) - 1} {
			if part < len(parts) && (i == 0 || part > 0) {
				numbers[i], _ = strconv.Atoi(parts[part]) // only numbers stand there
			}
		}
		return numbers[0], numbers[1]
	}
	slices.SortFunc(list, func(a, b string) int {
		a1, a2 := key(a)
		b1, b2 := key(b)
		return cmp.Or(cmp.Compare(a1, b1), cmp.Compare(a2, b2))
	})
	return slices.Compact(list)
}
