package pool

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/specadm/specadm/drivers/lab/getopt"
)

// World is the node that zfs and zpool work on.
type World interface {
	// PoolNames lists the pools.
	PoolNames() []string
	// Pool opens a pool by the name of anything in it.
	Pool(name string) (*Pool, error)
	// AddPool makes a pool, RemovePool destroys one with all it holds.
	AddPool(name string, bytes int64) error
	RemovePool(name string) error
	// Unlock lets other programs at the world while this one reads or writes a stream, Relock ends that. Pools must be asked for again.
	Unlock() error
	Relock() error
}

// Streams are the standard streams of a program.
type Streams struct {
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
}

const (
	exitFailed = 1
	exitUsage  = 2
)

// command is one run of zfs or zpool.
type command struct {
	Streams
	world   World
	options getopt.Options
	args    []string
}

// verb is one subcommand. Failures are printed by the caller; a usageError also prints how to use it.
type verb struct {
	options string // for getopt
	usage   string
	run     func(*command) error
	mutates bool // unless -n is given
}

// usageError is wrong use, exit status 2.
type usageError string

func (e usageError) Error() string { return string(e) }

// silentError is a failure whose sentences are already printed.
type silentError struct{}

func (silentError) Error() string { return "already reported" }

// zfsVerb finds one of the subcommands of zfs that the lab has, with the options of illumos. Some options are read without an effect, because there
// is nothing in a lab that they could change: mounting (-u), compressed or large blocks in streams (-c, -e, -L, -D).
func zfsVerb(name string) (verb, bool) {
	switch name {
	case "list":
		return verb{"HS:d:o:prs:t:", "list [-Hp] [-r|-d max] [-o property[,...]] [-s property]... [-S property]...\n\t    " +
			"[-t type[,...]] [filesystem|volume|snapshot] ...", zfsList, false}, true
	case "get":
		return verb{"d:o:s:rt:Hp", "get [-rHp] [-d max] [-o \"all\" | field[,...]] [-t type[,...]] [-s source[,...]]\n\t    " +
			"<\"all\" | property[,...]> [filesystem|volume|snapshot] ...", zfsGet, false}, true
	case "set":
		return verb{"", "set <property=value> ... <filesystem|volume|snapshot> ...", zfsSet, true}, true
	case "inherit":
		return verb{"rS", "inherit [-rS] <property> <filesystem|volume|snapshot> ...", zfsInherit, true}, true
	case "create":
		return verb{"V:b:so:pnPvu", "create [-Pnpv] [-o property=value] ... <filesystem>\n\tcreate [-Pnpsv] [-b blocksize] " +
			"[-o property=value] ... -V <size> <volume>", zfsCreate, true}, true
	case "destroy":
		return verb{"vpndfrR", "destroy [-fnpRrv] <filesystem|volume>\n\tdestroy [-dnpRrv] <filesystem|volume>@<snap>[%<snap>][,...]",
			zfsDestroy, true}, true
	case "snapshot", "snap":
		return verb{"ro:", "snapshot [-r] [-o property=value] ... <filesystem|volume>@<snap> ...", zfsSnapshot, true}, true
	case "rollback":
		return verb{"rRf", "rollback [-rRf] <snapshot>", zfsRollback, true}, true
	case "clone":
		return verb{"o:p", "clone [-p] [-o property=value] ... <snapshot> <filesystem|volume>", zfsClone, true}, true
	case "promote":
		return verb{"", "promote <clone-filesystem>", zfsPromote, true}, true
	case "rename":
		return verb{"prf", "rename [-f] <filesystem|volume|snapshot> <filesystem|volume|snapshot>\n\t" +
			"rename [-f] -p <filesystem|volume> <filesystem|volume>\n\trename -r <snapshot> <snapshot>", zfsRename, true}, true
	case "hold":
		return verb{"r", "hold [-r] <tag> <snapshot> ...", zfsHold, true}, true
	case "release":
		return verb{"r", "release [-r] <tag> <snapshot> ...", zfsRelease, true}, true
	case "holds":
		return verb{"rH", "holds [-rH] <snapshot> ...", zfsHolds, false}, true
	case "mount":
		return verb{"vaOo:", "mount [-vO] [-o opts] <filesystem>", zfsMount, true}, true
	case "umount", "unmount":
		return verb{"af", "unmount [-f] <filesystem>", zfsUnmount, true}, true
	case "send":
		return verb{"i:I:RDpvnPLec", "send [-DnPpRvLec] [-[iI] snapshot] <snapshot>", zfsSend, false}, true
	case "receive", "recv":
		return verb{"denuvFs", "receive [-vnsFu] <filesystem|volume|snapshot>\n\treceive [-vnsFu] [-d | -e] <filesystem>", zfsReceive, true}, true
	}
	return verb{}, false
}

