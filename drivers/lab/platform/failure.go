package platform

import (
	"fmt"
	"io"
)

// failure is a run that ends with a status other than 0 and a text on standard error.
type failure struct {
	exit int
	text string
}

func (f *failure) Error() string { return f.text }

func fail(exit int, format string, args ...any) *failure {
	return &failure{exit: exit, text: fmt.Sprintf(format, args...)}
}

// report prints an error and returns the exit status that it stands for.
func report(stderr io.Writer, err error) int {
	if err == nil {
		return 0
	}
	exit := 1
	if known, ok := err.(*failure); ok {
		exit = known.exit
	}
	if text := err.Error(); text != "" {
		fmt.Fprintln(stderr, text)
	}
	return exit
}
