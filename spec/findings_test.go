package spec

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const header = "apiVersion: specadm/v1\nkind: Instance\nmetadata: {name: a}\n"

// zone is a manifest of a zone to which lines are added below spec, from line 7.
const zone = header + "spec:\n  brand: joyent\n  image_uuid: 01b2c898-945f-11e1-a523-af1afbe22822\n"

const bhyve = header + "spec:\n  brand: bhyve\n"

// findingCases are texts of files with the findings that they must give: place, code, pointer.
func findingCases() []findingCase {
	return slices.Concat(syntaxCases(), shapeCases(), valueCases(), instanceCases(), clashCases(), kindCases())
}

type findingCase struct {
	name string
	file string // a.yaml when empty
	text string
	want []string
}

func syntaxCases() []findingCase {
	return []findingCase{
		{"a sound manifest", "", zone + "  ram: 512\n", []string{"7:3 warning SA1308 /spec/ram"}},
		{"a mistake costs only its own document", "", "a: [\n---\n" + zone, []string{"1:1 error SA1101 "}},
		{"documents after a marker are read", "", zone + "---\n" + strings.ReplaceAll(zone, "name: a", "name: b") + "  colour: red\n",
			[]string{"14:3 error SA1203 /spec/colour"}},
		{"a comment before a marker is no document", "", "# hello\n---\n" + zone, nil},
		{"empty documents are no documents", "", "---\n---\n" + zone + "...\n# end\n", nil},
		{"duplicate keys", "", zone + "  quota: 10\n  quota: 20\n", []string{"8:3 error SA1103 /spec/quota"}},
		{"duplicate keys of the envelope", "", "apiVersion: specadm/v1\nkind: Instance\nmetadata: {name: a}\nmetadata: {name: b}\nspec: {brand: kvm}\n",
			[]string{"4:1 error SA1103 /metadata"}},
		{"a tab in the indentation", "", header + "spec:\n\tbrand: kvm\n", []string{"5:1 error SA1108 "}},
		{"YAML 1.1 booleans", "", zone + "  autoboot: yes\n  alias: on\n", []string{"7:13 error SA1104 /spec/autoboot", "8:10 error SA1104 /spec/alias"}},
		{"a bare off is a compression", "", zone + "  zfs_root_compression: off\n", nil},
		{"octal, hexadecimal, exponent and underscored numbers", "", zone + "  quota: 010\n  cpu_cap: 0x10\n  max_lwps: 1e3\n  cpu_shares: 1_000\n",
			[]string{"7:10 error SA1105 /spec/quota", "8:12 error SA1105 /spec/cpu_cap", "9:13 error SA1105 /spec/max_lwps", "10:15 error SA1105 /spec/cpu_shares"}},
		{"numbers beyond 2^53", "", zone + "  max_lwps: 9007199254740993\n", []string{"7:13 error SA1106 /spec/max_lwps"}},
		{"keys that are no texts", "", zone + "  tags: {on: a, 1.10: b, [x]: c}\n",
			[]string{"7:10 error SA1107 /spec/tags", "7:17 error SA1107 /spec/tags", "7:26 error SA1107 /spec/tags"}},
		{"bare metadata values", "", zone + "  customer_metadata: {a: 1.10, b: true, c: text, d: \"1\", e: !!int 80}\n",
			[]string{"7:26 error SA1114 /spec/customer_metadata/a", "7:35 error SA1114 /spec/customer_metadata/b"}},
		{"tags keep numbers and booleans", "", zone + "  tags: {a: 1, b: true, c: 1.5}\n", nil},
		{"numbers where texts belong", "", zone + "  hostname: 1.10\n", []string{"7:13 error SA1301 /spec/hostname"}},
		{"merge keys that shadow", "", zone + "  tags: &t {a: x}\n  customer_metadata: {<<: *t, a: p, b: z}\n", []string{"7:13 error SA1109 /spec/customer_metadata"}},
		{"merges and aliases are followed", "", zone + "  tags: &t {a: x}\n  customer_metadata: {<<: *t}\n  internal_metadata: *t\n", nil},
		{"an alias without an anchor", "", zone + "  tags: *nowhere\n", []string{"7:3 error SA1113 "}},
		{"application tags", "", zone + "  alias: !Ref name\n", []string{"7:10 error SA1110 /spec/alias"}},
		{"typographic quotes", "", zone + "  alias: “web”\n", []string{"7:10 error SA1111 /spec/alias"}},
		{"typographic quotes in metadata are text", "", zone + "  customer_metadata: {motd: 'say “hi”'}\n", nil},
		{"template tokens", "", zone + "  alias: ${NAME}\n  hostname: web-{{ n }}.example\n  dns_domain: {{ domain }}\n  tags: {a: <ROLE>, b: 'x ${y}'}\n",
			[]string{"7:10 error SA1112 /spec/alias", "8:13 error SA1112 /spec/hostname", "9:15 error SA1112 /spec/dns_domain", "10:13 error SA1112 /spec/tags/a"}},
		{"scripts may hold tokens", "", zone + "  customer_metadata:\n    user-script: |\n      echo ${HOME} {{x}}\n", nil},
		{"too deep", "", zone + "  tags: " + strings.Repeat("[", 70) + strings.Repeat("]", 70) + "\n", []string{"7:9 error SA1301 /spec/tags"}},
		{"too deep objects", "", zone + "  tags: " + strings.Repeat("{a: ", 70) + "x" + strings.Repeat("}", 70) + "\n", []string{"7:13 error SA1301 /spec/tags/a", "7:261 error SA1002 /spec/tags" + strings.Repeat("/a", 63)}},
		{"too many aliases", "", zone + "  tags: {a: &a [1,2,3,4,5,6,7,8,9,10], b: &b [" + strings.Repeat("*a,", 100) + "], c: &c [" + strings.Repeat("*b,", 100) + "], d: [" + strings.Repeat("*c,", 9) + "]}\n",
			[]string{"7:13 error SA1301 /spec/tags/a", "7:43 error SA1301 /spec/tags/b", "7:152 error SA1002 /spec/tags/c/7/35", "7:353 error SA1301 /spec/tags/c", "7:663 error SA1301 /spec/tags/d"}},
		{"not UTF-8", "", "alias: \xff\n", []string{"1:8 error SA1003 "}},
		{"UTF-16", "", "\xff\xfea\x00", []string{"0:0 error SA1003 "}},
		{"a control character", "", "alias: a\x01\n", []string{"1:9 error SA1003 "}},
		{"a byte order mark", "", "\ufeff" + zone, nil},

		{"JSON: a comma after the last element", "a.json", "{\"alias\": \"a\",\n\"quota\": 1,\n}", []string{"2:11 error SA1102 "}},
		{"JSON: a missing comma", "a.json", "{\"alias\": \"a\"\n\"quota\": 1}", []string{"2:1 error SA1102 "}},
		{"JSON: a missing brace", "a.json", "{\"alias\": \"a\", \"tags\": {\"a\": 1}\n", []string{"2:1 error SA1102 "}},
		{"JSON: no braces", "a.json", "\"alias\": \"a\"", []string{"1:8 error SA1102 "}},
		{"JSON: single quotes", "a.json", "{'alias': 'a'}", []string{"1:2 error SA1102 "}},
		{"JSON: typographic quotes", "a.json", "{“alias”: 1}", []string{"1:2 error SA1111 "}},
		{"JSON: a comment", "a.json", "{\"alias\": \"a\" // name\n}", []string{"1:15 error SA1102 "}},
		{"JSON: a key without quotes", "a.json", "{alias: \"a\"}", []string{"1:2 error SA1102 "}},
		{"JSON: a text without quotes", "a.json", "{\"alias\": web}", []string{"1:11 error SA1102 "}},
		{"JSON: an open quote", "a.json", "{\"alias\": \"web\n}", []string{"1:11 error SA1102 "}},
		{"JSON: a token", "a.json", "{\"quota\": {{ quota }}}", []string{"1:11 error SA1112 "}},
		{"JSON: a leading zero", "a.json", "{\"quota\": 010}", []string{"1:11 error SA1105 "}},
		{"JSON: half a number", "a.json", "{\"quota\": 1.}", []string{"1:11 error SA1102 "}},
		{"JSON: a size without quotes", "a.json", "{\"quota\": 20G}", []string{"1:11 error SA1102 "}},
		{"JSON: a bad escape", "a.json", `{"alias": "a\x"}`, []string{"1:13 error SA1102 "}},
		{"JSON: something after the end", "a.json", `{"alias": "a"}}`, []string{"1:15 error SA1102 "}},
		{"JSON: two documents on one line", "a.json", `{"alias": "a", "brand": "kvm"} {"alias": "b"}`, []string{"1:32 error SA1102 "}},
		{"JSON: two documents on two lines", "a.json", "{\"alias\": \"a\", \"brand\": \"kvm\"}\n{\"alias\": \"b\", \"brand\": \"kvm\"}", nil},
		{"JSON: a wrong bracket", "a.json", `{"nics": [1}`, []string{"1:12 error SA1102 "}},
		{"JSON: columns count characters", "a.json", `{"alias": "äöü", quota: 1}`, []string{"1:18 error SA1102 "}},
		{"JSON: duplicate keys", "a.json", `{"alias": "a", "brand": "kvm", "alias": "b"}`, []string{"1:32 error SA1103 /alias"}},
		{"JSON: numbers beyond 2^53", "a.json", `{"alias": "a", "brand": "kvm", "cpu_cap": 1e300}`, []string{"1:43 error SA1106 /cpu_cap"}},
		{"JSON: a list of payloads", "a.json", `[{"alias": "a", "brand": "kvm"}, {"alias": "b", "brand": "kvm", "x": 1}]`, []string{"1:65 warning SA1203 /x"}},
		{"JSON: too deep", "a.json", strings.Repeat("[", 100), []string{"1:66 error SA1002 "}},
	}
}

