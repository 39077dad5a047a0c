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

// eventStream is a running vmadm events.
type eventStream struct {
	lines chan string
}

// watch starts vmadm events -j -r, which ends with the case, and expects its first line.
func watch() step {
	return stepFunc(func(s *script) {
		s.t.Helper()
		s.events = s.openEvents("-j", "-r")
		event(`{"type": "ready", "date": "~Z$", "uuid": "~^[0-9a-f-]{36}$", "vms": "~^\\{"}`).play(s)
	})
}

// event waits for an event that contains the wanted one; those before it are of no interest.
func event(wanted string) step {
	return stepFunc(func(s *script) {
		s.t.Helper()
		want := s.decode(wanted)
		s.eventLine(encode(want), func(line string) bool {
			var found any
			if err := json.Unmarshal([]byte(line), &found); err != nil {
				s.t.Fatalf("an event must be JSON: %v: %s", err, line)
			}
			return contains(want, found)
		})
	})
}

// noMoreEvents expects the stream to end.
func noMoreEvents() step {
	return stepFunc(func(s *script) {
		s.t.Helper()
		timer := time.NewTimer(s.node.eventLimit())
		defer timer.Stop()
		for {
			select {
			case _, open := <-s.events.lines:
				if !open {
					return
				}
			case <-timer.C:
				s.t.Fatal("the stream of events must end")
			}
		}
	})
}

// eventLine waits for a line that fits.
func (s *script) eventLine(wanted string, fits func(line string) bool) {
	s.t.Helper()
	timer := time.NewTimer(s.node.eventLimit())
	defer timer.Stop()
	var seen []string
	for {
		select {
		case line, open := <-s.events.lines:
			if !open {
				s.t.Fatalf("the stream of events ended before %s\nafter\n%s", wanted, strings.Join(seen, "\n"))
			}
			if fits(line) {
				return
			}
			seen = append(seen, line[:min(len(line), 300)])
		case <-timer.C:
			s.t.Fatalf("no event %s within %s, only\n%s", wanted, s.node.eventLimit(), strings.Join(seen, "\n"))
		}
	}
}

