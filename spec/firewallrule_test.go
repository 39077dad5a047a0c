package spec

import "testing"

func TestRulesHaveOneNormalForm(t *testing.T) {
	t.Parallel()
	const vm, other = "04128191-d2cb-43fc-a970-e4deefe970d8", "01b2c898-945f-11e1-a523-af1afbe22822"
	cases := []struct{ name, text, want string }{
		{"as it is", `FROM any TO all vms ALLOW tcp PORT 22`, `FROM any TO all vms ALLOW tcp PORT 22`},
		{"case and spaces", " from ANY\n to  All Vms\tallow TCP port 22 ", `FROM any TO all vms ALLOW tcp PORT 22`},
		{"quotes", `FROM tag "www" TO any BLOCK tcp PORT 25`, `FROM tag www TO any BLOCK tcp PORT 25`},
		{"quotes around keywords", `FROM tag "any" = "to" TO any BLOCK tcp PORT 25`, `FROM tag "any" = "to" TO any BLOCK tcp PORT 25`},
		{"a word that fwadm might cut", `FROM tag vm-web TO any BLOCK tcp PORT 25`, `FROM tag "vm-web" TO any BLOCK tcp PORT 25`},
		{"escapes", `FROM tag "a\"b\\c\u0041" TO any BLOCK tcp PORT 25`, `FROM tag "a\"b\\cA" TO any BLOCK tcp PORT 25`},
		{"no spaces", `FROM(tag a=b OR tag "c d"="e")TO any ALLOW tcp(PORT 80 AND PORT 443)`,
			`FROM (tag "c d" = e OR tag a = b) TO any ALLOW tcp (PORT 80 AND PORT 443)`},
		{"order and repetition", `FROM (vm ` + vm + ` OR ip 10.2.0.1 OR vm ` + other + ` OR ip 10.2.0.1) TO any ALLOW udp (PORT 443 AND PORT 80 AND PORT 443)`,
			`FROM (ip 10.2.0.1 OR vm ` + other + ` OR vm ` + vm + `) TO any ALLOW udp (PORT 80 AND PORT 443)`},
		{"a list of one", `FROM (any) TO (all vms) ALLOW tcp (PORT 80)`, `FROM any TO all vms ALLOW tcp PORT 80`},
		{"a list of ports", `FROM any TO all vms ALLOW tcp PORTS 443, 80`, `FROM any TO all vms ALLOW tcp (PORT 80 AND PORT 443)`},
		{"ranges of ports", `FROM any TO all vms ALLOW tcp PORTS 8000-8010,443,20 - 21, 5-5`, `FROM any TO all vms ALLOW tcp PORTS 5, 20 - 21, 443, 8000 - 8010`},
		{"every port", `FROM any TO all vms ALLOW tcp PORT ALL`, `FROM any TO all vms ALLOW tcp PORT all`},
		{"types", `FROM any TO all vms ALLOW icmp (type 8 code 0 AND TYPE 0)`, `FROM any TO all vms ALLOW icmp (TYPE 0 AND TYPE 8 CODE 0)`},
		{"every type", `FROM any TO all vms ALLOW icmp6 TYPE ALL`, `FROM any TO all vms ALLOW icmp6 TYPE all`},
		{"addresses", `FROM (subnet 10.8.0.0/16 OR ip FD00:0::1) TO all vms ALLOW tcp PORT 1`, `FROM (ip fd00::1 OR subnet 10.8.0.0/16) TO all vms ALLOW tcp PORT 1`},
		{"priority", `FROM any TO all vms ALLOW tcp PORT 1 priority 05`, `FROM any TO all vms ALLOW tcp PORT 1 PRIORITY 5`},
		{"the usual priority", `FROM any TO all vms ALLOW tcp PORT 1 PRIORITY 0`, `FROM any TO all vms ALLOW tcp PORT 1`},
		{"no ports", `FROM any TO all vms ALLOW esp`, `FROM any TO all vms ALLOW esp`},
	}
	for _, c := range cases {
		rule, err := ParseFirewallRule(c.text)
		if err != nil || rule.String() != c.want {
			t.Errorf("%s: %v\nhave %s\nwant %s", c.name, err, rule, c.want)
		}
	}
}

