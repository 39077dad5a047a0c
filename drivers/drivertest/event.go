package drivertest

import (
	"bufio"
	"context"
	"encoding/json"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"time"
)

// eventLimit is how long an event may be late. On a real node a change may show after 5 minutes only (reference 18).
func (n Node) eventLimit() time.Duration {
	if n.Lab != nil {
		return 10 * time.Second
	}
	return 6 * time.Minute
}

// watch runs vmadm events -j -r while it plays steps, and expects these events in this order, others between them.
func watch(during steps, events ...string) step {
	return stepFunc(func(s *script) {
		s.t.Helper()
		stream := s.openEvents("-j", "-r")
		stream.expect(`{"type": "ready", "date": "~Z$", "uuid": "~^[0-9a-f-]{36}$"}`)
		for _, step := range during {
			step.play(s)
		}
		for _, event := range events {
			stream.expect(event)
		}
	})
}

// eventStream is a running vmadm events.
type eventStream struct {
	s     *script
	lines chan string
}

// openEvents starts vmadm events; it ends with the test.
func (s *script) openEvents(args ...string) eventStream {
	s.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	command := exec.CommandContext(ctx, s.node.program("vmadm"), append([]string{"events"}, args...)...)
	command.Env = s.node.environment()
	output, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		cancel()
		s.t.Fatalf("cannot run vmadm events: %v", err)
	}
	stream := eventStream{s: s, lines: make(chan string)}
	var reading sync.WaitGroup
	reading.Go(func() {
		defer close(stream.lines)
		reader := bufio.NewReaderSize(output, 1<<20)
		for {
			line, err := reader.ReadString('\n')
			if err != nil {
				return
			}
			select {
			case stream.lines <- strings.TrimSuffix(line, "\n"):
			case <-ctx.Done():
				return
			}
		}
	})
	s.t.Cleanup(func() {
		cancel()
		reading.Wait()
		_ = command.Wait() // it was killed
	})
	return stream
}

// expect waits for an event that contains the wanted one.
func (e eventStream) expect(wanted string) {
	e.s.t.Helper()
	want := e.s.decode(wanted)
	timer := time.NewTimer(e.s.node.eventLimit())
	defer timer.Stop()
	var seen []string
	for {
		select {
		case line, ok := <-e.lines:
			if !ok {
				e.s.t.Fatalf("the stream of events ended before %s\nafter\n%s", encode(want), strings.Join(seen, "\n"))
			}
			var found any
			if err := json.Unmarshal([]byte(line), &found); err != nil {
				e.s.t.Fatalf("an event must be JSON: %v: %s", err, line)
			}
			if contains(want, found) {
				return
			}
			seen = append(seen, line[:min(len(line), 300)])
		case <-timer.C:
			e.s.t.Fatalf("no event %s within %s, only\n%s", encode(want), e.s.node.eventLimit(), strings.Join(seen, "\n"))
		}
	}
}

