package reconcile

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/spec"
)

// undo takes the last run back, and fails the test where that does not work out. It gives what cannot be restored.
func (w *world) undo() []string {
	w.Helper()
	runs, err := w.state.History()
	if err != nil || len(runs) == 0 {
		w.Fatal(runs, err)
	}
	undo, err := PlanUndo(w.Context(), w.runner, runs[len(runs)-1])
	if err != nil {
		w.Fatal(err)
	}
	take := func(o *Options) { o.Load = func() (*spec.Repository, error) { return undo.Repository, nil } }
	outcome := w.apply(take)
	for _, item := range outcome.Items {
		if item.Result != Changed {
			w.Errorf("%s: %v", item.Name, tell(outcome))
		}
	}
	before := w.count().mutating
	if w.apply(take); w.count().mutating != before {
		w.Error("undoing twice changes the node twice")
	}
	var remarks []string
	for _, remark := range undo.Remarks {
		remarks = append(remarks, strings.TrimSpace(remark.Path+" "+remark.Text))
	}
	return remarks
}

// marked is what the node has of web0, and its mark.
func (w *world) marked() (spec.Object, spec.OwnerMark) {
	w.Helper()
	object := w.instance("web0")
	mark, _ := spec.MarkOf(object)
	return object, mark
}

// fieldsOf lists what a mark manages, sorted; elements go without their keys, which a mark learns after it was written.
func fieldsOf(mark spec.OwnerMark) []string {
	var fields []string
	for path := range mark.Fields {
		name, _, member := spec.SplitPath(path)
		fields = append(fields, name+" "+member)
	}
	slices.Sort(fields)
	return fields
}

// Whatever an apply changes on an instance that stays, taking it back leaves the instance as it was, and its mark with the fields that
// the manifest manages.
func TestUndoRestoresWhatARunChanged(t *testing.T) {
	t.Parallel()
	const nic = "nics: [{nic_tag: admin, ips: [10.99.20.5/24], primary: true}"
	for name, lines := range map[string][2][]string{
		"values": {
			{"cpu_shares: 200", "max_lwps: 900", "resolvers: [192.0.2.1]", "tags: {a: 1, b: x}", `zfs: {".": {sync: always}}`},
			{"cpu_shares: 300", "cpu_cap: 300", "resolvers: [192.0.2.2, 192.0.2.1]", "tags: {b: z, c: true}", `zfs: {".": {sync: disabled, atime: "off"}}`},
		},
		"power, down":     {{"state: running"}, {"state: stopped"}},
		"power, up":       {{"state: stopped"}, {"state: running"}},
		"a nic that came": {{nic + "]"}, {strings.Replace(nic, ".5/", ".7/", 1) + ", {nic_tag: admin, vlan_id: 20, ips: [10.99.20.6/24]}]"}},
		"a nic that went": {{nic + ", {nic_tag: admin, vlan_id: 20, ips: [10.99.20.6/24]}]"}, {nic + "]"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, zone("web0", lines[0]...))
			w.apply()
			before, _ := w.marked()
			before["sync"] = w.hand("", "zfs", "get", "-H", "-o", "value,source", "sync,atime", "zones/"+w.uuid("web0"))
			w.manifest(zone("web0", lines[1]...))
			w.apply()
			w.settled()
			_, managed := w.marked()
			for _, remark := range w.undo() {
				if remark != "a reboot cannot be taken back" {
					t.Error(remark)
				}
			}
			after, mark := w.marked()
			after["sync"] = w.hand("", "zfs", "get", "-H", "-o", "value,source", "sync,atime", "zones/"+w.uuid("web0"))
			if diff := cmp.Diff(fieldsOf(managed), fieldsOf(mark)); diff != "" {
				t.Errorf("fields of the mark: %s", diff)
			}
			// What every update or boot turns over, and what stop and start turn.
			for _, volatile := range []string{"internal_metadata", "last_modified", "boot_timestamp", "exit_timestamp", "exit_status", "pid", "zonedid", "zoneid", "autoboot"} {
				delete(before, volatile)
				delete(after, volatile)
			}
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("the instance: %s", diff)
			}
			preview, err := Plan(t.Context(), w.options())
			if err != nil {
				t.Fatal(err)
			}
			if preview.Plan.Empty() {
				t.Error("the manifest wants it otherwise, and the plan does not say so")
			}
			w.apply()
			w.settled()
		})
	}
}

