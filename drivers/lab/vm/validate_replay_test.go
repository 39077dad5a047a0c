package vm_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// recordedVerdict is what the real validate said about a payload; its lists are sets.
type recordedVerdict struct {
	Valid      bool     `json:"valid"`
	Crash      bool     `json:"crash"`
	BadBrand   string   `json:"bad_brand"`
	Values     []string `json:"bad_values"`
	Properties []string `json:"bad_properties"`
	Missing    []string `json:"missing_properties"`
}

func (v *recordedVerdict) sort() {
	for _, list := range []*[]string{&v.Values, &v.Properties, &v.Missing} {
		slices.Sort(*list)
		if len(*list) == 0 {
			*list = nil
		}
	}
}

func TestValidateAgreesWithEveryRecording(t *testing.T) {
	t.Parallel()
	lab := newLab(t)
	for i, line := range readLines(t, "testdata/validate-cases.jsonl") {
		var recorded struct {
			Action  string          `json:"action"`
			Brand   string          `json:"brand"`
			Payload json.RawMessage `json:"payload"`
			Verdict recordedVerdict `json:"verdict"`
		}
		if err := json.Unmarshal(line, &recorded); err != nil {
			t.Fatal(err)
		}
		args := []string{"validate", recorded.Action}
		if recorded.Action == "update" {
			args = append(args, recorded.Brand)
		}
		got := lab.verdict(string(recorded.Payload), args)
		recorded.Verdict.sort()
		if diff := cmp.Diff(recorded.Verdict, got); diff != "" {
			t.Errorf("line %d: vmadm %v < %.300s (-recorded +lab):\n%s", i+1, args, recorded.Payload, diff)
		}
	}
}

// verdict runs validate and reads its answer from standard error.
func (l *testLab) verdict(payload string, args []string) recordedVerdict {
	l.t.Helper()
	got := l.vmadm(payload, args...)
	var verdict recordedVerdict
	switch got.exit {
	case 0:
		verdict.Valid = true
	case 134:
		verdict.Crash = true
	default:
		if err := json.Unmarshal([]byte(got.stderr), &verdict); err != nil {
			l.t.Errorf("vmadm %v exited with %d and said no JSON: %q", args, got.exit, got.stderr)
		}
	}
	verdict.sort()
	return verdict
}

func readLines(t *testing.T, file string) [][]byte {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	scanner := bufio.NewScanner(f)
	scanner.Buffer(nil, 1<<20)
	var lines [][]byte
	for scanner.Scan() {
		lines = append(lines, []byte(fmt.Sprint(scanner.Text())))
	}
	if err := scanner.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}
