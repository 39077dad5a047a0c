package main

import (
	"fmt"
	"os"
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
const away = `
rsync() { mkdir -p "$4" && cp -R "$3" "$4"; }
ssh() { shift; sh -c "$1"; }
`

// TestTheWorkflowsOfTheDocsRun runs the steps with specadm of each workflow, job by job, in a clone with a lab for a node.
func TestTheWorkflowsOfTheDocsRun(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("the work is done by processes of a lab, one after the other")
	}
	for _, page := range []string{"github", "forgejo"} {
		t.Run(page, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile("../../docs/ci/" + page + ".yml")
			if err != nil {
				t.Fatal(err)
			}
			var w workflow
			if err := yaml.Unmarshal(text, &w); err != nil {
				t.Fatal(err)
			}
			cmd := shop(t)
			script := "exec 2>&1\nspecadm lab create L --hostname cn1\nexport SPECADM_NODE=lab:$PWD/L GITHUB_STEP_SUMMARY=$PWD/summary GITHUB_OUTPUT=$PWD/outputs\n" +
				"NODE=; DIR=$PWD/node\n" + away
			steps := 0
			for _, job := range []string{"validate", "plan", "apply"} {
				for _, step := range w.Jobs[job].Steps {
					if strings.Contains(step.Run, "specadm ") && !strings.HasPrefix(step.Run, "go install") {
						script += fmt.Sprintf("echo '== %s: %s'\n%s\n", job, step.Name, strings.ReplaceAll(step.Run, `"$NODE:$DIR`, `"$DIR`))
						steps++
					}
				}
			}
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
