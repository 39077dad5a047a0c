package vm

import (
	"errors"
	"fmt"
	"syscall"
	"time"

	"github.com/specadm/specadm/drivers/lab/node"
	"github.com/specadm/specadm/drivers/lab/pool"
	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/property"
	"github.com/specadm/specadm/drivers/lab/vm/zone"
)

// Exit statuses (reference 2.1). A crash is the shell's status of a process that died of SIGABRT.
const (
	exitDone   = 0
	exitFailed = 1
	exitMisuse = 2
	exitCrash  = 134
)

// vmadm is one run of the program.
type vmadm struct {
	call *node.Call
	node *node.Node
	*reader
}

// Vmadm runs the vmadm command line and returns the exit status.
func Vmadm(call *node.Call) int {
	v := &vmadm{call: call, node: call.Node}
	return v.exit(v.run())
}

func (v *vmadm) run() error {
	words := v.call.Args
	for len(words) > 0 && (words[0] == "-v" || words[0] == "-d") {
		words = words[1:] // accepted everywhere (reference 2.2)
	}
	if len(words) == 0 {
		return &misuse{}
	}
	name := words[0]
	if name == "help" || name == "-h" || name == "-?" || name == "--help" {
		return &misuse{}
	}
	command, ok := findCommand(name)
	if !ok {
		return &misuse{line: fmt.Sprintf("Invalid command: %q.", name)}
	}
	args := parseArguments(words[1:], command.flags)
	if command.needsUUID {
		if !looksLikeUUID(args.uuid()) {
			return noUUID(name)
		}
	}
	if err := v.reopen(); err != nil {
		return err
	}
	if err := command.run(v, args); err != nil || !command.awaited || v.cacheDelay() == 0 {
		return err
	}
	// The command returns when vminfod shows what it did.
	return v.wait(min(v.cacheDelay(), v.updateWait()))
}

// reopen reads the zones anew; it must follow every Relock.
func (v *vmadm) reopen() error {
	r, err := newReader(v.node)
	if err != nil {
		return err
	}
	v.reader = r
	return nil
}

// exit prints an error in the way that its kind asks for and returns the status. Every sentence goes to standard error (reference 2.1).
func (v *vmadm) exit(err error) int {
	var wrong *misuse
	var dead *crash
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &wrong):
		if wrong.line != "" {
			v.say("%s", wrong.line)
		}
		v.say("%s", usage)
		return exitMisuse
	case errors.Is(err, syscall.EPIPE):
		return exitDone
	case errors.Is(err, errSilent):
		return exitFailed
	case errors.As(err, &dead):
		v.say("%s\n    at VM.js", dead.text)
		return exitCrash
	default:
		v.say("%s", err)
		return exitFailed
	}
}

// say prints a sentence on standard error.
func (v *vmadm) say(format string, args ...any) {
	fmt.Fprintf(v.call.Stderr, format+"\n", args...)
}

// checkpoint is a point between two steps where a scripted fault may fail the next one, or change the zones behind our back.
func (v *vmadm) checkpoint(name string) error {
	if err := v.node.Checkpoint(name); err != nil {
		return err
	}
	return v.reopen()
}

// wait lets the world go on for a while: changes so far are saved and the lock is free meanwhile.
func (v *vmadm) wait(duration time.Duration) error {
	if err := v.node.Unlock(); err != nil {
		return err
	}
	time.Sleep(duration)
	if err := v.node.Relock(); err != nil {
		return err
	}
	return v.reopen()
}

// pool opens the pool of a dataset.
func (v *vmadm) pool(dataset string) (*pool.Pool, error) { return v.node.Pool(dataset) }

// brandOf returns the brand of a configured zone.
func brandOf(config *zone.Config) (property.Brand, error) {
	brand, ok := property.BrandOf(config.Brand)
	if !ok {
		return property.Brand{}, failf("Unknown brand %q", config.Brand)
	}
	return brand, nil
}

// find returns object, configuration and brand of a VM, or the error that most commands give for an unknown one.
func (v *vmadm) find(name string) (*machine, error) {
	if !v.has(name) {
		return nil, failf("VM %s not found", name)
	}
	return v.load(name)
}

// findRemembered is find with the object as vminfod remembers it, where a fault of the lab keeps that behind the world. A VM that vminfod
// does not know yet counts as it is.
func (v *vmadm) findRemembered(name string) (m *machine, err error) {
	m, err = v.find(name)
	if err != nil || v.node.Remembered() == "" {
		return m, err
	}
	earlier, err := node.Open(v.node.Remembered())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, earlier.Close()) }()
	r, err := newReader(earlier)
	if err != nil {
		return nil, err
	}
	if !r.has(name) {
		return m, nil
	}
	m.object, err = r.shown(name)
	return m, err
}

// machine is a VM with all that is known of it.
type machine struct {
	name   string
	object *js.Object
	config *zone.Config
	brand  property.Brand
}

func (m *machine) state() string     { return m.object.String("state") }
func (m *machine) zoneState() string { return m.object.String("zone_state") }
func (m *machine) docker() bool      { return m.object.Bool("docker") }

func (v *vmadm) load(name string) (*machine, error) {
	object, err := v.shown(name)
	if err != nil {
		return nil, err
	}
	config, err := v.zones.Config(name)
	if err != nil {
		return nil, err
	}
	brand, err := brandOf(config)
	if err != nil {
		return nil, err
	}
	return &machine{name: name, object: object, config: config, brand: brand}, nil
}
