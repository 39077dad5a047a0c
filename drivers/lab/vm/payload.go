package vm

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/term"

	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/property"
)

// readPayload reads the JSON of -f, or of standard input where there is no -f or its value is a dash. refusal is the line of the usage
// error on a terminal (reference 2.3).
func (v *vmadm) readPayload(args arguments, refusal string) (js.Value, error) {
	text, err := v.readInput(args.options["f"], refusal)
	if err != nil {
		return nil, err
	}
	value, err := js.Parse(text)
	if err != nil {
		return nil, failf("Invalid JSON payload: %s", err)
	}
	return value, nil
}

func (v *vmadm) readInput(file, refusal string) ([]byte, error) {
	if file != "" && file != "-" {
		text, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, failf("File: %s does not exist.", file)
		}
		return text, err
	}
	if err := v.refuseTerminal(refusal); err != nil {
		return nil, err
	}
	if v.call.Stdin == nil {
		return nil, nil
	}
	// Whoever feeds standard input may take its time: others may use the lab meanwhile.
	if err := v.node.Unlock(); err != nil {
		return nil, err
	}
	text, readErr := io.ReadAll(v.call.Stdin)
	if err := v.node.Relock(); err != nil {
		return nil, err
	}
	if readErr != nil {
		return nil, readErr
	}
	return text, v.reopen()
}

// fromArguments makes a payload of key=value arguments: all values are texts (reference 2.3).
func fromArguments(args []string) *js.Object {
	payload := &js.Object{}
	for _, arg := range args {
		key, value, _ := strings.Cut(arg, "=")
		payload.Set(key, value)
	}
	return payload
}

// refuseTerminal refuses to wait for somebody to type a payload.
func (v *vmadm) refuseTerminal(refusal string) error {
	if input, ok := v.call.Stdin.(*os.File); ok && term.IsTerminal(int(input.Fd())) {
		return &misuse{line: refusal}
	}
	return nil
}

// asObject is what JavaScript finds in a payload by key: an array has its indexes for keys. ok is false for null, texts and numbers.
func asObject(payload js.Value) (object *js.Object, ok bool) {
	switch p := payload.(type) {
	case *js.Object:
		return p, true
	case []js.Value:
		object = &js.Object{}
		for i, element := range p {
			object.Set(strconv.Itoa(i), element)
		}
		return object, true
	default:
		return nil, false
	}
}

// renameAliases gives the deprecated names of properties their present ones, which is done for new VMs only (reference 1).
func renameAliases(payload *js.Object) {
	for _, alias := range []struct{ from, to string }{
		{"dataset_uuid", "image_uuid"}, {"zone_dataset_uuid", "image_uuid"}, {"zfs_storage_pool_name", "zpool"},
	} {
		if !payload.Has(alias.to) {
			payload.Rename(alias.from, alias.to)
		}
	}
}

// normalizeTypes converts numbers, booleans and lists that were given in other forms. What is not of its type stays for validation to find.
// Members of elements are not converted, except lists (reference 5).
func normalizeTypes(payload *js.Object) {
	table := property.TheTable()
	for _, key := range payload.Keys() {
		row, ok := table.Find(key)
		value, _ := payload.Get(key)
		if ok {
			payload.Set(key, normalizeValue(row, value))
		}
	}
}

func normalizeValue(row property.Property, value js.Value) js.Value {
	switch row.Type {
	case property.Integer:
		if value != nil && blank(value) && row.EmptyIsZero {
			return float64(0)
		}
		if blank(value) {
			return nil
		}
		if goodInteger(property.Limits{}, value) {
			return js.ToNumber(value)
		}
	case property.Boolean:
		if truth, ok := toBoolean(value); ok {
			return truth
		}
	case property.List:
		if elements, ok := toList(value); ok {
			return js.Strings(elements)
		}
	case property.String:
		if _, isText := value.(string); !isText && blank(value) {
			return nil
		}
	}
	return value
}

// prune drops from a payload what the table does not allow for the brand and action; nobody is told (reference 4).
func prune(payload *js.Object, brand property.Brand, action property.Action) {
	table := property.TheTable()
	for _, key := range payload.Keys() {
		row, _ := table.Find(key)
		if !row.Access.Allows(action, brand.Name) {
			payload.Delete(key)
			continue
		}
		if row.Type != property.ObjectArray {
			continue
		}
		collection, memberAction := elementsOf(key, action)
		for _, element := range payload.Objects(key) {
			for _, member := range element.Keys() {
				memberRow, _ := table.Find(property.MemberName(collection, member))
				if !memberRow.Access.Allows(memberAction, brand.Name) {
					element.Delete(member)
				}
			}
		}
	}
}

// dropWithoutImage drops what makes sense only for a VM that comes from an image.
func dropWithoutImage(payload *js.Object) {
	if payload.Has("image_uuid") {
		return
	}
	for _, row := range property.TheTable().Rows() {
		if row.NeedsImage {
			payload.Delete(row.Name)
		}
	}
}

// elementsOf says what the elements under a key belong to, and by which column their members are allowed: those of update_ forms by
// that of update, all others by that of create, or of receive in a received payload.
func elementsOf(key string, action property.Action) (collection string, memberAction property.Action) {
	collection, memberAction = key, property.Create
	if action == property.Receive {
		memberAction = property.Receive
	}
	if verb, of, ok := property.Operation(key); ok {
		collection = of
		if verb == "update" {
			memberAction = property.Update
		}
	}
	return collection, memberAction
}

// elements returns the objects under several keys, in that order.
func elements(payload *js.Object, keys ...string) []*js.Object {
	var all []*js.Object
	for _, key := range keys {
		all = slices.Concat(all, payload.Objects(key))
	}
	return all
}
