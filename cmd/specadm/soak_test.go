package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/specadm/specadm/drivers/lab"
)

// TestSoak lets random things happen to a node with many instances: manifests come, change and go, somebody works on the node by hand, commands
// fail, lie and die, and runs are killed. After that one undisturbed apply converges, no instance is lost, made twice or unknown, and no secret
// is anywhere. SPECADM_SOAK=1 (make soak) takes more of all in eight courses of events, and SPECADM_SEED=N one of them.
func TestSoak(t *testing.T) {
	t.Parallel()
	if text := os.Getenv("SPECADM_SEED"); text != "" {
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		runSoak(t, seed, 50, 200)
		return
	}
	if os.Getenv("SPECADM_SOAK") == "" {
		runSoak(t, 1, 20, 50)
		return
	}
	for seed := range uint64(8) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			runSoak(t, seed, 50, 200)
		})
	}
}

func runSoak(t *testing.T, seed uint64, instances, operations int) {
	s := &soak{crashNode: newCrashNode(t, t.TempDir()), rand: rand.New(rand.NewPCG(seed, 0)), known: map[string]bool{}}
	if err := os.MkdirAll(filepath.Join(s.dir, "manifests"), 0o755); err != nil {
		t.Fatal(err)
	}
	for range instances {
		s.add()
	}
	s.apply("destroy")
	for range operations {
		s.happen()
	}
	s.end()
	if t.Failed() {
		t.Logf("seed %d, what happened:\n%s", seed, strings.Join(s.story, "\n"))
	}
}

// canary is what every secret of a soak begins with.
const canary = "canary-4711-"

type soak struct {
	*crashNode
	rand      *rand.Rand
	manifests []*soaked
	known     map[string]bool // names that ever had a manifest
	story     []string
}

// soaked is a manifest of a soak.
type soaked struct {
	name          string
	machine       bool
	state         string // "": power is not managed
	quota, shares int
	memory, disk  int
	tags          map[string]string
	secret        int
	policy        string
}

func (s *soak) tell(format string, args ...any) {
	s.story = append(s.story, fmt.Sprintf(format, args...))
}

// one chooses.
func one[T any](s *soak, from ...T) T { return from[s.rand.IntN(len(from))] }

func (s *soak) write(m *soaked) {
	s.Helper()
	text := fmt.Sprintf("apiVersion: specadm/v1\nkind: Instance\nmetadata: {name: %s}\npolicy: %s\nspec:\n", m.name, m.policy)
	if m.state != "" {
		text += "  state: " + m.state + "\n"
	}
	if m.machine {
		text += fmt.Sprintf("  brand: bhyve\n  ram: %d\n  flexible_disk_size: 8GiB\n  disks:\n  - {size: %dGiB, model: virtio, uuid: 0e6cf1a4-9fd4-4c8f-8f8e-%012d}\n  vnc_password: %q\n",
			m.memory, m.disk, s.number(m), fmt.Sprint("c-4711-", m.secret%10))
	} else {
		text += fmt.Sprintf("  brand: %s\n  image_uuid: 01b2c898-945f-11e1-a523-af1afbe22822\n  max_physical_memory: %d\n  quota: %d\n", "joyent-minimal", m.memory, m.quota)
	}
	text += fmt.Sprintf("  cpu_shares: %d\n  customer_metadata: {root_pw: %s%d}\n", m.shares, canary, m.secret)
	tags, err := json.Marshal(m.tags)
	if err != nil {
		s.Fatal(err)
	}
	text += "  tags: " + string(tags) + "\n"
	if err := os.WriteFile(s.file(m), []byte(text), 0o644); err != nil {
		s.Fatal(err)
	}
}

func (s *soak) file(m *soaked) string { return filepath.Join(s.dir, "manifests", m.name+".yaml") }

func (s *soak) number(m *soaked) int {
	n, err := strconv.Atoi(m.name[2:])
	if err != nil {
		s.Fatal(err)
	}
	return n
}

func (s *soak) add() {
	m := &soaked{
		name: fmt.Sprintf("vm%d", len(s.known)), machine: s.rand.IntN(4) == 0, state: one(s, "", "running", "stopped"),
		quota: 5 + s.rand.IntN(5), shares: 100 + s.rand.IntN(100), memory: 256, disk: 1, tags: map[string]string{}, secret: s.rand.IntN(100),
		policy: one(s, "{grace: 0, protect: false}", "{protect: false}", "{}", "{grace: 0, protect: true}"),
	}
	s.known[m.name] = true
	s.manifests = append(s.manifests, m)
	s.write(m)
	s.tell("manifest %s: new", m.name)
}

// happen lets one thing happen.
func (s *soak) happen() {
	switch s.rand.IntN(10) {
	case 0:
		s.add()
	case 1:
		i := s.rand.IntN(len(s.manifests))
		if len(s.manifests) > 5 {
			s.tell("manifest %s: removed", s.manifests[i].name)
			if err := os.Remove(s.file(s.manifests[i])); err != nil {
				s.Fatal(err)
			}
			s.manifests = slices.Delete(s.manifests, i, i+1)
		}
	case 2, 3, 4:
		for range 1 + s.rand.IntN(4) {
			s.change(one(s, s.manifests...))
		}
	case 5, 6:
		s.byHand(one(s, s.manifests...))
	case 7:
		s.watch()
	default:
		s.faults()
		s.apply(one(s, "live", "reboot", "stop", "recreate", "destroy", "destroy"))
	}
}

