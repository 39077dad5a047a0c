package reconcile

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"

	"github.com/specadm/specadm/spec"
)

// dice draws what a manifest of a brand may say, from the rows of the property table.
type dice struct {
	*rapid.T
	values   *values
	brand    spec.Brand
	instance int // makes the addresses of an instance its own
}

// values are those that the properties of a brand have in their own test.
type values struct {
	subjects map[string]subject
	special  map[string]subject // of properties that take no other value, or none that a lab knows
}

func valuesOf(brand spec.Brand) *values {
	v := &values{subjects: map[string]subject{}, special: specials(brand)}
	for _, s := range subjectsOf(brand) {
		v.subjects[s.row.Name] = s
	}
	return v
}

// odds is true in one of 2^n draws.
func (d *dice) odds(n int) bool {
	for range n {
		if !rapid.Bool().Draw(d.T, "odds") {
			return false
		}
	}
	return true
}

func pick[T any](d *dice, from ...T) T { return rapid.SampledFrom(from).Draw(d.T, "pick") }

func (d *dice) number(from, to int64) int64 { return rapid.Int64Range(from, to).Draw(d.T, "number") }

// draft is the spec of a manifest as somebody writes it.
type draft map[string]any

// draft draws a manifest.
func (d *dice) draft() draft {
	w := draft{"brand": string(d.brand)}
	for _, name := range slices.Sorted(maps.Keys(d.values.subjects)) {
		row := d.values.subjects[name].row
		if row.Kind != spec.Member && (row.Required.Has(d.brand) || d.odds(3) || row.Kind == spec.Objects && d.odds(1)) {
			w[name] = d.value(row)
			if !row.Required.Has(d.brand) && row.Kind != spec.Objects && row.Kind != spec.Map && d.odds(3) {
				w[name] = nil
			}
		}
	}
	d.beyond(w)
	return w
}

// beyond adds what specadm has besides the platform's properties.
func (d *dice) beyond(w draft) {
	if state := pick(d, "", "running", "stopped"); state != "" {
		w["state"] = state
	}
	if d.odds(2) {
		w["zfs"] = map[string]any{".": pick(d, map[string]any{"sync": "disabled"}, map[string]any{"atime": "off", "x:y": d.text()}, map[string]any{"sync": "standard", "x:y": nil})}
	}
	if d.odds(2) {
		w["snapshots"] = [][]any{{}, {"one"}, {"one", "two"}}[d.number(0, 2)]
	}
}

// next draws what the manifest says one commit later: most stays, some changes, leaves, or goes back to its default.
func (d *dice) next(w draft) draft {
	after := draft{"brand": string(d.brand)}
	for _, name := range slices.Sorted(maps.Keys(d.values.subjects)) {
		row := d.values.subjects[name].row
		value, has := w[name]
		fixed := !row.Update.Has(d.brand) && !d.odds(4)
		switch {
		case row.Kind == spec.Member:
		case !has && (fixed || !d.odds(4)):
		case !has:
			after[name] = d.value(row)
		case fixed || row.Required.Has(d.brand) || !d.odds(1):
			after[name] = value
		case row.Kind == spec.Objects:
			after[name] = d.nextElements(row, value)
		case d.odds(1):
			after[name] = d.value(row)
		case row.Kind != spec.Map && d.odds(1):
			after[name] = nil
		}
	}
	if d.odds(2) {
		d.beyond(after)
		return after
	}
	for _, name := range []string{"state", "zfs", "snapshots"} {
		if value, has := w[name]; has {
			after[name] = value
		}
	}
	return after
}

