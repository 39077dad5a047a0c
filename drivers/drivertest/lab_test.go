package drivertest_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/specadm/specadm/drivers/drivertest"
	"github.com/specadm/specadm/drivers/lab"
	"github.com/specadm/specadm/drivers/lab/node"
)

// nodeVariable chooses another node than a fresh lab: "local" is this machine, "lab:DIR" a lab that exists.
const nodeVariable = "SPECADM_CONTRACT_NODE"

// TestMain lets the programs of a lab be this test binary, and makes `go test -list` name the cases too.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "lab" && os.Args[2] == "exec" {
		os.Exit(lab.Exec(os.Args[3:], os.Stdin, os.Stdout, os.Stderr))
	}
	flag.Parse()
	// Programs of the lab are this binary: built with -race, each would sleep for a second before it ends.
	if err := os.Setenv("GORACE", "atexit_sleep_ms=0"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if list := flag.Lookup("test.list").Value.String(); list != "" {
		if err := listCases(list); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
	os.Exit(m.Run())
}

// listCases prints the cases that match, as subtests are written.
func listCases(pattern string) error {
	wanted, err := regexp.Compile(pattern)
	if err != nil {
		return fmt.Errorf("cannot list cases: %w", err)
	}
	for _, c := range drivertest.Cases() {
		if name := "TestContract/" + strings.ReplaceAll(c.Name, " ", "_"); wanted.MatchString(name) {
			fmt.Println(name)
		}
	}
	return nil
}

// TestContract puts a node before the suite.
func TestContract(t *testing.T) {
	if testing.Short() {
		t.Skip("the work is done by processes of a lab, one after the other")
	}
	switch chosen := os.Getenv(nodeVariable); {
	case chosen == "":
		drivertest.Run(t, newLab(t, nil))
	case chosen == "local":
		drivertest.Run(t, drivertest.Node{Patience: drivertest.RealPatience})
	case strings.HasPrefix(chosen, "lab:"):
		dir := strings.TrimPrefix(chosen, "lab:")
		drivertest.Run(t, drivertest.Node{Bin: filepath.Join(dir, "bin"), Lab: powers{dir: dir}})
	default:
		t.Fatalf("%s must be local or lab:DIR, not %q", nodeVariable, chosen)
	}
}

func TestCasesNameTheirSectionOnce(t *testing.T) {
	seen := map[string]bool{}
	section := regexp.MustCompile(`^([1-9]|1[0-9]|20|21)(\.[0-9])?$`)
	for _, c := range drivertest.Cases() {
		if !section.MatchString(c.Section()) {
			t.Errorf("%q begins with no section of the reference", c.Name)
		}
		if seen[c.Name] {
			t.Errorf("there are two cases %q", c.Name)
		}
		seen[c.Name] = true
	}
}

// newLab makes a lab whose settings differ from the usual ones in these members.
func newLab(t testing.TB, settings map[string]any) drivertest.Node {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "lab")
	if err := lab.Create(dir, lab.Options{}); err != nil {
		t.Fatal(err)
	}
	if err := changeSettings(filepath.Join(dir, "node.json"), settings); err != nil {
		t.Fatal(err)
	}
	return drivertest.Node{Bin: filepath.Join(dir, "bin"), Lab: powers{dir: dir}}
}

func changeSettings(path string, change map[string]any) error {
	if len(change) == 0 {
		return nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var settings map[string]any
	if err := json.Unmarshal(content, &settings); err != nil {
		return err
	}
	maps.Copy(settings, change)
	if content, err = json.Marshal(settings); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o600)
}

// powers are those of the lab in a directory.
type powers struct{ dir string }

func (powers) Own(t testing.TB, settings map[string]any) drivertest.Node { return newLab(t, settings) }

func (p powers) Fault(t testing.TB, fault map[string]any) {
	t.Helper()
	text, err := json.Marshal([]any{fault})
	if err != nil {
		t.Fatal(err)
	}
	added, err := lab.ParseFaults(text)
	if err != nil {
		t.Fatal(err)
	}
	faults, err := lab.Faults(p.dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := lab.SetFaults(p.dir, append(faults, added...)); err != nil {
		t.Fatal(err)
	}
}

func (p powers) Write(t testing.TB, volume string, bytes int64) {
	t.Helper()
	if err := p.write(volume, bytes); err != nil {
		t.Fatal(err)
	}
}

func (p powers) write(volume string, bytes int64) (err error) {
	world, err := node.Open(p.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, world.Close()) }()
	zpool, err := world.Pool(volume)
	if err != nil {
		return err
	}
	if err := zpool.Write(volume, bytes); err != nil {
		return err
	}
	return world.Save()
}
