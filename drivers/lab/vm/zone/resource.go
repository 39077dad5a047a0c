package zone

import (
	"fmt"
	"slices"
	"strings"
)

// end closes the open resource and puts it into the configuration, in place of the selected one or at the end.
func (s *Script) end() error {
	if s.open == nil {
		return fmt.Errorf("end: no resource is open")
	}
	r, c := s.open, s.Config
	get := func(name string) string {
		value, _ := r.settings.Get(name)
		return value
	}
	switch s.resource {
	case "fs":
		put(&c.Filesystems, s.selected, Filesystem{Directory: get("dir"), Special: get("special"), Raw: get("raw"), Type: get("type"), Options: r.options})
	case "net":
		put(&c.Networks, s.selected, Network{Physical: get("physical"), MAC: get("mac-addr"), GlobalNIC: get("global-nic"), VLAN: get("vlan-id"), Attrs: r.attrs})
	case "device":
		put(&c.Devices, s.selected, Device{Match: get("match"), Attrs: r.attrs})
	case "rctl":
		put(&c.Rctls, s.selected, Rctl{Name: get("name"), Limit: r.limit, Action: r.action})
	case "attr":
		put((*[]Attr)(&c.Attrs), s.selected, Attr{Name: get("name"), Value: get("value")})
	case "dataset":
		put(&c.Datasets, s.selected, get("name"))
	}
	s.resource, s.open = "", nil
	return nil
}

func put[T any](list *[]T, selected int, element T) {
	if selected >= 0 {
		(*list)[selected] = element
		return
	}
	*list = append(*list, element)
}

// settingsOf lists the resources of a kind with the settings by which they can be found.
func (c *Config) settingsOf(kind string) []resource {
	var all []resource
	switch kind {
	case "fs":
		for _, f := range c.Filesystems {
			all = append(all, resource{options: f.Options,
				settings: Attrs{{"dir", f.Directory}, {"special", f.Special}, {"raw", f.Raw}, {"type", f.Type}}})
		}
	case "net":
		for _, n := range c.Networks {
			all = append(all, resource{attrs: n.Attrs,
				settings: Attrs{{"mac-addr", n.MAC}, {"physical", n.Physical}, {"vlan-id", n.VLAN}, {"global-nic", n.GlobalNIC}}})
		}
	case "device":
		for _, d := range c.Devices {
			all = append(all, resource{attrs: d.Attrs, settings: Attrs{{"match", d.Match}}})
		}
	case "rctl":
		for _, r := range c.Rctls {
			all = append(all, resource{limit: r.Limit, action: r.Action, settings: Attrs{{"name", r.Name}}})
		}
	case "attr":
		for _, a := range c.Attrs {
			all = append(all, resource{settings: Attrs{{"name", a.Name}, {"type", "string"}, {"value", a.Value}}})
		}
	case "dataset":
		for _, dataset := range c.Datasets {
			all = append(all, resource{settings: Attrs{{"name", dataset}}})
		}
	}
	return all
}

// find returns the indexes of the resources of a kind that have all of the settings, given as name=value.
func (c *Config) find(kind string, filters []string) []int {
	var found []int
	for i, r := range c.settingsOf(kind) {
		if !slices.ContainsFunc(filters, func(filter string) bool {
			name, wanted, _ := strings.Cut(filter, "=")
			value, _ := r.settings.Get(name)
			return !strings.EqualFold(value, wanted)
		}) {
			found = append(found, i)
		}
	}
	return found
}

func (s *Script) selectOne(args []string) error {
	found := s.Config.find(args[0], args[1:])
	if len(found) != 1 {
		return ErrNoResource
	}
	r := s.Config.settingsOf(args[0])[found[0]]
	s.resource, s.open, s.selected = args[0], &r, found[0]
	return nil
}

// remove takes resources out of the configuration, or a property out of the open resource.
func (s *Script) remove(args []string) error {
	args = slices.DeleteFunc(slices.Clone(args), func(arg string) bool { return arg == "-F" })
	if s.open != nil && args[0] == "property" {
		pair := parseComplex(strings.Join(args[1:], ""))
		name, _ := pair.Get("name")
		s.open.attrs.Remove(name)
		return nil
	}
	found := s.Config.find(args[0], args[1:])
	if len(found) == 0 {
		return ErrNoResource
	}
	for _, index := range slices.Backward(found) {
		switch c := s.Config; args[0] {
		case "fs":
			c.Filesystems = slices.Delete(c.Filesystems, index, index+1)
		case "net":
			c.Networks = slices.Delete(c.Networks, index, index+1)
		case "device":
			c.Devices = slices.Delete(c.Devices, index, index+1)
		case "rctl":
			c.Rctls = slices.Delete(c.Rctls, index, index+1)
		case "attr":
			c.Attrs = slices.Delete(c.Attrs, index, index+1)
		case "dataset":
			c.Datasets = slices.Delete(c.Datasets, index, index+1)
		}
	}
	return nil
}

// Info writes the configuration for people, in the form of zonecfg info.
func (c *Config) Info() string {
	var b strings.Builder
	fmt.Fprintf(&b, "zonename: %s\nzonepath: %s\nbrand: %s\nautoboot: %t\nlimitpriv: %s\nip-type: exclusive\n",
		c.Name, c.Path, c.Brand, c.Autoboot, c.LimitPriv)
	if c.FSAllowed != nil {
		fmt.Fprintf(&b, "fs-allowed: %s\n", *c.FSAllowed)
	}
	for _, kind := range resourceKinds() {
		for _, r := range c.settingsOf(kind) {
			fmt.Fprintf(&b, "%s:\n", kind)
			for _, setting := range r.settings {
				if setting.Value != "" {
					fmt.Fprintf(&b, "\t%s: %s\n", setting.Name, setting.Value)
				}
			}
			for _, attr := range r.attrs {
				fmt.Fprintf(&b, "\tproperty: (name=%s,value=%q)\n", attr.Name, attr.Value)
			}
			if r.limit != "" {
				fmt.Fprintf(&b, "\tvalue: (priv=privileged,limit=%s,action=%s)\n", r.limit, r.action)
			}
			if len(r.options) > 0 {
				fmt.Fprintf(&b, "\toptions: [%s]\n", strings.Join(r.options, ","))
			}
		}
	}
	return b.String()
}
