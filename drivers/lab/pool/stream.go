package pool

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
)

const streamMagic = "specadm lab zfs stream 1"

// Stream is what Send collected, or what ReadStream read. Its format is the lab's own: lines of JSON, first a header, then one part for
// each snapshot, last an end with a checksum, so that a stream that was cut is noticed.
type Stream struct {
	header streamHeader
	parts  []part
	// broken says what was wrong with the rest of a stream that was read, empty for a whole one.
	broken string
}

type streamHeader struct {
	Magic string `json:"magic"`
	// Root is the dataset that was sent, Snapshot the name of its snapshot.
	Root     string `json:"root"`
	Snapshot string `json:"snapshot"`
	// Replicate is set for a package of zfs send -R. Incremental ones name all snapshots of the sender by GUID, for each dataset below
	// Root, so that the receiver can remove what the sender no longer has.
	Replicate   bool                `json:"replicate,omitempty"`
	Incremental bool                `json:"incremental,omitempty"`
	Keep        map[string][]uint64 `json:"keep,omitempty"`
}

// part is one snapshot of one dataset.
type part struct {
	// Dataset is the name at the sender.
	Dataset  string `json:"dataset"`
	Type     Type   `json:"type"`
	Snapshot string `json:"snapshot"`
	GUID     uint64 `json:"guid"`
	// From is the snapshot that the part builds upon, 0 for a full one. Clone tells that it belongs to another dataset.
	From  uint64 `json:"from,omitempty"`
	Clone bool   `json:"clone,omitempty"`
	// fromName is the name of that snapshot, for people at the sender.
	fromName string

	Created    int64 `json:"created"`
	Referenced int64 `json:"referenced"`
	Written    int64 `json:"written"`
	// Local holds the size of a volume and the user properties of the snapshot.
	Local map[string]string `json:"local,omitempty"`
	// Properties are those of the dataset, nil when they were not asked for.
	Properties map[string]string `json:"properties,omitempty"`
	Files      []file            `json:"files,omitempty"`
}

type streamEnd struct {
	SHA256 string `json:"sha256"`
}

// line is one line of a stream; exactly one member is set.
type line struct {
	Header *streamHeader `json:"header,omitempty"`
	Part   *part         `json:"part,omitempty"`
	End    *streamEnd    `json:"end,omitempty"`
}

// WriteTo writes the stream.
func (s *Stream) WriteTo(w io.Writer) (int64, error) {
	sum := sha256.New()
	out := &countingWriter{to: w, sum: sum}
	encoder := json.NewEncoder(out)
	if err := encoder.Encode(line{Header: &s.header}); err != nil {
		return out.count, err
	}
	for i := range s.parts {
		if err := encoder.Encode(line{Part: &s.parts[i]}); err != nil {
			return out.count, err
		}
	}
	return out.count, encoder.Encode(line{End: &streamEnd{SHA256: hex.EncodeToString(sum.Sum(nil))}})
}

type countingWriter struct {
	to    io.Writer
	sum   hash.Hash
	count int64
}

func (c *countingWriter) Write(data []byte) (int, error) {
	n, err := c.to.Write(data)
	c.count += int64(n)
	c.sum.Write(data[:n]) // a hash never fails
	return n, err
}

// ReadStream reads one stream. A reader that is a *bufio.Reader is left right behind it. A stream that was cut is no error here, since
// its whole parts can be received; Receive refuses the rest. No stream at all is an error.
func ReadStream(r io.Reader) (*Stream, error) {
	buffered := bufio.NewReader(r)
	s := &Stream{}
	sum := sha256.New()
	first, err := readLine(buffered)
	switch {
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return nil, refuse(ErrStream, "cannot receive: failed to read from stream")
	case err != nil:
		return nil, fmt.Errorf("cannot receive: failed to read from stream: %w", err)
	}
	var start line
	if err := json.Unmarshal(first, &start); err != nil || start.Header == nil || start.Header.Magic != streamMagic {
		return nil, refuse(ErrStream, "cannot receive: invalid stream (bad magic number)")
	}
	s.header = *start.Header
	sum.Write(first)
	for {
		text, err := readLine(buffered)
		if err != nil {
			s.broken = "incomplete stream"
			return s, nil
		}
		var next line
		if err := json.Unmarshal(text, &next); err != nil || next.Part == nil && next.End == nil {
			s.broken = "invalid backup stream"
			return s, nil
		}
		if next.End != nil {
			if next.End.SHA256 != hex.EncodeToString(sum.Sum(nil)) {
				s.broken = "invalid stream (checksum mismatch)"
			}
			return s, nil
		}
		sum.Write(text)
		s.parts = append(s.parts, *next.Part)
	}
}

func readLine(r *bufio.Reader) ([]byte, error) {
	text, err := r.ReadBytes('\n')
	if errors.Is(err, io.EOF) && len(text) > 0 {
		return nil, io.ErrUnexpectedEOF
	}
	return text, err
}

// Size is what the stream would carry on a node, in bytes.
func (s *Stream) Size() int64 {
	total := int64(0)
	for i := range s.parts {
		total += s.parts[i].size()
	}
	return total
}

func (p *part) size() int64 {
	if p.From == 0 {
		return p.Referenced
	}
	return p.Written
}