// What somebody changed by hand elsewhere stays, and is still told as drift.
func TestUndoLeavesDriftAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, zone("web0", "cpu_shares: 200", "cpu_cap: 100"))
	w.apply()
	w.manifest(zone("web0", "cpu_shares: 300", "cpu_cap: 100"))
	w.apply()
	object, _ := w.marked()
	w.hand("", "vmadm", "update", object["uuid"].(string), "cpu_cap=150")
	w.undo()
	preview, err := Plan(t.Context(), w.options())
	if err != nil {
		t.Fatal(err)
	}
	causes := map[string]diff.Cause{}
	for _, change := range preview.Plan.Items[0].Changes {
		causes[change.Path] = change.Cause
	}
	if diff := cmp.Diff(map[string]diff.Cause{"cpu_cap": diff.CauseDrift, "cpu_shares": diff.CauseManifest}, causes); diff != "" {
		t.Error(diff)
	}
}

// A tombstone is taken back, and the instance is again what it was.
func TestUndoBringsBackWhatWasToBeDeleted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, zone("web0"))
	w.apply()
	w.apply(func(o *Options) {
		load := o.Load
		o.Load = func() (*spec.Repository, error) {
			repository, err := load()
			repository.Manifests[0].State, repository.Manifests[0].Policy.Grace = spec.Absent, nil
			return repository, err
		}
	})
	object, mark := w.marked()
	if mark.Tombstone == nil || object["state"] != "stopped" {
		t.Fatalf("%v %+v", object["state"], mark)
	}
	if remarks := w.undo(); len(remarks) > 0 {
		t.Error(remarks)
	}
	if object, mark = w.marked(); mark.Tombstone != nil || object["state"] != "running" || object["autoboot"] != true {
		t.Errorf("%v %v %+v", object["state"], object["autoboot"], mark)
	}
	w.settled()
}

