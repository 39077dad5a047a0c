package reconcile

import (
	"context"
	"errors"
	"os"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/spec"
)

func TestExecuteInterrupted(t *testing.T) {
	t.Parallel()
	web := wish{name: "web0", properties: spec.Object{"disk": int64(1)}}
	db := wish{name: "db0", properties: spec.Object{"quota": int64(5)}}
	u := uuidOf("web0")
	cases := []struct {
		name   string
		during int // the mutating command during which the signals come; 0: before the first
		times  int // signals
		faults map[int]fault
		calls  []string
		want   []string
	}{
		{
			name: "before anything began, nothing begins", during: 0, times: 1,
			want: []string{"web0 skipped", "  stop: skipped, the run was interrupted", "  update: skipped, it needs stop, which is skipped",
				"  start: skipped, it needs stop, which is skipped", "  next: apply again",
				"db0 skipped", "  update: skipped, the run was interrupted", "  next: apply again", "interrupted"},
		},
		{
			name: "the command in flight ends, and what it took down is brought back", during: 1, times: 1,
			calls: []string{"stop web0", "start web0"},
			want: []string{"web0 skipped, touched", "  stop: done", "  update: skipped, the run was interrupted", "  start: done", "  next: apply again",
				"db0 skipped", "  update: skipped, the run was interrupted", "  next: apply again", "interrupted"},
		},
		{
			name: "what is complete counts as such", during: 3, times: 1,
			calls: []string{"stop web0", "update web0", "start web0"},
			want: []string{"web0 changed, touched", "  stop: done", "  update: done", "  start: done",
				"db0 skipped", "  update: skipped, the run was interrupted", "  next: apply again", "interrupted"},
		},
		{
			name: "a second signal kills the command in flight", during: 2, times: 2, faults: map[int]fault{2: hangs},
			calls: []string{"stop web0", "update web0"},
			want: []string{"web0 failed, touched", "  stop: done", "  update: failed", "  start: skipped, the run was interrupted",
				"  cause: cannot update " + u + ": killed by a second signal",
				"  warning: it was stopped for a change and not started again", "  next: specadm plan shows what is left",
				"db0 skipped", "  update: skipped, the run was interrupted", "  next: apply again",
				"run: cannot read the node again: killed by a second signal", "interrupted"},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			node := newFakeNode()
			node.add("web0", "running", nil)
			node.add("db0", "running", nil)
			if c.faults != nil {
				node.faults = c.faults
			}
			signals := make(chan os.Signal)
			ctx, interrupt := NewInterrupt(t.Context(), signals)
			defer interrupt.Close()
			send := func() {
				for range c.times {
					signals <- syscall.SIGTERM
				}
				<-interrupt.Stop()
				if c.times == 2 {
					<-ctx.Done()
				}
			}
			if c.during == 0 {
				send()
			}
			node.before[c.during] = send
			outcome, slept := execute(ctx, node, ExecuteOptions{MaxRisk: riskOf(spec.Stop), Stop: interrupt.Stop()}, web, db)
			if d := cmp.Diff(c.want, tell(outcome)); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(c.calls, node.calls); d != "" {
				t.Errorf("commands: %s", d)
			}
			if len(slept) != 0 {
				t.Errorf("waited %v after the signal", slept)
			}
			if interrupt.Signal() != syscall.SIGTERM {
				t.Errorf("signal %v", interrupt.Signal())
			}
		})
	}
}

func TestInterruptTakesTwoSteps(t *testing.T) {
	t.Parallel()
	signals := make(chan os.Signal)
	ctx, interrupt := NewInterrupt(t.Context(), signals)
	if interrupt.Signal() != nil {
		t.Errorf("signal %v before any came", interrupt.Signal())
	}
	signals <- os.Interrupt
	<-interrupt.Stop()
	if ctx.Err() != nil {
		t.Errorf("the first signal killed: %v", context.Cause(ctx))
	}
	signals <- syscall.SIGTERM
	<-ctx.Done()
	if cause := context.Cause(ctx); !errors.Is(cause, ErrKilled) || !errors.Is(cause, context.Canceled) {
		t.Errorf("ended with %v", cause)
	}
	if interrupt.Signal() != os.Interrupt {
		t.Errorf("signal %v, want the first", interrupt.Signal())
	}
	interrupt.Close()
}

func TestInterruptClosedEndsItsContext(t *testing.T) {
	t.Parallel()
	ctx, interrupt := NewInterrupt(t.Context(), make(chan os.Signal))
	interrupt.Close()
	<-ctx.Done()
	select {
	case <-interrupt.Stop():
		t.Error("Stop was closed without a signal")
	default:
	}
}
