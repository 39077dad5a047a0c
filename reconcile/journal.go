package reconcile

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/specadm/specadm/diff"
)

// journalLimit is the size in bytes beyond which a journal is put aside when the next run begins to write.
const journalLimit = 1 << 20

// record is one line of the journal. It never holds a payload or a value, so it holds no secret.
type record struct {
	Time    time.Time   `json:"time"`
	Kind    recordKind  `json:"record"`
	Run     string      `json:"run"`
	Holder  *Holder     `json:"by,omitempty"` // of begin
	Item    string      `json:"item,omitempty"`
	UUID    string      `json:"uuid,omitempty"`
	Verb    diff.Verb   `json:"verb,omitempty"`
	Target  string      `json:"target,omitempty"`
	Paths   []string    `json:"paths,omitempty"`
	Restart bool        `json:"restart,omitempty"` // of a stop that a start is to follow
	Down    []string    `json:"down,omitempty"`    // of noted: items that the run before had left down
	Outcome StepOutcome `json:"outcome,omitempty"` // of result
	Error   string      `json:"error,omitempty"`
}

// recordKind tells the lines of a journal apart.
type recordKind string

const (
	recordBegin  recordKind = "begin"
	recordIntent recordKind = "intent" // written before a command starts
	recordResult recordKind = "result" // written after it ended
	recordEnd    recordKind = "end"
	recordNoted  recordKind = "noted" // the run has told that the one before it was interrupted, during Verb of Item

	// recordDestroy is of DestroyOrphans: who does it, then before each dataset and after it, with an outcome. There is nothing in it for a
	// later run to take up, so it does not count as a run.
	recordDestroy recordKind = "destroy"
)

// Unfinished is a run that ended without an end: its process was killed, or the node went down. The node itself tells what was done, so
// this is for people, but for Down: that an instance was running before is nowhere else to be seen.
type Unfinished struct {
	Run    string    `json:"run"`
	Holder Holder    `json:"by"`
	Time   time.Time `json:"time"`           // of its last record
	Item   string    `json:"item,omitempty"` // what it was at; empty when it was between two steps
	Verb   diff.Verb `json:"verb,omitempty"`
	Down   []string  `json:"down,omitempty"` // items that it had stopped for a change and not started again
}

func (u Unfinished) String() string {
	text := "the last run was interrupted between two steps"
	if u.Item != "" {
		text = fmt.Sprintf("the last run was interrupted during %s of %s", u.Verb, u.Item)
	}
	if len(u.Down) > 0 {
		text += fmt.Sprintf("; %s was stopped for a change and may be down", strings.Join(u.Down, ", "))
	}
	return text
}

// Unfinished tells of a run that never ended, nil without one. A run that is still going on is none, nor is anything known to those who may
// not read the journal.
func (s State) Unfinished() (*Unfinished, error) {
	last, err := s.lastRun()
	if err != nil || last == nil || alive(last.Holder.PID) {
		return nil, err
	}
	return last, nil
}

// lastRun reads the journal and returns the last run in it if that has no end.
func (s State) lastRun() (*Unfinished, error) {
	journal, err := s.readJournal()
	if err != nil {
		return nil, err
	}
	var last *Unfinished
	for _, r := range journal {
		last = last.after(r)
	}
	return last, nil
}

// readJournal reads the journal; there may be none.
func (s State) readJournal() ([]record, error) {
	text, err := os.ReadFile(s.path("journal.ndjson"))
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("cannot read the journal: %w", err)
	}
	var records []record
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, len(text)+1)
	for lines.Scan() {
		var r record
		if json.Unmarshal(lines.Bytes(), &r) == nil { // else cut off by a crash while it was written
			records = append(records, r)
		}
	}
	return records, nil
}

// after follows the last run over one record.
func (u *Unfinished) after(r record) *Unfinished {
	switch {
	case r.Kind == recordDestroy:
		return u
	case r.Kind == recordEnd:
		return nil
	case u == nil || u.Run != r.Run:
		u = &Unfinished{Run: r.Run}
	}
	u.Time, u.Item, u.Verb = r.Time, "", ""
	if r.Holder != nil {
		u.Holder = *r.Holder
	}
	if r.Kind == recordIntent {
		u.Item, u.Verb = r.Item, r.Verb
	}
	switch {
	case r.Kind == recordNoted:
		u.Down = append(u.Down, r.Down...)
	case r.Kind == recordIntent && r.Restart:
		u.Down = append(u.Down, r.Item)
	case r.Kind == recordResult && r.Verb == diff.VerbStart && r.Outcome == StepDone:
		u.Down = slices.DeleteFunc(u.Down, func(item string) bool { return item == r.Item })
	}
	return u
}

// alive reports whether a process exists.
func alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return pid > 0 && (err == nil || errors.Is(err, syscall.EPERM))
}

// journal is the journal of one run. Every record is on disk when write returns. A nil journal writes nothing.
type journal struct {
	state State
	run   string
	now   func() time.Time
	begin record
	file  *os.File // nil until the first record
	begun bool     // commands may have run
	told  bool     // that it cannot be written
}

// newJournal starts the journal of a run. Nothing is written before there is something to do.
func (s State) newJournal(run string, holder Holder, now func() time.Time) *journal {
	return &journal{state: s, run: run, now: now, begin: record{Kind: recordBegin, Holder: &holder}}
}

// open puts a journal that has grown too large aside, and writes the begin of this run.
func (j *journal) open() error {
	path := j.state.path("journal.ndjson")
	info, err := os.Stat(path)
	if err == nil && info.Size() > journalLimit && j.begin.Kind == recordBegin {
		if err := os.Rename(path, path+".old"); err != nil {
			return err
		}
	}
	j.file, err = os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := endLine(j.file); err != nil {
		return err
	}
	return j.append(j.begin)
}

// endLine ends a last line that a crash has cut off, so that the next record has a line of its own.
func endLine(file *os.File) error {
	info, err := file.Stat()
	if err != nil || info.Size() == 0 {
		return err
	}
	last := []byte{0}
	if _, err := file.ReadAt(last, info.Size()-1); err != nil || last[0] == '\n' {
		return err
	}
	_, err = file.Write([]byte{'\n'})
	return err
}

func (j *journal) write(r record) error {
	if j == nil {
		return nil
	}
	if j.file == nil {
		if err := j.open(); err != nil {
			return j.failure(err)
		}
	}
	if err := j.append(r); err != nil {
		return j.failure(err)
	}
	j.begun = j.begun || r.Kind == recordIntent || r.Kind == recordDestroy
	return nil
}

func (j *journal) failure(err error) error {
	j.told = true
	return &StateError{Dir: j.state.dir, Cause: err, Begun: j.begun}
}

func (j *journal) append(r record) error {
	r.Time, r.Run = j.now().UTC(), j.run
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if _, err := j.file.Write(append(line, '\n')); err != nil {
		return err
	}
	return j.file.Sync()
}

// end writes that the run is over, if it has written anything, and closes the file.
func (j *journal) end() error {
	if j == nil || j.file == nil {
		return nil
	}
	if j.begin.Kind != recordBegin {
		return j.file.Close()
	}
	if err := errors.Join(j.append(record{Kind: recordEnd}), j.file.Close()); err != nil && !j.told {
		return j.failure(err)
	}
	return nil
}

// note writes that an unfinished run has been told of, so that it is told once.
func (j *journal) note(u *Unfinished) error {
	return j.write(record{Kind: recordNoted, Item: u.Item, Verb: u.Verb, Down: u.Down})
}
