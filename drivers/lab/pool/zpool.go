package pool

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// newPoolBytes is the size of a pool that zpool create makes, whatever disks are named.
const newPoolBytes = 1 << 40

func zpoolVerb(name string) (verb, bool) {
	switch name {
	case "list":
		return verb{"HpvT:o:", "list [-gHLpv] [-o property[,...]] [pool] ...", zpoolList, false}, true
	case "get":
		return verb{"Hpo:", "get [-Hp] [-o \"all\" | field[,...]] <\"all\" | property[,...]> <pool> ...", zpoolGet, false}, true
	case "status":
		return verb{"vxDgLPT:", "status [-DgLPvx] [pool] ...", zpoolStatus, false}, true
	case "create":
		return verb{"fndo:O:m:R:t:B", "create [-fnd] [-o property=value] ... <pool> <vdev> ...", zpoolCreate, true}, true
	case "destroy":
		return verb{"f", "destroy [-f] <pool>", zpoolDestroy, true}, true
	}
	return verb{}, false
}

// Zpool runs the zpool command line and returns its exit status.
func Zpool(world World, args []string, streams Streams) int {
	return run("zpool", zpoolVerb, world, args, streams)
}

// zpoolFields are the properties of a pool that the lab knows, in the order of zpool get all.
var zpoolFields = []struct {
	name, heading, source string
}{
	{"size", "SIZE", fromNowhere},
	{"capacity", "CAP", fromNowhere},
	{"altroot", "ALTROOT", fromDefault},
	{"health", "HEALTH", fromNowhere},
	{"guid", "GUID", fromDefault},
	{"version", "VERSION", fromDefault},
	{"bootfs", "BOOTFS", fromDefault},
	{"delegation", "DELEGATION", fromDefault},
	{"autoreplace", "REPLACE", fromDefault},
	{"cachefile", "CACHEFILE", fromDefault},
	{"failmode", "FAILMODE", fromDefault},
	{"listsnapshots", "LISTSNAPS", fromDefault},
	{"autoexpand", "EXPAND", fromDefault},
	{"dedupratio", "DEDUP", fromNowhere},
	{"free", "FREE", fromNowhere},
	{"allocated", "ALLOC", fromNowhere},
	{"readonly", "RDONLY", fromNowhere},
	{"comment", "COMMENT", fromDefault},
	{"expandsize", "EXPANDSZ", fromNowhere},
	{"freeing", "FREEING", fromDefault},
	{"fragmentation", "FRAG", fromNowhere},
	{"leaked", "LEAKED", fromDefault},
	{"ashift", "ASHIFT", fromDefault},
	{"checkpoint", "CKPOINT", fromNowhere},
}

// zpoolValue is a property of the pool, exact or for people.
func (p *Pool) zpoolValue(name string, exact bool) string {
	bytes := func(n int64) string {
		if exact {
			return strconv.FormatInt(n, 10)
		}
		return FormatSize(n)
	}
	percent := "%"
	if exact {
		percent = "" // as on illumos
	}
	switch name {
	case "name":
		return p.Name
	case "size":
		return bytes(p.content.Bytes)
	case "allocated":
		return bytes(p.allocated())
	case "free":
		return bytes(p.content.Bytes - p.allocated())
	case "capacity":
		return strconv.FormatInt(p.allocated()*100/p.content.Bytes, 10) + percent
	case "fragmentation":
		return "0" + percent
	case "health":
		return "ONLINE"
	case "guid":
		return strconv.FormatUint(p.content.GUID, 10)
	case "dedupratio":
		return "1.00x"
	case "readonly", "autoreplace", "listsnapshots", "autoexpand":
		return "off"
	case "delegation":
		return "on"
	case "failmode":
		return "wait"
	case "freeing", "leaked":
		return "0"
	case "ashift":
		return "12"
	}
	return "-"
}

func zpoolProperties(list string, also ...string) ([]string, error) {
	var names []string
	for name := range strings.SplitSeq(list, ",") {
		switch name {
		case "alloc":
			name = "allocated"
		case "cap":
			name = "capacity"
		case "frag":
			name = "fragmentation"
		case "expandsz":
			name = "expandsize"
		case "dedup":
			name = "dedupratio"
		case "ckpoint":
			name = "checkpoint"
		}
		if zpoolHeading(name) == "" && !slices.Contains(also, name) {
			return nil, usageError(fmt.Sprintf("bad property list: invalid property '%s'", name))
		}
		names = append(names, name)
	}
	return names, nil
}

func zpoolHeading(name string) string {
	for _, field := range zpoolFields {
		if field.name == name {
			return field.heading
		}
	}
	return ""
}

// pools opens the pools named as operands, all of them when there is none.
func (c *command) pools(names []string) ([]*Pool, error) {
	if len(names) == 0 {
		names = c.world.PoolNames()
	}
	var found []*Pool
	failed := false
	for _, name := range names {
		if !slices.Contains(c.world.PoolNames(), name) {
			fmt.Fprintf(c.Stderr, "cannot open '%s': no such pool\n", name)
			failed = true
			continue
		}
		p, err := c.world.Pool(name)
		if err != nil {
			return nil, err
		}
		found = append(found, p)
	}
	if failed {
		return found, silentError{}
	}
	return found, nil
}

