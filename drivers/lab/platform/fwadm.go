package platform

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/google/uuid"

	"github.com/specadm/specadm/drivers/lab/getopt"
	"github.com/specadm/specadm/drivers/lab/node"
	"github.com/specadm/specadm/drivers/lab/vm/zone"
)

// firewallAttr is the attribute of a zone that says whether rules apply to it.
const firewallAttr = "firewall-enabled"

const fwadmUsage = `Usage: fwadm COMMAND [OPTIONS] [ARGS...]
Commands: list, get, add, update, delete, enable, disable, start, stop, status`

// fwadm is one run of the program.
type fwadm struct {
	call    *node.Call
	node    *node.Node
	options getopt.Options
	args    []string
}

// Fwadm manages firewall rules (reference 19.4).
func Fwadm(call *node.Call) int {
	if len(call.Args) == 0 {
		return report(call.Stderr, fail(2, "%s", fwadmUsage))
	}
	options, operands, err := getopt.ParseMixed(call.Args[1:], "jpd:o:f:egO:D:v")
	if err != nil {
		return report(call.Stderr, fail(2, "%v\n%s", err, fwadmUsage))
	}
	f := &fwadm{call: call, node: call.Node, options: options, args: operands}
	verbs := map[string]func() error{
		"list": f.list, "get": f.get, "add": f.add, "update": f.update, "delete": f.deleteRules,
		"enable":  func() error { return f.setEnabled(true) },
		"disable": func() error { return f.setEnabled(false) },
		"start":   func() error { return f.setFirewall("true") },
		"stop":    func() error { return f.setFirewall("") },
		"status":  f.status,
	}
	run, ok := verbs[call.Args[0]]
	if !ok {
		return report(call.Stderr, fail(2, "unknown command: %s\n%s", call.Args[0], fwadmUsage))
	}
	return report(call.Stderr, run())
}

func (f *fwadm) printJSON(value any) error {
	data, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f.call.Stdout, "%s\n", data)
	return err
}

func (f *fwadm) list() error {
	rules, err := readRules(f.node)
	if err != nil {
		return err
	}
	if f.options.Has('j') {
		return f.printJSON(append([]rule{}, rules...))
	}
	columns := []string{"uuid", "enabled", "rule"}
	if given := f.options.Value('o'); given != "" {
		columns = strings.Split(given, ",")
	}
	delimiter := f.options.Value('d')
	if delimiter == "" {
		delimiter = ":"
	}
	if !f.options.Has('p') {
		fmt.Fprintf(f.call.Stdout, "%-36s %-7s %s\n", "UUID", "ENABLED", "RULE")
	}
	for _, one := range rules {
		if !f.options.Has('p') {
			f.printRule(one)
			continue
		}
		cells := make([]string, len(columns))
		for i, column := range columns {
			if cells[i], err = one.column(column); err != nil {
				return err
			}
		}
		fmt.Fprintln(f.call.Stdout, strings.Join(cells, delimiter))
	}
	return nil
}

func (r *rule) column(name string) (string, error) {
	switch name {
	case "uuid":
		return r.UUID, nil
	case "enabled":
		return fmt.Sprint(r.Enabled), nil
	case "rule":
		return r.Rule, nil
	case "owner_uuid":
		return r.OwnerUUID, nil
	case "global":
		return fmt.Sprint(r.Global), nil
	case "version":
		return r.Version, nil
	case "created_by":
		return r.CreatedBy, nil
	case "description":
		return r.Description, nil
	}
	return "", fail(1, "Invalid field: %s", name)
}

func (f *fwadm) printRule(one rule) {
	fmt.Fprintf(f.call.Stdout, "%-36s %-7v %s\n", one.UUID, one.Enabled, one.Rule)
}

// printChanged prints the rules that a command changed, under a title or with -j as an object.
func (f *fwadm) printChanged(title string, rules []rule) error {
	if f.options.Has('j') {
		return f.printJSON(map[string]any{"vms": []string{}, "rules": append([]rule{}, rules...)})
	}
	fmt.Fprintln(f.call.Stdout, title)
	for _, one := range rules {
		f.printRule(one)
	}
	return nil
}

func (f *fwadm) one(what string) (string, error) {
	if len(f.args) != 1 {
		return "", fail(2, "Must specify %s!\n%s", what, fwadmUsage)
	}
	return f.args[0], nil
}

func (f *fwadm) get() error {
	id, err := f.one("rule UUID")
	if err != nil {
		return err
	}
	found, err := readRule(f.node, id)
	if err != nil {
		return err
	}
	return f.printJSON(found)
}

// input reads -f, "-" being standard input, which is read without the lock. It is an object with rules, or one rule.
func (f *fwadm) input() ([]ruleChange, error) {
	file := f.options.Value('f')
	var data []byte
	var err error
	if file == "-" {
		if err := f.node.Unlock(); err != nil {
			return nil, err
		}
		data, err = io.ReadAll(f.call.Stdin)
		if err := f.node.Relock(); err != nil {
			return nil, err
		}
	} else {
		data, err = os.ReadFile(file)
	}
	if err != nil {
		return nil, fail(1, "Error reading %q: %v", file, err)
	}
	var several struct {
		Rules []ruleChange `json:"rules"`
	}
	if err := json.Unmarshal(data, &several); err != nil {
		return nil, fail(1, "Error parsing JSON: %v", err)
	}
	if several.Rules != nil {
		return several.Rules, nil
	}
	var single ruleChange
	err = json.Unmarshal(data, &single)
	return []ruleChange{single}, err
}

