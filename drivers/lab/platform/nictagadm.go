package platform

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/specadm/specadm/drivers/lab/getopt"
	"github.com/specadm/specadm/drivers/lab/node"
	"github.com/specadm/specadm/drivers/lab/vm/zone"
)

var nicTagName = regexp.MustCompile(`^[a-zA-Z0-9_]{1,30}$`)

const nictagadmUsage = `Usage:
	nictagadm add [-p prop=value,...] <name> [mac]
	nictagadm add -l <name>
	nictagadm delete [-f] <name>
	nictagadm exists [-l] <name> [name]
	nictagadm list [-l | -L] [-p] [-d delim]
	nictagadm update [-p prop=value,...] <name> [mac]
	nictagadm vms <name>`

// Nictagadm manages the nic tags of the node (reference 19.2).
func Nictagadm(call *node.Call) int {
	if len(call.Args) == 0 {
		return report(call.Stderr, fail(2, "%s", nictagadmUsage))
	}
	args := call.Args[1:]
	switch call.Args[0] {
	case "list":
		return report(call.Stderr, listNicTags(call, args))
	case "exists":
		return report(call.Stderr, nicTagsExist(call, args))
	case "add":
		return report(call.Stderr, addNicTag(call, args))
	case "update":
		return report(call.Stderr, updateNicTag(call, args))
	case "delete":
		return report(call.Stderr, deleteNicTag(call, args))
	case "vms":
		return report(call.Stderr, listNicTagVMs(call, args))
	}
	return report(call.Stderr, fail(2, "%s", nictagadmUsage))
}

func listNicTags(call *node.Call, args []string) error {
	options, _, err := getopt.Parse(args, "lLpd:")
	if err != nil {
		return fail(2, "%s", nictagadmUsage)
	}
	lines := [][]string{}
	for _, tag := range call.Node.Settings().NicTags {
		virtual := tag.Type == "etherstub"
		if options.Has('l') && !virtual || options.Has('L') && virtual {
			continue
		}
		lines = append(lines, []string{tag.Name, dash(tag.MAC), dash(tag.Link), tag.Type})
	}
	if !options.Has('p') {
		printTable(call.Stdout, append([][]string{{"NAME", "MACADDRESS", "LINK", "TYPE"}}, lines...))
		return nil
	}
	delimiter := options.Value('d')
	for _, line := range lines {
		if delimiter == "" {
			line[1] = strings.ReplaceAll(line[1], ":", `\:`)
		}
		separator := delimiter
		if separator == "" {
			separator = ":"
		}
		fmt.Fprintln(call.Stdout, strings.Join(line, separator))
	}
	return nil
}

func dash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

func nicTagsExist(call *node.Call, args []string) error {
	options, names, err := getopt.Parse(args, "l")
	if err != nil || len(names) == 0 {
		return fail(2, "%s", nictagadmUsage)
	}
	var missing []string
	for _, name := range names {
		if _, ok := call.Node.NicTag(name); ok {
			continue
		}
		if options.Has('l') {
			missing = append(missing, name)
		} else {
			missing = append(missing, "invalid tag: "+name)
		}
	}
	if len(missing) > 0 {
		return fail(1, "%s", strings.Join(missing, "\n"))
	}
	return nil
}

func addNicTag(call *node.Call, args []string) error {
	options, operands, err := getopt.Parse(args, "lp:")
	if err != nil || len(operands) == 0 || len(operands) > 2 {
		return fail(2, "%s", nictagadmUsage)
	}
	tag := node.NicTag{Name: operands[0], Type: "normal"}
	if err := setNicTag(&tag, options.Value('p'), operands[1:]); err != nil {
		return err
	}
	settings := call.Node.Settings()
	_, exists := call.Node.NicTag(tag.Name)
	switch {
	case !nicTagName.MatchString(tag.Name):
		return fail(1, "Error: tag names must be alphanumeric or underscore, and at most 30 characters long: %s", tag.Name)
	case exists:
		return fail(1, "Error: nic tag already exists: %s", tag.Name)
	case options.Has('l'):
		tag.Type = "etherstub"
	case tag.MAC == "":
		return fail(1, "Error: a mac address is required for a tag that is no etherstub")
	default:
		tag.Link = fmt.Sprintf("ixgbe%d", len(settings.NicTags))
	}
	settings.NicTags = append(settings.NicTags, tag)
	call.Node.SettingsChanged()
	return nil
}