func zpoolList(c *command) error {
	list := "name,size,allocated,free,checkpoint,expandsize,fragmentation,capacity,dedupratio,health,altroot"
	if given := c.options.Value('o'); given != "" {
		list = given
	}
	names, err := zpoolProperties(list, "name")
	if err != nil {
		return err
	}
	pools, failure := c.pools(c.args)
	listing := table{scripting: c.options.Has('H')}
	for _, name := range names {
		heading := zpoolHeading(name)
		if heading == "" {
			heading = "NAME"
		}
		left := slices.Contains([]string{"name", "health", "altroot"}, name)
		listing.columns = append(listing.columns, column{heading: heading, right: !left})
	}
	for _, p := range pools {
		row := make([]string, len(names))
		for i, name := range names {
			row[i] = p.zpoolValue(name, c.options.Has('p'))
		}
		listing.rows = append(listing.rows, row)
	}
	if err := listing.print(c.Stdout); err != nil {
		return err
	}
	return failure
}

func zpoolGet(c *command) error {
	if len(c.args) == 0 {
		return usageError("missing property argument")
	}
	var names []string
	for _, field := range zpoolFields {
		names = append(names, field.name)
	}
	if c.args[0] != "all" {
		var err error
		if names, err = zpoolProperties(c.args[0], "name"); err != nil {
			return err
		}
	}
	fields, err := getFields(c.options.Value('o'))
	if err != nil {
		return err
	}
	pools, failure := c.pools(c.args[1:])
	listing := table{scripting: c.options.Has('H')}
	for _, field := range fields {
		listing.columns = append(listing.columns, column{heading: strings.ToUpper(field)})
	}
	for _, p := range pools {
		for _, name := range names {
			values := map[string]string{"name": p.Name, "property": name, "value": p.zpoolValue(name, c.options.Has('p')),
				"source": zpoolSource(name), "received": "-"}
			row := make([]string, len(fields))
			for i, field := range fields {
				row[i] = values[field]
			}
			listing.rows = append(listing.rows, row)
		}
	}
	if err := listing.print(c.Stdout); err != nil {
		return err
	}
	return failure
}

func zpoolSource(name string) string {
	for _, field := range zpoolFields {
		if field.name == name {
			return field.source
		}
	}
	return fromNowhere
}

func zpoolStatus(c *command) error {
	pools, failure := c.pools(c.args)
	if c.options.Has('x') && failure == nil {
		if len(c.args) > 0 {
			for _, p := range pools {
				fmt.Fprintf(c.Stdout, "pool '%s' is healthy\n", p.Name)
			}
			return nil
		}
		fmt.Fprintln(c.Stdout, "all pools are healthy")
		return nil
	}
	for i, p := range pools {
		if i > 0 {
			fmt.Fprintln(c.Stdout)
		}
		width := max(len(p.Name), len("  c1t0d0"))
		fmt.Fprintf(c.Stdout, "  pool: %s\n state: ONLINE\n  scan: none requested\nconfig:\n\n", p.Name)
		fmt.Fprintf(c.Stdout, "\t%-*s  STATE     READ WRITE CKSUM\n", width, "NAME")
		fmt.Fprintf(c.Stdout, "\t%-*s  ONLINE       0     0     0\n", width, p.Name)
		fmt.Fprintf(c.Stdout, "\t%-*s  ONLINE       0     0     0\n\nerrors: No known data errors\n", width, "  c1t0d0")
	}
	return failure
}

func zpoolCreate(c *command) error {
	switch len(c.args) {
	case 0:
		return usageError("missing pool name argument")
	case 1:
		return usageError("missing vdev specification")
	}
	name := c.args[0]
	if err := checkName(name); err != nil || strings.ContainsAny(name, "/@") {
		return refuse(ErrInvalid, "cannot create '%s': invalid pool name", name)
	}
	if slices.Contains(c.world.PoolNames(), name) {
		return refuse(ErrExists, "cannot create '%s': pool already exists", name)
	}
	if c.options.Has('n') {
		fmt.Fprintf(c.Stdout, "would create '%s' with the following layout:\n\n\t%s\n\t  %s\n", name, name, strings.Join(c.args[1:], "\n\t  "))
		return nil
	}
	values := map[string]string{}
	for _, assignment := range c.options.Values('O') {
		property, value, ok := strings.Cut(assignment, "=")
		if !ok {
			return usageError("missing '=' for property=value argument")
		}
		values[fullPropertyName(property)] = value
	}
	if err := c.world.AddPool(name, newPoolBytes); err != nil {
		return err
	}
	p, err := c.world.Pool(name)
	if err != nil {
		return err
	}
	for _, property := range slices.Sorted(maps.Keys(values)) {
		if err := p.Set(name, map[string]string{property: values[property]}); err != nil {
			return err
		}
	}
	return nil
}

func zpoolDestroy(c *command) error {
	name, err := c.one("pool")
	if err != nil {
		return err
	}
	if !slices.Contains(c.world.PoolNames(), name) {
		return refuse(ErrNotExist, "cannot open '%s': no such pool", name)
	}
	return c.world.RemovePool(name)
}
