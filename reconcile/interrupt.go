package reconcile

import (
	"context"
	"os"
	"sync"
)

// ErrKilled is the cause with which the context of an Interrupt ends at the second signal. It is a context.Canceled.
var ErrKilled error = killed{}

type killed struct{}

func (killed) Error() string        { return "killed by a second signal" }
func (killed) Is(target error) bool { return target == context.Canceled }

// Interrupt makes two steps of the signals that a run gets. The first lets the command in flight finish and starts nothing new, apart
// from bringing back an instance that was taken down for a change. The second kills the command in flight.
type Interrupt struct {
	first chan struct{}
	done  chan struct{}

	mu     sync.Mutex
	signal os.Signal
}

// NewInterrupt listens to signals until Close. The context that it returns ends with the second signal, or with ctx.
func NewInterrupt(ctx context.Context, signals <-chan os.Signal) (context.Context, *Interrupt) {
	ctx, cancel := context.WithCancelCause(ctx)
	interrupt := &Interrupt{first: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer cancel(nil)
		select {
		case s := <-signals:
			interrupt.mu.Lock()
			interrupt.signal = s
			interrupt.mu.Unlock()
			close(interrupt.first)
		case <-interrupt.done:
			return
		}
		select {
		case <-signals:
			cancel(ErrKilled)
		case <-interrupt.done:
		}
	}()
	return ctx, interrupt
}

// Stop is closed at the first signal; see ExecuteOptions.Stop.
func (i *Interrupt) Stop() <-chan struct{} { return i.first }

// Signal is the first signal, nil as long as there was none. It decides between the exit codes 130 and 143.
func (i *Interrupt) Signal() os.Signal {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.signal
}

// Close ends listening, and with it the context.
func (i *Interrupt) Close() { close(i.done) }
