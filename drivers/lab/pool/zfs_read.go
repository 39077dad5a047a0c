package pool

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// located is a dataset with the pool that knows its properties.
type located struct {
	pool    *Pool
	dataset *Dataset
}

func (l located) text(name string, exact bool) string {
	if name == "name" {
		return l.dataset.Name
	}
	value := l.pool.value(l.dataset, name).Text
	if exact {
		return value
	}
	return native(name).human(value)
}

// selection finds the datasets that zfs list and zfs get are about. Names that do not exist are reported, the others are shown;
// the error then says only that something was reported.
func (c *command) selection(names []string, all []Type) ([]located, error) {
	o := ListOptions{Types: all, Recursive: c.options.Has('r')}
	if depth := c.options.Value('d'); depth != "" {
		levels, err := strconv.Atoi(depth)
		if err != nil || levels < 0 {
			return nil, usageError(fmt.Sprintf("%s is not a number", depth))
		}
		o.Recursive, o.Depth = levels > 0, levels
	}
	if list := c.options.Value('t'); list != "" {
		given, err := types(list)
		if err != nil {
			return nil, err
		}
		o.Types = given
	}
	if len(names) == 0 {
		names, o.Recursive = c.world.PoolNames(), true
	}
	var found []located
	err := c.each(names, func(p *Pool, name string) error {
		one := o
		one.Names = []string{name}
		if strings.Contains(name, "@") && !c.options.Has('t') {
			one.Types = []Type{Snapshot}
		}
		datasets, err := p.List(one)
		if err != nil {
			return err
		}
		if !one.Recursive && len(datasets) == 0 {
			return refuse(ErrInvalid, "cannot open '%s': operation not applicable to datasets of this type", name)
		}
		for _, d := range datasets {
			found = append(found, located{p, d})
		}
		return nil
	})
	slices.SortStableFunc(found, func(a, b located) int { return compareDatasets(a.dataset, b.dataset) })
	return slices.CompactFunc(found, func(a, b located) bool { return a.dataset == b.dataset }), err
}

func zfsList(c *command) error {
	list := "name,used,available,referenced,mountpoint"
	if given := c.options.Value('o'); given != "" {
		list = given
	}
	if list == "space" {
		list = "name,available,used,usedbysnapshots,usedbydataset,usedbyrefreservation,usedbychildren"
	}
	names, err := parsePropertyList(list, "name")
	if err != nil {
		return usageError(err.Error())
	}
	found, failure := c.selection(c.args, []Type{Filesystem, Volume})
	if _, usage := failure.(usageError); usage {
		return failure
	}
	if err := c.sort(found); err != nil {
		return err
	}
	listing := table{scripting: c.options.Has('H')}
	for _, name := range names {
		listing.columns = append(listing.columns, listColumn(name))
	}
	for _, one := range found {
		row := make([]string, len(names))
		for i, name := range names {
			row[i] = one.text(name, c.options.Has('p'))
		}
		listing.rows = append(listing.rows, row)
	}
	if len(found) == 0 && failure == nil {
		fmt.Fprintln(c.Stderr, "no datasets available")
	}
	if err := listing.print(c.Stdout); err != nil {
		return err
	}
	return failure
}

func listColumn(name string) column {
	row := native(name)
	if row == nil {
		return column{heading: strings.ToUpper(name)}
	}
	return column{heading: row.heading(), right: row.kind == size || row.kind == count || name == "compressratio"}
}

// sort orders by -s (ascending) and -S (descending), the first one first.
func (c *command) sort(found []located) error {
	type key struct {
		name string
		down bool
	}
	var keys []key
	for _, option := range c.options {
		if option.Letter != 's' && option.Letter != 'S' {
			continue
		}
		name := fullPropertyName(option.Value)
		if name != "name" && native(name) == nil && !isUserProperty(name) {
			return usageError("invalid property '" + option.Value + "'")
		}
		keys = append(keys, key{name, option.Letter == 'S'})
	}
	slices.SortStableFunc(found, func(a, b located) int {
		for _, k := range keys {
			order := compareValues(k.name, a.text(k.name, true), b.text(k.name, true))
			if k.down {
				order = -order
			}
			if order != 0 {
				return order
			}
		}
		return 0
	})
	return nil
}

