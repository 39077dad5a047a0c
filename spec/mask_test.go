package spec

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

func mkfifo(path string) error { return unix.Mkfifo(path, 0o600) }

func TestMarkersTellValuesApart(t *testing.T) {
	t.Parallel()
	a, b := NewMask([]byte("key a")), NewMask([]byte("key b"))
	one := a.Marker("hunter2")
	if text, _ := one.(string); !IsMarker(one) || len(text) != len("secret:k7f2") || text != strings.ToLower(text) {
		t.Errorf("marker is %v", one)
	}
	if one != a.Marker("hunter2") || one == a.Marker("hunter3") || one == b.Marker("hunter2") {
		t.Error("markers do not follow value and key")
	}
	if have := []any{a.Marker(nil), a.Marker(""), (Mask{}).Marker("hunter2")}; !cmp.Equal(have, []any{nil, "", "(secret)"}) {
		t.Errorf("%v", have)
	}
}

func TestAFoundInstanceShowsNoSecret(t *testing.T) {
	t.Parallel()
	mark, err := json.Marshal(OwnerMark{
		Owner: "o", Name: "n", UUID: "of another", Secrets: []string{"customer_metadata.license", "nics[#1].nic_tag", "nics[02:08:20:00:00:01].nic_tag", "alias"},
	})
	if err != nil {
		t.Fatal(err)
	}
	instance := Object{
		"uuid": "u", "alias": "CANARY", "quota": int64(10), "vnc_password": "CANARY",
		"customer_metadata": map[string]any{"license": "CANARY", "root_pw": "CANARY", "user-script": "shown"},
		"internal_metadata": map[string]any{MarkKey: string(mark), "api_token": "CANARY"},
		"nics":              []any{map[string]any{"mac": "02:08:20:00:00:01", "nic_tag": "CANARY"}, map[string]any{"nic_tag": "CANARY"}},
		"tags":              map[string]any{"role": "web"},
	}
	before := fmt.Sprint(instance)
	shown := NewMask([]byte("key")).Instance(instance)
	if strings.Contains(fmt.Sprint(shown), "CANARY") {
		t.Errorf("%v", shown)
	}
	for _, want := range []string{"shown", "web", "quota:10", "02:08:20:00:00:01"} {
		if !strings.Contains(fmt.Sprint(shown), want) {
			t.Errorf("%s is missing in %v", want, shown)
		}
	}
	if fmt.Sprint(instance) != before {
		t.Error("the instance itself was changed")
	}
	if n := len(Secrets(instance)); n != 7 {
		t.Errorf("%d secrets: %v", n, Secrets(instance))
	}
}

func TestTheScrubberKnowsHowSecretsArePrinted(t *testing.T) {
	t.Parallel()
	key := "-----BEGIN KEY-----\nAAAABBBBCCCC<>&\"'\\\n-----END KEY-----\n"
	s := NewScrubber(Mask{})
	s.Add("hunter2", key, "ab", int64(4711), true, nil, "", "na\u00efve\ttext")
	quoted, err := json.Marshal(map[string]string{"k": key, "n": "na\u00efve\ttext"})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"bad value hunter2 for x", `{"pw":"hunter2"}`, key, string(quoted), fmt.Sprintf("%q", key), "second line: AAAABBBBCCCC<>&\"'\\ and so on",
		"'-----BEGIN KEY-----\\n' +\n 'AAAABBBBCCCC<>&\"\\'\\\\\\n'", "got 4711", "pw 'ab'", "ab", "na\u00efve\ttext",
	} {
		clean := s.Text(text)
		for _, secret := range []string{"hunter2", "AAAABBBB", "4711", "'ab'", "na\u00efve"} {
			if strings.Contains(clean, secret) || clean == "ab" {
				t.Errorf("%q becomes %q", text, clean)
			}
		}
	}
	if text := "the cabin of web0 is absent"; s.Text(text) != text {
		t.Errorf("%q", s.Text(text))
	}
}
