package zone

import (
	"fmt"
	"strings"
)

// Export writes the configuration as the commands that make it, in the form of zonecfg export. What this node chose by itself, the
// zonedid, is not part of it.
func (c *Config) Export() string {
	w := &commands{}
	w.line("create -b")
	w.set("zonepath", c.Path)
	w.set("brand", c.Brand)
	w.set("autoboot", fmt.Sprint(c.Autoboot))
	if c.LimitPriv != "" {
		w.set("limitpriv", c.LimitPriv)
	}
	w.set("ip-type", "exclusive")
	if c.FSAllowed != nil {
		w.set("fs-allowed", *c.FSAllowed)
	}
	for _, f := range c.Filesystems {
		w.add("fs", Attrs{{"dir", f.Directory}, {"special", f.Special}, {"raw", f.Raw}, {"type", f.Type}}, func() {
			for _, option := range f.Options {
				w.line("add options %s", quote(option))
			}
		})
	}
	for _, n := range c.Networks {
		w.add("net", Attrs{{"mac-addr", n.MAC}, {"physical", n.Physical}, {"vlan-id", n.VLAN}, {"global-nic", n.GlobalNIC}}, func() {
			w.properties(n.Attrs)
		})
	}
	for _, d := range c.Devices {
		w.add("device", Attrs{{"match", d.Match}}, func() { w.properties(d.Attrs) })
	}
	for _, r := range c.Rctls {
		w.add("rctl", Attrs{{"name", r.Name}}, func() {
			w.line("add value (priv=privileged,limit=%s,action=%s)", r.Limit, r.Action)
		})
	}
	for _, a := range c.Attrs {
		w.add("attr", Attrs{{"name", a.Name}, {"type", "string"}, {"value", a.Value}}, nil)
	}
	for _, dataset := range c.Datasets {
		w.add("dataset", Attrs{{"name", dataset}}, nil)
	}
	return w.String()
}

// commands collects zonecfg commands.
type commands struct{ strings.Builder }

func (w *commands) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

func (w *commands) set(name, value string) { w.line("set %s=%s", name, quote(value)) }

// add writes a resource with those of its settings that are not empty, and then what rest writes. The value of an attribute is written
// even when it is empty.
func (w *commands) add(resource string, settings Attrs, rest func()) {
	w.line("add %s", resource)
	for _, setting := range settings {
		if setting.Value != "" || setting.Name == "value" {
			w.set(setting.Name, setting.Value)
		}
	}
	if rest != nil {
		rest()
	}
	w.line("end")
}

func (w *commands) properties(attrs Attrs) {
	for _, attr := range attrs {
		w.line("add property (name=%s,value=%s)", attr.Name, alwaysQuote(attr.Value))
	}
}

// quote puts a value in quotes unless it is a plain word for zonecfg.
func quote(value string) string {
	if value != "" && !strings.ContainsAny(value, " \t\n;\"'()[]{},=#") {
		return value
	}
	return alwaysQuote(value)
}

func alwaysQuote(value string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
}
