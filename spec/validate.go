package spec

import (
	"fmt"
	"slices"
)

// ValidateCreate finds what vmadm validate create would find in a payload, and what create refuses, crashes on or changes later, without
// asking the node: images, pools, nic tags and what other instances have are not checked. Pointers are relative to the payload.
func ValidateCreate(payload Object) []Finding {
	c := checker{table: Properties()}
	c.brand = Brand(c.brandOf(payload))
	if !c.brand.Valid() {
		c.badBrand("/"+c.table.Role(RoleBrand).Name, string(c.brand))
		return c.findings
	}
	c.required(payload)
	typed := Clone(payload)
	c.payload(typed)
	c.rules(typed)
	sortFindings(c.findings)
	return c.findings
}

// ValidateUpdate is ValidateCreate for an update payload of an instance of the brand.
func ValidateUpdate(b Brand, payload Object) []Finding {
	c := checker{table: Properties(), brand: b, update: true}
	if !b.Valid() {
		c.badBrand("", string(b))
		return c.findings
	}
	typed := Clone(payload)
	c.payload(typed)
	for name := range typed {
		row, _ := c.table.Lookup(name)
		if row.Kind != Op || row.Type != Array || !row.adds() {
			continue
		}
		switch collection, _ := c.table.Lookup(row.Parent); collection.Role {
		case RoleDisks:
			c.disks(typed, name)
		case RolePCIDevices:
			c.passthrough(typed, name)
		}
	}
	sortFindings(c.findings)
	return c.findings
}

// rules checks what concerns several properties of an instance.
func (c *checker) rules(typed Object) {
	c.nics(typed)
	c.filesystems(typed)
	if routes := c.table.Role(RoleRoutes); typed[routes.Name] != nil {
		c.routesOf(routes, Normalise(typed))
	}
	if c.brand.HVM() {
		c.disks(typed, c.table.Role(RoleDisks).Name)
		c.slots(typed)
	}
	for _, row := range []*Property{c.table.Role(RolePCIDevices), c.table.Role(RoleAddPCIDevices)} {
		c.passthrough(typed, row.Name)
	}
	if c.brand.Valid() {
		c.memory(typed)
	}
}

// required reports what create cannot do without. An old name counts.
func (c *checker) required(payload Object) {
	for _, row := range c.table.required {
		if !row.Required.Has(c.brand) {
			continue
		}
		if _, has := payload[row.Name]; has || c.hasAlias(payload, row) {
			continue
		}
		c.add("SA1305", "/"+row.Name, fmt.Sprintf("%s instances need %s", c.brand, row.Name), exampleOf(row))
	}
}

func (c *checker) hasAlias(payload Object, row *Property) bool {
	return slices.ContainsFunc(c.table.rows, func(alias Property) bool {
		_, has := payload[alias.Name]
		return alias.Alias && alias.Replacement == row.Name && has
	})
}

func (c *checker) brandOf(payload Object) string {
	text, _ := payload[c.table.Role(RoleBrand).Name].(string)
	return text
}

func (c *checker) badBrand(at, brand string) {
	all := make([]string, 0, 6)
	for _, b := range AllBrands() {
		all = append(all, string(b))
	}
	message, suggestion := fmt.Sprintf("%s is not a brand that vmadm can create", quoted(brand)), "one of joyent, joyent-minimal, builder, lx, kvm, bhyve"
	if brand == "" {
		message = "the brand is missing"
	} else if word, ok := suggestWord(brand, all); ok {
		suggestion = "write " + word
	}
	c.add("SA1209", at, message, suggestion)
}