// eventCases are about vmadm events.
func eventCases() []Case {
	return []Case{
		{"20 an instance is created, changed and deleted", steps{
			watch(steps{create(zone, `{"alias": "a"}`), update(`{"alias": "b"}`), vmadm("delete $U")},
				`{"type": "create", "zonename": "$U", "uuid": "$U", "vm": {"uuid": "$U"}}`,
				`{"type": "modify", "uuid": "$U", "vm": {"alias": "b"}, "changes": [{"prettyPath": "alias", "path": ["alias"], "action": "changed", "oldValue": "a", "newValue": "b"}]}`,
				`{"type": "delete", "zonename": "$U", "uuid": "$U"}`),
		}},
		{"20 ready holds all instances by zonename", steps{
			create(zone, `{"alias": "a"}`),
			stepFunc(func(s *script) {
				s.openEvents("-j", "-r").expect(`{"type": "ready", "vms": {"$U": {"uuid": "$U", "alias": "a", "state": "stopped"}}}`)
			}),
		}},
		{"20 start and stop are changes of state", steps{
			create(zone, `{}`),
			watch(steps{vmadm("start $U"), vmadm("stop $U")},
				`{"type": "modify", "uuid": "$U", "changes": [{"path": ["state"], "action": "changed", "newValue": "running"}]}`,
				`{"type": "modify", "uuid": "$U", "changes": [{"path": ["state"], "action": "changed", "oldValue": "running"}]}`),
		}},
		{"20 members appear and vanish", steps{
			create(zone, `{}`),
			watch(steps{update(`{"alias": "a"}`), update(`{"alias": ""}`)},
				`{"type": "modify", "uuid": "$U", "changes": [{"path": ["alias"], "action": "added", "newValue": "a"}]}`,
				`{"type": "modify", "uuid": "$U", "changes": [{"path": ["alias"], "action": "removed", "oldValue": "a"}]}`),
		}},
		{"20 a member of a nic is found by the MAC of the nic", steps{
			create(zone, `{"nics": [{$NIC1}, {$NIC2}]}`),
			watch(steps{update(`{"update_nics": [{"mac": "$MAC2", "vlan_id": 7}]}`)},
				`{"type": "modify", "uuid": "$U", "changes": [{"path": ["nics", null, "vlan_id"], "action": "added", "newValue": 7, "ident": "$MAC2"}]}`),
		}},
		{"20 a changed dataset is an event", steps{
			create(zone, `{}`),
			watch(steps{zfs("set quota=5G $DS")},
				`{"type": "modify", "uuid": "$U", "changes": [{"path": ["quota"], "action": "changed", "oldValue": 10, "newValue": 5}]}`),
		}},
		{"20 the stream of an unknown instance fails", steps{
			vmadm("events $U").fails("VM $U not found"),
		}},
		{"20 the text form is one line for each change", steps{
			create(zone, `{"alias": "a"}`),
			untilEvent(`^\[\d\d:\d\d:\d\d\.\d{3}Z\] [0-9a-f]{8} a modify: quota changed :: \d+ -> \d+$`, zfs("set quota=5G $DS"), zfs("set quota=6G $DS")),
		}},
	}
}

// untilEvent plays steps in turn until vmadm events of $U prints a line that matches: without -r nothing tells when the stream is open.
func untilEvent(pattern string, turns ...step) step {
	return stepFunc(func(s *script) {
		s.t.Helper()
		want := regexp.MustCompile(pattern)
		stream := s.openEvents(s.words["U"])
		deadline := time.Now().Add(s.node.eventLimit())
		for turn := 0; time.Now().Before(deadline); turn++ {
			turns[turn%len(turns)].play(s)
			for waiting := true; waiting; {
				select {
				case line, ok := <-stream.lines:
					if !ok {
						s.t.Fatal("the stream of events ended")
					}
					if want.MatchString(line) {
						return
					}
				case <-time.After(s.node.Patience + 50*time.Millisecond):
					waiting = false
				}
			}
		}
		s.t.Fatalf("no line of vmadm events matches %s", pattern)
	})
}

// lockCases are about commands side by side.
func lockCases() []Case {
	return []Case{
		{"21 updates of one instance wait for each other", steps{
			create(zone, `{}`),
			atOnce(
				update(`{"set_tags": {"a": "1"}, "set_customer_metadata": {"a": "1"}}`),
				update(`{"set_tags": {"b": "2"}, "set_customer_metadata": {"b": "2"}}`),
				update(`{"set_tags": {"c": "3"}, "set_customer_metadata": {"c": "3"}}`),
			),
			shows(`{"tags.a": "1", "tags.b": "2", "tags.c": "3", "customer_metadata": {"a": "1", "b": "2", "c": "3"}}`),
		}},
	}
}

// atOnce runs calls side by side, all of which must do what they are to do.
func atOnce(calls ...call) step {
	return stepFunc(func(s *script) {
		s.t.Helper()
		runs, answers, errs := make([]run, len(calls)), make([]answer, len(calls)), make([]error, len(calls))
		var running sync.WaitGroup
		for i, c := range calls {
			runs[i] = c.prepare(s)
			running.Go(func() { answers[i], errs[i] = s.node.execute(runs[i]) })
		}
		running.Wait()
		for i, c := range calls {
			if errs[i] != nil {
				s.t.Fatal(errs[i])
			}
			s.transcript = append(s.transcript, runs[i].line(answers[i]))
			c.judge(s, runs[i], answers[i])
		}
	})
}
