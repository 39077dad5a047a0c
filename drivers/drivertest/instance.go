package drivertest

import (
	"fmt"
	"io"
	"maps"
	"strings"
)

// base is the payload that a case adds its own members to, so that it shows only what it is about. All are stopped after create.
type base string

const (
	bare    base = `{}`
	zone    base = `{"uuid": "$U", "autoboot": false, "brand": "joyent-minimal", "image_uuid": "$IMAGE"}`
	joyent  base = `{"uuid": "$U", "autoboot": false, "brand": "joyent", "image_uuid": "$IMAGE"}`
	builder base = `{"uuid": "$U", "autoboot": false, "brand": "builder", "image_uuid": "$IMAGE"}`
	lx      base = `{"uuid": "$U", "autoboot": false, "brand": "lx", "image_uuid": "$LX", "kernel_version": "$KERNEL"}`
	kvm     base = `{"uuid": "$U", "autoboot": false, "brand": "kvm"}`
	bhyve   base = `{"uuid": "$U", "autoboot": false, "brand": "$BHYVE"}`
)

// payload is the base with the members of a case over it.
func (s *script) payload(from base, members string) map[string]any {
	s.t.Helper()
	payload := s.decodeObject(string(from))
	maps.Copy(payload, s.decodeObject(members))
	return payload
}

// marked adds the suite's tag to a payload.
func (s *script) marked(payload map[string]any) map[string]any {
	tags := map[string]any{Mark: s.words["MARK"]}
	if given, ok := payload["tags"].(map[string]any); ok {
		maps.Copy(tags, given)
	}
	payload["tags"] = tags
	return payload
}

// create makes an instance of the members over the base. An instance whose uuid vmadm chose becomes $U.
func create(from base, members string) call {
	c := call{program: "vmadm", line: "create"}
	c.input = func(s *script) io.Reader {
		payload := s.marked(s.payload(from, members))
		if uuid, ok := payload["uuid"].(string); ok {
			s.created = append(s.created, uuid)
		}
		return strings.NewReader(encode(payload))
	}
	return c.checked(func(s *script, got answer) error {
		const success = "Successfully created VM "
		if _, uuid, ok := strings.Cut(strings.TrimSpace(string(got.stderr)), success); ok && len(uuid) == 36 && uuid != s.words["U"] {
			s.words["U"] = uuid
			s.created = append(s.created, uuid)
		}
		return nil
	})
}

// update updates $U.
func update(payload string) call { return vmadm("update $U").with(payload) }

// other plays steps with $U and $V exchanged: they concern the other instance.
func other(inner ...step) step {
	return stepFunc(func(s *script) {
		s.t.Helper()
		s.words["U"], s.words["V"] = s.words["V"], s.words["U"]
		for _, step := range inner {
			step.play(s)
		}
		s.words["U"], s.words["V"] = s.words["V"], s.words["U"]
	})
}

// onOwnNode plays the rest of the case on a lab of its own without instances, with these settings.
func onOwnNode(settings string) step {
	return stepFunc(func(s *script) {
		s.t.Helper()
		s.node, s.ownNode = s.lab("be made without instances").Own(s.t, s.decodeObject(settings)), true
		stock, err := Look(s.node)
		if err != nil {
			s.t.Fatal(err)
		}
		maps.Copy(s.words, stock)
		if stock["BHYVE"] == "" {
			s.words["BHYVE"] = "bhyve" // cases say what becomes of bhyve there
		}
	})
}

// withFault scripts a fault on the node of the case, which must be its own.
func withFault(fault string) step {
	return stepFunc(func(s *script) {
		s.t.Helper()
		s.lab("fail on request").Fault(s.t, s.decodeObject(fault))
	})
}

// guestWrites writes so many MiB into a volume of a stopped instance.
func guestWrites(volume string, sizeMiB int64) step {
	return stepFunc(func(s *script) {
		s.t.Helper()
		if s.node.Lab != nil {
			s.node.Lab.Write(s.t, s.expand(volume), sizeMiB*mebibyte)
			return
		}
		call{program: "dd", line: fmt.Sprintf("if=/dev/urandom of=/dev/zvol/rdsk/%s bs=%d count=%d", volume, mebibyte, sizeMiB)}.play(s)
	})
}
