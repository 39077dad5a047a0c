package zone

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func sample() *Config {
	allowed := "ufs,pcfs"
	return &Config{
		Name: "u", Path: "/zones/u", Brand: "joyent", LimitPriv: "default,-proc_info", FSAllowed: &allowed, DebugID: 7,
		Attrs:    Attrs{{"alias", "d2Vi"}, {"hostname", `a "quoted"; name`}, {"empty", ""}, {"resolvers", "8.8.8.8,8.8.4.4"}},
		Rctls:    []Rctl{{"zone.cpu-shares", "100", "none"}, {"zone.max-swap", "268435456", "deny"}},
		Networks: []Network{{Physical: "net0", MAC: "02:08:20:5e:00:01", GlobalNIC: "admin", VLAN: "20", Attrs: Attrs{{"ips", "10.0.0.1/24,addrconf"}, {"primary", "true"}}}},
		Devices:  []Device{{Match: "/dev/zvol/rdsk/zones/u/disk0", Attrs: Attrs{{"boot", "true"}, {"pci-slot", "0:4:0"}}}},
		Filesystems: []Filesystem{{Directory: "/data", Special: "/x y", Type: "lofs", Options: []string{"ro", "nodevices"}},
			{Directory: "/d2", Special: "/z", Type: "lofs"}},
		Datasets: []string{"zones/u/data"},
	}
}

func TestExportMakesTheSameConfigurationAgain(t *testing.T) {
	t.Parallel()
	wanted := sample()
	script := NewScript("u", nil, func(string) {})
	if err := script.Run(wanted.Export()); err != nil {
		t.Fatal(err)
	}
	script.Config.DebugID = wanted.DebugID // a number of the node, which export leaves out
	if diff := cmp.Diff(wanted, script.Config); diff != "" {
		t.Errorf("imported (-exported +imported):\n%s", diff)
	}
}

func TestScriptChangesAConfiguration(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, script string
		want         func(c *Config)
		err          error
	}{
		{"sets on one line", `set zonepath=/zones/v; set autoboot=true`, func(c *Config) { c.Path, c.Autoboot = "/zones/v", true }, nil},
		{"removes a resource by several settings", "remove attr name=alias", func(c *Config) { c.Attrs = c.Attrs[1:] }, nil},
		{"goes on after a refused line", "remove net mac-addr=ff:ff:ff:ff:ff:ff\nset brand=lx", func(c *Config) { c.Brand = "lx" }, ErrNoResource},
		{"changes a selected resource", "select attr name=alias; set value=x; end", func(c *Config) { c.Attrs[0].Value = "x" }, nil},
		{"finds macs whatever their case", "remove net mac-addr=02:08:20:5E:00:01", func(c *Config) { c.Networks = c.Networks[:0] }, nil},
		{"ignores comments", "# nothing\nset brand=lx # really", func(c *Config) { c.Brand = "lx" }, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			wanted := sample()
			test.want(wanted)
			script := NewScript("u", sample(), func(string) {})
			if err := script.Run(test.script); err != test.err {
				t.Errorf("error %v, want %v", err, test.err)
			}
			if diff := cmp.Diff(wanted, script.Config); diff != "" {
				t.Errorf("configuration (-want +got):\n%s", diff)
			}
		})
	}
}