// fromArguments is the rule that the command line spells out.
func (f *fwadm) fromArguments(words []string) ruleChange {
	var change ruleChange
	if text := strings.Join(words, " "); text != "" {
		change.Rule = &text
	}
	yes := true
	if f.options.Has('e') {
		change.Enabled = &yes
	}
	if f.options.Has('g') {
		change.Global = &yes
	}
	if owner := f.options.Value('O'); owner != "" {
		change.OwnerUUID = &owner
	}
	if description := f.options.Value('D'); description != "" {
		change.Description = &description
	}
	return change
}

func (f *fwadm) add() error {
	changes := []ruleChange{f.fromArguments(f.args)}
	if f.options.Has('f') {
		var err error
		if changes, err = f.input(); err != nil {
			return err
		}
	}
	rules := make([]rule, len(changes))
	for i, change := range changes {
		rules[i] = rule{UUID: uuid.NewString(), CreatedBy: "fwadm"}
		if err := rules[i].apply(change); err != nil {
			return err
		}
		if !rules[i].Global && rules[i].OwnerUUID == "" {
			return fail(1, "owner_uuid required")
		}
	}
	return f.write("Added rules:", rules)
}

func (f *fwadm) write(title string, rules []rule) error {
	for i := range rules {
		if err := writeRule(f.node, &rules[i]); err != nil {
			return err
		}
	}
	return f.printChanged(title, rules)
}

func (f *fwadm) update() error {
	var changes []ruleChange
	switch {
	case f.options.Has('f'):
		var err error
		if changes, err = f.input(); err != nil {
			return err
		}
		if len(f.args) == 1 && len(changes) == 1 {
			changes[0].UUID = &f.args[0]
		}
	case len(f.args) > 0:
		change := f.fromArguments(f.args[1:])
		change.UUID = &f.args[0]
		changes = []ruleChange{change}
	default:
		return fail(2, "Must specify rule UUID!\n%s", fwadmUsage)
	}
	rules := make([]rule, len(changes))
	for i, change := range changes {
		if change.UUID == nil {
			return fail(1, "Missing UUID for rule")
		}
		found, err := readRule(f.node, *change.UUID)
		if err != nil {
			return err
		}
		rules[i] = found
		if err := rules[i].apply(change); err != nil {
			return err
		}
	}
	return f.write("Updated rules:", rules)
}

func (f *fwadm) setEnabled(enabled bool) error {
	if len(f.args) == 0 {
		return fail(2, "Must specify rule UUID!\n%s", fwadmUsage)
	}
	var rules []rule
	for _, id := range f.args {
		found, err := readRule(f.node, id)
		if err != nil {
			return err
		}
		found.Enabled = enabled
		rules = append(rules, found)
	}
	return f.write("Updated rules:", rules)
}

func (f *fwadm) deleteRules() error {
	if len(f.args) == 0 {
		return fail(2, "Must specify rule UUID!\n%s", fwadmUsage)
	}
	var rules []rule
	for _, id := range f.args {
		found, err := readRule(f.node, id)
		if err != nil {
			return err
		}
		rules = append(rules, found)
	}
	for _, one := range rules {
		if err := f.node.RemoveFile(rulePath(one.UUID)); err != nil {
			return err
		}
	}
	return f.printChanged("Deleted rules:", rules)
}

// zone opens the configuration of the VM that a command names.
func (f *fwadm) zone() (*zone.Store, *zone.Config, error) {
	id, err := f.one("VM UUID")
	if err != nil {
		return nil, nil, err
	}
	store, err := zone.OpenStore(f.node)
	if err != nil {
		return nil, nil, err
	}
	if !store.Has(id) {
		return nil, nil, fail(1, "Could not find VM %q", id)
	}
	config, err := store.Config(id)
	return store, config, err
}

// setFirewall is the same as a vmadm update of firewall_enabled.
func (f *fwadm) setFirewall(value string) error {
	store, config, err := f.zone()
	if err != nil {
		return err
	}
	if value == "" {
		config.RemoveAttr(firewallAttr)
		fmt.Fprintf(f.call.Stdout, "Firewall stopped for VM %s\n", config.Name)
	} else {
		config.SetAttr(firewallAttr, value)
		fmt.Fprintf(f.call.Stdout, "Firewall started for VM %s\n", config.Name)
	}
	return store.Write(config)
}

func (f *fwadm) status() error {
	_, config, err := f.zone()
	if err != nil {
		return err
	}
	status := "stopped"
	if value, _ := config.Attr(firewallAttr); value == "true" {
		status = "running"
	}
	fmt.Fprintln(f.call.Stdout, status)
	return nil
}
