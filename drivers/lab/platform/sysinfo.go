package platform

import (
	"encoding/json"
	"fmt"

	"github.com/specadm/specadm/drivers/lab/getopt"
	"github.com/specadm/specadm/drivers/lab/node"
)

// Sysinfo prints what the node is (reference 19.3). The cache that -u refreshes and -p prints in another form is always fresh in a lab.
func Sysinfo(call *node.Call) int {
	options, _, err := getopt.Parse(call.Args, "fpu?")
	if err == nil && options.Has('?') {
		err = fail(1, "Usage: sysinfo [-f] [-p] [-u] [-?]")
	}
	if err != nil {
		return report(call.Stderr, err)
	}
	if options.Has('u') {
		return 0
	}
	data, err := json.MarshalIndent(call.Node.Sysinfo(), "", "  ")
	if err != nil {
		return report(call.Stderr, err)
	}
	fmt.Fprintf(call.Stdout, "%s\n", data)
	return 0
}