func (s *soak) change(m *soaked) {
	switch s.rand.IntN(9) {
	case 0:
		m.quota++
	case 1:
		m.shares++
	case 2:
		m.memory += 64
	case 3:
		m.disk++
	case 4:
		m.tags[one(s, "a", "b", "c")] = one(s, "x", "y")
	case 5:
		delete(m.tags, one(s, "a", "b", "c"))
	case 6:
		m.secret++
	case 7:
		m.state = one(s, "", "running", "stopped", "absent")
	case 8:
		m.policy = one(s, "{grace: 0, protect: false}", "{protect: false}", "{}", "{grace: 0, protect: true}")
	}
	s.write(m)
	s.tell("manifest %s: %+v", m.name, *m)
}

// byHand changes something on the node behind specadm's back. It may fail: what it is about may not be there.
func (s *soak) byHand(m *soaked) {
	uuid, _, _ := s.exec("", filepath.Join(s.lab, "bin", "vmadm"), "list", "-H", "-o", "uuid", "alias="+m.name)
	uuid, _, _ = strings.Cut(strings.TrimSpace(uuid), "\n")
	if uuid == "" {
		return
	}
	words := one(s,
		[]string{"vmadm", "update", uuid, "cpu_shares=7"},
		[]string{"vmadm", "update", uuid, "quota=33"},
		[]string{"vmadm", "stop", uuid, "-F"},
		[]string{"vmadm", "start", uuid},
		[]string{"vmadm", "reboot", uuid, "-F"},
		[]string{"vmadm", "delete", uuid},
		[]string{"zfs", "set", "quota=3G", "zones/" + uuid},
		[]string{"zfs", "set", "sync=disabled", "zones/" + uuid},
		[]string{"zfs", "destroy", "zones/cores/" + uuid},
		[]string{"vmadm", "create-snapshot", uuid, "by-hand"},
	)
	_, _, code := s.exec("", filepath.Join(s.lab, "bin", words[0]), words[1:]...)
	s.tell("by hand, %s: %v: %d", m.name, words, code)
}

// faults makes a few commands of the next run go wrong.
func (s *soak) faults() {
	var faults []lab.Fault
	for range s.rand.IntN(4) {
		words := one(s, "vmadm create", "vmadm update", "vmadm update", "vmadm start", "vmadm stop", "vmadm delete", "vmadm reboot", "zfs create", " ")
		program, verb, _ := strings.Cut(words, " ")
		fault := lab.Fault{Program: program, Verb: verb, Nth: 1 + s.rand.IntN(4), At: one(s, lab.AtStart, lab.AtEnd), Stderr: "no luck"}
		fault.Effect = one(s, lab.Fail, lab.Fail, lab.Die, lab.Die, lab.Orphan, lab.Orphan, lab.Orphan, lab.Pretend)
		if program == "" {
			fault.Effect, fault.Nth = one(s, lab.Orphan, lab.Truncate), 1+s.rand.IntN(12)
		}
		if within := halfway()[words]; len(within) > 0 && fault.Effect != lab.Pretend && s.rand.IntN(2) == 0 {
			fault.At = one(s, within...)
		}
		faults = append(faults, fault)
		s.tell("fault %+v", fault)
	}
	if err := lab.SetFaults(s.lab, faults); err != nil {
		s.Fatal(err)
	}
}

// halfway are the places within commands where faults strike too.
func halfway() map[string][]string {
	return map[string][]string{
		"vmadm create": {"vmadm create: create datasets", "vmadm create: zoneadm install", "vmadm create: set zfs properties", "vmadm create: wait for provisioning"},
		"vmadm update": {"vmadm update: set quota", "vmadm update: write metadata"},
		"vmadm start":  {"vmadm start: boot"},
		"vmadm stop":   {"vmadm stop: halt"},
		"vmadm delete": {"vmadm delete: uninstall", "vmadm delete: destroy disks"},
	}
}

func (s *soak) apply(risk string) {
	s.Helper()
	stdout, stderr, code := s.run("apply", "manifests", "--auto-approve", "--max-risk", risk)
	s.tell("apply --max-risk %s: %d\n%s", risk, code, stdout)
	if !slices.Contains([]int{-1, 0, 14, 20, 30, 31}, code) {
		s.Errorf("apply leaves with %d:\n%s%s", code, stderr, stdout)
	}
	s.secretless("apply", stdout, stderr)
	if err := lab.SetFaults(s.lab, nil); err != nil {
		s.Fatal(err)
	}
}

