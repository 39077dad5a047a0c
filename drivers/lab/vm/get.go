package vm

import (
	"errors"
	"slices"
	"strings"

	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/property"
)

func (v *vmadm) runGet(args arguments) error {
	object, err := v.shown(args.uuid())
	if err != nil {
		return err
	}
	return v.print(object)
}

// runInfo shows what the daemon vmadmd knows of a running virtual machine (reference 3.5). The lab has no guest to ask: what a real one
// would answer beyond VNC and status is left empty.
func (v *vmadm) runInfo(args arguments) error {
	info, err := v.info(args.uuid(), args.at(1))
	if err != nil {
		return failf("Unable to get VM info for VM %s: %s", args.uuid(), err)
	}
	return v.print(info)
}

func (v *vmadm) info(name, types string) (*js.Object, error) {
	m, err := v.find(name)
	if err != nil {
		return nil, err
	}
	if len(m.brand.Info) == 0 {
		return nil, failf("no info available for brand %s", m.brand.Name)
	}
	if state := m.state(); state != "running" && state != "stopping" {
		return nil, failf("Unable to get info for vm from state %q, must be \"running\" or \"stopping\".", state)
	}
	wanted := strings.Split(types, ",")
	if types == "" || slices.Contains(wanted, "all") {
		wanted = m.brand.Info[1:]
	}
	info := &js.Object{}
	for _, kind := range wanted {
		if !slices.Contains(m.brand.Info, kind) {
			return nil, failf("unknown info type: %s", kind)
		}
		switch kind {
		case "vnc":
			info.Set(kind, vncInfo(m))
		case "status":
			info.Set(kind, js.NewObject(js.Pair{Key: "status", Value: "running"}, js.Pair{Key: "running", Value: true}))
		default:
			info.Set(kind, &js.Object{})
		}
	}
	return info, nil
}

// vncInfo is where the display is; a port that is chosen at random follows from the id of the zone.
func vncInfo(m *machine) *js.Object {
	port, given := m.object.Number("vnc_port")
	if !given {
		id, _ := m.object.Number("zoneid")
		port = 40000 + id
	}
	vnc := js.NewObject(js.Pair{Key: "host", Value: "127.0.0.1"}, js.Pair{Key: "port", Value: port})
	if port >= 5900 {
		vnc.Set("display", port-5900)
	}
	if password := m.object.String("vnc_password"); password != "" {
		vnc.Set("password", password)
	}
	return vnc
}

// runValidate checks a payload without looking at any VM (reference 4).
func (v *vmadm) runValidate(args arguments) error {
	word := args.at(0)
	if word == "" || (word == "update" && args.at(1) == "") {
		return &misuse{}
	}
	value, err := v.readPayload(args, "Will not validate from stdin when stdin is a tty.")
	if err != nil {
		return err
	}
	if value == nil {
		return crashf("TypeError: Cannot read property 'brand' of null")
	}
	payload, _ := asObject(value)
	name := "undefined"
	if word == "update" {
		name = args.at(1)
	} else if given, ok := payload.Get("brand"); ok {
		name = js.ToString(given)
	}
	brand, known := property.BrandOf(name)
	if !known {
		return v.invalid(js.NewObject(js.Pair{Key: "bad_brand", Value: name}))
	}
	verdict, err := validateAction(v, payload, brand, word)
	if err != nil {
		return err
	}
	if !verdict.valid() {
		return v.invalid(verdict.json())
	}
	v.say("VALID '%s' payload for %s brand VMs.", word, brand.Name)
	return nil
}

// validateAction checks for create and update; for any other word every property is a bad one.
func validateAction(v *vmadm, payload *js.Object, brand property.Brand, word string) (*verdict, error) {
	actions := map[string]property.Action{"create": property.Create, "update": property.Update, "receive": property.Receive}
	if action, ok := actions[word]; ok {
		return check(v.node, payload, brand, action)
	}
	all := &verdict{}
	for _, key := range payload.Keys() {
		all.badProperty(key)
	}
	return all, nil
}

// invalid prints what is wrong with a payload and fails without another sentence.
func (v *vmadm) invalid(found *js.Object) error {
	v.say("%s", js.StringifyIndent(found))
	return errSilent
}

// errSilent fails a command that has said all that there is to say.
var errSilent = errors.New("")
