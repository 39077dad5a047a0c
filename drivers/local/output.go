package local

import "bytes"

// capture keeps what a program prints, up to a limit. A program beyond it is told to end through overflow.
// The buffer is a field since embedding it would offer its ReadFrom to io.Copy, past the limit.
type capture struct {
	kept     bytes.Buffer
	most     int
	over     bool
	overflow func()
}

func (c *capture) Write(data []byte) (int, error) {
	if !c.over && c.kept.Len()+len(data) > c.most {
		c.over = true
		c.overflow()
	}
	if c.over {
		return len(data), nil // swallow the rest: a broken pipe would make vmadm end with status 0 (reference 2.1)
	}
	return c.kept.Write(data)
}

// tail keeps the end of what a program says on standard error, where the sentence that matters stands.
type tail struct {
	kept []byte
	most int
}

func (t *tail) Write(data []byte) (int, error) {
	t.kept = append(t.kept, data...)
	if len(t.kept) > 2*t.most {
		t.kept = append(t.kept[:0], t.kept[len(t.kept)-t.most:]...)
	}
	return len(data), nil
}

// Bytes is the end of what was written, at most the limit.
func (t *tail) Bytes() []byte {
	if len(t.kept) > t.most {
		return t.kept[len(t.kept)-t.most:]
	}
	return t.kept
}
