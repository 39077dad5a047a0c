package vm

import (
	"fmt"
	"slices"
	"time"

	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/property"
)

// expectation is what an update waits to see in the object of the VM. What does not come within the time limit fails the update, after
// everything has been applied (reference 10.1 step 9, 10.3).
type expectation struct {
	// values are the wanted values of plain properties; one that is absent is expected to go.
	values *js.Object
	// never holds keys that cannot come, such as those that were dropped from the payload though the VM has them.
	never []string
}

// expect derives the expectation of an update from its payload. given is the payload as it came, after conversion of types; payload what
// is applied.
func expect(given, payload, old *js.Object, brand property.Brand) expectation {
	e := expectation{values: &js.Object{}}
	table := property.TheTable()
	for _, key := range given.Keys() {
		row, _ := table.Find(key)
		if row.UpdateIgnored {
			continue
		}
		// A key that is not for updates is never waited out, even where vmadm writes a value of its own for it, as it does for the log
		// of a bhyve VM.
		if !row.Access.Allows(property.Update, brand.Name) {
			if old.Has(key) {
				e.never = append(e.never, key)
			}
			continue
		}
		if _, _, operation := property.Operation(key); operation || row.Type == property.ObjectArray {
			continue
		}
		value, _ := payload.Get(key)
		e.values.Set(key, value)
	}
	e.never = append(e.never, neverInElements(payload, old)...)
	return e
}

// neverInElements finds the forms for collections whose effect never shows: removing a disk that is not there, removing a nic by another
// spelling of its mac, changing the media of a disk or its image_name (reference 10.3, observed).
func neverInElements(payload, old *js.Object) []string {
	var never []string
	for _, path := range payload.Array("remove_disks") {
		if findByKey(old.Objects("disks"), "path", js.ToString(path)) == nil {
			never = append(never, "remove_disks")
		}
	}
	for _, mac := range payload.Array("remove_nics") {
		if findNic(old.Objects("nics"), js.ToString(mac)) == nil {
			never = append(never, "remove_nics")
		}
	}
	for _, disk := range payload.Objects("update_disks") {
		now := findByKey(old.Objects("disks"), "path", disk.String("path"))
		for _, member := range []string{"media", "image_name"} {
			wanted, given := disk.Get(member)
			shown, _ := now.Get(member)
			if given && wanted != shown {
				never = append(never, "update_disks")
			}
		}
	}
	return never
}

func findByKey(objects []*js.Object, key, value string) *js.Object {
	index := slices.IndexFunc(objects, func(object *js.Object) bool { return object.String(key) == value })
	if index < 0 {
		return nil
	}
	return objects[index]
}

// met tells whether the update shows everything that is waited for: a property that should change has the wanted value, or was there
// and is gone for a value that means none.
func (e expectation) met(before, after *js.Object) bool {
	if len(e.never) > 0 {
		return false
	}
	for _, key := range e.values.Keys() {
		wanted, _ := e.values.Get(key)
		row, _ := property.TheTable().Find(key)
		if !arrived(row, wanted, before, after) {
			return false
		}
	}
	return true
}

func arrived(row property.Property, wanted js.Value, before, after *js.Object) bool {
	was, had := before.Get(row.Name)
	is, has := after.Get(row.Name)
	if sameValue(row, wanted, was, had) || sameValue(row, wanted, is, has) {
		return true
	}
	return had && !has && (wanted == float64(0) || means(row, wanted))
}

// means tells whether a value of a payload means that the property is absent.
func means(row property.Property, wanted js.Value) bool {
	if _, list := wanted.([]js.Value); list {
		return false // an empty list is waited for as such
	}
	return blank(wanted) || (row.Absent != nil && wanted == row.Absent)
}

// sameValue compares a wanted value with what an object shows; list properties that are shown as one text are joined.
func sameValue(row property.Property, wanted, shown js.Value, has bool) bool {
	if !has {
		return means(row, wanted)
	}
	if list, ok := wanted.([]js.Value); ok {
		if text, ok := shown.(string); ok {
			return joined(list) == text
		}
	}
	return js.Equal(wanted, shown)
}

// confirm waits for the expectation. before is the object as it was when the update began.
func (v *vmadm) confirm(name string, e expectation, before *js.Object) error {
	after, err := v.object(name)
	if err != nil {
		return err
	}
	if e.met(before, after) && (e.values.Len() == 0 || v.cacheDelay() <= v.updateWait()) {
		return v.awaitView(e)
	}
	if err := v.wait(v.updateWait()); err != nil {
		return err
	}
	return failf("vminfod watchForChanges %q timeout exceeded", fmt.Sprintf("VM.js update (%s)", name))
}

// awaitView waits until reads show what was waited for, in a lab with a cache delay. What an update does not wait for, such as changed
// nics, may still be invisible when it returns (reference 21).
func (v *vmadm) awaitView(e expectation) error {
	delay := v.cacheDelay()
	if delay == 0 || e.values.Len() == 0 {
		return nil
	}
	return v.wait(delay)
}

func (v *vmadm) updateWait() time.Duration {
	return time.Duration(v.node.Settings().UpdateWaitMS) * time.Millisecond
}
