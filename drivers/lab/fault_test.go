package lab_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/drivers/lab"
)

func TestFaultsOfAnUpdate(t *testing.T) {
	t.Parallel()
	const killed = -1
	tests := []struct {
		name   string
		fault  lab.Fault
		exit   int
		stderr string
		alias  string // afterwards
	}{
		{
			name:   "a failure at the start leaves the instance alone",
			fault:  lab.Fault{Effect: lab.Fail, Stderr: "no", Exit: 3},
			exit:   3,
			stderr: "no\n",
			alias:  "web0",
		},
		{
			name:   "a failure at the end comes after the change went through, and is all that is said",
			fault:  lab.Fault{Effect: lab.Fail, At: lab.AtEnd, Stderr: "timeout exceeded"},
			exit:   1,
			stderr: "timeout exceeded\n",
			alias:  "web1",
		},
		{
			name:   "a pretended success says everything and changes nothing",
			fault:  lab.Fault{Effect: lab.Pretend},
			stderr: "Successfully updated VM " + someUUID + "\n",
			alias:  "web0",
		},
		{
			name:  "a death at the start leaves the instance alone",
			fault: lab.Fault{Effect: lab.Die},
			exit:  killed,
			alias: "web0",
		},
		{
			name:   "a death at the end comes after the change went through",
			fault:  lab.Fault{Effect: lab.Die, At: lab.AtEnd, Signal: "ABRT"},
			exit:   killed,
			stderr: "Successfully updated VM " + someUUID + "\n",
			alias:  "web1",
		},
		{
			name:   "a change behind our back is undone by what comes after it",
			fault:  lab.Fault{Effect: lab.Run, Run: []string{"vmadm", "update", someUUID, "alias=theirs"}},
			stderr: "Successfully updated VM " + someUUID + "\nSuccessfully updated VM " + someUUID + "\n",
			alias:  "web1",
		},
		{
			name:   "a change behind our back at the end stays",
			fault:  lab.Fault{Effect: lab.Run, At: lab.AtEnd, Run: []string{"vmadm", "update", someUUID, "alias=theirs"}},
			stderr: "Successfully updated VM " + someUUID + "\nSuccessfully updated VM " + someUUID + "\n",
			alias:  "theirs",
		},
		{
			name:   "a fault for another program does not strike",
			fault:  lab.Fault{Program: "zfs", Effect: lab.Fail},
			stderr: "Successfully updated VM " + someUUID + "\n",
			alias:  "web1",
		},
		{
			name:   "a fault for other arguments does not strike",
			fault:  lab.Fault{Args: "alias=other", Effect: lab.Fail},
			stderr: "Successfully updated VM " + someUUID + "\n",
			alias:  "web1",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			n := newNode(t)
			n.zone()
			test.fault.Verb = "update"
			n.faults(test.fault)
			found := n.run("", "vmadm", "update", someUUID, "alias=web1")
			if diff := cmp.Diff(result{Stderr: test.stderr, Exit: test.exit}, found); diff != "" {
				t.Errorf("update (-wanted +found):\n%s", diff)
			}
			if diff := cmp.Diff(test.alias, n.object(someUUID)["alias"]); diff != "" {
				t.Errorf("alias (-wanted +found):\n%s", diff)
			}
		})
	}
}