// setNicTag sets what -p and the operand behind the name say of a tag.
func setNicTag(tag *node.NicTag, properties string, mac []string) error {
	for assignment := range strings.SplitSeq(properties, ",") {
		key, value, _ := strings.Cut(assignment, "=")
		switch key {
		case "mac":
			tag.MAC = value
		case "mtu":
			if _, err := fmt.Sscan(value, &tag.MTU); err != nil || tag.MTU < 1500 || tag.MTU > 9000 {
				return fail(1, "Error: mtu must be between 1500 and 9000, inclusive")
			}
		case "":
		default:
			return fail(1, "Error: unknown property: %s", key)
		}
	}
	if len(mac) == 1 {
		tag.MAC = mac[0]
	}
	return nil
}

func updateNicTag(call *node.Call, args []string) error {
	options, operands, err := getopt.Parse(args, "p:")
	if err != nil || len(operands) == 0 || len(operands) > 2 || len(operands) == 1 && !options.Has('p') {
		return fail(2, "%s", nictagadmUsage)
	}
	at, err := nicTagIndex(call.Node, operands[0])
	if err != nil {
		return err
	}
	tag := call.Node.Settings().NicTags[at]
	if err := setNicTag(&tag, options.Value('p'), operands[1:]); err != nil {
		return err
	}
	call.Node.Settings().NicTags[at] = tag
	call.Node.SettingsChanged()
	return nil
}

// nicTagIndex finds a tag by its name, an overlay rule too.
func nicTagIndex(n *node.Node, name string) (int, error) {
	at := slices.IndexFunc(n.Settings().NicTags, func(tag node.NicTag) bool { return tag.Name == name })
	if at < 0 {
		return 0, fail(1, "Error: tag does not exist: %s", name)
	}
	return at, nil
}

func deleteNicTag(call *node.Call, args []string) error {
	options, names, err := getopt.Parse(args, "f")
	if err != nil || len(names) != 1 {
		return fail(2, "%s", nictagadmUsage)
	}
	settings := call.Node.Settings()
	at, err := nicTagIndex(call.Node, names[0])
	if err != nil {
		return err
	}
	users, err := nicTagVMs(call.Node, names[0])
	if err != nil {
		return err
	}
	if len(users) > 0 && !options.Has('f') {
		return fail(1, "Error: nic tag %q is in use by the following VMs:\n%s", names[0], strings.Join(users, "\n"))
	}
	settings.NicTags = slices.Delete(settings.NicTags, at, at+1)
	call.Node.SettingsChanged()
	return nil
}

func listNicTagVMs(call *node.Call, args []string) error {
	if len(args) != 1 {
		return fail(2, "%s", nictagadmUsage)
	}
	if _, err := nicTagIndex(call.Node, args[0]); err != nil {
		return err
	}
	users, err := nicTagVMs(call.Node, args[0])
	for _, user := range users {
		fmt.Fprintln(call.Stdout, user)
	}
	return err
}

// nicTagVMs lists the zones with a nic on a tag, an overlay rule counting with all its numbers.
func nicTagVMs(n *node.Node, name string) ([]string, error) {
	store, err := zone.OpenStore(n)
	if err != nil {
		return nil, err
	}
	var users []string
	for _, uuid := range store.Names() {
		config, err := store.Config(uuid)
		if err != nil {
			return nil, err
		}
		onTag := func(network zone.Network) bool {
			tag, _, _ := strings.Cut(network.GlobalNIC, "/")
			return tag == name
		}
		if slices.ContainsFunc(config.Networks, onTag) {
			users = append(users, uuid)
		}
	}
	return users, nil
}