func (d *dice) nextElements(collection *spec.Property, value any) []any {
	list := []any{}
	old, _ := value.([]any)
	for i, one := range old {
		element := maps.Clone(one.(map[string]any))
		if d.odds(3) {
			continue
		}
		for _, row := range spec.Properties().Members(collection.Name) {
			switch {
			case d.values.subjects[row.Name].row == nil || !d.odds(3) || !row.Update.Has(d.brand) && !d.odds(3):
			case collection.Role == spec.RoleNICs && !row.Unset.Possible: // a rebuilt nic is not drawn yet
			case d.odds(2):
				delete(element, row.BaseName())
			case row.Unset.Possible && d.odds(2):
				element[row.BaseName()] = nil
			default:
				d.member(collection, row, element, i)
			}
		}
		list = append(list, element)
	}
	if d.odds(2) {
		list = append(list, d.element(collection, len(old)))
	}
	return list
}

// value draws a value of a property or member.
func (d *dice) value(row *spec.Property) any {
	switch row.Kind {
	case spec.Objects:
		list := []any{}
		for i := range int(d.number(0, 3)) {
			list = append(list, d.element(row, i))
		}
		return list
	case spec.Map:
		return d.entries(row)
	}
	if allowed := slices.Concat(row.Enum, row.EnumFor[d.brand]); len(allowed) > 0 && row.Type == spec.String && d.odds(1) {
		return pick(d, allowed...)
	}
	_, special := d.values.special[row.Name]
	least := int64(0)
	if row.Min != nil {
		least = max(0, *row.Min)
	}
	switch {
	case row.Name == "nowait":
		return false // what create leaves behind after true is in no state to be judged yet
	case row.Type == spec.Zpool || row.Role == spec.RoleDiskPool:
		return row.Example
	case row.Role == spec.RoleVNCPort:
		return pick(d, -1, 0, 5900+int64(d.instance))
	case row.Kind == spec.Scalar && row.Type == spec.Integer && row.Unit != spec.MiB && row.Syntax == spec.SyntaxFree && d.odds(1):
		return least + d.number(0, 30)
	case row.Kind == spec.Scalar && row.Type == spec.String && row.Syntax == spec.SyntaxFree && len(row.Enum) == 0 && !special && d.odds(1):
		return d.text()
	}
	return d.example(row)
}

// example is one of the two values that a property has in its own test.
func (d *dice) example(row *spec.Property) any {
	s := d.values.subjects[row.Name]
	text := strings.ReplaceAll(strings.ReplaceAll(pick(d, s.a, s.b), "INDEX", fmt.Sprint(d.instance+1)), "@", "")
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		d.Fatalf("%s: %v", row.Name, err)
	}
	return value
}

func (d *dice) text() string {
	return pick(d, "a", "b c", "x=1,y", `"q"`, "ü", "50%", "a:b/c", "$(x)", "it's", "<&>", "[0]", "{}")
}

func (d *dice) entries(row *spec.Property) map[string]any {
	entries := map[string]any{}
	for range d.number(0, 3) {
		switch {
		case row.Role == spec.RoleRoutes:
			entries[pick(d, "10.9.0.0/16", "10.8.0.1")] = pick(d, "10.2.121.2", "10.2.121.3")
		case row.Role == spec.RoleInternalMetadata:
			entries[pick(d, "x:one", "x:two", "x:a.b")] = d.text()
		case row.Texts:
			entries[pick(d, "one", "a/b~c", "a.b", "x[y]", "*")] = d.text()
		default:
			entries[pick(d, "one", "a/b~c", "a.b", "x[y]", "*")] = pick[any](d, "web", 1, true, false, d.text())
		}
	}
	return entries
}

