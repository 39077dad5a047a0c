package vm_test

import (
	"strings"
	"testing"
)

func TestSection14AutobootFollowsThePower(t *testing.T) {
	t.Parallel()
	lab := play(t, created(zonePayload(`"nics":[{"nic_tag":"external","ips":["dhcp"]}]`)))
	for _, test := range []struct {
		command  string
		autoboot bool
	}{
		{"start", true}, {"stop", false}, {"start", true}, {"stop -F", false}, {"start", true}, {"reboot", true}, {"reboot -F", true}, {"stop", false},
	} {
		lab.must("", strings.Fields(strings.Replace(test.command+" "+web0, "-F "+web0, web0+" -F", 1))...)
		lab.expect(map[string]any{"autoboot": test.autoboot})
	}
	lab.must(`{"autoboot":true}`, "update", web0)
	lab.must("", "stop", web0)
	lab.expect(map[string]any{"autoboot": false}) // even a stop of a stopped one
}

func TestSection14ExitStatusTellsHowItEnded(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		payload, stop string
		want          float64
	}{
		"a zone shuts down by itself":   {zonePayload(""), "stop", 0},
		"bhyve is sent a signal":        {bhyvePayload(""), "stop", -15},
		"force kills":                   {bhyvePayload(""), "stop -F", -9},
		"a docker container is sent it": {zonePayload(`"docker":true`), "stop -t 5", -15},
		"so is what kill names":         {zonePayload(""), "kill -s INT", -2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lab := play(t, created(test.payload))
			lab.must("", "start", web0)
			lab.must("", append(strings.Fields(test.stop), web0)...)
			lab.expect(map[string]any{"exit_status": test.want, "state": "stopped", "zoneid": nil, "pid": nil})
		})
	}
}

func TestSection14RefusedPower(t *testing.T) {
	t.Parallel()
	for name, steps := range map[string][]step{
		"a tag that was removed": {
			created(zonePayload(`"nics":[{"nic_tag":"external"}]`)),
			{command: "start @@", exit: 1, stderr: `Unable to start VM @@: Invalid nic tag "external"`}},
		"docker boots again though nobody asked to at boot": {
			created(zonePayload(`"docker":true`)),
			{command: "start @@", stderr: "Successfully started VM @@"},
			{command: "list -H -o autoboot,state", stdout: "-         running\n"},
			{command: "stop @@", stderr: "Successfully completed stop for VM @@"},
			{command: "reboot @@", stderr: "Successfully completed reboot for VM @@"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lab := play(t, steps[0])
			if strings.Contains(name, "tag") {
				lab.removeTag("external")
			}
			lab.play(steps[1:]...)
		})
	}
}

func TestSection14DeleteIsRefused(t *testing.T) {
	t.Parallel()
	lab := play(t, created(zonePayload(`"indestructible_zoneroot":true,"filesystems":[{"source":"create-volume","target":"/v","type":"lofs"}]`)),
		step{command: "delete @@", exit: 1, stderr: "Failed to delete VM @@: indestructible_zoneroot is set, cannot delete"},
		updated(`{"indestructible_zoneroot":false}`))
	volume := objects(lab.get(web0)["filesystems"])[0]["source"].(string)
	second := strings.Replace(zonePayload(`"filesystems":[{"source":"`+volume+`","target":"/v","type":"lofs"}]`), web0, other, 1)
	lab.must(second, "create")
	lab.play(
		step{command: "delete @@", exit: 1,
			stderr: "Failed to delete VM @@: Unable to delete VM @@ the following VMs are sharing its volumes: [" + other + "]"},
		step{command: "delete " + other, stderr: "Successfully deleted VM " + other},
		step{command: "delete @@", stderr: "Successfully deleted VM @@"})
	if left := lab.datasets(web0); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