func TestFaultsStrikeByNumber(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	n.faults(
		lab.Fault{Program: "zfs", Verb: "list", Effect: lab.Fail, Nth: 2, Times: 2},
		lab.Fault{Program: "zfs", Verb: "get", Effect: lab.Fail, Times: -1},
	)
	var exits []int
	for range 5 {
		exits = append(exits, n.run("", "zfs", "list").Exit)
	}
	for range 3 {
		exits = append(exits, n.run("", "zfs", "get", "type", "zones").Exit)
	}
	if diff := cmp.Diff([]int{0, 1, 1, 0, 0, 1, 1, 1}, exits); diff != "" {
		t.Errorf("statuses (-wanted +found):\n%s", diff)
	}
	faults, err := lab.Faults(n.dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([2][2]int{{5, 2}, {3, 3}}, [2][2]int{{faults[0].Seen, faults[0].Fired}, {faults[1].Seen, faults[1].Fired}}); diff != "" {
		t.Errorf("seen and fired (-wanted +found):\n%s", diff)
	}
}

func TestTruncatedOutput(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	whole := n.must("sysinfo") + "\n"
	n.faults(lab.Fault{Program: "sysinfo", Effect: lab.Truncate, Keep: 10}, lab.Fault{Program: "sysinfo", Nth: 2, Effect: lab.Truncate})
	if diff := cmp.Diff(result{Stdout: whole[:10]}, n.run("", "sysinfo")); diff != "" {
		t.Errorf("first (-wanted +found):\n%s", diff)
	}
	if diff := cmp.Diff(result{Stdout: whole[:len(whole)/2]}, n.run("", "sysinfo")); diff != "" {
		t.Errorf("second (-wanted +found):\n%s", diff)
	}
}

func TestAStaleReadShowsTheWorldBeforeTheChange(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	n.zone()
	n.faults(lab.Fault{Program: "zfs", Verb: "set", Effect: lab.Stale, Reads: 2})
	n.must("zfs", "set", "quota=20G", "zones/"+someUUID)
	var quotas []any
	for range 3 {
		quotas = append(quotas, n.object(someUUID)["quota"])
	}
	if diff := cmp.Diff([]any{10.0, 10.0, 20.0}, quotas); diff != "" {
		t.Errorf("quotas that vmadm shows (-wanted +found):\n%s", diff)
	}
	if diff := cmp.Diff("21474836480", n.must("zfs", "get", "-Hpo", "value", "quota", "zones/"+someUUID)); diff != "" {
		t.Errorf("quota that zfs shows (-wanted +found):\n%s", diff)
	}
	if entries, err := os.ReadDir(n.dir + "/stale"); err != nil || len(entries) > 0 {
		t.Errorf("old worlds are left: %v, %v", entries, err)
	}
}

func TestAHungProgramHasLeftWhatItDidAndFreedTheLock(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	n.zone()
	n.faults(lab.Fault{Program: "vmadm", Verb: "update", At: lab.AtEnd, Effect: lab.Hang})
	hung := n.program("vmadm", "update", someUUID, "alias=web1")
	stderr, err := hung.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := hung.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := stderr.Read(make([]byte, 1)); err != nil { // its success: all but the hanging is done or about to be
		t.Fatal(err)
	}
	if diff := cmp.Diff("web1", n.object(someUUID)["alias"]); diff != "" {
		t.Errorf("alias (-wanted +found):\n%s", diff)
	}
	if err := hung.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := hung.Wait(); err == nil || hung.ProcessState.ExitCode() != -1 {
		t.Errorf("the hung program ended with %v", err)
	}
	calls, err := lab.Calls(n.dir)
	if err != nil {
		t.Fatal(err)
	}
	if found := calls[1]; found.Exit != -1 || !cmp.Equal(found.Faults, []lab.Effect{lab.Hang}) {
		t.Errorf("the hung program is logged as %+v", found)
	}
}

// An update whose step fails leaves the steps before it done (reference 10.1, 23.11).
func TestAFaultAtACheckpointFailsHalfWay(t *testing.T) {
	t.Parallel()
	for _, effect := range []lab.Effect{lab.Fail, lab.Die} {
		t.Run(string(effect), func(t *testing.T) {
			t.Parallel()
			n := newNode(t)
			n.zone()
			n.faults(lab.Fault{At: "vmadm update: set quota", Effect: effect, Stderr: "cannot set property for 'zones/x': I/O error"})
			found := n.run(`{"alias": "web1", "quota": 20}`, "vmadm", "update", someUUID)
			if found.Exit == 0 || effect == lab.Fail && !strings.Contains(found.Stderr, "cannot set property for 'zones/x': I/O error") {
				t.Errorf("the update ended with %+v", found)
			}
			object := n.object(someUUID)
			if diff := cmp.Diff([]any{"web1", 10.0}, []any{object["alias"], object["quota"]}); diff != "" {
				t.Errorf("alias and quota (-wanted +found):\n%s", diff)
			}
		})
	}
}

func TestAFaultMayChangeThePoolBetweenSteps(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	n.zone()
	n.faults(lab.Fault{At: "vmadm update: set quota", Effect: lab.Run, Run: []string{"zfs", "set", "foo:bar=1", "zones/" + someUUID}})
	n.mustWith(`{"quota": 20}`, "vmadm", "update", someUUID)
	if diff := cmp.Diff("1\n21474836480", n.must("zfs", "get", "-Hpo", "value", "foo:bar,quota", "zones/"+someUUID)); diff != "" {
		t.Errorf("values (-wanted +found):\n%s", diff)
	}
}

func TestMisspeltFaultsAreRefused(t *testing.T) {
	t.Parallel()
	for text, wanted := range map[string]string{
		`[{"effect": "explode"}]`:                              `fault 1: unknown effect "explode"`,
		`[{"effect": "fail"}, {"effect": "run"}]`:              `fault 2: effect "run" without a program to run`,
		`[{"effect": "run", "run": ["rm"]}]`:                   `fault 1: effect "run" with the unknown program "rm"`,
		`[{"effect": "die", "signal": "HUGE"}]`:                `fault 1: unknown signal "HUGE"`,
		`[{"effect": "pretend", "at": "vmadm update: write"}]`: `fault 1: effect "pretend" cannot strike at a checkpoint`,
		`[{"effect": "stale"}]`:                                `fault 1: effect "stale" needs reads or forMS`,
		`[{"efect": "fail"}]`:                                  `json: unknown field "efect"`,
	} {
		_, err := lab.ParseFaults([]byte(text))
		if err == nil || err.Error() != "cannot read the faults of the lab: "+wanted {
			t.Errorf("%s: error is %v, wanted %s", text, err, wanted)
		}
	}
}
