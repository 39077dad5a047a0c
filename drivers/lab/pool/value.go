package pool

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Value is the value of a property and where it comes from.
type Value struct {
	// Text is exact, as `zfs get -p` prints it; "-" where the dataset has no such property.
	Text string
	// Source is "local", "default", "received", "-", or "inherited from NAME".
	Source string
}

const (
	fromHere    = "local"
	fromStream  = "received"
	fromDefault = "default"
	fromNowhere = "-"

	inheritedPrefix = "inherited from "
)

var noValue = Value{Text: "-", Source: fromNowhere}

// Property returns the value of a property. A user property (a:b) that is set nowhere, and a native one that does not apply to the
// type of the dataset, have the value "-"; a name that is neither is an error.
func (p *Pool) Property(name, propertyName string) (Value, error) {
	d, err := p.Get(name)
	if err != nil {
		return Value{}, err
	}
	if !isUserProperty(propertyName) && native(propertyName) == nil {
		return Value{}, refuse(ErrInvalid, "bad property list: invalid property '%s'", propertyName)
	}
	return p.value(d, propertyName), nil
}

// Number returns a numeric property; "none", "-" and an unset one are 0.
func (p *Pool) Number(name, propertyName string) (int64, error) {
	value, err := p.Property(name, propertyName)
	return storedNumber(value.Text), err
}

// storedNumber reads a stored or printed number; anything else, such as "-" or a number beyond any size, is 0.
func storedNumber(digits string) int64 {
	number, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0
	}
	return number
}

func (p *Pool) value(d *Dataset, name string) Value {
	if isUserProperty(name) {
		if value, ok := p.inherited(d, name); ok {
			return value
		}
		return noValue
	}
	row := native(name)
	switch {
	case row == nil || !row.appliesTo(d.Type):
		return noValue
	case row.readonly:
		return p.statistic(d, row)
	case row.onetime || name == "volsize":
		return fixedValue(d, row)
	case row.inherits:
		if value, ok := p.inherited(d, name); ok {
			return value
		}
	default:
		if value, ok := own(d, name); ok {
			return value
		}
	}
	if name == "mountpoint" {
		return Value{Text: "/" + d.Name, Source: fromDefault}
	}
	return Value{Text: row.preset, Source: fromDefault}
}

// own is the value that a dataset has of itself.
func own(d *Dataset, name string) (Value, bool) {
	if text, ok := d.Local[name]; ok {
		return Value{Text: text, Source: fromHere}, true
	}
	if text, ok := d.Received[name]; ok {
		return Value{Text: text, Source: fromStream}, true
	}
	return Value{}, false
}

// inherited looks upwards: from a snapshot to its dataset, then from parent to parent.
func (p *Pool) inherited(d *Dataset, name string) (Value, bool) {
	if value, ok := own(d, name); ok {
		return value, true
	}
	below := ""
	for at := d; at != nil; {
		if at.Type == Snapshot {
			at = p.head(at)
		} else {
			below = path.Join(baseName(at.Name), below)
			at = p.index[parentName(at.Name)]
		}
		if at == nil {
			break
		}
		value, ok := own(at, name)
		if !ok {
			continue
		}
		if name == "mountpoint" && strings.HasPrefix(value.Text, "/") {
			value.Text = path.Join(value.Text, below)
		}
		return Value{Text: value.Text, Source: inheritedPrefix + at.Name}, true
	}
	return Value{}, false
}

// fixedValue is volsize or volblocksize. The size always shows as local; the block size has no source unless it is the default one.
func fixedValue(d *Dataset, row *property) Value {
	text, ok := d.Local[row.name]
	switch {
	case !ok:
		return noValue
	case row.name == "volsize" && d.Type == Volume:
		return Value{Text: text, Source: fromHere}
	case text == row.preset && d.Type == Volume:
		return Value{Text: text, Source: fromDefault}
	}
	return Value{Text: text, Source: fromNowhere}
}

// statistic computes a property that cannot be set.
func (p *Pool) statistic(d *Dataset, row *property) Value {
	value := noValue
	switch row.name {
	case "type":
		value.Text = string(d.Type)
	case "creation":
		value.Text = strconv.FormatInt(d.Created, 10)
	case "createtxg":
		value.Text = strconv.FormatInt(d.Txg, 10)
	case "guid":
		value.Text = strconv.FormatUint(d.GUID, 10)
	case "compressratio":
		value.Text = "1.00x"
	case "version":
		value.Text = row.preset
	case "mounted":
		value.Text = yesNo(p.isMounted(d))
	case "origin":
		if d.Origin != "" {
			value.Text = d.Origin
		}
	case "defer_destroy":
		value.Text = "off"
		if d.Deferred {
			value.Text = "on"
		}
	case "userrefs":
		value.Text = strconv.Itoa(len(d.Holds))
	case "clones":
		value.Text = joinNames(p.clones(d))
	default:
		value.Text = strconv.FormatInt(p.space(d, row.name), 10)
	}
	return value
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

func joinNames(datasets []*Dataset) string {
	names := make([]string, len(datasets))
	for i, d := range datasets {
		names[i] = d.Name
	}
	return strings.Join(names, ",")
}

func (p *Pool) isMounted(d *Dataset) bool {
	mountpoint := p.value(d, "mountpoint").Text
	return !d.Unmounted && mountpoint != "none" && p.value(d, "canmount").Text == "on" && p.value(d, "zoned").Text == "off"
}

// human is a value as zfs prints it without -p.
func (row *property) human(value string) string {
	if row == nil || value == "-" {
		return value
	}
	switch {
	case row.unlimited && value == row.preset:
		return "none"
	case row.kind == size:
		return FormatSize(storedNumber(value))
	case row.name == "creation":
		return time.Unix(storedNumber(value), 0).UTC().Format("Mon Jan _2 15:04 2006")
	}
	return value
}

// propertyNames lists what `zfs get all` shows for a dataset: the native properties of its type, then the user properties by name.
func (p *Pool) propertyNames(d *Dataset) []string {
	var names []string
	for i := range properties {
		row := &properties[i]
		if row.appliesTo(d.Type) && (d.Type != Snapshot || p.value(d, row.name) != noValue) {
			names = append(names, row.name)
		}
	}
	user := map[string]bool{}
	for at := d; at != nil; {
		for _, set := range []map[string]string{at.Local, at.Received} {
			for name := range set {
				user[name] = user[name] || isUserProperty(name)
			}
		}
		if at.Type == Snapshot {
			at = p.head(at)
		} else {
			at = p.index[parentName(at.Name)]
		}
	}
	maps.DeleteFunc(user, func(_ string, isUser bool) bool { return !isUser })
	return append(names, slices.Sorted(maps.Keys(user))...)
}

// parsePropertyList reads the names of -o or of zfs get; "all" is left to the caller.
func parsePropertyList(list string, also ...string) ([]string, error) {
	var names []string
	for name := range strings.SplitSeq(list, ",") {
		name = fullPropertyName(name)
		if !isUserProperty(name) && native(name) == nil && !slices.Contains(also, name) {
			return nil, fmt.Errorf("bad property list: invalid property '%s'", name)
		}
		names = append(names, name)
	}
	return names, nil
}
