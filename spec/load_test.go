package spec

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// tree writes files below a new directory; a text of the form "-> target" makes a symbolic link.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if target, ok := strings.CutPrefix(text, "-> "); ok {
			err = os.Symlink(target, path)
		} else {
			err = os.WriteFile(path, []byte(text), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func named(name string) string {
	return "apiVersion: specadm/v1\nkind: Instance\nmetadata: {name: " + name + "}\nspec: {brand: kvm}\n"
}

func TestATreeIsReadInByteOrderWithoutLeftovers(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{
		"b.yaml": named("b1"), "a/z.yml": named("a1"), "a.yaml": named("a2") + "---\n" + named("a3"), "payload.json": `{"alias": "p", "brand": "kvm"}`,
		".git/x.yaml": "broken: [", ".hidden.yaml": "broken: [", "b.yaml~": "broken: [", "#b.yaml#": "broken: [", "README.md": "broken: [",
		"linked.yaml": "-> b.yaml", "loop": "-> .", "twice": "-> a", "outside.yaml": "-> nowhere", "dangling": "-> nowhere",
	})
	repository, err := Load([]string{dir, filepath.Join(dir, "b.yaml")}, LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for _, m := range repository.Manifests {
		file, _ := filepath.Rel(dir, m.Source.File)
		have = append(have, m.Name+" "+file)
	}
	want := []string{"a1 a/z.yml", "a2 a.yaml", "a3 a.yaml", "b1 b.yaml", "p payload.json"}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("want (-), have (+):\n%s", diff)
	}
	if repository.Files != 4 {
		t.Errorf("read %d files, want 4", repository.Files)
	}
	if f := repository.Findings; len(f) != 1 || f[0].Code != "SA1001" || filepath.Base(f[0].File) != "outside.yaml" {
		t.Errorf("want one finding, about the link that leads nowhere; have %+v", f)
	}
}

func TestAPathThatDoesNotExistIsAnError(t *testing.T) {
	t.Parallel()
	if _, err := Load([]string{filepath.Join(t.TempDir(), "none")}, LoadOptions{}); err == nil {
		t.Error("no error")
	}
}

func TestAnEmptyTreeIsSaid(t *testing.T) {
	t.Parallel()
	repository, err := Load([]string{tree(t, map[string]string{"a.yaml": "# nothing yet\n"})}, LoadOptions{})
	if err != nil || len(repository.Findings) != 1 || repository.Findings[0].Code != "SA1004" {
		t.Errorf("have %+v, %v", repository, err)
	}
}

func TestAFileIsReadWhateverItsName(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"payload": ` {"alias": "p", "brand": "kvm"}`, "manifest.txt": named("m")})
	repository, err := Load([]string{filepath.Join(dir, "payload"), filepath.Join(dir, "manifest.txt")}, LoadOptions{})
	if err != nil || len(repository.Manifests) != 2 || len(repository.Findings) != 0 {
		t.Errorf("have %+v, %v", repository, err)
	}
}

func TestAManifestHoldsWhatItsFileSays(t *testing.T) {
	t.Parallel()
	text := `# a comment
apiVersion: specadm/v1
kind: Instance
metadata:
  name: web0
  node: cn1
  labels: {role: web}
  generation: 2
spec:
  state: running
  brand: joyent
  image_uuid: 01b2c898-945f-11e1-a523-af1afbe22822
  ram: 512MiB
  quota: 20GiB
  autoboot: false
  cpu_cap: 0
  resolvers: []
  hostname: null
  limit_priv: default,dtrace_user
  nics:
  - nic_tag: external
    mac: 2:8:20:AA:BB:1
    ip: 10.2.121.70
    netmask: 255.255.0.0
    gateway: 10.2.121.1
    primary: true
  customer_metadata:
    user-script: |
      #!/bin/sh
      echo ${HOME}
  zfs: {".": {sync: disabled, copies: 2}}
policy:
  maxRisk: reboot
  adopt: true
`
	repository := Parse("web0.yaml", []byte(text), LoadOptions{Owner: "acme"})
	want := &Manifest{
		Name: "web0", Node: "cn1", Labels: map[string]string{"role": "web"}, Generation: 2,
		UUID: DeriveUUID("acme", "web0", 2), Brand: Joyent, State: Running, Document: Envelope,
		Spec: Object{
			"alias": "web0", "brand": "joyent", "image_uuid": "01b2c898-945f-11e1-a523-af1afbe22822",
			"max_physical_memory": int64(512), "quota": int64(20), "autoboot": false, "cpu_cap": int64(0), "resolvers": []any{}, "hostname": nil,
			"limit_priv": []any{"default", "dtrace_user"},
			"nics": []any{Object{"nic_tag": "external", "mac": "02:08:20:aa:bb:01", "ips": []any{"10.2.121.70/16"}, "gateways": []any{"10.2.121.1"},
				"primary": true}},
			"customer_metadata": Object{"user-script": "#!/bin/sh\necho ${HOME}\n"},
		},
		ZFS:    map[string]map[string]string{".": {"sync": "disabled", "copies": "2"}},
		Policy: Policy{MaxRisk: new(Reboot), Adopt: true},
		Source: Position{File: "web0.yaml", Line: 2, Column: 1},
	}
	if len(repository.Manifests) != 1 {
		t.Fatalf("have %d manifests, findings %+v", len(repository.Manifests), repository.Findings)
	}
	m := repository.Manifests[0]
	if diff := cmp.Diff(want, m, cmpopts.IgnoreUnexported(Manifest{})); diff != "" {
		t.Errorf("want (-), have (+):\n%s", diff)
	}
	for pointer, line := range map[string]int{"/spec/quota": 14, "/spec/nics/0/mac": 22, "/spec/nics/0/vlan_id": 21, "/metadata/name": 5, "/spec/zpool": 10, "": 2} {
		if have := m.Position(pointer); have.Line != line {
			t.Errorf("%s is at %v, want line %d", pointer, have, line)
		}
	}
}

