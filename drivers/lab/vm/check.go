package vm

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/specadm/specadm/drivers/lab/node"
	"github.com/specadm/specadm/drivers/lab/vm/js"
	"github.com/specadm/specadm/drivers/lab/vm/property"
)

// checker checks one payload by the table; what create and update check beyond it is with the nouns in question.
type checker struct {
	node   *node.Node
	table  *property.Table
	brand  property.Brand
	action property.Action
	verdict
}

// check returns the verdict on a payload for a brand (reference 4). The error is a crash, or trouble with reading the node.
func check(n *node.Node, payload *js.Object, brand property.Brand, action property.Action) (*verdict, error) {
	c := &checker{node: n, table: property.TheTable(), brand: brand, action: action}
	for _, key := range payload.Keys() {
		value, _ := payload.Get(key)
		if err := c.checkKey(key, value); err != nil {
			return nil, err
		}
	}
	c.checkRequired(payload)
	if brand.Machine {
		if err := c.checkDisks(payload); err != nil {
			return nil, err
		}
	}
	if brand.ID == property.Bhyve {
		c.checkPCIDevices(payload)
	}
	if err := c.checkImages(payload); err != nil {
		return nil, err
	}
	return &c.verdict, nil
}

func (c *checker) checkKey(key string, value js.Value) error {
	row, _ := c.table.Find(key)
	if !row.Access.Allows(c.action, c.brand.Name) {
		c.badProperty(key)
	}
	if row.Type == property.ObjectArray {
		return c.checkElements(key, value)
	}
	if !goodValue(row, value, c.node.PoolNames()) {
		c.badValue(key)
	}
	return nil
}

func (c *checker) checkElements(key string, value js.Value) error {
	array, ok := value.([]js.Value)
	if !ok {
		c.badValue(key)
		return nil
	}
	collection, action := elementsOf(key, c.action)
	for _, element := range array {
		switch e := element.(type) {
		case nil:
			return crashf("TypeError: Cannot convert undefined or null to object")
		case *js.Object:
			c.checkMembers(collection, action, e)
		case []js.Value:
		default:
			c.badValue(key)
		}
	}
	return nil
}

func (c *checker) checkMembers(collection string, action property.Action, element *js.Object) {
	for _, member := range element.Keys() {
		name := property.MemberName(collection, member)
		row, _ := c.table.Find(name)
		if !row.Access.Allows(action, c.brand.Name) {
			c.badProperty(name)
		}
		if action == property.Update && row.Check == property.MACCheck {
			row.Check = property.NoCheck // the key of an element is looked up, not checked
		}
		if value, _ := element.Get(member); !goodValue(row, value, c.node.PoolNames()) {
			c.badValue(name)
		}
	}
}

func (c *checker) checkRequired(payload *js.Object) {
	if c.action != property.Create {
		return
	}
	for _, row := range c.table.Rows() {
		if row.Required.Has(c.brand.Name) && !payload.Has(row.Name) {
			c.missed(row.Name)
		}
	}
}

// checkDisks holds the rules of validate for disks that get a volume (reference 4, step 4).
func (c *checker) checkDisks(payload *js.Object) error {
	return eachElement(payload, []string{"disks", "add_disks"}, func(name string, disk *js.Object) error {
		media, given := disk.Get("media")
		if given && media != "disk" {
			return nil
		}
		if reservation, given := disk.Get("refreservation"); given && !blank(reservation) && !(js.ToNumber(reservation) >= 0) {
			c.badValue(name + ".refreservation")
		}
		if !disk.Has("image_uuid") {
			for _, member := range []string{"image_size", "image_name"} {
				if disk.Has(member) {
					c.badProperty(name + "." + member)
				}
			}
			if !disk.Has("size") && !disk.Bool("nocreate") {
				c.missed(name + ".size")
			}
			return nil
		}
		if disk.Has("block_size") {
			c.badProperty(name + ".block_size")
		}
		if disk.Has("size") && !payload.Has("flexible_disk_size") {
			c.badProperty(name + ".size")
		}
		return nil
	})
}

