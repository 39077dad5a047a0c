package pool

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// valueKind is how the value of a property is read and written.
type valueKind int

const (
	text   valueKind = iota
	size             // bytes, for people with a unit
	count            // a plain number
	choice           // one of a list
)

const (
	onFilesystem = 1 << iota
	onVolume
	onSnapshot

	onDatasets = onFilesystem | onVolume
	onAll      = onDatasets | onSnapshot
)

// property is one row of the table of native properties.
type property struct {
	name   string
	on     int
	kind   valueKind
	column string // heading in zfs list, where it is not the name

	readonly bool // computed or fixed
	onetime  bool // set when the dataset is made, never later
	inherits bool // children take it over
	// unlimited is a number that can be "none", which is the default and the same as unset.
	unlimited bool
	preset    string // the default value
	choices   []string
}

func onOff(name string, on int, preset string) property {
	return property{name: name, on: on, kind: choice, inherits: true, preset: preset, choices: []string{"on", "off"}}
}

func statistic(name string, on int, kind valueKind, column string) property {
	return property{name: name, on: on, kind: kind, column: column, readonly: true}
}

func limit(name string, on int, kind valueKind, column string) property {
	preset := "0"
	if kind == count {
		preset = noLimit
	}
	return property{name: name, on: on, kind: kind, column: column, unlimited: true, preset: preset}
}

// noLimit is how zfs prints an absent filesystem_limit or snapshot_limit with -p.
const noLimit = "18446744073709551615"

// properties is the table of native properties in the order of `zfs get all`. Names, defaults and applicability are those of
// zfs(8) on illumos. It never changes.
var properties = []property{
	statistic("type", onAll, text, ""),
	statistic("creation", onAll, text, ""),
	statistic("used", onAll, size, ""),
	statistic("available", onDatasets, size, "AVAIL"),
	statistic("referenced", onAll, size, "REFER"),
	statistic("compressratio", onAll, text, "RATIO"),
	statistic("mounted", onFilesystem, text, ""),
	statistic("origin", onDatasets, text, ""),
	limit("quota", onFilesystem, size, ""),
	limit("reservation", onDatasets, size, "RESERV"),
	{name: "recordsize", on: onFilesystem, kind: size, column: "RECSIZE", inherits: true, preset: "131072"},
	{name: "mountpoint", on: onFilesystem, inherits: true},
	{name: "sharenfs", on: onFilesystem, inherits: true, preset: "off"},
	{name: "checksum", on: onDatasets, kind: choice, inherits: true, preset: "on",
		choices: []string{"on", "off", "fletcher2", "fletcher4", "sha256", "noparity", "sha512", "skein", "edonr"}},
	{name: "compression", on: onDatasets, kind: choice, column: "COMPRESS", inherits: true, preset: "off",
		choices: []string{"on", "off", "lzjb", "gzip", "gzip-1", "gzip-2", "gzip-3", "gzip-4", "gzip-5", "gzip-6", "gzip-7", "gzip-8",
			"gzip-9", "zle", "lz4"}},
	onOff("atime", onFilesystem, "on"),
	onOff("devices", onFilesystem, "on"),
	onOff("exec", onFilesystem, "on"),
	onOff("setuid", onFilesystem, "on"),
	{name: "readonly", on: onDatasets, kind: choice, column: "RDONLY", inherits: true, preset: "off", choices: []string{"on", "off"}},
	onOff("zoned", onFilesystem, "off"),
	{name: "snapdir", on: onFilesystem, kind: choice, inherits: true, preset: "hidden", choices: []string{"hidden", "visible"}},
	{name: "aclmode", on: onFilesystem, kind: choice, inherits: true, preset: "discard",
		choices: []string{"discard", "groupmask", "passthrough", "restricted"}},
	{name: "aclinherit", on: onFilesystem, kind: choice, inherits: true, preset: "restricted",
		choices: []string{"discard", "noallow", "restricted", "passthrough", "passthrough-x"}},
	statistic("createtxg", onAll, count, ""),
	{name: "canmount", on: onFilesystem, kind: choice, preset: "on", choices: []string{"on", "off", "noauto"}},
	onOff("xattr", onFilesystem, "on"),
	{name: "copies", on: onDatasets, kind: choice, inherits: true, preset: "1", choices: []string{"1", "2", "3"}},
	{name: "version", on: onFilesystem, kind: count, readonly: true, preset: "5"},
	onOff("nbmand", onFilesystem, "off"),
	{name: "sharesmb", on: onFilesystem, inherits: true, preset: "off"},
	limit("refquota", onFilesystem, size, ""),
	limit("refreservation", onDatasets, size, "REFRESERV"),
	statistic("guid", onAll, count, ""),
	{name: "primarycache", on: onDatasets, kind: choice, inherits: true, preset: "all", choices: []string{"all", "none", "metadata"}},
	{name: "secondarycache", on: onDatasets, kind: choice, inherits: true, preset: "all", choices: []string{"all", "none", "metadata"}},
	statistic("usedbysnapshots", onDatasets, size, "USEDSNAP"),
	statistic("usedbydataset", onDatasets, size, "USEDDS"),
	statistic("usedbychildren", onDatasets, size, "USEDCHILD"),
	statistic("usedbyrefreservation", onDatasets, size, "USEDREFRESERV"),
	statistic("defer_destroy", onSnapshot, text, ""),
	statistic("userrefs", onSnapshot, count, ""),
	{name: "logbias", on: onDatasets, kind: choice, inherits: true, preset: "latency", choices: []string{"latency", "throughput"}},
	{name: "dedup", on: onDatasets, kind: choice, inherits: true, preset: "off",
		choices: []string{"on", "off", "verify", "sha256", "sha256,verify"}},
	{name: "sync", on: onDatasets, kind: choice, inherits: true, preset: "standard", choices: []string{"standard", "always", "disabled"}},
	{name: "volsize", on: onVolume | onSnapshot, kind: size},
	{name: "volblocksize", on: onVolume | onSnapshot, kind: size, column: "VOLBLOCK", onetime: true, preset: "8192"},
	limit("filesystem_limit", onDatasets, count, ""),
	limit("snapshot_limit", onDatasets, count, ""),
	{name: "redundant_metadata", on: onDatasets, kind: choice, inherits: true, preset: "all", choices: []string{"all", "most"}},
	statistic("written", onAll, size, ""),
	statistic("clones", onSnapshot, text, ""),
	statistic("logicalused", onDatasets, size, "LUSED"),
	statistic("logicalreferenced", onAll, size, "LREFER"),
}

