package spec

import "testing"

func TestSizesAreReadInTheUnitOfTheProperty(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text    string
		unit    Unit
		want    int64
		decimal bool
		ok      bool
		err     string
	}{
		{"512MiB", MiB, 512, false, true, ""},
		{"2GiB", MiB, 2048, false, true, ""},
		{"2G", MiB, 2048, false, true, ""},
		{"2 GiB", MiB, 2048, false, true, ""},
		{"1.5TiB", GiB, 1536, false, true, ""},
		{"1TiB", GiB, 1024, false, true, ""},
		{"16K", Bytes, 16384, false, true, ""},
		{"16k", Bytes, 16384, false, true, ""},
		{"512B", Bytes, 512, false, true, ""},
		{"20GB", GiB, 20, true, true, ""},
		{"512MiB", GiB, 0, false, true, "512MiB is not a whole number of GiB"},
		{"1.5KiB", MiB, 0, false, true, "1.5KiB is not a whole number of MiB"},
		{"9000PiB", Bytes, 0, false, true, "9000PiB is too large"},
		{"99999999999999999999E", Bytes, 0, false, true, "99999999999999999999E is too large"},
		{"2GiB", "seconds", 0, false, true, "2GiB is a size, and this property is not measured in bytes"},
		{"512", MiB, 0, false, false, ""},
		{"-1G", MiB, 0, false, false, ""},
		{"G", MiB, 0, false, false, ""},
		{"1e3G", MiB, 0, false, false, ""},
	} {
		have, decimal, ok, err := ParseSize(test.text, test.unit)
		problem := ""
		if err != nil {
			problem = err.Error()
		}
		if have != test.want || decimal != test.decimal || ok != test.ok || problem != test.err {
			t.Errorf("ParseSize(%q, %s) = %d, %v, %v, %q", test.text, test.unit, have, decimal, ok, problem)
		}
	}
}

func TestSizesAreWrittenWithTheLargestWholeUnit(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		size int64
		unit Unit
		want string
	}{
		{512, MiB, "512MiB"}, {2048, MiB, "2GiB"}, {10, GiB, "10GiB"}, {1024, GiB, "1TiB"}, {131072, Bytes, "128KiB"}, {0, GiB, "0"},
		{100, NoUnit, "100"}, {-1024, MiB, "-1GiB"}, {1500, Bytes, "1500B"},
	} {
		if have := FormatSize(test.size, test.unit); have != test.want {
			t.Errorf("FormatSize(%d, %s) = %s, want %s", test.size, test.unit, have, test.want)
		}
	}
}
