package pool

// Error is a refusal of zfs. Its text is what zfs prints.
type Error struct {
	// Kind is one of the sentinel errors of this package.
	Kind error
	// Text is the whole sentence, perhaps over several lines, without a line end.
	Text string
}

func (e *Error) Error() string { return e.Text }
func (e *Error) Unwrap() error { return e.Kind }