func TestAPayloadIsAManifestToo(t *testing.T) {
	t.Parallel()
	text := `{"hostname": "db0.example", "brand": "kvm", "autoboot": "false", "ram": "1024", "zonename": "x",
  "uuid": "8a6f8d54-5ad5-49e7-8b35-8d9d0b6f2c22", "colour": "red", "disks": [{"size": "10240", "model": "virtio"}]}`
	repository := Parse("db0.json", []byte(text), LoadOptions{})
	want := []*Manifest{{
		Name: "db0.example", UUID: "8a6f8d54-5ad5-49e7-8b35-8d9d0b6f2c22", OwnUUID: true, Brand: KVM, Document: Payload,
		Spec: Object{"hostname": "db0.example", "brand": "kvm", "autoboot": false, "ram": int64(1024), "uuid": "8a6f8d54-5ad5-49e7-8b35-8d9d0b6f2c22",
			"disks": []any{Object{"size": int64(10240), "model": "virtio"}}},
		Source: Position{File: "db0.json", Line: 1, Column: 1},
	}}
	if diff := cmp.Diff(want, repository.Manifests, cmpopts.IgnoreUnexported(Manifest{})); diff != "" {
		t.Errorf("want (-), have (+):\n%s", diff)
	}
	if have := repository.Manifests[0].Position("/spec/disks/0/size"); have.Line != 2 || have.Column != 87 {
		t.Errorf("disks[0].size is at %v", have)
	}
}

func TestARepositoryDocumentNamesTheOwner(t *testing.T) {
	t.Parallel()
	text := named("a") + "---\napiVersion: specadm/v1\nkind: Repository\nmetadata: {name: acme}\nspec: {prune: {enabled: true, max: 3, maxPercent: 20}}\n"
	repository := Parse("a.yaml", []byte(text), LoadOptions{})
	if repository.Owner != "acme" || repository.Prune != (Prune{Enabled: true, Max: 3, MaxPercent: 20}) {
		t.Errorf("have owner %q, prune %+v", repository.Owner, repository.Prune)
	}
	if have := repository.Manifests[0].UUID; have != DeriveUUID("acme", "a", 0) {
		t.Errorf("the uuid %s does not follow from the owner", have)
	}
}

func TestDerivedUUIDsNeverChange(t *testing.T) {
	t.Parallel()
	// This value stands on live nodes: a change would make every instance a new one.
	if have := DeriveUUID("default", "web0", 0); have != "f7d84619-0389-52ce-b84f-74ee8e88931a" {
		t.Errorf("have %s", have)
	}
	if DeriveUUID("default", "web0", 0) == DeriveUUID("default", "web0", 1) || DeriveUUID("a", "b", 0) == DeriveUUID("ab", "", 0) {
		t.Error("different instances have one uuid")
	}
}

func TestABrokenManifestIsKeptAndTheOthersStayUsable(t *testing.T) {
	t.Parallel()
	text := named("good") + "---\n" + strings.Replace(named("bad"), "{brand: kvm}", "{brand: kvm, quota: x}", 1) + "---\n" +
		"apiVersion: specadm/v1\nkind: Instance\nmetadata:\n  name: unreadable\nspec: {brand: [}\n"
	repository := Parse("a.yaml", []byte(text), LoadOptions{})
	have := map[string]bool{}
	for _, m := range repository.Manifests {
		have[m.Name] = m.Broken
	}
	if diff := cmp.Diff(map[string]bool{"good": false, "bad": true, "unreadable": true}, have); diff != "" {
		t.Errorf("want (-), have (+):\n%s", diff)
	}
}

func TestNoFindingShowsASecret(t *testing.T) {
	t.Parallel()
	const secret = "CANARY"
	for name, text := range map[string]string{
		"too long":            bhyve + "  vnc_password: " + secret + "-and-more\n",
		"a neighbour":         "{alias: a, vnc_password: " + secret + ", brand: bhyve, quota: x}\n",
		"a neighbour in JSON": `{"alias": "a", "brand": "kvm", "customer_metadata": {"root_pw": "` + secret + `", "x": [1]}}`,
		"an object":           bhyve + "  customer_metadata: {root_pw: {value: " + secret + "}}\n",
		"a token":             bhyve + "  customer_metadata: {root_pw: '${" + secret + "}'}\n",
		"folded quotes":       bhyve + "  customer_metadata: {root_pw: \"a\n    " + secret + "\", x: [1]}\n",
		"broken JSON":         `{"alias": "a", "customer_metadata": {"root_pw": "` + secret + `" "x": 1}}`,
		"broken YAML":         "spec:\n  customer_metadata:\n    api_token: |\n      x\n\t" + secret + "\n",
		"broken below a key":  "spec:\n  vnc_password: [\n      '" + secret + "\n",
		"an unknown key":      bhyve + "  admin_passwd: " + secret + "\n",
		"a typographic quote": bhyve + "  vnc_password: “" + secret + "”\n",
		"a number":            bhyve + "  customer_metadata: {root_pw: 0777}\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			repository := Parse("a.yaml", []byte(text), LoadOptions{})
			if len(repository.Findings) == 0 {
				t.Error("no finding")
			}
			for _, f := range repository.Findings {
				if shown := f.Message + f.Suggestion + f.Snippet; strings.Contains(shown, secret) || strings.Contains(shown, "777") {
					t.Errorf("%s: %s | %s | %s", f.Code, f.Message, f.Suggestion, f.Snippet)
				}
			}
		})
	}
}
