package vm_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/drivers/lab/node"
)

func TestSection23AFailureInTheMiddleLeavesTheEarlierSteps(t *testing.T) {
	t.Parallel()
	lab := play(t, created(zonePayload("")))
	got := lab.runWithFault("vmadm update: set quota", "Command failed: out of luck", `{"alias":"kept","quota":3}`, "update", web0)
	if diff := cmp.Diff(outcome{exit: 1, stderr: "first of 1 error: Command failed: out of luck\n"}, got, cmp.AllowUnexported(outcome{})); diff != "" {
		t.Errorf("outcome (-want +got):\n%s", diff)
	}
	lab.expect(map[string]any{"alias": "kept", "quota": 10.})
}

func TestSection23ReadsLagBehind(t *testing.T) {
	t.Parallel()
	lab := play(t, created(zonePayload(`"alias":"then","nics":[`+nic1+`]`)))
	delay := func(millis int) {
		lab.change(func(n *node.Node) {
			n.Settings().CacheDelayMS = millis
			n.SettingsChanged()
		})
	}
	delay(3600_000)
	lab.expect(map[string]any{"quota": 10.})
	lab.setProperty("zones/"+web0, "quota", "5G")
	lab.play(
		timeout(`{"alias":"now"}`), // waits longer than vmadm does
		updated(onNic1+`"vlan_id":9}]}`),
		step{command: "list -H -o alias,quota,nics.0.vlan_id", stdout: "then        10     -\n"})
	delay(0)
	lab.play(step{command: "list -H -o alias,quota,nics.0.vlan_id", stdout: "now         5      9\n"})
}
