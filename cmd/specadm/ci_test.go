package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// workflow is what a test needs of a CI workflow.
type workflow struct {
	Env  map[string]string `json:"env"`
	Jobs map[string]struct {
		Steps []struct {
			Name string `json:"name"`
			Run  string `json:"run"`
		} `json:"steps"`
	} `json:"jobs"`
}

// away stands for what a workflow talks to: the node, which is reached without a network, and the forge, of which the comment is kept.
const away = `exec 2>&1
specadm lab create L --hostname cn1
export SPECADM_NODE=lab:$PWD/L GITHUB_STEP_SUMMARY=$PWD/summary GITHUB_OUTPUT=$PWD/outputs
NODE=
rsync() { mkdir -p "$4" && cp -R "$3" "$4"; }
ssh() { shift; sh -c "$1"; }
`

func workflowOf(t *testing.T, page string) workflow {
	t.Helper()
	text, err := os.ReadFile("../../docs/ci/" + page + ".yml")
	if err != nil {
		t.Fatal(err)
	}
	var w workflow
	if err := yaml.Unmarshal(text, &w); err != nil {
		t.Fatal(err)
	}
	return w
}

// steps is a script of the steps with specadm of some jobs, and how many there are.
func (w workflow) steps(jobs ...string) (script string, steps int) {
	for _, job := range jobs {
		for _, step := range w.Jobs[job].Steps {
			if strings.Contains(step.Run, "specadm ") && !strings.HasPrefix(step.Run, "go install") {
				script += fmt.Sprintf("echo '== %s: %s'\n%s\n", job, step.Name, strings.ReplaceAll(step.Run, `"$NODE:$DIR`, `"$DIR`))
				steps++
			}
		}
	}
	return script, steps
}

// TestTheWorkflowsOfTheDocsRun runs the steps with specadm of each workflow, job by job, in a clone with a lab for a node.
func TestTheWorkflowsOfTheDocsRun(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("the work is done by processes of a lab, one after the other")
	}
	for _, page := range []string{"github", "forgejo"} {
		t.Run(page, func(t *testing.T) {
			t.Parallel()
			cmd := shop(t)
			w := workflowOf(t, page)
			run, steps := w.steps("validate", "plan", "apply")
			script := away + "DIR=$PWD/node\n" + run
			if steps != 4 || w.Env["NODE"] == "" || w.Env["DIR"] == "" {
				t.Fatalf("%d steps with specadm, want validate, plan, report and apply; environment %v", steps, w.Env)
			}
			script += "specadm plan manifests --detailed-exitcode --max-risk live\n"
			cmd.Stdin = strings.NewReader(script)
			out, err := cmd.Output()
			if err != nil {
				t.Fatalf("%v\n%s\nscript:\n%s", err, out, script)
			}
			comment, err := os.ReadFile(filepath.Join(cmd.Dir, "comment.md"))
			if err != nil || !strings.HasPrefix(string(comment), "<!-- specadm cn1 -->\n") || !strings.Contains(string(comment), "**9 create**") {
				t.Errorf("the comment (%v):\n%s", err, comment)
			}
			if page == "github" {
				outputs, err := os.ReadFile(filepath.Join(cmd.Dir, "outputs"))
				if err != nil || !strings.Contains(string(outputs), "changes=9\n") {
					t.Errorf("the outputs (%v):\n%s", err, outputs)
				}
			}
		})
	}
}

// TestTheWorkflowWithASnapshotRuns runs its steps in a repository whose last commit changes one instance, while another has drifted.
func TestTheWorkflowWithASnapshotRuns(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("needs git")
	}
	run, steps := workflowOf(t, "github-snapshot").steps("plan")
	if steps != 2 {
		t.Fatalf("%d steps with specadm, want snapshot and plan", steps)
	}
	cmd := shop(t)
	script := away + `
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
commit() { git add manifests && git -c user.name=ci -c user.email=ci@example.com commit -q -m "$1"; }
git init -q . && commit base
specadm apply manifests --auto-approve --max-risk reboot
PATH=$PWD/L/bin:$PATH vmadm update $(PATH=$PWD/L/bin:$PATH vmadm lookup alias=web0) quota=30
sed -i.bak 's/ram: 4GiB/ram: 8GiB/' manifests/bhyve.yaml && rm manifests/bhyve.yaml.bak && commit change
` + run
	cmd.Stdin = strings.NewReader(script)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s\nscript:\n%s", err, out, script)
	}
	comment, err := os.ReadFile(filepath.Join(cmd.Dir, "comment.md"))
	if err != nil || !strings.HasPrefix(string(comment), "<!-- specadm cn1 -->\n") || !strings.Contains(string(comment), "**this change: 1 reboot**\n\n**already there: 1 live, ") {
		t.Errorf("the comment (%v):\n%s", err, comment)
	}
	if outputs, err := os.ReadFile(filepath.Join(cmd.Dir, "outputs")); err != nil || !strings.HasPrefix(string(outputs), "changes=1\ndrift=0\n") {
		t.Errorf("the outputs (%v):\n%s", err, outputs)
	}
}
