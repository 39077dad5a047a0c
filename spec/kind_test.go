package spec

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	imageHeader = "apiVersion: specadm/v1\nkind: Image\nmetadata: {name: a}\nspec:\n"
	ruleHeader  = "apiVersion: specadm/v1\nkind: FirewallRule\nmetadata: {name: a}\nspec:\n"
	base        = "01b2c898-945f-11e1-a523-af1afbe22822"
	soundRule   = "  rule: FROM any TO all vms ALLOW tcp PORT 22\n"
)

func kindCases() []findingCase {
	return []findingCase{
		{"a sound image", "", imageHeader + "  uuid: " + base + "\n  zpool: tank\npolicy: {maxRisk: destroy}\n", nil},
		{"a sound rule", "", ruleHeader + soundRule + "  global: true\n  enabled: false\n  description: ssh\n", nil},
		{"an absent rule needs only its name", "", ruleHeader + "  state: absent\n", nil},
		{"an absent image needs its uuid", "", imageHeader + "  state: absent\n", []string{"5:3 error SA1305 /spec"}},
		{"an image without uuid", "", imageHeader + "  zpool: tank\n", []string{"5:3 error SA1305 /spec"}},
		{"an image without a uuid worth the name", "", imageHeader + "  uuid: null\n", []string{"5:3 error SA1305 /spec"}},
		{"an image whose uuid is none", "", imageHeader + "  uuid: base-64\n", []string{"5:9 error SA1302 /spec/uuid"}},
		{"a field that the kind does not have", "", imageHeader + "  uuid: " + base + "\n  pool: tank\n", []string{"6:3 error SA1206 /spec/pool"}},
		{"a property of an instance", "", ruleHeader + soundRule + "  global: true\n  ram: 512\n", []string{"7:3 error SA1206 /spec/ram"}},
		{"a property at the top", "", "apiVersion: specadm/v1\nkind: Image\nmetadata: {name: a}\nuuid: x\nspec: {uuid: " + base + "}\n", []string{"4:1 error SA1206 /uuid"}},
		{"a wrong type", "", ruleHeader + soundRule + "  global: true\n  enabled: [1]\n", []string{"7:12 error SA1301 /spec/enabled"}},
		{"a state that no rule has", "", ruleHeader + soundRule + "  global: true\n  state: running\n", []string{"7:10 error SA1401 /spec/state"}},
		{"a rule that cannot be read", "", ruleHeader + "  rule: FROM any TO all vms ALOW tcp PORT 22\n  global: true\n", []string{"5:9 error SA1401 /spec/rule"}},
		{"a rule without text", "", ruleHeader + "  global: true\n", []string{"5:3 error SA1305 /spec"}},
		{"a rule of an empty text", "", ruleHeader + "  global: true\n  rule: ''\n", []string{"5:3 error SA1305 /spec"}},
		{"a rule for nobody", "", ruleHeader + soundRule + "  global: false\n", []string{"5:3 error SA1605 /spec"}},
		{"a rule for two", "", ruleHeader + soundRule + "  global: true\n  owner_uuid: " + base + "\n", []string{"7:15 error SA1605 /spec/owner_uuid"}},
		{"a generation of an image", "", "apiVersion: specadm/v1\nkind: Image\nmetadata: {name: a, generation: 2}\nspec: {uuid: " + base + "}\n",
			[]string{"3:21 error SA1206 /metadata/generation"}},
		{"a mode of a rule", "", ruleHeader + soundRule + "  global: true\npolicy: {mode: warn}\n", []string{"7:10 error SA1206 /policy/mode"}},
		{"a rule that had another name", "", strings.Replace(ruleHeader, "name: a", "name: a, formerly: [b]", 1) + soundRule + "  global: true\n", nil},
		{"an image that had another name", "", strings.Replace(imageHeader, "name: a", "name: a, formerly: [b]", 1) + "  uuid: " + base + "\n",
			[]string{"3:21 error SA1206 /metadata/formerly"}},
		{"spec of a rule is a list", "", "apiVersion: specadm/v1\nkind: FirewallRule\nmetadata: {name: a}\nspec: []\n", []string{"4:7 error SA1205 /spec"}},
		{"one name for an instance and a rule", "", zone + "---\n" + ruleHeader + soundRule + "  global: true\n", []string{"10:18 error SA1501 /metadata/name"}},
		{"one image twice", "", imageHeader + "  uuid: " + base + "\n---\n" + renamed(imageHeader) + "  uuid: " + base + "\n  zpool: zones\n",
			[]string{"11:9 error SA1502 /spec/uuid"}},
		{"one image on two pools", "", imageHeader + "  uuid: " + base + "\n---\n" + renamed(imageHeader) + "  uuid: " + base + "\n  zpool: tank\n", nil},
		{"one uuid for two rules", "", ruleHeader + soundRule + "  global: true\n  uuid: " + base + "\n---\n" + renamed(ruleHeader) + soundRule + "  global: true\n  uuid: " + base + "\n",
			[]string{"15:9 error SA1502 /spec/uuid"}},
		{"an image and a rule of one uuid", "", imageHeader + "  uuid: " + base + "\n---\n" + renamed(ruleHeader) + soundRule + "  global: true\n  uuid: " + base + "\n", nil},
	}
}

func TestADescriptionLeavesRoomForTheMark(t *testing.T) {
	t.Parallel()
	text := ruleHeader + soundRule + "  global: true\n  description: "
	for i, want := range []int{0, 1} {
		long := make([]byte, maxDescription-len(" [specadm default/a 00000000]")+i)
		for j := range long {
			long[j] = 'x'
		}
		repository := Parse("a.yaml", []byte(text+string(long)+"\n"), LoadOptions{})
		if len(repository.Findings) != want || repository.Manifests[0].Broken != (want > 0) {
			t.Errorf("%d characters: %+v", len(long), repository.Findings)
		}
	}
}

func TestKindsAreKept(t *testing.T) {
	t.Parallel()
	text := imageHeader + "  uuid: " + base + "\n  state: absent\n---\n" + renamed(ruleHeader) + "  rule: from any to (tag b or tag a=c) block udp ports 53\n  owner_uuid: " + base + "\n"
	repository := Parse("a.yaml", []byte(text), LoadOptions{})
	if len(repository.Findings) > 0 {
		t.Fatal(repository.Findings)
	}
	image, rule := repository.Manifests[0], repository.Manifests[1]
	if image.Kind != KindImage || image.State != Absent || image.UUID != base || !image.OwnUUID {
		t.Errorf("image %+v", image)
	}
	if rule.Kind != KindFirewallRule || rule.OwnUUID || rule.UUID != DeriveUUID("default", "b", 0) {
		t.Errorf("rule %+v", rule)
	}
	want := Object{"owner_uuid": base, "rule": `FROM any TO (tag a = c OR tag b) BLOCK udp PORT 53`}
	if d := cmp.Diff(want, rule.Spec); d != "" {
		t.Error(d)
	}
	if p := rule.Position("/spec/rule"); p.Line != 12 || p.Column != 9 {
		t.Errorf("the rule stands at %v", p)
	}
}

// renamed is a document of another name.
func renamed(document string) string {
	return document[:len(document)-len("a}\nspec:\n")] + "b}\nspec:\n"
}