func TestUndoSaysWhatCannotBeRestored(t *testing.T) {
	t.Parallel()
	const uuid = "7a3f0c52-9d0b-4a53-8a1e-1f3a7e0b2c11"
	mark := `{"owner":"default","name":"web0","uuid":"` + uuid + `","fields":{}}`
	instance := spec.Object{"uuid": uuid, "brand": "bhyve", "state": "running", "internal_metadata": map[string]any{spec.MarkKey: mark},
		"disks": []any{map[string]any{"path": "/dev/zvol/rdsk/zones/x", "size": int64(20480), "media": "disk"}},
		"nics":  []any{map[string]any{"mac": "a", "nic_tag": "admin", "ips": []any{"dhcp"}}, map[string]any{"mac": "b", "nic_tag": "admin", "ips": []any{"dhcp"}}},
	}
	bare := spec.Object{"uuid": uuid, "brand": "bhyve", "state": "running"}
	foreign := spec.Object{"uuid": uuid, "brand": "bhyve", "internal_metadata": map[string]any{spec.MarkKey: strings.Replace(mark, "default", "other", 1)}}
	buried := spec.Object{"uuid": uuid, "brand": "bhyve", "internal_metadata": map[string]any{
		spec.MarkKey: strings.Replace(mark, `"fields"`, `"tombstone":{"since":"2026-11-02T03:04:05Z","running":true,"autoboot":true},"fields"`, 1),
	}}
	change := func(path string, before, after any) []RunChange {
		return []RunChange{{Path: path, Before: before, After: after, Result: ChangeMade}}
	}
	for name, test := range map[string]struct {
		item   RunItem
		object spec.Object
		want   string
	}{
		"a new instance":      {RunItem{Action: diff.Create}, instance, "it was made by this run, and is not deleted"},
		"one made anew":       {RunItem{Action: diff.Recreate}, instance, "it was made anew, and what it held before is gone"},
		"one that is gone":    {RunItem{Action: diff.Destroy}, nil, "the instance is not there any more"},
		"one let go":          {RunItem{Action: diff.Release}, instance, "it was let go"},
		"one without mark":    {RunItem{Action: diff.Update, Changes: change("ram", int64(1), int64(2))}, bare, "it carries no owner mark any more"},
		"one of somebody":     {RunItem{Action: diff.Update, Changes: change("ram", int64(1), int64(2))}, foreign, `it belongs to owner "other" now`},
		"one that is to go":   {RunItem{Action: diff.Update, Changes: change("ram", int64(1), int64(2))}, buried, "it is stopped to be deleted"},
		"one taken over":      {RunItem{Action: diff.Adopt}, instance, "it was taken over, and stays so"},
		"a rule":              {RunItem{Kind: "FirewallRule", Action: diff.Update}, instance, "only instances are taken back"},
		"a dataset":           {RunItem{Kind: "Dataset", Action: diff.Destroy}, nil, "what was destroyed is gone"},
		"a reboot":            {RunItem{Action: diff.RebootIt, Steps: []RunStep{{Verb: diff.VerbReboot, Outcome: StepDone}}}, instance, "a reboot cannot be taken back"},
		"a secret":            {RunItem{Changes: []RunChange{{Path: "vnc_password", Before: "secret:abcd", After: "secret:efgh", Sensitive: true}}}, instance, "vnc_password it is a secret, of which the history holds a marker only"},
		"a disk that grew":    {RunItem{Changes: change("disks[/dev/zvol/rdsk/zones/x].size", int64(10240), int64(20480))}, instance, "disks[/dev/zvol/rdsk/zones/x].size a disk that grew would lose its end, and what a shrunk one lost is gone"},
		"a disk that came":    {RunItem{Changes: change("disks[#1]", nil, map[string]any{"size": int64(1)})}, instance, "disks[#1] the disk stays: taking it out would destroy its data"},
		"a disk that went":    {RunItem{Changes: change("disks[y]", map[string]any{"size": int64(1)}, nil)}, instance, "disks[y] the data of a disk that was removed is gone"},
		"a snapshot":          {RunItem{Changes: change("snapshots[s]", nil, "s")}, instance, "snapshots[s] the snapshot stays"},
		"a lost snapshot":     {RunItem{Changes: change("snapshots[s]", "s", nil)}, instance, "snapshots[s] a snapshot that was deleted is gone"},
		"the name":            {RunItem{Changes: change("metadata.name", "a", "b")}, instance, "metadata.name it is a matter of the manifest alone"},
		"a fixed property":    {RunItem{Changes: change("brand", "kvm", "bhyve")}, instance, "brand the platform cannot change it on an instance that is there"},
		"a nic without a key": {RunItem{Changes: change("nics[#0]", nil, map[string]any{"nic_tag": "admin", "ips": []any{"dhcp"}})}, instance, "nics[#0] the element that was added cannot be told from the others, or is not there any more"},
		"a nic that is back":  {RunItem{Changes: change("nics[a]", map[string]any{"mac": "a"}, nil)}, instance, "nics[a] there is one again"},
		"a nic that is gone":  {RunItem{Changes: change("nics[c].ips", []any{"dhcp"}, nil)}, instance, "nics[c].ips the element is not there any more"},
		"an odd state":        {RunItem{Changes: change("state", "failed", "absent")}, instance, "state it was failed, which cannot be asked for"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			item, found := test.item, diff.Found{Instances: map[string]spec.Object{}}
			item.Name, item.UUID = "web0", uuid
			if item.Kind == "" {
				item.Kind = "Instance"
			}
			if test.object != nil {
				found.Instances[uuid] = test.object
			}
			undo := newUndo(Run{Owner: "default", Items: []RunItem{item}}, found)
			if len(undo.Repository.Manifests) > 0 || len(undo.Remarks) != 1 {
				t.Fatalf("manifests %v, remarks %v", undo.Repository.Manifests, undo.Remarks)
			}
			if got := strings.TrimSpace(undo.Remarks[0].Path + " " + undo.Remarks[0].Text); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
