package view_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/specadm/specadm/cmd/view"
	"github.com/specadm/specadm/spec"
)

// instances decodes what vmadm lookup -j prints, numbers as the driver gives them.
func instances(t *testing.T, text string) []spec.Object {
	t.Helper()
	var list []spec.Object
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		t.Fatal(err)
	}
	for _, object := range list {
		for name, value := range object {
			if number, ok := value.(float64); ok {
				object[name] = int64(number)
			}
		}
	}
	return list
}

// list runs list with the arguments of a command line.
func list(t *testing.T, all []spec.Object, args []string) (string, error) {
	t.Helper()
	table := spec.Properties()
	columns, sortKeys, parsable, header := "uuid,type,ram,state,alias", "ram,uuid", false, true
	var conditions []string
	for i := 0; i < len(args); i++ {
		switch args[i] {
		case "-o":
			i++
			columns = args[i]
		case "-s":
			i++
			sortKeys = args[i]
		case "-p":
			parsable = true
		case "-H":
			header = false
		default:
			conditions = append(conditions, args[i])
		}
	}
	listing, err := view.NewListing(table, columns, sortKeys)
	if err != nil {
		return "", err
	}
	listing.Parsable, listing.NoHeader = parsable, !header
	filters, err := view.ParseFilters(table, conditions)
	if err != nil {
		return "", err
	}
	var matching []spec.Object
	for _, instance := range all {
		if view.Match(instance, filters) {
			matching = append(matching, instance)
		}
	}
	var out bytes.Buffer
	err = listing.Print(&out, matching)
	return out.String(), err
}

// The how-to page does not order lines whose sort keys are equal in any stable way, so those are compared as a set.
func TestListPrintsWhatTheHowToPageShows(t *testing.T) {
	t.Parallel()
	archive, err := txtar.ParseFile("testdata/list.txtar")
	if err != nil {
		t.Fatal(err)
	}
	all := instances(t, string(archive.Files[0].Data))
	if len(archive.Files) != 6 {
		t.Fatalf("%d files in the archive, want 6", len(archive.Files))
	}
	for _, file := range archive.Files[1:] {
		t.Run(file.Name, func(t *testing.T) {
			t.Parallel()
			args := strings.Fields(strings.TrimPrefix(file.Name, "list"))
			got, err := list(t, all, args)
			if err != nil {
				t.Fatal(err)
			}
			exact := func(lines []string) []string { return lines }
			if len(args) > 0 {
				exact = sortedKeys
			}
			want := string(file.Data)
			if d := cmp.Diff(exact(strings.Split(want, "\n")), exact(strings.Split(got, "\n"))); d != "" {
				t.Error(d)
			}
			gotSet, wantSet := strings.Split(got, "\n"), strings.Split(want, "\n")
			slices.Sort(gotSet)
			slices.Sort(wantSet)
			if d := cmp.Diff(wantSet, gotSet); d != "" {
				t.Error(d)
			}
		})
	}
}

// sortedKeys are the columns RAM and CPU_SHARE of each line, by which the page sorts.
func sortedKeys(lines []string) []string {
	var keys []string
	for _, line := range lines {
		fields := strings.Fields(line)
		if len(fields) == 6 && fields[0] != "UUID" && fields[2] != "" {
			keys = append(keys, fields[2])
		}
	}
	return keys
}

func TestListFollowsVmadmsRules(t *testing.T) {
	t.Parallel()
	all := instances(t, `[
		{"uuid":"a","type":"OS","ram":256,"alias":"web0","autoboot":true,"hvm":false,"zone_state":"running","tags":{"role":"Web"},
		 "nics":[{"mac":"02:08:20:00:00:01","ip":"10.0.0.1","vlan_id":0},{"mac":"02:08:20:00:00:02","ip":"10.0.0.2"}]},
		{"uuid":"b","type":"BHYV","ram":1024,"quota":0,"alias":"b-vm","customer_metadata":{"a.b":"x"},
		 "disks":[{"path":"/p","size":10240}]},
		{"uuid":"c","type":"OS","ram":512,"alias":"an-alias-beyond-its-width","cpu_cap":100}]`)
	cases := []struct {
		name string
		args string
		want string
		err  string
	}{
		{name: "a value beyond its width is not cut", args: "-H -o alias,ram uuid=c", want: "an-alias-beyond-its-width  512\n"},
		{name: "a missing value and false are a dash, 0 is 0", args: "-H -o uuid,hvm,quota,cpu_cap -s uuid",
			want: "a                                     -      -      -\nb                                     -      0      -\nc                                     -      -      100\n"},
		{name: "with -p a missing value is nothing and nothing is padded", args: "-p -o uuid,autoboot,hvm,quota uuid=a", want: "a:true::\n"},
		{name: "a part of a nic is a column", args: "-H -o uuid,nics.1.mac uuid=a", want: "a                                     02:08:20:00:00:02\n"},
		{name: "a tag is a column", args: "-o tags.role uuid=a", want: "TAGS.ROLE\nWeb\n"},
		{name: "missing and 0 sort last in ascending order", args: "-p -o uuid,cpu_cap -s cpu_cap,uuid", want: "c:100\na:\nb:\n"},
		{name: "and first in descending order", args: "-p -o uuid,cpu_cap -s -cpu_cap,uuid", want: "a:\nb:\nc:100\n"},
		{name: "a plus is an ascending key", args: "-p -o uuid,ram -s +ram", want: "a:256\nc:512\nb:1024\n"},
		{name: "a key that is not shown does not sort", args: "-p -o uuid -s -ram", want: "a\nb\nc\n"},
		{name: "a regular expression ignores case", args: "-p -o uuid tags.role=~^wEB$", want: "a\n"},
		{name: "a comparison does not", args: "-p -o uuid tags.role=web", want: ""},
		{name: "a star means any element", args: "-p -o uuid nics.*.ip=10.0.0.2", want: "a\n"},
		{name: "a number means that element", args: "-p -o uuid nics.0.ip=10.0.0.2", want: ""},
		{name: "a MAC is compared in normal form", args: "-p -o uuid nics.*.mac=2:8:20:0:0:2", want: "a\n"},
		{name: "a metadata key with a dot can be a condition", args: "-p -o uuid customer_metadata.a.b=x", want: "b\n"},
		{name: "all conditions must hold", args: "-p -o uuid type=OS ram=256", want: "a\n"},
		{name: "the last of a repeated key counts", args: "-p -o uuid ram=256 ram=512", want: "c\n"},
		{name: "the type is the cut form", args: "-p -o uuid type=BHYVE", want: ""},
		{name: "no equals sign wants the empty text", args: "-p -o uuid alias", want: ""},
		{name: "an unknown column is refused", args: "-o uuid,nope", err: "invalid order field: nope"},
		{name: "a star is refused as a column", args: "-o nics.*.ip", err: "invalid order field: nics.*.ip"},
		{name: "resolvers have no parts", args: "-o resolvers.0", err: "invalid order field: resolvers.0"},
		{name: "an unknown sort key is refused", args: "-s -nope", err: "invalid sort field: -nope"},
		{name: "an unknown condition is refused", args: "nope=1", err: `invalid filter key: "nope"`},
		{name: "ips cannot be a condition", args: "nics.*.ips=10.0.0.1/24", err: `invalid filter key: "nics.*.ips"`},
		{name: "routes cannot be a condition", args: "routes.x=1", err: `invalid filter key: "routes.x"`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := list(t, all, strings.Fields(c.args))
			message := ""
			if err != nil {
				message = err.Error()
			}
			if d := cmp.Diff(c.err, message); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}
