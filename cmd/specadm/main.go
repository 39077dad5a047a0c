// Command specadm keeps SmartOS instances as their manifests say. See package cmd/cli for the command line.
package main

import (
	"os"

	"github.com/specadm/specadm/cmd/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], cli.System()))
}
