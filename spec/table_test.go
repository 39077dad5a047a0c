package spec

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// platformTable reads testdata/properties.json as plain JSON, so that the test shares nothing with tablegen.
func platformTable(t *testing.T) map[string]map[string]any {
	t.Helper()
	data, err := os.ReadFile("testdata/properties.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Properties []map[string]any }
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(&file); err != nil {
		t.Fatal(err)
	}
	rows := map[string]map[string]any{}
	for _, row := range file.Properties {
		rows[row["name"].(string)] = row
	}
	return rows
}

func TestEveryRowSaysWhatThePlatformsTableSays(t *testing.T) {
	t.Parallel()
	platform := platformTable(t)
	if len(platform) != len(Properties().All()) {
		t.Errorf("platform knows %d properties, the table %d", len(platform), len(Properties().All()))
	}
	for _, p := range Properties().All() {
		want, ok := platform[p.Name]
		if !ok {
			t.Errorf("%s: not a property of the platform", p.Name)
			continue
		}
		if diff := cmp.Diff(platformColumns(want, platform), tableColumns(p)); diff != "" {
			t.Errorf("%s: platform (-) and table (+) differ:\n%s", p.Name, diff)
		}
	}
}

// tableColumns prints the columns of a row that come from the platform.
func tableColumns(p Property) map[string]string {
	columns := map[string]any{
		"name": p.Name, "parent": p.Parent, "kind": p.Kind, "type": p.Type, "unit": p.Unit, "key_field": p.Key,
		"default_rule": p.DefaultRule, "absent_value": p.Absent, "unset.how": p.Unset.How, "keep_zero": p.KeepZero,
		"min": p.Min, "max": p.Max, "enum": p.Enum, "enum_by_brand": p.EnumFor, "pattern": p.Pattern, "max_items": p.MaxItems, "text": p.Limits,
		"list_header": p.ListHeader, "list_width": p.ListWidth, "filterable": p.Filter, "nested": p.Nested,
	}
	for _, b := range AllBrands() {
		columns["create."+string(b)] = p.Create.Has(b)
		columns["update."+string(b)] = p.Update.Has(b)
		columns["required."+string(b)] = p.Required.Has(b)
		columns["default."+string(b)] = p.Default[b]
		columns["get."+string(b)] = p.Get[b]
		columns["apply."+string(b)] = p.Effect[b]
	}
	return asJSON(columns)
}

func platformColumns(row map[string]any, platform map[string]map[string]any) map[string]string {
	limits := row["constraints"].(map[string]any)
	columns := map[string]any{
		"name": row["name"], "parent": row["parent"], "kind": row["kind"], "type": row["type"], "unit": row["unit"], "key_field": row["key_field"],
		"default_rule": row["default_rule"], "absent_value": row["absent_value"], "unset.how": row["unset"].(map[string]any)["how"], "keep_zero": row["keep_zero"],
		"min": limits["min"], "max": limits["max"], "enum": asTexts(limits["enum"]), "enum_by_brand": limits["enum_by_brand"],
		"pattern": limits["pattern"], "max_items": limits["max_items"], "text": limits["text"],
		"list_header": row["list_header"], "list_width": row["list_width"], "filterable": row["filterable"],
		"nested": row["flattenable"] == "hash_key" || row["flattenable"] == "array_hash_key",
	}
	changed, folded := row, false // a map is changed by set_X, objects by add_X
	for _, prefix := range []string{"set_", "add_"} {
		if op, ok := platform[prefix+row["name"].(string)]; ok {
			changed, folded = op, true
		}
	}
	for _, b := range AllBrands() {
		brand := string(b)
		at := func(row map[string]any, column string) any { return row[column].(map[string]any)[brand] }
		create := at(row, "create").(bool)
		update := at(changed, "update").(bool) && (create || !folded)
		columns["create."+brand] = create
		columns["update."+brand] = update
		columns["required."+brand] = at(row, "required_create")
		columns["default."+brand] = nil
		if create {
			columns["default."+brand] = at(row, "default_create")
		}
		columns["get."+brand] = map[string]string{"running": "transient", "halted": "transient"}[at(row, "in_get").(string)]
		if columns["get."+brand] == "" {
			columns["get."+brand] = at(row, "in_get")
		}
		columns["apply."+brand] = ""
		if update || row["kind"] == "op" {
			columns["apply."+brand] = foldedEffect(at(changed, "apply").(string))
		}
	}
	return asJSON(columns)
}

func foldedEffect(apply string) string {
	effects := map[string]string{
		"live": "live", "immediate": "live", "metadata": "live", "reboot": "reboot", "stopped_only": "stopped",
		"live_if_maintain_resolvers": "reboot", "live_unless_from_or_to_0": "reboot", "live_change_only": "reboot",
	}
	return effects[apply]
}

func asTexts(list any) any {
	elements, ok := list.([]any)
	if !ok {
		return nil
	}
	var texts []string
	for _, element := range elements {
		texts = append(texts, asJSON(map[string]any{"": element})[""])
	}
	return texts
}

// asJSON prints every value, with all the ways to say nothing as the empty text.
func asJSON(columns map[string]any) map[string]string {
	printed := map[string]string{}
	for name, value := range columns {
		text, _ := json.Marshal(value)
		switch s := strings.Trim(string(text), `"`); s {
		case "null", "0", "":
			printed[name] = ""
		default:
			printed[name] = s
		}
	}
	if printed["absent_value"] == "" && columns["absent_value"] != nil {
		printed["absent_value"] = "0"
	}
	for _, limit := range []string{"min", "max"} { // 0 is a limit
		text, _ := json.Marshal(columns[limit])
		printed[limit] = string(text)
	}
	printed["enum"] = strings.ReplaceAll(printed["enum"], `\"`, "")
	return printed
}

func TestColumnsOfOurOwnAreSound(t *testing.T) {
	t.Parallel()
	table := Properties()
	for _, p := range table.All() {
		if p.Doc == "" || !strings.HasSuffix(p.Doc, ".") {
			t.Errorf("%s: doc %q is not a sentence", p.Name, p.Doc)
		}
		if p.Pattern != "" {
			if _, err := regexp.Compile(p.Pattern); err != nil {
				t.Errorf("%s: pattern: %v", p.Name, err)
			}
		}
		if p.Replacement != "" {
			if _, ok := table.Lookup(p.Replacement); !ok {
				t.Errorf("%s: replacement %s is not a property", p.Name, p.Replacement)
			}
		}
		if p.Example == "" && p.Create != NoBrand && !p.Deprecated && p.Kind != Op {
			switch p.Name { // where any value would mislead
			case "nowait", "qemu_opts", "spice_opts", "spice_password", "filesystems.*.raw", "disks.*.nocreate", "disks.*.uuid":
			default:
				t.Errorf("%s: no example", p.Name)
			}
		}
		for _, word := range p.KnownAs {
			name := word
			if p.Kind == Member {
				name = p.Parent + ".*." + word
			}
			if row, ok := table.Lookup(name); ok && row.Create == EveryBrand {
				t.Errorf("%s: knownAs %s is a property of its own", p.Name, word)
			}
		}
	}
}

func TestEveryUnsetValueIsOneThatThePlatformAccepts(t *testing.T) {
	t.Parallel()
	platform := platformTable(t)
	for _, p := range Properties().All() {
		unset := platform[p.Name]["unset"].(map[string]any)
		var answer any = "accepted"
		switch value := p.Unset.Value.(type) {
		case nil:
			answer = unset["null"]
		case string:
			if value == "" {
				answer = unset["empty"]
			}
		case []any:
			answer = unset["empty"]
		}
		if p.Unset.Possible && (answer == "rejected" || answer == "crash" || answer == "unsupported") {
			t.Errorf("%s: the platform answers the unset value %#v with %v", p.Name, p.Unset.Value, answer)
		}
	}
}

func TestEveryRoleHasItsRow(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("role.go")
	if err != nil {
		t.Fatal(err)
	}
	roles := regexp.MustCompile(`Role\s+= "([^"]+)"`).FindAllSubmatch(source, -1)
	if len(roles) == 0 {
		t.Fatal("found no role in role.go")
	}
	declared := map[Role]bool{}
	for _, match := range roles {
		role := Role(match[1])
		declared[role] = true
		if !slices.ContainsFunc(ManifestKinds(), func(kind ManifestKind) bool { return len(kind.Table().Roles(role)) > 0 }) {
			t.Errorf("no property has the role %s", role)
		}
	}
	for _, p := range Properties().All() {
		if p.Role != RoleNone && !declared[p.Role] {
			t.Errorf("%s: role %q is not declared", p.Name, p.Role)
		}
	}
}

func TestEffectOfAChangeDependsOnItsValues(t *testing.T) {
	t.Parallel()
	maintained := Object{"maintain_resolvers": true}
	for _, test := range []struct {
		name, property string
		brand          Brand
		found          Object
		before, after  any
		want           Effect
	}{
		{"cpu_cap of a zone is live", "cpu_cap", Joyent, nil, int64(100), int64(200), EffectLive},
		{"cpu_cap of a virtual machine waits for a reboot", "cpu_cap", Bhyve, nil, int64(100), int64(200), EffectReboot},
		{"tmpfs is resized live", "tmpfs", LX, nil, int64(100), int64(200), EffectLive},
		{"tmpfs from 0 waits for a reboot", "tmpfs", LX, nil, int64(0), int64(200), EffectReboot},
		{"a changed vnc_password is live", "vnc_password", KVM, nil, "a", "b", EffectLive},
		{"a new vnc_password waits for a reboot", "vnc_password", KVM, nil, nil, "b", EffectReboot},
		{"maintained resolvers are live", "resolvers", Joyent, maintained, nil, nil, EffectLive},
		{"resolvers of lx wait for a reboot", "resolvers", LX, maintained, nil, nil, EffectReboot},
		{"resolvers that are not maintained wait for a reboot", "resolvers", Joyent, Object{}, nil, nil, EffectReboot},
		{"new disks need a stopped instance", "disks", Bhyve, nil, nil, nil, EffectStopped},
		{"brand never changes", "brand", KVM, nil, nil, nil, EffectNone},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p, _ := Properties().Lookup(test.property)
			if have := p.EffectOf(test.brand, test.found, test.before, test.after); have != test.want {
				t.Errorf("have %q, want %q", have, test.want)
			}
		})
	}
}
