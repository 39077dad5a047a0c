package platform_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/drivers/lab/node"
	"github.com/specadm/specadm/drivers/lab/platform"
	"github.com/specadm/specadm/drivers/lab/pool"
	"github.com/specadm/specadm/drivers/lab/vm/zone"
)

const (
	smartosImage = "01b2c898-945f-11e1-a523-af1afbe22822"
	baseImage    = "e75c9d82-3156-11ea-9220-c7a6bb9f41b6"
	noImage      = "00000000-0000-0000-0000-00000000000a"
	zoneUUID     = "7a1e7d1c-29f1-4d6c-9d84-3a0c54a2b6f0"
)

// machine is a fresh lab.
type machine struct {
	*testing.T
	dir string
}

func newMachine(t *testing.T) machine {
	t.Helper()
	m := machine{T: t, dir: t.TempDir()}
	m.check(node.Create(m.dir, node.Blueprint{Hostname: "cn1", UUID: "00000000-0000-0000-0000-0cc47a000001"}))
	return m
}

func (m machine) check(err error) {
	m.Helper()
	if err != nil {
		m.Fatal(err)
	}
}

// with does something with the open node.
func (m machine) with(do func(n *node.Node)) {
	m.Helper()
	n, err := node.Open(m.dir)
	m.check(err)
	do(n)
	m.check(n.Save())
	m.check(n.Close())
}

// result is what a program left.
type result struct {
	Stdout, Stderr string
	Exit           int
}

func (m machine) run(line, stdin string) result {
	m.Helper()
	words := strings.Fields(line)
	programs := map[string]func(*node.Call) int{"imgadm": platform.Imgadm, "nictagadm": platform.Nictagadm, "sysinfo": platform.Sysinfo,
		"fwadm": platform.Fwadm}
	var stdout, stderr bytes.Buffer
	exit := 0
	m.with(func(n *node.Node) {
		exit = programs[words[0]](&node.Call{Node: n, Program: words[0], Args: words[1:], Stdin: strings.NewReader(stdin), Stdout: &stdout,
			Stderr: &stderr})
	})
	return result{Stdout: stdout.String(), Stderr: stderr.String(), Exit: exit}
}

// says runs commands one after the other and compares what each left.
func (m machine) says(steps ...step) {
	m.Helper()
	for _, s := range steps {
		if diff := cmp.Diff(s.result, m.run(s.line, "")); diff != "" {
			m.Errorf("%s (-wanted +found):\n%s", s.line, diff)
		}
	}
}

type step struct {
	line string
	result
}

func prints(line, stdout string) step { return step{line, result{Stdout: stdout}} }
func fails(line string, exit int, stderr string) step {
	return step{line, result{Stderr: stderr, Exit: exit}}
}

func (m machine) addZone() {
	m.Helper()
	m.with(func(n *node.Node) {
		p, err := n.Pool("zones")
		m.check(err)
		m.check(p.Clone("zones/"+smartosImage+"@final", "zones/"+zoneUUID, pool.CreateOptions{}))
		store, err := zone.OpenStore(n)
		m.check(err)
		m.check(store.Write(&zone.Config{Name: zoneUUID, Path: "/zones/" + zoneUUID, Networks: []zone.Network{{GlobalNIC: "external"}}}))
		m.check(store.SetRuntime(zoneUUID, zone.Runtime{State: zone.Installed}))
	})
}

