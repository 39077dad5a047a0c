package pool_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/specadm/specadm/drivers/lab/pool"
)

func TestErrorsHaveKinds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p, err := w.Pool("zones")
	w.check(err)
	w.check(p.Create("zones/a", pool.CreateOptions{}))
	w.check(p.Snapshot("zones/a@s", false, nil))
	w.check(p.Hold("tag", "zones/a@s", false))
	for _, test := range []struct {
		kind error
		err  error
	}{
		{pool.ErrNotExist, p.Destroy("zones/b", pool.DestroyOptions{})},
		{pool.ErrExists, p.Create("zones/a", pool.CreateOptions{})},
		{pool.ErrDependents, p.Destroy("zones/a", pool.DestroyOptions{})},
		{pool.ErrBusy, p.Destroy("zones/a@s", pool.DestroyOptions{})},
		{pool.ErrNoSpace, p.Create("zones/v", pool.CreateOptions{VolumeBytes: 2 << 40})},
		{pool.ErrInvalid, p.Set("zones/a", map[string]string{"quota": "much"})},
	} {
		if !errors.Is(test.err, test.kind) {
			t.Errorf("%v is not of the kind %v", test.err, test.kind)
		}
	}
}

func TestAProcessThatDiesBeforeSavingChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run("zfs create zones/a")
	w.run("write zones/a file kept")
	p, err := pool.Open(w.dir, "zones", clock)
	w.check(err)
	w.check(p.Destroy("zones/a", pool.DestroyOptions{}))
	w.check(p.Create("zones/b", pool.CreateOptions{}))
	left, err := p.Path("zones/b")
	w.check(err)
	w.check(os.WriteFile(filepath.Join(left, "file"), []byte("left over"), 0o644))
	// Nothing is saved: the process is gone.
	if diff := cmp.Diff("zones\nzones/a\n", w.run("zfs list -H -o name")); diff != "" {
		t.Errorf("datasets (-wanted +found):\n%s", diff)
	}
	if diff := cmp.Diff("kept\n", w.run("read zones/a file")); diff != "" {
		t.Errorf("file (-wanted +found):\n%s", diff)
	}
	// What it left behind does not get into a new dataset of that name, but it is not lost either.
	w.run("zfs create zones/b")
	if diff := cmp.Diff("nothing\n", w.run("read zones/b file")); diff != "" {
		t.Errorf("file (-wanted +found):\n%s", diff)
	}
	found, err := filepath.Glob(filepath.Join(w.dir, "lost+found/*/b/file"))
	if err != nil || len(found) != 1 {
		t.Errorf("the files left behind are lost: %v, %v", found, err)
	}
}

func TestPlanChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before, err := os.ReadFile(filepath.Join(w.dir, "pools/zones.json"))
	w.check(err)
	w.run("zfs create -npv zones/a/b")
	w.run("zfs create -nV 2T zones/v")
	after, err := os.ReadFile(filepath.Join(w.dir, "pools/zones.json"))
	w.check(err)
	if !bytes.Equal(before, after) {
		t.Errorf("a dry run changed the pool:\n%s", cmp.Diff(string(before), string(after)))
	}
}

// Whatever is done to a pool, space adds up, saving and opening loses nothing, and refused commands change nothing.
func TestRandomWorldsStayConsistent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t)
		names := rapid.SampledFrom([]string{"zones/a", "zones/b", "zones/a/c", "zones/a/d"})
		snapshots := rapid.SampledFrom([]string{"s1", "s2", "s3"})
		for range rapid.IntRange(1, 25).Draw(r, "commands") {
			name, other, snapshot := names.Draw(r, "name"), names.Draw(r, "other"), snapshots.Draw(r, "snapshot")
			line := rapid.SampledFrom([]string{
				"zfs create " + name,
				"zfs create -s -V 1G " + name,
				"zfs create -V 1G " + name,
				"zfs destroy " + name,
				"zfs destroy -r " + name,
				"zfs destroy " + name + "@" + snapshot,
				"zfs snapshot -r " + name + "@" + snapshot,
				"zfs rollback -r " + name + "@" + snapshot,
				"zfs clone " + name + "@" + snapshot + " " + other,
				"zfs promote " + name,
				"zfs rename " + name + " " + other,
				"zfs set quota=3G " + name,
				"zfs set quota=none " + name,
				"zfs set reservation=500M " + name,
			}).Draw(r, "command")
			if rapid.Bool().Draw(r, "writes") {
				if p, err := w.Pool("zones"); err == nil && p.Exists(name) {
					w.run("fill " + name + " 100M")
				}
			}
			before := w.run("zfs list -Hp -t all -o name,used,referenced,origin")
			output := w.run(line)
			after := w.run("zfs list -Hp -t all -o name,used,referenced,origin")
			if output != "" && before != after {
				r.Fatalf("%s was refused and changed the pool:\n%s\n%s", line, output, cmp.Diff(before, after))
			}
			checkSums(r, w, line)
		}
	})
}

// checkSums checks what zfs(8) says about the parts of the used space, and that every dataset has its files.
func checkSums(r *rapid.T, w *world, line string) {
	p, err := w.Pool("zones")
	if err != nil {
		r.Fatal(err)
	}
	datasets, err := p.List(pool.ListOptions{Types: []pool.Type{pool.Filesystem, pool.Volume, pool.Snapshot}})
	if err != nil {
		r.Fatal(err)
	}
	for _, d := range datasets {
		path, err := p.Path(d.Name)
		if err != nil {
			r.Fatal(err)
		}
		if _, err := os.Stat(path); err != nil {
			r.Fatalf("after %s: %s has no files: %v", line, d.Name, err)
		}
		if d.Type == pool.Snapshot {
			continue
		}
		numbers := map[string]int64{}
		for _, name := range []string{"used", "usedbydataset", "usedbysnapshots", "usedbychildren", "usedbyrefreservation", "available", "written"} {
			if numbers[name], err = p.Number(d.Name, name); err != nil {
				r.Fatal(err)
			}
			if numbers[name] < 0 {
				r.Fatalf("after %s: %s of %s is negative: %v", line, name, d.Name, numbers)
			}
		}
		sum := numbers["usedbydataset"] + numbers["usedbysnapshots"] + numbers["usedbychildren"] + numbers["usedbyrefreservation"]
		if sum != numbers["used"] {
			r.Fatalf("after %s: the parts of %s do not add up to used: %v", line, d.Name, numbers)
		}
	}
	w.close()
}

func BenchmarkOpenAndGet(b *testing.B) {
	dir := b.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "pools"), 0o755); err != nil {
		b.Fatal(err)
	}
	p, err := pool.New(dir, "zones", 1<<50, clock)
	if err != nil {
		b.Fatal(err)
	}
	for i := range 1000 {
		for _, name := range []string{"zones/%d", "zones/%d/data", "zones/%d/more"} {
			if err := p.Create(fmt.Sprintf(name, i), pool.CreateOptions{}); err != nil {
				b.Fatal(err)
			}
		}
	}
	if err := p.Save(); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for b.Loop() {
		p, err := pool.Open(dir, "zones", clock)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := p.Property("zones/500/data", "available"); err != nil {
			b.Fatal(err)
		}
	}
}
