package reconcile

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"
)

// historyLimit is the size in bytes beyond which the history goes on in a new file.
const historyLimit = 4 << 20

const historyName = "history.ndjson"

// A line of the history is the JSON of a Run, closed by the digest of all that stands before it.
const sealStart, sealEnd = `,"hash":"`, `"}`

const sealLength = len(sealStart) + 2*sha256.Size + len(sealEnd)

// seal closes a record.
func seal(run Run) ([]byte, error) {
	run.Hash = ""
	body, err := json.Marshal(run)
	if err != nil {
		return nil, err
	}
	return slices.Concat(body[:len(body)-1], []byte(sealStart), []byte(hashOf(body[:len(body)-1])), []byte(sealEnd)), nil
}

func hashOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// unseal gives the record of a line, and whether the line is as it was written.
func unseal(line []byte) (run Run, whole bool) {
	if json.Unmarshal(line, &run) != nil {
		return Run{}, false
	}
	at := len(line) - sealLength
	return run, at > 0 && bytes.Equal(line[at:], []byte(sealStart+hashOf(line[:at])+sealEnd))
}

// runLog is the record of one run while it goes on. It is kept in a file of its own, so that a run which is killed is known to the next one.
type runLog struct {
	state State
	now   func() time.Time
	file  *os.File // the history
	run   Run
}