func TestImagesAreImportedAndDeleted(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.addZone()
	m.says(
		fails("imgadm get "+baseImage, 3, "imgadm: error (ImageNotInstalled): image \""+baseImage+"\" was not found on zpool \"zones\"\n"),
		prints("imgadm import "+baseImage, "Importing "+baseImage+" (base-64-lts@19.4.0) from \"https://images.smartos.org\"\n"+
			"Imported image "+baseImage+" (base-64-lts@19.4.0)\n"),
		prints("imgadm import "+baseImage, "Image "+baseImage+" (base-64-lts 19.4.0) is already installed, skipping\n"),
		prints("imgadm list name=base-64-lts", "UUID                                  NAME         VERSION  OS       TYPE          PUB\n"+
			baseImage+"  base-64-lts  19.4.0   smartos  zone-dataset  2020-01-07\n"),
		fails("imgadm import "+noImage, 1,
			"imgadm: error (ActiveImageNotFound): an active image with id or docker repo:tag \""+noImage+"\" was not found\n"),
		fails("imgadm delete "+smartosImage, 1,
			"imgadm: error (ImageHasDependentClones): image \""+smartosImage+"\" has dependent clones: zones/"+zoneUUID+"\n"),
		prints("imgadm delete "+baseImage, "Deleted image "+baseImage+"\n"),
		fails("imgadm delete "+baseImage, 3, "imgadm: error (ImageNotInstalled): image \""+baseImage+"\" was not found on zpool \"zones\"\n"),
		prints("imgadm list -H -o uuid,clones type=zone-dataset", smartosImage+"  1\n"),
		prints("imgadm list -Ho name -s -name name=~dummy", "uefi-dummy\nbios-dummy\n"),
		fails("imgadm list name", 1, "imgadm: error (Usage): invalid filter: \"name\" (must be of the form \"field=value\")\n"),
		fails("imgadm update", 1, "imgadm: error (UnknownCommand): unknown command: \"update\"\n"),
	)
	m.with(func(n *node.Node) {
		p, err := n.Pool("zones")
		m.check(err)
		if p.Exists("zones/" + baseImage) {
			t.Error("the dataset of a deleted image is still there")
		}
	})
}

func TestTheListOfImagesAsJSON(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.addZone()
	var images []struct {
		Manifest   map[string]any
		Zpool      string
		Source     string
		CloneNames []string
		Clones     int
	}
	m.check(json.Unmarshal([]byte(m.run("imgadm list -j os=smartos", "").Stdout), &images))
	if len(images) != 1 {
		t.Fatalf("images: %v", images)
	}
	one := images[0]
	found := []any{one.Manifest["uuid"], one.Manifest["v"], one.Zpool, one.Source, strings.Join(one.CloneNames, ","), one.Clones}
	wanted := []any{smartosImage, 2.0, "zones", "https://images.smartos.org", "zones/" + zoneUUID, 1}
	if diff := cmp.Diff(wanted, found); diff != "" {
		t.Errorf("image (-wanted +found):\n%s", diff)
	}
	m.says(prints("imgadm list -j name=none", "[]\n"))
}

func TestAnImportBringsTheOriginAlong(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.with(func(n *node.Node) {
		image, err := node.ParseImage(json.RawMessage(`{"uuid": "` + noImage + `", "name": "derived", "version": "1", "os": "smartos",
			"type": "zone-dataset", "origin": "` + baseImage + `"}`))
		m.check(err)
		m.check(n.AddToCatalogue([]node.Image{image}))
	})
	m.run("imgadm import "+noImage, "")
	m.says(prints("imgadm list -Ho name -s name os=smartos", "base-64-lts\nderived\nsmartos\n"))
	m.with(func(n *node.Node) {
		p, err := n.Pool("zones")
		m.check(err)
		origin, err := p.Property("zones/"+noImage, "origin")
		m.check(err)
		if diff := cmp.Diff("zones/"+baseImage+"@final", origin.Text); diff != "" {
			t.Errorf("origin (-wanted +found):\n%s", diff)
		}
	})
}

func TestStructuredErrorsOfImgadm(t *testing.T) {
	t.Parallel()
	newMachine(t).says(fails("imgadm -E get "+noImage, 3,
		`{"error":{"code":"ImageNotInstalled","exitStatus":3,"message":"image \"`+noImage+`\" was not found on zpool \"zones\""}}`+"\n"))
}