func shapeCases() []findingCase {
	return []findingCase{
		{"neither a manifest nor a payload", "", "services: {web: {image: x}}\n", []string{"1:1 error SA1201 "}},
		{"a list", "", "- a\n- b\n", []string{"1:1 error SA1201 "}},
		{"a plain text", "", "hello\n", []string{"1:1 error SA1201 "}},
		{"unknown apiVersion and kind", "", strings.Replace(strings.Replace(zone, "/v1", "/v2", 1), "Instance", "Instanse", 1),
			[]string{"1:13 error SA1202 ", "2:7 error SA1202 "}},
		{"apiVersion missing", "", strings.TrimPrefix(zone, "apiVersion: specadm/v1\n"), []string{"1:1 error SA1202 "}},
		{"no name", "", strings.Replace(zone, "name: a", "labels: {a: b}", 1), []string{"1:1 error SA1204 "}},
		{"a name with a slash", "", strings.Replace(zone, "name: a", "name: a/b", 1), []string{"3:18 error SA1204 /metadata/name"}},
		{"fields of the wrong form", "", strings.Replace(zone, "{name: a}", "{name: a, generation: -1, labels: [x], node: 7}", 1) + "  state: runing\npolicy: {maxRisk: none, adopt: 1}\n",
			[]string{"3:33 error SA1205 /metadata/generation", "3:45 error SA1205 /metadata/labels", "3:56 error SA1205 /metadata/node",
				"7:10 error SA1205 /spec/state", "8:19 error SA1205 /policy/maxRisk", "8:32 error SA1205 /policy/adopt"}},
		{"unknown fields", "", strings.Replace(zone, "{name: a}", "{name: a, nmae: b}", 1) + "quota: 10\n", []string{"3:21 error SA1206 /metadata/nmae", "7:1 error SA1206 /quota"}},
		{"no spec", "", header, []string{"1:1 error SA1205 "}},
		{"spec is a list", "", header + "spec: [1]\n", []string{"4:7 error SA1205 /spec"}},
		{"an update payload", "a.json", `{"uuid": "01b2c898-945f-11e1-a523-af1afbe22822", "add_nics": []}`, []string{"1:50 error SA1207 /add_nics"}},
		{"an operation in a manifest", "", zone + "  set_tags: {a: b}\n", []string{"7:3 error SA1207 /spec/set_tags"}},
		{"output of vmadm get", "a.json", `{"alias": "a", "brand": "joyent", "zone_state": "running", "zonepath": "/zones/x", "hvm": false}`, []string{"1:1 error SA1208 "}},
		{"an unknown brand", "", strings.Replace(zone, "joyent", "joyant", 1), []string{"5:10 error SA1209 /spec/brand"}},
		{"no brand in a manifest", "", header + "spec: {image_uuid: 01b2c898-945f-11e1-a523-af1afbe22822}\n", []string{"4:7 error SA1209 /spec/brand"}},
		{"no brand is needed to adopt", "", header + "spec: {uuid: 01b2c898-945f-11e1-a523-af1afbe22822, quota: 10}\npolicy: {adopt: true}\n", nil},
		{"nothing is needed to be absent", "", header + "spec: {state: absent}\n", nil},
		{"no brand in a payload", "a.json", `{"alias": "a", "image_uuid": "01b2c898-945f-11e1-a523-af1afbe22822"}`, []string{"1:1 warning SA1209 "}},
		{"networks of the cloud API", "a.json", `{"alias": "a", "brand": "kvm", "networks": ["x"]}`, []string{"1:32 error SA1210 /networks"}},
		{"a fragment", "a.json", `{"resolvers": ["192.0.2.1"]}`, []string{"1:1 error SA1204 "}},
		{"a payload without a name", "a.json", `{"brand": "kvm"}`, []string{"1:1 error SA1204 "}},
		{"a sound Repository", "", "apiVersion: specadm/v1\nkind: Repository\nmetadata: {name: acme}\nspec: {prune: {enabled: true, max: 3}}\n---\n" + zone, nil},
		{"a Repository with a mistake", "", "apiVersion: specadm/v1\nkind: Repository\nmetadata: {name: acme}\nspec: {prunes: {}}\n", []string{"4:8 error SA1205 "}},
		{"a Repository without an owner", "", "apiVersion: specadm/v1\nkind: Repository\n", []string{"1:1 error SA1205 "}},
		{"a file where there are none", "", zone + "  customer_metadata: {root_pw: {file: pw}}\n", []string{"7:39 error SA1901 /spec/customer_metadata/root_pw"}},
		{"a reference that leads nowhere", "", zone + "  customer_metadata: {root_pw: {age: 7}, b: {age: aGVsbG8=}, c: {age: '%'}}\n",
			[]string{"7:38 error SA1902 /spec/customer_metadata/root_pw", "7:51 error SA1902 /spec/customer_metadata/b", "7:71 error SA1902 /spec/customer_metadata/c"}},
		{"a secret in clear text", "", zone + "  customer_metadata: {root_pw: hunter2, user-script: x}\n", []string{"7:32 warning SA1903 /spec/customer_metadata/root_pw"}},
		{"no reference where a map or list stands", "", zone + "  customer_metadata: {file: x}\n  resolvers: {file: x}\n", []string{"8:14 error SA1301 /spec/resolvers"}},
		{"nothing but a comment", "", "# nothing\n", nil},
	}
}

