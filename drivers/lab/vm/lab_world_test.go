package vm_test

import (
	"errors"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/drivers/lab/node"
	"github.com/specadm/specadm/drivers/lab/pool"
	"github.com/specadm/specadm/drivers/lab/vm"
)

// bhyvePayload is a create payload of a bhyve VM with more members, stopped unless they say otherwise.
func bhyvePayload(members string) string {
	payload := `{"uuid":"` + web0 + `","brand":"bhyve","ram":1024,"vcpus":1`
	if !strings.Contains(members, "autoboot") {
		payload += `,"autoboot":false`
	}
	if members != "" {
		payload += "," + members
	}
	return payload + "}"
}

func kvmPayload(members string) string {
	return strings.Replace(bhyvePayload(members), "bhyve", "kvm", 1)
}

// expect compares some members of the object of web0.
func (l *testLab) expect(wanted map[string]any) {
	l.t.Helper()
	object := l.get(web0)
	got := map[string]any{}
	for key := range wanted {
		got[key] = object[key]
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		l.t.Errorf("object (-want +got):\n%s", diff)
	}
}

// number is a numeric ZFS property.
func (l *testLab) number(dataset, property string) int64 {
	l.t.Helper()
	var number int64
	l.change(func(n *node.Node) {
		p, err := n.Pool(dataset)
		if err != nil {
			l.t.Fatal(err)
		}
		if number, err = p.Number(dataset, property); err != nil {
			l.t.Fatal(err)
		}
	})
	return number
}

// setProperty is zfs set by somebody else.
func (l *testLab) setProperty(dataset, property, value string) {
	l.t.Helper()
	l.change(func(n *node.Node) {
		p, err := n.Pool(dataset)
		if err != nil {
			l.t.Fatal(err)
		}
		if err := p.Set(dataset, map[string]string{property: value}); err != nil {
			l.t.Fatal(err)
		}
	})
}

func (l *testLab) removeTag(name string) {
	l.t.Helper()
	l.change(func(n *node.Node) {
		settings := n.Settings()
		var kept []node.NicTag
		for _, tag := range settings.NicTags {
			if tag.Name != name {
				kept = append(kept, tag)
			}
		}
		settings.NicTags = kept
		n.SettingsChanged()
	})
}

// datasets lists the datasets and snapshots with a text in their names.
func (l *testLab) datasets(part string) []string {
	l.t.Helper()
	var names []string
	l.change(func(n *node.Node) {
		p, err := n.Pool("zones")
		if err != nil {
			l.t.Fatal(err)
		}
		all, err := p.List(pool.ListOptions{Types: []pool.Type{pool.Filesystem, pool.Volume, pool.Snapshot}})
		if err != nil {
			l.t.Fatal(err)
		}
		for _, dataset := range all {
			if strings.Contains(dataset.Name, part) {
				names = append(names, dataset.Name)
			}
		}
	})
	return names
}

func (l *testLab) zfs(args ...string) {
	l.t.Helper()
	zfs := func(call *node.Call) int {
		return pool.Zfs(call.Node, call.Args, pool.Streams{Stdin: call.Stdin, Stdout: call.Stdout, Stderr: call.Stderr})
	}
	if got := l.run(zfs, "zfs", "", args...); got.exit != 0 {
		l.t.Fatalf("zfs %v: %s", args, got.stderr)
	}
}

// runWithFault runs vmadm while the step of this name fails.
func (l *testLab) runWithFault(checkpoint, sentence, stdin string, args ...string) outcome {
	l.t.Helper()
	return l.run(func(call *node.Call) int {
		call.Node.OnCheckpoint(func(name string) error {
			if name == checkpoint {
				return errors.New(sentence)
			}
			return nil
		})
		return vm.Vmadm(call)
	}, "vmadm", stdin, args...)
}
