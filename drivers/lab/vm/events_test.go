package vm_test

import (
	"bufio"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/drivers/lab/node"
	"github.com/specadm/specadm/drivers/lab/vm"
)

// events starts vmadm events and returns a reader of its lines; the stream ends with the test.
func (l *testLab) events(args ...string) *bufio.Scanner {
	l.t.Helper()
	read, write := io.Pipe()
	l.t.Cleanup(func() { read.Close() })
	n, err := node.Open(l.dir)
	if err != nil {
		l.t.Fatal(err)
	}
	go func() {
		call := &node.Call{Node: n, Program: "vmadm", Args: append([]string{"events"}, args...), Stdout: write, Stderr: io.Discard}
		vm.Vmadm(call)
		write.CloseWithError(n.Close())
	}()
	scanner := bufio.NewScanner(read)
	scanner.Buffer(nil, 1<<20)
	return scanner
}

type event struct {
	Type    string         `json:"type"`
	UUID    string         `json:"uuid"`
	VM      map[string]any `json:"vm"`
	VMs     map[string]any `json:"vms"`
	Changes []struct {
		Pretty string `json:"prettyPath"`
		Path   []any  `json:"path"`
		Action string `json:"action"`
		Old    any    `json:"oldValue"`
		New    any    `json:"newValue"`
		Ident  string `json:"ident"`
	} `json:"changes"`
}

func next(t *testing.T, lines *bufio.Scanner) event {
	t.Helper()
	if !lines.Scan() {
		t.Fatalf("the stream ended: %v", lines.Err())
	}
	var e event
	if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// Reference 20, 23.15.
func TestSection20EventsTellOfEveryChange(t *testing.T) {
	t.Parallel()
	lab := newLab(t)
	lines := lab.events("-j", "-r")
	if ready := next(t, lines); ready.Type != "ready" || len(ready.VMs) != 0 {
		t.Errorf("first line %+v", ready)
	}
	lab.must(zonePayload(`"alias":"web0","nics":[{"mac":"02:08:20:5e:00:01","nic_tag":"admin","ips":["10.0.0.1/24"]}]`), "create")
	if created := next(t, lines); created.Type != "create" || created.VM["alias"] != "web0" || created.Changes != nil {
		t.Errorf("create %+v", created)
	}
	lab.must(`{"alias":"web1","update_nics":[{"mac":"02:08:20:5e:00:01","vlan_id":7}]}`, "update", web0)
	modified := next(t, lines)
	changes := map[string]any{}
	for _, change := range modified.Changes {
		changes[change.Pretty+" "+change.Action+" "+change.Ident] = change.New
	}
	delete(changes, "last_modified changed ")
	wanted := map[string]any{"alias changed ": "web1", "nics.*.vlan_id added 02:08:20:5e:00:01": 7.0}
	if diff := cmp.Diff(wanted, changes); diff != "" || modified.Type != "modify" {
		t.Errorf("%s (-want +got):\n%s", modified.Type, diff)
	}
	lab.must("", "delete", web0)
	if deleted := next(t, lines); deleted.Type != "delete" || deleted.UUID != web0 || deleted.VM != nil {
		t.Errorf("delete %+v", deleted)
	}
}

func TestSection20EventsForPeople(t *testing.T) {
	t.Parallel()
	lab := newLab(t)
	lab.must(zonePayload(`"alias":"web0"`), "create")
	lines := lab.events(web0)
	lab.must("", "start", web0)
	found := false
	for !found && lines.Scan() {
		found = strings.HasSuffix(lines.Text(), `1f2c0c9a web0 modify: state changed :: "stopped" -> "running"`)
	}
	if !found {
		t.Error("no line tells of the state")
	}
}

func TestSection20EventsOfAnUnknownInstanceAreRefused(t *testing.T) {
	t.Parallel()
	want := outcome{stderr: "VM " + web0 + " not found\n", exit: 1}
	if diff := cmp.Diff(want, newLab(t).vmadm("", "events", web0), cmp.AllowUnexported(outcome{})); diff != "" {
		t.Errorf("outcome (-want +got):\n%s", diff)
	}
}
