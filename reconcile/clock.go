package reconcile

import (
	"context"
	"time"
)

// Clock is time, so that tests need not wait. A nil function is the real one.
type Clock struct {
	Now   func() time.Time
	Sleep func(context.Context, time.Duration) // returns early when the context ends
	After func(time.Duration) <-chan time.Time
}

// orReal fills in what is missing.
func (c Clock) orReal() Clock {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.After == nil {
		c.After = time.After
	}
	if c.Sleep == nil {
		after := c.After
		c.Sleep = func(ctx context.Context, d time.Duration) {
			select {
			case <-ctx.Done():
			case <-after(d):
			}
		}
	}
	return c
}
