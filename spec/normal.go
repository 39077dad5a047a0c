package spec

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Normal brings a value into the form in which both sides are compared and sent: numbers are int64, booleans bool, lists are []any
// without empty elements (vmadm also takes and shows comma texts), addresses and MACs have one spelling. The order of a list is kept,
// also of a Set, since a few have a first element that counts. An empty text for a number is nil: not set. What does not
// fit the type is returned as it is.
func (p *Property) Normal(value any) any {
	switch p.Type {
	case Boolean:
		return normalBoolean(value)
	case Integer:
		return normalInteger(value)
	case Strings:
		return p.normalList(value)
	case String:
		if text, ok := value.(string); ok {
			return p.Syntax.normal(text)
		}
	}
	return value
}

// Equal reports whether two values of the property say the same. Both may be as get shows them or as a manifest writes them.
func (p *Property) Equal(a, b any) bool {
	return sameValue(a, b) || sameValue(p.Canonical(a), p.Canonical(b))
}

// Canonical is Normal with sets in one order, so that equal values have equal JSON. It is for comparing and digests, not for payloads.
func (p *Property) Canonical(value any) any {
	value = p.Normal(value)
	list, ok := value.([]any)
	if !ok || !p.Set {
		return value
	}
	sorted := slices.Clone(list)
	slices.SortFunc(sorted, func(a, b any) int { return cmp.Compare(plainText(a), plainText(b)) })
	return sorted
}

// normalBoolean accepts what vmadm accepts (reference 5).
func normalBoolean(value any) any {
	switch value {
	case true, "true", "1", int64(1):
		return true
	case false, "false":
		return false
	}
	return value
}

func normalInteger(value any) any {
	switch v := value.(type) {
	case float64:
		if whole := int64(v); float64(whole) == v {
			return whole
		}
	case string:
		if v == "" {
			return nil
		}
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			return n
		}
	}
	return value
}

func (p *Property) normalList(value any) any {
	switch v := value.(type) {
	case string:
		parts := []any{}
		for _, part := range strings.Split(v, ",") {
			if part = strings.TrimSpace(part); part != "" {
				parts = append(parts, p.normalElement(part))
			}
		}
		return parts
	case []any:
		if !slices.ContainsFunc(v, func(element any) bool { return element == "" || p.normalElement(element) != element }) {
			return v
		}
		elements := []any{}
		for _, element := range v {
			if element != "" {
				elements = append(elements, p.normalElement(element))
			}
		}
		return elements
	}
	return value
}

func (p *Property) normalElement(element any) any {
	switch v := element.(type) {
	case string:
		if p.Syntax == SyntaxPort {
			return normalInteger(v)
		}
		return p.Syntax.normal(v)
	case int64:
		if p.Syntax != SyntaxPort {
			return strconv.FormatInt(v, 10)
		}
	case map[string]any, []any:
		return nil // not an element of a list; comparing it would panic
	}
	return element
}

// normal gives the one spelling of a text: lower-case, zero-padded MACs as get shows them, and the short form of IPv6 addresses.
func (s Syntax) normal(text string) string {
	switch s {
	case SyntaxMAC:
		return normalMAC(text)
	case SyntaxRule:
		return normalRule(text)
	case SyntaxAddress, SyntaxIP, SyntaxIPOrCIDR:
		if strings.Contains(text, ":") {
			return normalIPv6(text)
		}
	}
	return text
}

func normalMAC(text string) string {
	octets := strings.Split(strings.ToLower(text), ":")
	if len(octets) != 6 {
		return text
	}
	for i, octet := range octets {
		if len(octet) == 1 {
			octets[i] = "0" + octet
		}
	}
	return strings.Join(octets, ":")
}

func normalIPv6(text string) string {
	if prefix, err := netip.ParsePrefix(text); err == nil {
		return prefix.String()
	}
	if address, err := netip.ParseAddr(text); err == nil {
		return address.String()
	}
	return text
}

// plainText is a plain value as it would stand in a comma text.
func plainText(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// sameValue compares deeply. Numbers are equal across types; nil and an empty list differ.
func sameValue(a, b any) bool {
	switch x := a.(type) {
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, sameValue)
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for key, value := range x {
			other, ok := y[key]
			if !ok || !sameValue(value, other) {
				return false
			}
		}
		return true
	case int64:
		if y, ok := b.(float64); ok {
			return float64(x) == y
		}
	case float64:
		if y, ok := b.(int64); ok {
			return x == float64(y)
		}
	}
	switch b.(type) {
	case []any, map[string]any:
		return false // == would panic on these
	}
	return a == b
}
