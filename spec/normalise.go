package spec

import (
	"maps"
	"net/netip"
	"strconv"
)

// Normalise brings an instance into the form in which both sides are compared: old names are replaced by new ones (dataset_uuid by
// image_uuid, ip and netmask by ips, gateway by gateways), and every value is made Normal. Old forms that say the same as the new one
// beside them, as get shows them, disappear. The object is not changed; unknown properties are kept as they are.
func Normalise(o Object) Object {
	t := Properties()
	normal := make(Object, len(o))
	for name, value := range o {
		row, ok := t.Lookup(name)
		if ok && row.Alias {
			if _, has := o[row.Replacement]; !has {
				normal[row.Replacement] = t.normal(row.Replacement, value)
			}
			continue
		}
		normal[name] = t.normal(name, value)
	}
	return normal
}

// normal gives the normal form of a property's value, elements of collections included.
func (t *Table) normal(name string, value any) any {
	row, ok := t.Lookup(name)
	switch {
	case !ok:
		return value
	case row.Kind == Objects:
		return t.normalElements(row, value)
	}
	return row.Normal(value)
}

func (t *Table) normalElements(collection *Property, value any) any {
	list, ok := value.([]any)
	if !ok {
		return value
	}
	elements := make([]any, len(list))
	for i, element := range list {
		if object, ok := element.(Object); ok {
			elements[i] = t.NormaliseElement(collection.Name, object)
		} else {
			elements[i] = element
		}
	}
	return elements
}

// NormaliseElement is Normalise for one element of a collection, such as a nic.
func (t *Table) NormaliseElement(collection string, element Object) Object {
	normal := make(Object, len(element))
	members := t.member[collection]
	for name, value := range element {
		row, ok := members[name]
		switch {
		case !ok:
			normal[name] = value
		case row.Alias: // below, since netmask says nothing by itself
		default:
			normal[name] = row.Normal(value)
		}
	}
	for _, row := range t.aliases[collection] {
		value, has := element[row.BaseName()]
		if !has || value == nil || value == "" {
			continue
		}
		replacement, _ := t.Lookup(row.Replacement)
		if _, has := element[replacement.BaseName()]; has {
			continue
		}
		switch row.Role {
		case RoleNICNetmask: // goes with the address
		case RoleNICIP:
			value = withPrefix(value, element[t.Role(RoleNICNetmask).BaseName()])
			fallthrough
		default:
			normal[replacement.BaseName()] = replacement.Normal([]any{value})
		}
	}
	return normal
}

// withPrefix joins an address and a netmask to CIDR form as vmadm does on create. Values that are no address, such as dhcp, and
// addresses without a usable netmask are returned as they are.
func withPrefix(ip, netmask any) any {
	text, _ := ip.(string)
	mask, _ := netmask.(string)
	if bits, ok := prefixLength(mask); ok {
		if address, err := netip.ParseAddr(text); err == nil && address.Is4() {
			return text + "/" + strconv.Itoa(bits)
		}
	}
	return ip
}

// prefixLength is the number of ones of a contiguous IPv4 netmask.
func prefixLength(netmask string) (bits int, ok bool) {
	address, err := netip.ParseAddr(netmask)
	if err != nil || !address.Is4() {
		return 0, false
	}
	octets := address.As4()
	mask := uint32(octets[0])<<24 | uint32(octets[1])<<16 | uint32(octets[2])<<8 | uint32(octets[3])
	for bits < 32 && mask&(1<<31) != 0 {
		mask <<= 1
		bits++
	}
	return bits, mask == 0
}

// Clone copies an object deeply, so that the copy can be changed.
func Clone(o Object) Object {
	copied := maps.Clone(o)
	for name, value := range copied {
		copied[name] = cloneValue(value)
	}
	return copied
}

func cloneValue(value any) any {
	switch v := value.(type) {
	case map[string]any:
		return Clone(v)
	case []any:
		copied := make([]any, len(v))
		for i, element := range v {
			copied[i] = cloneValue(element)
		}
		return copied
	}
	return value
}
