package cli

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/specadm/specadm/drivers"
	"github.com/specadm/specadm/drivers/local"
)

// node is the compute node that a command works on.
type node struct {
	runner   drivers.Runner
	stateDir string
}

// nodeError is a failure to read the node. It leaves with ExitNode.
type nodeError struct{ cause error }

func (e *nodeError) Error() string { return e.cause.Error() }
func (e *nodeError) Unwrap() error { return e.cause }

// labDir is the directory of the lab that --node names; "" for the local node.
func (g *globalOptions) labDir() (string, error) {
	if g.node == "local" {
		return "", nil
	}
	kind, dir, _ := strings.Cut(g.node, ":")
	if kind != "lab" || dir == "" {
		return "", &usageError{message: fmt.Sprintf("--node %q is neither local nor lab:DIR", g.node), try: "specadm lab create DIR"}
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", &nodeError{fmt.Errorf("cannot find the lab: %w", err)}
	}
	return dir, nil
}

// stateDirectory is where lock, journal, key and identity of the node are. It need not exist.
func (g *globalOptions) stateDirectory() (string, error) {
	lab, err := g.labDir()
	switch {
	case g.stateDir != "":
		return g.stateDir, nil
	case err != nil || lab == "":
		return "/var/db/specadm", err
	}
	return filepath.Join(lab, "var", "db", "specadm"), nil
}

// openNode makes ready to run commands on the node that --node names.
func (g *globalOptions) openNode() (*node, error) {
	lab, err := g.labDir()
	if err != nil {
		return nil, err
	}
	if lab == "" {
		if _, err := exec.LookPath("vmadm"); err != nil {
			return nil, &nodeError{errors.New("this machine has no vmadm on its PATH, so it is no SmartOS node; --node lab:DIR works on a simulated one")}
		}
		return g.newNode(local.Options{})
	}
	if _, err := os.Stat(filepath.Join(lab, "bin", "vmadm")); err != nil {
		return nil, &nodeError{fmt.Errorf("%s is no lab; specadm lab create %s makes one", lab, lab)}
	}
	return g.newNode(local.Options{Bin: filepath.Join(lab, "bin")})
}

func (g *globalOptions) newNode(options local.Options) (*node, error) {
	runner, err := local.New(options)
	if err != nil {
		return nil, &nodeError{err}
	}
	// go-zfs starts the zfs that this process finds, which has to be that of the node.
	if err := os.Setenv("PATH", runner.Search()); err != nil {
		return nil, fmt.Errorf("cannot set the search path: %w", err)
	}
	stateDir, err := g.stateDirectory()
	return &node{runner: runner, stateDir: stateDir}, err
}