func compareValues(name, a, b string) int {
	if row := native(name); row != nil && (row.kind == size || row.kind == count || name == "creation") {
		return cmp.Compare(storedNumber(a), storedNumber(b))
	}
	return strings.Compare(a, b)
}

// zfsGet prints one line for each dataset and property.
func zfsGet(c *command) error {
	if len(c.args) == 0 {
		return usageError("missing property argument")
	}
	fields, err := getFields(c.options.Value('o'))
	if err != nil {
		return err
	}
	sources, err := getSources(c.options.Value('s'))
	if err != nil {
		return err
	}
	var names []string
	if c.args[0] != "all" {
		if names, err = parsePropertyList(c.args[0], "name"); err != nil {
			return usageError(err.Error())
		}
	}
	found, failure := c.selection(c.args[1:], []Type{Filesystem, Volume, Snapshot})
	if _, usage := failure.(usageError); usage {
		return failure
	}
	listing := table{scripting: c.options.Has('H')}
	for _, field := range fields {
		listing.columns = append(listing.columns, column{heading: strings.ToUpper(field)})
	}
	for _, one := range found {
		shown := names
		if c.args[0] == "all" {
			shown = one.pool.propertyNames(one.dataset)
		}
		for _, name := range shown {
			if row := one.getRow(name, fields, sources, c.options.Has('p')); row != nil {
				listing.rows = append(listing.rows, row)
			}
		}
	}
	if err := listing.print(c.Stdout); err != nil {
		return err
	}
	return failure
}

// getRow is one line of zfs get, nil where the source was not asked for.
func (l located) getRow(name string, fields, sources []string, exact bool) []string {
	value := noValue
	if name == "name" {
		value.Text = l.dataset.Name
	} else {
		value = l.pool.value(l.dataset, name)
	}
	if len(sources) > 0 && !slices.ContainsFunc(sources, func(source string) bool { return sourceKind(value.Source) == source }) {
		return nil
	}
	row := make([]string, len(fields))
	for i, field := range fields {
		switch field {
		case "name":
			row[i] = l.dataset.Name
		case "property":
			row[i] = name
		case "value":
			row[i] = value.Text
			if !exact {
				row[i] = native(name).human(value.Text)
			}
		case "received":
			row[i] = cmp.Or(l.dataset.Received[name], "-")
		default:
			row[i] = value.Source
		}
	}
	return row
}

func sourceKind(source string) string {
	switch {
	case source == fromNowhere:
		return "none"
	case strings.HasPrefix(source, inheritedPrefix):
		return "inherited"
	}
	return source
}

func getFields(list string) ([]string, error) {
	switch list {
	case "":
		return []string{"name", "property", "value", "source"}, nil
	case "all":
		return []string{"name", "property", "value", "received", "source"}, nil
	}
	fields := strings.Split(list, ",")
	for _, field := range fields {
		if !slices.Contains([]string{"name", "property", "value", "received", "source"}, field) {
			return nil, usageError("invalid column name '" + field + "'")
		}
	}
	return fields, nil
}

func getSources(list string) ([]string, error) {
	if list == "" {
		return nil, nil
	}
	sources := strings.Split(list, ",")
	for _, source := range sources {
		if !slices.Contains([]string{"local", "default", "inherited", "received", "temporary", "none"}, source) {
			return nil, usageError("invalid source '" + source + "'")
		}
	}
	return sources, nil
}

// zfsHolds lists the holds of snapshots.
func zfsHolds(c *command) error {
	if len(c.args) == 0 {
		return usageError("missing snapshot argument")
	}
	listing := table{scripting: c.options.Has('H'), columns: []column{{heading: "NAME"}, {heading: "TAG"}, {heading: "TIMESTAMP"}}}
	failure := c.each(c.args, func(p *Pool, name string) error {
		found, err := p.sameSnapshots("cannot open", name, c.options.Has('r'))
		if err != nil {
			return err
		}
		for _, snapshot := range found {
			holds, err := p.Holds(snapshot.Name)
			if err != nil {
				return err
			}
			for _, hold := range holds {
				listing.rows = append(listing.rows, []string{snapshot.Name, hold.Tag, hold.At.Format("Mon Jan _2 15:04 2006")})
			}
		}
		return nil
	})
	if err := listing.print(c.Stdout); err != nil {
		return err
	}
	return failure
}
