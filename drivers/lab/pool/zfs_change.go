package pool

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

func zfsSet(c *command) error {
	values := map[string]string{}
	names := c.args
	for len(names) > 0 {
		property, value, ok := strings.Cut(names[0], "=")
		if !ok {
			break
		}
		values[fullPropertyName(property)] = value
		names = names[1:]
	}
	switch {
	case len(values) == 0:
		return usageError("missing property=value argument(s)")
	case len(names) == 0:
		return usageError("missing dataset name(s)")
	}
	return c.each(names, func(p *Pool, name string) error { return p.Set(name, values) })
}

func zfsInherit(c *command) error {
	if len(c.args) < 2 {
		return usageError("missing dataset argument")
	}
	property := fullPropertyName(c.args[0])
	return c.each(c.args[1:], func(p *Pool, name string) error {
		d, err := p.Get(name)
		if err != nil {
			return err
		}
		for _, one := range p.scope(d, c.options.Has('r')) {
			if err := p.Inherit(one.Name, property, c.options.Has('S')); err != nil {
				return err
			}
		}
		return nil
	})
}

func zfsCreate(c *command) error {
	name, err := c.one("filesystem")
	if err != nil {
		return err
	}
	o := CreateOptions{Parents: c.options.Has('p'), Sparse: c.options.Has('s')}
	if o.Properties, err = c.properties(); err != nil {
		return err
	}
	if volume := c.options.Value('V'); volume != "" {
		if o.VolumeBytes, err = ParseSize(volume); err != nil {
			return usageError(fmt.Sprintf("bad volume size '%s': %v", volume, err))
		}
		if o.VolumeBytes == 0 {
			return NoVolumeSize(name)
		}
	} else if o.Sparse || c.options.Has('b') {
		return usageError("'-s' and '-b' can only be used when creating a volume")
	}
	if block := c.options.Value('b'); block != "" {
		o.Properties["volblocksize"] = block
	}
	p, err := c.pool(name)
	if err != nil {
		return refuse(ErrNotExist, "cannot create '%s': no such pool '%s'", name, PoolName(name))
	}
	if c.options.Has('n') || c.options.Has('v') || c.options.Has('P') {
		ancestors, properties, err := p.Plan(name, o)
		if err != nil {
			return err
		}
		c.printPlan(name, ancestors, properties)
	}
	if c.options.Has('n') {
		return nil
	}
	return p.Create(name, o)
}

// printPlan prints what -n, -v and -P show; vmadm reads the refreservation from it (reference 12.4).
func (c *command) printPlan(name string, ancestors []string, properties [][2]string) {
	if c.options.Has('P') {
		for _, ancestor := range ancestors {
			fmt.Fprintf(c.Stdout, "create_ancestors\t%s\n", ancestor)
		}
		fmt.Fprintf(c.Stdout, "create\t%s\n", name)
		for _, property := range properties {
			fmt.Fprintf(c.Stdout, "property\t%s\t%s\n", property[0], property[1])
		}
		return
	}
	would := ""
	if c.options.Has('n') {
		would = "would "
	}
	for _, ancestor := range ancestors {
		fmt.Fprintf(c.Stdout, "%screate ancestors of %s\n", would, ancestor)
	}
	fmt.Fprintf(c.Stdout, "%screate %s\n", would, name)
	for _, property := range properties {
		fmt.Fprintf(c.Stdout, "\t%s=%s\n", property[0], property[1])
	}
}

func zfsDestroy(c *command) error {
	name, err := c.one("dataset")
	if err != nil {
		return err
	}
	o := DestroyOptions{Recursive: c.options.Has('r'), Clones: c.options.Has('R'), Defer: c.options.Has('d')}
	p, err := c.pool(name)
	if err != nil {
		return err
	}
	if o.Defer && !strings.Contains(name, "@") {
		return usageError("invalid option 'd'")
	}
	if c.options.Has('n') || c.options.Has('v') {
		victims, err := p.Victims(name, o)
		if err != nil {
			return err
		}
		for _, d := range victims {
			c.printVictim(d)
		}
	}
	if c.options.Has('n') {
		return nil
	}
	return p.Destroy(name, o)
}

func (c *command) printVictim(d *Dataset) {
	switch {
	case c.options.Has('p'):
		fmt.Fprintf(c.Stdout, "destroy\t%s\n", d.Name)
	case c.options.Has('n'):
		fmt.Fprintf(c.Stdout, "would destroy %s\n", d.Name)
	default:
		fmt.Fprintf(c.Stdout, "will destroy %s\n", d.Name)
	}
}

func zfsSnapshot(c *command) error {
	if len(c.args) == 0 {
		return usageError("missing snapshot argument")
	}
	properties, err := c.properties()
	if err != nil {
		return err
	}
	for _, name := range c.args {
		if !strings.Contains(name, "@") {
			return usageError("'" + name + "' is not a snapshot")
		}
		p, err := c.pool(name)
		if err == nil {
			_, err = p.Get(strings.SplitN(name, "@", 2)[0])
		}
		if err != nil {
			return usageError(err.Error()) // zfs prints its usage after a dataset that is not there
		}
		if err := p.Snapshot(name, c.options.Has('r'), properties); err != nil {
			return err
		}
	}
	return nil
}

func zfsRollback(c *command) error {
	name, err := c.one("dataset")
	if err != nil {
		return err
	}
	p, err := c.pool(name)
	if err != nil {
		return err
	}
	return p.Rollback(name, RollbackOptions{Recent: c.options.Has('r'), Clones: c.options.Has('R')})
}

