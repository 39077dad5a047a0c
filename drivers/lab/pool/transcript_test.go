package pool_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/drivers/lab/pool"
)

// world is a node with pools and nothing else. Every command opens the pools anew and saves them, as processes do.
type world struct {
	t     *testing.T
	dir   string
	names []string
	open  map[string]*pool.Pool
	// streams are the files of a transcript that zfs send wrote.
	streams map[string][]byte
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), open: map[string]*pool.Pool{}, streams: map[string][]byte{}}
	if err := os.Mkdir(filepath.Join(w.dir, "pools"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := w.AddPool("zones", 1<<40); err != nil {
		t.Fatal(err)
	}
	w.close()
	return w
}

// clock stands still, so that transcripts can show times.
func clock() time.Time { return time.Date(2026, 4, 2, 10, 0, 0, 0, time.UTC) }

func (w *world) PoolNames() []string { return w.names }

func (w *world) Pool(name string) (*pool.Pool, error) {
	name = pool.PoolName(name)
	if p := w.open[name]; p != nil {
		return p, nil
	}
	p, err := pool.Open(w.dir, name, clock)
	w.open[name] = p
	return p, err
}

func (w *world) AddPool(name string, bytes int64) error {
	p, err := pool.New(w.dir, name, bytes, clock)
	w.open[name] = p
	w.names = append(w.names, name)
	return err
}

func (w *world) RemovePool(name string) error {
	p, err := w.Pool(name)
	if err != nil {
		return err
	}
	delete(w.open, name)
	w.names = w.names[:len(w.names)-1]
	return p.Remove()
}

func (w *world) Unlock() error {
	w.close()
	return nil
}

func (w *world) Relock() error { return nil }

func (w *world) close() {
	w.t.Helper()
	for name, p := range w.open {
		if err := p.Save(); err != nil {
			w.t.Fatal(err)
		}
		delete(w.open, name)
	}
}

// run runs one line of a transcript and returns what it printed, with its status where that is not 0. Besides zfs and zpool there are
//
//	write DATASET FILE TEXT   a file in a filesystem, "." for the content of a volume
//	read DATASET FILE         what is in it
//	files DATASET             the names of the files
//	fill DATASET SIZE         what a guest writes there
//	cut STREAM BYTES          shortens a stream from its end
//	spoil STREAM              changes a byte in the middle of one
//
// and zfs may read (< STREAM) and write (> STREAM) a stream.
func (w *world) run(line string) string {
	words := strings.Fields(line)
	switch words[0] {
	case "zfs", "zpool":
		return w.program(words)
	case "cut":
		bytes, err := strconv.Atoi(words[2])
		w.check(err)
		w.streams[words[1]] = w.streams[words[1]][:len(w.streams[words[1]])-bytes]
		return ""
	case "spoil":
		stream := bytes.Replace(w.streams[words[1]], []byte(`"mode":`), []byte(`"Mode":`), 1)
		w.streams[words[1]] = stream
		return ""
	}
	p, err := w.Pool(words[1])
	w.check(err)
	defer w.close()
	path, err := p.Path(words[1])
	w.check(err)
	switch words[0] {
	case "write":
		path = filepath.Join(path, words[2])
		if words[2] != "." {
			w.check(os.MkdirAll(filepath.Dir(path), 0o755))
		}
		w.check(os.WriteFile(path, []byte(strings.Join(words[3:], " ")), 0o644))
		return ""
	case "read":
		data, err := os.ReadFile(filepath.Join(path, words[2]))
		if err != nil {
			return "nothing\n"
		}
		return string(data) + "\n"
	case "files":
		names := ""
		entries, err := os.ReadDir(path)
		w.check(err)
		for _, entry := range entries {
			names += entry.Name() + "\n"
		}
		return names
	case "fill":
		size, err := pool.ParseSize(words[2])
		w.check(err)
		if err := p.Write(words[1], size); err != nil {
			return err.Error() + "\n"
		}
		return ""
	}
	w.t.Fatalf("unknown command in a transcript: %s", line)
	return ""
}

func (w *world) program(words []string) string {
	var output, stream bytes.Buffer
	streams := pool.Streams{Stdin: strings.NewReader(""), Stdout: &output, Stderr: &output}
	target := ""
	if at := len(words) - 2; at > 0 {
		switch words[at] {
		case "<":
			streams.Stdin = bytes.NewReader(w.streams[words[at+1]])
			words = words[:at]
		case ">":
			streams.Stdout = &stream
			target = words[at+1]
			words = words[:at]
		}
	}
	program := pool.Zfs
	if words[0] == "zpool" {
		program = pool.Zpool
	}
	exit := program(w, words[1:], streams)
	w.close()
	if target != "" {
		w.streams[target] = stream.Bytes()
	}
	if exit != 0 {
		fmt.Fprintf(&output, "[%d]\n", exit)
	}
	text := strings.ReplaceAll(output.String(), "\t", "→")
	return strings.TrimPrefix(strings.ReplaceAll("\n"+text, "\n\n", "\n¶\n"), "\n")
}

func (w *world) check(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// TestTranscripts runs the commands in testdata/*.txt ("$ " in front) and compares what they print; a line of # is a comment, → is a
// tab, ¶ an empty line. What they should print was written from zfs(8) and libzfs, not from this package.
func TestTranscripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			wanted, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			w := newWorld(t)
			found := ""
			for line := range strings.Lines(string(wanted)) {
				command, isCommand := strings.CutPrefix(line, "$ ")
				switch {
				case isCommand:
					found += line + w.run(strings.TrimSpace(command))
				case strings.HasPrefix(line, "#") || line == "\n":
					found += line
				}
			}
			if diff := cmp.Diff(strings.Split(string(wanted), "\n"), strings.Split(found, "\n")); diff != "" {
				t.Errorf("%s (-wanted +found):\n%s", file, diff)
			}
		})
	}
}
