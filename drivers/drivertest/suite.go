package drivertest

import (
	"strings"
	"testing"
)

// Case is one thing that a node must do.
type Case struct {
	// Name begins with the section of the reference that says so, as in "10.3 an unknown key is dropped".
	Name  string
	Steps steps
}

// Section is the section of the reference that the case comes from, such as "10.3".
func (c Case) Section() string {
	section, _, _ := strings.Cut(c.Name, " ")
	return section
}

// Cases are all cases, in the order of the reference.
func Cases() []Case {
	var all []Case
	for _, subject := range [][]Case{
		permissionCases(),
		streamCases(), argumentCases(), payloadCases(), sentenceCases(),
		listCases(), filterCases(), lookupCases(), infoCases(),
		validateCases(),
		valueCases(), unsetCases(),
		objectCases(), elementCases(),
		stateCases(),
		createCases(), layoutCases(), defaultCases(), memoryCases(),
		updateCases(), updateAllCases(), refusedKeyCases(), indestructibleCases(),
		nicCases(), nicIdentityCases(), nicConflictCases(), primaryCases(),
		diskCases(), diskUpdateCases(), spaceCases(),
		filesystemCases(), pciCases(), routeCases(), metadataCases(),
		powerCases(), deleteCases(),
		snapshotCases(),
		sendCases(), migrationCases(), reprovisionCases(),
		identityCases(), driftCases(),
		imageCases(), nicTagCases(), sysinfoCases(), firewallCases(),
		eventCases(), lockCases(),
	} {
		all = append(all, subject...)
	}
	return all
}

// Run puts the node before all cases, each a subtest of its own name. Cases run side by side only on a lab: on a real node two creates
// at once may choose the same address (reference 8.4).
func Run(t *testing.T, node Node) {
	stock, err := Look(node)
	if err != nil {
		t.Fatalf("cannot see what the node has: %v", err)
	}
	for i, c := range Cases() {
		t.Run(c.Name, func(t *testing.T) {
			if node.Lab != nil {
				t.Parallel()
			}
			play(t, node, stock, i, c)
		})
	}
}

// play runs the steps of a case up to the first that fails.
func play(t *testing.T, node Node, stock Stock, number int, c Case) {
	s := newScript(t, node, stock, number)
	t.Cleanup(s.cleanUp)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("reference %s; the commands were:\n%s", c.Section(), strings.Join(s.transcript, "\n"))
		}
	})
	for _, step := range c.Steps {
		step.play(s)
	}
}