var propertiesByName = func() map[string]*property {
	byName := make(map[string]*property, len(properties))
	for i := range properties {
		byName[properties[i].name] = &properties[i]
	}
	return byName
}()

// fullPropertyName resolves the short names that zfs takes for properties.
func fullPropertyName(name string) string {
	switch strings.ToLower(name) {
	case "avail":
		return "available"
	case "refer":
		return "referenced"
	case "compress":
		return "compression"
	case "reserv":
		return "reservation"
	case "refreserv":
		return "refreservation"
	case "recsize":
		return "recordsize"
	case "volblock":
		return "volblocksize"
	case "rdonly":
		return "readonly"
	case "ratio":
		return "compressratio"
	case "usedsnap":
		return "usedbysnapshots"
	case "usedds":
		return "usedbydataset"
	case "usedchild":
		return "usedbychildren"
	case "usedrefreserv":
		return "usedbyrefreservation"
	case "lused":
		return "logicalused"
	case "lrefer":
		return "logicalreferenced"
	}
	return name
}

// native finds the row of a native property by its full name, nil for an unknown one.
func native(name string) *property { return propertiesByName[name] }

// isUserProperty tells user properties (with a colon) from native ones.
func isUserProperty(name string) bool { return strings.Contains(name, ":") }

func (row *property) appliesTo(kind Type) bool {
	switch kind {
	case Filesystem:
		return row.on&onFilesystem != 0
	case Volume:
		return row.on&onVolume != 0
	default:
		return row.on&onSnapshot != 0
	}
}

// parse turns what a person may write into the stored form. An unlimited one that is unset is empty.
func (row *property) parse(value string) (string, error) {
	switch row.kind {
	case size, count:
		if row.unlimited && value == "none" {
			return "", nil
		}
		number, err := ParseSize(value)
		if err != nil {
			return "", err
		}
		if row.unlimited && number == 0 && row.kind == size {
			return "", nil
		}
		return strconv.FormatInt(number, 10), row.checkNumber(number)
	case choice:
		if !slices.Contains(row.choices, value) {
			return "", fmt.Errorf("'%s' must be one of '%s'", row.name, row.choiceText())
		}
	default:
		if row.name == "mountpoint" && value != "none" && value != "legacy" && !strings.HasPrefix(value, "/") {
			return "", fmt.Errorf("'mountpoint' must be an absolute path, 'none', or 'legacy'")
		}
	}
	return value, nil
}

func (row *property) checkNumber(number int64) error {
	power := number > 0 && number&(number-1) == 0
	switch {
	case row.name == "recordsize" && (!power || number < 512 || number > 1<<20):
		return fmt.Errorf("'recordsize' must be power of 2 from 512B to 1M")
	case row.name == "volblocksize" && (!power || number < 512 || number > 128<<10):
		return fmt.Errorf("'volblocksize' must be power of 2 from 512B to 128K")
	case row.name == "volsize" && number == 0:
		return fmt.Errorf("'volsize' cannot be zero")
	}
	return nil
}

func (row *property) choiceText() string {
	if row.name == "compression" {
		return "on | off | lzjb | gzip | gzip-[1-9] | zle | lz4"
	}
	return strings.Join(row.choices, " | ")
}

// heading is the title of the column in zfs list.
func (row *property) heading() string {
	if row.column != "" {
		return row.column
	}
	return strings.ToUpper(row.name)
}