// watch runs a watch for at least one pass.
func (s *soak) watch() {
	s.Helper()
	var out bytes.Buffer
	cmd := s.command(s.program, "watch", "manifests")
	cmd.Stdout, cmd.Stderr = &out, &out
	looks := func() int {
		return len(slices.DeleteFunc(s.calls(), func(c lab.Call) bool { return c.Program != "zfs" || verb(c) != "zfs get" }))
	}
	before := looks()
	if err := cmd.Start(); err != nil {
		s.Fatal(err)
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(30 * time.Second); looks() < before+1 && time.Now().Before(deadline); {
		<-tick.C
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.Fatal(err)
	}
	err := cmd.Wait()
	s.tell("watch: %v\n%s", err, out.String())
	s.secretless("watch", out.String())
}

// secretless asserts that a text has no secret.
func (s *soak) secretless(what string, texts ...string) {
	s.Helper()
	for _, text := range texts {
		if strings.Contains(text, canary) || strings.Contains(text, "c-4711-") {
			s.Errorf("a secret is in %s:\n%s", what, text)
		}
	}
}

// end asserts what must hold at last.
func (s *soak) end() {
	s.Helper()
	for _, m := range s.manifests { // what was protected until now can go in the run after that
		if m.state == "absent" {
			m.policy = "{protect: false}"
			s.write(m)
		}
	}
	stdout, stderr, code := s.run("apply", "manifests", "--auto-approve", "--max-risk", "destroy")
	s.tell("at last: %d\n%s", code, stdout)
	s.secretless("apply", stdout, stderr)
	if code != 0 && code != 14 {
		s.Errorf("an undisturbed apply leaves with %d:\n%s%s", code, stderr, stdout)
	}
	var plan struct {
		Items []struct {
			Name       string `json:"name"`
			Action     string `json:"action"`
			Operations []any  `json:"operations"`
			BlockedBy  []struct{ Code, Text string }
		} `json:"items"`
	}
	text, _, _ := s.run("plan", "manifests", "-o", "json", "--full")
	s.secretless("plan", text)
	if err := json.Unmarshal([]byte(text), &plan); err != nil {
		s.Fatal(err)
	}
	blocked := map[string]bool{}
	for _, item := range plan.Items {
		if len(item.Operations) > 0 {
			s.Errorf("%s: %d operations are left (%s)", item.Name, len(item.Operations), item.Action)
		}
		for _, reason := range item.BlockedBy {
			blocked[item.Name] = true
			s.tell("%s is blocked: %s: %s", item.Name, reason.Code, reason.Text)
			// What vmadm left half-made when it died is not deleted unasked (STATE).
			if reason.Code != "PROTECTED" && reason.Code != "STATE" {
				s.Errorf("%s is blocked: %s: %s", item.Name, reason.Code, reason.Text)
			}
		}
	}
	before := len(s.mutating())
	s.run("apply", "manifests", "--auto-approve", "--max-risk", "destroy")
	if after := s.mutating(); len(after) > before {
		s.Errorf("another apply ran %v", after[before:])
	}
	s.count(blocked)
	s.noSecretOnDisk()
	if stdout, stderr, code := s.run("history", "verify"); code != 0 {
		s.Errorf("history verify leaves with %d:\n%s%s", code, stdout, stderr)
	}
}

// count asserts that each manifest has its one instance, and that there is no instance that no manifest ever wanted.
func (s *soak) count(blocked map[string]bool) {
	s.Helper()
	var instances []struct {
		UUID     string            `json:"uuid"`
		Alias    string            `json:"alias"`
		Internal map[string]string `json:"internal_metadata"`
	}
	if err := json.Unmarshal([]byte(s.hand("vmadm", "lookup", "-j")), &instances); err != nil {
		s.Fatal(err)
	}
	found := map[string]int{}
	for _, instance := range instances {
		var mark struct {
			Name string `json:"name"`
			UUID string `json:"uuid"`
		}
		if err := json.Unmarshal([]byte(instance.Internal["specadm:owner"]), &mark); err != nil || mark.UUID != instance.UUID {
			s.Errorf("instance %s (%s) has no mark of its own: %v", instance.UUID, instance.Alias, err)
		}
		found[mark.Name]++
		if !s.known[mark.Name] || found[mark.Name] > 1 {
			s.Errorf("instance %s (%s): %d of %q", instance.UUID, instance.Alias, found[mark.Name], mark.Name)
		}
	}
	for _, m := range s.manifests {
		if found[m.name] == 0 && m.state != "absent" {
			s.Errorf("%s has no instance", m.name)
		}
	}
	s.tell("%d instances, %d manifests, blocked: %v", len(instances), len(s.manifests), blocked)
}

// noSecretOnDisk looks through all that specadm keeps, and the arguments of all commands.
func (s *soak) noSecretOnDisk() {
	s.Helper()
	files := 0
	look := func(path string) {
		text, err := os.ReadFile(path)
		if err != nil {
			s.Fatal(err)
		}
		files++
		if bytes.Contains(text, []byte(canary)) || bytes.Contains(text, []byte("c-4711-")) {
			s.Errorf("a secret is in %s", path)
		}
	}
	look(filepath.Join(s.lab, "calls.ndjson"))
	err := filepath.WalkDir(filepath.Join(s.lab, "var", "db", "specadm"), func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			look(path)
		}
		return err
	})
	if err != nil || files < 4 {
		s.Errorf("looked into %d files: %v", files, err)
	}
}
