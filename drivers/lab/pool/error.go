package pool

import (
	"errors"
	"fmt"
)

// The kinds of refusals, for errors.Is.
var (
	ErrNotExist   = errors.New("no such dataset")
	ErrExists     = errors.New("dataset exists")
	ErrBusy       = errors.New("dataset is busy")
	ErrDependents = errors.New("dataset has dependents")
	ErrNoSpace    = errors.New("no space")
	ErrInvalid    = errors.New("invalid request")
	ErrStream     = errors.New("stream cannot be received")
)

// Error is a refusal of zfs. Its text is what zfs prints.
type Error struct {
	// Kind is one of the sentinel errors above.
	Kind error
	// Text is the whole sentence, perhaps over several lines, without a line end.
	Text string
}

func (e *Error) Error() string { return e.Text }

// Unwrap gives the kind.
func (e *Error) Unwrap() error { return e.Kind }

func refuse(kind error, format string, args ...any) *Error {
	return &Error{Kind: kind, Text: fmt.Sprintf(format, args...)}
}

// NoVolumeSize is the error of creating a volume of size 0.
func NoVolumeSize(name string) *Error {
	return refuse(ErrInvalid, "cannot create '%s': volume size cannot be zero", name)
}

// NoSuchDataset is the error of opening a dataset that is not there.
func NoSuchDataset(name string) *Error {
	return refuse(ErrNotExist, "cannot open '%s': dataset does not exist", name)
}
