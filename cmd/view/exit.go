package view

// Exit is the status that a program leaves with, and all that speaks for another one than 0.
type Exit struct {
	Code    int          `json:"code"`
	Reasons []ExitReason `json:"reasons"` // the deciding one first
}

// ExitReason is one cause of a status.
type ExitReason struct {
	Code int    `json:"code"`
	Text string `json:"text"`
}

// NewExit lets the first reason decide.
func NewExit(reasons []ExitReason) Exit {
	exit := Exit{Reasons: append([]ExitReason{}, reasons...)}
	if len(reasons) > 0 {
		exit.Code = reasons[0].Code
	}
	return exit
}