var slotForm = regexp.MustCompile(`^[0-9]+(:[0-9]+){0,2}$`)

func (c *checker) checkPCIDevices(payload *js.Object) {
	// The function never fails, so neither does the walk.
	_ = eachElement(payload, []string{"pci_devices", "add_pci_devices"}, func(name string, device *js.Object) error {
		if path, given := device.Get("path"); !given {
			c.missed(name + ".path")
		} else if !strings.HasPrefix(js.ToString(path), "/devices") {
			c.badValue(name + ".path")
		}
		if slot, given := device.Get("pci_slot"); !given {
			c.missed(name + ".pci_slot")
		} else if _, err := parseSlot(js.ToString(slot)); err != nil {
			c.badValue(name + ".pci_slot")
		}
		return nil
	})
}

// eachElement calls visit with "disks.0" and the like for the elements of the arrays that the payload has. An element that is no
// object counts as one without members, as it does in JavaScript.
func eachElement(payload *js.Object, keys []string, visit func(name string, element *js.Object) error) error {
	for _, key := range keys {
		for i, element := range payload.Array(key) {
			object, _ := element.(*js.Object)
			if err := visit(fmt.Sprintf("%s.%d", key, i), object); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkImages asks for the images that the payload names (reference 4, step 6). It fills in the size of the image of a disk.
func (c *checker) checkImages(payload *js.Object) error {
	zpool := payload.String("zpool")
	if zpool == "" {
		zpool = defaultZpool
	}
	if uuid, given := payload.Get("image_uuid"); given && c.action == property.Create {
		image, ok, err := c.node.Image(zpool, js.ToString(uuid))
		if err != nil {
			return err
		}
		if !ok || !slices.Contains(c.brand.ImageTypes, image.Type) {
			c.badValue("image_uuid")
		}
	}
	if !c.brand.Machine {
		return nil
	}
	return eachElement(payload, []string{"disks", "add_disks"}, func(name string, disk *js.Object) error {
		return c.checkDiskImage(payload, zpool, name, disk)
	})
}

func (c *checker) checkDiskImage(payload *js.Object, zpool, name string, disk *js.Object) error {
	uuid, given := disk.Get("image_uuid")
	if !given {
		return nil
	}
	if own := disk.String("zpool"); own != "" {
		zpool = own
	}
	image, ok, err := c.node.Image(zpool, js.ToString(uuid))
	if err != nil {
		return err
	}
	size, sized := disk.Get("image_size")
	if !ok || !slices.Contains(c.brand.DiskImageTypes, image.Type) {
		c.badValue(name + ".image_uuid")
		if !sized {
			c.missed(name + ".image_size")
		}
		return nil
	}
	if !sized {
		disk.Set("image_size", float64(image.ImageSize))
	} else if js.ToNumber(size) != float64(image.ImageSize) {
		c.badValue(name + ".image_size")
	}
	if wanted, given := disk.Get("size"); given && js.ToNumber(wanted) < float64(image.ImageSize) {
		c.badValue("size")
	}
	if boot, _ := disk.Get("boot"); js.Truthy(boot) {
		c.checkBootrom(payload, image)
	}
	return nil
}

// checkBootrom compares the firmware that is asked for with what the image of the boot disk needs (reference 8.1).
func (c *checker) checkBootrom(payload *js.Object, image node.Image) {
	wanted, _ := payload.Get("bootrom")
	if blank(wanted) || c.brand.ID != property.Bhyve {
		return
	}
	allowed := []string{"bios", "uefi"}
	if image.Requirements.Bootrom != "" {
		allowed = []string{image.Requirements.Bootrom}
	}
	if !slices.Contains(allowed, js.ToString(wanted)) {
		c.badValue("bootrom")
	}
}