func TestWhatIsNoRuleIsTold(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		``:                                                      `expected FROM, found the end`,
		`ALLOW tcp PORT 22`:                                     `expected FROM, found "ALLOW"`,
		`FROM any TO all ALLOW tcp PORT 1`:                      `expected vms, found "ALLOW"`,
		`FROM any TO all vms ALOW tcp PORT 22`:                  `expected ALLOW or BLOCK, found "ALOW"`,
		`FROM any TO all vms ALLOW http`:                        `expected tcp or udp or icmp or icmp6 or ah or esp, found "http"`,
		`FROM any TO all vms ALLOW tcp`:                         `expected PORT or PORTS, found the end`,
		`FROM any TO all vms ALLOW tcp PORT 70000`:              `expected a port from 1 to 65535, found "70000"`,
		`FROM any TO all vms ALLOW tcp PORT 0`:                  `expected a port from 1 to 65535, found "0"`,
		`FROM any TO all vms ALLOW tcp PORTS 90-80`:             `expected a port or a range of ports, found "90-80"`,
		`FROM any TO all vms ALLOW tcp PORTS x`:                 `expected a port or a range of ports, found "x"`,
		`FROM any TO all vms ALLOW tcp (PORT 1 OR PORT 2)`:      `expected ) or AND, found "OR"`,
		`FROM any TO all vms ALLOW icmp PORT 1`:                 `expected TYPE, found "PORT"`,
		`FROM any TO all vms ALLOW tcp PORT 1 PORT 2`:           `expected the end, found "PORT"`,
		`FROM any TO vm web0 ALLOW tcp PORT 1`:                  `expected a uuid after vm, found "web0"`,
		`FROM ip 10.0.0.256 TO all vms ALLOW tcp PORT 1`:        `expected an address after ip, found "10.0.0.256"`,
		`FROM subnet 10.0.0.1 TO all vms ALLOW tcp PORT 1`:      `expected an address with its prefix length after subnet, found "10.0.0.1"`,
		`FROM (any OR tag a) TO all vms ALLOW tcp PORT 1`:       `any and all vms stand alone, not in a list`,
		`FROM tag ( TO all vms ALLOW tcp PORT 1`:                `expected the name of a tag, found "("`,
		`FROM any TO tag "a ALLOW tcp PORT 1`:                   `the quotes around "\"a ALLOW tcp PORT 1" are not closed`,
		`FROM any TO ip 10.0.0.1 ALLOW tcp PORT 1`:              `it concerns no instance: neither side names all vms, a vm or a tag`,
		"FROM any TO tag \xff ALLOW tcp PORT 1":                 `it is not UTF-8 text`,
		`FROM any TO all vms ALLOW tcp PORT 1 PRIORITY 1000000`: `expected a priority from 0 to 100, found "1000000"`,
	} {
		if rule, err := ParseFirewallRule(text); err == nil || err.Error() != want {
			t.Errorf("%s\nread as %s\nhave %v\nwant %s", text, rule, err, want)
		}
	}
}

func TestTheMarkOfARuleComesOffItsDescription(t *testing.T) {
	t.Parallel()
	mark := RuleMark{Owner: "acme", Name: "web-http", Digest: "1f2e3d4c"}
	for _, text := range []string{"", "web for everybody", "two\nlines", "ends with [specadm x/y]", "space "} {
		got, found := ReadRuleMark(mark.Put(text))
		if found == nil || *found != mark || got != text {
			t.Errorf("%q: %q %v", text, got, found)
		}
	}
	for _, text := range []string{"", "web", "[specadm]", "[specadm a/b] and more", "[specadm a/b/c]"} {
		if got, found := ReadRuleMark(text); found != nil || got != text {
			t.Errorf("%q: %q %v", text, got, found)
		}
	}
	if _, found := ReadRuleMark("old [specadm a/b]"); found == nil || found.Digest != "" {
		t.Errorf("a mark without a digest reads as %v", found)
	}
}

// Whatever is read as a rule has a normal form that reads as the same rule.
func FuzzFirewallRule(f *testing.F) {
	for _, text := range []string{
		`FROM any TO tag role = web ALLOW tcp (PORT 80 AND PORT 443)`, `from (tag "a b"="c\"" or vm 04128191-d2cb-43fc-a970-e4deefe970d8) to any block udp ports 1-2, 5`,
		`FROM all vms TO (ip fd00::1 OR subnet 10.0.0.0/8) ALLOW icmp6 (TYPE 1 CODE 2 AND TYPE 3) PRIORITY 7`, `FROM any TO all vms ALLOW tcp PORT all`, `FROM any TO all vms ALLOW ah`,
		`FROM any TO tag "\u0041\n" ALLOW tcp PORT 1`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rule, err := ParseFirewallRule(text)
		if err != nil {
			return
		}
		normal := rule.String()
		again, err := ParseFirewallRule(normal)
		if err != nil || again.String() != normal {
			t.Errorf("%q has the normal form %q, which reads as %q: %v", text, normal, again, err)
		}
	})
}
