package imgadm_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/drivers"
	"github.com/specadm/specadm/drivers/imgadm"
)

const base = "01b2c898-945f-11e1-a523-af1afbe22822"

// scripted answers every command with the same result and keeps the commands.
type scripted struct {
	commands []drivers.Command
	result   drivers.Result
}

func (s *scripted) Run(_ context.Context, command drivers.Command) (drivers.Result, error) {
	s.commands = append(s.commands, command)
	if s.result.Exit == 0 {
		return s.result, nil
	}
	return s.result, &drivers.CommandError{Command: command, Result: s.result}
}

func TestMethodsRunTheseCommands(t *testing.T) {
	t.Parallel()
	runner := &scripted{result: drivers.Result{Stdout: []byte(`{"manifest":{"uuid":"` + base + `","name":"base","image_size":10240,"new":1},"zpool":"zones","source":"https://images.example.com"}`)}}
	client := imgadm.New(runner)
	image, err := client.Get(t.Context(), base, "")
	if err != nil {
		t.Fatal(err)
	}
	want := imgadm.Image{Manifest: imgadm.Manifest{UUID: base, Name: "base", SizeMiB: 10240}, Zpool: "zones", Source: "https://images.example.com"}
	if d := cmp.Diff(want, image); d != "" {
		t.Error(d)
	}
	if err := client.Import(t.Context(), base, ""); err != nil {
		t.Error(err)
	}
	if err := client.Import(t.Context(), base, "tank"); err != nil {
		t.Error(err)
	}
	if err := client.Delete(t.Context(), base, "tank"); err != nil {
		t.Error(err)
	}
	runner.result.Stdout = []byte(`[{"manifest":{"uuid":"` + base + `"},"zpool":"zones","cloneNames":["zones/u"],"clones":1}]`)
	images, err := client.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]imgadm.Image{{Manifest: imgadm.Manifest{UUID: base}, Zpool: "zones", Clones: []string{"zones/u"}}}, images); d != "" {
		t.Error(d)
	}
	commands := []drivers.Command{
		{Program: "imgadm", Args: []string{"get", base}, Timeout: 2 * time.Minute},
		{Program: "imgadm", Args: []string{"import", base}, Timeout: 2 * time.Hour, Mutates: true},
		{Program: "imgadm", Args: []string{"import", "-P", "tank", base}, Timeout: 2 * time.Hour, Mutates: true},
		{Program: "imgadm", Args: []string{"delete", "-P", "tank", base}, Timeout: 2 * time.Minute, Mutates: true},
		{Program: "imgadm", Args: []string{"list", "-j"}, Timeout: 2 * time.Minute},
	}
	if d := cmp.Diff(commands, runner.commands); d != "" {
		t.Error(d)
	}
}

func TestFailuresAreTold(t *testing.T) {
	t.Parallel()
	fetch := func(c *imgadm.Client) error { return c.Import(t.Context(), base, "") }
	get := func(c *imgadm.Client) error { _, err := c.Get(t.Context(), base, "zones"); return err }
	list := func(c *imgadm.Client) error { _, err := c.List(t.Context()); return err }
	cases := []struct {
		name      string
		do        func(*imgadm.Client) error
		result    drivers.Result
		want      string
		code      string
		installed bool
	}{
		{"no source has it", fetch, drivers.Result{Exit: 1, Stderr: []byte("imgadm: error (ActiveImageNotFound): an active image \"" + base + "\" was not found in image sources\n")},
			"cannot import image " + base + ": an active image \"" + base + "\" was not found in image sources", "ActiveImageNotFound", true},
		{"not installed", get, drivers.Result{Exit: 3, Stderr: []byte("imgadm: error (ImageNotInstalled): image \"" + base + "\" was not found on zpool \"zones\"\n")},
			"cannot get image " + base + ": image \"" + base + "\" was not found on zpool \"zones\"", "ImageNotInstalled", false},
		{"a sentence without a code", fetch, drivers.Result{Exit: 1, Stderr: []byte("out of luck\n")},
			"cannot import image " + base + ": imgadm import " + base + ": exit status 1: out of luck", "", true},
		{"clones hold it", func(c *imgadm.Client) error { return c.Delete(t.Context(), base, "") },
			drivers.Result{Exit: 1, Stderr: []byte("imgadm: error (ImageHasDependentClones): image \"" + base + "\" has dependent clones: zones/u\n")},
			"cannot delete image " + base + ": image \"" + base + "\" has dependent clones: zones/u", "ImageHasDependentClones", true},
		{"output that breaks off", list, drivers.Result{Stdout: []byte(`[{"manifest":`)},
			"cannot list images: its output cannot be read: unexpected end of JSON input", "", true},
		{"no JSON", get, drivers.Result{Stdout: []byte("oops")},
			"cannot get image " + base + ": its output cannot be read: invalid character 'o' looking for beginning of value", "", true},
		{"an option in place of a uuid", func(c *imgadm.Client) error { return c.Import(t.Context(), "-a", "") }, drivers.Result{},
			`cannot import image: "-a" is not the uuid of an image`, "", true},
		{"an option in place of a pool", func(c *imgadm.Client) error { return c.Import(t.Context(), base, "-q") }, drivers.Result{},
			`cannot import image ` + base + `: "-q" is not the name of a pool`, "", true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			err := c.do(imgadm.New(&scripted{result: c.result}))
			if err == nil || err.Error() != c.want {
				t.Fatalf("got %v, want %s", err, c.want)
			}
			if errors.Is(err, imgadm.ErrNotInstalled) == c.installed {
				t.Errorf("ErrNotInstalled: %v", !c.installed)
			}
			code := ""
			var failure *imgadm.Error
			if errors.As(err, &failure) {
				code = failure.Code
			}
			if code != c.code {
				t.Errorf("code %q, want %q", code, c.code)
			}
		})
	}
}