func TestFindingsHaveTheirPlace(t *testing.T) {
	t.Parallel()
	for _, test := range findingCases() {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			file := test.file
			if file == "" {
				file = "a.yaml"
			}
			repository := Parse(file, []byte(test.text), LoadOptions{})
			var have []string
			for _, f := range repository.Findings {
				have = append(have, fmt.Sprintf("%d:%d %s %s %s", f.Line, f.Column, f.Severity, f.Code, f.Pointer))
			}
			if diff := cmp.Diff(test.want, have); diff != "" {
				t.Errorf("want (-), have (+):\n%s\n%+v", diff, repository.Findings)
			}
		})
	}
}

func TestEveryCodeHasACase(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{"SA1001": true, "SA1004": true} // of files and trees, see TestLoad
	for _, test := range findingCases() {
		for _, want := range test.want {
			seen[strings.Fields(want)[2]] = true
		}
	}
	last := ""
	for _, code := range Codes() {
		if !seen[code.Name] {
			t.Errorf("%s (%s) is in no case", code.Name, code.Title)
		}
		if code.Name <= last {
			t.Errorf("%s stands after %s", code.Name, last)
		}
		if !strings.HasSuffix(code.Text, ".") || code.Title == "" {
			t.Errorf("%s: text or title is not complete", code.Name)
		}
		last = code.Name
	}
}