// openEvents starts vmadm events; it ends with the test.
func (s *script) openEvents(args ...string) *eventStream {
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
	stream := &eventStream{lines: make(chan string)}
	var reading sync.WaitGroup
	reading.Go(func() {
		defer close(stream.lines)
		reader := bufio.NewReader(output)
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

// textEvent changes the quota of $U until vmadm events prints a line of text that matches: without -r nothing tells when the stream is
// open.
func textEvent(args, pattern string) step {
	return stepFunc(func(s *script) {
		s.t.Helper()
		s.events = s.openEvents(strings.Fields(s.expand(args))...)
		want := regexp.MustCompile(s.expand(pattern))
		stop := make(chan struct{})
		var changing sync.WaitGroup
		changing.Go(func() {
			for _, quota := range []string{"5G", "6G", "7G", "8G", "9G"} {
				if _, err := s.node.execute(run{program: "zfs", args: []string{"set", "quota=" + quota, s.expand("$DS")}}); err != nil {
					s.t.Error(err)
					return
				}
				select {
				case <-stop:
					return
				case <-time.After(s.node.eventLimit() / 10):
				}
			}
		})
		defer changing.Wait()
		defer close(stop)
		s.eventLine(want.String(), want.MatchString)
	})
}

// eventCases are about vmadm events.
func eventCases() []Case {
	return []Case{
		{"20 an instance is created, changed and deleted", steps{
			watch(),
			create(zone, `{"alias": "a"}`),
			event(`{"type": "create", "date": "~Z$", "zonename": "$U", "uuid": "$U", "vm": {"uuid": "$U"}}`),
			shows(`{"alias": "a"}`),
			update(`{"alias": "b"}`),
			event(`{"type": "modify", "zonename": "$U", "uuid": "$U", "vm": {"alias": "b"},
				"changes": [{"prettyPath": "alias", "path": ["alias"], "action": "changed", "oldValue": "a", "newValue": "b"}]}`),
			vmadm("delete $U"),
			event(`{"type": "delete", "zonename": "$U", "uuid": "$U"}`),
		}},
		{"20 ready holds all instances by zonename", steps{
			create(zone, `{"alias": "a"}`),
			stepFunc(func(s *script) { s.events = s.openEvents("-j", "-r") }),
			event(`{"type": "ready", "vms": {"$U": {"uuid": "$U", "alias": "a", "state": "stopped"}}}`),
		}},
		{"20 start and stop are changes of state", steps{
			create(zone, `{}`),
			watch(),
			vmadm("start $U"),
			event(`{"type": "modify", "uuid": "$U", "changes": [{"path": ["state"], "action": "changed", "newValue": "running"}]}`),
			vmadm("stop $U"),
			event(`{"type": "modify", "uuid": "$U", "changes": [{"path": ["state"], "action": "changed", "oldValue": "running"}]}`),
		}},
		{"20 members appear and vanish", steps{
			create(zone, `{}`),
			watch(),
			update(`{"alias": "a"}`),
			event(`{"type": "modify", "uuid": "$U", "changes": [{"path": ["alias"], "action": "added", "newValue": "a"}]}`),
			update(`{"alias": ""}`),
			event(`{"type": "modify", "uuid": "$U", "changes": [{"path": ["alias"], "action": "removed", "oldValue": "a"}]}`),
		}},
		{"20 a changed member of a nic comes with the MAC of the nic", steps{
			create(zone, `{"nics": [{$NIC1}, {$NIC2}]}`),
			watch(),
			update(`{"update_nics": [{"mac": "$MAC2", "vlan_id": 7}]}`),
			event(`{"type": "modify", "uuid": "$U", "changes": [{"path": ["nics", null, "vlan_id"], "action": "added", "newValue": 7, "ident": "$MAC2"}]}`),
		}},
		{"20 a changed member of a disk comes with the path of the disk", steps{
			create(bhyve, `{"disks": [{"model": "virtio", "size": 64, "boot": true}]}`),
			watch(),
			update(`{"update_disks": [{"path": "$BHYVE0", "compression": "gzip"}]}`),
			event(`{"type": "modify", "uuid": "$U", "changes": [{"path": ["disks", null, "compression"], "action": "changed", "oldValue": "off", "newValue": "gzip", "ident": "$BHYVE0"}]}`),
		}},
		{"20 elements of other arrays show as removed and added", steps{
			create(zone, `{"resolvers": ["192.0.2.1"]}`),
			watch(),
			update(`{"resolvers": ["192.0.2.2"]}`),
			event(`{"type": "modify", "uuid": "$U", "changes": [{"path": ["resolvers", null], "action": "removed", "oldValue": "192.0.2.1"}, {"path": ["resolvers", null], "action": "added", "newValue": "192.0.2.2"}]}`),
		}},
		{"20 a changed dataset is an event", steps{
			create(zone, `{}`),
			watch(),
			zfs("set quota=5G $DS"),
			event(`{"type": "modify", "uuid": "$U", "changes": [{"path": ["quota"], "action": "changed", "oldValue": 10, "newValue": 5}]}`),
		}},
		{"20 a change that the object does not hold is none", steps{
			create(zone, `{}`),
			watch(),
			zfs("set sync=disabled $DS"),
			update(`{"alias": "next"}`),
			event(`{"type": "modify", "uuid": "$U"}`),
			shows(`{"alias": "next"}`),
		}},
		{"20 with a uuid only that instance is watched", steps{
			create(zone, `{}`),
			other(create(zone, `{}`)),
			stepFunc(func(s *script) { s.events = s.openEvents("-j", "-r", s.words["U"]) }),
			event(`{"type": "ready"}`),
			other(update(`{"alias": "other"}`)),
			update(`{"alias": "own"}`),
			onlyEventsOf("$U", `{"type": "modify", "vm": {"alias": "own"}}`),
		}},
		{"2.2 events of what is no uuid is misuse", steps{
			vmadm("events nosuch").exits(2).mentions("Invalid or missing UUID for events").prints(""),
		}},
		{"20 the stream of an unknown instance fails", steps{
			vmadm("events $U").fails("VM $U not found"),
		}},
		{"20 the text form is one line for each change", steps{
			create(zone, `{"alias": "a"}`),
			textEvent("$U", `^\[\d\d:\d\d:\d\d\.\d{3}Z\] [0-9a-f]{8} a modify: quota changed :: \d+ -> \d+$`),
		}},
		{"20 -f prints the full date and zonename, and a dash stands for no alias", steps{
			create(zone, `{}`),
			textEvent("-f $U", `^\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\] $U - modify: quota changed :: \d+ -> \d+$`),
		}},
		{"20 when vminfod restarts the stream ends with an error", steps{
			onOwnNode(`{}`),
			create(zone, `{}`),
			withFault(`{"program": "vmadm", "verb": "events", "at": "vmadm events: next", "effect": "fail"}`),
			watch(),
			update(`{"alias": "a"}`),
			noMoreEvents(),
		}},
	}
}

// onlyEventsOf waits for an event and expects none of another instance before it.
func onlyEventsOf(uuid, wanted string) step {
	return stepFunc(func(s *script) {
		s.t.Helper()
		want := s.decode(wanted)
		s.eventLine(encode(want), func(line string) bool {
			var found map[string]any
			if err := json.Unmarshal([]byte(line), &found); err != nil || found["uuid"] != s.expand(uuid) {
				s.t.Fatalf("only events of %s may show, but this does: %s", s.expand(uuid), line)
			}
			return contains(want, found)
		})
	})
}