func zfsClone(c *command) error {
	if len(c.args) != 2 {
		return usageError("a clone needs a source and a target")
	}
	properties, err := c.properties()
	if err != nil {
		return err
	}
	p, err := c.pool(c.args[0])
	if err != nil {
		return err
	}
	return p.Clone(c.args[0], c.args[1], CreateOptions{Parents: c.options.Has('p'), Properties: properties})
}

func zfsPromote(c *command) error {
	name, err := c.one("clone filesystem")
	if err != nil {
		return err
	}
	p, err := c.pool(name)
	if err != nil {
		return err
	}
	return p.Promote(name)
}

func zfsRename(c *command) error {
	switch {
	case len(c.args) < 2:
		return usageError("missing target dataset argument")
	case len(c.args) > 2:
		return usageError("too many arguments")
	}
	p, err := c.pool(c.args[0])
	if err != nil {
		return err
	}
	return p.Rename(c.args[0], c.args[1], RenameOptions{Parents: c.options.Has('p'), Recursive: c.options.Has('r')})
}

func zfsHold(c *command) error {
	return c.holdOrRelease((*Pool).Hold)
}

func zfsRelease(c *command) error {
	return c.holdOrRelease((*Pool).Release)
}

func (c *command) holdOrRelease(do func(p *Pool, tag, snapshot string, recursive bool) error) error {
	if len(c.args) < 2 {
		return usageError("missing tag or snapshot argument")
	}
	return c.each(c.args[1:], func(p *Pool, name string) error { return do(p, c.args[0], name, c.options.Has('r')) })
}

func zfsMount(c *command) error {
	return c.setMounted(true)
}

func zfsUnmount(c *command) error {
	return c.setMounted(false)
}

func (c *command) setMounted(mounted bool) error {
	name, err := c.one("filesystem")
	if err != nil {
		return err
	}
	p, err := c.pool(name)
	if err != nil {
		return err
	}
	return p.Mount(name, mounted)
}

// zfsSend collects the stream under the lock and writes it after giving up the lock, so that a receiver in the same lab can go on.
func zfsSend(c *command) error {
	name, err := c.one("snapshot")
	if err != nil {
		return err
	}
	o := SendOptions{Replicate: c.options.Has('R'), Properties: c.options.Has('p'), Intermediate: c.options.Has('I')}
	for _, letter := range "iI" {
		if from := c.options.Value(letter); from != "" {
			o.From = from
		}
	}
	p, err := c.pool(name)
	if err != nil {
		return err
	}
	stream, err := p.Send(name, o)
	if err != nil {
		return err
	}
	if c.options.Has('n') {
		c.printStream(c.Stdout, stream)
		return nil
	}
	if c.options.Has('v') {
		c.printStream(c.Stderr, stream)
	}
	if err := c.world.Unlock(); err != nil {
		return err
	}
	if _, err := stream.WriteTo(c.Stdout); err != nil {
		return fmt.Errorf("warning: cannot send '%s': %w", name, err)
	}
	return nil
}

// printStream prints what a stream would carry (-n, -v, -P).
func (c *command) printStream(w io.Writer, s *Stream) {
	for i := range s.parts {
		one := &s.parts[i]
		name := one.Dataset + "@" + one.Snapshot
		switch {
		case c.options.Has('P') && one.From == 0:
			fmt.Fprintf(w, "full\t%s\t%d\n", name, one.size())
		case c.options.Has('P'):
			fmt.Fprintf(w, "incremental\t%s\t%s\t%d\n", strings.TrimPrefix(one.fromName, "@"), name, one.size())
		case one.From == 0:
			fmt.Fprintf(w, "full send of %s estimated size is %s\n", name, FormatSize(one.size()))
		default:
			fmt.Fprintf(w, "send from %s to %s estimated size is %s\n", one.fromName, name, FormatSize(one.size()))
		}
	}
	if c.options.Has('P') {
		fmt.Fprintf(w, "size\t%d\n", s.Size())
		return
	}
	fmt.Fprintf(w, "total estimated size is %s\n", FormatSize(s.Size()))
}

// zfsReceive reads the whole stream before it takes the lock, so that a sender in the same lab can go on.
func zfsReceive(c *command) error {
	target, err := c.one("snapshot")
	if err != nil {
		return err
	}
	o := ReceiveOptions{Force: c.options.Has('F'), DropPool: c.options.Has('d'), LastOnly: c.options.Has('e'), DryRun: c.options.Has('n')}
	if o.DropPool && o.LastOnly {
		return usageError("invalid option combination: '-d' and '-e' are mutually exclusive")
	}
	if err := c.world.Unlock(); err != nil {
		return err
	}
	stream, err := ReadStream(c.Stdin)
	if err := c.world.Relock(); err != nil {
		return err
	}
	if err != nil {
		return err
	}
	if !slices.Contains(c.world.PoolNames(), PoolName(target)) {
		return refuse(ErrNotExist, "cannot receive new filesystem stream: dataset does not exist")
	}
	p, err := c.world.Pool(PoolName(target))
	if err != nil {
		return err
	}
	received, err := p.Receive(target, stream, o)
	if c.options.Has('v') {
		c.printReceived(received)
	}
	return err
}

func (c *command) printReceived(received []Received) {
	would := "receiving"
	if c.options.Has('n') {
		would = "would receive"
	}
	for _, one := range received {
		kind := "incremental"
		if one.Full {
			kind = "full"
		}
		fmt.Fprintf(c.Stdout, "%s %s stream of %s into %s\n", would, kind, one.Source, one.Name)
		if !c.options.Has('n') {
			fmt.Fprintf(c.Stdout, "received %s stream in 1 seconds (%s/sec)\n", FormatSize(one.Bytes)+"B", FormatSize(one.Bytes)+"B")
		}
	}
}
