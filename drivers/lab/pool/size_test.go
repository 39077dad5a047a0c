package pool_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/specadm/specadm/drivers/lab/pool"
)

func TestParseSize(t *testing.T) {
	t.Parallel()
	for text, wanted := range map[string]int64{
		"0": 0, "512": 512, "512B": 512, "1K": 1024, "1k": 1024, "1.5G": 3 << 29, "20GiB": 20 << 30, "20gb": 20 << 30, "1T": 1 << 40,
	} {
		if found, err := pool.ParseSize(text); err != nil || found != wanted {
			t.Errorf("%q is %d, error %v; wanted %d", text, found, err, wanted)
		}
	}
	for text, wanted := range map[string]string{
		"":      "bad numeric value ''",
		"G":     "bad numeric value 'G'",
		"-1":    "bad numeric value '-1'",
		"1.5":   "bad numeric value '1.5'",
		"1GG":   "invalid numeric suffix 'GG'",
		"1iB":   "invalid numeric suffix 'iB'",
		"99E":   "numeric value is too large",
		"1 G":   "bad numeric value '1 G'",
		"1,5G":  "bad numeric value '1,5G'",
		"0x10M": "bad numeric value '0x10M'",
	} {
		if found, err := pool.ParseSize(text); err == nil || err.Error() != wanted {
			t.Errorf("%q is %d, error %v; wanted %s", text, found, err, wanted)
		}
	}
}

func TestFormatSize(t *testing.T) {
	t.Parallel()
	for bytes, wanted := range map[int64]string{
		0: "0", 1023: "1023", 1024: "1K", 1536: "1.50K", 24 << 10: "24K", 10<<20 + 1: "10.0M", 999 << 20: "999M", 20 << 30: "20G",
		1023<<30 + 1: "1023G", 3 << 40: "3T",
	} {
		if found := pool.FormatSize(bytes); found != wanted {
			t.Errorf("%d is %s, wanted %s", bytes, found, wanted)
		}
	}
}

func TestASizeForPeopleIsCloseToTheSize(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		bytes := rapid.Int64Range(0, 1<<60).Draw(t, "bytes")
		text := pool.FormatSize(bytes)
		if len(text) > 5 {
			t.Fatalf("%d is %q, more than five characters", bytes, text)
		}
		back, err := pool.ParseSize(text)
		if err != nil {
			t.Fatalf("%d is %q, which cannot be read: %v", bytes, text, err)
		}
		if math.Abs(float64(back-bytes)) > float64(bytes)*0.01 {
			t.Fatalf("%d is %q, which reads as %d", bytes, text, back)
		}
	})
}