// Zfs runs the zfs command line and returns its exit status.
func Zfs(world World, args []string, streams Streams) int {
	return run("zfs", zfsVerb, world, args, streams)
}

func run(program string, find func(string) (verb, bool), world World, args []string, streams Streams) int {
	if len(args) == 0 {
		fmt.Fprintf(streams.Stderr, "missing command\nusage: %s command args ...\n", program)
		return exitUsage
	}
	v, ok := find(args[0])
	if !ok {
		fmt.Fprintf(streams.Stderr, "unrecognized command '%s'\nusage: %s command args ...\n", args[0], program)
		return exitUsage
	}
	options, operands, err := getopt.Parse(args[1:], v.options)
	if err == nil {
		err = v.run(&command{Streams: streams, world: world, options: options, args: operands})
	} else {
		err = usageError(err.Error())
	}
	switch err := err.(type) {
	case nil:
		return 0
	case silentError:
		return exitFailed
	case usageError:
		fmt.Fprintf(streams.Stderr, "%s\nusage:\n\t%s\n", string(err), v.usage)
		return exitUsage
	default:
		fmt.Fprintln(streams.Stderr, err)
		return exitFailed
	}
}

// ZfsMutates tells whether a zfs command line is of a kind that changes the node.
func ZfsMutates(args []string) bool { return mutates(zfsVerb, args) }

// ZpoolMutates is ZfsMutates for zpool.
func ZpoolMutates(args []string) bool { return mutates(zpoolVerb, args) }

func mutates(find func(string) (verb, bool), args []string) bool {
	if len(args) == 0 {
		return false
	}
	v, ok := find(args[0])
	if !ok || !v.mutates {
		return false
	}
	options, _, err := getopt.Parse(args[1:], v.options)
	return err != nil || !options.Has('n')
}

// pool opens the pool of a dataset; an unknown pool is an unknown dataset.
func (c *command) pool(dataset string) (*Pool, error) {
	name := PoolName(dataset)
	if !slices.Contains(c.world.PoolNames(), name) {
		return nil, NoSuchDataset(dataset)
	}
	return c.world.Pool(name)
}

// one is the only operand.
func (c *command) one(what string) (string, error) {
	switch len(c.args) {
	case 0:
		return "", usageError("missing " + what + " argument")
	case 1:
		return c.args[0], nil
	}
	return "", usageError("too many arguments")
}

// each runs something for every operand, going on after a failure as zfs does.
func (c *command) each(names []string, do func(p *Pool, name string) error) error {
	failed := false
	for _, name := range names {
		p, err := c.pool(name)
		if err == nil {
			err = do(p, name)
		}
		if err != nil {
			failed = true
			fmt.Fprintln(c.Stderr, err)
		}
	}
	if failed {
		return silentError{}
	}
	return nil
}

// properties reads the arguments of -o property=value.
func (c *command) properties() (map[string]string, error) {
	values := map[string]string{}
	for _, assignment := range c.options.Values('o') {
		name, value, ok := strings.Cut(assignment, "=")
		if !ok {
			return nil, usageError("missing '=' for property=value argument")
		}
		name = fullPropertyName(name)
		if _, twice := values[name]; twice {
			return nil, usageError("property '" + name + "' specified multiple times")
		}
		values[name] = value
	}
	return values, nil
}

// types reads the argument of -t.
func types(list string) ([]Type, error) {
	var found []Type
	for word := range strings.SplitSeq(list, ",") {
		switch word {
		case "filesystem", "fs":
			found = append(found, Filesystem)
		case "volume", "vol":
			found = append(found, Volume)
		case "snapshot", "snap":
			found = append(found, Snapshot)
		case "all":
			found = append(found, Filesystem, Volume, Snapshot)
		default:
			return nil, usageError("invalid type '" + word + "'")
		}
	}
	return found, nil
}
