package property

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// reference is properties.json as far as this table copies it (reference 1).
type reference struct {
	Ignored []string `json:"update_ignored_keys"`
	Brands  map[string]struct {
		Type      string   `json:"type"`
		Machine   bool     `json:"hvm"`
		Images    []string `json:"image_types"`
		Disks     []string `json:"disk_image_types"`
		Models    []string `json:"disk_models"`
		LimitPriv []string `json:"limit_priv"`
		Overhead  float64  `json:"memory_overhead_mib"`
		Least     float64  `json:"min_memory_overhead_mib"`
		Prefix    string   `json:"nic_prefix"`
		Reprov    bool     `json:"reprovision"`
		Autoboot  string   `json:"autoboot_attr"`
		Init      string   `json:"dockerinit"`
		Info      []string `json:"runtime_info"`
	} `json:"brands"`
	List struct {
		Columns map[string]struct {
			Header string `json:"header"`
			Width  int    `json:"width"`
		} `json:"columns"`
	} `json:"list"`
	Properties []struct {
		Name       string          `json:"name"`
		Kind       string          `json:"kind"`
		Type       string          `json:"type"`
		Create     map[string]bool `json:"create"`
		Update     map[string]bool `json:"update"`
		Receive    map[string]bool `json:"receive"`
		Required   map[string]bool `json:"required_create"`
		Removal    any             `json:"removal_value"`
		KeepZero   bool            `json:"keep_zero"`
		Filterable bool            `json:"filterable"`
		Unset      struct {
			Null string `json:"null"`
		} `json:"unset"`
	} `json:"properties"`
}

func readReference(t *testing.T) reference {
	t.Helper()
	text, err := os.ReadFile("testdata/properties.json")
	if err != nil {
		t.Fatal(err)
	}
	var r reference
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func allowed(brands map[string]bool) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(brands)) {
		if brands[name] {
			names = append(names, name)
		}
	}
	return names
}

func sorted(brands Brands) []string {
	names := brands.Names()
	slices.Sort(names)
	if len(names) == 0 {
		return nil
	}
	return names
}

func TestRowsFollowThePlatformsTable(t *testing.T) {
	t.Parallel()
	r := readReference(t)
	type row struct {
		Name, Type                        string
		Create, Update, Receive, Required []string
		Absent                            any
		KeepZero, NullCrashes, Ignored    bool
		Filterable                        bool
	}
	types := map[Type]string{Derived: "", String: "string", Integer: "integer", Boolean: "boolean", UUID: "uuid", Zpool: "zpool", List: "list",
		FlatObject: "flat-object", ObjectArray: "object-array"}
	var wanted, got []row
	for _, p := range r.Properties {
		w := row{Name: p.Name, Type: p.Type, Create: allowed(p.Create), Update: allowed(p.Update), Receive: allowed(p.Receive),
			Required: allowed(p.Required), Absent: p.Removal, KeepZero: p.KeepZero, NullCrashes: p.Unset.Null == "crash",
			Ignored: slices.Contains(r.Ignored, p.Name), Filterable: p.Filterable}
		if p.Kind == "readonly" || strings.HasPrefix(p.Name, "snapshots.") {
			w.Type = ""
		}
		if strings.Contains(p.Name, "*") {
			w.Required = nil // checked where elements are
		}
		if p.Name == "zfs_data_recsize" {
			w.Absent = 131072. // only other values are waited for without a delegated dataset (reference 10.3)
		}
		wanted = append(wanted, w)
	}
	table := TheTable()
	for _, p := range table.Rows() {
		_, isColumn := table.Column(p.Name)
		got = append(got, row{Name: p.Name, Type: types[p.Type], Create: sorted(p.Access.Create), Update: sorted(p.Access.Update),
			Receive: sorted(p.Access.Receive), Required: sorted(p.Required), Absent: p.Absent, KeepZero: p.KeepZero,
			NullCrashes: p.NullCrashes, Ignored: p.UpdateIgnored, Filterable: p.Filterable || isColumn})
	}
	byName := func(a, b row) int { return strings.Compare(a.Name, b.Name) }
	slices.SortFunc(wanted, byName)
	slices.SortFunc(got, byName)
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("rows (-platform +table):\n%s", diff)
	}
}

func TestBrandsFollowThePlatformsTable(t *testing.T) {
	t.Parallel()
	for name, wanted := range readReference(t).Brands {
		got, ok := BrandOf(name)
		if !ok {
			t.Errorf("no brand %s", name)
			continue
		}
		want := Brand{ID: got.ID, Name: name, Type: wanted.Type, Machine: wanted.Machine, ImageTypes: orNil(wanted.Images),
			DiskImageTypes: orNil(wanted.Disks), DiskModels: orNil(wanted.Models), LimitPriv: strings.Join(wanted.LimitPriv, ","),
			MemoryOverheadMiB: wanted.Overhead, LeastOverheadMiB: wanted.Least, QuotaGiB: got.QuotaGiB, NicPrefix: wanted.Prefix,
			Reprovision: wanted.Reprov, DockerInit: wanted.Init, Info: orNil(wanted.Info)}
		if wanted.Autoboot != "autoboot" {
			want.AutobootAttr = wanted.Autoboot
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-platform +table):\n%s", name, diff)
		}
	}
}

func orNil(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return list
}

func TestColumnsFollowThePlatformsTable(t *testing.T) {
	t.Parallel()
	wanted := readReference(t).List.Columns
	if len(wanted) != len(columns()) {
		t.Errorf("%d columns, the platform has %d", len(columns()), len(wanted))
	}
	for _, column := range columns() {
		if want := wanted[column.Field]; want.Header != column.Header || want.Width != column.Width {
			t.Errorf("%+v, the platform has %+v", column, want)
		}
	}
}