func TestSourcesOfImages(t *testing.T) {
	t.Parallel()
	newMachine(t).says(
		prints("imgadm sources -a https://example.com", "Added \"imgapi\" image source \"https://example.com\"\n"),
		prints("imgadm sources -a https://example.com", "Already have image source \"https://example.com\", no changes\n"),
		prints("imgadm sources", "https://images.smartos.org\nhttps://example.com\n"),
		prints("imgadm sources -d https://images.smartos.org", "Deleted image source \"https://images.smartos.org\"\n"),
		prints("imgadm sources -j", "[\n  {\n    \"url\": \"https://example.com\",\n    \"type\": \"imgapi\"\n  }\n]\n"),
		prints("imgadm sources -d https://example.com", "Deleted image source \"https://example.com\"\n"),
		prints("imgadm sources -j", "[]\n"),
		fails("imgadm import "+baseImage, 1,
			"imgadm: error (ActiveImageNotFound): an active image with id or docker repo:tag \""+baseImage+"\" was not found\n"),
	)
}

func TestNicTags(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.addZone()
	m.says(
		prints("nictagadm list", "NAME      MACADDRESS         LINK    TYPE\n"+
			"admin     02:08:20:00:00:01  ixgbe0  normal\n"+
			"external  02:08:20:00:00:02  ixgbe1  normal\n"+
			"stub0     -                  -       etherstub\n"),
		prints("nictagadm list -l -p", "stub0:-:-:etherstub\n"),
		prints("nictagadm list -L -p", `admin:02\:08\:20\:00\:00\:01:ixgbe0:normal`+"\n"+`external:02\:08\:20\:00\:00\:02:ixgbe1:normal`+"\n"),
		prints("nictagadm list -L -p -d ,", "admin,02:08:20:00:00:01,ixgbe0,normal\nexternal,02:08:20:00:00:02,ixgbe1,normal\n"),
		prints("nictagadm exists admin stub0", ""),
		fails("nictagadm exists admin none other", 1, "invalid tag: none\ninvalid tag: other\n"),
		fails("nictagadm exists -l admin none", 1, "none\n"),
		prints("nictagadm add storage 02:08:20:00:00:09", ""),
		prints("nictagadm add -l stub1", ""),
		prints("nictagadm exists storage stub1", ""),
		fails("nictagadm add storage 02:08:20:00:00:0a", 1, "Error: nic tag already exists: storage\n"),
		fails("nictagadm add bad-name 02:08:20:00:00:0a", 1,
			"Error: tag names must be alphanumeric or underscore, and at most 30 characters long: bad-name\n"),
		prints("nictagadm vms external", zoneUUID+"\n"),
		prints("nictagadm vms admin", ""),
		fails("nictagadm delete external", 1, "Error: nic tag \"external\" is in use by the following VMs:\n"+zoneUUID+"\n"),
		prints("nictagadm delete storage", ""),
		fails("nictagadm delete storage", 1, "Error: tag does not exist: storage\n"),
	)
	if found := m.run("nictagadm frobnicate", ""); found.Exit != 2 || !strings.HasPrefix(found.Stderr, "Usage:") {
		t.Errorf("wrong use gives %+v", found)
	}
}

func TestOverlayTagsAreAskedForWithANumber(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.with(func(n *node.Node) {
		n.Settings().NicTags = append(n.Settings().NicTags, node.NicTag{Name: "sdc_overlay", Type: node.OverlayRule})
		n.SettingsChanged()
	})
	m.says(
		prints("nictagadm exists sdc_overlay/1234", ""),
		fails("nictagadm exists sdc_overlay", 1, "invalid tag: sdc_overlay\n"),
		fails("nictagadm exists admin/1", 1, "invalid tag: admin/1\n"),
	)
}