// beginRun writes that a run is about to change the node. The node's lock must be held. A nil runLog is a run that does nothing.
func (s State) beginRun(run Run, now func() time.Time) (*runLog, error) {
	run.Start = now().UTC().Truncate(time.Millisecond)
	text, err := json.Marshal(run)
	if err != nil {
		return nil, fmt.Errorf("cannot write down what is about to be done: %w", err)
	}
	file, err := os.OpenFile(s.path(historyName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, &StateError{Dir: s.dir, Cause: err}
	}
	if err := writeFile(s.path("run.json"), append(text, '\n')); err != nil {
		return nil, errors.Join(&StateError{Dir: s.dir, Cause: err}, file.Close())
	}
	return &runLog{state: s, now: now, file: file, run: run}, nil
}

// end enters the run into the history if it has started a command.
func (l *runLog) end() error {
	if l == nil {
		return nil
	}
	l.run.End = l.now().UTC().Truncate(time.Millisecond)
	var err error
	if len(l.run.Items) > 0 {
		err = l.state.enter(l.file, l.run)
	}
	if err = errors.Join(err, l.file.Close()); err != nil {
		return fmt.Errorf("cannot write the history: %w; the next run enters what this one has done", err)
	}
	return l.state.forgetRun()
}

func (s State) forgetRun() error {
	if err := os.Remove(s.path("run.json")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot remove the record of this run: %w", err)
	}
	return nil
}

// enterKilled enters a run that was killed, with the commands that the journal knows of it. The node's lock must be held, so there is none
// that still goes on.
func (s State) enterKilled() error {
	text, err := os.ReadFile(s.path("run.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var run Run
	if err == nil {
		err = json.Unmarshal(text, &run)
	}
	if err != nil {
		return fmt.Errorf("cannot read %s, which says what the last run was about to do (without it the history lacks that run): %w", s.path("run.json"), err)
	}
	journal, err := s.readJournal()
	if err != nil {
		return err
	}
	run.killed(journal)
	file, err := os.OpenFile(s.path(historyName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return &StateError{Dir: s.dir, Cause: err}
	}
	if len(run.Items) > 0 {
		err = s.enter(file, run)
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return &StateError{Dir: s.dir, Cause: err}
	}
	return s.forgetRun()
}

// killed replaces what was planned by what the journal knows of it.
func (r *Run) killed(journal []record) {
	r.Ending = EndingInterrupted
	planned := r.Items
	r.Items, r.End = nil, r.Start
	steps := map[string][]RunStep{}
	for _, one := range journal {
		if one.Run != r.ID || one.Verb == "" {
			continue
		}
		r.End = one.Time
		list := steps[one.Item]
		switch last := len(list) - 1; {
		case one.Kind == recordIntent, one.Kind == recordDestroy && one.Outcome == "":
			steps[one.Item] = append(list, RunStep{Verb: one.Verb, Target: one.Target, Paths: one.Paths})
		case one.Outcome != "" && last >= 0:
			list[last].Outcome, list[last].Error = one.Outcome, one.Error
		}
	}
	for _, item := range planned {
		if item.Steps = steps[item.Name]; len(item.Steps) > 0 {
			item.Changes = changesOfSteps(item.Changes, item.Steps, false)
			r.Items = append(r.Items, item)
		}
	}
}

// enter appends a record to the history, unless it is there already, since the run was killed right after it had been entered.
func (s State) enter(file *os.File, run Run) error {
	text, err := io.ReadAll(file)
	if err != nil {
		return err
	}
	lines, cut := wholeLines(text)
	if cut != nil {
		if _, whole := unseal(cut); whole { // only its end of line is missing
			lines = append(lines, cut)
		}
		if err := rewriteEnd(file, lines); err != nil {
			return err
		}
	}
	last, err := s.lastLine(lines)
	if err != nil {
		return err
	}
	before, _ := unseal(last)
	switch {
	case last != nil && before.ID == run.ID:
		return nil
	case len(text) > historyLimit:
		return s.rotate(run, before.Hash)
	case len(lines) == 0 && last != nil:
		return continueRun(file, run, before.Hash)
	}
	_, err = appendRun(file, run, before.Hash)
	return err
}

// rewriteEnd cuts a file off behind whole lines.
func rewriteEnd(file *os.File, lines [][]byte) error {
	size := 0
	for _, line := range lines {
		size += len(line) + 1
	}
	if err := file.Truncate(int64(size)); err != nil || size == 0 {
		return err
	}
	_, err := file.WriteAt([]byte{'\n'}, int64(size-1))
	return err
}

// appendRun writes a record behind the one with this hash, and gives its own.
func appendRun(file *os.File, run Run, previous string) (hash string, err error) {
	run.Previous = previous
	line, err := seal(run)
	if err != nil {
		return "", err
	}
	if _, err := file.Seek(0, io.SeekEnd); err != nil {
		return "", err
	}
	if _, err := file.Write(append(line, '\n')); err != nil {
		return "", err
	}
	sealed, _ := unseal(line)
	return sealed.Hash, file.Sync()
}

// continueRun begins a file with a record that holds the last hash of the file before.
func continueRun(file *os.File, run Run, previous string) error {
	hash, err := appendRun(file, Run{Schema: runSchema, SchemaVersion: runSchemaVersion, Continues: true}, previous)
	if err == nil {
		_, err = appendRun(file, run, hash)
	}
	return err
}

// rotate puts the file aside under the next number and goes on in a new one.
func (s State) rotate(run Run, previous string) error {
	files, err := s.historyFiles()
	if err != nil {
		return err
	}
	number := 0
	if len(files) > 1 {
		if _, err := fmt.Sscanf(files[len(files)-2], asideFormat, &number); err != nil {
			return err
		}
	}
	if err := os.Rename(s.path(historyName), s.path(fmt.Sprintf(asideFormat, number+1))); err != nil {
		return err
	}
	file, err := os.OpenFile(s.path(historyName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(continueRun(file, run, previous), file.Close())
}

const asideFormat = "history.%06d.ndjson"

var asideName = regexp.MustCompile(`^history\.[0-9]{6,}\.ndjson$`)

// historyFiles lists the names of the files that are there, oldest first.
func (s State) historyFiles() ([]string, error) {
	entries, err := os.ReadDir(s.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cannot read the history: %w", err)
	}
	var files []string
	current := false
	for _, entry := range entries { // in order of name
		switch name := filepath.Base(entry.Name()); {
		case asideName.MatchString(name):
			files = append(files, name)
		case name == historyName:
			current = true
		}
	}
	if current {
		files = append(files, historyName)
	}
	return files, nil
}

// lastLine is the last whole line of the history: of these, or of the file before when a crash came between the two; nil when there is none.
func (s State) lastLine(lines [][]byte) ([]byte, error) {
	if len(lines) > 0 {
		return lines[len(lines)-1], nil
	}
	files, err := s.historyFiles()
	if err != nil || len(files) < 2 {
		return nil, err
	}
	text, err := os.ReadFile(s.path(files[len(files)-2]))
	if err != nil {
		return nil, err
	}
	if lines, _ = wholeLines(text); len(lines) == 0 {
		return nil, nil
	}
	return lines[len(lines)-1], nil
}

// wholeLines gives the lines of a text, and what stands behind the last end of line; nil when nothing does.
func wholeLines(text []byte) (lines [][]byte, cut []byte) {
	for len(text) > 0 {
		line, rest, ended := bytes.Cut(text, []byte{'\n'})
		if !ended {
			return lines, line
		}
		lines, text = append(lines, line), rest
	}
	return lines, nil
}

// History reads the runs that changed this node, oldest first. Lines that are no records are left out; VerifyHistory tells of them.
func (s State) History() ([]Run, error) {
	files, err := s.historyFiles()
	if err != nil {
		return nil, err
	}
	var runs []Run
	for _, name := range files {
		text, err := os.ReadFile(s.path(name))
		if err != nil {
			return nil, fmt.Errorf("cannot read the history: %w", err)
		}
		for line := range bytes.Lines(text) {
			var run Run
			if json.Unmarshal(line, &run) == nil && run.ID != "" {
				runs = append(runs, run)
			}
		}
	}
	return runs, nil
}

// Chain is what became of the chain of records.
type Chain struct {
	Files   []string `json:"files"` // oldest first
	Records int      `json:"records"`
	Last    string   `json:"last,omitempty"`    // hash of the newest record
	Earlier bool     `json:"earlier,omitempty"` // the first file goes on from one that is not here any more
	CutOff  *Link    `json:"cutOff,omitempty"`  // a crash has cut off the last line while it was written
	Broken  *Link    `json:"broken,omitempty"`  // nil: every record is as it was written
}

// Link is a place in the chain.
type Link struct {
	File   string `json:"file"`
	Record int    `json:"record"` // counts from 1 within the file
	Text   string `json:"text"`
}

// VerifyHistory follows the chain over all files that are there, up to the first record that is not as it was written.
func (s State) VerifyHistory() (Chain, error) {
	chain := Chain{}
	var err error
	if chain.Files, err = s.historyFiles(); err != nil {
		return chain, err
	}
	for i, name := range chain.Files {
		text, err := os.ReadFile(s.path(name))
		if err != nil {
			return chain, fmt.Errorf("cannot read the history: %w", err)
		}
		lines, cut := wholeLines(text)
		for n, line := range lines {
			if chain.follow(line, Link{File: name, Record: n + 1}); chain.Broken != nil {
				return chain, nil
			}
		}
		if cut == nil {
			continue
		}
		at := Link{File: name, Record: len(lines) + 1}
		if i == len(chain.Files)-1 && unfinished(cut) {
			at.Text = "it was cut off while it was written; the next run that changes something enters it again"
			chain.CutOff = &at
		} else if chain.follow(cut, at); chain.Broken != nil {
			return chain, nil
		}
	}
	return chain, nil
}

// unfinished reports whether a text is the beginning of a record.
func unfinished(text []byte) bool {
	var run Run
	return errors.Is(json.NewDecoder(bytes.NewReader(text)).Decode(&run), io.ErrUnexpectedEOF)
}

// follow goes on to the next line.
func (c *Chain) follow(line []byte, at Link) {
	run, whole := unseal(line)
	first := c.Records == 0
	switch {
	case !whole:
		at.Text = "it was changed after it was written"
	case first && at.Record == 1 && run.Continues:
		c.Earlier = true
	case first && run.Previous != "":
		at.Text = "the records before it are missing"
	case run.Previous != c.Last:
		at.Text = "it does not follow on the one before it, so one was removed, put in or replaced"
	}
	if at.Text != "" {
		c.Broken = &at
		return
	}
	c.Records++
	c.Last = run.Hash
}
