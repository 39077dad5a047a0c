package drivertest

import "sync"

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
		{"21 an update waits for one that waits in vain", steps{
			create(zone, `{}`),
			atOnce(
				update(`{"state": "running", "set_tags": {"a": "1"}}`).timesOut(),
				update(`{"set_tags": {"b": "2"}}`),
			),
			shows(`{"tags.a": "1", "tags.b": "2"}`),
		}},
		{"21 different instances do not disturb each other", steps{
			create(zone, `{}`),
			other(create(zone, `{}`)),
			atOnce(update(`{"alias": "a", "quota": 5}`), vmadm("update $V alias=b quota=6"), vmadm("lookup -j $MINE")),
			shows(`{"alias": "a", "quota": 5}`),
			other(shows(`{"alias": "b", "quota": 6}`)),
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