// element draws the i-th element of a collection: what it cannot do without, and some of the rest.
func (d *dice) element(collection *spec.Property, i int) map[string]any {
	element := map[string]any{}
	switch collection.Role {
	case spec.RoleNICs:
		element["nic_tag"] = pick(d, "admin", "external")
		if d.odds(1) {
			element["ips"] = d.addresses(i)
		}
	case spec.RoleDisks:
		switch {
		case i == 0 && d.odds(1):
			element["image_uuid"], element["boot"] = bhyveImage, true
		case d.odds(3):
			element["media"], element["path"] = "cdrom", fmt.Sprintf("/zones/iso/%d.iso", i)
		default:
			element["size"] = 50 + 10*d.number(0, 5)
		}
	case spec.RoleFilesystems:
		element["source"], element["target"], element["type"] = "/zones", fmt.Sprintf("/share%d", i), "lofs"
	case spec.RolePCIDevices:
		element["path"], element["pci_slot"] = fmt.Sprintf("/devices/pci@%d", i), fmt.Sprintf("8:%d:0", i)
	}
	if d.brand.HVM() && (collection.Role == spec.RoleNICs || collection.Role == spec.RoleDisks) {
		element["model"] = "virtio"
	}
	for _, row := range spec.Properties().Members(collection.Name) {
		rebuilt := collection.Role == spec.RoleNICs && !row.Unset.Possible // a rebuilt nic is not drawn yet
		if _, has := element[row.BaseName()]; !has && !rebuilt && d.values.subjects[row.Name].row != nil && d.odds(4) {
			d.member(collection, row, element, i)
			if d.odds(2) {
				element[row.BaseName()] = nil
			}
		}
	}
	return element
}

// member gives an element a value of a member. What makes another thing of the element is left as it is.
func (d *dice) member(collection, row *spec.Property, element map[string]any, i int) {
	switch row.Role {
	case spec.RoleNICIPs:
		element[row.BaseName()] = d.addresses(i)
	case spec.RoleNICGateways:
		element[row.BaseName()] = []any{fmt.Sprintf("10.%d.%d.254", d.instance+1, i)}
	case spec.RoleNICMAC:
		element[row.BaseName()] = fmt.Sprintf("c2:00:00:00:%02x:%02x", d.instance, i)
	case spec.RoleNICInterface: // a rebuilt nic is not drawn yet
	case spec.RolePCISlot:
		element[row.BaseName()] = fmt.Sprintf("%d:%d:0", pick(d, 4, 8), 8*int64(len(collection.Name)%3)+int64(i)+1)
	case spec.RoleDiskUUID:
		element[row.BaseName()] = fmt.Sprintf("0f4c1d2e-9b1f-4c6a-8a53-3f2f0a7f1c%02d", i)
	case spec.RoleDiskSize:
		if element["size"] != nil {
			element["size"] = 50 + 10*d.number(0, 5)
		}
	case spec.RoleDiskMedia, spec.RoleDiskNoCreate, spec.RoleDiskPath, spec.RoleDiskImage, spec.RoleDiskImageSize, spec.RoleDiskImageName, spec.RoleNICVRID, spec.RoleNICVRRPIP:
	default:
		if row.BaseName() != collection.Key {
			element[row.BaseName()] = d.value(row)
		}
	}
}

func (d *dice) addresses(i int) []any {
	one := fmt.Sprintf("10.%d.%d.%d/24", d.instance+1, i, 1+d.number(0, 1))
	return pick(d, []any{one}, []any{"dhcp"}, []any{one, "addrconf"}, []any{one, fmt.Sprintf("fd00::%d:%d/64", d.instance+1, i)})
}

// document is a manifest file. What it wants absent goes at once, since there is no week to wait for.
func (w draft) document(name string) string {
	text, err := json.Marshal(map[string]any{"apiVersion": "specadm/v1", "kind": "Instance", "metadata": map[string]any{"name": name}, "policy": map[string]any{"grace": 0}, "spec": w})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// valid takes out of a draft what validation finds wrong, and gives the manifest that is left.
func (d *dice) valid(name string, w draft) *spec.Manifest {
	for range 5 {
		repository := spec.Parse(name+".json", []byte(w.document(name)), spec.LoadOptions{})
		if len(repository.Manifests) == 1 && !repository.Manifests[0].Broken {
			return repository.Manifests[0]
		}
		for _, finding := range repository.Findings {
			if parts := strings.Split(finding.Pointer, "/"); finding.Severity == spec.Error && len(parts) > 2 {
				delete(w, strings.ReplaceAll(strings.ReplaceAll(parts[2], "~1", "/"), "~0", "~"))
			}
		}
	}
	d.Skip("not valid: ", w.document(name))
	return nil
}
