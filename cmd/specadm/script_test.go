package main

import (
	"flag"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

var update = flag.Bool("update", false, "rewrite the expected output in the scripts")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"specadm": program})
}

// TestScript runs the program as a user does, against labs: vmadm, zfs and the others on the path are the lab's. There is one script
// for each behaviour.
func TestScript(t *testing.T) {
	t.Parallel()
	documents := &schemas{compiled: map[string]*jsonschema.Schema{}}
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	if testing.Short() { // only where a program does more than one thing at a time
		files = slices.DeleteFunc(files, func(file string) bool { return !concurrent(filepath.Base(file)) })
	}
	testscript.Run(t, testscript.Params{
		Files:               files,
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               setup,
		Condition:           condition,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"calls":      cmdCalls,
			"converged":  cmdConverged,
			"eventually": cmdEventually,
			"forget":     cmdForget,
			"instances":  cmdInstances,
			"planfile":   cmdPlanFile,
			"multiply":   cmdMultiply,
			"plan":       documents.checked(cmdPlan),
			"replace":    cmdReplace,
			"same":       cmdSame,
			"samePlan":   cmdSamePlan,
			"signal":     cmdSignal,
			"status":     documents.checked(cmdStatus),
			"valid":      documents.cmdValid,
		},
	})
}

// concurrent reports whether a script is about signals, locks or watching.
func concurrent(script string) bool {
	for _, word := range []string{"watch", "interrupt", "lock", "kill", "calls"} {
		if strings.Contains(script, word) {
			return true
		}
	}
	return false
}

// condition knows [race]: the programs detect races, and are slow; and [tmpfs]: anybody can mount a tmpfs in a namespace of his own.
func condition(name string) (bool, error) {
	switch name {
	case "race":
		return raceDetector, nil
	case "tmpfs":
		return exec.Command("unshare", "-Urm", "mount", "-t", "tmpfs", "none", "/mnt").Run() == nil, nil
	}
	return false, fmt.Errorf("unknown condition %q", name)
}

// setup makes $LAB the node that commands work on, once the script has created it, and puts its programs on the path.
func setup(env *testscript.Env) error {
	lab := filepath.Join(env.WorkDir, "lab")
	manifests, err := filepath.Abs("../../manifests")
	if err != nil {
		return err
	}
	program, err := exec.LookPath("specadm") // a copy of this test
	if err != nil {
		return err
	}
	env.Setenv("SPECADM", program)
	env.Setenv("LAB", lab)
	env.Setenv("SPECADM_NODE", "lab:"+lab)
	env.Setenv("ROOT", filepath.Dir(manifests))
	env.Setenv("MANIFESTS", manifests)
	env.Setenv("PATH", filepath.Join(lab, "bin")+string(filepath.ListSeparator)+env.Getenv("PATH"))
	return nil
}