func TestSysinfo(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.with(func(n *node.Node) {
		n.Settings().DatacenterName = "lab"
		n.Settings().Sysinfo = map[string]any{"Bhyve Capable": nil, "CPU Total Cores": 4}
		n.SettingsChanged()
	})
	var info map[string]any
	m.check(json.Unmarshal([]byte(m.run("sysinfo", "").Stdout), &info))
	_, capable := info["Bhyve Capable"]
	found := []any{info["UUID"], info["Hostname"], info["Live Image"], info["MiB of Memory"], info["Zpool"], info["Datacenter Name"], capable,
		info["CPU Total Cores"], info["VM Capable"]}
	wanted := []any{"00000000-0000-0000-0000-0cc47a000001", "cn1", "20260312T000000Z", "65536", "zones", "lab", false, 4.0, true}
	if diff := cmp.Diff(wanted, found); diff != "" {
		t.Errorf("sysinfo (-wanted +found):\n%s", diff)
	}
}

func TestFirewallRules(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.addZone()
	added := m.run("fwadm add -e -g from any to vm "+zoneUUID+" allow TCP port 22", "")
	uuid := regexp.MustCompile(`[0-9a-f-]{36}`).FindString(added.Stdout)
	text := "FROM any TO vm " + zoneUUID + " ALLOW tcp PORT 22"
	if diff := cmp.Diff(result{Stdout: fmt.Sprintf("Added rules:\n%s true    %s\n", uuid, text)}, added); diff != "" {
		t.Fatalf("add (-wanted +found):\n%s", diff)
	}
	before := m.rule(uuid)
	m.says(
		prints("fwadm list", "UUID                                 ENABLED RULE\n"+uuid+" true    "+text+"\n"),
		prints("fwadm list -p -o enabled,uuid -d ,", "true,"+uuid+"\n"),
		prints("fwadm disable "+uuid, "Updated rules:\n"+uuid+" false   "+text+"\n"),
		prints("fwadm update "+uuid+" FROM tag role=web TO all vms BLOCK udp PORT 53", "Updated rules:\n"+uuid+
			" false   FROM tag \"role\" = \"web\" TO all vms BLOCK udp PORT 53\n"),
		fails("fwadm update "+uuid+" FROM nowhere", 1, "Syntax error in rule: FROM nowhere\n"),
		fails("fwadm add FROM any TO any ALLOW tcp PORT 1", 1, "owner_uuid required\n"),
		fails("fwadm get "+noImage, 1, "Could not find rule \""+noImage+"\"\n"),
		prints("fwadm status "+zoneUUID, "stopped\n"),
		prints("fwadm start "+zoneUUID, "Firewall started for VM "+zoneUUID+"\n"),
		prints("fwadm status "+zoneUUID, "running\n"),
	)
	after := m.rule(uuid)
	if before["version"] == after["version"] {
		t.Error("the version of a changed rule stayed")
	}
	m.says(
		prints("fwadm delete "+uuid, "Deleted rules:\n"+uuid+" false   FROM tag \"role\" = \"web\" TO all vms BLOCK udp PORT 53\n"),
		prints("fwadm list -j", "[]\n"),
	)
}

func (m machine) rule(uuid string) map[string]any {
	m.Helper()
	var found map[string]any
	m.check(json.Unmarshal([]byte(m.run("fwadm get "+uuid, "").Stdout), &found))
	return found
}

func TestFirewallRulesFromStandardInput(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	rules := `{"rules": [{"uuid": "` + zoneUUID + `", "rule": "FROM any TO all vms ALLOW icmp TYPE 8", "enabled": true, "owner_uuid": "` +
		noImage + `"}]}`
	found := m.run("fwadm add -j -f -", rules)
	if found.Exit != 0 {
		t.Fatalf("add: %+v", found)
	}
	one := m.rule(zoneUUID)
	delete(one, "version")
	wanted := map[string]any{"uuid": zoneUUID, "rule": "FROM any TO all vms ALLOW icmp TYPE 8", "enabled": true, "owner_uuid": noImage,
		"created_by": "fwadm"}
	if diff := cmp.Diff(wanted, one); diff != "" {
		t.Errorf("rule (-wanted +found):\n%s", diff)
	}
}
