package vm

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/specadm/specadm/drivers/lab/pool"
	"github.com/specadm/specadm/drivers/lab/vm/js"
)

// The format of what send writes (reference 16.1): records of a header of 512 bytes, the first with the object padded to 512, one more for
// each dataset, followed by its ZFS stream.
const (
	bundleMagic  = "MAGIC-VMBUNDLE"
	bundleRecord = 512
)

// bundleHeader is one header; size is 0 before a ZFS stream.
func bundleHeader(name string, size int) []byte {
	padded := (size + bundleRecord - 1) / bundleRecord * bundleRecord
	fields := strings.Join([]string{bundleMagic, "1", "0", name, strconv.Itoa(size), strconv.Itoa(padded)}, "\x00") + "\x00"
	header := make([]byte, bundleRecord)
	copy(header, fields)
	return header
}

// bundle is a VM on its way: its object, and a stream for each dataset with the name at the source.
type bundle struct {
	object  *js.Object
	streams []namedStream
}

type namedStream struct {
	name   string
	stream *pool.Stream
}

func (b *bundle) writeTo(w io.Writer) error {
	text := []byte(js.Stringify(b.object))
	padding := make([]byte, (bundleRecord-len(text)%bundleRecord)%bundleRecord)
	for _, data := range [][]byte{bundleHeader("JSON", len(text)), text, padding} {
		if _, err := w.Write(data); err != nil {
			return err
		}
	}
	for _, s := range b.streams {
		if _, err := w.Write(bundleHeader(s.name, 0)); err != nil {
			return err
		}
		if _, err := s.stream.WriteTo(w); err != nil {
			return err
		}
	}
	return nil
}

// readBundle reads a bundle, or a bare JSON object. What follows a broken stream is not read; receiving that stream fails.
func readBundle(r io.Reader) (*bundle, error) {
	in := bufio.NewReader(r)
	start, err := in.Peek(len(bundleMagic))
	if err != nil || string(start) != bundleMagic {
		text, err := io.ReadAll(in)
		if err != nil {
			return nil, err
		}
		return parseObject(text)
	}
	_, size, err := readHeader(in)
	if err != nil {
		return nil, failf("vmunbundle exited with code 1")
	}
	padded := (size + bundleRecord - 1) / bundleRecord * bundleRecord
	text := make([]byte, padded)
	if _, err := io.ReadFull(in, text); err != nil {
		return nil, failf("vmunbundle exited with code 1")
	}
	b, err := parseObject(text[:size])
	if err != nil {
		return nil, err
	}
	for {
		name, _, err := readHeader(in)
		if errors.Is(err, io.EOF) {
			return b, nil
		}
		if err != nil {
			return b, nil //nolint:nilerr // a torn header is a dataset that never came; install notices
		}
		stream, err := pool.ReadStream(in)
		if err != nil {
			return b, nil //nolint:nilerr // as above
		}
		b.streams = append(b.streams, namedStream{name: name, stream: stream})
	}
}

func parseObject(text []byte) (*bundle, error) {
	value, err := js.Parse(bytes.TrimSpace(text))
	if err != nil {
		return nil, failf("Invalid JSON payload: %s", err)
	}
	object, ok := value.(*js.Object)
	if !ok {
		return nil, failf("Invalid JSON payload: not an object")
	}
	return &bundle{object: object}, nil
}

func readHeader(in io.Reader) (name string, size int, err error) {
	header := make([]byte, bundleRecord)
	if _, err := io.ReadFull(in, header); err != nil {
		return "", 0, err
	}
	fields := strings.Split(string(header), "\x00")
	if len(fields) < 6 || fields[0] != bundleMagic {
		return "", 0, fmt.Errorf("bad bundle header")
	}
	size, err = strconv.Atoi(fields[4])
	return fields[3], size, err
}
