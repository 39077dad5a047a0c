package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// documents are the pages whose commands are run.
func documents(t *testing.T) []string {
	t.Helper()
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	return append(pages, "../../README.md")
}

// block is one fenced block of a page.
type block struct{ language, text string }

var fence = regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```$")

func blocksOf(t *testing.T, page string) []block {
	t.Helper()
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var blocks []block
	for _, match := range fence.FindAllStringSubmatch(string(data), -1) {
		blocks = append(blocks, block{match[1], match[2]})
	}
	return blocks
}

// shop is a folder with the examples in which a page's commands run, as in a clone of the repository.
func shop(t *testing.T) *exec.Cmd {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "manifests"), os.DirFS("../../manifests")); err != nil {
		t.Fatal(err)
	}
	program, err := exec.LookPath("specadm") // a copy of this test
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-e")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(program)+":"+os.Getenv("PATH"), "GORACE=atexit_sleep_ms=0", "NO_COLOR=1")
	return cmd
}

// TestEveryShellBlockOfTheDocsRuns runs the sh blocks of each page in their order. make is replaced by a check that the target exists.
func TestEveryShellBlockOfTheDocsRuns(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("the work is done by processes of a lab, one after the other")
	}
	makefile, err := filepath.Abs("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range documents(t) {
		t.Run(filepath.Base(page), func(t *testing.T) {
			t.Parallel()
			script := "make() { grep -q \"^$1:\" '" + makefile + "' || { echo \"no target $1\"; exit 1; }; }\n"
			for _, b := range blocksOf(t, page) {
				if b.language == "sh" {
					script += b.text
				}
			}
			cmd := shop(t)
			cmd.Stdin = strings.NewReader(script)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s\nscript:\n%s", err, out, script)
			}
		})
	}
}

// TestTheCaptureOfTheREADME runs the commands of the console block, after what the page says led to it, and compares what they print.
func TestTheCaptureOfTheREADME(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("the work is done by processes of a lab, one after the other")
	}
	for _, b := range blocksOf(t, "../../README.md") {
		if b.language != "console" {
			continue
		}
		script := `exec 2>before
specadm lab create L --hostname cn1
export SPECADM_NODE=lab:$PWD/L PATH=$PWD/L/bin:$PATH
specadm apply manifests --auto-approve --max-risk reboot >>before
vmadm update $(vmadm lookup alias=web0) quota=30
sed -i.bak 's/ram: 4GiB/ram: 8GiB/' manifests/bhyve.yaml
rm manifests/bhyve.yaml.bak
`
		for line := range strings.Lines(b.text) {
			if command, ok := strings.CutPrefix(line, "$ "); ok {
				script += "echo '$ " + strings.TrimSpace(command) + "'\n" + command
			}
		}
		cmd := shop(t)
		cmd.Stdin = strings.NewReader(script)
		out, err := cmd.Output()
		if err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		if diff := cmp.Diff(b.text, string(out)); diff != "" {
			t.Errorf("README (-), printed (+):\n%s", diff)
		}
	}
}

var inline = regexp.MustCompile("`(specadm [^`]+)`")

// TestEveryInlineCommandOfTheDocsIsUnderstood asks each command that a page mentions for its help, which checks command and flags.
func TestEveryInlineCommandOfTheDocsIsUnderstood(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, page := range documents(t) {
		data, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range inline.FindAllStringSubmatch(string(data), -1) {
			if seen[match[1]] {
				continue
			}
			seen[match[1]] = true
			cmd := shop(t)
			cmd.Stdin = strings.NewReader(match[1] + " --help\n")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s, %s: %v\n%s", page, match[1], err, out)
			}
		}
	}
	if len(seen) == 0 {
		t.Error("no page mentions a command")
	}
}
