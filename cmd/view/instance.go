package view

import (
	"io"
	"strings"

	"github.com/specadm/specadm/spec"
)

// InstanceOptions says how instances are printed as JSON.
type InstanceOptions struct {
	Fields      string // only these properties, separated by commas; "": all
	ShowSecrets bool
	Mask        spec.Mask // of the node, for its secrets
}

// Instance prints one instance as JSON.
func Instance(w io.Writer, instance spec.Object, options InstanceOptions) error {
	return JSON(w, shown(instance, options))
}

// Instances prints a list of instances as JSON. As in vmadm, with fields those that have none of them are left out.
func Instances(w io.Writer, instances []spec.Object, options InstanceOptions) error {
	list := []spec.Object{}
	for _, instance := range instances {
		if object := shown(instance, options); len(object) > 0 {
			list = append(list, object)
		}
	}
	return JSON(w, list)
}

// shown picks the fields and masks what is secret.
func shown(instance spec.Object, options InstanceOptions) spec.Object {
	if !options.ShowSecrets {
		instance = options.Mask.Instance(instance)
	}
	object := spec.Object{}
	if options.Fields == "" {
		for name, value := range instance {
			object[name] = value
		}
	}
	for _, name := range strings.Split(options.Fields, ",") {
		if value, ok := instance[name]; ok {
			object[name] = value
		}
	}
	return object
}
