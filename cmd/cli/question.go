package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// question asks people, on standard error, and reads their answers from standard input.
type question struct {
	streams Streams
	stop    <-chan struct{} // closed by an interrupt
	lines   *bufio.Reader
}

// ask prints a question and reads one line. An end of input is a no, since nobody is there to answer.
func (q *question) ask(format string, args ...any) (string, error) {
	fmt.Fprintf(q.streams.Err, "\n"+format, args...)
	if q.lines == nil {
		q.lines = bufio.NewReader(q.streams.In)
	}
	type answer struct {
		line string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		line, err := q.lines.ReadString('\n')
		answers <- answer{line, err}
	}()
	select {
	case <-q.stop:
		return "", errInterrupted
	case got := <-answers:
		switch {
		case errors.Is(got.err, io.EOF) && got.line == "":
			return "", declinedf("no answer on standard input; nothing was changed (--auto-approve does not ask)")
		case got.err != nil && !errors.Is(got.err, io.EOF):
			return "", fmt.Errorf("cannot read the answer: %w", got.err)
		}
		return strings.TrimSpace(got.line), nil
	}
}
